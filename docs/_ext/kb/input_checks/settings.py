"""Settings of ``conf.py`` that nothing reads: a misspelled name has no effect, and no message.

Sphinx takes every name in ``conf.py`` for a setting and keeps those that it knows.  A plain value
under another name is a warning with its line; modules, functions, and names that begin with ``_``,
are ways to write the settings, and are let be.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

from kb.core.messages import did_you_mean

logger = logging.getLogger(__name__)

OWN = ("extensions",)
"""What Sphinx reads and does not list among its settings."""
PLAIN = (str, int, float, list, tuple, set, dict)


def check(app: Sphinx, config: Config) -> None:
    """Report plain values of ``conf.py`` under names that nothing knows (``config-inited``)."""
    path = Path(app.confdir, "conf.py")
    known = [name for name in config.values if not name.startswith("_")]
    for name, line in names_in(path) if path.is_file() else ():
        if name in (*config.values, *OWN) or not isinstance(config._raw_config.get(name), PLAIN):
            continue
        logger.warning(
            f"nothing reads the setting {name!r}{did_you_mean(name, known)}; correct its name, or"
            " begin it with '_' if conf.py alone uses it",
            location=f"{path}:{line}",
            type="settings",
            subtype="unknown",
        )


def names_in(path: Path) -> Iterator[tuple[str, int]]:
    """Yield each name to which *path* gives a value at its own level, with the line."""
    for statement in ast.parse(path.read_text(encoding="utf-8")).body:
        for target in getattr(statement, "targets", None) or [getattr(statement, "target", None)]:
            # 'a = b = 1' gives a value to both.
            if isinstance(target, ast.Name) and not target.id.startswith("_"):
                yield target.id, statement.lineno


def setup(app: Sphinx) -> ExtensionMetadata:
    # After all extensions have said which settings they know.
    app.connect("config-inited", check, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
