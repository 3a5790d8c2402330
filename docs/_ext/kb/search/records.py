"""What the search loads: the records of all places, and the scripts that answer from them.

Written once, when the build ends, into ``_static/kb-records.js``, which
``search.js`` asks for when a reader first turns to the search::

    window.KB_RECORDS = {
      "edition": "3f0c2a9e51b7d846",
      "pages": [{"address": "sections/gut-health.html", "title": "Vitamin K2 and the gut"}, ...],
      "columns": {"kind": ["term", ...], "title": ["osteocalcin", ...], "text": ["A ..."], ...},
      "words": {"unsupported": "Unsupported", ...}
    };

Each column holds one property of all records (:class:`kb.search.places.SearchRecord` explains
them), ``0`` where a record lacks it; so they pack smaller than a list of records would.
``page`` is the number of the page in ``pages``.  ``anchor`` is without ``term-``, ``claim-``,
``food-`` or ``source-``, and ``1`` where the title spells it.

Texts are two thirds of all, and titles, places and definitions answer without them.  So all but
those of the terms follow in ``kb-texts.js``, by the numbers of their records, and so do the
identifiers of sources::

    window.KB_TEXTS = {"edition": "3f0c2a9e51b7d846", "text": [0, ..., "In mice ...", ...],
                       "identifier": [0, ..., "10.3390/nu12061852 32575901", ...]};

``kb-words.js`` holds what readers say, and who of them has to be warned, by the records to which
that leads::

    window.KB_SAID = {
      "edition": "3f0c2a9e51b7d846",
      "everyday": "osteoporosis|bone density=brittle bones|...\\n...",
      "warnings": [{"records": [57, 12], "names": ["Marcumar", ...], "alone": ["Alli", ...],
                    "taken": ["side effects", ...]}, ...]
    };

``kb-languages.js``, which comes last, holds the words of other languages by what they mean::

    window.KB_LANGUAGES = [[["anxiety"], ["Angst", "ansiedad", ...]], ...];

Their digests, by which the script asks for them, are listed by :mod:`kb.core.late_scripts`.  Files
that count records by their places name their ``edition`` as well, since a host may be half through
with its copying.

A large book has ``kb-records.js`` in another form, no ``kb-texts.js``, and parts in the folder
``kb-search``, which are of its edition: see :mod:`kb.search.shards`.

Pages outside the book (``kb_outside``) have no record except for title and summary where they have
one, and neither has a source that nobody cites.  How readers ask is in two files beside the
sources: see :mod:`kb.search.synonyms`.  Our engine (``engine/``) keeps the words, with the
English stemmer that comes with Sphinx; Sphinx's own index of words is not built.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any

import sphinx.search
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from kb.claims.model import VERDICTS
from kb.core.assets import small_script
from kb.search.folding import STOP
from kb.search.medicines import (
    CLASSES,
    NAMES,
    WORDS,
    read_classes,
    read_medicines,
    read_warning_words,
)
from kb.search.medicines import packed as packed_warnings
from kb.search.places import SearchRecord, all_records
from kb.search.synonyms import (
    EVERYDAY,
    OTHER_LANGUAGES,
    QUESTIONS,
    WORD,
    by_meaning,
    foreign_words,
    read_everyday,
    read_languages,
    read_questions,
)
from kb.sources.bibliography import sources_of
from kb.text_index.records import in_order

ENGINE = Path(__file__).with_name("engine")
PARTS = ("words", "warnings", "index", "languages", "query", "ranking")
"""The parts of the engine, in the order in which each finds what it needs."""
OF_PARTS = "parts"
"""The part of it that reads the index of a large book."""
DATA, TEXTS_DATA, SAID_DATA = "kb-records.js", "kb-texts.js", "kb-words.js"
LANGUAGES_DATA = "kb-languages.js"
ENGINE_SCRIPT = "search-engine.js"
FOLDER = "kb-search"
"""Where the parts of a large book lie."""
WHOLE = 700_000
"""So many signs of records and texts, about 200 kB when packed, a browser still counts itself."""
STEMMERS = ("base-stemmer.js", "english-stemmer.js")
FIRST_TEXTS = ("term",)
"""The kinds whose texts come with the first file: a definition is itself an answer."""
LEFT_OUT = "about/not-looked-at"
"""The page of the topics that the chapters leave out."""
NAMED = ("claim", "term", "food", "source")
"""The kinds whose anchors are the same wherever they stand, and begin with their kind."""


def packed(found: list[SearchRecord], pages: list[str]) -> dict[str, list[Any]]:
    """Return the *found* records as columns, without what the script can work out, or has later."""
    rows = [
        vars(record)
        | {"page": pages.index(record.page), "anchor": _short(record), "identifier": ""}
        | ({} if record.kind in FIRST_TEXTS else {"text": ""})
        for record in found
    ]
    return {column.name: [row[column.name] or 0 for row in rows] for column in fields(SearchRecord)}


def _short(record: SearchRecord) -> str | int:
    bare = record.anchor
    if record.kind in NAMED:
        bare = bare.removeprefix(f"{record.kind}-")
    spelled = re.sub(r"[^a-z0-9]+", "-", record.title.lower()).strip("-")
    return 1 if bare and bare == spelled else bare


def add_questions(path: Path, found: list[SearchRecord]) -> None:
    """Add to each of the *found* records the questions of *path* that it answers.

    Without small words, which count nothing: they would be a quarter of what the questions weigh.

    :raises DataError: where the file has faults.
    """
    places = {place_of(record): record for record in found}
    for place, questions in read_questions(path, places).items():
        places[place].questions = [
            " ".join(word for word in question.split() if word.lower() not in STOP)
            for question in questions
        ]


def place_of(record: SearchRecord) -> str:
    """Return how ``questions.csv`` names the place of *record*: by page, anchor, or both."""
    anchor = f"#{record.anchor}" if record.anchor else ""
    return anchor if record.kind in NAMED else record.page + anchor


def warnings(app: Sphinx, found: list[SearchRecord]) -> list[dict[str, object]]:
    """Return what readers say who have to be warned, with the places among the *found* records.

    :raises DataError: where a name leads nowhere, or its row has another fault.
    """
    places = {
        record.anchor.removeprefix("claim-").upper(): number
        for number, record in enumerate(found)
        if record.kind == "claim"
    } | {
        record.page.rpartition("/")[2]: number
        for number, record in enumerate(found)
        if record.kind == "page"
    }
    terms = {
        record.anchor.removeprefix("term-"): number
        for number, record in enumerate(found)
        if record.kind == "term"
    }
    classes = read_classes(Path(app.srcdir, CLASSES), sources_of(app.env), places, terms)
    said = [
        *read_medicines(Path(app.srcdir, NAMES), places, classes),
        *read_warning_words(Path(app.srcdir, WORDS), classes),
    ]
    return packed_warnings(said, classes, places, terms)


def vocabulary(found: Iterable[SearchRecord]) -> set[str]:
    """Return every word of the *found* records, in small letters."""
    texts = (
        text
        for record in found
        for text in (record.title, record.summary, record.text, *record.names)
    )
    return {word for text in texts for word in WORD.findall(text.lower())}


def data_of(app: Sphinx, found: list[SearchRecord]) -> dict[str, Any]:
    """Return what the file of the records *found* holds.

    :raises DataError: where a file of readers' words has faults.
    """
    add_questions(Path(app.srcdir, QUESTIONS), found)
    used = {record.page for record in found}
    pages = [name for name in in_order(app.env) if name in used]
    return {
        "pages": [
            {"address": app.builder.get_target_uri(name), "title": app.env.titles[name].astext()}
            | ({"left_out": 1} if name == LEFT_OUT else {})
            for name in pages
        ],
        "columns": packed(found, pages),
        "words": VERDICTS,
    }


def later(found: list[SearchRecord]) -> dict[str, list[Any]]:
    """Return what does not come with the first file of the *found* records, by place."""
    texts = ("" if record.kind in FIRST_TEXTS else record.text for record in found)
    return {
        "text": [text or 0 for text in texts],
        "identifier": [record.identifier or 0 for record in found],
    }


def on_build_finished(app: Sphinx, exception: Exception | None) -> None:
    """Write the records and the scripts that answer from them (``build-finished``)."""
    if exception or app.builder.name != "html":
        return
    static = Path(app.outdir, "_static")
    static.mkdir(exist_ok=True)
    found = all_records(app.env)
    data, texts, known = data_of(app, found), later(found), vocabulary(found)
    said = said_in(app, found, known)
    whole = packed_json([data, texts, said]).encode()
    edition = {"edition": hashlib.sha256(whole).hexdigest()[:16]}
    languages = languages_of(app, known)
    written, parts = scripts_of(edition | data, edition | texts)
    written |= {
        SAID_DATA: script("KB_SAID", edition | said),
        LANGUAGES_DATA: script("KB_LANGUAGES", languages),
        **stemmers(),
    }
    write(static, written, parts)


def scripts_of(
    data: dict[str, Any], texts: dict[str, Any], most: int = WHOLE
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the scripts of the records *data* and *texts* with the engine, and their parts.

    What has at most so many signs has no parts.
    """
    whole = {DATA: script("KB_RECORDS", data), TEXTS_DATA: script("KB_TEXTS", texts)}
    if sum(map(len, whole.values())) <= most:
        return {**whole, ENGINE_SCRIPT: engine(PARTS)}, {}
    # A book of today's size does without this and what it imports.
    from kb.search.shards import parted

    columns = data["columns"] | {"identifier": texts["identifier"]}
    core, parts = parted(data | {"columns": columns}, texts["text"])
    scripts = {
        f"{FOLDER}/{name}.js": f"(window.KB_PARTS??={{}})[{name!r}]={packed_json(part)};\n"
        for name, part in parts.items()
    }
    return {DATA: script("KB_RECORDS", core), ENGINE_SCRIPT: engine((*PARTS, OF_PARTS))}, scripts


