"""The book without a network, and as an app: a worker that keeps the edition, a manifest, icons.

By http, each page registers ``service-worker.js`` (``static/offline.js``); from disk nothing is
registered.  The worker fetches all pages, their scripts, styles, fonts and pictures and the records
of the search once, in the background, and answers from them afterwards.  PDF, EPUB and data files
are not kept.

The build writes the list of these files before the worker (``worker/service-worker.js``)::

    const KB_EDITION = "3f0c2a9e51b7d846";
    const KB_FILES = {"index.html": "9c1185a5c5e9fc54", ...};

So an edition with any other byte is another worker, which browsers look for with each page.
It comes into use when each file is there with its digest: a host that is half through with its
copying, or a network that breaks off, leaves the edition before.  The digest of a page is that of
its body, since some hosts add to the head (Read the Docs does).

``manifest.webmanifest`` names the app (``html_short_title``), and icons that Typst draws from
``html_favicon``, the same bytes wherever they are drawn.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import typst
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError
from sphinx.util.typing import ExtensionMetadata

from incremental_html.kept import kept
from kb.core.assets import add_assets

WORKER, MANIFEST = "service-worker.js", "manifest.webmanifest"
HERE = Path(__file__).parent
ICONS = (
    ("icon-192.png", 192, "any"),
    ("icon-512.png", 512, "any"),
    ("icon-mask.png", 512, "maskable"),
)
"""File, size and purpose; a system cuts a maskable one to its own shape."""
SHARE = {"any": "100%", "maskable": "70%"}
"""How much of the icon is the drawing: of a maskable one a circle of 80% stays for sure."""
DRAWN = """\
#set page(width: 512pt, height: 512pt, margin: 0pt, fill: {fill})
#place(center + horizon, image(bytes(sys.inputs.drawing), format: "svg", width: {share}))
"""
ASKED = re.compile(r"""\s(?:src|href)=["']?(?:\.\./)*(_static/[\w./-]+)""")
IN_STYLE = re.compile(r"""url\(["']?([\w./-]+)""")
BRAND = re.compile(r'<rect\b[^>]*\sfill="(#\w+)"')
"""The ground of the drawing, by which systems color the frame of the app."""
NOT_KEPT = (".txt",)
"""What pages link in ``_static`` to be read by itself: the licenses."""


# -- The edition -----------------------------------------------------------------------------------


def pages(out: Path) -> dict[str, str]:
    """Return the pages of the site *out*, by name."""
    found = (path for path in sorted(out.rglob("*.html")) if "_static" not in path.parts)
    return {path.relative_to(out).as_posix(): path.read_text(encoding="utf-8") for path in found}


def assets(out: Path, texts: Iterator[str]) -> set[str]:
    """Return what pages with these *texts* load: what they name, what their stylesheets name, and
    all scripts, some of which others load when a reader needs them."""
    named = {name for text in texts for name in ASKED.findall(text)}
    scripts = {path.relative_to(out).as_posix() for path in (out / "_static").rglob("*.js")}
    for sheet in sorted(name for name in named if name.endswith(".css")):
        folder = Path(sheet).parent
        for name in IN_STYLE.findall((out / sheet).read_text(encoding="utf-8")):
            named.add((folder / name).as_posix())
    there = {name for name in named if (out / name).is_file() and not name.endswith(NOT_KEPT)}
    return there | scripts


def digest(data: bytes) -> str:
    """Return the digest by which the worker knows a file: 64 bits of SHA-256."""
    return sha256(data).hexdigest()[:16]


def body_of(page: str) -> str:
    """Return what stands behind the head of a *page*, to which hosts may add."""
    return page.rpartition("</head>")[2]


def edition(out: Path) -> dict[str, str]:
    """Return the digest of each file of the site *out* that is kept, by name."""
    texts = pages(out)
    found = {name: digest(body_of(text).encode()) for name, text in texts.items()}
    icons = {f"_static/{name}" for name, *_ in ICONS if (out / "_static" / name).is_file()}
    for name in assets(out, iter(texts.values())) | icons | {MANIFEST}:
        found[name] = digest((out / name).read_bytes())
    return dict(sorted(found.items()))


def write_worker(out: Path) -> None:
    """Write the worker of the site *out*, which must be whole."""
    source = (HERE / "worker" / WORKER).read_text(encoding="utf-8")
    files = json.dumps(edition(out), indent=0)
    name = digest(f"{files}{source}".encode())
    head = f'const KB_EDITION = "{name}";\nconst KB_FILES = {files};\n\n'
    (out / WORKER).write_text(head + source, encoding="utf-8", newline="\n")


# -- The app ---------------------------------------------------------------------------------------


def draw(drawing: str, size: int, purpose: str) -> bytes:
    """Return the SVG file *drawing* as a PNG icon of *size* pixels for a *purpose* of ``ICONS``.

    :raises ExtensionError: if Typst cannot draw it.
    """
    ground = BRAND.search(drawing) if purpose == "maskable" else None
    fill = f'rgb("{ground[1]}")' if ground else "none"
    page = DRAWN.format(fill=fill, share=SHARE[purpose]).encode()
    try:
        compiler = typst.Compiler(ignore_system_fonts=True, sys_inputs={"drawing": drawing})
        picture = compiler.compile(page, format="png", ppi=72.0 * size / 512)
    except typst.TypstError as error:
        raise ExtensionError(f"Typst could not draw {size} by {size} icons: {error}") from None
    assert isinstance(picture, bytes)
    return picture


def icons(drawing: str) -> dict[str, bytes]:
    """Return the icons of the SVG file *drawing*, by name."""
    return {name: draw(drawing, size, purpose) for name, size, purpose in ICONS}


def manifest(config: Config, drawing: str) -> dict[str, Any]:
    """Return what the app tells a system of itself; addresses are as seen from the manifest."""
    ground = BRAND.search(drawing)
    said = {
        "name": config.html_title,
        "short_name": config.html_short_title,
        "description": config.kb_description,
        "lang": config.language,
        "id": "index.html",
        "start_url": "index.html",
        "scope": "./",
        # A window of its own, with the button back where the system offers that.
        "display": "standalone",
        "display_override": ["minimal-ui"],
        "background_color": "#ffffff",
        "theme_color": ground[1] if ground else "#ffffff",
    }
    icons = [
        {
            "src": f"_static/{name}",
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for name, size, purpose in ICONS
    ]
    return {**said, "icons": icons} if drawing else said


def on_build_finished(app: Sphinx, exception: Exception | None) -> None:
    """Write icons, manifest and worker (``build-finished``)."""
    if exception or app.builder.name != "html":
        return
    out, favicon = Path(app.outdir), app.config.html_favicon
    drawing = ""
    if favicon and favicon.endswith(".svg"):
        drawing = Path(app.confdir, favicon).read_text(encoding="utf-8")
        for name, picture in kept(app, "icons", drawing, partial(icons, drawing)).items():
            (out / "_static" / name).write_bytes(picture)
    said = json.dumps(manifest(app.config, drawing), indent=1, ensure_ascii=False)
    (out / MANIFEST).write_text(f"{said}\n", encoding="utf-8", newline="\n")
    write_worker(out)


def setup(app: Sphinx) -> ExtensionMetadata:
    add_assets(app, __file__)
    app.add_js_file("offline.js", priority=950, defer="defer")
    # After the stylesheet (900): the list holds the digests of pages that name its version.
    app.connect("build-finished", on_build_finished, priority=950)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
