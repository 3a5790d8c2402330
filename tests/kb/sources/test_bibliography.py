"""The file of sources: what each fault is told, how labels and lists come out."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from kb.data_files.fields import schema
from kb.sources.bibliography import (
    ENTRIES,
    Source,
    SourcesError,
    read_sources,
    source_faults,
    usable_keys,
)

ROOT = Path(__file__).parents[2] / "roots/test-kb/data/sources.bib"
BIB = ROOT.read_text(encoding="utf-8")


def swap(old: str, new: str):
    return lambda text: text.replace(old, new, 1)


FAULTS = {
    "language": (
        "year       = {2001},",
        "year       = {2001},\n  language   = {Japanese},",
        "1: adams2001bone: language 'Japanese' is not a code as in 'ja' or 'de'",
    ),
    "unbalanced brace": (
        "title      = {Bone and more},",
        "title      = {Bone {and more},",
        "19: '}' expected in the entry that begins at line 1; look for a missing comma or an unbalanced brace",
    ),
    "missing comma": (
        "year       = {2001},",
        "year       = {2001}",
        "6: '}' expected in the entry that begins at line 1; look for a missing comma or an unbalanced brace",
    ),
    "missing design": (
        "  design     = {animal},\n",
        "",
        "1: adams2001bone: field 'design' is missing; every source has author, title, year, design, status, finding and limits",
    ),
    "unknown design": (
        "{animal}",
        "{animals}",
        "1: adams2001bone: design 'animals' is not in the list (did you mean 'animal'?) (it is one of animal, case-control, case-report, cohort, cross-sectional, database, food-analysis, guideline, human-experimental, in-vitro, mendelian-randomization, meta-analysis, narrative-review, notice, protocol, rct or systematic-review)",
    ),
    "unknown status": (
        "{corrected}",
        "{correct}",
        "19: baker2002gut: status 'correct' is not in the list (did you mean 'corrected'?) (it is one of ok, corrected, expression-of-concern, retracted, superseded or preprint)",
    ),
    "same key twice": (
        "@article{baker2002gut",
        "@article{adams2001bone",
        "19: source 'adams2001bone' stands here twice (first at line 1); delete one",
    ),
    "same doi twice": (
        "{10.1000/void.4}",
        "{10.1000/BONE.1}",
        "45: dodd2004void: same DOI as 'adams2001bone' (line 1); keep one",
    ),
    "bad doi": (
        "{10.1000/bone.1}",
        "{https://doi.org/10.1000/bone.1}",
        "1: adams2001bone: doi 'https://doi.org/10.1000/bone.1' does not look like 10.1000/xyz; give the bare DOI, not its address",
    ),
    "bad year": (
        "{2001}",
        "{20001}",
        "1: adams2001bone: year '20001' is not a year of four digits",
    ),
    "no address": (
        "  pmid       = {1234567},\n",
        "",
        "19: baker2002gut: no doi, pmid or url: a reader cannot reach it; add one, or write 'not-seen = {address}' if no page prints one",
    ),
    "bad side": (
        "{A1 for}",
        "{A1 four}",
        "1: adams2001bone: sides: 'A1 four' should be a claim and one of for, mixed or against, as in 'C1 mixed'",
    ),
    "no side": (
        "{A1 for}",
        "{A1 context}",
        "1: adams2001bone: sides: 'A1 context' should be a claim and one of for, mixed or against, as in 'C1 mixed'",
    ),
    "two sides": (
        "{A1 for}",
        "{A1 for, A1 mixed}",
        "1: adams2001bone: sides: claim A1 is named twice; a record stands on one side of a claim",
    ),
    "unknown type": (
        "@article{adams2001bone",
        "@artikle{adams2001bone",
        "1: adams2001bone: type 'artikle' is not in the list (did you mean 'article'?) (it is one of article, book, dataset, legislation, misc, online or report)",
    ),
    "an entry that an open brace took in": (
        "{Mice only.},\n}",
        "{Mice only.\n@misc{evans1999mice,\n  title = {x},\n}\n}}",
        "17: the entry 'evans1999mice' is not read; look above it for an open brace",
    ),
    "no title": (
        "{Bone and more}",
        "{}",
        "1: adams2001bone: field 'title' is missing; every source has author, title, year, design, status, finding and limits",
    ),
    "a field twice": (
        "  year       = {2001},\n",
        "  year       = {2001},\n  Year = {2002},\n",
        "1: adams2001bone: field 'year' stands twice; delete one\n1: adams2001bone: year '2001\\n2002' is not a year of four digits",
    ),
    "doi with a backslash": (
        "{10.1000/bone.1}",
        "{10.1000/bone\\_1}",
        "1: adams2001bone: doi '10.1000/bone\\\\_1' holds a backslash; write the DOI as its publisher prints it",
    ),
    "a title in another script, of no language": (
        "{Bone and more}",
        "{骨 [Bone]}",
        "1: adams2001bone: the title holds '骨'; name its language, as in 'language = {ja}'",
    ),
    "bad pmid": (
        "{1234567}",
        "{PMID1234567}",
        "19: baker2002gut: pmid 'PMID1234567' is not a number of PubMed; give its digits alone",
    ),
    "bad url": (
        "{https://example.org/opinion}",
        "{example.org/opinion}",
        "33: clark2003gut: url 'example.org/opinion' does not begin with 'https://' (or 'http://', where the publisher has no other)",
    ),
    "a TeX comment": (
        "{Bone and more}",
        "{Bone and 5% more}",
        "1: adams2001bone: field 'title' holds an unescaped '%', which begins a comment in TeX; write '\\%'",
    ),
    "a person without a comma": (
        "{Adams, Ann and",
        "{Ann Adams and",
        "1: adams2001bone: author 'Ann Adams' has no comma; a person is 'Family, Given', and a body stands in braces of its own",
    ),
    "too many commas": (
        "{Adams, Ann and",
        "{Adams, Jr, Ann, B and",
        "1: adams2001bone: author 'Adams, Jr, Ann, B' has too many commas; names are 'Family, Given', joined by 'and', and a body stands in braces",
    ),
    "an and too many": (
        "{Adams, Ann and",
        "{Adams, Ann and and",
        "1: adams2001bone: field 'author' has an 'and' without a name beside it; names are 'Family, Given', joined by 'and'",
    ),
    "an and at the beginning": (
        "{Adams, Ann and",
        "{and Adams, Ann and",
        "1: adams2001bone: field 'author' has an 'and' without a name beside it; names are 'Family, Given', joined by 'and'",
    ),
    "an and at the end": (
        "Baker, Bob and others}",
        "Baker, Bob and others and}",
        "1: adams2001bone: field 'author' has an 'and' without a name beside it; names are 'Family, Given', joined by 'and'",
    ),
    "an and twice, with two blanks": (
        "{Adams, Ann and",
        "{Adams, Ann and  and",
        "1: adams2001bone: field 'author' has an 'and' without a name beside it; names are 'Family, Given', joined by 'and'",
    ),
    "bad key": (
        "adams2001bone,",
        "Adams-2001,",
        "1: Adams-2001: keys are lower-case letters and digits: first author, year and a word, as in karl2017fecal",
    ),
    "a misspelled field": (
        "  journal    =",
        "  journall =",
        "1: adams2001bone: field 'journall' is read by nobody (did you mean 'journal'?); rename or delete it",
    ),
    "a field of others": (
        "  volume     =",
        "  keywords =",
        "1: adams2001bone: field 'keywords' is read by nobody; rename or delete it",
    ),
    "a bare word for text": (
        "  journal    = {Journal of Bones},",
        "  journal    = jbones,",
        "4: the bare word 'jbones' in the entry that begins at line 1; look for a missing comma or an unbalanced brace",
    ),
    "a missing comma below": (
        "  pmid       = {1234567},",
        "  pmid       = {1234567}",
        "25: '}' expected in the entry that begins at line 19; look for a missing comma or an unbalanced brace",
    ),
    "an entry in capitals that an open brace took in": (
        "{Mice only.},\n}",
        "{Mice only.\n  @MISC { evans1999mice,\n  title = {x},\n}\n}}",
        "17: the entry 'evans1999mice' is not read; look above it for an open brace",
    ),
    "a year of other signs": (
        "{2001}",
        "{2001?}",
        "1: adams2001bone: year '2001?' is not a year of four digits",
    ),
    "a key with a sign": (
        "adams2001bone,",
        "adams2001bone!,",
        "1: adams2001bone!: keys are lower-case letters and digits: first author, year and a word, as in karl2017fecal",
    ),
    "a PMID with a sign": (
        "{1234567}",
        "{1234567.}",
        "19: baker2002gut: pmid '1234567.' is not a number of PubMed; give its digits alone",
    ),
    "a language with a sign": (
        "year       = {2001},",
        "year       = {2001},\n  language   = {de_AT},",
        "1: adams2001bone: language 'de_AT' is not a code as in 'ja' or 'de'",
    ),
    "doi with a comma": (
        "{10.1000/bone.1}",
        "{10.1000/bone.1,}",
        "1: adams2001bone: doi '10.1000/bone.1,' ends with a sign of the sentence that it stood in; delete it",
    ),
    "doi with a semicolon": (
        "{10.1000/bone.1}",
        "{10.1000/bone.1;}",
        "1: adams2001bone: doi '10.1000/bone.1;' ends with a sign of the sentence that it stood in; delete it",
    ),
    "a doi without an end": (
        "{10.1000/bone.1}",
        "{10.1000/}",
        "1: adams2001bone: doi '10.1000/' does not look like 10.1000/xyz; give the bare DOI, not its address",
    ),
    "a url that browsers do not open": (
        "{https://example.org/opinion}",
        "{https://}",
        "33: clark2003gut: the address 'https://' names no host, or a user; give the address of the publisher's page",
    ),
    "ET AL": (
        "{Adams, Ann and Baker, Bob and others}",
        "{Adams, Ann ET AL}",
        "1: adams2001bone: author 'Adams, Ann ET AL' holds 'ET AL'; names are 'Family, Given', joined by 'and', with 'and others' for the rest",
    ),
    "others between": (
        "Baker, Bob and others}",
        "others and Baker, Bob}",
        "1: adams2001bone: author 'others' is not a name; 'and others' is the last of the names",
    ),
    "a name in capitals, with AND": (
        "{Adams, Ann and",
        "{AND ADAMS, ANN and",
        "1: adams2001bone: field 'author' has an 'and' without a name beside it; names are 'Family, Given', joined by 'and'",
    ),
    "a side of two words": (
        "{A1 for}",
        "{A1 not for}",
        "1: adams2001bone: sides: 'A1 not for' should be a claim and one of for, mixed or against, as in 'C1 mixed'",
    ),
    "a claim without a side": (
        "{A1 for}",
        "{A1}",
        "1: adams2001bone: sides: 'A1' should be a claim and one of for, mixed or against, as in 'C1 mixed'",
    ),
    "one of three sides is wrong": (
        "{A1 for}",
        "{B2 mixed, A1 form, C3 against}",
        "1: adams2001bone: sides: 'A1 form' should be a claim and one of for, mixed or against, as in 'C1 mixed'",
    ),
    "garbled letters far into the text": (
        "{Bone and more}",
        "{Bone and more of it: MÃ¼ller and the rest of it}",
        "1: adams2001bone: field 'title' holds garbled letters, near 'e of it: MÃ¼ller and'; copy the text again",
    ),
    "the first letter is garbled": (
        "{Bone and more}",
        "{Ã¼ber}",
        "1: adams2001bone: field 'title' holds garbled letters, near 'Ã¼ber'; copy the text again",
    ),
    "pages that end before they begin, with letters": (
        "{3-4}",
        "{S15-S12}",
        "1: adams2001bone: pages 'S15-S12' end before they begin; correct them",
    ),
    "a journal that is TeX": (
        "{Journal of Bones}",
        "{Bones $x$}",
        "1: adams2001bone: field 'journal' holds '$', which begins a formula in TeX; write the signs themselves",
    ),
    "authors parted by semicolons": (
        "{Adams, Ann and Baker, Bob and others}",
        "{Adams, A.; Baker, B.}",
        "1: adams2001bone: author 'Adams, A.; Baker, B.' holds ';'; names are 'Family, Given', joined by 'and', with 'and others' for the rest",
    ),
    "authors parted by wide semicolons": (
        "{Adams, Ann and Baker, Bob and others}",
        "{Adams, A.；Baker, B.}",
        "1: adams2001bone: author 'Adams, A.；Baker, B.' holds '；'; names are 'Family, Given', joined by 'and', with 'and others' for the rest",
    ),
    "authors joined by an ampersand": (
        "{Adams, Ann and Baker, Bob and others}",
        "{Adams, Ann & Baker, Bob}",
        "1: adams2001bone: author 'Adams, Ann & Baker, Bob' holds '&'; names are 'Family, Given', joined by 'and', with 'and others' for the rest",
    ),
    "authors parted by slashes": (
        "{Adams, Ann and Baker, Bob and others}",
        "{Adams, Ann / Baker, Bob}",
        "1: adams2001bone: author 'Adams, Ann / Baker, Bob' holds '/'; names are 'Family, Given', joined by 'and', with 'and others' for the rest",
    ),
    "authors parted by commas": (
        "{Adams, Ann and Baker, Bob and others}",
        "{Adams A, Baker B, Clark C}",
        "1: adams2001bone: author 'Adams A, Baker B, Clark C' has two commas; names are 'Family, Given', joined by 'and', and titles are left out",
    ),
    "a degree": (
        "{Adams, Ann and",
        "{Adams, Ann, PhD and",
        "1: adams2001bone: author 'Adams, Ann, PhD' has two commas; names are 'Family, Given', joined by 'and', and titles are left out",
    ),
    "et al": (
        "{Adams, Ann and Baker, Bob and others}",
        "{Adams, Ann et al.}",
        "1: adams2001bone: author 'Adams, Ann et al.' holds 'et al'; names are 'Family, Given', joined by 'and', with 'and others' for the rest",
    ),
    "a mark of a footnote": (
        "{Adams, Ann and",
        "{Adams, Ann1 and",
        "1: adams2001bone: author 'Adams, Ann1' holds '1'; names are 'Family, Given', joined by 'and', with 'and others' for the rest",
    ),
    "others first": (
        "{Adams, Ann and Baker, Bob and others}",
        "{others and Adams, Ann}",
        "1: adams2001bone: author 'others' is not a name; 'and others' is the last of the names",
    ),
    "Others in capitals": (
        "and others}",
        "and Others}",
        "1: adams2001bone: author 'Others' is not a name; 'and others' is the last of the names",
    ),
    "words for pages": (
        "{3-4}",
        "{pp. 3-4}",
        "1: adams2001bone: pages 'pp. 3-4' are not pages; write them as in 12-34, e123 or 5",
    ),
    "open pages": (
        "{3-4}",
        "{3-}",
        "1: adams2001bone: pages '3-' are not pages; write them as in 12-34, e123 or 5",
    ),
    "unknown pages": (
        "{3-4}",
        "{???--???}",
        "1: adams2001bone: pages '???--???' are not pages; write them as in 12-34, e123 or 5",
    ),
    "pages the wrong way": (
        "{3-4}",
        "{40-30}",
        "1: adams2001bone: pages '40-30' end before they begin; correct them",
    ),
    "doi with a full stop": (
        "{10.1000/bone.1}",
        "{10.1000/bone.1.}",
        "1: adams2001bone: doi '10.1000/bone.1.' ends with a sign of the sentence that it stood in; delete it",
    ),
    "garbled letters": (
        "{Bone and more}",
        "{MÃ¼ller â€“ more}",
        "1: adams2001bone: field 'title' holds garbled letters, near 'MÃ¼ller â€“'; copy the text again",
    ),
}


@pytest.mark.parametrize(
    "pages",
    [
        "3-4",
        "3--4",
        "3\u201344",
        "1203-9",
        "e123",
        "S12-S15",
        "abstract 566.2",
        "3, 7-9",
        "123456",
        "5-5",
    ],
)
def test_pages_that_publishers_print(tmp_path, pages):
    (tmp_path / "sources.bib").write_text(BIB.replace("{3-4}", f"{{{pages}}}"), encoding="utf-8")
    assert read_sources(tmp_path / "sources.bib")


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_names_file_line_and_cure(tmp_path, name):
    """The whole of what is said, so that nothing else is said either."""
    old, new, message = FAULTS[name]
    assert old in BIB
    path = tmp_path / "sources.bib"
    path.write_text(BIB.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SourcesError) as caught:
        read_sources(path)
    lines = message.split("\n")
    assert str(caught.value) == "\n".join(f"docs/data/sources.bib:{line}" for line in lines)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{2001}", "{1800}"),
        ("{2001}", "{2099}"),
        ("{1234567}", "{123456789}"),
        ("{https://example.org/opinion}", "{HTTP://example.org/opinion}"),
        ("@article{adams2001bone", "@ARTICLE{adams2001bone"),
        *(("@article{adams2001bone", f"@{kind}{{adams2001bone") for kind in ENTRIES),
        (
            "@article{adams2001bone",
            "@comment{Not {an} entry}\n@string{x = {y}}\n@article{adams2001bone",
        ),
        ("@article{adams2001bone", '@preamble{"x"}\n@article{adams2001bone'),
        *(
            ("@article{adams2001bone", f"{other}\n@article{{adams2001bone")
            for other in ("@Comment{evans1999mice, old}", '@String{x="y, z"}', '@Preamble{"x, y"}')
        ),
        ("{A1 for}", "{A1 for, B2 mixed, C3 against}"),
        ("{Adams, Ann and", "{{A Body, of People} and"),
        ("{Adams, Ann and", "{Adams and"),
        ("{Adams, Ann and", "{Adams, Jr., Ann and"),
        ("{Adams, Ann and", "{van den Adams, III, Ann and"),
        ("@article{adams2001bone", "\ufeff@article{adams2001bone"),
        ("@article{adams2001bone", "\n  @article { adams2001bone"),
        ("title      = {Bone", "TITLE      = {Bone"),
    ],
)
def test_what_is_right_passes(tmp_path, old, new):
    text = ROOT.read_text()
    assert old in text
    path = tmp_path / "sources.bib"
    path.write_text(text.replace(old, new, 1))
    assert [*read_sources(path)] == [
        "adams2001bone",
        "baker2002gut",
        "clark2003gut",
        "dodd2004void",
    ]


def test_text_may_be_put_together_of_parts_and_stand_on_several_lines(tmp_path):
    path = tmp_path / "sources.bib"
    told = BIB.replace("{Bone and more}", '"Bone" # { and\n    mo} # ending').replace(
        "{Journal of Bones}", "jb"
    )
    path.write_text(f"@string{{ending = {{re}}}}\n@STRING(jb = {{Journal of Bones}})\n{told}")
    fields = read_sources(path)["adams2001bone"].fields
    assert (fields["title"], fields["journal"]) == ("Bone and more", "Journal of Bones")


def test_what_is_read_of_an_entry(tmp_path):
    path = tmp_path / "sources.bib"
    path.write_text(BIB.replace("{A1 for}", "{A1 for,  B2 mixed , C3 against}"))
    adams, baker, *_, dodd = read_sources(path).values()
    assert (adams.key, adams.line, adams.design, adams.status) == (
        *("adams2001bone", 1),
        *("animal", "ok"),
    )
    assert adams.sides == {"A1": "for", "B2": "mixed", "C3": "against"}
    assert (baker.key, baker.line, baker.status, baker.not_seen) == (
        *("baker2002gut", 19),
        *("corrected", ()),
    )
    assert [source.is_void for source in (adams, baker, dodd)] == [False, False, True]


def test_the_kinds_of_entry_are_those_that_are_printed_and_exported():
    assert ENTRIES == ("article", "book", "dataset", "legislation", "misc", "online", "report")


def test_the_address_is_the_most_lasting_one():
    def url(**fields: str) -> str:
        return Source("k", 1, "rct", "ok", fields, {}).url

    doi, pmid, page = {"doi": "10.1000/a<b>"}, {"pmid": "12"}, {"url": "https://example.org/"}
    assert url(**doi, **pmid, **page) == "https://doi.org/10.1000/a%3Cb%3E"
    assert url(**pmid, **page) == "https://pubmed.ncbi.nlm.nih.gov/12/"
    assert url(**page) == "https://example.org/"
    assert url() == ""


def test_an_edit_is_read_again(tmp_path):
    """What was read is kept, by the time of the last change."""
    path = tmp_path / "sources.bib"
    path.write_text(ROOT.read_text())
    assert read_sources(path)["adams2001bone"].fields["year"] == "2001"
    path.write_text(ROOT.read_text().replace("{2001}", "{1999}"))
    assert read_sources(path)["adams2001bone"].fields["year"] == "1999"


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(
        SourcesError, match=r"^sources\.bib: no such file; it belongs in docs/data/$"
    ):
        read_sources(tmp_path / "sources.bib")


def test_which_sources_may_be_named_in_data():
    sources = read_sources(ROOT)
    usable = usable_keys(sources)
    assert usable == {"adams2001bone", "baker2002gut", "clark2003gut"}
    assert list(source_faults(["adams2001bone", "dodd2004void", "adams2001bones"], usable)) == [
        "source 'dodd2004void' is unknown or withdrawn",
        "source 'adams2001bones' is unknown or withdrawn (did you mean 'adams2001bone'?)",
    ]


def test_the_build_stops_with_the_message_and_no_traceback(tiny):
    with pytest.raises(
        SourcesError, match=r"sources\.bib:1: adams2001bone: design 'x' is not in the list"
    ) as caught:
        tiny({"data/sources.bib": swap("{animal}", "{x}")})
    assert caught.value.category == "Sources error", "what Sphinx puts before the message"


def test_not_utf8(tmp_path):
    path = tmp_path / "sources.bib"
    path.write_bytes(b"@article{x, title={\xff}}")
    with pytest.raises(SourcesError) as caught:
        read_sources(path)
    assert (
        str(caught.value)
        == "docs/data/sources.bib: not UTF-8 (invalid start byte); save the file as UTF-8"
    )


def test_labels_in_text(tiny):
    page = re.sub(r"<[^>]+>", "", tiny().page("sections/one.html"))
    assert "(Adams et al. 2001; Baker and Clark 2002)" in page
    assert "PGBM (2003) found nothing." in page


def test_several_sources_in_the_text_and_in_brackets(tiny):
    keys = "adams2001bone,clark2003gut"
    told = f"{{cite:t}}`{keys}`, as {{cite:alp}}`{keys}` {{cite:p}}`{keys}`, say so.\n\n## See also"
    page = re.sub(
        r"<[^>]+>",
        "",
        tiny({"sections/one.md": swap("## See also", told)}).page("sections/one.html"),
    )
    assert (
        "Adams et al. (2001), PGBM (2003), as Adams et al. 2001; PGBM 2003"
        " (Adams et al. 2001; PGBM 2003), say so." in page
    )


def test_equal_labels_get_letters(tiny):
    edits = {
        "data/sources.bib": lambda t: t.replace(
            "Baker, Bob and Clark, Cora", "Adams, Ann and Z, Z and others"
        ).replace("2002}", "2001}")
    }
    page = re.sub(r"<[^>]+>", "", tiny(edits).page("sections/one.html"))
    assert "(Adams et al. 2001a; Adams et al. 2001b)" in page


def test_the_list_explains_each_source_and_says_where_it_is_cited(tiny):
    page = tiny().page("reference/sources.html")
    entries = re.split(r'(?=<div class="citation[^"]*" id=)', page)[1:]
    assert [re.search(r'id="([^"]*)"', e)[1] for e in entries] == [
        "source-adams2001bone",
        "source-baker2002gut",
        "source-clark2003gut",
    ]
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", entries[0]))
    assert (
        "[Adams et al. 2001] Adams A., Baker B., et al. (2001). Bone and more. Journal of Bones 1(2): 3–4. doi:10.1000/bone.1"
        in text
    )
    assert (
        "Animal study About: bone. Who or what: Mice. Finding: Bones grew. Limits: Mice only."
        in text
    )
    assert "Cited in: One (A1); Glossary; Foods" in text
    assert "Corrected" in entries[1] and "Notice: A table was corrected." in re.sub(
        r"<[^>]+>", "", entries[1]
    )
    assert "dodd2004void" not in page, "a source that nobody cites is not listed"


FOREIGN = (
    "title      = {Bone and more},",
    "title      = {{骨と食 2001} [Bone and food]}, language = {ja},",
)


def test_a_title_in_another_language_says_so_on_the_page_and_in_the_data(tiny):
    built = tiny({"data/sources.bib": swap(*FOREIGN)})
    page = built.page("reference/sources.html")
    assert '(2001). <span lang="ja">骨と食 2001</span> [Bone and food]. <em>' in page
    assert page.count('lang="ja"') == 1
    told = {each["id"]: each for each in json.loads(built.page("data/sources.json"))}
    assert told["adams2001bone"]["language"] == "ja" and "language" not in told["baker2002gut"]
    Draft202012Validator(schema("sources")).validate(list(told.values()))


def test_the_list_and_the_data_say_the_main_and_the_extreme_results(tiny):
    results = """  primary    = {Bones grew by 3%.},
  most-favorable = {Legs grew by 9%.},
  least-favorable = {Arms shrank},
  limits     = {Mice only.},
