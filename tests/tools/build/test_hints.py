"""Messages of Sphinx as an author reads them, with the cure."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from sphinx.errors import ConfigError, ExtensionError

from build.inputs import InputError
from build.run_sphinx import (
    ERRNO_CURES,
    MESSAGE_CURES,
    author_messages,
    explain,
    failure,
    lacks_room,
)

FILE = (
    "copy the file into docs, where a path that begins with / starts, or rename it: blanks and"
    " accents in a name do not work"
)
MESSAGES = {
    "a.md:1: WARNING: Unknown directive type: 'youtube' [x]": (
        "docs/authoring/ shows those that there are"
    ),
    'a.md:1: WARNING: Unknown interpreted text role "ctie:p". [x]': (
        "write cite:p, cite:t, term, claim or doc; docs/authoring/links.md shows them"
    ),
    "a.md:1: WARNING: image file not readable: my%20pic.png [x]": FILE,
    "a.md:1: WARNING: download file not readable: b.csv [x]": FILE,
    "a.md:1: WARNING: term not in glossary: 'gutt' [x]": (
        "spell it as docs/reference/glossary.md does, or add it there"
    ),
    'a.md:1: WARNING: could not find bibtex key "karl2018" [x]': (
        "spell the key as docs/data/sources.bib does, or add the source there"
    ),
    "a.md:1: WARNING: unknown document: 'sections/bon' [x]": (
        "write the name of its file without .md, from the folder of this page, or from docs, with a"
        " / before it"
    ),
    "a.md:1: WARNING: 'myst' cross-reference target not found: 'x' [x]": (
        "write a file, as in other.md, or an anchor, as in #words"
    ),
    "a.md: WARNING: document isn't included in any toctree [x]": "list the page in docs/index.md",
    "a.md:1: WARNING: Non-consecutive header level increase; H1 to H3 [x]": (
        "go down one level of headings at a time"
    ),
}


@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_gets_its_cure(message):
    assert author_messages(message, Path("/x")) == [f"{message}: {MESSAGES[message]}"]


def test_every_cure_is_asked_for():
    assert sorted(MESSAGES.values()) == sorted(MESSAGE_CURES.values())


def test_lines_are_told_once_without_colors_and_with_paths_from_the_root():
    text = "\x1b[91m/x/docs/a.md:1: ERROR: one\x1b[39;49;00m\n/x/docs/a.md:1: ERROR: one\ntwo"
    assert author_messages(text, Path("/x")) == ["docs/a.md:1: ERROR: one", "two"]
    traceback = "Traceback (most recent call last):\n  x\n  x\nError"
    assert author_messages(traceback, Path("/x")) == traceback.splitlines()


def test_an_error_of_the_program_keeps_its_traceback():
    told = failure(KeyError("x"), None, Path("/x"))
    assert told == ["KeyError: 'x'"]
    assert failure(InputError("no date"), None, Path("/x")) == ["no date"]


def test_a_page_without_an_end_is_named():
    app = SimpleNamespace(env=SimpleNamespace(current_document=SimpleNamespace(docname="a/b")))
    assert explain(RecursionError(), app) == (
        "docs/a/b.md: the page has no end or goes too deep: look for a file that includes itself, "
        "or marks, lists or boxes in each other by the dozen; take them apart"
    )
    assert explain(RecursionError(), None) == ""


def test_what_goes_wrong_in_an_extension_is_told_as_if_it_had_not_been_wrapped():
    inner = OSError(28, "No space left on device", "/x")
    wrapped = ExtensionError("Handler", orig_exc=inner, modname="kb")
    told = "No space left on device (/x): make room on the disk, then build again"
    assert explain(wrapped, None) == explain(inner, None) == told
    assert explain(ConfigError("a wrong setting"), None) == "Configuration error: a wrong setting"
    assert explain(OSError(5, "Input/output error"), None) == ""


def test_a_full_disk_is_seen_in_a_line():
    assert lacks_room("OSError: No space left on device: 'x'")
    assert lacks_room("Disk quota exceeded") and not lacks_room("Permission denied")


def test_a_page_that_is_listed_twice_is_told_once():
    twice = "WARNING: duplicated ToC entry found: a.xhtml#b [epub.duplicated_toc_entry]"
    told = "a.md:1: WARNING: 'a' stands in a toctree a second time [toc.double]"
    assert author_messages(f"{told}\n{twice}\n", Path("/x")) == [told]
    assert author_messages(twice, Path("/x")) == [twice]


def test_a_role_that_is_not_known_is_told_once():
    assert author_messages("WARNING: unknown role name: ctie:p\nb", Path("/x")) == ["b"]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES])
def test_a_folder_that_cannot_be_copied_is_one_message(tmp_path, monkeypatch, number):
    """``copytree`` tells of each file, in the words of Python."""
    for name in ("one", "two"):
        (tmp_path / "kept" / name).mkdir(parents=True)
        (tmp_path / "kept" / name / "file").write_text("")

    def fail(source: str, target: str) -> None:
        raise OSError(number, os.strerror(number), source, None, target)

    with pytest.raises(shutil.Error) as raised:
        shutil.copytree(tmp_path / "kept", tmp_path / "work", copy_function=fail)
    told = explain(raised.value, None)
    assert told == f"{os.strerror(number)}: {ERRNO_CURES[number]}"
    assert explain(shutil.Error("other"), None) == ""
