"""The inventory of the site: other Sphinx projects link to claims, terms, sources and chapters by it."""

from __future__ import annotations

import html
import re
import shutil
import zlib
from pathlib import Path

import pytest
import sphobjinv
from myst_parser import inventory as myst_inventory
from sphinx.util.inventory import InventoryFile

from content import claim_ids
from kb.outlets.inventory import read_back

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


def by_sphinx(inventory: Path) -> dict[tuple[str, str], str]:
    """What Sphinx's own reader finds: the address of each kind and name."""
    data = InventoryFile.loads(inventory.read_bytes(), uri="").data
    return {(kind, name): one.uri for kind, named in data.items() for name, one in named.items()}


def by_myst(inventory: Path) -> dict[tuple[str, str], str]:
    """The same by MyST's reader, which ``myst-inv`` and links like ``<inv:k2:...>`` use."""
    with inventory.open("rb") as stream:
        domains = myst_inventory.load(stream)["objects"]
    return {
        (f"{domain}:{kind}", name): one["loc"]
        for domain, kinds in domains.items()
        for kind, named in kinds.items()
        for name, one in named.items()
    }


def by_sphobjinv(inventory: Path) -> dict[tuple[str, str], str]:
    """The same by sphobjinv, with which other projects look names up."""
    return {
        (f"{one.domain}:{one.role}", one.name): one.uri_expanded
        for one in sphobjinv.Inventory(inventory).objects
    }


@pytest.mark.parametrize("reader", [by_sphinx, by_myst, by_sphobjinv])
def test_every_line_is_found_again_or_offered_under_another_name(site: Path, reader):
    """Readers lose names in which a number follows two words; each of those has a second name."""
    found = reader(site / INVENTORY)
    written = {
        (place[2], place[1]): place[3].replace("$", place[1])
        for line in lines(site / INVENTORY)
        if (place := re.match(r"(.+) (\w+:[\w-]+) -?\d+ (\S+) ", line))
    }
    assert len(written) == len(lines(site / INVENTORY)) > 800
    lost = {one: address for one, address in written.items() if found.get(one) != address}
    assert all(re.search(r"\S \S+ \d+\b", name) for _, name in lost)
    assert {found.get((kind, read_back(name))) for kind, name in lost} == set(lost.values())


OFFERED = {
    "type 2 diabetes": "type 2 diabetes",
    "vitamin K 2": "vitamin K-2",
    "diabetes mellitus type 2": "diabetes mellitus type-2",
    "human interleukin 6 receptor": "human interleukin-6 receptor",
    "long chain omega 3 fatty acid": "long chain omega-3 fatty acid",
    "one two 3 four 5 six": "one two-3 four-5 six",
    "vitamin K: 2 forms": "vitamin K:-2 forms",
}


def test_names_that_readers_lose_are_offered_as_others_that_they_find(tiny):
    assert {name: read_back(name) for name in OFFERED} == OFFERED
    names = f"; {'; '.join(OFFERED)}\n:sources: adams"
    built = tiny(
        {"reference/glossary.md": lambda text: text.replace("\n:sources: adams", names)},
    )
    assert built.warnings == ""
    for reader in (by_sphinx, by_myst, by_sphobjinv):
        found = reader(built.out / INVENTORY)
        terms = {name for kind, name in found if kind == "std:term"}
        assert set(OFFERED.values()) <= terms, reader.__name__
