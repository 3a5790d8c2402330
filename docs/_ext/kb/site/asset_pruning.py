"""Light pages: one stylesheet, cut to what the site uses, and no script that a page does not need.

The theme sends every reader 2,000 icons, four stylesheets and 700 kB of scripts.
This extension (with ``docs/_templates/layout.html`` and ``static/webpack-macros.html``)
sends one stylesheet, ``_static/site.css``, made when all pages are written:

* The stylesheets of the theme, of extensions and of ``html_css_files`` follow each
  other in the order in which the pages would have asked for them.
* A rule stays only if some page or script names every class and id that it asks for.
  So an author who uses a new class or icon gets its rules with the next build.
* The icon font keeps the icons of the rules that stayed: 2 kB in a file beside the
  stylesheet, since the policy of the site (see ``policy``) loads no font from within one.
* What the theme sets for light and dark holds for ``data-theme="auto"`` as well, as
  the reader's system says.  So the first view is not painted twice, and the dark mode
  needs no script.

Scripts are all deferred but for ``early.js``, which sets the color mode before the first
paint; those of Sphinx's own search, which ours replaces, are gone.
Files that no page asks for any more leave ``_static``.
"""

from __future__ import annotations

import hashlib
import io
import logging as python_logging
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docutils import nodes
from fontTools import subset
from fontTools.ttLib import TTFont
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.config import Config
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

logger = logging.getLogger(__name__)
# The cutter of fonts tells every table that it cuts.
python_logging.getLogger("fontTools").setLevel(python_logging.WARNING)

SHEET = "site.css"
THEME_SHEETS = ("_static/basic.css", "_static/styles/pydata-sphinx-theme.css")
"""What the theme's own templates link; the rest comes from Sphinx's list."""
EARLY = "early.js"
"""The one script that the templates print by themselves, before the stylesheet."""
UNNEEDED_SCRIPTS = ("doctools.js", "sphinx_highlight.js")
"""What served Sphinx's own search; nothing else asks for it."""
OPTIONS = "documentation_options.js"
"""What Sphinx tells the theme's script; where a project has the early script, that answers for it."""
THEME_SCRIPTS = ("scripts/bootstrap.js", "scripts/pydata-sphinx-theme.js")
INLINE = "DOCUMENTATION_OPTIONS."
"""Two lines of the theme within each page, for a version menu and a live search that we do not have."""
UNUSED = (
    "**/*.map",
    "scripts/fontawesome.js*",
    "vendor/fontawesome/webfonts/*",
    "locales/**/*",
    "images/logo_*",
    *UNNEEDED_SCRIPTS,
    "searchtools.js",
    "language_data.js",
)
"""What no page asks for any more, in ``_static``."""

WORD = re.compile(r"[\w-]+")
NAMES = re.compile(r"""\s(?:class|id)=(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""")
TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|url\([^)"\']*\)|[{};]', re.DOTALL)
NESTS = re.compile(r"@(?:media|supports|container|layer)\b")
ASKED = re.compile(r"[.#](-?[A-Za-z_][\w-]*)")
ICON = re.compile(r"\\([0-9a-fA-F]{1,6})\s?|([\ue000-\uf8ff])")
FACE = re.compile(r"url\(([^)]*/(fa-[a-z]+)-\d+\.woff2)\)")
MODES = {
    "light": "@media not all and (prefers-color-scheme:dark)",
    "dark": "@media (prefers-color-scheme:dark)",
}


# -- Reading and cutting stylesheets ---------------------------------------------------------------


@dataclass(frozen=True)
class Rule:
    """A rule of a stylesheet: what stands before its braces, and within (nothing for '@import')."""

    head: str
    body: str | None

    def __str__(self) -> str:
        return f"{self.head}{{{self.body}}}" if self.body is not None else f"{self.head};"


def rules(css: str) -> Iterator[Rule]:
    """Split a stylesheet without comments into its outermost rules."""
    depth = start = opened = 0
    for token in TOKEN.finditer(css):
        if token[0] == "{":
            opened = opened if depth else token.end()
            depth += 1
        elif token[0] == "}":
            depth -= 1
        if depth == 0 and token[0] == "}":
            yield Rule(css[start : opened - 1].strip(), css[opened : token.start()].strip())
        elif depth == 0 and token[0] == ";":
            yield Rule(css[start : token.start()].strip(), None)
        if depth == 0 and token[0] in ("}", ";"):
            start = token.end()


def plain(css: str) -> str:
    """Return *css* without comments and line ends."""
    return re.sub(r"\s*\n\s*", " ", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))


