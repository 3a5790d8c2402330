"""One stylesheet, cut to what the site uses, and no script that a page does not need.

The theme sends every reader 2,000 icons, four stylesheets and 700 kB of scripts.
This extension (with ``layout.html`` and ``static/webpack-macros.html`` in the templates of
``kb.site``) sends one stylesheet, ``_static/site.css``, made when all pages are written:

* The stylesheets of the theme, of extensions and of ``html_css_files`` follow each
  other in the order in which the pages would have asked for them.
* A rule stays only if some page or script names every class and id that it asks for.
  So an author who uses a new class or icon gets its rules with the next build.
* A custom property or animation stays only if something asks for it: of Bootstrap's and the theme's
  600 properties, half are for rules that went.
* What themes say of a ``div`` that this project writes as ``section`` (admonitions, see
  ``kb.text_index.sections``) holds for that as well.
* The icon font keeps the icons of the rules that stayed: 2 kB in a file beside the
  stylesheet, since the policy of the site (see ``policy``) loads no font from within one.
* What the theme sets for light and dark holds for ``data-theme="auto"`` as well, as
  the reader's system says.  So the first view is not painted twice, and the dark mode
  needs no script.

What few pages need, they link besides, before it: ``code.css`` for code, and ``design.css`` for the
parts of sphinx-design.

The project's own scripts are sent without comments and blanks.  All scripts are deferred except
``early.js``, which sets the color mode before the first paint; those of Sphinx's own search, which
ours replaces, are dropped.  Bootstrap, which serves the menu of colors, the hints of buttons and
the way up, comes when a reader first needs one of them (``controls.js``).
Files that no page asks for leave ``_static``.
"""

from __future__ import annotations

import hashlib
import io
import logging as python_logging
import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.builders.html._assets import _file_checksum
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

from incremental_html.kept import kept
from kb.core.assets import add_assets, small_script
from kb.core.text import line_at

logger = logging.getLogger(__name__)
# It logs every table of the font that it cuts.
python_logging.getLogger("fontTools").setLevel(python_logging.WARNING)

STYLESHEET = "site.css"
THEME_STYLESHEETS = ("_static/basic.css", "_static/styles/pydata-sphinx-theme.css")
"""What the theme's own templates link; the rest comes from Sphinx's list."""
APART = {
    "pygments.css": ("code.css", re.compile('class="highlight')),
    "sphinx-design.min.css": ("design.css", re.compile(r'class="(?:[^"]* )?sd-')),
}
"""What few pages need: the stylesheet that is cut from it, and what stands in those pages."""
EARLY = "early.js"
"""The one script that the template prints by itself, before the stylesheet."""
AT_ONCE: dict[str, Any] = {"data-cfasync": "false"}
"""Keeps Cloudflare's Rocket Loader from putting that script off."""
REPLACED_SCRIPTS = ("documentation_options.js", "doctools.js", "sphinx_highlight.js")
"""What served Sphinx's own search, and what the theme's script asks, which ``early.js`` answers."""
THEME_SCRIPT, BOOTSTRAP = "scripts/pydata-sphinx-theme.js", "scripts/bootstrap.js"
ONLY_IN_PAGES = re.compile(
    r"(alert|card|carousel|dropend|dropstart|dropup|list-group|modal|offcanvas|popover|progress|toast"
    r"|version-switcher|bd-header-announcement|bd-header-version-warning|pst-collapse-sidebar-button"
    r"|pst-expand-sidebar-label|search-results)(?![A-Za-z])"
)
"""What Bootstrap and the theme serve elsewhere: such names stay only where a page has one."""
WORDLESS = ("kb-*.js", "kb-search/*.js")
"""Scripts that set no class: data, whose words are those of the book."""
CONTROLS = "controls.js"
"""The script that fetches Bootstrap when a reader first needs it."""
INLINE = "DOCUMENTATION_OPTIONS."
"""Two lines of the theme within each page, for a menu of versions and a search of its own."""
UNUSED = (
    "**/*.map",
    "scripts/fontawesome.js*",
    "vendor/fontawesome/webfonts/*",
    "locales/**/*",
    "images/logo_*",
    *REPLACED_SCRIPTS,
    "searchtools.js",
    "language_data.js",
)
"""What no page asks for, in ``_static``."""

