"""The register on a tiny root: pictures and links in HTML, plain tables elsewhere, and the files."""

from __future__ import annotations

import re

import pytest

from kb.claims import register_data
from kb.sources.bibliography import DESIGNS

PAGE = "reference/evidence.html"


def swap(old: str, new: str):
    return lambda text: text.replace(old, new, 1)


def kinds_too(text: str) -> str:
    return text + "\n:::{study-kinds}\n:::\n"


def test_each_design_belongs_to_one_kind_except_the_plan_of_a_trial():
    listed = [design for kind in register_data.KINDS.values() for design in kind.designs]
    assert sorted([*listed, "protocol"]) == sorted(DESIGNS)


def test_the_plan_of_a_trial_is_listed_and_counts_as_no_study(tiny):
    edits = {
        "data/sources.bib": swap("{rct}", "{protocol}"),
        "reference/evidence.md": kinds_too,
    }
    built = tiny(edits)
    assert built.warnings == ""
    assert "Sources: 1 animal study." in built.page(PAGE)
    assert "Plan of a trial" in built.page("reference/sources.html")
    assert "kind-human-trial" not in built.page(PAGE)


def test_a_row_carries_what_it_can_be_filtered_by(tiny):
    row = re.search(
        r'<tr class="([^"]*)"><th scope="row" class="stub"><p><span id="register-a1">',
        tiny().page(PAGE),
    )[1].split()
    assert {
        "chapter-one",
        "strength-states",
        "verdict-overstated",
        "certainty-low",
        "kind-animal",
        "kind-human-trial",
    } < set(row)
    assert "kind-review" not in row


def test_sources_count_if_they_stand_on_a_side_or_are_cited_and_not_if_withdrawn(tiny):
    assert "Sources: 1 human trial, 1 animal study." in tiny().page(PAGE)
    cited = {
        "sections/one.md": swap(
            "in people not {cite:p}`baker2002gut`", "not {cite:p}`clark2003gut,dodd2004void`"
        )
    }
    built = tiny(cited)
    assert "Sources: 1 human trial, 1 animal study, 1 review or ruling." in built.page(PAGE)
    assert "dodd2004void" in built.warnings


def test_a_claim_without_sources_is_found_as_such(tiny):
    second = ":::{claim} A2\n:strength: states\n:verdict: not-verifiable\n:certainty: none\n:certainty-of: claim\n\n> B.\n\nC.\n\nD.\n\nWhat would change this: E.\n:::\n\n## Limits"
    page = tiny({"sections/one.md": swap("## Limits", second)}).page(PAGE)
    assert "kind-no-source" in page and "Sources: none." in page
    assert '<option value="no-source">No source cited</option>' in page


def test_numbers_link_to_their_view_and_zeros_do_not(tiny):
    page = tiny({"reference/evidence.md": kinds_too}).page(PAGE)
    links = re.findall(r'<a class="view-link" href="([^"]*)"([^>]*)>(.*?)</a>', page, re.S)
    seen = [
        (href, style, " ".join(re.sub(r"<[^>]+>", " ", text).split()))
        for href, style, text in links
    ]
    assert seen == [
        ("evidence.html?verdict=overstated#register", "", "1 Overstated"),
        (
            "evidence.html?verdict=overstated&amp;certainty=low#register",
            ' style="--size:1.000"',
            "1 claim: overstated, low certainty",
        ),
        ("evidence.html?verdict=overstated#register", "", "1 claim: overstated"),
        ("evidence.html?certainty=low#register", "", "1 claim: low certainty"),
        ("evidence.html#register", "", "1 claim: all"),
        ("evidence.html?kind=human-trial#register", "", "1 claim with human trials"),
        ("evidence.html?kind=animal#register", "", "1 claim with animal studies"),
    ]


def test_totals_on_another_page_lead_to_the_register(tiny):
    page = tiny({"index.md": lambda text: text + "\n:::{claim-totals}\n:::\n"}).page("index.html")
    assert 'href="reference/evidence.html?verdict=overstated#register"' in page
    assert "_static/register.css" in page and "_static/register.js" not in page


def test_without_a_register_nothing_links_to_it(tiny):
    built = tiny({"reference/evidence.md": swap(":::{claim-register}\n:::\n", "")})
    assert "view-link" not in built.page(PAGE) and "register.js" not in built.page(PAGE)
    assert '"register_url": null' in built.page("data/claims.json")


def test_the_tools_wait_hidden_for_the_script(tiny):
    page = tiny().page(PAGE)
    assert '<form class="register-tools" hidden' in page
    assert re.findall(
        r'<label for="filter-(\w+)">[^<]+</label><select id="filter-\1" name="\1">', page
    ) == [
        "chapter",
        "strength",
        "verdict",
        "certainty",
        "kind",
        "sort",
    ]
    assert '<option value="one">One</option>' in page
    assert "study-kinds" not in page, "no link to a table that is not there"


@pytest.mark.parametrize("builder", ["text", "xml"])
def test_other_builders_get_plain_tables(tiny, builder):
    built = tiny({"reference/evidence.md": kinds_too}, builder=builder)
    page = built.page(f"reference/evidence.{'txt' if builder == 'text' else 'xml'}")
    assert "Osteocalcin does everything." in page and "Animal studies" in page
    assert not any(
        words in page for words in ("Filter and sort", "view-link", "The larger a circle")
    )
    assert not (built.out / "data").exists()


@pytest.mark.parametrize("parallel", [1, 2])
def test_the_same_bytes_serial_and_parallel(tiny, make_app, parallel):
    built = tiny({"reference/evidence.md": kinds_too})
    app = make_app(
        "html",
        srcdir=built.app.srcdir,
        builddir=built.app.srcdir.parent / f"again{parallel}",
        parallel=parallel,
    )
    app.build(force_all=True)
    for name in (PAGE, *(f"data/{path.name}" for path in (built.out / "data").iterdir())):
        assert (app.outdir / name).read_bytes() == (built.out / name).read_bytes(), name
