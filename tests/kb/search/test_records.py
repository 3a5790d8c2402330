"""What the search knows, on a knowledge base of one chapter."""

from __future__ import annotations

import hashlib
import json


def swap(old: str, new: str):
    return lambda text: text.replace(old, new, 1)


SEARCH = {"conf.py": swap('"kb.outlets.inventory"', '"kb.outlets.inventory", "kb.search"')}
DATA = "_static/kb-records.js"


def data(built) -> dict:
    text = built.page(DATA)
    assert text.startswith("window.KB_RECORDS={") and text.endswith("};\n")
    return json.loads(text.removeprefix("window.KB_RECORDS=").removesuffix(";\n"))


def later(built) -> dict:
    """What comes after the records, by their numbers."""
    text = built.page("_static/kb-texts.js").removeprefix("window.KB_TEXTS=").removesuffix(";\n")
    found = json.loads(text)
    assert found.pop("edition") == data(built)["edition"]
    return found


def rows(built) -> list[dict]:
    """The records, each with all that is said of it, in whichever file that is."""
    columns = data(built)["columns"]
    for name, column in later(built).items():
        columns[name] = [one or two for one, two in zip(columns[name], column, strict=True)]
    assert len({len(column) for column in columns.values()}) == 1
    return [
        {name: column[number] for name, column in columns.items() if column[number]}
        for number in range(len(columns["kind"]))
    ]


def of(found: list[dict], kind: str) -> list[dict]:
    return [row for row in found if row["kind"] == kind]


def test_every_place_of_the_book_has_a_record(tiny):
    built = tiny(SEARCH)
    assert built.warnings == ""
    found = rows(built)
    pages = [page["address"] for page in data(built)["pages"]]
    assert of(found, "term")[1] == {
        "kind": "term",
        "page": pages.index("reference/glossary.html"),
        "anchor": 1,
        "title": "osteocalcin",
        "names": ["BGP", "bone Gla protein"],
        "text": "A small protein of bone, not of the bowel.",
        "terms": [0],
        "claims": [found.index(of(found, "claim")[0])],
    }
    (claim,) = of(found, "claim")
    assert (claim["anchor"], claim["title"], claim.get("names"), claim["summary"]) == (
        "a1",
        "Osteocalcin does everything.",
        None,
        "It does something.",
    )
    assert claim["verdict"] == "overstated"
    titles = [
        row["title"]
        for row in found
        if row["kind"] in ("page", "section") and pages[row.get("page", 0)] == "sections/one.html"
    ]
    assert titles == [
        "One",
        "In plain words",
        "The subject",
        "Limits of the evidence",
    ]
    assert of(found, "page")[0].get("anchor") is None
    assert next(row for row in found if row["title"] == "One")["summary"] == "One sentence."


def test_a_heading_without_text_of_its_own_is_no_record(tiny):
    edit = {
        "sections/one.md": swap("## The subject", "## Empty\n\n### Full\n\nText.\n\n## The subject")
    }
    titles = {row["title"] for row in rows(tiny({**SEARCH, **edit}))}
    assert "Full" in titles and "Empty" not in titles


def test_a_section_has_its_own_text_and_a_claim_its_assessment(tiny):
    found = rows(tiny(SEARCH))
    texts = {row["title"]: row.get("text", "") for row in found}
    assert "What the article claims, and what the evidence shows" not in texts
    assert texts["Osteocalcin does everything."].startswith("In mice osteocalcin did something")
    assert texts["One"] == ""


def test_a_section_whose_anchor_begins_with_its_kind_keeps_it(tiny):
    edit = {"sections/one.md": swap("## The subject", "## Section two, and (sections)")}
    anchors = {
        row["title"]: row["anchor"] for row in rows(tiny({**SEARCH, **edit})) if "anchor" in row
    }
    assert anchors["Section two, and (sections)"] == 1


def test_a_citation_is_the_place_of_its_source(tiny):
    found = rows(tiny(SEARCH))
    places = {row["anchor"]: number for number, row in enumerate(found) if row["kind"] == "source"}
    text = next(row["text"] for row in found if row["title"] == "The subject")
    both = f"{places['adams2001bone']},{places['baker2002gut']}"
    assert f"A study found something \ue000p{both}\ue001." in text
    assert f"\ue000t{places['clark2003gut']}\ue001 found nothing." in text


SIGNS = """## Stool {cite:p}`adams2001bone` of {cite:t}`clark2003gut`

About 10{sup}`9` bacteria in 45[^note] people; {abbr}`MK (menaquinone)` in all.

[^note]: Of 60 {cite:p}`adams2001bone`.

:::{admonition} A box of boxes
Inside.
:::

:::{table} What was counted
| a | b |
|---|---|
| c | d |
:::

> They say:
>
> - one
> - two

## The subject"""


def test_what_a_page_shows_by_place_is_told_by_signs(tiny):
    found = rows(tiny({**SEARCH, "sections/one.md": swap("## The subject", SIGNS)}))
    places = {row["anchor"]: number for number, row in enumerate(found) if row["kind"] == "source"}
    one = f"\ue000p{places['adams2001bone']}\ue001"
    (row,) = (row for row in found if row["title"].startswith("Stool"))
    assert row["title"] == "Stool (Adams et al. 2001) of PGBM 2003"
    assert row["text"] == (
        "About 10^9 bacteria in 45 [1] people; MK (menaquinone) in all. A box of boxes Inside. "
        f"What was counted a b c d They say: one two [1] Of 60 {one}."
    )