def write(static: Path, written: dict[str, str], parts: dict[str, str]) -> None:
    """Write what is *written* and the *parts* into the folder *static*.

    What a book of another size had there goes.
    """
    shutil.rmtree(static / FOLDER, ignore_errors=True)
    (static / TEXTS_DATA).unlink(missing_ok=True)
    for name, text in {**written, **parts}.items():
        (static / name).parent.mkdir(exist_ok=True)
        (static / name).write_text(text, encoding="utf-8", newline="\n")


def packed_json(data: object) -> str:
    """Return *data* as JSON without a space, the same text each time."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def script(name: str, data: object) -> str:
    """Return the script that sets the global *name* to *data*."""
    return f"window.{name}={packed_json(data)};\n"


def said_in(app: Sphinx, found: list[SearchRecord], known: set[str]) -> dict[str, Any]:
    """Return what readers say of the *found* records, whose words are *known*.

    :raises DataError: where a file of readers' words has faults.
    """
    return {
        "everyday": "\n".join(
            "=".join("|".join(re.sub(r"[|=\n]", " ", phrase) for phrase in side) for side in each)
            for each in by_meaning(read_everyday(Path(app.srcdir, EVERYDAY), known))
        ),
        "warnings": warnings(app, found),
    }


def languages_of(app: Sphinx, known: set[str]) -> list[list[list[str]]]:
    """Return the words of other languages by what they mean in the book.

    :raises DataError: where the file has faults.
    """
    return foreign_words(read_languages(Path(app.srcdir, OTHER_LANGUAGES), known), known)


def engine(names: Iterable[str]) -> str:
    """Return the parts of our own engine as one file, so that a browser asks once."""
    parts = (ENGINE / f"search-{name}.js" for name in names)
    return "\n".join(small_script(path.read_text(encoding="utf-8"), str(path)) for path in parts)


def stemmers() -> dict[str, str]:
    """Return the English stemmer that comes with Sphinx, and what it stands on, by file."""
    folder = Path(sphinx.search.__file__).parent / "minified-js"
    return {name: (folder / name).read_text(encoding="utf-8") for name in STEMMERS}


def setup(app: Sphinx) -> ExtensionMetadata:
    for needed in (
        "kb.core.late_scripts",
        "kb.glossary.autolink",
        "kb.sources.citation_style",
        "kb.claims.domain",
        "kb.foods.table",
        "kb.text_index.records",
        "kb.sources.bibliography",
    ):
        app.setup_extension(needed)
    app.connect("build-finished", on_build_finished)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
