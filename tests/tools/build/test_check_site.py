"""The check of a built site: what it finds and what it lets pass."""

from __future__ import annotations

from html.parser import HTMLParser

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
    ],
)
def test_good_links_pass(tmp_path, body):
    (tmp_path / "p q.png").write_bytes(b"")
    assert make(tmp_path, a=body, b='<p id="x">', sub__index="") == []


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ('<a href="c.html">', "a.html: line 1: 'c.html' leads nowhere"),
        ('<a href="b.html#y">', "a.html: line 1: 'b.html#y': the page has no such anchor"),
        ('<a href="#y">', "a.html: line 1: '#y': the page has no such anchor"),
        ('<a href="../../etc">', "a.html: line 1: '../../etc' leads out of the site"),
        ('<p id="x"><p id="x">', "a.html: the id 'x' stands twice"),
        ('<script src="gone.js">', "a.html: line 1: 'gone.js' leads nowhere"),
    ],
)
def test_each_fault_is_named(tmp_path, body, fault):
    assert make(tmp_path, a=body, b='<p id="x">') == [fault]


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
        '<object data="https://example.org/x"></object>',
        "<style>@import 'https://example.org/x';</style>",
        '<p style="background: url(https://example.org/x)">',
    ],
)
def test_what_another_host_would_send_is_named(tmp_path, body):
    (fault,) = [fault for fault in make(tmp_path, a=body) if "another host" in fault]
    address = "//example.org/x" if 'src="//' in body else "https://example.org/x"
    assert fault.lower() == f"a.html: line 1: {address!r} {FOREIGN}".lower()


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


def test_pages_are_read_as_a_parser_reads_them(site, tmp_path):
    tricky = tmp_path / "tricky.html"
    tricky.write_text(TRICKY)
    for path in (tricky, *sorted(site.rglob("*.html"))):
        parser, page = Parser(), check_site.read(path)
        parser.feed(page.text)
        assert sorted(page.ids.elements()) == sorted(parser.ids), path
        assert [(page.line(place), link) for place, link in page.links] == parser.links, path
