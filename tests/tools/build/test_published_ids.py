"""Nothing that was published vanishes in silence: the list of addresses against a site."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from build import engine, published

ROOT = Path(__file__).parents[3]
LIST = """\
# Addresses.

# 1.0.0 - 2026-02-02
a.html
a.html#claim-a1
a.html#first
data/foods.csv

# 1.1.0 - 2026-03-03
b.html
b.html#claim-b1
"""
A = '<section id="first"><div class="claim" id="claim-a1"></div><a id="id7"></a></section>'
B = '<div id="claim-b1"></div>'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A list of published addresses, and a site that answers them all."""
    (tmp_path / "docs/data").mkdir(parents=True)
    (tmp_path / published.LIST).write_text(LIST)
    for name, text in {"a.html": A, "b.html": B, "data/foods.csv": "x"}.items():
        path = tmp_path / "site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def faults(project: Path) -> list[str]:
    return published.faults(project / "site", project)


def test_a_site_that_answers_all_has_no_fault_and_new_addresses_are_none(project):
    (project / "site/new.html").write_text('<section id="new"></section>')
    assert faults(project) == []


def test_before_the_first_release_nothing_is_held_to_anything(project):
    (project / published.LIST).unlink()
    (project / "site/a.html").unlink()
    assert faults(project) == []


def test_an_anchor_that_is_gone_is_told_with_line_release_and_cure(project):
    (project / "site/a.html").write_text(A.replace("claim-a1", "claim-a10"))
    assert faults(project) == [
        "docs/data/published-ids.txt:5: 'a.html#claim-a1', published in 1.0.0, is gone; bring it back, or say in "
        "docs/data/redirects.csv where it went or why: a.html#claim-a1,a.html#claim-a10,<reason>"
    ]


def test_an_anchor_found_on_another_page_is_what_the_cure_names(project):
    (project / "site/a.html").write_text(A.replace("claim-a1", "claim-x"))
    (project / "site/b.html").write_text(B + '<div id="claim-a1"></div>')
    assert [fault.rpartition(": ")[2] for fault in faults(project)] == [
        "a.html#claim-a1,b.html#claim-a1,<reason>"
    ]


def test_a_page_that_is_gone_is_one_fault_whatever_was_on_it(project):
    (project / "site/a.html").unlink()
    (project / "site/data/foods.csv").unlink()
    assert [
        re.match(r"\S+ '([^']*)', published in ([\d.]+)", fault).groups()
        for fault in faults(project)
    ] == [
        ("a.html", "1.0.0"),
        ("data/foods.csv", "1.0.0"),
    ]


def test_a_page_that_leads_on_answers_for_the_anchors_that_are_there(project):
    (project / "site/a.html").write_text(
        '<meta http-equiv="refresh" content="0; url=sub/c.html" />'
    )
    (project / "site/sub").mkdir()
    (project / "site/sub/c.html").write_text(A)
    assert faults(project) == []
    (project / "site/sub/c.html").write_text(A.replace("claim-a1", "claim-c1"))
    assert [re.search(r"'([^']*)'", fault)[1] for fault in faults(project)] == ["a.html#claim-a1"]


def test_a_page_that_says_that_it_is_gone_answers_for_all_of_it(project):
    (project / "site/b.html").write_text('<meta name="kb-gone" content="Why." />')
    assert faults(project) == []


@pytest.mark.parametrize(
    ("row", "answered"),
    [
        ('data/foods.csv,data/food.csv,"Renamed, with more fields."', True),
        ("data/foods.csv,,Nobody may pass it on.", True),
        ("data/foods.csv,data/fod.csv,Renamed.", False),
        ("data/foods.csv,data/food.csv, ", False),
        ("a.html,b.html,Renamed.", False),
    ],
)
def test_a_download_that_is_gone_needs_a_reason_and_a_place_that_is_there(project, row, answered):
    (project / "site/data/foods.csv").rename(project / "site/data/food.csv")
    (project / published.REDIRECTS).write_text(f"old,new,reason\n{row}\n")
    lost = ["docs/data/published-ids.txt:7: 'data/foods.csv', published in 1.0.0, is gone"]
    assert [fault.partition(";")[0] for fault in faults(project)] == ([] if answered else lost)


