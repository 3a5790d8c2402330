"""The register of claims: ``{claim-register}`` lists them all, ``{claim-counts}`` counts them
by verdict and certainty, ``{claim-totals}`` by verdict alone, and ``{study-kinds}`` says
which designs make up a kind of study, and how many sources and claims are of it.

They leave a placeholder while the page is read and are filled when it is
written, since only then every chapter has been read.  The table of counts sets
verdicts against certainties; each row of the register links to its claim, and
each claim links back to its row.  Every builder gets these plain tables.

In HTML alone the counts become a picture and a way in: a circle for each number,
its area in proportion, which links to the claims that it counts by an address such
as ``?verdict=overstated&certainty=low#register``.  The register gets its tools
(filters, order, count of what is shown), which ``register.js`` brings to life, and
links to the whole as files (see ``data_files``).  Without JavaScript the tools
stay hidden and the links lead to the whole table.
"""

from __future__ import annotations

import html
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri
from sphinx.util.typing import ExtensionMetadata

from incremental_html.dependencies import PageDependencies, pages_with
from kb.claims.domain import domain_of
from kb.claims.model import CERTAINTIES, STRENGTHS, VERDICTS, certainty_words, strength_words
from kb.claims.register_data import KINDS, NO_SOURCE, Entry, count_kinds, entries
from kb.core.assets import add_assets
from kb.sources.bibliography import DESIGNS, sources_of


class register_placeholder(nodes.General, nodes.Element):
    """Becomes a table or a list: the attribute ``kind`` says which."""


class RegisterDirective(SphinxDirective):
    """``{claim-register}``: the table of all claims."""

    def run(self) -> list[nodes.Node]:
        domain_of(self.env).data["register"] = self.env.current_document.docname
        return [register_placeholder(kind="register")]


class CountsDirective(SphinxDirective):
    """``{claim-counts}``: how many claims have which verdict and certainty."""

    def run(self) -> list[nodes.Node]:
        return [register_placeholder(kind="counts")]


class TotalsDirective(SphinxDirective):
    """``{claim-totals}``: one line of verdicts, each with its number of claims, leading to the
    register."""

    def run(self) -> list[nodes.Node]:
        return [register_placeholder(kind="totals")]


class KindsDirective(SphinxDirective):
    """``{study-kinds}``: the kinds of study, the designs in each, and how many sources and claims
    have it."""

    def run(self) -> list[nodes.Node]:
        return [register_placeholder(kind="kinds")]


def table(
    head: Iterable[nodes.Node],
    rows: Iterable[Iterable[nodes.Node]],
    widths: list[int],
    name: str,
    stub: int = 0,
    **attributes: Any,
) -> nodes.table:
    """A table of one head row and body rows, each cell one node; that in column *stub* is the
    head of its row.

    Who listens to the page hears the *name* of the table (see ``kb.text_index.row_heads``).
    """
    group = nodes.tgroup(cols=len(widths))
    columns = [nodes.colspec(colwidth=width) for width in widths]
    columns[stub]["stub"] = 1
    group += columns
    group += nodes.thead("", _table_row(head))
    group += nodes.tbody("", *(_table_row(row) for row in rows))
    whole = nodes.table("", group, name=name, **attributes)
    whole["classes"] += ["colwidths-given"]
    return whole


def _table_row(cells: Iterable[nodes.Node]) -> nodes.row:
    return nodes.row(
        "", *(cell if isinstance(cell, nodes.entry) else nodes.entry("", cell) for cell in cells)
    )


def text(words: str, *classes: str) -> nodes.paragraph:
    """A paragraph of plain *words*, for a cell."""
    return nodes.paragraph("", words, classes=list(classes))


class Registers(SphinxPostTransform):
    """Fill the placeholders before references are resolved (priority 10)."""

    default_priority = 9

    def run(self, **kwargs: Any) -> None:
        makers = {"register": _register, "counts": _counts, "totals": _totals, "kinds": _kinds}
        for node in list(self.document.findall(register_placeholder)):
            node.replace_self(makers[node["kind"]](entries(self.env), self.env))


