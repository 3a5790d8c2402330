"""Tables as CSV files: one reader for all of ``docs/data``, and cells that are safe to write.

:func:`read_rows` takes what spreadsheets save: a byte order mark before the text, line ends
of Windows, empty columns behind the last, blanks around a cell, a first line ``sep=;``, and
semicolons or tabs between cells, which programs of other locales write.
Which sign separates the cells is read off the head, whose columns are known.  Where it is the
semicolon, numbers may have a decimal comma: a spreadsheet of that locale writes both.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from pathlib import Path

from sphinx.errors import SphinxError

from kb.core.messages import one_of
from kb.core.text import KEY, line_at

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}
"""What may stand between two cells, and its name."""
LONGEST_CELL = 131_072
"""The most characters of a cell: a quotation mark that is not closed swallows what follows."""
FORMULA = "=+@＝＋＠－-"
"""What makes a spreadsheet run a cell instead of showing it, and the full-width forms that some
take for the same (OWASP, CSV injection)."""
_OPENS = re.compile(rf"""[\s"'\u200b-\u200f\u2060\ufeff]*[{FORMULA}]|[\t\r\n]""")
"""Such a sign, or white space and quotation marks before it, which some importers drop."""
_INSIDE = re.compile(rf"([;\t\r\n]\"?)(?=[{FORMULA}])")
"""Where a spreadsheet of another locale, which separates cells by semicolons or tabs, would begin
a cell with such a sign."""

_HINT = re.compile(r"sep=.(?=[\r\n])")
"""A first line that tells Excel the sign between cells."""
_DECIMAL = re.compile(r"([0-9]+),([0-9]{1,2}|[0-9]{4,})")
"""A number with a decimal comma; before three digits it may part thousands, and stays."""
_BROKEN = re.compile(r"#(?:[A-Z]{2,}[A-Z0-9/]*[!?]?|N/A|DIV/0!)")
"""What a spreadsheet shows in a cell that it cannot compute (``#NAME?``, ``#WERT!``)."""

Record = tuple[int, list[str]]
"""The line on which a record begins, and its cells."""
Row = tuple[int, dict[str, str]]
"""The line on which a row begins, and its cells by column."""
Fault = tuple[int, str]
"""The line of a fault, and what it is."""


class DataError(SphinxError):
    """A file of data cannot be used; the message lists every fault by line."""

    category = "Data error"


def read_rows(
    path: Path,
    columns: Sequence[str],
    faults_of: Callable[[list[Row]], Iterable[Fault]] = lambda rows: (),
    numbers: Sequence[str] = (),
) -> list[Row]:
    """Return the rows of the CSV file at *path*, whose head is *columns*; blank rows are skipped.

    The columns *numbers* hold numbers, which a decimal point parts in what is returned.

    *faults_of* gets the rows that have a cell for each column, and yields what is wrong with
    them.  A file that is not there has no rows.

    :raises DataError: with one line for each fault, each naming file, line and cure.
    """
    if not path.is_file():
        return []
    text = _decoded(path)
    if hint := _HINT.match(text):
        text = text[hint.end() :]
    separator = _separator(path, text, columns)
    found = _records(path, text, separator)
    head, *records = [(line, _trimmed(cells, len(columns))) for line, cells in found] or [(1, [])]
    if head[1] != list(columns):
        _refuse(path, [(head[0], _head_fault(head[1], columns))])
    rows = [
        (line, dict(zip(columns, cells, strict=True)))
        for line, cells in records
        if len(cells) == len(columns)
    ]
    for _, row in rows if separator == ";" else ():
        for name in numbers:
            if found_number := _DECIMAL.fullmatch(row[name]):
                row[name] = ".".join(found_number.groups())
    ragged = _ragged(records, len(columns), separator)
    _refuse(path, [*ragged, *_broken(rows), *faults_of(rows)])
    return rows


def _trimmed(cells: list[str], width: int) -> list[str]:
    """The *cells* without blanks around them, and without empty ones behind the first *width*."""
    bare = [cell.strip() for cell in cells]
    return bare[:width] if not any(bare[width:]) else bare


