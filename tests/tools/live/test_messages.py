"""The messages of `make live`: each comes out of its line as it went in."""

from __future__ import annotations

from typing import get_args

import pytest

from live import messages
from live.messages import from_line, to_line

EXAMPLES = (
    messages.TakeSnapshot(previews=True),
    messages.BuildSite(["index", "sections/one"]),
    messages.PreviewPages(["sections/one"], ["data/foods.csv"]),
    messages.PreviewStylesheet(),
    messages.SnapshotReady(),
    messages.SnapshotRefused(["docs/conf.py:1: a fault"]),
    messages.BuildStarted(42),
    messages.PageWritten("sections/one", "<p>µ\n\u2028</p>"),
    messages.StylesheetWritten("p {}", {"fa-solid-900.woff2": b"\x00\xff\n"}),
    messages.BuildFinished([], "0af"),
    messages.SourcesChanged(),
    messages.RequestDone(),
    messages.ShowPage("<p>", first=True),
    messages.ShowStylesheet("_static/site.css"),
    messages.ShowFaults(["a fault"]),
)


@pytest.mark.parametrize("message", EXAMPLES, ids=lambda one: type(one).__name__)
def test_a_message_is_one_line_and_comes_back(message):
    line = to_line(message)
    assert line.count(b"\n") == 1 and line.endswith(b"\n")
    assert from_line(line) == message


def test_there_is_an_example_of_each_message():
    assert {type(one) for one in EXAMPLES} == set(get_args(messages.Message))


def test_what_is_not_a_message_is_refused():
    with pytest.raises(KeyError, match="Unknown"):
        from_line(b'{"kind": "Unknown"}')
