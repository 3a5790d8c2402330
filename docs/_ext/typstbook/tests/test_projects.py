"""Small projects of other people's kinds: an API reference, lectures with mathematics, a site, and
one with a construct of each kind.

Their Typst source is that of the files in ``golden``, blanks at the ends of lines and blank lines aside; a change that is meant is
written into the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

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
    "constructs": ["MK (menaquinone)", "Table 3.1 A caption", "(2.1)"],
    "math": ["(1.1)", "and from (1.1) follows", "1.1 In matrices"],
    "site": ["Warning Keep a copy.", "The shape.", "Is it free? Yes, see Install it (p. 2)."],
}


@pytest.fixture(scope="session", params=PROJECTS)
def project(request: pytest.FixtureRequest, build_project: Callable[..., Built]) -> Built:
    return build_project(request.param)


def name_of(project: Built) -> str:
    return project.path.parents[2].name.rstrip("0123456789")


def test_builds_without_a_warning(project: Built) -> None:
    assert project.warnings == ""


def test_prints(project: Built) -> None:
    assert [words for words in PROJECTS[name_of(project)] if words not in project.text] == []


def test_the_source_is_that_of_the_golden_file(project: Built) -> None:
    folder = project.path.parent / ".typst"
    written = [folder / "main.typ", *sorted(folder.glob("chapters/*.typ")), folder / "index.typ"]
    source = "\n".join(path.read_text(encoding="utf-8") for path in written if path.exists())
    golden = Path(__file__).with_name("golden") / f"{name_of(project)}.typ"
    source = re.sub("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "uuid", source)  # by MyST
    assert re.sub(r"\s*\n", "\n", source) == golden.read_text(encoding="utf-8")


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
