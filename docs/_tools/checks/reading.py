"""The content as blocks of text with their lines, read without Sphinx.

``Book(root)`` reads, when asked, every page of ``docs/`` by the parser that MyST uses, the
glossary, and ``docs/data/``.  A page is a list of blocks (headings, paragraphs, points,
cells ...) and of directives; each knows its line, its section and its claim.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

from kb.claims.model import CHANGE
from kb.core.text import split_list
from kb.sources.bibliography import SourcesError, entries

OPAQUE = (
    "toctree",
    "code-block",
    "code",
    "literalinclude",
    "math",
    "bibliography",
    "raw",
    "eval-rst",
)
"""Directives whose body is no text."""
KINDS = {"td": "cell", "th": "head", "li": "point", "blockquote": "quote", "dt": "term"}
OPTION = re.compile(r":([a-z-]+):(?: +(.*))?\Z")
DIRECTIVE = re.compile(r"\{([a-z:-]+)\} ?(.*)", re.DOTALL)
INLINE = re.compile(
    r"\{(?P<role>[a-z:]+)\}`(?P<content>[^`]*)`|(?<!`)(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`)"
    r"|!?\[(?P<words>[^\[\]]*)\]\([^)]*\)",
    re.DOTALL,
)
"""A role, a code span, or a link: whichever begins first."""
TITLED = ("doc", "ref", "numref", "claim")
"""Roles that print a title, unless words of their own are given."""


@dataclass(frozen=True)
class Block:
    """A run of text as it stands in the file; ``row`` is the first line of the table row it is a cell of."""

    kind: str
    line: int
    text: str
    section: str
    scope: str = ""
    """``claim-<id>`` or ``term-<id>``, else nothing."""
    part: str = ""
    """In a claim: quote, answer, assessment or change."""
    row: int = 0
    level: int = 0
    within: tuple[str, ...] = ()
    """The names of the directives around it, outermost first."""

    def lines(self) -> Iterator[tuple[int, str]]:
        """Yield each line with its number."""
        yield from enumerate(self.text.split("\n"), self.line)


@dataclass(frozen=True)
class Directive:
    """A directive with the lines of its options; *body* begins at line *start* and ends before *end*."""

    name: str
    argument: str
    options: dict[str, tuple[int, str]]
    body: str
    line: int
    start: int
    end: int
    section: str

    def option(self, name: str) -> str:
        """The value of an option, or nothing."""
        return self.options.get(name, (0, ""))[1]


@dataclass(frozen=True)
class Definition:
    """A term of the glossary, as the matcher of ``autolink`` wants it."""

    id: str
    name: str
    names: tuple[str, ...]
    explicit: tuple[str, ...]
    directive: Directive

    @property
    def all_names(self) -> tuple[str, ...]:
        return (self.name, *self.names)


@dataclass(frozen=True)
class Entry:
    """An entry of the bibliography."""

    key: str
    line: int
    fields: dict[str, str]


def _parser() -> MarkdownIt:
    # As docs/conf.py has it.
    return create_md_parser(
        MdParserConfig(enable_extensions={"colon_fence", "deflist"}), RendererHTML
    )


PARSER = _parser()


@dataclass
class Page:
    """One file of markdown; *path* is as an author writes it, from the root of the project."""

    path: str
    text: str
    blocks: list[Block] = field(default_factory=list)
    directives: list[Directive] = field(default_factory=list)
    comments: list[int] = field(default_factory=list)
    """The lines that are comments; a comment inside code is none."""
    code: list[tuple[int, int]] = field(default_factory=list)
    """The first line of each block of code, and the one after its last."""

    def __post_init__(self) -> None:
        self.lines = self.text.split("\n")
        _Reader(self).read(self.text, 0, (), "", "")

    @property
    def is_chapter(self) -> bool:
        return self.path.startswith("docs/sections/")

    @property
    def slug(self) -> str:
        return Path(self.path).stem

    @cached_property
    def front(self) -> dict[str, tuple[int, str]]:
        """The fields of the front matter, each with its line."""
        if self.lines[0] != "---" or "---" not in self.lines[1:]:
            return {}
        inner = self.lines[1 : self.lines.index("---", 1)]
        pairs = (
            (number, line.partition(":")) for number, line in enumerate(inner, 2) if ":" in line
        )
        return {name.strip(): (number, value.strip()) for number, (name, _, value) in pairs}

    def named(self, *names: str) -> Iterator[Directive]:
        """Yield the directives of these names."""
        yield from (directive for directive in self.directives if directive.name in names)

    @property
    def title_line(self) -> int:
        return next((block.line for block in self.blocks if block.level == 1), 1)


class _Reader:
    """Fills a page from the tokens of its text and, one level deeper each time, of its directives."""

    def __init__(self, page: Page) -> None:
        self.page, self.section = page, ""

    def read(self, text: str, offset: int, within: tuple[str, ...], scope: str, part: str) -> None:
        above: list[Token] = []
        for token in PARSER.parse(text):
            if token.type in ("fence", "colon_fence"):
                self._directive(token, offset, within, scope)
            elif token.type == "myst_line_comment" and token.map:
                self.page.comments.extend(
                    range(token.map[0] + offset + 1, token.map[1] + offset + 1)
                )
            elif token.nesting == 1:
                above.append(token)
            elif token.nesting == -1:
                above.pop()
            elif token.type == "inline" and token.map:
                part = self._part(above, within, part, token.content)
                self._inline(token, above, offset, within, scope, part)

    @staticmethod
    def _part(above: list[Token], within: tuple[str, ...], part: str, text: str) -> str:
        if within[-1:] != ("claim",):
            return part
        if any(token.tag == "blockquote" for token in above):
            return "quote"
        if text.startswith(CHANGE):
            return "change"
        return {"": "answer", "quote": "answer", "answer": "assessment"}.get(part, "assessment")

    def _inline(
        self,
        token: Token,
        above: list[Token],
        offset: int,
        within: tuple[str, ...],
        scope: str,
        part: str,
    ) -> None:
        assert token.map
        heading = next((t for t in above if t.type == "heading_open"), None)
        kind = (
            "heading"
            if heading
            else next((KINDS[t.tag] for t in reversed(above) if t.tag in KINDS), "paragraph")
        )
        level = int(heading.tag[1]) if heading else 0
        if level in (1, 2):
            self.section = token.content if level == 2 else ""
        if kind == "paragraph" and within[-1:] == ("figure",):
            kind = "caption"
        row = next((t.map[0] + offset + 1 for t in above if t.tag == "tr" and t.map), 0)
        self.page.blocks.append(
            Block(
                kind,
                token.map[0] + offset + 1,
                token.content,
                self.section,
                scope,
                part,
                row,
                level,
                within,
            )
        )

    def _directive(self, token: Token, offset: int, within: tuple[str, ...], scope: str) -> None:
        match = DIRECTIVE.match(token.info.strip())
        if not token.map:
            return
        if not match:
            self.page.code.append((token.map[0] + offset + 1, token.map[1] + offset + 1))
            return
        name, argument = match[1], match[2].strip()
        lines, first = token.content.split("\n"), token.map[0] + offset + 2
        options: dict[str, tuple[int, str]] = {}
        while lines and (option := OPTION.match(lines[0])):
            options[option[1]] = (first, option[2] or "")
            lines, first = lines[1:], first + 1
        body = "\n".join(lines)
        directive = Directive(
            name,
            argument,
            options,
            body,
            first_line := token.map[0] + offset + 1,
            first,
            token.map[1] + offset + 1,
            self.section,
        )
        self.page.directives.append(directive)
        if name == "rubric":
            self.page.blocks.append(
                Block("heading", first_line, argument, self.section, scope, level=2, within=within)
            )
        if name not in OPAQUE:
            inner = {
                "claim": f"claim-{argument}",
                "definition": f"term-{options.get('id', (0, ''))[1]}",
            }.get(name, scope)
            self.read(body, first - 1, (*within, name), inner, "")


def roles(text: str) -> list[tuple[str, str]]:
    """The roles of *text* with what stands in their backticks; code that shows a role is none."""
    return [(match["role"], match["content"]) for match in INLINE.finditer(text) if match["role"]]


def cited(text: str) -> list[str]:
    """The keys that *text* cites."""
    return [
        key.strip()
        for role, keys in roles(text)
        if role.startswith("cite")
        for key in keys.split(",")
    ]


def without(text: str, *, code: bool = True, role: bool = True, link: bool = True) -> str:
    """*text* without its code, its roles, its links; its lines stay."""

    def blank(match: re.Match[str]) -> str:
        is_out = role if match["role"] else code if match["ticks"] else link
        return "\n" * match[0].count("\n") if is_out else match[0]

    return INLINE.sub(blank, text)


def spoken(text: str) -> str:
    """*text* as a reader sees it: roles and links as their words, citations in brackets and code gone; lines stay."""
    text = re.sub(r" ?\{cite:(?:p|alp)\}`[^`]*`", "", text)
    return re.sub(r"<(https?:[^>]*)>", r"\1", INLINE.sub(_shown, text)).replace("*", "")


def _shown(match: re.Match[str]) -> str:
    if match["ticks"]:
        return "\n" * match[0].count("\n")
    if not match["role"]:
        return match["words"]
    words, target = re.fullmatch(r"(.*?)\s*(<[^>]*>)?", match["content"], re.DOTALL).groups()  # type: ignore[union-attr]
    return (
        "Page"
        if match["role"] in TITLED and not target
        else "Author (year)"
        if match["role"] == "cite:t"
        else words
    )


@dataclass(eq=False)
class Book:
    """All content below *root*, read when asked for; a file that cannot be read is in ``unreadable``."""

    root: Path
    unreadable: list[tuple[str, int, str]] = field(default_factory=list)

    def text(self, path: str) -> str:
        """The text of a file, or nothing where it is not there or not UTF-8."""
        try:
            return (self.root / path).read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""
        except UnicodeDecodeError as error:
            self.unreadable.append((path, 1, f"not UTF-8 ({error.reason})"))
            return ""

    @property
    def paths(self) -> list[str]:
        """The path of every page for readers and for authors."""
        found = (path for path in sorted((self.root / "docs").rglob("*.md")) if path.is_file())
        names = (path.relative_to(self.root) for path in found)
        return [name.as_posix() for name in names if not name.parts[1].startswith("_")]

    @cached_property
    def pages(self) -> list[Page]:
        """Every page for readers and for authors."""
        return [Page(path, self.text(path)) for path in self.paths]

    @cached_property
    def readers(self) -> list[Page]:
        """The pages of the book: all but those for authors and the notes beside the data."""
        return [
            page
            for page in self.pages
            if not page.path.startswith(("docs/authoring/", "docs/data/"))
        ]

    @cached_property
    def chapters(self) -> list[Page]:
        return [page for page in self.pages if page.is_chapter]

    @cached_property
    def terms(self) -> dict[str, Definition]:
        """The entries of the glossary by id."""
        found = ((page, directive) for page in self.pages for directive in page.named("definition"))
        return {
            d.option("id"): Definition(
                d.option("id"),
                d.argument,
                split_list(d.option("names"), ";"),
                split_list(d.option("explicit"), ";"),
                d,
            )
            for page, d in found
        }

    @cached_property
    def glossaries(self) -> list[Page]:
        return [page for page in self.pages if any(page.named("definition"))]

    @cached_property
    def sources(self) -> list[Entry]:
        """The entries of the bibliography, in their order, doubles too."""
        path = "docs/data/sources.bib"
        if not (self.root / path).is_file():
            return []
        found: list[Entry] = []
        try:
            found.extend(
                Entry(key, line, fields) for line, _, key, fields in entries(self.root / path)
            )
        except SourcesError as error:
            place = re.match(r"[^:]*:(\d+): (.*)", str(error), re.DOTALL)
            self.unreadable.append(
                (path, int(place[1]) if place else 1, place[2] if place else str(error))
            )
        return found

    @cached_property
    def bib_lines(self) -> list[str]:
        """The lines of the bibliography."""
        return self.text("docs/data/sources.bib").split("\n")

    def bib_line(self, entry: Entry, name: str) -> int:
        """The line of a field of *entry*."""
        for number, line in enumerate(self.bib_lines[entry.line :], entry.line + 1):
            if line.partition("=")[0].strip().lower() == name:
                return number
            if line.startswith("@"):
                break
        return entry.line

    @cached_property
    def tables(self) -> dict[str, str]:
        """The text of each CSV file of ``docs/data/``, by its path."""
        found = sorted((self.root / "docs/data").glob("*.csv"))
        return {(name := path.relative_to(self.root).as_posix()): self.text(name) for path in found}
