"""A project whose 'Sphinx' takes no time, for tests of what comes before and after it."""

from __future__ import annotations

from pathlib import Path

import pytest

from build import engine
from build.publish import PARTS


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose 'Sphinx' writes a page, a book and what it read, at once.

    The file ``log`` says of each run whether it began with what was kept.
    """

    def sphinx(job: engine.Job, stage: Path, forms: list[str]) -> bool:
        text = (job.root / "docs/index.md").read_text()
        for form in forms:
            kept = job.out / ".work" / form
            with (job.root / "log").open("a") as log:
                log.write(f"{form} {'after an edit' if kept.exists() else 'from nothing'}\n")
            kept.parent.mkdir(exist_ok=True)
            kept.write_text(text)
            if form == "html":
                (stage / "html").mkdir(exist_ok=True)
                (stage / "html/index.html").write_text(f"<html>{text}")
            else:
                (stage / PARTS[form]).write_text(text)
        return True

    monkeypatch.setattr(engine, "sphinx", sphinx)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/index.md").write_text("old")
    return tmp_path
