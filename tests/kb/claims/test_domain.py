"""What the domain keeps of claims, and where its links lead, without a build."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from docutils import nodes

from kb.claims.domain import EvidenceDomain
from kb.claims.model import Claim

ONE = Claim("A1", "sections/one", 16, quote="Bone does\neverything.", verdict="overstated")
TWO = Claim("B1", "sections/two", 9, quote="Bone may help.", verdict="supported")


def domain(*claims: Claim, register: str = "") -> EvidenceDomain:
    """A domain that keeps these claims, and the page of the register."""
    made = EvidenceDomain(SimpleNamespace(domaindata={}))
    for claim in claims:
        made.note(claim)
    made.data["register"] = register
    return made


def test_nothing_is_kept_at_first():
    kept = domain().data
    assert (kept["claims"], kept["register"], kept["cited"], kept["sources"]) == ({}, "", None, {})


def test_the_inventory_lists_each_claim_in_a_line_of_its_own():
    assert list(domain(ONE, TWO).get_objects()) == [
        ("A1", "Claim A1: Bone does everything.", "claim", "sections/one", "claim-a1", 1),
        ("B1", "Claim B1: Bone may help.", "claim", "sections/two", "claim-b1", 1),
    ]


def test_a_page_that_is_read_again_loses_its_own_claims_and_register():
    kept = domain(ONE, TWO, register="sections/one")
    kept.clear_doc("sections/two")
    assert (kept.claims, kept.data["register"]) == ({"A1": ONE}, "sections/one")
    kept.clear_doc("sections/one")
    assert (kept.claims, kept.data["register"]) == ({}, "")


def test_what_another_process_read_comes_in_and_nothing_else():
    other = domain(ONE, TWO, register="sections/two").data
    kept = domain()
    kept.merge_domaindata({"sections/one"}, other)
    assert (kept.claims, kept.data["register"]) == ({"A1": ONE}, "")
    kept.merge_domaindata({"sections/two"}, other)
    assert (kept.claims, kept.data["register"]) == ({"A1": ONE, "B1": TWO}, "sections/two")


def link(kept: EvidenceDomain, kind: str, target: str) -> nodes.Element | None:
    """What stands in the place of a link on the page ``index``."""
    builder = SimpleNamespace(get_relative_uri=lambda _, to: f"{to}.html")
    words = nodes.inline("", "the words")
    return kept.resolve_xref(kept.env, "index", builder, kind, target, None, words)


@pytest.mark.parametrize(
    ("kind", "address"),
    [("claim", "sections/one.html#claim-a1"), ("row", "reference/all.html#register-a1")],
)
def test_a_link_leads_to_the_claim_or_to_its_row(kind, address):
    found = link(domain(ONE, register="reference/all"), kind, "A1")
    assert (found["refuri"], found.astext()) == (address, "the words")


def test_a_link_that_leads_nowhere():
    assert link(domain(ONE), "claim", "A1") is not None
    assert link(domain(ONE, register="reference/all"), "claim", "A9") is None
    assert link(domain(ONE), "row", "A1") is None


def test_a_count_is_printed_in_place_of_a_link():
    assert link(domain(ONE, TWO), "count", "all@index").astext() == "two"
    assert domain(ONE).resolve_any_xref() == []


def test_what_a_link_depends_on():
    kept = domain(ONE, TWO, register="reference/all")
    assert [kept.link_dependency(kind, "A1") for kind in ("claim", "row")] == [
        ("sections/one", "claim-a1", ""),
        ("sections/one", "claim-a1", "reference/all"),
    ]
    assert kept.link_dependency("claim", "A9") is None
    assert kept.link_dependency("count", "overstated@index") == "one"
