"""`make linkcheck`: Sphinx's answers sorted into three outcomes, on a server of this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from upkeep import check_links
from upkeep.check_links import Link
from upkeep.report import CLEAR, FLAGGED, OPEN

ANSWERS = {"/fine": 200, "/gone": 410, "/missing": 404, "/robots": 403, "/paid": 401, "/ill": 500}


class Handler(BaseHTTPRequestHandler):
    """Answers by the path."""

    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(301)
            self.send_header("Location", "/fine")
        else:
            self.send_response(ANSWERS[self.path])
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_GET

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def host() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
    )
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def book(tmp_path: Path, *addresses: str) -> Path:
    """The sources of a book of one page, with these links."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "conf.py").write_text(
        'extensions = ["myst_parser"]\nlinkcheck_workers = 1\nlinkcheck_retries = 1\nlinkcheck_timeout = 5\n'
    )
    (docs / "index.md").write_text(
        "# Links\n\n" + "\n\n".join(f"[{address}]({address})" for address in addresses) + "\n"
    )
    return docs


def test_each_answer_has_its_outcome_and_none_but_a_page_is_clear(tmp_path, host, capsys):
    docs = book(tmp_path, *(f"{host}{path}" for path in [*ANSWERS, "/moved"]))
    report = tmp_path / "out/links.md"
    assert (
        check_links.main(
            ["--docs", str(docs), "--work", str(tmp_path / "work"), "--report", str(report)]
        )
        == 1
    )
    text = capsys.readouterr().out
    assert text == report.read_text()
    assert text.startswith("Links: 7; clear: 2, flagged: 2, could not tell: 3.\n")
    rows = {
        line.split(" | ")[1].removeprefix(host): line.split(" | ")[0].strip("| ")
        for line in text.splitlines()
        if host in line
    }
    assert rows == {
        "/gone": FLAGGED,
        "/missing": FLAGGED,
        "/robots": OPEN,
        "/paid": OPEN,
        "/ill": OPEN,
    }
    assert "| docs/index.md:" in text


@pytest.mark.parametrize(("path", "code"), [("/fine", 0), ("/robots", 2)])
def test_the_exit_code_tells_the_worst_outcome(tmp_path, host, capsys, path, code):
    assert (
        check_links.main(
            ["--docs", str(book(tmp_path, host + path)), "--work", str(tmp_path / "work")]
        )
        == code
    )


def test_a_book_that_sphinx_cannot_read_gives_no_answers(tmp_path, capsys):
    (tmp_path / "conf.py").write_text("1 / 0\n")
    stale = tmp_path / "work/linkcheck/output.json"
    stale.parent.mkdir(parents=True)
    stale.write_text("")
    assert check_links.main(["--docs", str(tmp_path), "--work", str(tmp_path / "work")]) == 3
    assert "ZeroDivisionError" in capsys.readouterr().err


def said(status: str, info: str = "", uri: str = "https://example.org/a", line: int = 3) -> str:
    """A line of Sphinx's output.json, as its builder writes it."""
    return json.dumps(
        {"filename": "a.md", "lineno": line, "status": status, "code": 0, "uri": uri, "info": info}
    )


UNKNOWN_HOST = "HTTPSConnectionPool(host='x', port=443): Max retries exceeded (Caused by NameResolutionError(\"[Errno -2] Name or service not known\"))"


@pytest.mark.parametrize(
    ("status", "info", "word"),
    [
        ("working", "", CLEAR),
        ("redirected", "https://example.org/b", CLEAR),
        ("broken", "404 Client Error: Not Found for url: https://example.org/a", FLAGGED),
        ("broken", UNKNOWN_HOST, FLAGGED),
        ("broken", "429 Client Error: Too Many Requests for url: https://example.org/404", OPEN),
        ("broken", "403 Client Error: Forbidden for url: https://example.org/410 Gone", OPEN),
        ("broken", "[SSL: CERTIFICATE_VERIFY_FAILED] certificate has expired", OPEN),
        ("broken", "[Errno -3] Temporary failure in name resolution", OPEN),
        ("timeout", "Read timed out.", OPEN),
        ("rate-limited", "", OPEN),
        ("a word of a later Sphinx", "", OPEN),
    ],
)
def test_only_a_page_is_clear_and_only_a_host_that_says_so_has_none(status, info, word):
    (link,) = check_links.read([said(status, info)])
    assert link.word == word


def test_what_was_not_asked_outside_is_no_link_and_one_address_counts_once():
    lines = [
        said("unchecked"),
        said("ignored"),
        said("local"),
        "\n",
        said("working", line=7),
        said("working", line=9),
    ]
    assert check_links.read(lines) == [
        Link("https://example.org/a", "docs/a.md:7", CLEAR, "working")
    ]


def test_without_a_network_nothing_is_flagged():
    links = check_links.read(
        [said("broken", UNKNOWN_HOST, f"https://example.org/{place}") for place in range(3)]
    )
    assert {(link.word, link.said) for link in links} == {(OPEN, check_links.OFFLINE)}
    links = check_links.read(
        [said("broken", UNKNOWN_HOST), said("working", uri="https://example.org/b")]
    )
    assert [link.word for link in links] == [FLAGGED, CLEAR]