class CellLabels(SphinxPostTransform):
    """Have each cell of the register say what it is, in HTML: for readers who get rows without
    their heads, on a phone, in reader views and wherever there is no style sheet.  A wide page
    hides the labels."""

    default_priority = 11
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        for found in self.document.findall(nodes.table):
            rows = found.findall(nodes.row) if "register" in found["classes"] else ()
            for row in list(rows)[1:]:
                for words, cell in list(zip(HEADS, row.findall(nodes.entry), strict=True))[1:]:
                    cell.insert(0, text(f"{words}:", "cell-label"))


HEADS = ("Claim", "The article’s claim, in our words", "The evidence", "Verdict and certainty")


def _register(found: list[Entry], env: Any) -> nodes.table:
    head = [text(words) for words in HEADS]
    rows = [_row(entry, env.current_document.docname) for entry in found]
    whole = table(
        head,
        rows,
        [14, 28, 38, 20],
        "The claims and their verdicts",
        classes=["register", "no-links"],
    )
    body = whole.next_node(nodes.tbody)
    for row, entry in zip(body.children if body else (), found, strict=True):
        row["classes"] += [f"{name}-{slug}" for name, slug in _facets(entry)]  # type: ignore[index]
    return whole


def _facets(entry: Entry) -> Iterator[tuple[str, str]]:
    """What the register can be filtered by: these become classes of the row."""
    yield "chapter", entry.chapter
    yield "strength", entry.claim.strength
    yield "verdict", entry.claim.verdict
    yield "certainty", entry.claim.certainty
    for kind in entry.kind_slugs:
        yield "kind", kind


def _row(entry: Entry, docname: str) -> list[nodes.Node]:
    claim = entry.claim
    link = addnodes.pending_xref(
        "",
        nodes.inline("", claim.id),
        refdomain="evidence",
        reftype="claim",
        reftarget=claim.id,
        refwarn=True,
        refdoc=docname,
    )
    where = nodes.paragraph(
        "", "", nodes.inline("", "", link, ids=[f"register-{claim.id.lower()}"])
    )
    where += nodes.Text(f" {entry.title}")
    kinds = text(f"Sources: {entry.kind_words}.", "register-kinds", "no-book")
    strength = text(f"{claim.strength_words}.", "register-strength")
    quote = nodes.entry("", text(claim.quote), strength)
    return [where, quote, nodes.entry("", text(claim.answer), kinds), _grades(entry)]


def _grades(entry: Entry) -> nodes.paragraph:
    line = nodes.paragraph(classes=["register-grades"])
    line += _badge(entry.claim.verdict)
    line += nodes.Text(" ")
    line += nodes.inline("", entry.claim.certainty_words, classes=["register-certainty"])
    return line


def _badge(verdict: str) -> nodes.inline:
    return nodes.inline(
        "", VERDICTS.get(verdict, "?"), classes=["badge", "verdict", f"verdict-{verdict}"]
    )


def _totals(found: list[Entry], env: Any) -> nodes.bullet_list:
    counts = Counter(entry.claim.verdict for entry in found)
    line = nodes.bullet_list(classes=["totals", "no-links"])
    for slug in VERDICTS:
        words = nodes.paragraph("", "", nodes.Text(f"{counts[slug]} "), _badge(slug))
        line += nodes.list_item("", words, **(_view("", verdict=slug) if counts[slug] else {}))
    return line


def _counts(found: list[Entry], env: Any) -> nodes.table:
    cells = Counter((entry.claim.verdict, entry.claim.certainty) for entry in found)
    head = [text("Verdict"), *(_grade_head(slug) for slug in CERTAINTIES), text("All")]
    rows = [[nodes.paragraph("", "", _badge(slug)), *_line(cells, slug)] for slug in VERDICTS]
    rows.append([text("All"), *_line(cells, "")])
    name, widths = "Claims by verdict and certainty", [28, 12, 12, 12, 12, 14, 10]
    return table(head, rows, widths, name, classes=["counts", "no-links"])


def _grade_head(slug: str) -> nodes.paragraph:
    """The head of a column; a phone has no room for the word that all but the last have
    in common."""
    first, _, last = certainty_words(slug).rpartition(" ")
    return nodes.paragraph(
        "", "", nodes.Text(f"{first} "), nodes.inline("", last, classes=["grade-word"])
    )


