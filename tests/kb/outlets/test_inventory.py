"""The inventory of the site: other Sphinx projects link to claims, terms, sources and chapters by it."""

from __future__ import annotations

import html
import re
import shutil
import zlib
from pathlib import Path

import pytest
from sphinx.util.inventory import InventoryFile

from content import claim_ids

INVENTORY = "objects.inv"
BASE = "https://example.org/k2/"


@pytest.fixture
def another(make_app, rootdir: Path, tmp_path: Path):
    """Build the project of somebody else against an inventory; return its pages and what it was warned of."""

    def build(inventory: Path, **edits: tuple[str, str]):
        source = tmp_path / "another"
        shutil.copytree(rootdir / "test-intersphinx", source)
        shutil.copyfile(inventory, source / INVENTORY)
        for name, (old, new) in edits.items():
            path = next(source.glob(f"{name}.*"))
            path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        app = make_app("html", srcdir=source)
        app.build(force_all=True)
        pages = {
            name: (Path(app.outdir) / f"{name}.html").read_text(encoding="utf-8")
            for name in ("index", "markdown")
        }
        return pages, app.warning.getvalue()

    return build


def links(page: str) -> dict[str, str]:
    """What each link to the knowledge base says, and where in it it leads."""
    found = re.findall(
        r'<a class="reference external" href="([^"]*)"[^>]*>(.*?)</a>', page, re.DOTALL
    )
    return {
        html.unescape(re.sub("<[^>]*>", "", words)): address.removeprefix(BASE)
        for address, words in found
    }


def lines(inventory: Path) -> list[str]:
    """The lines of an inventory, unpacked."""
    head, _, packed = inventory.read_bytes().partition(b"zlib.\n")
    assert b"Sphinx inventory version 2" in head
    return zlib.decompress(packed).decode().splitlines()


def test_another_project_links_to_the_knowledge_base(another, site: Path):
    pages, warnings = another(site / INVENTORY)
    assert warnings == ""
    assert links(pages["index"]) == {
        "osteocalcin": "reference/glossary.html#term-osteocalcin",
        "Claim C1": "sections/gut-health.html#claim-c1",
        "what others found": "reference/sources.html#source-karl2017fecal",
        "Vitamin K2 and the gut": "sections/gut-health.html",
        "BGLAP": "reference/glossary.html#term-osteocalcin",
    }
    markdown = links(pages["markdown"])
    assert markdown["The first claim"] == "sections/gut-health.html#claim-c1"
    assert markdown["a bone protein"] == "reference/glossary.html#term-osteocalcin"
    ((words, address),) = [link for link in markdown.items() if link[1].endswith("#claim-c2")]
    assert words.startswith("Claim C2: ") and address == "sections/gut-health.html#claim-c2"


def test_a_link_to_a_claim_that_is_not_there_is_told(another, site: Path):
    assert "claim-z9" in another(site / INVENTORY, index=("`claim-c1`", "`claim-z9`"))[1]


def test_every_address_of_the_inventory_is_there(site: Path):
    ids = {}
    for line in lines(site / INVENTORY):
        place = re.match(r"(.+?)\s+(\S+:\S+)\s+(-?\d+)\s+?(\S*)\s+(.*)", line)
        assert place, f"not a line of an inventory: {line!r}"
        page, _, anchor = place[4].replace("$", place[1]).partition("#")
        if page not in ids:
            ids[page] = set(
                re.findall(r'\bid="([^"]+)"', (site / page).read_text(encoding="utf-8"))
            )
        assert not anchor or anchor in ids[page], line


def test_all_claims_terms_and_cited_sources_are_listed(site: Path, docs: Path):
    objects = [
        re.match(r"(.+?)\s+(\S+:\S+)\s+-?\d+\s", line).groups() for line in lines(site / INVENTORY)
    ]
    claims = {name.lower() for name in claim_ids(docs)}
    rows = (site / "reference/evidence.html").read_text(encoding="utf-8")
    assert all(f'id="register-{name}"' in rows for name in claims)
    sources = set(
        re.findall(
            r'id="(source-\w+)"', (site / "reference/sources.html").read_text(encoding="utf-8")
        )
    )
    labels = {name for name, kind in objects if kind == "std:label"}
    assert {name.lower() for name, kind in objects if kind == "evidence:claim"} == claims
    assert {name for name in labels if name.startswith("source-")} == sources
    assert {name for name in labels if name.startswith("claim-")} == {
        f"claim-{claim}" for claim in claims
    }


def test_a_claim_of_two_lines_takes_one_in_the_inventory(tiny):
    built = tiny(
        {
            "sections/one.md": lambda text: text.replace(
                "> Osteocalcin does everything.", "> Osteocalcin does\n> everything."
            )
        }
    )
    assert built.warnings == ""
    (line,) = [line for line in lines(built.out / INVENTORY) if line.startswith("A1 ")]
    assert (
        line
        == "A1 evidence:claim 1 sections/one.html#claim-a1 Claim A1: Osteocalcin does everything."
    )


def test_the_inventory_is_the_same_whoever_reads_the_pages(make_app, rootdir: Path, tmp_path: Path):
    made = []
    for name, parallel in (("serial", 1), ("parallel", 2)):
        shutil.copytree(rootdir / "test-kb", tmp_path / name)
        app = make_app("html", srcdir=tmp_path / name, parallel=parallel)
        app.build(force_all=True)
        made.append((Path(app.outdir) / INVENTORY).read_bytes())
    assert made[0] == made[1]
    assert b"source-adams2001bone" in zlib.decompress(made[0].partition(b"zlib.\n")[2])


def test_a_source_that_is_cited_no_more_leaves_the_inventory(
    make_app, rootdir: Path, tmp_path: Path
):
    source = tmp_path / "src"
    shutil.copytree(rootdir / "test-kb", source)
    page = source / "sections/one.md"
    for cited in (True, False):
        app = make_app("html", srcdir=source)
        app.build()
        labels = "\n".join(lines(Path(app.outdir) / INVENTORY))
        assert ("source-clark2003gut" in labels) == cited
        page.write_text(
            page.read_text(encoding="utf-8").replace(
                "{cite:t}`clark2003gut` found", "Nobody found"
            ),
            encoding="utf-8",
        )


def test_every_line_is_found_again_or_offered_under_another_name(site: Path):
    """Sphinx's own reader loses names that end in a word and a number; each has a second name."""
    written = [
        re.match(r"(.+) (\w+:[\w-]+) -?\d+ \S+ ", line).groups() for line in lines(site / INVENTORY)
    ]
    data = InventoryFile.loads((site / INVENTORY).read_bytes(), uri="").data
    lost = [name for name, kind in written if name not in data.get(kind, {})]
    assert lost and all(re.search(r" \S+ \d+$", name) for name in lost)
    assert [
        re.sub(r" (\d+)$", r"-\1", name)
        for name in lost
        if re.sub(r" (\d+)$", r"-\1", name) not in data["std:term"]
    ] == []
