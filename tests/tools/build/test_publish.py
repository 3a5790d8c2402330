"""Single steps of publication, each on its own files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from build import publish
from build.publish import BOOK, BUILDS, CURRENT


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """An output folder with builds 8, 9 and 10, of which 9 is published."""
    for number in (8, 9, 10):
        (tmp_path / BUILDS / str(number)).mkdir(parents=True)
    (tmp_path / CURRENT).symlink_to(f"{BUILDS}/9")
    return tmp_path


def builds(out: Path) -> list[str]:
    return sorted(path.name for path in (out / BUILDS).iterdir())


def test_numbers_are_compared_as_numbers(out):
    assert publish.next_stage(out) == out / BUILDS / "11.partial"
    (out / BUILDS / "99.partial").mkdir()
    assert publish.next_stage(out) == out / BUILDS / "11.partial"
    assert publish.next_stage(out / "empty") == out / "empty" / BUILDS / "1.partial"


def test_what_a_crash_left_goes_and_the_published_build_and_the_one_before_it_stay(out):
    (out / BUILDS / "11.partial").mkdir()
    (out / ".work").mkdir()
    (out / "html.new").symlink_to("nowhere")
    (out / "mine").mkdir()
    publish.sweep(out)
    assert builds(out) == ["8", "9"]
    assert sorted(path.name for path in out.iterdir()) == [BUILDS, CURRENT, "mine"]


@pytest.mark.parametrize(
    "target", ["9", "elsewhere/9", f"{BUILDS}/nine", f"{BUILDS}/7", f"{BUILDS}/²"]
)
def test_a_link_that_leads_to_no_build(out, target):
    assert publish.current_build(out) == out / BUILDS / "9"
    publish.link(out / CURRENT, target)
    assert publish.current_build(out) is None


def test_no_link_or_a_folder_in_its_place_is_no_build(out):
    (out / CURRENT).unlink()
    assert publish.current_build(out) is None
    (out / CURRENT).mkdir()
    assert publish.current_build(out) is None


def test_a_new_build_is_published_in_place_of_whatever_stands_there(out):
    (out / CURRENT).unlink()
    (out / CURRENT).mkdir()
    (out / CURRENT / "file").write_text("x")
    stage = publish.next_stage(out)
    (stage / "html").mkdir(parents=True)
    (stage / "html/index.html").write_text("new")
    publish.publish(out, stage)
    assert publish.current_build(out) == out / BUILDS / "11"
    assert builds(out) == ["10", "11"]
    assert (out / CURRENT / "html/index.html").read_text() == "new"
    assert "html/index.html" in (out / CURRENT / ".files").read_text()


def test_a_format_that_is_carried_on_is_the_same_file(out):
    current, stage = out / BUILDS / "9", out / BUILDS / "10"
    (current / "html/a").mkdir(parents=True)
    (current / "html/a/b.html").write_text("page")
    (current / BOOK).write_text("book")
    for form in ("html", "pdf"):
        (current / f".made-{form}").write_text(form)
        publish.carry(current, stage, form)
        assert (stage / f".made-{form}").read_text() == form
        assert not (stage / f".made-{form}").samefile(current / f".made-{form}")
    for name in ("html/a/b.html", BOOK):
        assert (stage / name).samefile(current / name)


def test_each_published_format_has_its_link(out):
    (out / BUILDS / "9/html").mkdir()
    publish.name_parts(out)
    assert (out / "html").readlink() == Path(CURRENT, "html")
    assert not os.path.lexists(out / BOOK)
    (out / "html").unlink()
    (out / "html").symlink_to("elsewhere")
    publish.name_parts(out)
    assert (out / "html").readlink() == Path(CURRENT, "html")


def test_what_is_removed_is_not_what_a_link_leads_to(tmp_path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "link").symlink_to("kept")
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder/within").mkdir(parents=True)
    for name in ("link", "file", "folder", "nothing"):
        publish.remove(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_the_lock_is_that_of_the_folder_that_is_there(tmp_path):
    with publish.only_one(tmp_path / "out") as lock:
        assert publish.holds(tmp_path / "out", lock)
        publish.remove(tmp_path / "out")
        assert not publish.holds(tmp_path / "out", lock)
        (tmp_path / "out").mkdir()
        (tmp_path / "out/.lock").write_text("")
        assert not publish.holds(tmp_path / "out", lock)


def test_clean_leaves_nothing_and_what_links_lead_to_elsewhere(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    out = tmp_path / "out"
    publish.clean(out)
    (out / BUILDS).mkdir(parents=True)
    (out / "html").symlink_to(tmp_path / "elsewhere")
    publish.clean(out)
    assert [path.name for path in tmp_path.iterdir()] == ["elsewhere"]


def test_folders_that_are_closed_are_opened_and_links_are_not_followed(tmp_path, monkeypatch):
    folder, elsewhere = tmp_path / "folder", tmp_path / "elsewhere"
    (folder / "a/b").mkdir(parents=True)
    elsewhere.mkdir(mode=0o500)
    (folder / "a/link").symlink_to(elsewhere)
    for path in (folder / "a/b", folder / "a", folder):
        path.chmod(0)
    modes: list[int] = []
    real = publish.shutil.rmtree

    def rmtree(path: Path) -> None:
        """For root nothing is closed, so it is refused here."""
        paths = (folder, folder / "a", folder / "a/b")
        modes[:] = [inner.stat().st_mode & 0o777 for inner in paths]
        if modes != [0o700] * 3:
            raise PermissionError(13, "Permission denied", str(path))
        real(path)

    monkeypatch.setattr(publish.shutil, "rmtree", rmtree)
    publish.remove(folder)
    assert not folder.exists() and elsewhere.stat().st_mode & 0o777 == 0o500


def test_what_may_not_be_looked_at_is_not_there(tmp_path):
    assert publish.is_there(tmp_path) and not publish.is_there(tmp_path / "a")
    assert not publish.is_there(tmp_path / ("a" * 300)), "the system refuses such a name"


def test_what_cannot_be_removed_now_does_not_stop_the_publication(out, monkeypatch):
    def refuse(path: Path) -> None:
        raise OSError(16, "Device or resource busy", str(path))

    stage = publish.next_stage(out)
    stage.mkdir()
    monkeypatch.setattr(publish, "remove", refuse)
    publish.publish(out, stage)
    assert publish.current_build(out) == out / BUILDS / "11"
    assert builds(out) == ["10", "11", "8", "9"]


def test_a_link_that_a_crash_left_half_made_is_made_anew(out):
    (out / "html.new").symlink_to("nowhere")
    publish.link(out / "html", "a")
    publish.link(out / "html", "b")
    assert (out / "html").readlink() == Path("b")
    assert not os.path.lexists(out / "html.new")


def test_something_else_in_the_place_of_a_format_is_refused(out):
    (out / BUILDS / "9" / BOOK).write_text("new")
    (out / BOOK).write_text("mine")
    with pytest.raises(FileExistsError) as refused:
        publish.name_parts(out)
    assert str(refused.value) == (
        f"{out / BOOK} was not made by this tool, and stands where the build belongs; move it away"
    )
    assert (out / BOOK).read_text() == "mine"


def test_the_names_of_what_is_published():
    """Links of others and the settings of the site name them."""
    assert publish.PARTS == {
        "pdf": "vitamin-k2-gut-brain-axis.pdf",
        "epub": "vitamin-k2-gut-brain-axis.epub",
        "html": "html",
    }
    assert (publish.CURRENT, publish.BUILDS) == (".current", ".builds")