def test_what_is_not_for_readers_is_not_published(tmp_path):
    page = '<section id="x"><span id="y"></span><span id="index-3"></span><table id="id4"></table><p id="z"></p><tr id="food-1"></tr></section>'
    for name in (
        "a/b.html",
        "authoring/index.html",
        "_static/x.html",
        "404.html",
        "genindex.html",
        ".buildinfo",
        "book.pdf",
        "book.epub",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(page)
    assert published.addresses(tmp_path) == {
        "a/b.html",
        "a/b.html#x",
        "a/b.html#y",
        "a/b.html#food-1",
    }


def test_a_build_that_loses_an_address_is_not_published(tmp_path, monkeypatch, capsys):
    pages = tmp_path / "docs/data"
    pages.mkdir(parents=True)
    (tmp_path / published.LIST).write_text("# 1.0.0 - 2026-02-02\nindex.html#claim-a1\n")

    def sphinx(job: engine.Job, stage: Path, forms: list[str]) -> bool:
        (stage / "html").mkdir()
        (stage / "html/index.html").write_text("<p>Nothing.</p>")
        return True

    monkeypatch.setattr(engine, "sphinx", sphinx)
    assert engine.build(tmp_path, ["html"]) == 1
    assert "docs/data/published-ids.txt:2: 'index.html#claim-a1'" in capsys.readouterr().err
    assert not (tmp_path / "_build/html").exists()


# -- The real site -------------------------------------------------------------------------------


def test_the_list_of_the_book_holds_every_claim_term_source_and_food_of_the_first_release():
    listed = [
        item.address
        for item in published.read_list(ROOT / published.LIST)
        if item.version == "1.0.0"
    ]
    assert len(listed) == len(set(listed))
    counts = {
        kind: sum(f"#{kind}-" in address for address in listed)
        for kind in ("claim", "term", "source", "register")
    }
    assert counts == {"claim": 40, "term": 110, "source": 161, "register": 40}
    assert (
        sum(address.startswith("reference/foods.html#food-") for address in listed) == 140
    )  # 139 foods and the chart
    assert not [address for address in listed if address.startswith("authoring/")]


def test_the_site_answers_every_published_address(site):
    assert published.faults(site, ROOT) == []


@pytest.mark.parametrize("kind", ["claim", "term", "source", "food", "register"])
def test_the_real_list_would_miss_an_id_of_each_kind(site, tmp_path, kind):
    address = next(
        item.address
        for item in published.read_list(ROOT / published.LIST)
        if f"#{kind}-" in item.address
    )
    name, _, anchor = address.partition("#")
    for path in site.resolve().rglob("*"):
        place = tmp_path / path.relative_to(site.resolve())
        if (
            path.is_file()
            and path.suffix in (".html", ".json", ".csv", ".inv")
            and "_static" not in path.parts
        ):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(path.read_bytes())
    (tmp_path / name).write_text(
        (tmp_path / name).read_text().replace(f'id="{anchor}"', 'id="other"')
    )
    assert [address in fault for fault in published.faults(tmp_path, ROOT)] == [True]


def test_where_nothing_is_near_the_row_has_a_place_for_the_new_address(project):
    (project / published.LIST).write_text("# 1.0.0 - 2026-02-02\nquite/elsewhere.txt\n")
    [fault] = published.faults(project / "site", project)
    assert fault == (
        "docs/data/published-ids.txt:2: 'quite/elsewhere.txt', published in 1.0.0, is gone; bring it back, or say in"
        " docs/data/redirects.csv where it went or why: quite/elsewhere.txt,<new address>,<reason>"
    )


# -- Single steps --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "anchors"),
    [
        ('<section class="x" id="one">', ["one"]),
        ('<table\n id="one">', ["one"]),
        ('<figure id="one">', ["one"]),
        ('<span id="one"></span>', ["one"]),
        ('<span id="one">x</span>', []),
        ('<p id="one">', []),
        *((f'<p id="{kind}-x">', [f"{kind}-x"]) for kind in ("claim", "term", "source")),
        *((f'<p id="{kind}-x">', [f"{kind}-x"]) for kind in ("food", "register", "fig")),
        ('<p data-id="claim-x">', []),
        ('<section id="a&amp;b">', ["a&b"]),
        ('<section id="id12"><span id="index-3"></span><section id="id12b">', ["id12b"]),
        ('<sectional id="one">', []),
    ],
)
def test_which_anchors_others_may_link_to(page, anchors):
    assert list(published.anchors(page)) == anchors


def test_the_list_is_read_by_line_and_release(tmp_path):
    path = tmp_path / "list.txt"
    path.write_text(
        "a.html\n# 1.0.0 - 2026-02-02\n\nb.html\n# A note.\n#c.html\n# 10.2.13\nd.html\n"
    )
    assert published.read_list(path) == [
        published.Published("a.html", 1, ""),
        published.Published("b.html", 4, "1.0.0"),
        published.Published("d.html", 8, "10.2.13"),
    ]


def test_an_address_of_no_release_is_told_as_such(project):
    (project / published.LIST).write_text("gone.html\n")
    [fault] = faults(project)
    assert fault.startswith(
        "docs/data/published-ids.txt:1: 'gone.html', published in a release, is gone; bring it back"
    )


@pytest.mark.parametrize(
    ("text", "answered"),
    [
        ('<meta http-equiv="refresh" content="0; url=b.html" />', True),
        ('<meta http-equiv="refresh" content="0;url=./sub/../b.html#claim-b1" />', True),
        ('<meta http-equiv="refresh" content="0; url=c.html" />', False),
        ("<p>Moved to b.html.</p>", False),
    ],
)
def test_a_page_that_moved_answers_where_it_leads(project, text, answered):
    (project / published.LIST).write_text("# 1.0.0 - 2026-02-02\na.html#claim-b1\n")
    (project / "site/a.html").write_text(text)
    assert (faults(project) == []) is answered


def test_a_page_within_a_folder_leads_from_there(project):
    (project / published.LIST).write_text("# 1.0.0 - 2026-02-02\nold/a.html#claim-b1\n")
    (project / "site/old").mkdir()
    (project / "site/old/a.html").write_text(
        '<meta http-equiv="refresh" content="0; url=../b.html" />'
    )
    assert faults(project) == []


def test_a_table_of_moves_that_cannot_be_read_is_what_is_told(project):
    (project / published.REDIRECTS).write_text("old,new\na,b\n")
    assert [fault for fault in faults(project) if "published in" in fault] == []
    assert faults(project)[0].startswith("docs/data/redirects.csv")


def test_the_nearest_name_of_its_kind_is_what_the_cure_names(project):
    """For an anchor one of its page; for a page or a download another of those."""
    (project / published.LIST).write_text(
        "# 1.0.0 - 2026-02-02\na.html#claim-a2\na.htm\ndata/food.csv\n"
    )
    (project / "site/c.html").write_text('<div id="claim-a22"></div>')
    assert [fault.rpartition(": ")[2] for fault in faults(project)] == [
        "a.html#claim-a2,a.html#claim-a1,<reason>",
        "a.htm,a.html,<reason>",
        "data/food.csv,data/foods.csv,<reason>",
    ]
