"""Small projects of other people's kinds: an API reference, lectures with mathematics, a site."""

from __future__ import annotations

from collections.abc import Callable

import pdfua
import pytest
from books import Built, elements

PROJECTS = {
    "api": [
        "library.dose(weight: float, /, form: str = 'tablet', *, days: int = 7) -> dict[str, float]",
        "Parameters • weight – in kilograms",
        "-a command-line option",
        "Indices and tables Words after the list.",
        "Listing 2.1 A listing",
    ],
    "math": ["(1.1)", "and from (1.1) follows", "1.1 In matrices"],
    "site": ["Warning Keep a copy.", "The shape.", "Is it free? Yes, see Install it (p. 2)."],
}


@pytest.fixture(scope="session", params=PROJECTS)
def project(request: pytest.FixtureRequest, build_project: Callable[..., Built]) -> Built:
    return build_project(request.param)


def test_builds_without_a_warning(project: Built) -> None:
    assert project.warnings == ""


def test_prints(project: Built) -> None:
    name = project.path.parents[2].name.rstrip("0123456789")
    assert [words for words in PROJECTS[name] if words not in project.text] == []


def test_claims_to_be_pdf_ua_and_pdf_a(project: Built) -> None:
    with project.pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")


def test_an_independent_checker_finds_nothing(project: Built) -> None:
    assert [str(each) for each in pdfua.validate(str(project.path)).findings] == []


def test_all_text_stands_in_a_block(project: Built) -> None:
    """Words straight below the document belong to no paragraph."""
    in_line = {"/Span", "/Link", "/Em", "/Strong", "/Note", "/Reference"}
    (document,) = (
        each for each in elements(project.pdf.Root.StructTreeRoot.K) if each.S == "/Document"
    )
    kinds = [str(each.S) for each in document.K if "/S" in each]
    assert [kind for kind in kinds if kind in in_line] == []


def test_same_bytes_twice(build_project: Callable[..., Built]) -> None:
    one, two = (build_project("site").path.read_bytes() for _ in range(2))
    assert one == two
