"""What is kept for the next build: when it is used, and what is said where it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from build import build_cache, file_list
from build.build_cache import BuildCache
from build.publish import BUILDS, CURRENT


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BuildCache:
    """A published build 7, and what was read for it by the code ``digest``."""
    monkeypatch.chdir(tmp_path)
    out = tmp_path / "_build"
    for name, text in {"html/a.html": "a", "html/sub/b.html": "b", "html/c.css": "c"}.items():
        (out / BUILDS / "7" / name).parent.mkdir(parents=True, exist_ok=True)
        (out / BUILDS / "7" / name).write_text(text)
    file_list.write(out / BUILDS / "7")
    (out / CURRENT).symlink_to(f"{BUILDS}/7")
    cache = BuildCache(out)
    (cache.work / "trees").mkdir(parents=True)
    (cache.work / "trees/a.doctree").write_text("read")
    (cache.work / build_cache.PAGES).write_text('{"a": 1, "sub/b": 2, "gone": 3}')
    cache.save("digest")
    return cache


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_what_was_kept_is_copied_for_the_code_that_read_it(cache, capsys):
    assert not cache.work.exists()
    assert cache.checkout("digest") == (cache.out / BUILDS / "7").resolve()
    assert contents(cache.work) == contents(cache.kept)
    assert contents(cache.work)["trees/a.doctree"] == "read"
    (cache.work / "trees/a.doctree").write_text("written over")
    assert contents(cache.kept)["trees/a.doctree"] == "read", "it is a copy"
    assert capsys.readouterr() == ("", "")


def test_what_other_code_read_or_what_was_read_for_another_build_is_not_used(cache, capsys):
    cache.work.mkdir()
    assert cache.checkout("another") is None
    assert not cache.work.exists()
    (cache.out / BUILDS / "7").rename(cache.out / BUILDS / "8")
    (cache.out / CURRENT).unlink()
    assert cache.checkout("digest") is None
    (cache.out / CURRENT).symlink_to(f"{BUILDS}/8")
    assert cache.checkout("digest") is None
    assert capsys.readouterr() == ("", "") and cache.kept.exists()


def test_what_is_kept_and_damaged_is_said_and_removed(cache, capsys):
    (cache.kept / "trees/a.doctree").write_text("rotten")
    assert cache.checkout("digest") is None
    assert capsys.readouterr().err == (
        "_build/.kept/trees/a.doctree is not as it was written: building from nothing\n"
    )
    assert not cache.kept.exists() and not cache.work.exists()
    assert cache.checkout("digest") is None
    assert capsys.readouterr().err == ""


def test_a_preview_may_write_into_the_folder_meanwhile(cache, monkeypatch):
    """``make live`` writes the doctree of the page that is looked at."""

    def damaged(folder: Path) -> list[str]:
        (cache.work / "trees").mkdir(parents=True)
        (cache.work / "trees/b.doctree").write_text("previewed")
        return []

    monkeypatch.setattr(build_cache.file_list, "damaged", damaged)
    assert cache.checkout("digest")
    assert {*contents(cache.work)} == {*contents(cache.kept), "trees/b.doctree"}


def test_the_pages_that_were_written_are_copied_and_nothing_else(cache, tmp_path):
    build = cache.checkout("digest")
    (tmp_path / "stage/sub").mkdir(parents=True)
    cache.checkout_pages(build, tmp_path / "stage")
    assert contents(tmp_path / "stage") == {"a.html": "a", "sub/b.html": "b"}
    (cache.work / build_cache.PAGES).unlink()
    cache.checkout_pages(build, tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_what_cannot_be_kept_is_not_there_for_the_next_build(cache, monkeypatch):
    assert cache.checkout("digest")

    def refuse(folder: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(build_cache.file_list, "write", refuse)
    cache.save("digest")
    assert not cache.kept.exists() and not cache.work.exists()
    assert cache.checkout("digest") is None