def selectors(head: str) -> list[str]:
    """Split what stands before a rule's braces at the commas outside of parentheses."""
    parts, depth = [""], 0
    for sign in head:
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts]


def asks_for(selector: str) -> set[str]:
    """Return the classes and ids without which *selector* can match nothing."""
    bare = re.sub(r"\[[^\]]*\]", "", selector)
    while bare != (bare := re.sub(r"\([^()]*\)", "", bare)):
        pass  # ':is(.a, .b)' asks for one of them, ':not(.a)' for none
    return set() if "\\" in bare else set(ASKED.findall(bare))


def cut(css: str, words: set[str]) -> Iterator[Rule]:
    """Yield the rules of *css* that can match where *words* are all the classes and ids."""
    for rule in rules(css):
        if rule.body is None or (rule.head.startswith("@") and not NESTS.match(rule.head)):
            yield rule
        elif rule.head.startswith("@"):
            if inner := "".join(map(str, cut(rule.body, words))):
                yield Rule(rule.head, inner)
        elif kept := [one for one in selectors(rule.head) if asks_for(one) <= words]:
            yield from in_modes(kept, rule.body)


def in_modes(kept: list[str], body: str) -> Iterator[Rule]:
    """Yield the rule, and again for readers who let their system choose between light and dark."""
    yield Rule(",".join(kept), body)
    for mode, query in MODES.items():
        pattern = re.compile(rf"""\[data-theme=["']?{mode}["']?\]""")
        if either := [pattern.sub("[data-theme=auto]", one) for one in kept if pattern.search(one)]:
            yield Rule(query, str(Rule(",".join(either), body)))


# -- Icons -----------------------------------------------------------------------------------------


def icons(css: str) -> set[int]:
    """Return the signs that *css* writes as icons."""
    return {int(code, 16) if code else ord(sign) for code, sign in ICON.findall(css)}


def cut_font(path: Path, signs: set[int]) -> bytes:
    """Return the font at *path*, cut to *signs*."""
    options = subset.Options(flavor="woff2", layout_features=[], hinting=False, notdef_outline=True)
    font = TTFont(path, recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=signs)
    cutter.subset(font)
    font.flavor = "woff2"
    kept = io.BytesIO()
    font.save(kept)
    return kept.getvalue()


def with_fonts(css: str, folders: list[Path], words: set[str]) -> tuple[str, dict[str, bytes]]:
    """Return *css* with addresses of icon fonts cut to its icons, and those fonts by name; drop fonts that no page names."""
    signs, out, fonts = icons(css), [], {}
    for rule in rules(css):
        face = FACE.search(rule.body or "") if rule.head == "@font-face" else None
        if face is None:
            out.append(str(rule))
        elif face[2] in words:
            (path, *_) = (folder / face[1] for folder in folders if (folder / face[1]).is_file())
            name = f"{face[2]}.woff2"
            fonts[name] = cut_font(path, signs)
            out.append(str(rule).replace(face[1], f"{name}?v={digest(fonts[name])}"))
    return "".join(out), fonts


def digest(data: bytes) -> str:
    """What tells this version of a file from others in its address."""
    return hashlib.sha256(data).hexdigest()[:8]


# -- The site --------------------------------------------------------------------------------------


def words_of(out: Path, pages: list[str]) -> set[str]:
    """Return every class and id of the *pages*, and every word of a script, which may set them."""
    names = {"".join(found) for page in pages for found in NAMES.findall(page)}
    scripts = [path for path in (out / "_static").rglob("*.js") if path.name != "fontawesome.js"]
    words = set(" ".join(names).split())
    return words.union(*(WORD.findall(path.read_text(encoding="utf-8")) for path in scripts))


def load(out: Path, name: str, media: str | None) -> str:
    """Return the stylesheet *name*, its addresses as seen from ``_static``."""
    folder = posixpath.dirname(posixpath.relpath(name, "_static"))

    def from_static(address: re.Match[str]) -> str:
        outside = re.match(r"[a-z]+:|[/#]", address[2])
        return (
            address[0]
            if outside
            else f"url({address[1]}{posixpath.normpath(posixpath.join(folder, address[2]))}{address[1]})"
        )

    css = re.sub(r"@charset[^;]*;", "", plain((out / name).read_text(encoding="utf-8")))
    if "@import" in css:
        logger.warning(
            "%s: '@import' is lost in %s; name that file in html_css_files",
            name,
            SHEET,
            type="light",
            subtype="import",
        )
    css = re.sub(r"""url\((["']?)([^)"']+)\1\)""", from_static, css)
    return f"@media {media}{{{css}}}" if media else css


