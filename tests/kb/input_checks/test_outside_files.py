"""Nothing comes in from outside of ``docs``: every option of every directive is asked."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import suppress
from itertools import product

import pytest
from docutils.parsers.rst import directives
from sphinx.testing.restructuredtext import parse

SECRET = "OUTSIDE OF THE BOOK"
CONF = """
import sys
extensions = ["myst_parser", "sphinx_design", "kb.input_checks"]
html_theme = "basic"
myst_enable_extensions = ["colon_fence", "deflist"]
"""
ARGUMENTS = ("", "one", "inside.csv", "index", "2", "python")


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """A server of this machine, and what was asked of it."""
    paths: list[str] = []

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(SECRET.encode())

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/x", paths
    server.shutdown()
    server.server_close()


def known_directives() -> dict[str, type]:
    """Every directive that is registered, by its name, with the options that it takes."""
    import sphinx.directives.code
    import sphinx.directives.other
    import sphinx.directives.patches  # noqa: F401
    from docutils.parsers.rst.languages import en

    found = dict(directives._directives)
    for name in en.directives:
        directive, _ = directives.directive(name, en, _document())
        if directive:
            found.setdefault(name, directive)
    return {name: one for name, one in found.items() if getattr(one, "option_spec", None)}


def _document():
    from docutils.frontend import get_default_settings
    from docutils.parsers.rst import Parser
    from docutils.utils import new_document

    return new_document("x", get_default_settings(Parser))


@pytest.mark.prove
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")
def test_no_option_of_any_directive_brings_a_file_or_an_answer_in(make_app, tmp_path, asked):
    address, paths = asked
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    source = tmp_path / "src"
    source.mkdir()
    (source / "conf.py").write_text(CONF)
    (source / "inside.csv").write_text("a,b\n")
    (source / "index.md").write_text("# One\n")
    app = make_app("text", srcdir=source)
    tried, told = 0, []
    for text in directives_with(str(secret), "../secret.txt", secret.as_uri(), address):
        tried += 1
        # What a directive does with nonsense is its own affair, as long as nothing comes in.
        with suppress(Exception):
            told += [text] if SECRET in parse(app, text).astext() else []
    assert tried > 1000
    assert (paths, told) == ([], [])


def directives_with(*places: str) -> Iterator[str]:
    """Every directive with every option, each with every place, and with the arguments it may need."""
    for name, directive in sorted(known_directives().items()):
        arguments = ARGUMENTS if directive.required_arguments else ("",)
        for option, place, argument in product(sorted(directive.option_spec), places, arguments):
            yield f".. {name}:: {argument}\n   :{option}: {place}\n\n   words\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "```{csv-table}\n:url: x.csv\n\na\n```\n",
            "'csv-table': Unknown option key: 'url' (allowed: [",
        ),
        (
            "```{literalinclude} inside.csv\n:diff: ../x\n```\n",
            "'literalinclude': Unknown option key: 'diff' (allowed: [",
        ),
    ],
)
def test_an_option_that_reads_elsewhere_is_unknown(make_app, tmp_path, text, words):
    (tmp_path / "conf.py").write_text(CONF)
    (tmp_path / "inside.csv").write_text("a,b\n")
    (tmp_path / "index.md").write_text("# One\n\n" + text)
    app = make_app("text", srcdir=tmp_path)
    app.build()
    assert f"index.md:4: WARNING: {words}" in app.warning.getvalue().replace(f"{tmp_path}/", "")
