"""How names, years and addresses are put together, case by case."""

from __future__ import annotations

import ast
import html
import os

import pytest
from pybtex.backends.html import Backend
from pybtex.database import Entry, parse_string
from sphinxcontrib.bibtex.citation_target import CitationTarget
from sphinxcontrib.bibtex.domain import BibtexDomain

from kb.sources.bibliography import SourcesError
from kb.sources.citation_style import (
    CITED,
    CitationDomain,
    LabelStyle,
    ListStyle,
    SortingStyle,
    authors,
    base_label,
    decode_all,
    domain_of,
    fold,
    names_label,
    people_of,
    surname,
)
from kb.sources.latex import decoded


def entry(**fields: str) -> Entry:
    """A record with these fields; what is not given has a title and a year alone."""
    told = {"title": "Bone", "year": "2001", **fields}
    text = ",\n".join(f"  {name} = {{{value}}}" for name, value in told.items() if value)
    return parse_string(f"@article{{key,\n{text}\n}}", "bibtex").entries["key"]


def listed(**fields: str) -> str:
    """What the list of sources prints of it, in HTML without references to signs."""
    [shown] = ListStyle().format_entries([entry(**fields)])
    return html.unescape(shown.text.render(Backend()))


@pytest.mark.parametrize(
    ("author", "label", "people"),
    [
        ("Adams, Ann", "Adams", "Adams A."),
        ("Adams, Ann Bea", "Adams", "Adams A. B."),
        ("Adams, Ann and Baker, Bob", "Adams and Baker", "Adams A. and Baker B."),
        ("Adams, Ann and others", "Adams et al.", "Adams A., et al."),
        (
            "Adams, Ann and Baker, Bob and Clark, Cora",
            "Adams et al.",
            "Adams A., Baker B. and Clark C.",
        ),
        ("Adams, Ann and Baker, Bob and others", "Adams et al.", "Adams A., Baker B., et al."),
        ("van den Heuvel, Ellen", "van den Heuvel", "van den Heuvel E."),
        ("Adams, Jr., Ann", "Adams", "Adams A. Jr."),
        (r"{\O}zbulut, Ann", "Øzbulut", "Øzbulut A."),
        ("{A Body of Bone}", "A Body of Bone", "A Body of Bone"),
    ],
)
def test_names_in_the_text_and_in_the_list(author, label, people):
    assert names_label(entry(author=author)) == label
    assert base_label(entry(author=author)) == f"{label} 2001"
    assert listed(author=author) == f"{people} (2001). Bone."


def test_a_body_is_cited_by_its_short_name():
    one = entry(author="{Panel on Bone}", shortauthor="PB")
    assert names_label(one) == "PB"
    assert listed(author="{Panel on Bone}", shortauthor="PB") == "Panel on Bone (2001). Bone."


def test_what_was_not_seen():
    assert (
        listed(shortauthor="Short title") == "<em>Short title</em> (2001). Bone."
        or listed(shortauthor="Short title") == "Short title (2001). Bone."
    )
    assert people_of(entry(shortauthor="x")) == []
    assert base_label(entry(author="Adams, Ann", year="")) == "Adams, not dated"
    assert listed(author="Adams, Ann", year="") == "Adams A. (not dated). Bone."


@pytest.mark.parametrize(
    ("fields", "tail"),
    [
        ({"title": "Why bone?"}, "Why bone?"),
        ({"title": "Bone!"}, "Bone!"),
        ({"title": "Knochen", "language": "de"}, "Knochen."),
        ({"title": "Knochen [Bone]", "language": "de"}, "Knochen [Bone]."),
        ({"title": "Bone."}, "Bone."),
        ({"journal": "J"}, "Bone. <em>J</em>."),
        ({"journal": "J", "volume": "1"}, "Bone. <em>J</em> 1."),
        ({"journal": "J", "volume": "1", "number": "2"}, "Bone. <em>J</em> 1(2)."),
        ({"journal": "J", "volume": "1", "pages": "3--4"}, "Bone. <em>J</em> 1: 3–4."),
        ({"journal": "J", "pages": "3-4"}, "Bone. <em>J</em>: 3–4."),
        ({"volume": "1", "number": "2", "pages": "3"}, "Bone."),
        (
            {"doi": "10.1000/a", "pmid": "1", "url": "https://a.org"},
            'Bone. <a href="https://doi.org/10.1000/a">doi:10.1000/a</a>',
        ),
        (
            {"pmid": "12", "url": "https://a.org"},
            'Bone. <a href="https://pubmed.ncbi.nlm.nih.gov/12/">PubMed 12</a>',
        ),
        (
            {"url": "https://www.example.org/a/b"},
            'Bone. <a href="https://www.example.org/a/b">example.org</a>',
        ),
        ({"url": "http://example.org"}, 'Bone. <a href="http://example.org">example.org</a>'),
    ],
)
def test_title_place_and_address_in_the_list(fields, tail):
    assert listed(author="Adams, Ann", **fields) == f"Adams A. (2001). {tail}"


def test_equal_labels_get_letters_in_the_order_of_the_list():
    same = [entry(author="Adams, Ann", title=title) for title in "ABC"]
    other = entry(author="Baker, Bob")
    assert list(LabelStyle().format_labels([*same, other])) == [
        *("Adams 2001a", "Adams 2001b", "Adams 2001c"),
        "Baker 2001",
    ]
    undated = [entry(author="Adams, Ann", year="", title=title) for title in "AB"]
    assert list(LabelStyle().format_labels(undated)) == ["Adams, not dated-a", "Adams, not dated-b"]


