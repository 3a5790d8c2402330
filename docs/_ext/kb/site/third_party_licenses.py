"""The licenses of software of others in the site: ``_static/licenses.txt``, linked by every page.

MIT, BSD and OFL ask that copyright and license go with every copy, and minified files lost
them.  ``SHIPPED`` says what comes from whom; the texts are those of the installed packages,
so that they follow the lock.  Where a theme carries a library without its license text, the
copyright line is here, and the license is taken from another package under the same one.

``docs/_tools/upkeep/licenses.py`` lists the licenses of all that is installed, shipped or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.typing import ExtensionMetadata

NAME = "licenses.txt"
HEAD = """\
The pages of this site are dressed and searched with software of others.
Each part is listed with its files (in _static/), its copyright and its license.
"""
RULE = "=" * 78
MIT, OFL = (
    ("sphinx-design", "Permission is hereby granted"),
    ("noto-cjk-sans-jp-regular", "SIL OPEN FONT LICENSE"),
)
"""A package that carries the license in its plain form, and the first words of the license."""


@dataclass(frozen=True)
class Part:
    """Something of others in the site.

    *files* are patterns below ``_static``; *package* of pip is where its license text is.
    If its own text is not there, *holder* is the copyright line, and *under* says where the license
    is.
    """

    name: str
    license: str
    files: tuple[str, ...]
    package: str
    holder: str = ""
    under: tuple[str, str] | None = None


_BOOTSTRAP = "Copyright (c) 2011-2024 The Bootstrap Authors (https://getbootstrap.com/)"
_POPPER = "Copyright (c) 2019 Federico Zivolo (https://popper.js.org/)"
_ICONS = (
    "Copyright Fonticons, Inc. (https://fontawesome.com)\n"
    "Icons: CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/); "
    "the font: SIL OFL 1.1, here cut to the icons in use"
)
SHIPPED = (
    Part(
        "Snowball stemmers",
        "BSD-3-Clause",
        ("base-stemmer.js", "english-stemmer.js"),
        "snowballstemmer",
    ),
    Part("Sphinx", "BSD-2-Clause", ("site.css", "basic.css", "*.png"), "sphinx"),
    Part(
        "PyData Sphinx Theme",
        "BSD-3-Clause",
        (
            "site.css",
            "scripts/pydata-sphinx-theme.js",
            "styles/pydata-sphinx-theme.css",
            "styles/theme.css",
            "webpack*.html",
        ),
        "pydata-sphinx-theme",
    ),
    Part(
        "Sphinx Book Theme",
        "BSD-3-Clause",
        (
            "site.css",
            "scripts/sphinx-book-theme.js",
            "styles/sphinx-book-theme.css",
            "sbt-webpack-macros.html",
        ),
        "sphinx-book-theme",
    ),
    Part(
        "sphinx-design",
        "MIT",
        ("design.css", "sphinx-design.min.css", "design-tabs.js"),
        "sphinx-design",
    ),
    Part("a11y-pygments", "BSD-3-Clause", ("code.css", "pygments.css"), "accessible-pygments"),
    Part(
        "Bootstrap",
        "MIT",
        ("site.css", "scripts/bootstrap.js*"),
        "pydata-sphinx-theme",
        _BOOTSTRAP,
        MIT,
    ),
    Part("Popper", "MIT", ("scripts/bootstrap.js",), "pydata-sphinx-theme", _POPPER, MIT),
    Part(
        "Font Awesome Free",
        "CC-BY-4.0 AND OFL-1.1",
        ("site.css", "fa-solid.woff2"),
        "pydata-sphinx-theme",
        _ICONS,
        OFL,
    ),
)


def license_text(package: str) -> str:
    """Return the license that *package* carries.

    :raises ExtensionError: if it carries none, and the site would lack it.
    """
    found = (
        Path(str(file.locate()))
        for file in metadata.files(package) or ()
        if ".dist-info" in str(file)
    )
    paths = sorted(path for path in found if path.name.startswith(("LICENSE", "COPYING")))
    if not paths:
        raise ExtensionError(
            f"{package} carries no license text any more; see where it went, "
            "and mend docs/_ext/kb/site/third_party_licenses.py"
        )
    return paths[0].read_text(encoding="utf-8").strip()


def entry(part: Part) -> str:
    """Return what the file says of *part*."""
    if part.under:
        package, first = part.under
        text = f"{part.holder}\n\n{first}{license_text(package).partition(first)[2]}"
        origin = f", as it comes with {part.package} {metadata.version(part.package)}"
    else:
        text = license_text(part.package)
        origin = f" {metadata.version(part.package)}"
    head = f"{part.name}{origin}\nLicense: {part.license}\nFiles: {', '.join(part.files)}"
    return f"{RULE}\n{head}\n{RULE}\n\n{text}\n"


def on_build_finished(app: Sphinx, exception: Exception | None) -> None:
    """Write the licenses beside what they are about (``build-finished``)."""
    if exception is None and app.builder.name == "html":
        text = "\n".join([HEAD, *map(entry, SHIPPED)])
        Path(app.outdir, "_static", NAME).write_text(text, encoding="utf-8", newline="\n")


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("build-finished", on_build_finished)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
