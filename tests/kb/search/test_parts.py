"""The search of a large book, in parts: the same lists as from one file, and what comes when."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import expect

from browsing import serving
from engines import engine
from kb.search import folding, shards
from kb.search import records as search
from larger import grown, in_parts, loaded
from quality import (
    DIALOG,
    NODE,
    READY,
    SCRIPTS,
    answers,
    answers_of_scripts,
    answers_to,
    measure,
    needs_node,
    open_dialog,
    queries,
)
from tiers import rest_in_prove

CHAPTER = "sections/gut-health.html"


@pytest.fixture(scope="module")
def book(site, tmp_path_factory):
    """The site with its search in parts."""
    return in_parts(site, tmp_path_factory.mktemp("parts"))


def test_a_book_that_grows_or_shrinks_leaves_nothing_of_its_other_form(site, tmp_path):
    data, texts = loaded(site, search.DATA), loaded(site, search.TEXTS_DATA)
    for most in (search.WHOLE, 0, search.WHOLE):
        written, parts = search.scripts_of(data, texts, most)
        search.write(tmp_path, written, parts)
        there = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.js")}
        assert there == {*written, *parts}
        assert bool(parts) == (search.TEXTS_DATA not in there) == (most == 0)


@pytest.fixture(scope="module")
def book_served(book):
    with serving(book) as address:
        yield address


def status(page):
    return page.locator(f"{DIALOG} [role=status]")


def options(page):
    return page.locator(f"{DIALOG} [role=option]")


# -- The words ---------------------------------------------------------------------------------------


def in_node(program: str, given: object) -> object:
    done = subprocess.run(
        [str(NODE), "--input-type=module", "-e", program],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
        cwd=SCRIPTS,
    )
    return json.loads(done.stdout)


WORDS = """
import "./load.mjs"; import { readFileSync } from "node:fs";
const { words, partsOf, singular } = KB_WORDS;
const texts = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(texts.map((text) => [words(text), partsOf(text).map(singular), KB_SEARCH.key(partsOf(text))])));
"""
ODD = [
    "Randomised organisation of oedema, coeliac, paediatric sulphur, tumours' centre",
    "µg mcg 5mcg 12µg 1,234.50 2007a 45IU 10^9 β-catenin α MK‑7, d3-k2 gut–brain Crohn’s it's",
    "naïve Łódź smørrebrød æther ﬁbre Ｎａｔｔｏ İstanbul Σίσυφος ΟΔΟΣ 納豆は、ビタミン 비타민이 тревога قلب",
    "travelled modelling yoghurts soya tummies dialogues analysed 3.0 0.50 1.2.3 a/b x.y e.g. U.S.",
    "¼ x² ªº ؛ ÷×· ΄΅ − 𝛼 🙂 foo_bar\u00adbaz zero\u200bwidth ٣",
]


@needs_node
def test_python_cuts_and_folds_words_as_the_browser_does(site):
    columns, texts = loaded(site, search.DATA)["columns"], loaded(site, search.TEXTS_DATA)["text"]
    held = [columns[name] for name in ("title", "names", "summary", "text", "questions")]
    said = [one for column in (*held, texts) for one in column if one]
    flat = [text for one in said for text in ([one] if isinstance(one, str) else one)]
    flat += ODD + [query["query"] for query in queries()]
    ours = [
        [
            list(folding.words(text)),
            [folding.singular(word) for word in folding.parts_of(text)],
            folding.key(folding.parts_of(text)),
        ]
        for text in flat
    ]
    theirs = in_node(WORDS, flat)
    assert [(text, one) for text, one in zip(flat, ours, strict=True)] == [
        (text, one) for text, one in zip(flat, theirs, strict=True)
    ]


@needs_node
def test_python_weighs_as_the_browser_does():
    program = (
        'import "./load.mjs"; console.log(JSON.stringify([KB_SEARCH.TUNING, [...KB_WORDS.STOP]]));'
    )
    tuning, stop = in_node(program, None)
    assert (tuning["bm25"], tuning["fields"]) == (shards.BM25, shards.FIELDS)
    assert set(stop) == folding.STOP


# -- The parts ---------------------------------------------------------------------------------------


def test_numbers_and_words_take_the_signs_that_the_docstring_says():
    assert [shards.number(value) for value in (0, 31, 32, 1024)] == ["A", "f", "hA", "hgA"]
    assert shards.fronted(["osteoblast", "osteocalcin"]) == "AosteoblastFcalcin"


def scripts(site: Path, times: int, most: int) -> tuple[dict[str, str], dict[str, str]]:
    data, texts = grown(loaded(site, search.DATA), loaded(site, search.TEXTS_DATA), times)
    return search.scripts_of(data, texts, most)


def test_a_book_of_this_size_has_no_parts_and_a_larger_one_has(site):
    written, parts = scripts(site, 1, search.WHOLE)
    assert parts == {} and search.TEXTS_DATA in written
    assert written == {
        name: (site / "_static" / name).read_text(encoding="utf-8") for name in written
    }
    written, parts = scripts(site, 3, search.WHOLE)
    assert len(parts) > 200 and search.TEXTS_DATA not in written
    assert len(written[search.DATA]) < 20_000
    # Each is small, and the same again.
    assert max(map(len, parts.values())) < 60_000
    assert (written, parts) == scripts(site, 3, search.WHOLE)


def test_a_claim_without_words_has_its_part():
    columns = {name: [0] for name in (*shards.SHOWN, "kind", "terms", "identifier")}
    columns |= {"kind": ["claim"], "anchor": ["a1"], "summary": ["Nobody knows."]}
    data = {
        "edition": "1",
        "pages": [{"address": "a.html", "title": "A"}],
        "columns": columns,
        "words": {},
    }
    core, parts = shards.parted(data, [0])
    assert core["kinds"] == [["claim", 1]]
    assert set(parts) == {"w-k", "w-n", "e-0", "r-0"}


def test_parts_of_another_size_do_not_stay(tmp_path):
    search.write(tmp_path, {"kb-records.js": ""}, {"kb-search/w-a.js": "", "kb-search/w-b.js": ""})
    search.write(tmp_path, {"kb-records.js": ""}, {"kb-search/w-a.js": ""})
    assert [path.name for path in (tmp_path / "kb-search").iterdir()] == ["w-a.js"]
    search.write(tmp_path, {"kb-records.js": ""}, {})
    assert not (tmp_path / "kb-search").exists()


# -- The lists ---------------------------------------------------------------------------------------


@needs_node
@pytest.mark.parametrize("every", rest_in_prove([12, 1], lambda every: every > 1))
def test_parts_give_the_lists_that_one_file_gives(site, book, every):
    asked = queries()[::every]
    whole, parted = answers_to(site, asked), answers_to(book, asked)
    before, _ = measure(asked, whole.__getitem__)
    after, _ = measure(asked, parted.__getitem__)
    assert abs(before.place - after.place) <= 0.005, f"{before}\n{after}"
    assert before.wrong == after.wrong and before.empty == after.empty
    other = {
        query: (whole[query][:1], parted[query][:1])
        for query in whole
        if whole[query][:1] != parted[query][:1]
    }
    assert len(other) * 100 <= len(asked), other


@pytest.mark.parametrize("every", rest_in_prove([60, 4], lambda every: every > 4))
def test_the_dialog_lists_what_the_scripts_answer(visit, book, book_served, every):
    asked = [query["query"] for query in queries()][::every]
    found = answers_of_scripts(book, asked)
    page = visit.open(book_served + CHAPTER)
    open_dialog(page)
    assert {query: answers(page, query) for query in asked} == found
    assert visit.errors == []


TYPED = """const field = document.querySelector('#pst-search-dialog input');
field.value = 'ostocalcin'; field.dispatchEvent(new Event('input', { bubbles: true }));"""


@pytest.mark.prove
def test_parts_are_read_from_disk_in_firefox(book):
    with engine("firefox") as one:
        one.open((book / CHAPTER).as_uri())
        one.press("/")
        one.until(READY)
        one.run(TYPED)
        one.until("document.querySelector('#pst-search-dialog [role=option]')")
        first = one.value("document.querySelector('#pst-search-dialog [role=option]').textContent")
    assert "A small protein that bone-forming cells make" in first


def test_parts_are_read_from_disk_and_lead_to_the_place(visit, book):
    page = visit.open((book / CHAPTER).as_uri())
    open_dialog(page)
    answers(page, "leaky gut")
    expect(options(page).first).to_contain_text("intestinal permeability")
    options(page).first.click()
    page.wait_for_url("**/reference/glossary.html#term-intestinal-permeability")
    page = visit.open((book / "search.html").as_uri() + "?q=brie")
    expect(page.locator(".kb-list a").first).to_contain_text("Brie")
    assert visit.errors == []


def test_a_definition_names_its_claims(visit, book_served):
    page = visit.open(book_served + CHAPTER)
    open_dialog(page)
    answers(page, "osteocalcin")
    expect(options(page).first).to_contain_text(
        re.compile(r"Claims about it: C3 .*Overstated.* C4 .*Unsupported")
    )


def test_few_parts_come_and_only_when_nobody_types(first_visit, book_served):
    page = first_visit.open(book_served + CHAPTER)
    open_dialog(page)
    asked = [url for url in first_visit.requests if "/kb-search/" in url]
    assert asked == []
    page.locator(f"{DIALOG} input").evaluate(
        """(field) => { for (const text of ["vi", "vit", "na", "nat", "natto"]) {
          field.value = text; field.dispatchEvent(new Event("input", { bubbles: true }));
        } }"""
    )
    expect(options(page).first).to_contain_text("natto")
    names = {
        url.split("/kb-search/")[1].split(".")[0]
        for url in first_visit.requests
        if "/kb-search/" in url
    }
    assert "w-n" in names and "w-v" not in names and len(names) < 40
    assert first_visit.errors == []


PART = re.compile(r"/kb-search/e-")


def test_a_part_that_does_not_come_is_told_and_asked_for_again(first_visit, book_served):
    first_visit.page.route(PART, lambda route: route.abort())
    page = first_visit.open(book_served + CHAPTER)
    open_dialog(page)
    page.locator(f"{DIALOG} input").fill("natto")
    expect(status(page)).to_have_text(
        re.compile(r"The search could not be loaded \(kb-search/e-\d+\.js\)\.")
    )
    expect(page.locator(f"{DIALOG} .kb-foot a").first).to_have_text("Glossary")
    page.unroute(PART)
    page.locator(f"{DIALOG} input").fill("natto ")
    expect(options(page).first).to_contain_text("natto")


def test_a_part_of_another_edition_is_not_read(first_visit, book_served):
    def other(route):
        text = route.fetch().text()
        route.fulfill(
            body=re.sub(r'"edition":"\w+"', '"edition":"other"', text),
            content_type="text/javascript",
        )

    first_visit.page.route(PART, other)
    page = first_visit.open(book_served + CHAPTER)
    open_dialog(page)
    page.locator(f"{DIALOG} input").fill("natto")
    expect(status(page)).to_contain_text("this book has a new edition: load the page again")
