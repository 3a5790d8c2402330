"""The register of claims: ``{claim-register}`` lists them all, ``{claim-counts}`` counts them
by verdict and certainty, ``{claim-totals}`` by verdict alone.

They leave a placeholder while the page is read and are filled when it is
written, since only then every chapter has been read.  The table of counts sets
verdicts against certainties; each row of the register links to its claim, and
each claim links back to its row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from evidence import CERTAINTIES, VERDICTS, Claim, domain_of
from records import in_order


class register_placeholder(nodes.General, nodes.Element):
    """Becomes a table: the attribute ``kind`` says which."""


class RegisterDirective(SphinxDirective):
    """``{claim-register}``: the table of all claims."""

    def run(self) -> list[nodes.Node]:
        domain_of(self.env).data["register"] = self.env.current_document.docname
        return [register_placeholder(kind="register")]


class CountsDirective(SphinxDirective):
    """``{claim-counts}``: how many claims have which verdict and certainty."""

    def run(self) -> list[nodes.Node]:
        return [register_placeholder(kind="counts")]


def ordered_claims(env: Any) -> list[Claim]:
    """All claims, in the order of the chapters and within them of the lines."""
    order = {name: index for index, name in enumerate(in_order(env))}
    return sorted(domain_of(env).claims.values(), key=lambda claim: (order[claim.docname], claim.line))


def table(head: Iterable[nodes.Node], rows: Iterable[Iterable[nodes.Node]], widths: list[int], **attributes: Any) -> nodes.table:
    """A table of one head row and body rows, each cell one node."""
    group = nodes.tgroup(cols=len(widths))
    group += [nodes.colspec(colwidth=width) for width in widths]
    group += nodes.thead("", _table_row(head))
    group += nodes.tbody("", *(_table_row(row) for row in rows))
    whole = nodes.table("", group, **attributes)
    whole["classes"] += ["colwidths-given"]
    return whole


def _table_row(cells: Iterable[nodes.Node]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", cell) for cell in cells))


def text(words: str, *classes: str) -> nodes.paragraph:
    """A paragraph of plain *words*, for a cell."""
    return nodes.paragraph("", words, classes=list(classes))


class TotalsDirective(SphinxDirective):
    """``{claim-totals}``: one line of verdicts, each with its number of claims, leading to the register."""

    def run(self) -> list[nodes.Node]:
        return [register_placeholder(kind="totals")]


class Registers(SphinxPostTransform):
    """Fill the placeholders before references are resolved (priority 10)."""

    default_priority = 9

    def run(self, **kwargs: Any) -> None:
        for node in list(self.document.findall(register_placeholder)):
            make = {"register": self._register, "counts": self._counts, "totals": self._totals}[node["kind"]]
            node.replace_self(make())

    def _register(self) -> nodes.table:
        head = [text(words) for words in ("Claim", "The article says", "The evidence", "Verdict and certainty")]
        rows = [self._row(claim) for claim in ordered_claims(self.env)]
        return table(head, rows, [12, 30, 38, 20], classes=["register", "no-links"])

    def _row(self, claim: Claim) -> list[nodes.Node]:
        link = addnodes.pending_xref(
            "", nodes.inline("", claim.id), refdomain="evidence", reftype="claim", reftarget=claim.id,
            refexplicit=True, refwarn=True, refdoc=self.env.current_document.docname,
        )  # fmt: skip
        chapter = self.env.titles[claim.docname].astext()
        where = nodes.paragraph("", "", nodes.inline("", "", link, ids=[f"register-{claim.id.lower()}"]))
        where += nodes.Text(f" {chapter}")
        return [where, text(claim.says), text(claim.plain), _grades(claim)]

    def _totals(self) -> nodes.bullet_list:
        counts = Counter(claim.verdict for claim in ordered_claims(self.env))
        line = nodes.bullet_list(bullet="-", classes=["totals", "no-links"])
        for slug in VERDICTS:
            line += nodes.list_item("", _verdict(slug, f"{counts[slug]} "))
        return line

    def _counts(self) -> nodes.table:
        claims = ordered_claims(self.env)
        cells = Counter((claim.verdict, claim.certainty) for claim in claims)
        names = [words + (" certainty" if slug != "none" else "") for slug, words in CERTAINTIES.items()]
        head = [text("Verdict"), *(text("No direct evidence" if n == "None" else n) for n in names), text("All")]
        rows = [
            [_verdict(slug), *(_number(cells[slug, grade]) for grade in CERTAINTIES), _sum(cells, verdict=slug)]
            for slug in VERDICTS
        ]
        rows.append([text("All"), *(_sum(cells, certainty=grade) for grade in CERTAINTIES), text(str(len(claims)))])
        return table(head, rows, [28, 12, 12, 12, 12, 14, 10], classes=["counts", "no-links"])


def _verdict(slug: str, before: str = "") -> nodes.paragraph:
    badge = nodes.inline("", VERDICTS[slug], classes=["badge", "verdict", f"verdict-{slug}"])
    return nodes.paragraph("", "", nodes.Text(before), badge)


def _number(count: int) -> nodes.paragraph:
    return text(str(count) if count else "–", *([] if count else ["zero"]))


def _sum(cells: Counter[tuple[str, str]], verdict: str = "", certainty: str = "") -> nodes.paragraph:
    return text(str(sum(n for (v, c), n in cells.items() if verdict in ("", v) and certainty in ("", c))))


def _grades(claim: Claim) -> nodes.paragraph:
    line = nodes.paragraph(classes=["register-grades"])
    verdict = ["badge", "verdict", f"verdict-{claim.verdict}"]
    line += nodes.inline("", VERDICTS.get(claim.verdict, "?"), classes=verdict)
    line += nodes.Text(" ")
    line += nodes.inline("", claim.certainty_words, classes=["register-certainty"])
    return line


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("evidence")
    app.setup_extension("records")
    app.add_node(register_placeholder)
    app.add_directive("claim-register", RegisterDirective)
    app.add_directive("claim-counts", CountsDirective)
    app.add_directive("claim-totals", TotalsDirective)
    app.add_post_transform(Registers)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
