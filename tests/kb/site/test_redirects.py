"""Addresses that moved or went: old pages lead on, old anchors stay, and a row that does nothing is told with its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kb.core.tables import DataError
from kb.site.redirects import read_redirects

HEAD = "old,new,reason\n"
CONF = {
    "conf.py": lambda text: (
        text.replace('"kb.outlets.inventory"', '"kb.outlets.inventory", "kb.site.redirects"')
        + 'templates_path = ["."]\n'
    )
}


@pytest.fixture
def moved(tiny, docs):
    """The tiny knowledge base with these rows of redirects."""
    template = (docs / "_ext/kb/site/templates/kb-moved.html").read_text(encoding="utf-8")

    def build(rows: str, builder: str = "html", **settings: str):
        return tiny(
            {
                **CONF,
                "kb-moved.html": lambda _: template,
                "data/redirects.csv": lambda _: HEAD + rows,
            },
            builder,
            **settings,
        )

    return build


def test_an_old_page_leads_on_without_a_script_and_is_not_listed(moved):
    built = moved('sections/first.html,sections/one.html,"Named anew, & better."\n')
    page = built.page("sections/first.html")
    assert built.warnings == ""
    assert '<meta http-equiv="refresh" content="0; url=one.html" />' in page
    assert '<a href="one.html" id="moved-to">One</a>. Named anew, &amp; better.' in page
    assert '<meta name="robots" content="noindex" />' in page
    assert re.findall(r"<script[^>]*>(.*?)</script>", page) == [""]
    assert "searchindex" not in page
    assert "sections/first" not in built.page("index.html")


def test_an_old_page_may_lead_to_an_anchor_and_its_anchors_elsewhere(moved):
    built = moved(
        "old.html,sections/one.html#claim-a1,Part of it.\nold.html#words,reference/glossary.html,All words are there.\n"
    )
    page = built.page("old.html")
    assert built.warnings == ""
    assert "url=sections/one.html#claim-a1" in page
    assert (
        '<li id="words">words: now <a href="reference/glossary.html">here</a>. All words are there.</li>'
        in page
    )


def test_a_page_that_is_gone_says_why_and_leads_nowhere(moved):
    page = moved("old.html,,The article dropped it.\n").page("old.html")
    assert "<h1>This page is gone</h1>" in page
    assert "<p>The article dropped it.</p>" in page
    assert "refresh" not in page
    assert "<script" not in page


def test_an_old_anchor_of_the_page_becomes_a_further_id(moved):
    built = moved(
        "sections/one.html#claim-a0,sections/one.html#claim-a1,Merged.\nreference/foods.html#food-old,reference/foods.html#food-natto-tiny,Renamed.\n"
    )
    assert built.warnings == ""
    assert built.page("sections/one.html").count('<span id="claim-a0"></span>') == 1
    assert "Moved from this page" not in built.page("sections/one.html")
    # Inside the cell: between the cells of a row a browser would move it out of the table.
    assert re.search(
        r'<th scope[^>]*>(?:(?!</t[hdr]>).)*id="food-old"',
        built.page("reference/foods.html"),
        re.DOTALL,
    )


def test_any_other_old_anchor_gets_a_line_at_the_foot_of_its_page(moved):
    built = moved(
        "sections/one.html#claim-a8,reference/glossary.html#term-gut,It is a term now.\nsections/one.html#claim-a9,,Nobody claims it.\n"
    )
    page = built.page("sections/one.html")
    assert built.warnings == ""
    assert (
        '<li id="claim-a8"><p>claim-a8: now in <a class="reference internal" href="../reference/glossary.html#term-gut"><span>Glossary</span></a>. '
        "It is a term now.</p></li>" in page
    )
    assert '<li id="claim-a9"><p>claim-a9: Nobody claims it.</p></li>' in page


def test_books_say_nothing_of_it(moved):
    built = moved("sections/one.html#claim-a9,,Nobody claims it.\nold.html,,Gone.\n", "text")
    assert "claim-a9" not in built.page("sections/one.txt")
    assert not (built.out / "old.txt").exists()


def test_an_ebook_has_no_page_for_it(moved):
    built = moved("old.html,,Gone.\n", "epub", version="1", copyright="2026, us")
    assert built.warnings == ""
    assert list(built.out.rglob("one.*html")) and not list(built.out.rglob("old.*html"))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("sections/one.html,index.html,Why.", "'sections/one.html' is still there; delete the row"),
        ("genindex.html,index.html,Why.", "'genindex.html' is made by the build; delete the row"),
        ("_static/a.html,index.html,Why.", "'_static/a.html' is made by the build; delete the row"),
        (
            "sections/one.html#claim-a1,index.html,Why.",
            "'sections/one.html#claim-a1' is still there; delete the row",
        ),
        (
            "reference/evidence.html#register-a1,index.html,Why.",
            "'reference/evidence.html#register-a1' is still there; delete the row",
        ),
        (
            "old.html,sections/on.html,Why.",
            "'sections/on.html' is not there (did you mean 'sections/one'?)",
        ),
        (
            "old.html,sections/one.html#claim-a2,Why.",
            "'sections/one.html#claim-a2' is not there (did you mean 'claim-a1'?)",
        ),
        (
            "old.html#claim-a9,sections/one.html,Why.",
            "the whole page 'old.html' is gone; add a row for it",
        ),
    ],
)
def test_a_row_that_does_nothing_or_leads_nowhere_is_told_with_its_line(moved, row, message):
    assert (
        moved(f"fine.html,index.html,Fine.\n{row}\n").warnings
        == f"data/redirects.csv:3: WARNING: {message} [redirects.row]\n"
    )


def test_a_row_of_the_register_is_a_place(moved):
    assert moved("old.html,reference/evidence.html#register-a1,Why.\n").warnings == ""


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("a,b,c\n", ["1: columns missing old, new, reason; the head is old,new,reason"]),
        ("", ["1: columns missing old, new, reason; the head is old,new,reason"]),
        (
            HEAD + "a.html,b.html\n",
            ["2: 2 cells where the head has 3; quote a cell that holds a comma"],
        ),
        (
            HEAD + "a.html,b.html,\n",
            ["2: say in a few words why it moved or went; readers see them"],
        ),
        (HEAD + ",b.html,Why.\n", ["2: the old address is missing"]),
        (
            HEAD + "../a.html,https://example.org/b.html,Why.\n",
            [
                f"2: {name!r} is not an address of the site; write 'sections/one.html' or 'sections/one.html#claim-a1'"
                for name in ("../a.html", "https://example.org/b.html")
            ],
        ),
        (
            HEAD + "a.html,b.html,Why.\n\na.html,c.html,Why.\n",
            ["4: 'a.html' stands at line 2 too; keep one"],
        ),
        (
            HEAD + "a.html,b.html,Why.\nb.html,c.html,Why.\n",
            ["2: 'b.html' is gone itself (line 3); lead to where it is now"],
        ),
        (
            HEAD + "a.html,b.html#x,Why.\nb.html,c.html,Why.\n",
            ["2: 'b.html#x' is gone itself (line 3); lead to where it is now"],
        ),
        (
            HEAD + 'a.html,b.html,"Why" so\n',
            [
                "2: ',' expected after '\"' in the row that begins here; look for a quotation mark that is not closed"
            ],
        ),
    ],
)
def test_each_fault_of_the_file_is_named_by_line(tmp_path: Path, text, faults):
    path = tmp_path / "redirects.csv"
    path.write_text(text)
    with pytest.raises(DataError) as error:
        read_redirects(path)
    assert str(error.value).splitlines() == [f"docs/data/redirects.csv:{fault}" for fault in faults]


def test_a_row_of_a_download_makes_no_page_and_leads_to_a_download(tmp_path: Path):
    path = tmp_path / "redirects.csv"
    path.write_text("old,new,reason\ndata/a.csv,data/b.csv,Renamed.\na.html,b.html,Renamed.\n")
    assert [one.old.page for one in read_redirects(path)] == ["a"]
    path.write_text("old,new,reason\ndata/a.csv,b.html,Renamed.\n")
    with pytest.raises(
        DataError,
        match=r"redirects\.csv:2: 'b.html' is not an address of the site; write 'data/foods.csv'",
    ):
        read_redirects(path)


def test_the_file_of_the_book_can_be_used(docs):
    read_redirects(docs / "data/redirects.csv")
