"""The tiny book of tests/roots/test-book, built once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from books import Built, run


@pytest.fixture(scope="session")
def build_root(rootdir: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Built]:
    """Build tests/roots/test-book in a folder of its own."""

    def build(**overrides: Any) -> Built:
        folder = tmp_path_factory.mktemp("book")
        shutil.copytree(rootdir / "test-book", folder / "source")
        return run(folder / "source", folder / "build", **overrides)

    return build


@pytest.fixture(scope="session")
def book(build_root: Callable[..., Built]) -> Built:
    return build_root()
