"""How sources are cited and listed: by author and year.

In the text, ``{cite:p}`karl2017fecal``` prints *(Karl et al. 2017)* and
``{cite:t}`` prints *Karl et al. (2017)*.  Labels are 'Name 2010', 'A and B 2010',
'A et al. 2010' for more authors or a list cut short, and the ``shortauthor`` of a
corporate author; equal labels get a and b.

A title in another language (``language = {ja}``) says so; its translation, in square brackets
behind it, is in the language of the book.

A source whose authors were not seen is cited by its short title, in italics; one
whose year was not seen as 'Name, not dated'.
"""

from __future__ import annotations

import ast
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from pybtex.richtext import BaseMultipartText, HRef, Tag, Text
from pybtex.style import FormattedEntry
from pybtex.style.formatting import BaseStyle
from pybtex.style.labels import BaseLabelStyle
from pybtex.style.sorting import BaseSortingStyle
from pybtex.style.template import join
from pybtex.style.template import node as template_node
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata
from sphinxcontrib.bibtex.bibfile import is_bibdata_outdated, parse_bibdata
from sphinxcontrib.bibtex.domain import BibtexDomain
from sphinxcontrib.bibtex.plugin import register_plugin as register_bibtex_plugin
from sphinxcontrib.bibtex.style.referencing import BaseReferenceStyle
from sphinxcontrib.bibtex.style.template import reference

from kb.sources.bibliography import sources_of
from kb.sources.latex import decoded, doi_url, printed
from kb.sources.pybtex_plugin_cache import register

if TYPE_CHECKING:
    from pybtex.database import Entry, Person

logger = logging.getLogger(__name__)

OTHERS = "others"
CITED = ast.dump(ast.parse("cited"))
"""The filter of a list of sources that has no other."""
UNDATED = "not dated"
"""What stands where a year would, if it was not seen."""


def people_of(entry: Entry) -> list[Person]:
    """The authors of *entry*; none where their names were not seen."""
    return list(entry.persons.get("author", ()))


def surname(person: Person) -> str:
    """The family name with its particles, as printed: 'Groenen-van Dooren', 'van den Heuvel'."""
    return printed(" ".join([*person.prelast_names, *person.last_names]))


def names_label(entry: Entry) -> str:
    """The author part of the label of *entry*."""
    if short := entry.fields.get("shortauthor"):
        return printed(short)
    people = [surname(person) for person in people_of(entry)]
    if len(people) == 1:
        return people[0]
    if len(people) == 2 and people[1] != OTHERS:
        return f"{people[0]} and {people[1]}"
    return f"{people[0]} et al."


def base_label(entry: Entry) -> str:
    """The label of *entry* before equal ones are told apart."""
    year = entry.fields.get("year", "")
    return f"{names_label(entry)} {year}" if year else f"{names_label(entry)}, {UNDATED}"


def fold(text: str) -> str:
    """*text* as the list sorts it: without accents, case and punctuation."""
    plain = unicodedata.normalize("NFD", text.casefold())
    return re.sub(r"[^a-z0-9 ]", "", "".join(c for c in plain if not unicodedata.combining(c)))


class LabelStyle(BaseLabelStyle):  # type: ignore[misc]
    """Labels of author and year, with a and b where two would be equal."""

    def format_labels(self, sorted_entries: Iterable[Entry]) -> Iterator[str]:
        labels = [base_label(entry) for entry in sorted_entries]
        total, seen = Counter(labels), Counter[str]()
        for label in labels:
            suffix = chr(ord("a") + seen[label]) if total[label] > 1 else ""
            seen[label] += 1
            yield f"{label}-{suffix}" if suffix and label.endswith(UNDATED) else label + suffix


class SortingStyle(BaseSortingStyle):  # type: ignore[misc]
    """In the order of the labels, equal ones by title."""

    def sort(self, entries: Iterable[Entry]) -> list[Entry]:
        return sorted(
            entries,
            key=lambda e: (
                fold(names_label(e)),
                e.fields.get("year", ""),
                fold(e.fields["title"]),
                e.key,
            ),
        )


