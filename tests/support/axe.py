"""axe-core: the rules that pages are held to, and the pages."""

from __future__ import annotations

from pathlib import Path

from pages import PAGES

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
RUN = """async ([tags, waived]) => {
  const rules = Object.fromEntries(waived.map((id) => [id, { enabled: false }]));
  const found = await axe.run(document, { runOnly: { type: 'tag', values: tags }, rules, resultTypes: ['violations'], iframes: false });
  return found.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(' ')).join(' | ')} (${v.nodes.length}): ${v.help}`);
}"""


def every_page() -> list[str]:
    """Every page of the site, as the menu of sources names them (collected before the site is built)."""
    sources = (
        path.relative_to(ROOT / "docs").with_suffix(".html")
        for path in sorted((ROOT / "docs").rglob("*.md"))
    )
    kept = [
        str(path)
        for path in sources
        if path.parts[0] != "data" and not path.parts[0].startswith("_")
    ]
    return sorted({*kept, *PAGES, "404.html"})