def _line(cells: Counter[tuple[str, str]], verdict: str) -> Iterator[nodes.entry]:
    """The numbers of one verdict, or of all: one for each certainty, and their sum."""
    for certainty in (*CERTAINTIES, ""):
        count = sum(n for (v, c), n in cells.items() if verdict in ("", v) and certainty in ("", c))
        yield _cell(count, verdict, certainty) if count else nodes.entry("", text("–", "zero"))


def _cell(count: int, verdict: str, certainty: str) -> nodes.entry:
    graded = [VERDICTS[verdict].lower()] if verdict else []
    graded += [certainty_words(certainty).lower()] if certainty else []
    label = f" {'claim' if count == 1 else 'claims'}: {', '.join(graded) or 'all'}"
    cell = nodes.entry("", text(str(count)), **_view(label, verdict=verdict, certainty=certainty))
    if verdict and certainty:
        cell["classes"] += ["circle", f"verdict-{verdict}"]
        cell["size"] = count
    return cell


def _view(label: str, **filters: str) -> dict[str, str]:
    """Attributes of an element that leads to a view of the register; *label* is said after its
    words."""
    return {
        "view": urlencode({name: slug for name, slug in filters.items() if slug}),
        "label": label,
    }


def _kinds(found: list[Entry], env: Any) -> nodes.table:
    sources = count_kinds(env, {key for entry in found for key in entry.sources})
    claims = Counter(kind for entry in found for kind in entry.kind_slugs)
    head = [text(words) for words in ("Kind of study", "Designs in it", "Sources", "Claims")]
    rows = [_kind(slug, sources[slug], claims[slug]) for slug in KINDS]
    whole = table(head, rows, [26, 50, 12, 12], "Kinds of study", ids=["study-kinds"])
    whole["classes"] += ["study-kinds", "no-links"]
    return whole


def _kind(slug: str, sources: int, claims: int) -> list[nodes.Node]:
    designs = (
        "; ".join(DESIGNS[design] for design in KINDS[slug].designs)
        .lower()
        .replace("mendelian", "Mendelian")
    )
    label = f" {'claim' if claims == 1 else 'claims'} with {KINDS[slug].name.lower()}"
    cell = nodes.entry("", text(str(claims)), **(_view(label, kind=slug) if claims else {}))
    return [
        text(KINDS[slug].name),
        text(designs[:1].upper() + designs[1:]),
        text(str(sources)),
        cell,
    ]