def _broken(rows: list[Row]) -> Iterator[Fault]:
    for line, row in rows:
        for name, cell in row.items():
            if _BROKEN.fullmatch(cell):
                yield (
                    line,
                    f"{name} {cell!r} is an error of a spreadsheet; write what belongs there",
                )
            elif (key := KEY.search(cell)) and KEY.sub("", cell).strip(" ,;"):
                yield (
                    line,
                    (
                        f"{name} holds the key {key[0]!r} among words, where readers would see it;"
                        " write what it stands for"
                    ),
                )


def doubles(rows: Iterable[Row], key_of: Callable[[dict[str, str]], Hashable]) -> Iterator[Fault]:
    """Yield a fault for each row whose key is that of an earlier one; it names the first cell."""
    first: dict[Hashable, int] = {}
    for line, row in rows:
        if (there := first.setdefault(key_of(row), line)) != line:
            what = f"{next(iter(row.values()))!r} stands in line {there} already"
            yield line, f"{what}; keep one of them"


def stamp(path: Path) -> int:
    """When *path* was written last, for caches of what was read from it; 0 if it is not there."""
    return path.stat().st_mtime_ns if path.is_file() else 0


def _refuse(path: Path, faults: Iterable[Fault]) -> None:
    """Raise one :class:`DataError` of all *faults*, by line, if there are any."""
    if found := sorted(faults, key=lambda fault: fault[0]):
        raise DataError("\n".join(f"docs/data/{path.name}:{line}: {what}" for line, what in found))


def _decoded(path: Path) -> str:
    """The text of *path*, without a byte order mark."""
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = line_at(error.object, error.start)
        byte = f"{error.object[error.start]:#04x}"
        what = f"a character here is not UTF-8 (byte {byte}); save the file as UTF-8"
        raise DataError(f"docs/data/{path.name}:{line}: {what}") from error


def _separator(path: Path, text: str, columns: Sequence[str]) -> str:
    """The sign that separates the head of *text* into most of the *columns*."""
    head = next((line for line in text.splitlines() if line.strip()), "")
    present = [sign for sign in SEPARATORS if sign in head] or [","]
    known = {
        sign: len({*next(csv.reader([head], delimiter=sign), ())} & {*columns}) for sign in present
    }
    best = [sign for sign in present if known[sign] == max(known.values())]
    if len(best) > 1:
        signs = one_of(f"{SEPARATORS[sign]}s" for sign in best)
        like = ",".join(columns)
        what = f"cells of the head are separated by {signs}; use one sign, as in {like}"
        _refuse(path, [(1, what)])
    return best[0]


def _records(path: Path, text: str, separator: str) -> Iterator[Record]:
    """Yield line and cells of each row that is not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    # The limit is one for all of Python, and other packages lift it.
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        cure = "look for a quotation mark that is not closed"
        raise DataError(
            f"docs/data/{path.name}:{line}: {error} in the row that begins here; {cure}"
        ) from error
    finally:
        csv.field_size_limit(before)


def _head_fault(head: list[str], columns: Sequence[str]) -> str:
    missing = [name for name in columns if name not in head]
    unknown = [name for name in head if name not in columns]
    what = "in another order"
    if missing:
        what = f"missing {', '.join(missing)}"
    elif unknown:
        what = f"unknown {', '.join(unknown)}"
    return f"columns {what}; the head is {','.join(columns)}"


def _ragged(records: list[Record], wanted: int, separator: str) -> Iterator[Fault]:
    """Yield a fault for each record that has not the *wanted* number of cells."""
    name = SEPARATORS[separator]
    for line, cells in records:
        if (count := len(cells)) != wanted:
            what = "1 cell" if count == 1 else f"{count} cells"
            cure = f"quote a cell that holds a {name}"
            whole = separator.join(cells)
            others = [sign for sign in SEPARATORS if whole.count(sign) >= wanted - 1 > 0]
            if other := next((sign for sign in others if sign != separator), ""):
                cure = f"this row has {SEPARATORS[other]}s; separate its cells by {name}s"
            elif separator != ",":
                cure = f"separate cells by {name}s, as the head does, and {cure}"
            elif pair := re.search(r"(?<![^,])([0-9]+),([0-9]+)(?![^,])", whole):
                cure += f", and write a decimal point ({pair[1]}.{pair[2]}) where one is meant"
            yield line, f"{what} where the head has {wanted}; {cure}"


def harmless(cell: str) -> str:
    """The text of a *cell* that no spreadsheet takes for a formula."""
    apart = _INSIDE.sub(r"\1 ", cell)
    return f"'{apart}" if _OPENS.match(apart) else apart