@template_node  # type: ignore[untyped-decorator]
def _reference_text(children: object, data: dict[str, Any]) -> Text:
    entry: Entry = data["entry"]

    def get(name: str) -> Text:
        return decoded(entry.fields[name])

    issue = f"({get('number')})" if "number" in entry.fields else ""
    where = [Tag("em", get("journal"))] if "journal" in entry.fields else []
    volume = f" {get('volume')}{issue}" if "volume" in entry.fields else ""
    pages = (
        f": {str(get('pages')).replace('--', '-').replace('-', '–')}"
        if "pages" in entry.fields
        else ""
    )
    foreign, rest = title_of(entry)
    own = [InLanguage(entry.fields["language"], foreign)] if foreign else []
    stop = "" if str(foreign + rest).endswith(("?", ".", "!")) else "."
    year = get("year") if "year" in entry.fields else UNDATED
    tail = [" ", *where, volume, pages, "."] if where else []
    return Text(_people(entry), " (", year, "). ", *own, rest, stop, *tail, *_address(entry))


class InLanguage(BaseMultipartText):  # type: ignore[misc]
    """Words in a *language* that is not that of the book, by its code: docutils writes a class
    ``language-ja`` as ``lang``."""

    def __init__(self, language: str, *parts: object) -> None:
        self.info = (language,)
        super().__init__(*parts)

    def render(self, backend: Any) -> Any:
        shown = super().render(backend)
        if not isinstance(shown, list):  # a backend of pybtex, for plain text
            return shown
        return [nodes.inline("", "", *shown, classes=[f"language-{self.info[0]}"])]


def title_of(entry: Entry) -> tuple[Text, Text]:
    """The title in two parts: what is in a language of its own, and what is in the book's."""
    title = decoded(entry.fields["title"])
    if "language" not in entry.fields:
        return Text(), title
    end = len(str(title).partition(" [")[0])
    return title[:end], title[end:]


def authors(entry: Entry) -> list[str]:
    """The family names of the authors, and those of bodies; not the word for the rest."""
    names = (surname(person) for person in people_of(entry))
    return [name for name in names if name != OTHERS]


def _people(entry: Entry) -> Text:
    if not people_of(entry):
        return _names(entry)
    names = []
    for person in people_of(entry):
        given = map(printed, (*person.first_names, *person.middle_names))
        initials = "".join(f" {part[0]}." for part in given if part)
        lineage = "".join(f" {printed(part)}" for part in person.lineage_names)
        names.append(surname(person) + initials + lineage)
    *first, last = names
    if not first:
        return Text(last)
    if last == OTHERS:
        return Text(", ".join([*first, "et al."]))
    return Text(f"{', '.join(first)} and {last}")


def _names(entry: Entry) -> Text:
    """The author part of the label of *entry* as it is printed."""
    names = names_label(entry)
    return Text(names) if people_of(entry) else Text(Tag("em", names))


