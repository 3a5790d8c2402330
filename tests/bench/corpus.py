"""Write a synthetic knowledge base of N chapters: ``python tests/bench/corpus.py book|plain N FOLDER``.

``book`` is written in our own dialect, with claims, terms that link themselves, citations,
tables, drawings and foods, and is built by our own settings.  ``plain`` has the same words
for the theme as it comes: chapters with a note, links to terms and chapters, a table with
its number, and a citation.

The words follow Zipf's law over 6,000: English function words, terms of the field, and
invented ones.  The same seed gives the same bytes.  A chapter has about 700 words; there
are min(200, max(40, N/5)) terms and min(400, max(20, N/2)) sources.  Above 40 chapters, parts
of 25 have a page of their own.
"""

from __future__ import annotations

import argparse
import itertools
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FUNCTION = (
    "the of and to in a is that for it as with was on be by this are from or an at which not have has but its can may also "
    "between were these their than such when most into other more some through after during both each however because while "
    "there about over only under if where they"
).split()
FIELD = (
    "menaquinone phylloquinone osteocalcin myelin microbiota carboxylation natto butyrate vagus serotonin cytokine sphingolipid "
    "ceramide hippocampus cortex neuron glia astrocyte microglia permeability mucosa epithelium lipopolysaccharide bacteroides "
    "bifidobacterium lactobacillus dysbiosis antibiotic warfarin cofactor prothrombin matrix receptor ligand hydroquinone epoxide "
    "reductase isoprenoid bile chylomicron lipoprotein calcification osteoblast osteoclast fracture cohort placebo plasma serum "
    "microgram fermentation gouda yolk kale spinach cognition cortisol tryptophan kynurenine dopamine colon ileum jejunum fibre "
    "prebiotic probiotic synbiotic metabolite hormone insulin leptin ghrelin"
).split()
SIZE, PART, FLAT = 6000, 25, 40
DESIGNS = (
    "rct",
    "cohort",
    "cross-sectional",
    "animal",
    "in-vitro",
    "narrative-review",
    "meta-analysis",
    "food-analysis",
)
VERDICTS = (
    "supported",
    "partly-supported",
    "overstated",
    "unsupported",
    "reversed",
    "not-verifiable",
)
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 60" role="img"><title>Two boxes</title>'
    "<style>.k-line{stroke:#0b6375}.k-ink{fill:#1f2d33}</style>"
    '<line class="k-line" x1="50" y1="30" x2="150" y2="30"/><text class="k-ink" x="10" y="20">gut</text></svg>\n'
)