WORD = re.compile(r"[\w-]+")
NAMES = re.compile(r"""\s(?:class|id)=(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""")
TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|url\([^)"\']*\)|[{};]', re.DOTALL)
REMARK = re.compile(r"/\*.*?\*/", re.DOTALL)
BLANKS = re.compile(
    r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|url\([^)"']*\))"""
    r"""|(?:;|(?<!\s))\s*([{}])\s*|([;,])\s+|:\s+(?=[^\s;}])"""
)
"""Blanks beside what parts rules, declarations and lists, and in front of a value."""
SWALLOWS = "is never closed, and would swallow the rest"
NESTS = re.compile(r"@(?:media|supports|container|layer)\b")
REQUIRED = re.compile(r"[.#](-?[A-Za-z_][\w-]*)")
ASKED = re.compile(r"(--[\w-]+)(?![\w-]|\s*:)")
DECLARED = re.compile(
    r"""(?<=[{;])\s*(--[\w-]+)\s*:(?:"[^"]*"|'[^']*'|url\([^)"']*\)|[^;{}"'])*(?:;|(?=\}))"""
)
"""Where a stylesheet asks for a custom property, and where it sets one."""
ANIMATION = re.compile(r"@(?:-\w+-)?keyframes\s+([\w-]+)")
NEXT = "@next;"
"""What is between stylesheets that are looked at together: a rule, which no sheet has."""
ICON = re.compile(r"\\([0-9a-fA-F]{1,6})\s?|([\ue000-\uf8ff])")
FACE = re.compile(r"url\(([^)]*/(fa-[a-z]+)-\d+\.woff2)\)")
BOXES = re.compile(r"\bdiv(?=\.admonition\b)")
MODES = {
    "light": "@media not all and (prefers-color-scheme:dark)",
    "dark": "@media (prefers-color-scheme:dark)",
}

Stylesheet = tuple[str, str | None, str]
"""Its name, its media and its text."""


# -- Reading and pruning stylesheets ---------------------------------------------------------------


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


def without_comments(css: str) -> str:
    """Return *css* without comments and line ends."""
    return re.sub(r"\s*\n\s*", " ", REMARK.sub("", css))


def without_blanks(css: str) -> str:
    """Return *css*, which has no comments, without blanks that say nothing."""
    return BLANKS.sub(lambda found: found[1] or found[2] or found[3] or ":", css)


def brace_faults(css: str) -> Iterator[tuple[int, str]]:
    """Yield line and message of each brace or comment in *css* by which rules are lost: a browser
    says nothing of it."""
    bare = REMARK.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), css)
    faults, opened = [], list[int]()
    for token in TOKEN.finditer(bare):
        if token[0] == "{":
            opened.append(token.start())
        elif token[0] == "}" and opened:
            opened.pop()
        elif token[0] == "}":
            faults.append((token.start(), "'}' closes nothing, and the rule behind it is lost"))
    faults += [(place, f"'{bare[place]}' {SWALLOWS}") for place in opened]
    if (place := bare.find("/*")) >= 0:
        faults = [(place, f"'/*' {SWALLOWS}")]
    for place, message in sorted(faults):
        yield line_at(bare, place), message


def selectors(head: str) -> list[str]:
    """Split what stands before a rule's braces at the commas outside of parentheses."""
    if "(" not in head and "[" not in head:
        return [part.strip() for part in head.split(",")]
    parts, depth = [""], 0
    for sign in head:
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts]


def required_names(selector: str) -> set[str]:
    """Return the classes and ids without which *selector* can match nothing."""
    bare = re.sub(r"\[[^\]]*\]", "", selector)
    while bare != (bare := re.sub(r"\([^()]*\)", "", bare)):
        pass  # ':is(.a, .b)' requires one of them, ':not(.a)' none
    return set() if "\\" in bare else set(REQUIRED.findall(bare))


def pruned(css: str, names: set[str]) -> Iterator[Rule]:
    """Yield the rules of *css* that can match where *names* are all the classes and ids."""
    for rule in rules(css):
        if rule.body is None or (rule.head.startswith("@") and not NESTS.match(rule.head)):
            yield rule
        elif rule.head.startswith("@"):
            if inner := "".join(map(str, pruned(rule.body, names))):
                yield Rule(rule.head, inner)
        elif kept := [one for one in selectors(rule.head) if required_names(one) <= names]:
            yield from in_modes(kept, rule.body)