def _address(entry: Entry) -> Iterator[Any]:
    """The link that ends a reference, after a space; nothing where no address was seen."""
    fields = entry.fields
    if doi := fields.get("doi"):
        yield from (" ", HRef(doi_url(doi), f"doi:{doi}"))
    elif pmid := fields.get("pmid"):
        yield from (" ", HRef(f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/", f"PubMed {pmid}"))
    elif url := fields.get("url"):
        yield from (" ", HRef(url, re.sub(r"^https?://(www\.)?|/.*$", "", url)))


class ListStyle(BaseStyle):  # type: ignore[misc]
    """One form for all works: authors (year). Title. Journal volume(issue): pages. Address."""

    default_label_style = LabelStyle
    default_sorting_style = SortingStyle

    def format_entry(self, label: str, entry: Entry, bib_data: object = None) -> FormattedEntry:
        """Print *entry*, whatever its type is."""
        text = join[_reference_text].format_data({"entry": entry})
        return FormattedEntry(entry.key, text, label)


def decode_all(entries: Iterable[Entry]) -> None:
    """Decode what the list prints of *entries*, for a process that has time for it now."""
    list(ListStyle().format_entries(list(entries)))


@dataclass
class ReferenceStyle(BaseReferenceStyle):  # type: ignore[misc]
    """Citations in the text: the label, whole, inside brackets or before them."""

    name: str = "kb"

    def role_names(self) -> Iterable[str]:
        return ("p", "t", "alp")

    def outer(self, role_name: str, children: list[Any]) -> Any:
        inside = Text("; ").join(children) if role_name != "t" else Text(", ").join(children)
        return join["(", inside, ")"] if role_name == "p" else join[inside]

    def inner(self, role_name: str) -> Any:
        return reference[_textual] if role_name == "t" else reference[_whole]


@template_node  # type: ignore[untyped-decorator]
def _whole(children: object, data: dict[str, Any]) -> Text:
    return Text(_names(data["entry"]), _year(data))


@template_node  # type: ignore[untyped-decorator]
def _textual(children: object, data: dict[str, Any]) -> Text:
    return Text(_names(data["entry"]), f" ({_year(data).lstrip(', ')})")


def _year(data: dict[str, Any]) -> str:
    """What follows the names in the label: ' 2017a' or ', not dated'."""
    label: str = data["formatted_entry"].label
    return label.removeprefix(names_label(data["entry"]))


class CitationDomain(BibtexDomain):  # type: ignore[misc]
    """bibtex's domain, which also says what a citation depends on (see ``incremental_html``)."""

    initial_data: ClassVar[dict[str, Any]] = {**BibtexDomain.initial_data, "shown": {}}
    is_outdated = False
    """Whether the sources were read again since the citations were formatted."""

    def reread(self) -> None:
        """Read the files of sources again if they were saved since.

        :raises SourcesError: if they cannot be used.
        """
        files, encoding = list(self.bibdata.bibfiles), self.env.config.bibtex_encoding
        if is_bibdata_outdated(self.bibdata, files, encoding):
            sources_of(self.env)
            self.data["bibdata"] = parse_bibdata(files, encoding)
            self.is_outdated = True

    def cited(self) -> set[str]:
        """The keys of all sources that are cited."""
        return {target.key for ref in self.citation_refs for target in ref.targets}

    def update(self) -> bool:
        """Format the citations again if need be; return whether that needs no list read again."""
        cited = self.cited()
        if self.is_outdated or cited != {citation.key for citation in self.citations}:
            if any(cited - one.citation_nodes.keys() for one in self.bibliographies.values()):
                return False
            self.env_updated()
        return True

    def env_updated(self) -> Iterable[str]:
        """Note what each citation shows and where it leads (env-updated)."""
        updated: Iterable[str] = super().env_updated()
        self.is_outdated = False
        self.data["shown"] = {
            c.key: (c.formatted_entry.label, c.citation_id, c.bibliography_key.docname)
            for c in self.citations
        }
        return updated

    def get_filtered_entries(self, bibliography_key: Any) -> Iterable[tuple[str, Entry]]:
        """The sources of a list, which by default are those that are cited.

        sphinxcontrib-bibtex looks through all citations for each source.
        """
        listed = self.bibliographies[bibliography_key]
        if ast.dump(listed.filter_) != CITED:
            found: Iterable[tuple[str, Entry]] = super().get_filtered_entries(bibliography_key)
            return found
        cited = self.cited()
        entries = ((listed.keyprefix + e.key, e) for e in self.get_entries(listed.bibfiles))
        return ((key, e) for key, e in entries if key in cited or e.key in listed.keys)

    def link_dependency(self, typ: str, target: str) -> object:
        """What a citation shows and where it leads, for each key of *target*."""
        return [self.data["shown"].get(key.strip()) for key in target.split(",")]


def reread_sources(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Read sources again that were saved since Sphinx was started (``env-purge-doc``)."""
    domain_of(env).reread()


def update_citations(app: Sphinx, env: BuildEnvironment, docname: str) -> bool:
    """Format citations for a page that was read alone, if its lists allow it (``page-preview``)."""
    return domain_of(env).update()


def domain_of(env: BuildEnvironment) -> CitationDomain:
    """The domain that keeps the citations."""
    domain = env.get_domain("cite")
    assert isinstance(domain, CitationDomain)
    return domain


def check_words(app: Sphinx, document: nodes.document) -> None:
    """Report words in braces beside a key, which no style of ours prints (``doctree-read``)."""
    for node in document.findall(addnodes.pending_xref):
        if node.get("refdomain") == "cite" and "{" in node["reftarget"]:
            logger.warning(
                f"the words in braces of {node['reftarget']!r} would not be printed; write them"
                " before or behind the citation",
                location=node,
                type="sources",
                subtype="words",
            )


def setup(app: Sphinx) -> ExtensionMetadata:
    register("pybtex.style.formatting", "kb", ListStyle)
    register_bibtex_plugin("sphinxcontrib.bibtex.style.referencing", "kb", ReferenceStyle)
    app.setup_extension("sphinxcontrib.bibtex")
    app.setup_extension("incremental_html.dependencies")
    app.add_domain(CitationDomain, override=True)
    app.connect("doctree-read", check_words)
    app.connect("env-purge-doc", reread_sources)
    app.connect("page-preview", update_citations)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