def sheets(builder: StandaloneHTMLBuilder) -> list[tuple[str, str | None]]:
    """Return the stylesheets of every page, in their order, each with its media."""
    listed = sorted(builder._orig_css_files, key=lambda sheet: sheet.priority)
    ours = [
        (str(sheet.filename), sheet.attributes.get("media"))
        for sheet in listed
        if "://" not in str(sheet.filename)
    ]
    return [*((name, None) for name in THEME_SHEETS), *ours]


def lighten(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Leave a page the one stylesheet, and the scripts that it needs, deferred."""
    builder = app.builder
    if not isinstance(builder, StandaloneHTMLBuilder) or builder.name != "html":
        return
    for script in THEME_SCRIPTS:
        app.add_js_file(script, priority=900, defer="defer")
    for script in context["script_files"]:
        if (
            script.filename
            and Path(script.filename).name != EARLY
            and "async" not in script.attributes
        ):
            script.attributes.setdefault("defer", "defer")
    context["kb_early"] = next(
        (script for script in context["script_files"] if script.filename == f"_static/{EARLY}"),
        None,
    )
    is_told = (EARLY, OPTIONS) if context["kb_early"] else ()
    context["script_files"] = [
        script
        for script in context["script_files"]
        if is_needed(script, context.get("body") or "", is_told)
    ]
    joined = {name for name, _ in sheets(builder)}
    context["css_files"] = [
        sheet for sheet in context["css_files"] if str(sheet.filename) not in joined
    ]


def has_early(config: Config) -> bool:
    """Whether the pages of the project carry the early script."""
    return EARLY in {
        script if isinstance(script, str) else script[0] for script in config.html_js_files
    }


def is_needed(script: Any, body: str, told: tuple[str, ...] = ()) -> bool:
    """Tell whether a page with this *body* needs the *script*; those *told* of stand elsewhere in it."""
    if not script.filename:
        return not script.attributes.get("body", "").startswith(INLINE)
    if Path(script.filename).name in (*told, *UNNEEDED_SCRIPTS):
        return False
    return "design-tabs" not in str(script.filename) or "sd-tab-set" in body


def write_sheet(app: Sphinx, exception: Exception | None) -> None:
    """Write the one stylesheet, tell the pages its digest, and drop what no page asks for."""
    builder = app.builder
    if (
        exception
        or builder.name != "html"
        or not isinstance(builder, StandaloneHTMLBuilder)
        or not hasattr(builder, "_orig_css_files")
    ):
        return
    out = Path(app.outdir)
    pages = {
        path: path.read_text(encoding="utf-8")
        for path in sorted(out.rglob("*.html"))
        if "_static" not in path.parts
    }
    css, fonts = sheet(builder, out, words_of(out, list(pages.values())))
    for name, font in fonts.items():
        (out / "_static" / name).write_bytes(font)
    (out / "_static" / SHEET).write_text(css, encoding="utf-8")
    mark = digest(css.encode())
    for path, page in pages.items():
        if (told := re.sub(rf"({SHEET})(?:\?v=\w+)?(?=\")", rf"\1?v={mark}", page)) != page:
            path.write_text(told, encoding="utf-8")
    unused = (*UNUSED, OPTIONS) if has_early(app.config) else UNUSED
    for path in sorted(path for pattern in unused for path in (out / "_static").glob(pattern)):
        if path.is_file():
            path.unlink()


def sheet(
    builder: StandaloneHTMLBuilder, out: Path, words: set[str]
) -> tuple[str, dict[str, bytes]]:
    """Return the one stylesheet of a site whose classes and ids are *words*, and its fonts."""
    found = [(name, media) for name, media in sheets(builder) if (out / name).is_file()]
    licenses = [
        text
        for name, _ in found
        for text in re.findall(r"/\*!.*?\*/", (out / name).read_text(encoding="utf-8"), re.DOTALL)
    ]
    css = "".join(str(rule) for name, media in found for rule in cut(load(out, name, media), words))
    folders = [Path(folder) / "static" for folder in builder.theme.get_theme_dirs()]
    css, fonts = with_fonts(css, folders, words)
    return "\n".join(['@charset "UTF-8";', *dict.fromkeys(licenses), css, ""]), fonts


def leave_out(app: Sphinx) -> None:
    """Spare a builder that can leave out files the copying of what is dropped at the end."""
    if hasattr(app.builder, "excluded_theme_files"):
        app.builder.excluded_theme_files = UNUSED


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("builder-inited", leave_out)
    app.connect("html-page-context", lighten, priority=900)
    app.connect("build-finished", write_sheet, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