def in_modes(kept: list[str], body: str) -> Iterator[Rule]:
    """Yield the rule, and again for readers who let their system choose between light and dark."""
    yield Rule(",".join(kept), body)
    for mode, query in MODES.items():
        pattern = re.compile(rf"""\[data-theme=["']?{mode}["']?\]""")
        if either := [pattern.sub("[data-theme=auto]", one) for one in kept if pattern.search(one)]:
            yield Rule(query, str(Rule(",".join(either), body)))


def without_unasked(css: str, names: set[str]) -> str:
    """Return *css* without the custom properties and animations that neither it nor one of *names*
    asks for, and without rules that say nothing."""

    def unless_unasked(found: re.Match[str]) -> str:
        return "" if found[1] in unasked else found[0]

    # What asked for others may go with them.
    while unasked := set(DECLARED.findall(css)) - names - set(ASKED.findall(css)):
        css = DECLARED.sub(unless_unasked, css)
    told = Counter(WORD.findall(css)) + Counter(names)
    return "".join(
        str(rule)
        for rule in rules(css)
        if rule.body != ""
        and (not (animation := ANIMATION.match(rule.head)) or told[animation[1]] > 1)
    )


# -- Icons -----------------------------------------------------------------------------------------


def icons(css: str) -> set[int]:
    """Return the code points that *css* writes as icons."""
    return {int(code, 16) if code else ord(sign) for code, sign in ICON.findall(css)}


def font_subset(path: Path, signs: set[int]) -> bytes:
    """Return the font at *path*, cut to *signs*."""
    # Where the stylesheet is kept from the last build, this is not imported.
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options(flavor="woff2", layout_features=[], hinting=False, notdef_outline=True)
    font = TTFont(path, recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=signs)
    subsetter.subset(font)
    font.flavor = "woff2"
    data = io.BytesIO()
    font.save(data)
    return data.getvalue()


def with_font_subsets(
    css: str, folders: list[Path], names: set[str]
) -> tuple[str, dict[str, bytes]]:
    """Cut the icon fonts of *css* to its icons, and drop those that *names* do not have.

    *folders* are searched for the fonts.  Returns *css* with the addresses of the new fonts,
    and these by name.
    """
    signs, out, fonts = icons(css), [], dict[str, bytes]()
    for rule in rules(css):
        face = FACE.search(rule.body or "") if rule.head == "@font-face" else None
        if face is None:
            out.append(str(rule))
        elif face[2] in names:
            (path, *_) = (folder / face[1] for folder in folders if (folder / face[1]).is_file())
            name = f"{face[2]}.woff2"
            fonts[name] = font_subset(path, signs)
            out.append(str(rule).replace(face[1], f"{name}?v={digest(fonts[name])}"))
    return "".join(out), fonts


def digest(data: bytes) -> str:
    """Return what distinguishes this version of a file from others in its address."""
    return hashlib.sha256(data).hexdigest()[:8]


# -- The stylesheet of the site --------------------------------------------------------------------


def used_names(out: Path, pages: Iterable[str]) -> set[str]:
    """Return every class and id of the *pages*, and every word of a script, which may set them.

    Custom properties are among them.
    """
    names = set[str]()
    for page in pages:
        names |= {"".join(found) for found in NAMES.findall(page)} | set(ASKED.findall(page))
    found = set(" ".join(names).split())
    words = {
        word
        for path in (out / "_static").rglob("*.js")
        if not any(path.match(pattern) for pattern in WORDLESS)
        for word in WORD.findall(path.read_text(encoding="utf-8"))
    }
    there = {part[1] for part in map(ONLY_IN_PAGES.match, found) if part}
    return found | {
        word for word in words if not (part := ONLY_IN_PAGES.match(word)) or part[1] in there
    }


def stylesheets(builder: StandaloneHTMLBuilder) -> list[tuple[str, str | None]]:
    """Return the stylesheets that every page has, in their order, each with its media."""
    listed = sorted(builder._orig_css_files, key=lambda asset: asset.priority)
    local = [asset for asset in listed if "://" not in str(asset.filename)]
    of_theme = [(name, None) for name in THEME_STYLESHEETS]
    return [*of_theme, *((str(a.filename), a.attributes.get("media")) for a in local)]


