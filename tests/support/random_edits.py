"""Edits at random, as an author's day has them: each a change of the sources of a small project.

Each is drawn by dice, so that a seed gives the same series again.  Some leave sources that a
build must refuse; then it must refuse them from nothing as well.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable
from pathlib import Path

Files = dict[str, bytes]
Edit = Callable[[Path, random.Random], str]
"""An edit of the sources in a folder; it says what it did, or nothing where it had nothing to do."""
WORDS = (
    "Gut bacteria make it",
    "Rats ate *natto* {cite:p}`adams2001bone`",
    "See {claim}`A1`",
    "Bone, {term}`osteocalcin` and H{sub}`2`O",
    "Few studies say so[^n1]",
    "It was `5 % < 6`",
    "**Nobody** has looked",
    "The {doc}`/reference/glossary` tells more",
    "γ and 納豆",
    "45 ± 3 µg",
)
DATA = ("data/foods.csv", "data/food-limits.csv", "data/sources.bib")


def snapshot(docs: Path) -> Files:
    """The bytes of every source in *docs*."""
    paths = (path for path in sorted(docs.rglob("*")) if path.is_file())
    return {
        path.relative_to(docs).as_posix(): path.read_bytes()
        for path in paths
        if not {"_ext", "_tools", "__pycache__"} & {*path.relative_to(docs).parts}
    }


def restore(docs: Path, files: Files) -> None:
    """Write *files* back, and take away what is not among them."""
    for name, data in snapshot(docs).items():
        if files.get(name) != data:
            (docs / name).unlink()
    for name, data in files.items():
        if not (docs / name).is_file():
            (docs / name).parent.mkdir(parents=True, exist_ok=True)
            (docs / name).write_bytes(data)


def pages(docs: Path) -> list[Path]:
    return sorted(
        path for path in docs.rglob("*.md") if not {"_tools", "_ext", "_static"} & {*path.parts}
    )


def _rewrite(path: Path, change: Callable[[str], str], what: str) -> str:
    before = path.read_bytes().decode()
    after = change(before)
    path.write_bytes(after.encode())
    return f"{what} in {path.name}" if after != before else ""


def _blocks(text: str) -> tuple[str, list[str]]:
    """Front matter of a page, and its blocks, each a run of lines without an empty one."""
    head = re.match(r"---\r?\n.*?\n---\r?\n", text, re.DOTALL)
    begin = head.end() if head else 0
    return text[:begin], re.split(r"\n{2,}", text[begin:])


def add_text(docs: Path, dice: random.Random) -> str:
    """Put a paragraph between two others."""

    def change(text: str) -> str:
        head, blocks = _blocks(text)
        place = dice.randrange(1, len(blocks) + 1)
        words = "".join(f"{one}. " for one in dice.sample(WORDS, dice.randint(1, 4))).strip()
        note = "\n\n[^n1]: Noted." if "[^n1]" in words and "[^n1]:" not in text else ""
        return head + "\n\n".join([*blocks[:place], words + note, *blocks[place:]])

    return _rewrite(dice.choice(pages(docs)), change, "a paragraph")


def move_block(docs: Path, dice: random.Random) -> str:
    """Swap two blocks of a page."""

    def change(text: str) -> str:
        head, blocks = _blocks(text)
        one, other = dice.randrange(len(blocks)), dice.randrange(len(blocks))
        blocks[one], blocks[other] = blocks[other], blocks[one]
        return head + "\n\n".join(blocks)

    return _rewrite(dice.choice(pages(docs)), change, "two blocks swapped")


def drop_block(docs: Path, dice: random.Random) -> str:
    """Delete a block of a page."""

    def change(text: str) -> str:
        head, blocks = _blocks(text)
        del blocks[dice.randrange(len(blocks))]
        return head + "\n\n".join(blocks)

    return _rewrite(dice.choice(pages(docs)), change, "a block gone")


def change_word(docs: Path, dice: random.Random) -> str:
    """Write another word for one of a page or a file of data, wherever it stands."""
    path = dice.choice([*pages(docs), *(docs / name for name in DATA)])

    def change(text: str) -> str:
        found = list(re.finditer(r"[A-Za-z]{4,}", text))
        word = dice.choice(found)
        return f"{text[: word.start()]}{word[0][::-1].capitalize()}{text[word.end() :]}"

    return _rewrite(path, change, "another word")


def change_number(docs: Path, dice: random.Random) -> str:
    """Write another number of the same length."""
    path = dice.choice([*pages(docs), *(docs / name for name in DATA)])

    def change(text: str) -> str:
        found = list(re.finditer(r"\d", text))
        digit = dice.choice(found) if found else None
        return (
            f"{text[: digit.start()]}{dice.randint(0, 9)}{text[digit.end() :]}" if digit else text
        )

    return _rewrite(path, change, "another number")


def change_food(docs: Path, dice: random.Random) -> str:
    """Give a food another amount, in both of its columns."""
    amount = f"{dice.randint(1, 999)}.{dice.randint(1, 9)}"

    def change(text: str) -> str:
        return re.sub(
            r"cheese,[\d.]+,total,4,,,,,,,[\d.]+", f"cheese,{amount},total,4,,,,,,,{amount}", text
        )

    return _rewrite(docs / "data/foods.csv", change, "a food")


def add_page(docs: Path, dice: random.Random) -> str:
    """A page more, in a list of contents or an orphan."""
    name = f"page{dice.randrange(99)}"
    text = f"# Page {name}\n\nGut and osteocalcin.\n\n## A section\n\n{dice.choice(WORDS)}.\n"
    path = docs / f"reference/{name}.md"
    if path.exists():
        return ""
    listed = dice.random() < 0.5
    path.write_text(text if listed else f"---\norphan: true\n---\n{text}")
    if listed:
        index = docs / "index.md"
        index.write_text(
            index.read_text().replace(
                "reference/glossary\n", f"reference/glossary\nreference/{name}\n"
            )
        )
    return f"a page more, {name}"


def _extra(docs: Path) -> list[Path]:
    return [path for path in pages(docs) if path.name.startswith("page")]


def drop_page(docs: Path, dice: random.Random) -> str:
    """Take one of those pages away, with its place in the list."""
    if not (found := _extra(docs)):
        return ""
    path = dice.choice(found)
    path.unlink()
    index = docs / "index.md"
    index.write_text(index.read_text().replace(f"reference/{path.stem}\n", ""))
    return f"a page gone, {path.stem}"


def rename_page(docs: Path, dice: random.Random) -> str:
    """Give one of them another name."""
    if not (found := _extra(docs)):
        return ""
    path, name = dice.choice(found), f"page{dice.randrange(100, 199)}"
    if (path.with_stem(name)).exists():
        return ""
    path.rename(path.with_stem(name))
    index = docs / "index.md"
    index.write_text(index.read_text().replace(f"reference/{path.stem}\n", f"reference/{name}\n"))
    return f"{path.stem} renamed {name}"


def change_title(docs: Path, dice: random.Random) -> str:
    """Another title, which menus and links repeat."""
    word = f" {dice.choice(('old', 'new', 'γ', 'K2', '5'))}"
    return _rewrite(
        dice.choice(pages(docs)),
        lambda text: re.sub(r"(?m)^# (.*?)$", lambda m: f"# {m[1]}{word}", text, count=1),
        "a title",
    )


def add_heading(docs: Path, dice: random.Random) -> str:
    """A heading more, some of one name."""
    title = dice.choice(("Again", "Again", "On *bone*", "2026", "Gut"))
    return _rewrite(
        dice.choice(pages(docs)),
        lambda text: f"{text.rstrip()}\n\n## {title}\n\nGut.\n",
        "a heading",
    )


def change_term(docs: Path, dice: random.Random) -> str:
    """Another name of a term, which links and the search repeat."""
    names = "; ".join(dice.sample(("bowel", "guts", "studies", "mice", "bone", "few"), 2))
    return _rewrite(
        docs / "reference/glossary.md",
        lambda text: re.sub(r"(?m)^:names: .*$", f":names: {names}", text, count=1),
        "names of a term",
    )


def change_source(docs: Path, dice: random.Random) -> str:
    """Another year, title or author of a source, which every citation repeats."""
    kinds = {
        r"(?m)^(  year *= \{)\d+": rf"\g<1>{dice.randint(1950, 2025)}",
        r"(?m)^(  title *= \{)(\w+)": rf"\g<1>Word{dice.randrange(99)}",
        r"(?m)^(  author *= \{)\w+, ": rf"\g<1>Name{dice.choice('abc')}, ",
        r"(?m)^(  finding *= \{)": r"\g<1>Again: ",
    }
    pattern, new = dice.choice(list(kinds.items()))
    entry = dice.randrange(3)

    def change(text: str) -> str:
        entries = re.split(r"(?m)^(?=@)", text)
        entries[1 + entry] = re.sub(pattern, new, entries[1 + entry], count=1)
        return "".join(entries)

    return _rewrite(docs / "data/sources.bib", change, "a source")


def line_ends(docs: Path, dice: random.Random) -> str:
    """Line ends of Windows, or back."""
    return _rewrite(
        dice.choice(pages(docs)),
        lambda text: text.replace("\r\n", "\n") if "\r\n" in text else text.replace("\n", "\r\n"),
        "line ends",
    )


def turn_time(docs: Path, dice: random.Random) -> str:
    """An older time of a file, as from an archive, or none at all, and another right."""
    path = dice.choice(pages(docs))
    stamp = dice.choice((0, 1_000_000_000, 4_000_000_000))
    os.utime(path, (stamp, stamp))
    path.chmod(dice.choice((0o644, 0o600, 0o755)))
    return f"the time of {path.name}"


def same_size(docs: Path, dice: random.Random) -> str:
    """Another text of equal size at an equal time."""
    path = dice.choice(pages(docs))
    before = path.stat()
    said = _rewrite(path, lambda text: text.replace("ut", "tu", 1), "equal size and time")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    return said


def change_drawing(docs: Path, dice: random.Random) -> str:
    """Another drawing under the same name."""
    path = docs / "reference/dot.svg"
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="{dice.randint(1, 9)}"/></svg>'
    )
    page = docs / "reference/evidence.md"
    if "dot.svg" not in page.read_text():
        page.write_text(page.read_text() + "\n![A dot](dot.svg)\n")
    return "a drawing"


def change_look(docs: Path, dice: random.Random) -> str:
    """A rule of the stylesheet."""
    return _rewrite(
        docs / "_static/kb.css",
        lambda text: f".claim {{ top: {dice.randrange(99)}px; }}\n{text}",
        "a style",
    )


KINDS: dict[Edit, int] = {
    add_text: 6,
    move_block: 2,
    drop_block: 2,
    change_word: 6,
    change_number: 4,
    change_food: 3,
    add_page: 3,
    drop_page: 2,
    rename_page: 2,
    change_title: 3,
    add_heading: 3,
    change_term: 3,
    change_source: 5,
    line_ends: 1,
    turn_time: 2,
    same_size: 2,
    change_drawing: 1,
    change_look: 1,
}
"""Each kind of edit, and how often it comes."""


def edit(docs: Path, dice: random.Random) -> str:
    """Make one edit, or two at once; return what was done."""
    done: list[str] = []
    while len(done) < (2 if dice.random() < 0.2 else 1):
        (kind,) = dice.choices(list(KINDS), list(KINDS.values()))
        done += filter(None, [kind(docs, dice)])
    return " and ".join(done)
