"""The check of a built site: what it finds and what it lets pass."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from build import check_site


def make(folder, **pages: str):
    for name, body in pages.items():
        path = folder / f"{name.replace('__', '/')}.html"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"<!doctype html><title>x</title>{body}")
    return check_site.faults(folder)


@pytest.mark.parametrize(
    "body",
    [
        '<a href="b.html#x">',
        '<a href="#here" id="here">',
        '<a href="https://doi.org/10.1/x">',
        '<a href="sub/">',
        '<img src="p%20q.png">',
        '<link rel="canonical" href="https://example.org/a.html">',
        '<img src="data:image/svg+xml;xmlns=http://www.w3.org/2000/svg">',
        "<style>a { background: url(p%20q.png) }</style>",
        "<p>Load https://example.org/x.js, url(//example.org)</p>",
        '<a href="">',
        '<a href="b.html?q=1#x">',
        '<a href="b.html#%78">',
        '<a href="p%20q.png#page=3">',
        '<a href="mailto:a@example.org">',
        '<a href="//example.org/c.html">',
        '<a href="sub#y">',
        '<!-- <a href="c.html"> <p id="x"><p id="x"> -->',
        '<script>"<a href=c.html>"</script>',
        '<p data-href="c.html" id="">',
        '<p id="">',
    ],
)
def test_good_links_pass(tmp_path, body):
    (tmp_path / "p q.png").write_bytes(b"")
    assert make(tmp_path, a=body, b='<p id="x">', sub__index='<p id="y">') == []


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ('<a href="c.html">', "a.html: line 1: 'c.html' leads nowhere"),
        ('<a href="b.html#y">', "a.html: line 1: 'b.html#y': the page has no such anchor"),
        ('<a href="#y">', "a.html: line 1: '#y': the page has no such anchor"),
        ('<a href="../../etc">', "a.html: line 1: '../../etc' leads out of the site"),
        ('<p id="x"><p id="x">', "a.html: the id 'x' stands twice"),
        ('<script src="gone.js">', "a.html: line 1: 'gone.js' leads nowhere"),
        ("\n<p>\n<A HREF = c.html >", "a.html: line 3: 'c.html' leads nowhere"),
        ("<a href='c.html?a=1&amp;b=2'>", "a.html: line 1: 'c.html?a=1&b=2' leads nowhere"),
        ('<a href="sub/#z">', "a.html: line 1: 'sub/#z': the page has no such anchor"),
        ('<a href="..">', "a.html: line 1: '..' leads out of the site"),
        ('<script id="x">"</script><p id="x">', "a.html: the id 'x' stands twice"),
    ],
)
def test_each_fault_is_named(tmp_path, body, fault):
    assert make(tmp_path, a=body, b='<p id="x">', sub__index="") == [fault]


def test_all_faults_are_told_page_by_page(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/a.css").write_text("@import '//example.org/c.css';")
    two = '<p id="y"><p id="x"><p id="x"><p id="y"><a href="no.html"><img src="//a.org/b">'
    assert make(tmp_path, b=two, a='<a href="sub">', _static__c='<a href="no.html">') == [
        "a.html: line 1: 'sub' leads nowhere",
        "b.html: the id 'x' stands twice",
        "b.html: the id 'y' stands twice",
        "b.html: line 1: 'no.html' leads nowhere",
        f"b.html: line 1: '//a.org/b' {FOREIGN}",
        f"sub/a.css: '//example.org/c.css' {FOREIGN}",
    ]


FOREIGN = "would be loaded from another host; put the file into docs/_static"


@pytest.mark.parametrize(
    "body",
    [
        '<script defer src="https://example.org/x">x</script>',
        '<script src="//example.org/x"></script>',
        '<link rel="stylesheet" href="https://example.org/x" />',
        '<link rel="preload" as="font" href="https://example.org/x">',
        '<img src="HTTPS://example.org/x">',
        '<img srcset="data.png 1x, https://example.org/x 2x">',
        '<iframe src="https://example.org/x"></iframe>',
        '<video poster="https://example.org/x">',
        "<img src='http://example.org/x'>",
        '<img srcset="https://example.org/x, b.png 2x">',
        *(f'<LINK REL="x {kind}" HREF="https://example.org/x">' for kind in check_site.LINKED),
        '<p>\n<STYLE media="x">a { background: URL( "https://example.org/x" ) }</STYLE>',
        '<object data="https://example.org/x"></object>',
        "<style>@import 'https://example.org/x';</style>",
        '<p style="background: url(https://example.org/x)">',
    ],
)
def test_what_another_host_would_send_is_named(tmp_path, body):
    (fault,) = [fault for fault in make(tmp_path, a=body) if "another host" in fault]
    address = re.search(r"(https?:)?//example.org/x", body, re.IGNORECASE)[0]
    line = 1 + body.count("\n")
    assert fault == f"a.html: line {line}: {address!r} {FOREIGN}"


@pytest.mark.parametrize(
    "body",
    [
        '<link rel="next" href="https://example.org/x">',
        '<link rel="icon" type="x">',
        '<img src="data:image/svg+xml,https://example.org/x">',
        '<a title="//example.org/x" href="b.html">',
        '<p style="color: red">url(//example.org/x)</p>',
        "<script>load('//example.org/x')</script>",
        '<ins class="link" src="b.html" rel="stylesheet">',
    ],
)
def test_what_no_browser_loads_is_not_named(tmp_path, body):
    assert make(tmp_path, a=body, b="") == []


def test_each_address_of_another_host_is_named_with_its_line(tmp_path):
    body = '<img src="//a.org/x">\n<p>\n<img src="//b.org/y"></p>\n<img src="//a.org/x">'
    assert [fault for fault in make(tmp_path, a=body) if "another host" in fault] == [
        f"a.html: line {line}: {address!r} {FOREIGN}"
        for line, address in ((1, "//a.org/x"), (3, "//b.org/y"), (4, "//a.org/x"))
    ]


def test_stylesheets_load_from_here_too(tmp_path):
    (tmp_path / "a.css").write_text("a { background: url(b.png) url('//example.org/c.png') }")
    assert make(tmp_path) == [f"a.css: '//example.org/c.png' {FOREIGN}"]


class Parser(HTMLParser):
    """Ids and addresses, as Python's own parser sees them."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[tuple[int, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value for name, value in attrs if name == "id" and value]
        self.links += [
            (self.getpos()[0], value) for name, value in attrs if name in ("href", "src") and value
        ]


TRICKY = """<p id=bare data-x=' id="no" ' class="a>b"><!-- <a href="no"> --><a HREF='one.html?a=1&amp;b=2'
href2="no" title="href=&quot;no&quot;">x</a><script src="s.js">"<a href='no'>"</script><style>a{}</style><br/><img src="i.png"/>
<input id="last" disabled><svg><a href="#last"></a></svg>"""


def assert_read_as_by_a_parser(path: Path) -> None:
    parser, page = Parser(), check_site.read(path)
    parser.feed(page.text)
    assert sorted(page.ids.elements()) == sorted(parser.ids), path
    assert [(page.line(place), link) for place, link in page.links] == parser.links, path


def test_a_tricky_page_is_read_as_a_parser_reads_it(tmp_path):
    (tmp_path / "tricky.html").write_text(TRICKY)
    assert_read_as_by_a_parser(tmp_path / "tricky.html")


def test_pages_are_read_as_a_parser_reads_them(site):
    for path in sorted(site.rglob("*.html")):
        assert_read_as_by_a_parser(path)