class Words:
    """Draws words, sentences and paragraphs."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        invented = self._invented(SIZE - len(FUNCTION) - len(FIELD))
        mixed = FIELD + invented[:400]
        self.random.shuffle(mixed)
        self.words = FUNCTION + mixed + invented[400:]
        self.weights = list(
            itertools.accumulate(1 / (rank + 2.7) ** 1.07 for rank in range(1, len(self.words) + 1))
        )

    def _invented(self, count: int) -> list[str]:
        first, second, last = (
            "b c d f g l m n p r s t v st tr pl gr".split(),
            "a e i o u ia eo".split(),
            ["", "n", "r", "s", "l", "x"],
        )
        pick, found = self.random.choice, dict[str, None]()
        while len(found) < count:
            word = "".join(
                pick(first) + pick(second) for _ in range(self.random.randint(2, 4))
            ) + pick(last)
            if word not in FUNCTION and word not in FIELD:
                found[word] = None
        return list(found)

    def some(self, count: int) -> str:
        return " ".join(self.random.choices(self.words, cum_weights=self.weights, k=count))

    def sentence(self, count: int, tail: str = "") -> str:
        words = self.some(count)
        return f"{words[0].upper()}{words[1:]}{' ' + tail if tail else ''}."

    def paragraph(self, count: int, *inline: str) -> str:
        """About *count* words, one sentence on a line; each of *inline* ends a sentence."""
        tails, lines = list(inline), []
        while count > 0 or tails:
            length = self.random.randint(11, 22)
            lines.append(self.sentence(length, tails.pop(0) if tails else ""))
            count -= length
        return "\n".join(lines)


class Corpus:
    """What both dialects have in common: titles, terms, sources, the places of chapters."""

    def __init__(self, count: int, seed: int = 1) -> None:
        self.count, self.draw = count, Words(seed)
        pick = self.draw.random.choice
        self.titles = [
            f"{pick(FIELD).capitalize()} and {pick(FIELD)}: {pick(FIELD)} {number}"
            for number in range(1, count + 1)
        ]
        total = min(200, max(40, count // 5))
        pairs = (
            f"{one} {two}"
            for step in (7, 11)
            for one, two in zip(FIELD, FIELD[step:] + FIELD[:step], strict=True)
        )
        self.terms = list(itertools.islice(itertools.chain(FIELD, pairs), total))
        names = self.draw.words[200:]
        self.sources = [
            f"{names[i * 3]}{1980 + i % 45}{chr(97 + i // 26)}{chr(97 + i % 26)}"
            for i in range(min(400, max(20, count // 2)))
        ]

    def chapter(self, index: int) -> str:
        return f"ch-{index + 1:04d}"

    def parts(self) -> list[list[int]]:
        """The chapters of each part; one part without a page of its own in a small book."""
        every = list(range(self.count))
        return (
            [every]
            if self.count <= FLAT
            else [every[start : start + PART] for start in range(0, self.count, PART)]
        )


def toctree(entries: list[str], *options: str) -> str:
    return "\n".join(["```{toctree}", *options, "", *entries, "```"])


def pipe(rows: list[list[str]]) -> str:
    lines = [rows[0], ["---"] * len(rows[0]), *rows[1:]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


class Plain:
    """The dialect of the theme as it comes."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus, self.draw = corpus, corpus.draw

    def files(self) -> Iterator[tuple[str, str]]:
        corpus = self.corpus
        for index in range(corpus.count):
            yield f"sections/{corpus.chapter(index)}.md", self._chapter(index)
        yield from self._contents("numbered")
        entries = "\n\n".join(f"{term}\n  {self.draw.sentence(22)}" for term in corpus.terms)
        yield "reference/glossary.md", f"# Glossary\n\n```{{glossary}}\n{entries}\n```\n"
        yield "reference/sources.md", "# Sources\n\n```{bibliography}\n```\n"
        yield "data/sources.bib", "\n".join(self._source(key) for key in corpus.sources)
        yield "conf.py", PLAIN_CONF

    def _contents(self, numbered: str) -> Iterator[tuple[str, str]]:
        parts = self.corpus.parts()
        folded = len(parts) > 1
        for number, part in enumerate(parts, 1) if folded else ():
            listed = toctree([f"/sections/{self.corpus.chapter(index)}" for index in part])
            yield (
                f"parts/part-{number:03d}.md",
                f"# Part {number}\n\n{self.draw.paragraph(40)}\n\n{listed}\n",
            )
        names = [f"parts/part-{number:03d}" for number in range(1, len(parts) + 1)]
        chapters = (
            names if folded else [f"sections/{self.corpus.chapter(index)}" for index in parts[0]]
        )
        yield "index.md", self._front(toctree(chapters, f":{numbered}:"))

    def _front(self, chapters: str) -> str:
        return f"# A synthetic book\n\n{self.draw.paragraph(60)}\n\n{chapters}\n\n{toctree(['reference/glossary', 'reference/sources'])}\n"

    def _chapter(self, index: int) -> str:
        corpus, draw = self.corpus, self.draw
        terms = [f"{{term}}`{term}`" for term in draw.random.sample(corpus.terms, 5)]
        others = [
            f"{{doc}}`/sections/{corpus.chapter(other)}`"
            for other in draw.random.sample(range(corpus.count), 2)
        ]
        label = f"tbl-{index + 1:04d}"
        return (
            "\n\n".join(
                [
                    f"# {corpus.titles[index]}",
                    f"```{{important}}\nThis chapter is for learning. {draw.sentence(12)}\n```",
                    draw.paragraph(
                        66,
                        "This is a marked sentence",
                        terms[0],
                        f"{{cite}}`{draw.random.choice(corpus.sources)}`",
                    ),
                    f"## Background of {draw.some(3)}",
                    draw.paragraph(66, terms[1]),
                    draw.paragraph(66),
                    f"## Evidence for {draw.some(3)}",
                    draw.paragraph(66, terms[2], others[0]),
                    f"### Human studies of {draw.some(2)}",
                    draw.paragraph(66),
                    self._table(label),
                    draw.paragraph(33, f"{{numref}}`{label}`"),
                    f"## Mechanism through {draw.some(3)}",
                    draw.paragraph(66, terms[3]),
                    f"### Open questions on {draw.some(2)}",
                    draw.paragraph(66),
                    f"## Practice with {draw.some(3)}",
                    draw.paragraph(99, terms[4], others[1]),
                ]
            )
            + "\n"
        )

    def _table(self, label: str) -> str:
        draw = self.draw
        rows = [
            [
                draw.some(1),
                f"{draw.random.random() * 50:.1f}",
                f"{draw.random.random() * 900:.0f}",
                draw.some(4),
            ]
            for _ in range(5)
        ]
        return f"```{{table}} {draw.some(6).capitalize()}\n:name: {label}\n\n{pipe([['Food', 'MK-4', 'MK-7', 'Remark'], *rows])}\n```"

    def _source(self, key: str) -> str:
        name, year = key[:-6].capitalize(), key[-6:-2]
        fields = {
            "author": f"{name}, {key[-1].upper()}.",
            "title": self.draw.some(9).capitalize(),
            "journal": "Journal of Tests",
            "year": year,
            "volume": "1",
            "doi": f"10.1000/{key}",
        }
        return "@article{%s,\n%s}\n" % (
            key,
            "".join(
                f"  {name} = {{{value}}},\n" for name, value in (fields | self._more(key)).items()
            ),
        )

    def _more(self, key: str) -> dict[str, str]:
        return {}


