"""What `make fix` mends: order, white space, the pages of the rules; never a word.

Whole entries move, with the comments above them, and keep their text: the lines before and
after are compared as a multiset.  A file that cannot be taken apart stays as it is, and the
message says where.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from checks.core import BIBLIOGRAPHY
from checks.reading import Book, Page
from kb.core.safe_write import write_all
from kb.core.text import glossary_key
from kb.sources.bibliography import SourcesError, entries

GLOSSARY = "docs/reference/glossary.md"
LETTER = re.compile(r"## ([A-Z])\Z")
OPENING = re.compile(r"\A(:{3,})\{definition\} (.+)\Z")
ENTRY = re.compile(r"@(\w+)\{([^,\s]+),")


class Refused(ValueError):
    """A file that cannot be put in order; the message names file, line and cure."""


def in_order_of_letters(text: str) -> str:
    """The glossary *text* with each entry under its letter, in alphabetical order; raises Refused."""
    lines = text.rstrip("\n").split("\n")
    start = next((number for number, line in enumerate(lines) if LETTER.match(line)), len(lines))
    found = list(_definitions(lines, start))
    letters = {match[1] for line in lines[start:] if (match := LETTER.match(line))}
    letters |= {glossary_key(name)[:1].upper() for name, _ in found}
    parts = ["\n".join(lines[:start]).rstrip("\n")]
    for letter in sorted(letters):
        own = sorted(
            (glossary_key(name), name, block)
            for name, block in found
            if glossary_key(name)[:1].upper() == letter
        )
        parts += [f"## {letter}", *(block for *_, block in own)]
    return "\n\n".join(parts) + "\n"


def _definitions(lines: list[str], start: int) -> Iterator[tuple[str, str]]:
    """Yield name and text of each entry from line *start* on, the comments above it included."""
    number, above = start, list[str]()
    while number < len(lines):
        line = lines[number]
        if match := OPENING.match(line):
            end = next(
                (n for n in range(number + 1, len(lines)) if lines[n].rstrip() == match[1]),
                len(lines),
            )
            if end == len(lines) or any(OPENING.match(inner) for inner in lines[number + 1 : end]):
                raise Refused(
                    f"{GLOSSARY}:{number + 1}: the entry {match[2]!r} is not closed; end it with a line {match[1]!r}"
                )
            if not glossary_key(match[2]):
                raise Refused(
                    f"{GLOSSARY}:{number + 1}: the name {match[2]!r} has no letter to sort by; begin it with a word"
                )
            yield match[2], "\n".join([*above, *lines[number : end + 1]])
            number, above = end, []
        elif line.startswith("%"):
            above.append(line)
        elif line.strip() and not LETTER.match(line):
            raise Refused(
                f"{GLOSSARY}:{number + 1}: text between two entries; move it into one, or above the first letter"
            )
        number += 1
    if above:
        raise Refused(
            f"{GLOSSARY}:{len(lines)}: a comment below the last entry; move it above the entry that it is about"
        )


def in_order_of_keys(text: str) -> str:
    """The bibliography *text* with its entries sorted by key; raises Refused."""
    head, found, above = list[str](), list[tuple[str, str]](), list[str]()
    lines, number = text.rstrip("\n").split("\n"), 0
    while number < len(lines):
        line = lines[number]
        if (match := ENTRY.match(line)) and match[1].lower() not in (
            "string",
            "preamble",
            "comment",
        ):
            end = _closing(lines, number)
            found.append((match[2], "\n".join([*above, *lines[number : end + 1]])))
            number, above = end, []
        elif line.startswith("@"):
            if found or above:
                raise Refused(
                    f"{BIBLIOGRAPHY}:{number + 1}: {line.split('{')[0]} between entries; move it above the first entry"
                )
            head.append("\n".join(lines[number : (number := _closing(lines, number)) + 1]))
        elif line.strip():
            above.append(line)
        number += 1
    if above:
        raise Refused(
            f"{BIBLIOGRAPHY}:{len(lines)}: a comment below the last entry; move it above the entry that it is about"
        )
    return "\n\n".join([*head, *(block for _, block in sorted(found))]) + "\n"


def _closing(lines: list[str], start: int) -> int:
    """The line on which the entry that opens on line *start* closes."""
    depth = 0
    for number in range(start, len(lines)):
        bare = re.sub(r"\\[{}]", "", lines[number])
        depth += bare.count("{") - bare.count("}")
        if depth == 0:
            if not bare.rstrip().endswith("}"):
                break
            return number
        if number > start and ENTRY.match(lines[number]):
            break
    raise Refused(
        f"{BIBLIOGRAPHY}:{start + 1}: the entry does not end with its own brace on a line; balance its braces"
    )


def same_lines(before: str, after: str) -> bool:
    """Whether *after* has the lines of *before*, blank lines aside and but for headings of new letters."""
    old, new = (
        Counter(line for line in text.split("\n") if line.strip()) for text in (before, after)
    )
    return not old - new and all(LETTER.match(line) for line in new - old)


def without_trailing_blanks(text: str) -> str:
    """Markdown without blanks at the end of lines, with one line end at its end; hard breaks and code stay."""
    page, lines = Page("", text), text.split("\n")
    code = {n for first, last in page.code for n in range(first, last)}
    for number, line in enumerate(lines, 1):
        is_break = (
            line.endswith("  ") and line.strip() and number < len(lines) and lines[number].strip()
        )
        if number not in code and not is_break:
            lines[number - 1] = line.rstrip(" \t")
    return "\n".join(lines).rstrip("\n") + "\n"


def mend(root: Path) -> tuple[list[str], list[str]]:
    """Mend the content of the project at *root*, all of it or nothing.

    Returns the files that changed, and why others were left alone.

    :raises NotWritten: if the disk refuses; the message says what was written.
    """
    changed, refused = dict[Path, str](), list[str]()
    jobs: list[tuple[str, Callable[[str], str]]] = [
        (GLOSSARY, in_order_of_letters),
        (BIBLIOGRAPHY, _checked(root)),
    ]
    markdown = (*Book(root).paths, "README.md", "CHANGELOG.md")
    jobs += [(path, without_trailing_blanks) for path in markdown]
    for path, job in jobs:
        if not (file := root / path).is_file():
            continue
        if file.resolve() != root.resolve() / path:
            refused.append(
                f"{path}: a link to another place, which stays as it is; put the file here"
            )
            continue
        try:
            text = changed.get(file) or file.read_text(encoding="utf-8")
            after = job(text)
            if job is not without_trailing_blanks and not same_lines(text, after):
                raise Refused(
                    f"{path}:1: putting it in order would lose a line; please report this"
                )
        except (Refused, SourcesError) as error:
            refused.append(str(error))
        except UnicodeDecodeError as error:
            refused.append(f"{path}:1: not UTF-8 ({error.reason}); save the file as UTF-8")
        else:
            if after != text:
                changed[file] = after
    write_all(changed)
    return sorted(path.relative_to(root).as_posix() for path in changed), refused


def _checked(root: Path) -> Callable[[str], str]:
    """The order of keys, for a file that BibTeX can read."""

    def order(text: str) -> str:
        for _ in entries(root / BIBLIOGRAPHY):
            pass
        return in_order_of_keys(text)

    return order
