"""Messages of Sphinx as an author reads them, with the cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from build.run_sphinx import author_messages

FILE = "put the file there, or rename it: blanks and accents in a name do not work"
MESSAGES = {
    "a.md:1: WARNING: Unknown directive type: 'youtube' [x]": (
        "docs/authoring/ shows those that there are"
    ),
    'a.md:1: WARNING: Unknown interpreted text role "ctie:p". [x]': (
        "write cite:p, cite:t, term, claim or doc; docs/authoring/links.md shows them"
    ),
    "a.md:1: WARNING: image file not readable: my%20pic.png [x]": FILE,
    "a.md:1: WARNING: download file not readable: b.csv [x]": FILE,
}


@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_gets_its_cure(message):
    assert author_messages(message, Path("/x")) == [f"{message}: {MESSAGES[message]}"]


def test_a_role_that_is_not_known_is_told_once():
    assert author_messages("WARNING: unknown role name: ctie:p\nb", Path("/x")) == ["b"]
