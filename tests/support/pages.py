"""The pages of a built site, and which of them the browser tests visit."""

from __future__ import annotations

from pathlib import Path

PAGES = (
    "index.html",
    "sections/gut-brain-axis.html",
    "sections/gut-health.html",
    "sections/imbalances.html",
    "sections/food-sources.html",
    "reference/evidence.html",
    "reference/glossary.html",
    "reference/foods.html",
    "reference/sources.html",
    "reference/data.html",
    "about/method.html",
    "about/article.html",
    "authoring/index.html",
    "search.html",
    "genindex.html",
)
"""One page of each kind, and the longest title."""
PRESSED = (
    "sections/gut-health.html",
    "reference/evidence.html",
    "reference/foods.html",
    "search.html",
)
"""Pages with something of each kind that opens, filters or folds."""
CONTRAST = """(selectors) => {
  const known = new Map();
  const draw = (text) => { const c = document.createElement('canvas').getContext('2d'); c.fillStyle = text; c.fillRect(0, 0, 1, 1);
    return [...c.getImageData(0, 0, 1, 1).data] };
  const rgb = (text) => known.get(text) ?? known.set(text, draw(text)).get(text);
  const sheet = document.createElement('i');
  sheet.style.background = 'Canvas';
  document.body.append(sheet);
  const paper = rgb(getComputedStyle(sheet).backgroundColor);
  sheet.remove();
  const light = ([r, g, b]) => { const f = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b) };
  const ground = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c[3] > 250) return c }
    return paper };
  const found = new Set();
  for (const e of document.querySelectorAll(selectors)) {
    if (!e.offsetParent) continue;
    const a = light(rgb(getComputedStyle(e).color)), b = light(ground(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) found.add(`${e.className}: ${ratio.toFixed(2)}`);
  }
  return [...found];
}"""
"""A script that names what is too faint: a contrast below 4.5 to 1 (WCAG 1.4.3)."""

MARK_WORDS = """() => {
  const held = [...document.querySelectorAll('body *')].filter((each) =>
    [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
  for (const each of held) each.classList.add('has-words');
  return held.length;
}"""
"""A script that gives whatever holds words of its own the class ``has-words``; returns how many do."""


def pages_of(site: Path) -> dict[str, str]:
    """The text of each page, by its address, without those the theme leaves among its files."""
    found = (path for path in sorted(site.rglob("*.html")) if "_static" not in path.parts)
    return {path.relative_to(site).as_posix(): path.read_text(encoding="utf-8") for path in found}
