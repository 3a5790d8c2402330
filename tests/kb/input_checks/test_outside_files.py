"""Nothing comes in from outside of ``docs``: every option of every directive is asked."""

from __future__ import annotations

import http.server
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from itertools import product

import pytest
from docutils.parsers.rst import directives
from sphinx.testing.restructuredtext import parse
from sphinx.util.console import strip_colors

pytestmark = pytest.mark.filterwarnings(
    "ignore:.*BuildEnvironment.app:sphinx.deprecation.RemovedInSphinx11Warning"
)
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
def test_no_option_of_any_directive_brings_a_file_an_answer_or_code_in(
    make_app, tmp_path, asked, monkeypatch
):
    address, paths = asked
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    # What names a module would import it.
    (tmp_path / "named_by_a_page.py").write_text("Parser = Lexer = None\n")
    monkeypatch.syspath_prepend(tmp_path)
    source = tmp_path / "src"
    source.mkdir()
    (source / "conf.py").write_text(CONF)
    (source / "inside.csv").write_text("a,b\n")
    (source / "index.md").write_text("# One\n")
    app = make_app("text", srcdir=source)
    tried, told = 0, []
    places = (str(secret), "../secret.txt", secret.as_uri(), address, "named_by_a_page")
    for text in directives_with(*places):
        tried += 1
        # What a directive does with nonsense is its own affair, as long as nothing comes in.
        with suppress(Exception):
            told += [text] if SECRET in parse(app, text).astext() else []
    assert tried > 1000
    assert (paths, told) == ([], [])
    assert "named_by_a_page" not in sys.modules


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
        (
            "```{include} inside.csv\n:parser: this\n```\n",
            "'include': Unknown option key: 'parser' (allowed: [",
        ),
        (
            "```{eval-rst}\n.. include:: inside.csv\n   :parser: this\n```\n",
            'ERROR: Error in "include" directive:\nunknown option: "parser".',
        ),
    ],
)
def test_an_option_that_reads_elsewhere_is_unknown(make_app, tmp_path, text, words):
    (tmp_path / "conf.py").write_text(CONF)
    (tmp_path / "inside.csv").write_text("a,b\n")
    (tmp_path / "index.md").write_text("# One\n\n" + text)
    app = make_app("text", srcdir=tmp_path)
    app.build()
    said = app.warning.getvalue().replace(f"{tmp_path}/", "")
    assert re.search(rf"index\.md:[45]: (WARNING: )?{re.escape(words)}", said), said


@pytest.mark.parametrize("way", ["eval-rst", "markdown"])
def test_a_page_that_names_a_parser_for_an_included_file_has_no_effect(make_app, tmp_path, way):
    """The parser of MyST alone would take settings from that file, and carry out its templates."""
    (tmp_path / "conf.py").write_text(CONF)
    settings = "{enable_extensions: [substitution], substitutions: {a: b}}"
    (tmp_path / "part.txt").write_text(f"---\nmyst: {settings}\n---\n{{{{ 7 * 7 }}}}\n")
    text = {
        "eval-rst": "```{eval-rst}\n.. include:: part.txt\n   :parser: myst_parser.docutils_\n```\n",
        "markdown": "```{include} part.txt\n:parser: myst_parser.docutils_\n```\n",
    }[way]
    (tmp_path / "index.md").write_text("# One\n\n" + text)
    app = make_app("text", srcdir=tmp_path)
    app.build()
    assert "49" not in (app.outdir / "index.txt").read_text()
    assert "parser" in app.warning.getvalue()


def test_a_folder_is_no_file_to_download(make_app, tmp_path):
    (tmp_path / "conf.py").write_text(CONF)
    (tmp_path / "part").mkdir()
    (tmp_path / "index.md").write_text("# One\n\n{download}`x <part>`\n")
    app = make_app("text", srcdir=tmp_path)
    app.build()
    said = app.warning.getvalue().replace(f"{tmp_path}/", "")
    assert strip_colors(said) == (
        "index.md:3: WARNING: the file part: it is a folder; name a file in it [pictures.outside]\n"
    )


def test_a_file_from_outside_is_told_at_the_line_that_names_it(tiny, tmp_path):
    (tmp_path / "secret.txt").write_text(SECRET)
    listing = "\n```{literalinclude} ../secret.txt\n```\n"
    built = tiny({"index.md": lambda text: text + listing})
    lines = (built.app.srcdir / "index.md").read_text().splitlines()
    line = lines.index("```{literalinclude} ../secret.txt") + 1
    assert built.warnings == (
        f"index.md:{line}: WARNING: the file secret.txt: it lies outside of docs/, and what is"
        " published comes from there; copy it into docs/ [pictures.outside]\n"
    )
