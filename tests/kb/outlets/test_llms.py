"""The book as text for language models: nothing lost, nothing said without its verdict, the same after every edit."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from sphinx.testing.util import SphinxTestApp

BASE = "https://example.org/k2/"
FIGURE = """```{figure} dot.svg
:alt: A dot, and | nothing else.
:name: fig-dot

A dot.

Its legend.
```
"""
NO_OUTPUT = 'exclude_patterns += ["_build"]\n'
EVERYTHING = f"""
:::{{warning}}
Do *not* eat **it**.
:::

{FIGURE}
1. First `code`.
2. Second,

   in two paragraphs.

   - Inner.

| A | B |
|---|---|
| a \\| b | {{cite:p}}`adams2001bone` |

```python
x = 1
```

About 10{{sup}}`9` per cm{{sup}}`-1`, H{{sub}}`2`O, 45[^note]; {{abbr}}`MK (menaquinone)`.

[^note]: Of 60, in *two* groups.

> They say:
>
> - one
> - two

[Outside](https://example.org/away) and [here](#the-subject).

% A comment.

:::{{rubric}} An aside
:::

Text of the aside.

```{{eval-rst}}
menaquinone : a vitamin : of fat
   A form of vitamin K.
```

## What the article"""


@pytest.fixture
def texts(tiny):
    """The tiny knowledge base with its texts."""

    def build(edits=None, **config):
        added = {
            "conf.py": lambda text: text.replace(
                '"kb.outlets.inventory"', '"kb.outlets.inventory", "kb.outlets.llms"'
            )
        }
        settings = {
            "kb_description": "A whole in a sentence.",
            "kb_notices": ["Ask your doctor.", "Nobody checked."],
            "version": "1.0",
        }
        return tiny({**added, **(edits or {})}, **{**settings, **config})

    return build


def test_a_chapter_as_text(texts):
    built = texts()
    assert built.warnings == ""
    text = built.page("sections/one.html.md")
    assert text.startswith(
        "# One\n\nSummary: One sentence.\n\nReading time: about 1 minute. Last checked against its sources on February 2, 2026;"
    )
    assert "\n## In plain words\n\nOsteocalcin is a protein of bone.\n" in text
    assert (
        "A study found something (Adams et al. 2001; Baker and Clark 2002). PGBM (2003) found nothing.\n"
        in text
    )
    assert text.endswith("## See also\n\n- claim A1 and the first\n")


def test_the_verdict_stands_beside_the_claim_and_beside_what_the_article_says(texts):
    text = texts().page("sections/one.html.md")
    assert (
        """
### Claim A1. Verdict: Overstated. Low certainty.

The article states it, in our words (verdict: Overstated): “Osteocalcin does everything.”

The evidence: It does something.

In mice osteocalcin did something (Adams et al. 2001), in people not (Baker and Clark 2002).

**What would change this:** a trial in people.

**Who was studied.** *For:* 1 animal study. *Against:* 1 human trial.

**For:** Adams et al. 2001

**Against:** Baker and Clark 2002
"""
        in text
    )
    assert "Compare with" not in text


@pytest.mark.filterwarnings("ignore:.myst_parser:sphinx.deprecation.RemovedInSphinx11Warning")
def test_every_kind_of_block_has_its_form(texts):
    dot = '<svg xmlns="http://www.w3.org/2000/svg"/>'
    edits = {
        "sections/one.md": lambda text: text.replace("\n## What the article", EVERYTHING, 1),
        "sections/dot.svg": lambda _: dot,
    }
    text = texts(edits).page("sections/one.html.md")
    for part in (
        "> **Warning**\n>\n> Do *not* eat **it**.\n",
        "\nFig. 1.1. A dot.\n\nThe picture shows: A dot, and | nothing else.\n\nIts legend.\n",
        "\nAbout 10^9 per cm^(-1), H2O, 45 [1]; MK (menaquinone).\n",
        "\n[1] Of 60, in *two* groups.\n",
        "\n> They say:\n>\n> - one\n> - two\n",
        "\n1. First `code`.\n2. Second,\n\n   in two paragraphs.\n   - Inner.\n",
        "\n| A | B |\n|---|---|\n| a \\| b | (Adams et al. 2001) |\n",
        "\n```python\nx = 1\n```\n",
        "\nOutside (https://example.org/away) and here.\n",
        "\n**An aside**\n\nText of the aside.\n",
        "\n- **menaquinone : a vitamin : of fat**: A form of vitamin K.\n",
    ):
        assert part in text, part
    assert "A comment" not in text


def test_glossary_and_sources_are_sentences(texts):
    built = texts()
    assert (
        "- **osteocalcin**: A small protein of bone, not of the bowel. Also called: BGP, bone Gla protein. See also: gut. "
        "Sources: Adams et al. 2001. Used in: One (A1).\n"
    ) in built.page("reference/glossary.html.md")
    assert (
        "- **Adams et al. 2001**: Adams A., Baker B., et al. (2001). Bone and more. *Journal of Bones* 1(2): 3–4. "
        "https://doi.org/10.1000/bone.1. Animal study. About: bone. **Who or what:** Mice. **Finding:** Bones grew. "
        "**Limits:** Mice only. **Cited in:** One (A1);"
    ) in built.page("reference/sources.html.md")


def test_tables_are_whole(texts):
    built = texts()
    foods = built.page("reference/foods.html.md")
    assert (
        "| **Cheese** | | | |\n| Gouda, old | Netherlands | 72.9 K2, all forms the table counts |"
        in foods
    )
    register = built.page("reference/evidence.html.md")
    assert (
        "Osteocalcin does everything. The article states it. | It does something. Sources: 1 human trial, 1 animal study. | Overstated. Low certainty |"
        in register
    )


def test_the_whole_opens_with_the_notices_and_holds_every_page_in_order(texts):
    built = texts()
    whole = built.page("llms-full.txt")
    head = whole.partition("\n---\n")[0]
    assert head.startswith(
        "# Tiny\n\n> A whole in a sentence.\n\n**Ask your doctor.**\n\n**Nobody checked.**\n"
    )
    assert (
        "under test and no finding" in head and "Cite as: " in head and "February 2, 2026" in head
    )
    names = (
        "index",
        "sections/one",
        "reference/evidence",
        "reference/glossary",
        "reference/foods",
        "reference/sources",
    )
    places = [whole.index(f"\n---\n\n{built.page(f'{name}.html.md')}".rstrip()) for name in names]
    assert places == sorted(places)
    assert "Address:" not in whole and "](" not in whole


def test_the_list_has_the_form_of_llmstxt(texts):
    """One H1, a quotation, no further heading, then H2 lists of links with notes (https://llmstxt.org)."""
    built = texts()
    text = built.page("llms.txt")
    assert re.findall(r"^#+ .*", text, re.MULTILINE) == [
        "# Tiny",
        "## Chapters",
        "## Reference and background",
        "## The whole in one file",
        "## Data",
    ]
    assert "\n## Chapters\n\n- [One](sections/one.html.md): One sentence.\n" in text
    for address in re.findall(r"\]\(([^)]*)\)", text):
        assert (built.out / address).is_file(), address


def test_data_is_listed_where_it_was_made(texts):
    built = texts()
    listed = re.findall(r"^- \[.*?\]\((data/.*?)\): \w", built.page("llms.txt"), re.MULTILINE)
    assert listed == [
        "data/claims.json",
        "data/glossary.json",
        "data/foods.csv",
        "data/sources.bib",
    ]
    assert all((built.out / name).is_file() for name in listed)


def test_a_page_beside_the_book_is_listed_if_it_is_for_readers(texts):
    added = {
        "notes.md": lambda _: "---\norphan: true\n---\n# Notes\n",
        "data.md": lambda _: "---\norphan: true\nsummary: For programs.\n---\n# Data\n",
    }
    listed = texts(added, kb_outside=["notes", "data"]).page("llms.txt")
    assert (
        "## Data\n\n- [Data](data.html): For programs.\n- [claims.json]" in listed
        and "notes" not in listed
    )


def test_with_a_public_address_links_are_whole(texts):
    built = texts(html_baseurl=BASE)
    assert f"- [One]({BASE}sections/one.html.md): " in built.page("llms.txt")
    assert f"\n---\n\nAddress: {BASE}sections/one.html\n\n# One\n" in built.page("llms-full.txt")


def test_the_page_leads_to_its_text(texts):
    built = texts()
    link = '<link rel="alternate" type="text/markdown" href="%s" />'
    assert link % "one.html.md" in built.page("sections/one.html")
    assert "text/markdown" not in built.page("search.html")


def test_pages_for_authors_are_left_out(texts):
    built = texts(
        {"notes.md": lambda _: "---\norphan: true\n---\n# For authors\n"}, kb_outside=["notes"]
    )
    assert not (built.out / "notes.html.md").exists()
    assert "For authors" not in built.page("llms.txt") + built.page("llms-full.txt")


def test_other_formats_write_no_texts(texts):
    built = texts(builder="text")
    assert not list(built.out.rglob("*.md")) and not (built.out / "llms.txt").exists()


def test_after_an_edit_the_texts_are_those_of_a_build_from_nothing(
    make_app, rootdir: Path, tmp_path: Path
):
    source = tmp_path / "src"
    shutil.copytree(rootdir / "test-kb", source)
    conf = source / "conf.py"
    conf.write_text(
        conf.read_text(encoding="utf-8").replace(
            '"kb.outlets.inventory"',
            '"kb.outlets.inventory", "incremental_html", "kb.outlets.llms"',
        )
        + NO_OUTPUT
    )

    def built(**config: object) -> dict[str, str]:
        app: SphinxTestApp = make_app("html", srcdir=source, **config)
        app.build()
        found = sorted([*Path(app.outdir).rglob("*.md"), *Path(app.outdir).glob("llms*.txt")])
        return {
            path.relative_to(app.outdir).as_posix(): path.read_text(encoding="utf-8")
            for path in found
        }

    (source / "more.md").write_text("---\norphan: true\n---\n# More\n\nA gut.\n", encoding="utf-8")
    assert "more.html.md" in built()
    (source / "more.md").unlink()
    page = source / "sections/one.md"
    page.write_text(
        page.read_text(encoding="utf-8").replace(":verdict: overstated", ":verdict: reversed"),
        encoding="utf-8",
    )
    after = built()
    assert after["sections/one.html.md"].count("Reversed") == 2
    shutil.rmtree(source / "_build")
    cold = built()
    # What Sphinx leaves of a page that is gone is not ours to take away; the book is built into a new folder.
    assert {name: text for name, text in after.items() if name != "more.html.md"} == cold
