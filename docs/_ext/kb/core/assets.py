"""Scripts, styles and templates of a feature, which lie in its package.

``setup()`` of a feature registers what lies in ``static/`` and ``templates/`` beside it::

    add_assets(app, __file__, css={"cards.css": 820}, js={"cards.js": 810})
    add_templates(app, __file__)

Every page of the site then has these stylesheets and scripts, the scripts deferred, each at its
priority: the order in which features are loaded does not count.  The files of ``conf.py`` have 800.
What only some pages need is named without a priority by the handler that knows those pages
(``app.add_css_file``); ``add_assets(app, __file__)`` alone puts the folder into the site.

Only the HTML builder takes any of it: the EPUB has a theme of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import rjsmin
from sphinx.application import Sphinx
from sphinx.jinja2glue import BuiltinTemplateLoader, SphinxFileSystemLoader
from sphinx.util import logging

from kb.core.text import line_at

logger = logging.getLogger(__name__)

EARLY = 400
"""Before what reads the folders of static files when the builder is there (500)."""
NESTED = re.compile(r"\$\{(?:[^{}`]|\{[^{}`]*\})*`")
"""Where a template literal of a script has another within."""
TOO_DEEP = (
    "a template literal within another would lose blanks, and what follows '//', where the script "
    "is made small: give the inner one a name before"
)


def add_assets(
    app: Sphinx,
    module: str,
    css: Mapping[str, int] | None = None,
    js: Mapping[str, int] | None = None,
) -> None:
    """Put the folder ``static`` beside the file *module* into the site.

    *css* and *js* name files in it that every page has, each with its priority.
    """
    folder = str(Path(module).with_name("static"))

    def on_builder_inited(app: Sphinx) -> None:
        """Add the folder and the files (``builder-inited``)."""
        if app.builder.name != "html":
            return
        if folder not in app.config.html_static_path:
            app.config.html_static_path.append(folder)
        for name, priority in (css or {}).items():
            app.add_css_file(name, priority=priority)
        for name, priority in (js or {}).items():
            app.add_js_file(name, priority=priority, defer="defer")

    app.connect("builder-inited", on_builder_inited, priority=EARLY)


def add_templates(app: Sphinx, module: str) -> None:
    """Let the templates in ``templates`` beside the file *module* replace those of the theme."""
    folder = Path(module).with_name("templates")

    def on_builder_inited(app: Sphinx) -> None:
        """Put the folder before those of the theme (``builder-inited``)."""
        loader = getattr(app.builder, "templates", None)
        if app.builder.name == "html" and isinstance(loader, BuiltinTemplateLoader):
            # Not in 'templates_path': the site holds its hash, and this folder may lie anywhere.
            loader.loaders.insert(0, SphinxFileSystemLoader(folder))
            loader.templatepathlen += 1

    app.connect("builder-inited", on_builder_inited, priority=EARLY)


def small_script(text: str, place: str) -> str:
    """Return a script without comments and blanks; remarks that begin with ``/*!`` stay.

    rjsmin takes the beginning of a template literal within another for the end of the outer one.
    That is warned of, with the line in the file *place*.
    """
    for found in NESTED.finditer(text):
        where = f"{place}:{line_at(text, found.end())}"
        logger.warning(TOO_DEEP, location=where, type="assets", subtype="template")
    return str(rjsmin.jsmin(text, keep_bang_comments=True))