def test_a_footnote_of_a_claim_belongs_to_its_assessment(tiny):
    edit = swap("in people not", "in 45[^note] people not")
    page = {"sections/one.md": lambda text: edit(text) + "\n[^note]: Of 60.\n"}
    built = tiny({**SEARCH, **page})
    assert built.warnings == ""
    (claim,) = of(rows(built), "claim")
    assert "in 45 [1] people not" in claim["text"] and "[1] Of 60." in claim["text"]
    kept = json.loads(built.page("data/claims.json"))["claims"][0]["assessment"]
    assert "in 45 [1] people not" in kept and kept.endswith("[1] Of 60.")


def test_sources_tell_label_design_and_number(tiny):
    sources = {row["anchor"]: row for row in of(rows(tiny(SEARCH)), "source")}
    assert set(sources) == {"adams2001bone", "baker2002gut", "clark2003gut"}
    assert sources["adams2001bone"]["summary"] == "Adams et al. 2001. Animal study."
    assert sources["adams2001bone"]["names"] == ["Adams Baker"]
    assert sources["adams2001bone"]["identifier"].split()[0] == "10.1000/bone.1"
    assert (
        sources["baker2002gut"]["summary"]
        == "Baker and Clark 2002. Randomized controlled trial, corrected."
    )
    assert sources["baker2002gut"]["identifier"] == "1234567"


def test_pages_outside_the_book_have_no_record(tiny):
    page = {
        "authors.md": lambda text: (
            "---\norphan: true\n---\n\n# For authors\n\nOsteocalcin zyzzyva.\n"
        )
    }
    built = tiny({**SEARCH, **page}, kb_outside=["authors"])
    assert "authors" not in built.page(DATA) and "zyzzyva" not in json.dumps(rows(built))


def test_a_page_outside_the_book_with_a_summary_is_found_by_it_alone(tiny):
    page = {
        "programs.md": lambda text: (
            "---\norphan: true\nsummary: For programs.\n---\n\n# Data\n\nOsteocalcin zyzzyva.\n\n## More\n\nText.\n"
        )
    }
    built = tiny({**SEARCH, **page}, kb_outside=["programs"])
    [found] = [row for row in rows(built) if row["title"] == "Data"]
    assert (found["kind"], found["summary"], found.get("text")) == ("page", "For programs.", None)
    assert "programs.html" in built.page(DATA) and "zyzzyva" not in json.dumps(rows(built))
    assert "programs" not in built.page("reference/glossary.html").split("Used in")[1]


def test_foods_that_no_page_prints_have_no_record(tiny):
    built = tiny({**SEARCH, "reference/foods.md": lambda _: "# Foods\n"})
    assert built.warnings == ""
    assert of(rows(built), "food") == []


def test_only_the_texts_of_terms_come_with_the_first_file(tiny):
    built = tiny(SEARCH)
    columns = data(built)["columns"]
    both = list(zip(columns["kind"], columns["text"], later(built)["text"], strict=True))
    assert all(not later for kind, _, later in both if kind == "term")
    assert all(not first for kind, first, _ in both if kind != "term")
    assert {kind for kind, first, later in both if first or later} >= {"term", "claim", "section"}


def test_the_list_of_files_names_the_digest_of_each(tiny):
    built = tiny(SEARCH)
    files = built.page("_static/kb-files.js").removeprefix("window.KB_FILES=").removesuffix(";\n")
    listed = json.loads(files)
    assert set(listed) >= {
        *("kb-records.js", "kb-texts.js", "kb-words.js", "kb-languages.js"),
        *("search-engine.js", "base-stemmer.js", "english-stemmer.js"),
    }
    for name, digest in listed.items():
        data = (built.out / "_static" / name).read_bytes()
        assert hashlib.sha256(data).hexdigest().startswith(digest), name


def test_another_text_is_another_edition(tiny):
    edit = {"sections/one.md": swap("osteocalcin did something", "osteocalcin did a thing")}
    one, two = data(tiny(SEARCH)), data(tiny({**SEARCH, **edit}))
    assert one["columns"] == two["columns"] and one["edition"] != two["edition"]


def test_everyday_words_and_questions_come_with_the_records(tiny):
    files = {
        "data/everyday-words.csv": lambda _: (
            "said,meant\nBone stuff,osteocalcin; protein of bone\n"
        ),
        "data/questions.csv": lambda _: (
            "question,place\nis it real,#claim-a1\nWhat is bone stuff,#term-osteocalcin\nwhat is known,sections/one#the-subject\n"
        ),
    }
    built = tiny({**SEARCH, **files})
    said = built.page("_static/kb-words.js").removeprefix("window.KB_SAID=").removesuffix(";\n")
    assert json.loads(said)["everyday"] == "osteocalcin|protein of bone=bone stuff"
    assert {row["title"]: row["questions"] for row in rows(built) if "questions" in row} == {
        "osteocalcin": ["bone stuff"],
        "The subject": ["known"],
        "Osteocalcin does everything.": ["real"],
    }


def test_serial_parallel_and_again_give_the_same_bytes(tiny, make_app, tmp_path):
    built = tiny(SEARCH)
    parallel = make_app(
        "html", srcdir=built.app.srcdir, builddir=tmp_path / "parallel", parallel=2, freshenv=True
    )
    parallel.build(force_all=True)
    for name in (DATA, "_static/kb-texts.js", "_static/kb-files.js"):
        assert (parallel.outdir / name).read_bytes() == (built.out / name).read_bytes()


def test_other_builders_write_none_of_it(tiny):
    built = tiny(SEARCH, builder="text")
    assert built.warnings == "" and not list(built.out.rglob("*.js"))
