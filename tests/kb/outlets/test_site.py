"""What the published site says to programs: descriptions, previews, robots, the book as text."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from content import read_chapter
from kb.claims.model import VERDICTS, certainty_words, strength_words
from kb.sources.bibliography import read_sources
from pages import pages_of

ONE_OF_EACH = ("description", "og:title", "og:type", "og:description", "og:image", "og:image:alt")
LEFTOVERS = {
    "a role or a directive of MyST": r"\{[a-z][a-z:-]*\}`|^:{3,}|^:[a-z-]+: ",
    "an element of HTML": r"</?[a-z][^<>\n]*>",
    "an empty pair of brackets": r"\(\)|\[\]|“”",
    "a sign of the search": r"[\ue000-\uf8ff]",
    "a heading with nothing below it": r"^(#+) .*\n\n(?=\1 )",
    "two spaces": r"\S {2,}\S",
}


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, str]:
    """All pages but the one for lost addresses."""
    return {name: text for name, text in pages_of(site).items() if name != "404.html"}


@pytest.fixture(scope="module")
def whole(site: Path) -> str:
    """The book as text."""
    text = (site / "llms-full.txt").read_text(encoding="utf-8")
    assert text.count("\n### Claim ") > 20, "a text in which nothing stands holds no fault"
    return text


# -- The head of a page --------------------------------------------------------------------------


def test_every_page_is_described_once(pages, site: Path):
    for name, text in pages.items():
        told = re.findall(r'<meta (?:name|property)="([\w:]+)" content="([^"]*)" />', text)
        for tag in ONE_OF_EACH:
            assert len([value for found, value in told if found == tag and value]) == 1, (name, tag)
        assert (site / name).parent.joinpath(dict(told)["og:image"]).resolve() == (
            site / "_static/preview.png"
        ).resolve(), name
        assert 40 < len(html.unescape(dict(told)["description"])) < 250, name


def test_no_two_chapters_are_described_alike(pages):
    told = [
        re.search(r'name="description" content="([^"]*)"', text)[1]
        for name, text in pages.items()
        if name.startswith("sections/")
    ]
    assert len(set(told)) == len(told) >= 9


def test_without_a_public_address_none_is_printed(pages, site: Path):
    assert sum("og:title" in text for text in pages.values()) > 20
    assert not any(
        re.search(r'rel="canonical"|og:url', text.partition("</head>")[0])
        for text in pages.values()
    )
    assert not (site / "sitemap.xml").exists()
    assert "Sitemap" not in (site / "robots.txt").read_text(encoding="utf-8")


def test_every_page_of_the_book_leads_to_its_text(pages, site: Path):
    led = {
        name: re.search(r'<link rel="alternate" type="text/markdown" href="([^"]+)" />', text)
        for name, text in pages.items()
    }
    for name, link in led.items():
        assert bool(link) == (
            not name.startswith(("authoring/", "reference/data", "genindex", "search"))
        ), name
        assert link is None or (site / name).parent.joinpath(link[1]) == site / f"{name}.md"
    assert {path.relative_to(site).as_posix() for path in site.rglob("*.md")} == {
        f"{name}.md" for name, link in led.items() if link
    }


# -- The book as text ----------------------------------------------------------------------------


def test_the_warning_stands_on_top(whole, site: Path):
    for text in (whole, (site / "llms.txt").read_text(encoding="utf-8")):
        assert (
            text.index("warfarin") < text.index("No clinician has reviewed") < text.index("\n## ")
        )


def test_every_claim_keeps_its_verdict_and_its_certainty(whole, docs: Path):
    claims = [
        claim
        for path in sorted((docs / "sections").glob("*.md"))
        for claim in read_chapter(path).claims
    ]
    assert claims
    for claim in claims:
        told, strength = claim.options, strength_words(claim.options["strength"])
        verdict, certainty = (
            VERDICTS[told["verdict"]],
            certainty_words(told["certainty"], told["certainty-of"]),
        )
        head = f"\n### Claim {claim.id}. Verdict: {verdict}. {certainty}.\n\n{strength}, in our words (verdict: {verdict}): “"
        assert whole.count(head) == 1, claim.id
    assert (
        whole.count(", in our words (verdict: ") == whole.count("\nThe evidence: ") == len(claims)
    )


@pytest.mark.parametrize("what", LEFTOVERS)
def test_nothing_is_left_of_markup(whole, what):
    found = re.search(LEFTOVERS[what], whole, re.MULTILINE)
    assert not found, f"{what}: {whole[max(0, found.start() - 60) : found.end() + 60]!r}"


@pytest.mark.parametrize(
    "text", ["{cite:p}`a`", ":verdict: x", "<a href='x'>", "()", "# A\n\n# B", "a  b"]
)
def test_a_leftover_would_be_seen(text):
    assert any(re.search(pattern, text, re.MULTILINE) for pattern in LEFTOVERS.values())


def test_what_a_reader_can_do_with_a_page_is_not_told_to_programs(whole):
    for words in (
        "In a browser that runs JavaScript",
        "The larger a circle",
        "Compare with the other claims",
        "Download the whole book",
    ):
        assert words not in whole, words


def test_every_label_in_the_text_is_a_source_with_an_address(whole, site: Path, docs: Path):
    sources = whole.partition("\n# Sources\n")[2].partition("\n---\n")[0]
    entries = dict(re.findall(r"^- \*\*(.+?)\*\*: (.*)$", sources, re.MULTILINE))
    listed = set(
        re.findall(
            r'id="source-(\w+)"', (site / "reference/sources.html").read_text(encoding="utf-8")
        )
    )
    assert len(entries) == len(listed)
    without = [label for label, text in entries.items() if not re.search(r"https?://", text)]
    assert len(without) == len(
        [one for one in read_sources(docs / "data/sources.bib").values() if not one.url]
    )
    chapters = whole.partition("\n# Evidence register\n")[0]
    cited = {
        label
        for group in re.findall(r"\(([^()]*? \d{4}[a-z]?)\)", chapters)
        for label in group.split("; ")
    }
    assert len(cited) > 100
    assert {label for label in cited if re.fullmatch(r"[A-Z][^0-9]* \d{4}[a-z]?", label)} - set(
        entries
    ) == set()


def test_the_text_says_what_the_pages_say(whole, pages):
    """Every sentence of the paragraphs of the chapters, links and emphasis left away."""
    plain = " ".join(re.sub(r"[*`>#]", "", whole).split())
    lost, looked_for = [], 0
    for name in (name for name in pages if name.startswith("sections/")):
        article = (
            pages[name].partition('<article class="bd-article">')[2].partition("</article>")[0]
        )
        # Captions carry their number in an element of its own.
        article = re.sub(r"<figcaption>.*?</figcaption>", "", article, flags=re.DOTALL)
        for text in re.findall(r"<p>(.*?)</p>", article, re.DOTALL):
            words = " ".join(html.unescape(re.sub(r"<[^>]*>", "", text)).split())
            looked_for += 1
            if re.sub(r"[*`>#]", "", words) not in plain:
                lost.append((name, words))
    assert lost == [] and looked_for > 200