def add_tools(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """In HTML, make the counts ways into the register and give the register its tools."""
    page = domain_of(app.env).data["register"]
    if not page or app.builder.name != "html":
        return
    # The page names itself too: a bare "#register" would keep the query of the view at hand.
    here = app.builder.get_target_uri(page).rpartition("/")[2]
    register = (
        here if page == docname else app.builder.get_relative_uri(docname, page)
    ) + "%s#register"
    for node in list(doctree.findall(nodes.Element)):
        if "view" in node:
            _lead(node, register % (f"?{node['view']}" if node["view"] else ""))
    for node in list(doctree.findall(nodes.table)):
        if "counts" in node["classes"]:
            node.replace_self([nodes.paragraph("", HOW, classes=["d-print-none"]), node])
        if "register" in node["classes"]:
            box = nodes.container(ids=["register"], classes=["register-box"])
            node.replace_self(box)
            box += [*_tools(app, doctree, docname), node]


def _lead(node: nodes.Element, address: str) -> None:
    """Put the content of *node* into a link; paragraphs may stand in one, but docutils has no node
    for that."""
    style = f' style="--size:{math.sqrt(node["size"]):.3f}"' if "size" in node else ""
    label = (
        f'<span class="visually-hidden">{html.escape(node["label"])}</span>'
        if node["label"]
        else ""
    )
    node.insert(
        0,
        nodes.raw("", f'<a class="view-link" href="{html.escape(address)}"{style}>', format="html"),
    )
    node.append(nodes.raw("", f"{label}</a>", format="html"))


def _tools(app: Sphinx, doctree: nodes.document, docname: str) -> Iterator[nodes.raw]:
    explained = any("study-kinds" in node["classes"] for node in doctree.findall(nodes.table))
    yield nodes.raw("", form(entries(app.env), explained), format="html")
    data = relative_uri(app.builder.get_target_uri(docname), "data/claims")
    yield nodes.raw("", DOWNLOADS % {"data": data}, format="html")


HOW = (
    "The larger a circle, the more claims it stands for. Each number leads to those claims in the"
    " register."
)
DOWNLOADS = """<p class="register-files">The whole register as a file:
<a href="%(data)s.csv" download>CSV for spreadsheets</a>, <a
href="%(data)s.json" download>JSON for programs</a></p>"""
FORM = """<form class="register-tools" hidden autocomplete="off"
aria-label="Filter and sort the claims">
<details open><summary>Filter and sort</summary>
<div class="register-fields">%s</div>
<p
class="register-hint">To share a view, copy the address of the page: it holds the filters and the
order.%s</p>
</details>
<div class="register-shown"><p role="status"></p><button
type="button">Show all claims</button></div>
</form>"""
HINT = ' <a href="#study-kinds">What the kinds of study are</a>.'
SORTS = {
    "": "Claim, as in the book",
    "verdict": "Verdict, supported first",
    "certainty": "Certainty, highest first",
}


def form(found: list[Entry], explained: bool) -> str:
    """The tools as HTML, hidden until ``register.js`` runs."""
    kinds = {slug: kind.name for slug, kind in KINDS.items()} | {NO_SOURCE: "No source cited"}
    present = {kind for entry in found for kind in entry.kind_slugs}
    fields = [
        _select(
            "chapter",
            "Chapter",
            {"": "All chapters", **{entry.chapter: entry.title for entry in found}},
        ),
        _select(
            "strength",
            "Strength",
            {"": "All strengths", **{slug: strength_words(slug) for slug in STRENGTHS}},
        ),
        _select("verdict", "Verdict", {"": "All verdicts", **VERDICTS}),
        _select(
            "certainty",
            "Certainty",
            {"": "All certainties", **{slug: certainty_words(slug) for slug in CERTAINTIES}},
        ),
        _select(
            "kind",
            "Kind of study",
            {"": "All kinds", **{s: n for s, n in kinds.items() if s in present}},
        ),
        _select("sort", "Sort by", SORTS),
    ]
    return FORM % ("".join(fields), HINT if explained else "")


def _select(name: str, label: str, options: dict[str, str]) -> str:
    listed = "".join(
        f'<option value="{html.escape(slug)}">{html.escape(words)}</option>'
        for slug, words in options.items()
    )
    return (
        f'<div><label for="filter-{name}">{label}</label><select id="filter-{name}"'
        f' name="{name}">{listed}</select></div>\n'
    )


def on_html_page_context(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Load style and script on the pages that need them alone (``html-page-context``)."""
    found = doctree.findall(nodes.Element) if doctree else ()
    parts: set[str] = set().union(*(node.get("classes", ()) for node in found))
    if parts & {"register-box", "counts", "totals"}:
        app.add_css_file("register.css", priority=900)
    if "register-box" in parts:
        app.add_js_file("register.js", defer="defer")


def page_dependencies(app: Sphinx, env: Any) -> PageDependencies:
    """What the register and the counts are made from."""
    found = [replace(entry, claim=replace(entry.claim, line=0)) for entry in entries(env)]
    designs = sorted((key, source.design) for key, source in sources_of(env).items())
    facts = (domain_of(env).data["register"], found, designs)
    return dict.fromkeys(pages_with(env, register_placeholder), facts)


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("incremental_html.dependencies")
    app.setup_extension("kb.claims.domain")
    app.setup_extension("kb.text_index.records")
    app.setup_extension("kb.claims.register_data")
    add_assets(app, __file__)
    app.add_node(register_placeholder)
    app.add_directive("claim-register", RegisterDirective)
    app.add_directive("claim-counts", CountsDirective)
    app.add_directive("claim-totals", TotalsDirective)
    app.add_directive("study-kinds", KindsDirective)
    app.add_post_transform(Registers)
    app.add_post_transform(CellLabels)
    app.connect("doctree-resolved", add_tools)
    app.connect("html-page-context", on_html_page_context)
    app.connect("page-dependencies", page_dependencies)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
