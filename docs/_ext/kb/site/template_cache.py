"""The theme's templates, compiled once for an environment and not in every build.

Python keeps the byte code of installed packages beside them; this keeps that of the
templates of installed themes, in the same environment (``sys.prefix``), where ``make clean``
leaves it and a new environment starts without.  Jinja compiles a template again when
its text has changed.  Nothing is kept where the environment cannot be written to.

The patch for Sphinx is ``docs/authoring/upstream/sphinx-template-cache.patch``.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from jinja2 import Environment, FileSystemBytecodeCache
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

FOLDER = "share/compiled-templates"


def folder_for(environment: Environment) -> Path:
    """Where the byte code lies; it differs with the extensions of the template language."""
    return Path(
        sys.prefix,
        FOLDER,
        "-".join(sorted(name.rpartition(".")[2] for name in environment.extensions)),
    )


def use_cache(app: Sphinx) -> None:
    """Give the builder's templates their cache (builder-inited)."""
    environment = getattr(getattr(app.builder, "templates", None), "environment", None)
    if isinstance(environment, Environment) and os.access(sys.prefix, os.W_OK):
        folder = folder_for(environment)
        folder.mkdir(parents=True, exist_ok=True)
        environment.bytecode_cache = FileSystemBytecodeCache(str(folder))


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("builder-inited", use_cache)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
