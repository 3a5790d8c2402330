"""Books of a page or two, built from text, and the small projects in ``roots``."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from books import MINIMAL_CONF, Built, run

ROOTS = Path(__file__).parent / "roots"


@pytest.fixture(scope="session")
def build_project(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Built]:
    """Build a project of the folder ``roots``."""

    def build(name: str, **overrides: Any) -> Built:
        folder = tmp_path_factory.mktemp(name)
        shutil.copytree(ROOTS / name, folder / "source")
        return run(folder / "source", folder / "build", **overrides)

    return build


@pytest.fixture
def build_text(tmp_path: Path) -> Iterator[Callable[..., Built]]:
    """Build a book from the text of its files; conf.py may be added to."""

    def build(files: dict[str, str], conf: str = "", **overrides: Any) -> Built:
        source = tmp_path / "source"
        source.mkdir()
        (source / "conf.py").write_text(MINIMAL_CONF + conf, encoding="utf-8")
        for name, text in files.items():
            (source / name).write_text(text, encoding="utf-8")
        return run(source, tmp_path / "build", **overrides)

    yield build


@pytest.fixture
def rebuild(tmp_path: Path) -> Callable[..., Built]:
    """Build a book of ``build_text`` again, where it was built or in a folder of its own."""

    def build(built: Built, folder: str = "build") -> Built:
        return run(Path(built.app.srcdir), tmp_path / folder)

    return build