"""
    built = tiny({"data/sources.bib": swap("  limits     = {Mice only.},\n", results)})
    assert (
        "Finding: Bones grew. Main outcome: Bones grew by 3%. "
        "Most favorable result: Legs grew by 9%. Least favorable result: Arms shrank. Limits:"
        in re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", built.page("reference/sources.html")))
    )
    adams = json.loads(built.page("data/sources.json"))[0]
    Draft202012Validator(schema("sources")).validate([adams])
    names = ("primary", "most_favorable", "least_favorable")
    assert [adams["custom"][name] for name in names] == [
        "Bones grew by 3%.",
        "Legs grew by 9%.",
        "Arms shrank",
    ]


def test_the_title_of_another_language_is_told_as_such(tiny):
    def edit(text):
        mine = "title      = {骨の表2001 [Table of bones]},\n  language   = {ja},"
        return text.replace("title      = {Bone and more},", mine)

    built = tiny({"data/sources.bib": edit})
    assert built.warnings == ""
    page = built.page("reference/sources.html")
    assert '<span class="language-ja" lang="ja">骨の表2001</span> [Table of bones]' in page or (
        '<span lang="ja">骨の表2001</span> [Table of bones]' in page
    ), page
    told = json.loads(built.page("data/sources.json"))
    Draft202012Validator(schema("sources")).validate(told[:1])
    assert [source.get("language") for source in told[:2]] == ["ja", None]
    bibtex = built.page("data/sources.bib")
    assert bibtex.count("  language = {ja},\n  langid = {japanese},\n") == 1
    assert bibtex.count("language = ") == bibtex.count("langid = ") == 1


def test_an_unknown_citation_is_an_error(tiny):
    warnings = tiny(
        {"sections/one.md": swap("{cite:t}`clark2003gut`", "{cite:t}`clark2003gutt`")}
    ).warnings
    assert (
        'sections/one.md:37: WARNING: could not find bibtex key "clark2003gutt"'
        " (did you mean 'clark2003gut'?) [bibtex.key_not_found]" in warnings
    )


def test_a_page_resolved_twice_lists_each_source_once(tiny):
    app = tiny().app
    for _ in range(2):
        tree = app.env.get_and_resolve_doctree("reference/sources", app.builder, tags=app.tags)
    assert tree.astext().count("Bones grew.") == 1