class Book(Plain):
    """Our own dialect."""

    def __init__(self, corpus: Corpus) -> None:
        super().__init__(corpus)
        pick = self.draw.random.choice
        self.sides = {self._claim_id(index): pick(corpus.sources) for index in range(corpus.count)}

    def files(self) -> Iterator[tuple[str, str]]:
        yield from ((name, text) for name, text in super().files() if name != "conf.py")
        yield (
            "reference/glossary.md",
            "# Glossary\n\n" + "\n".join(self._term(term) for term in self.corpus.terms),
        )
        yield (
            "reference/evidence.md",
            "# Evidence register\n\n:::{claim-counts}\n:::\n\n:::{claim-register}\n:::\n\n:::{study-kinds}\n:::\n",
        )
        table = ":::{food-chart}\n:::\n\n:::{food-table}\n:::\n"
        yield "reference/foods.md", f"# Foods\n\n{table}\n## Licenses and attribution\n\nMade up.\n"
        yield "data/foods.csv", "\n".join(self._foods()) + "\n"
        for name in ("method", "changes"):
            yield f"about/{name}.md", f"# About {name}\n\n{self.draw.paragraph(60)}\n"
        yield "_static/figures/boxes.svg", DRAWING
        yield "conf.py", BOOK_CONF

    def _front(self, chapters: str) -> str:
        more = toctree(
            [f"reference/{name}" for name in ("evidence", "glossary", "foods", "sources")],
            ":hidden:",
            ":caption: Reference",
        )
        about = toctree(["about/method", "about/changes"], ":hidden:", ":caption: About")
        return f"# A synthetic book\n\n:::{{claim-totals}}\n:::\n\n{self.draw.paragraph(60)}\n\n{chapters}\n\n{more}\n\n{about}\n"

    def _chapter(self, index: int) -> str:
        corpus, draw = self.corpus, self.draw
        keys = ",".join(sorted(set(draw.random.choices(corpus.sources, k=3))))
        cited = f"{{cite:p}}`{keys}`"
        other = f"{{doc}}`/sections/{corpus.chapter(draw.random.randrange(corpus.count))}`"
        label, drawing = f"tbl-{index + 1:04d}", f"fig-{index + 1:04d}"
        dates = "checked: 2026-11-22\ncheck_due: 2027-11-22\nsearched_to: 2026-11-22"
        return (
            f"---\nsummary: {draw.sentence(12)}\n{dates}\n---\n\n"
            + "\n\n".join(
                [
                    f"# {corpus.titles[index]}",
                    "## In plain words",
                    draw.paragraph(60, "This is a marked sentence"),
                    "## What the article claims, and what the evidence shows",
                    self._claim(index, keys),
                    f"## Background of {draw.some(3)}",
                    draw.paragraph(66, cited),
                    draw.paragraph(66),
                    draw.paragraph(66, other),
                    f"### Human studies of {draw.some(2)}",
                    draw.paragraph(66, cited),
                    self._table(label),
                    draw.paragraph(66, f"{{numref}}`{label}`", f"{{numref}}`{drawing}`"),
                    "```{figure} /_static/figures/boxes.svg\n:alt: Two boxes.\n:class: kb-figure\n:name: %s\n\n%s\n```"
                    % (drawing, draw.sentence(6)),
                    f"### Open questions on {draw.some(2)}",
                    draw.paragraph(66, cited),
                    draw.paragraph(66),
                    "## Limits of the evidence",
                    draw.paragraph(40),
                    "## See also",
                    f"- {other}",
                ]
            )
            + "\n"
        )

    def _claim_id(self, index: int) -> str:
        return f"{chr(65 + index // 99)}{index % 99 + 1}"

    def _claim(self, index: int, keys: str) -> str:
        name, draw = self._claim_id(index), self.draw
        side = self.sides[name]
        options = (
            f":strength: states\n:verdict: {draw.random.choice(VERDICTS)}\n:certainty: low\n"
            f":certainty-of: claim\n:for: {side}"
        )
        told = draw.paragraph(60, f"{{cite:p}}`{','.join(sorted({side, *keys.split(',')}))}`")
        body = (
            f"> {draw.sentence(14)}\n\n{draw.sentence(16)}\n\n{told}\n\n"
            f"What would change this: a study of {draw.some(5)}."
        )
        return f":::{{claim}} {name}\n{options}\n\n{body}\n:::"

    def _term(self, term: str) -> str:
        slug = term.replace(" ", "-")
        source = self.draw.random.choice(self.corpus.sources)
        return f":::{{definition}} {term}\n:id: {slug}\n:sources: {source}\n:tags: gut\n\n{self.draw.sentence(20)}\n:::\n"

    def _more(self, key: str) -> dict[str, str]:
        sides = ", ".join(f"{claim} for" for claim, source in self.sides.items() if source == key)
        told = {
            "design": self.draw.random.choice(DESIGNS),
            "status": "ok",
            "finding": self.draw.sentence(12),
        }
        return told | {"limits": self.draw.sentence(8)} | ({"sides": sides} if sides else {})

    def _foods(self) -> Iterator[str]:
        yield (
            "id,food,kind,category,k2_ug_per_100g,basis,vitamin_k1_ug_per_100g,mk4_ug_per_100g,mk5_to_mk6_ug_per_100g,mk7_ug_per_100g,"
            "mk8_ug_per_100g,mk9_ug_per_100g,mk10_ug_per_100g,total_k2_ug_per_100g,n_samples,range_or_sd,source_key,country,note"
        )
        for number in range(60):
            kind = FIELD[number % 12].capitalize()
            value = f"{40 + self.draw.random.random() * 50:.1f}"
            yield f"food-{number}-table,{kind} {number},{kind},cheese,{value},total,,,,,,,,{value},,,{self.corpus.sources[number % 20]},Norway,Note."


