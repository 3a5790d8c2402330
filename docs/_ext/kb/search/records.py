"""What the search loads: the records of all places, and the scripts of the engine.

Written once, when the build ends, into ``_static/kb-records.js``, which ``search.js``
asks for when a reader first turns to the search::

    window.KB_RECORDS = {
      "pages": [["sections/gut-health.html", "Vitamin K2 and the gut"], ...],
      "columns": {"k": ["term", ...], "h": ["osteocalcin", ...], "x": ["A small protein ...", ...], ...},
      "everyday": {"brittle bones": ["osteoporosis", "bone density"], ...},
      "medicines": [{"record": 57, "names": ["Marcumar", ...], "alone": ["Alli", ...]}, ...],
      "words": {"unsupported": "Unsupported", ...}
    };

Each column holds one property of all records, ``0`` where a record lacks it; so they pack
to nine tenths of what a list of records takes.

=====  ===========================================================================================
``k``  the kind: ``term``, ``claim``, ``page`` (the top of a page), ``section``, ``food``, ``source``
``p``  the number of the page in ``pages``
``i``  the id on that page, without ``term-``, ``claim-``, ``food-`` or ``source-``; ``1`` if the
       title spells it, ``0`` for the top
``h``  the title: of a claim what the article says, of a food its name
``a``  other names: synonyms, the kind of food, the authors
``s``  a line below the title: the summary of a page, the answer to a claim, the figure of a food,
       label and kind of a source
``x``  the text; a citation stands in it as the places of its sources in the columns, between two
       signs (``search_places.CITED``), which the script replaces by author and year
``c``  the terms that the record mentions, by their places
``v``  of a claim its verdict and certainty; of a term the claims that concern it, by their places
``d``  of a source its DOI or PubMed number
``q``  questions of readers that the place answers
=====  ===========================================================================================

Pages outside the book (``kb_outside``) have no record, but for title and summary where they have one,
and neither has a source that nobody cites.  How readers ask stands in two files beside the sources:
see ``synonyms``.  The engine is MiniSearch, from npm, with the English stemmer that comes with
Sphinx, both as they are; Sphinx's own index of words is not built (see ``incremental_html``).
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import sphinx.search
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.typing import ExtensionMetadata

from kb.claims.domain import VERDICTS
from kb.search.medicines import CLASSES, NAMES, read_classes, read_medicines
from kb.search.medicines import packed as packed_medicines
from kb.search.places import Record, all_records
from kb.search.synonyms import EVERYDAY, QUESTIONS, WORD, read_everyday, read_questions
from kb.sources.bibliography import sources_of
from kb.text_index.records import in_order

DATA = "kb-records.js"
ENGINE = Path(__file__).parents[4] / "node_modules/minisearch/dist/umd/index.js"
"""MiniSearch as npm delivers it."""
STEMMERS = ("base-stemmer.js", "english-stemmer.js")
COLUMNS = "kpihasxcvdq"
"""The properties of a record, each a column of the file."""


def packed(found: list[Record], pages: list[str]) -> dict[str, list[Any]]:
    """Return the *found* records as columns, what the script can work out left away."""
    short = [{**record, "p": pages.index(record["p"]), "i": _short(record)} for record in found]
    return {name: [record.get(name) or 0 for record in short] for name in COLUMNS}


def _short(record: Record) -> str | int:
    bare = str(record.get("i", "")).removeprefix(f"{record['k']}-")
    return (
        1 if bare and bare == re.sub(r"[^a-z0-9]+", "-", record["h"].lower()).strip("-") else bare
    )


def ask(app: Sphinx, found: list[Record]) -> None:
    """Add to each of the *found* records the questions that it answers."""
    places = {_place(record): record for record in found}
    for place, questions in read_questions(Path(app.srcdir, QUESTIONS), places).items():
        places[place]["q"] = questions


def _place(record: Record) -> str:
    """How ``questions.csv`` names the place of a *record*: claims and the like by their anchor, wherever they stand."""
    anchor = f"#{record['i']}" if record.get("i") else ""
    return anchor if record["k"] in ("claim", "term", "food", "source") else record["p"] + anchor


def medicines(app: Sphinx, found: list[Record]) -> list[dict[str, object]]:
    """The names of medicines, with the place among the *found* records that they lead to.

    :raises DataError: where a name leads nowhere, or its row has another fault.
    """
    read_classes(Path(app.srcdir, CLASSES), sources_of(app.env))
    places = {
        record["i"].removeprefix("claim-").upper(): number
        for number, record in enumerate(found)
        if record["k"] == "claim"
    } | {
        record["p"].rpartition("/")[2]: number
        for number, record in enumerate(found)
        if record["k"] == "page"
    }
    return packed_medicines(read_medicines(Path(app.srcdir, NAMES), places), places)


def vocabulary(found: list[Record]) -> set[str]:
    """Every word of the *found* records, in small letters."""
    texts = (
        text
        for record in found
        for text in (record["h"], record.get("s"), record["x"], *record.get("a", ()))
        if text
    )
    return {word for text in texts for word in WORD.findall(text.lower())}


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write the records and put the scripts of the engine beside them, after a good build of the site.

    :raises DataError: where a file of readers' words has faults.
    :raises ExtensionError: where npm has not installed MiniSearch.
    """
    if exception or app.builder.name != "html":
        return
    found = all_records(app.env)
    ask(app, found)
    pages = [name for name in in_order(app.env) if any(record["p"] == name for record in found)]
    told = {
        "pages": [
            [app.builder.get_target_uri(name), app.env.titles[name].astext()] for name in pages
        ],
        "columns": packed(found, pages),
        "everyday": read_everyday(Path(app.srcdir, EVERYDAY), vocabulary(found)),
        "medicines": medicines(app, found),
        "words": VERDICTS,
    }
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    static = Path(app.outdir, "_static")
    static.mkdir(exist_ok=True)
    (static / DATA).write_text(f"window.KB_RECORDS={text};\n", encoding="utf-8", newline="\n")
    copy_engine(static)


def copy_engine(static: Path) -> None:
    """Put the scripts of the engine into the folder *static*, as they were installed."""
    if not ENGINE.is_file():
        raise ExtensionError(
            "MiniSearch is not installed: run `make html`, or docs/_tools/build/node.py, which asks npm for it"
        )
    shutil.copyfile(ENGINE, static / "minisearch.js")
    for name in STEMMERS:
        shutil.copyfile(Path(sphinx.search.__file__).parent / "minified-js" / name, static / name)


def setup(app: Sphinx) -> ExtensionMetadata:
    for needed in (
        "kb.glossary.autolink",
        "kb.sources.citation_style",
        "kb.claims.domain",
        "kb.core.page_info",
        "kb.foods.table",
        "kb.text_index.records",
        "kb.sources.bibliography",
    ):
        app.setup_extension(needed)
    app.connect("build-finished", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
