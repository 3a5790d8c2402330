"""What `make fix` mends: whole entries move and nothing is lost; what cannot be taken apart stays as it is."""

from __future__ import annotations

import errno
import random
import re
from collections import Counter
from pathlib import Path

import pytest

from checks.mending import (
    GLOSSARY,
    Refused,
    in_order_of_keys,
    in_order_of_letters,
    mend,
    same_lines,
    without_trailing_blanks,
)
from kb.core.safe_write import NotWritten

ROOT = Path(__file__).parents[3]
BIB = "docs/data/sources.bib"


OFF = "% check: KB041 off - a reason\n"
NOTE = "% A note.\n"


def definition(name: str, comment: str = "") -> str:
    return f"{comment}:::{{definition}} {name}\n:id: x\n\nWhat {name} is.\n:::\n"


def entry(key: str, comment: str = "") -> str:
    return f"{comment}@article{{{key},\n  title = {{The {{K}} \\& of {key}}},\n}}\n"


GIVEN = f"""# Glossary

Words about it.

## B

{definition("bowel")}
{definition("bone", OFF)}
{definition("colon")}
## A

{definition("axon")}"""
WANTED = f"""# Glossary

Words about it.

## A

{definition("axon")}
## B

{definition("bone", OFF)}
{definition("bowel")}
## C

{definition("colon")}"""


def test_entries_move_under_their_letters_with_their_comments():
    assert in_order_of_letters(GIVEN) == WANTED
    assert in_order_of_letters(WANTED) == WANTED


def test_sources_move_by_key_with_their_comments():
    head = "@string{jn = {The Journal of Nutrition}}\n"
    given = f"{head}\n{entry('b2000', NOTE)}\n\n{entry('a2000')}\n{entry('b1999')}"
    wanted = f"{head}\n{entry('a2000')}\n{entry('b1999')}\n{entry('b2000', NOTE)}"
    assert in_order_of_keys(given) == wanted
    assert in_order_of_keys(wanted) == wanted


@pytest.mark.parametrize(
    ("path", "order", "start"),
    [(GLOSSARY, in_order_of_letters, ":::{definition}"), (BIB, in_order_of_keys, "@")],
)
def test_the_shuffled_files_come_back_byte_for_byte(path, order, start):
    text = (ROOT / path).read_text(encoding="utf-8")
    assert order(text) == text
    first = text.index(f"\n{start}") + 1 if start != "@" else 0
    body = re.sub(r"^## [A-Z]\n\n", "", text[first:], flags=re.MULTILINE)
    blocks = re.split(rf"\n\n(?={re.escape(start)})", body.rstrip("\n"))
    assert len(blocks) > 100
    for seed in range(20):
        shuffled = random.Random(seed).sample(blocks, len(blocks))
        given = text[:first] + "\n\n".join(shuffled) + "\n"
        after = order(given)
        assert after == text
        assert Counter(given.split()) - Counter(after.split()) == Counter()


@pytest.mark.parametrize(
    ("order", "text", "message"),
    [
        (
            in_order_of_letters,
            "## A\n\n:::{definition} axon\n:id: axon\n\nA fiber.\n",
            f"{GLOSSARY}:3: the entry 'axon' is not closed; end it with a line ':::'",
        ),
        (
            in_order_of_letters,
            "## A\n\n:::{definition} axon\n\n:::{definition} bone\n\nB.\n:::\n",
            f"{GLOSSARY}:3: the entry 'axon' is not closed; end it with a line ':::'",
        ),
        (
            in_order_of_letters,
            f"## A\n\n{definition('axon')}\nLost words.\n",
            f"{GLOSSARY}:9: text between two entries; move it into one, or above the first letter",
        ),
        (
            in_order_of_letters,
            f"## A\n\n{definition('axon')}\n% last\n",
            f"{GLOSSARY}:9: a comment below the last entry; move it above the entry that it is about",
        ),
        (
            in_order_of_letters,
            f"## A\n\n{definition('5')}",
            f"{GLOSSARY}:3: the name '5' has no letter to sort by; begin it with a word",
        ),
        (
            in_order_of_keys,
            "@article{b,\n  title = {Open,\n}\n\n@article{a,\n  title = {A},\n}\n",
            f"{BIB}:1: the entry does not end with its own brace on a line; balance its braces",
        ),
        (
            in_order_of_keys,
            "@article{b,\n  title = {B},\n} more\n",
            f"{BIB}:1: the entry does not end with its own brace on a line; balance its braces",
        ),
        (
            in_order_of_keys,
            f"{entry('a')}\n@string{{x = {{y}}}}\n",
            f"{BIB}:5: @string between entries; move it above the first entry",
        ),
        (
            in_order_of_keys,
            f"{entry('a')}\n% last\n",
            f"{BIB}:5: a comment below the last entry; move it above the entry that it is about",
        ),
    ],
)
def test_what_cannot_be_taken_apart_is_refused(order, text, message):
    with pytest.raises(Refused, match=f"^{re.escape(message)}$"):
        order(text)