PLAIN_CONF = """project = "A synthetic book"
author = "KB"
release = "0.1"
extensions = ["myst_parser", "sphinx_design", "sphinxcontrib.bibtex"]
exclude_patterns = ["data", "_static"]
html_theme = "sphinx_book_theme"
bibtex_bibfiles = ["data/sources.bib"]
numfig = True
myst_enable_extensions = ["colon_fence", "deflist"]
"""
BOOK_CONF = """import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from our_settings import *  # noqa: F403

project = html_title = book_title = "A synthetic book"
html_additional_pages.setdefault("search", "page.html")
"""


def write(dialect: str, count: int, folder: Path) -> None:
    """Write a knowledge base of *count* chapters into *folder*/docs."""
    docs = folder / "docs"
    for name, text in {"book": Book, "plain": Plain}[dialect](Corpus(count)).files():
        path = docs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    if dialect == "book":
        _add_our_settings(docs)


def _add_our_settings(docs: Path) -> None:
    """Give the synthetic pages our settings, extensions, templates and styles."""
    for name in ("_ext", "_templates"):
        shutil.copytree(
            ROOT / "docs" / name, docs / name, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copytree(ROOT / "docs/_static", docs / "_static", dirs_exist_ok=True)
    settings = (
        (ROOT / "docs/conf.py")
        .read_text(encoding="utf-8")
        .replace("Path(__file__).parent", "Path(__file__).resolve().parent")
    )
    (docs / "our_settings.py").write_text(settings, encoding="utf-8")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("dialect", choices=("book", "plain"))
    parser.add_argument("count", type=int)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    write(given.dialect, given.count, given.folder)


if __name__ == "__main__":
    main()