def read_stylesheets(builder: StandaloneHTMLBuilder, out: Path) -> list[Stylesheet]:
    """Return the stylesheets of the site *out*; warn of what would be lost of them."""
    found = [(name, media) for name, media in stylesheets(builder) if (out / name).is_file()]
    sheets = [(name, media, (out / name).read_text(encoding="utf-8")) for name, media in found]
    for name, _, css in sheets:
        own = Path(builder.confdir, name)
        for line, fault in brace_faults(css):
            place = f"{own if own.is_file() else name}:{line}"
            logger.warning(fault, location=place, type="asset_pruning", subtype="brace")
        if "@import" in css and "@import" in without_comments(css):
            message = "%s: '@import' is lost in %s; name that file in html_css_files"
            logger.warning(message, name, STYLESHEET, type="asset_pruning", subtype="import")
    return sheets


def prepared(name: str, media: str | None, css: str) -> str:
    """Return the stylesheet *name*, its addresses as seen from ``_static``."""
    css = without_comments(css)
    css = BOXES.sub(":is(div,section)", re.sub(r"@charset[^;]*;", "", css))
    css = css.replace('"0s"', "0s")  # the theme has it in quotation marks, which no browser reads
    css = seen_from_static(css, posixpath.dirname(posixpath.relpath(name, "_static")))
    return f"@media {media}{{{css}}}" if media else css


def seen_from_static(css: str, folder: str) -> str:
    """Return *css*, which lies in *folder* below ``_static``, with addresses as seen from there."""

    def moved(address: re.Match[str]) -> str:
        quote, path = address.groups()
        if re.match(r"[a-z]+:|[/#]", path):
            return address[0]
        return f"url({quote}{posixpath.normpath(posixpath.join(folder, path))}{quote})"

    return re.sub(r"""url\((["']?)([^)"']+)\1\)""", moved, css)


def pruned_stylesheets(
    builder: StandaloneHTMLBuilder, sheets: list[Stylesheet], names: set[str]
) -> tuple[dict[str, str], dict[str, bytes]]:
    """Return what is left of the *sheets*, and the fonts, by name.

    *names* are the classes and ids of the site (see :func:`used_names`).
    """
    licenses = [text for _, _, css in sheets for text in re.findall(r"/\*!.*?\*/", css, re.DOTALL)]
    left = dict.fromkeys((STYLESHEET, *(apart for apart, _ in APART.values())), "")
    for name, media, css in sheets:
        part, _ = APART.get(posixpath.basename(name), (STYLESHEET, None))
        left[part] += "".join(map(str, pruned(prepared(name, media, css), names)))
    # What one of them sets another may ask for.
    whole = without_blanks(without_unasked(NEXT.join(left.values()), names))
    left = dict(zip(left, whole.split(NEXT), strict=True))
    folders = [Path(folder) / "static" for folder in builder.theme.get_theme_dirs()]
    css, fonts = with_font_subsets(left[STYLESHEET], folders, names)
    left[STYLESHEET] = "\n".join(['@charset "UTF-8";', *dict.fromkeys(licenses), css, ""])
    return left, fonts


# -- Events ----------------------------------------------------------------------------------------


def is_needed(script: Any, body: str) -> bool:
    """Return whether a page with this *body* needs the *script* in its list."""
    if not script.filename:
        return not script.attributes.get("body", "").startswith(INLINE)
    if Path(script.filename).name in (EARLY, *REPLACED_SCRIPTS):
        return False
    return "design-tabs" not in str(script.filename) or "sd-tab-set" in body


def on_builder_inited(app: Sphinx) -> None:
    """Have a builder that can leave files out not copy what nobody needs, and have the project's
    scripts small before pages name their digests (``builder-inited``)."""
    builder = app.builder
    if hasattr(builder, "excluded_theme_files"):
        builder.excluded_theme_files = UNUSED
    if isinstance(builder, StandaloneHTMLBuilder) and builder.name == "html":
        copy = builder.copy_html_static_files

        def copy_small(context: dict[str, Any]) -> None:
            copy(context)
            shrink_scripts(Path(builder.outdir, "_static"), own_scripts(app))

        builder.copy_html_static_files = copy_small  # type: ignore[method-assign]