def test_the_list_is_sorted_by_names_year_and_title_as_people_read_them():
    rows = [
        ("adams, Ann", "2001", "b"),
        ("Ádams, Ann", "2001", "A"),
        ("Adams, Ann", "2000", "z"),
        ("Baker-Bell, Bob", "1999", "a"),
        ("Baker, Bob and others", "1999", "a"),
    ]
    given = [entry(author=author, year=year, title=title) for author, year, title in rows]
    order = [(e.fields["year"], e.fields["title"]) for e in SortingStyle().sort(given)]
    assert order == [("2000", "z"), ("2001", "A"), ("2001", "b"), ("1999", "a"), ("1999", "a")]
    assert fold("Éa-B 1!") == "eab 1"


def test_authors_leave_out_the_rest():
    one = entry(author="Adams, Ann and {A Body} and others")
    assert authors(one) == ["Adams", "A Body"]
    assert [surname(person) for person in people_of(one)] == ["Adams", "A Body", "others"]


def test_nothing_is_left_to_decode_once_all_is_decoded():
    one = entry(
        author=r"von {\"O}st, Jr., {\'A}nn and {A {\O} Body}",
        **{name: f"Some {{\\o}} {name}" for name in ("title", "journal", "volume", "number")},
        pages=r"1{\o}--2",
    )
    decoded.cache_clear()
    decode_all([one])
    missed = decoded.cache_info().misses
    assert [*ListStyle().format_entries([one])] and missed == decoded.cache_info().misses


def test_a_citation_depends_on_what_each_of_its_keys_shows(tiny):
    domain = tiny().app.env.get_domain("cite")
    assert isinstance(domain, CitationDomain)
    adams = ("Adams et al. 2001", "source-adams2001bone", "reference/sources")
    assert domain.link_dependency("p", "adams2001bone, nobody1999") == [adams, None]


@pytest.mark.parametrize(
    ("role", "is_told"),
    [("{cite:p}`{as in}adams2001bone`", True), ("{cite:p}`adams2001bone`", False)],
)
def test_words_in_braces_beside_a_key_are_told(tiny, role, is_told):
    built = tiny(
        {"sections/one.md": lambda text: text.replace("Two studies", f"{role} Two studies")}
    )
    message = (
        "sections/one.md:41: WARNING: the words in braces of '{as in}adams2001bone' would not be"
        " printed; write them before or behind the citation [sources.words]"
    )
    assert (message in built.warnings.splitlines()) == is_told


def labels(domain: CitationDomain) -> dict[str, str]:
    return {one.key: one.formatted_entry.label for one in domain.citations}


def saved(app, name: str, old: str, new: str) -> None:
    """Save a source of *app* with a change, a second later than before."""
    path = app.srcdir / name
    path.write_text(path.read_text().replace(old, new, 1))
    os.utime(path, (path.stat().st_mtime + 1,) * 2)


def test_a_preview_formats_citations_again_when_they_or_the_sources_are_others(tiny, monkeypatch):
    app = tiny().app
    domain, formatted = domain_of(app.env), []
    env_updated = domain.env_updated
    monkeypatch.setattr(domain, "env_updated", lambda: (formatted.append(1), env_updated()))
    app.emit("env-purge-doc", app.env, "sections/one")
    assert domain.update()
    assert not formatted, "nothing has changed"
    saved(app, "data/sources.bib", "Adams, Ann", "Zorn, Zoe")
    app.emit("env-purge-doc", app.env, "sections/one")
    assert [domain.update(), domain.update()] == [True, True]
    assert formatted == [1]
    assert labels(domain)["adams2001bone"] == "Zorn et al. 2001"
    ref = domain.citation_refs.pop()
    domain.citation_refs.append(ref._replace(targets=[CitationTarget("dodd2004void", "", "")]))
    assert domain.update()
    assert "dodd2004void" in labels(domain)


def test_a_new_source_needs_its_list_read_again(tiny):
    app = tiny().app
    domain = domain_of(app.env)
    before = labels(domain)
    ref = domain.citation_refs[0]
    domain.citation_refs.append(ref._replace(targets=[CitationTarget("new2026gut", "", "")]))
    assert not domain.update()
    assert labels(domain) == before


def test_sources_that_cannot_be_used_are_told_before_a_page_is_read_again(tiny):
    app = tiny().app
    saved(app, "data/sources.bib", "{animal}", "{animals}")
    with pytest.raises(SourcesError, match="design 'animals' is not in the list"):
        app.emit("env-purge-doc", app.env, "sections/one")


@pytest.mark.parametrize(
    ("choice", "uses_ours"), [("", True), (":filter: cited", True), (":all:", False)]
)
def test_the_listed_sources_are_those_of_bibtex(tiny, choice, uses_ours):
    def choose(text: str) -> str:
        return text.replace("{bibliography}\n", f"{{bibliography}}\n{choice}\n", 1) + "\nEnd.\n"

    domain = tiny({"reference/sources.md": choose}).app.env.get_domain("cite")
    [(key, listed)] = domain.bibliographies.items()
    assert (ast.dump(listed.filter_) == CITED) == uses_ours
    found = [*domain.get_filtered_entries(key)]
    assert found == [*BibtexDomain.get_filtered_entries(domain, key)] and found