def test_a_lost_line_is_seen():
    assert same_lines("a\n\nb\n", "b\na\n## C\n")
    assert not same_lines("a\nb\nb\n", "a\nb\n")
    assert not same_lines("a\n", "a\nb\n")


def test_blanks_go_and_hard_breaks_and_code_stay():
    given = "# A \n\nOne  \nline.\t\n\nTwo.  \n\n```text\ncode \n \n```\n\n\n"
    assert (
        without_trailing_blanks(given) == "# A\n\nOne  \nline.\n\nTwo.\n\n```text\ncode \n \n```\n"
    )


def test_one_file_refused_leaves_it_and_mends_the_others(tmp_path):
    files = {
        GLOSSARY: GIVEN,
        BIB: "@article{b,\n  title = {Open,\n}\n",
        "docs/index.md": "# A \n",
        "README.md": "# R",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    changed, refused = mend(tmp_path)
    assert changed == ["README.md", "docs/index.md", GLOSSARY]
    assert len(refused) == 1
    assert refused[0].startswith(f"{BIB}:4: ")
    assert (tmp_path / BIB).read_text() == files[BIB]
    assert (tmp_path / GLOSSARY).read_text() == WANTED
    assert mend(tmp_path) == ([], refused)


def test_an_order_that_would_lose_a_line_is_not_written(tmp_path, monkeypatch):
    (tmp_path / GLOSSARY).parent.mkdir(parents=True)
    (tmp_path / GLOSSARY).write_text(GIVEN, encoding="utf-8")
    monkeypatch.setattr("checks.mending.in_order_of_letters", lambda text: text.replace("axon", ""))
    message = f"{GLOSSARY}:1: putting it in order would lose a line; please report this"
    assert mend(tmp_path) == ([], [message])
    assert (tmp_path / GLOSSARY).read_text(encoding="utf-8") == GIVEN


def test_a_full_disk_costs_no_word(tmp_path, monkeypatch):
    """A write that fails half way, as on a full disk, leaves every file as the author saved it."""
    (tmp_path / "docs/reference").mkdir(parents=True)
    (tmp_path / "docs/data").mkdir()
    (tmp_path / GLOSSARY).write_text(GIVEN, encoding="utf-8")
    (tmp_path / BIB).write_text(entry("b2") + "\n" + entry("a1"), encoding="utf-8")
    before = {path: path.read_bytes() for path in sorted(tmp_path.rglob("*")) if path.is_file()}

    def refuse(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("kb.core.safe_write.os.fsync", refuse)
    with pytest.raises(NotWritten, match=r"nothing was written: glossary\.md: No space left"):
        mend(tmp_path)
    after = {path: path.read_bytes() for path in sorted(tmp_path.rglob("*")) if path.is_file()}
    assert after == before


def test_a_link_to_another_place_is_not_written_through(tmp_path):
    """The file at its end may belong to another project."""
    root, other = tmp_path / "project", tmp_path / "other.md"
    other.write_text("# One \n\n\n")
    (root / "docs/sections").mkdir(parents=True)
    (root / "docs/sections/one.md").symlink_to(other)
    assert mend(root) == (
        [],
        ["docs/sections/one.md: a link to another place, which stays as it is; put the file here"],
    )
    assert other.read_text() == "# One \n\n\n"