def own_scripts(app: Sphinx) -> dict[str, Path]:
    """The scripts of the project, by what they are called in the site's folder of static files."""
    folders = [Path(app.confdir, name) for name in app.config.html_static_path]
    found = (
        (path.relative_to(folder).as_posix(), path)
        for folder in folders
        for path in folder.rglob("*.js")
    )
    return dict(sorted(found))


def shrink_scripts(static: Path, scripts: Mapping[str, Path]) -> None:
    """Write the copies of *scripts* in the folder *static* without comments and blanks."""
    for name, source in scripts.items():
        path = static / name
        if path.is_file():
            small = small_script(path.read_text(encoding="utf-8"), str(source))
            path.write_text(small, encoding="utf-8", newline="\n")


def on_html_page_context(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Give a page the one stylesheet and the scripts that it needs (``html-page-context``)."""
    builder = app.builder
    if not isinstance(builder, StandaloneHTMLBuilder) or builder.name != "html":
        return
    bootstrap = f"_static/{BOOTSTRAP}"
    address = (
        f"{context['pathto'](bootstrap, resource=True)}?v={_file_checksum(app.outdir, bootstrap)}"
    )
    app.add_js_file(CONTROLS, priority=900, defer="defer", **{"data-late": address})
    app.add_js_file(THEME_SCRIPT, priority=900, defer="defer")
    scripts, body = context["script_files"], context.get("body") or ""
    early = next((s for s in scripts if s.filename == f"_static/{EARLY}"), None)
    for script in scripts:
        if script.filename and script != early and "async" not in script.attributes:
            script.attributes.setdefault("defer", "defer")
    context["kb_early"] = early
    context["script_files"] = [script for script in scripts if is_needed(script, body)]
    joined = {name for name, _ in stylesheets(builder)}
    context["css_files"] = [s for s in context["css_files"] if str(s.filename) not in joined]
    apart = [sheet for sheet, sign in APART.values() if sign.search(body)]
    context["kb_stylesheets"] = [*apart, STYLESHEET]


def on_build_finished(app: Sphinx, exception: Exception | None) -> None:
    """Write the stylesheet, and drop what no page asks for (``build-finished``)."""
    builder = app.builder
    if (
        exception
        or builder.name != "html"
        or not isinstance(builder, StandaloneHTMLBuilder)
        or not hasattr(builder, "_orig_css_files")
    ):
        return
    out = Path(app.outdir)
    for path in sorted(path for pattern in UNUSED for path in (out / "_static").glob(pattern)):
        if path.is_file():
            path.unlink()
    paths = [path for path in sorted(out.rglob("*.html")) if "_static" not in path.parts]
    pages = {path: path.read_text(encoding="utf-8") for path in paths}
    names, sheets = used_names(out, pages.values()), read_stylesheets(builder, out)
    made_from = repr([sorted(names), sheets])
    left, fonts = kept(
        app, STYLESHEET, made_from, lambda: pruned_stylesheets(builder, sheets, names)
    )
    write_stylesheets(out / "_static", left, fonts)
    name_versions(pages, {name: digest(css.encode()) for name, css in left.items()})


def write_stylesheets(static: Path, sheets: dict[str, str], fonts: dict[str, bytes]) -> None:
    """Write the stylesheets and their fonts into the folder *static*."""
    for name, css in sheets.items():
        (static / name).write_text(css, encoding="utf-8")
    for name, font in fonts.items():
        (static / name).write_bytes(font)


def name_versions(pages: dict[Path, str], versions: dict[str, str]) -> None:
    """Write the *versions* of the stylesheets into the addresses by which the *pages* link them."""
    sheet = re.compile(rf"(/({'|'.join(map(re.escape, versions))}))(?:\?v=\w+)?(?=\")")
    for path, page in pages.items():
        linked = sheet.sub(lambda found: f"{found[1]}?v={versions[found[2]]}", page)
        if linked != page:
            path.write_text(linked, encoding="utf-8")


def setup(app: Sphinx) -> ExtensionMetadata:
    add_assets(app, __file__, css={"theme_fixes.css": 810})
    app.add_js_file(EARLY, **AT_ONCE)
    app.add_js_file("theme_fixes.js", defer="defer")
    app.connect("builder-inited", on_builder_inited)
    # After every feature has named the scripts and styles of the page (500).
    app.connect("html-page-context", on_html_page_context, priority=900)
    # After every feature has written its files, whose words count (500).
    app.connect("build-finished", on_build_finished, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
