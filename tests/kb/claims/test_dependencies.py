"""Which pages are read or written again when a claim or a source changes, and for what reason."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

from kb.claims import register, source_list
from kb.claims.domain import domain_of
from kb.sources import bibliography

PAGE, LIST = "reference/evidence", "reference/sources"


def test_what_the_pages_are_made_from(tiny):
    app = tiny().app
    env = app.env
    [page] = register.page_dependencies(app, env).items()
    name, (where, [entry], designs) = page
    assert (name, where) == (PAGE, PAGE)
    assert (entry.claim.id, entry.claim.line, entry.chapter, entry.title) == ("A1", 0, "one", "One")
    assert (entry.sources, entry.kinds) == (
        ("adams2001bone", "baker2002gut"),
        (("human-trial", 1), ("animal", 1)),
    )
    assert designs == [
        ("adams2001bone", "animal"),
        ("baker2002gut", "rct"),
        ("clark2003gut", "guideline"),
        ("dodd2004void", "rct"),
    ]
    [(name, (labels, places))] = source_list.page_dependencies(app, env).items()
    assert name == LIST
    assert sorted(set(labels)) == [
        ("adams2001bone", "Adams et al. 2001"),
        ("baker2002gut", "Baker and Clark 2002"),
        ("clark2003gut", "PGBM 2003"),
    ]
    assert [key for key, _ in places] == ["adams2001bone", "baker2002gut", "clark2003gut"]
    assert places[2][1] == [("sections/one", "", "the-subject")]


def test_the_list_is_written_again_when_other_sources_are_cited(tiny):
    app = tiny().app
    env, kept = app.env, domain_of(app.env).data
    assert kept["cited"] == ["adams2001bone", "baker2002gut", "clark2003gut"]
    assert source_list.stale_lists(app, env) == [], "nothing has changed"
    kept["cited"] = ["adams2001bone"]
    assert source_list.stale_lists(app, env) == [LIST]
    assert kept["cited"] == ["adams2001bone", "baker2002gut", "clark2003gut"]
    kept["cited"] = None
    assert source_list.stale_lists(app, env) == [], "the first build"


def test_pages_are_read_again_for_a_source_that_they_cite_or_that_is_on_a_side(tiny, monkeypatch):
    app = tiny().app
    env, kept = app.env, domain_of(app.env).data

    def again(**changed: bibliography.Source) -> list[str]:
        now = {**bibliography.sources_of(env), **changed}
        with monkeypatch.context() as patch:
            patch.setattr(source_list, "sources_of", lambda _: now)
            return source_list.readers(app, env, set(), set(), set())

    known = kept["sources"]
    assert {key: one.line for key, one in known.items()} == dict.fromkeys(known, 0)
    assert again() == []
    moved = replace(bibliography.sources_of(env)["clark2003gut"], line=99)
    assert again(clark2003gut=moved) == [], "a line is not told to any page"
    assert again(clark2003gut=replace(moved, design="rct")) == ["sections/one"]
    adams = replace(known["adams2001bone"], status="corrected")
    assert again(adams2001bone=adams) == ["reference/foods", "reference/glossary", "sections/one"]
    unread = replace(moved, key="evans2005", sides={})
    assert again(evans2005=unread) == []
    assert again(evans2005=replace(unread, sides={"A1": "for"})) == ["sections/one"]


def test_the_role_that_aria_withdrew_is_written_as_that_of_an_item():
    context = {"body": '<div role="doc-biblioentry">'}
    source_list.replace_withdrawn_role(SimpleNamespace(), LIST, "page.html", context, None)
    assert context["body"] == '<div role="listitem">'
    source_list.replace_withdrawn_role(
        SimpleNamespace(), "search", "search.html", empty := {}, None
    )
    assert empty == {"body": ""}
