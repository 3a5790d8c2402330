"""`make live`: an edit is shown at once and whole, a fault is told and mended, and nobody else can read along."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from build.inputs import is_noise
from living import LONGEST, PATHS, ROOT, Live, living, seen, waited
from tiers import rest_in_prove

KB = Path(__file__).parents[2] / "roots/test-kb"
CHAPTER, GLOSSARY = "sections/one.md", "reference/glossary.md"
LONG = "\n\n".join(f"Line {number} of many lines on bowels." for number in range(80))
CONF = """
extensions += ["incremental_html", "kb.search", "kb.site.nav_tree", "kb.site.template_cache"]
extensions += ["kb.site.hover_cards", "kb.site.asset_pruning"]
extensions += ["kb.outlets.llms", "kb.outlets.structured_data"]
html_static_path, templates_path = ["_static"], ["_templates"]
html_theme, html_copy_source, html_show_sourcelink = "sphinx_book_theme", False, False
html_css_files = ["kb.css"]
html_additional_pages = {"search": "search.html"}
html_sidebars = {"**": ["search-button-field.html", "kb-nav.html"]}
html_theme_options = {"navbar_persistent": [], "collapse_navbar": True,
                      "use_download_button": False}
"""

# The strictest policy that pages may carry: what the server adds must work under it.
POLICY = """<meta http-equiv="Content-Security-Policy" content="script-src 'self'; connect-src 'self'">"""


UNSEEN = ('<script type="application/ld+json">', 'type="text/markdown"')
"""What a page has for programs alone."""
STAYED = "html[data-stayed]"
"""The page that a test has marked; one that is loaded again has no mark.  A question to a page that
is being loaded may wait without end, so the tests look for the mark, which has a time-out."""


def replaced(old: str, new: str):
    return lambda text: text.replace(old, new, 1)


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The small knowledge base, with a long chapter, shown."""
    root = tmp_path_factory.mktemp("live") / "project"
    shutil.copytree(KB, root / "docs")
    shutil.copytree(ROOT / "docs/_static", root / "docs/_static")
    shutil.copytree(ROOT / "docs/_ext/kb/site/templates", root / "docs/_templates")
    layout = root / "docs/_templates/layout.html"
    layout.write_text(
        layout.read_text().replace("{% block extrahead %}", f"{{% block extrahead %}}{POLICY}")
    )
    (root / "docs/conf.py").write_text((root / "docs/conf.py").read_text() + CONF)
    chapter = root / "docs" / CHAPTER
    chapter.write_text(
        chapter.read_text().replace("## What the article", f"{LONG}\n\n## What the article", 1)
    )
    with living(root) as live:
        live.built(0)
        yield live


@pytest.fixture
def page(browser: Browser, live: Live) -> Iterator[Page]:
    """The long chapter, opened."""
    context = browser.new_context(viewport={"width": 1000, "height": 600})
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.on("console", lambda message: print(message.text))
    page.goto(live.address + "sections/one.html", wait_until="networkidle")
    yield page
    context.close()


# -- Edits -----------------------------------------------------------------------------------------


def test_a_sentence_is_shown_where_the_author_was_and_the_page_stays(live, page):
    live.rest()
    page.evaluate("scrollTo(0, 900); document.documentElement.dataset.stayed = 'yes'")
    place = page.evaluate("scrollY")
    since = live.edit(CHAPTER, replaced("Line 30 of many", "Line 30 of very many"))
    page.get_by_text("Line 30 of very many").wait_for()
    expect(page.locator(STAYED)).to_have_count(1)
    assert page.evaluate("scrollY") == place
    live.until(r"sections/one: shown after [\d.]+ s", since)
    live.built(since)
    assert "Line 30 of very many" in (live.site / "sections/one.html").read_text()


def pages_sent(page: Page) -> Callable[[], list[str]]:
    """Load *page* again; return a function that says how it was sent to the browser since then."""
    messages: list[dict[str, str]] = []

    def note(socket):
        socket.on("framereceived", lambda message: messages.append(json.loads(message)))

    def pages() -> list[str]:
        page.wait_for_timeout(50)  # hands over the messages that have come
        return [message["html"] for message in messages if message["kind"] == "ShowPage"]

    page.on("websocket", note)
    page.reload(wait_until="networkidle")
    return pages


def test_a_preview_leaves_out_what_no_eye_sees(live, page):
    live.rest()
    pages = pages_sent(page)
    page.evaluate("document.documentElement.dataset.stayed = 'yes'")
    since = live.edit(CHAPTER, replaced("Line 20 of many", "Line 20 of very many"))
    page.get_by_text("Line 20 of very many").wait_for()
    live.built(since)
    waited(lambda: len(pages()) > 1, lambda: "the page of the whole build was not sent")
    for unseen in UNSEEN:
        assert unseen not in pages()[0]
        assert unseen in pages()[-1]
    # Nothing that is seen differs: the browser need not load the page again.
    expect(page.locator(STAYED)).to_have_count(1)
    live.built(live.edit(CHAPTER, replaced("Line 20 of very many", "Line 20 of many")))


def test_a_page_that_is_made_from_a_table_is_previewed(live, page):
    page.goto(live.address + "reference/foods.html", wait_until="networkidle")
    live.rest()
    pages = pages_sent(page)
    since = live.edit("data/foods.csv", replaced("Natto", "Natto of many days"))
    page.get_by_text("Natto of many days").first.wait_for()
    live.built(since)
    waited(lambda: len(pages()) > 1, lambda: "the page of the whole build was not sent")
    assert all("Natto of many days" in html for html in pages())
    assert [UNSEEN[1] in html for html in pages()[:2]] == [False, True]
    live.built(live.edit("data/foods.csv", replaced("Natto of many days", "Natto")))


@pytest.mark.parametrize(
    ("name", "right", "wrong", "page"),
    [
        ("data/foods.csv", ",72.9,total", ",72;9,total", "reference/foods"),
        (CHAPTER, ":verdict: overstated", ":verdict: overrated", "sections/one"),
    ],
)
def test_a_page_whose_reading_broke_off_is_previewed_once_that_is_mended(
    live, name, right, wrong, page
):
    live.rest()
    with live.opened([page]) as sent:
        since = live.edit(name, replaced(right, wrong))
        live.until(re.escape(f"docs/{name}:"), since)
        live.rest()
        since = live.edit(name, replaced(wrong, right))
        live.built(since)
        waited(lambda: sent[page], lambda: live.said[since:])
    assert "Traceback" not in live.said[since:], live.said[since:]
    assert UNSEEN[1] not in sent[page][0], "no preview"
    assert seen(sent[page][0]) == seen((live.site / f"{page}.html").read_text())


def test_an_edit_of_sources_is_previewed_as_the_whole_build_then_shows_it(live):
    live.rest()
    before = (live.root / "docs/data/sources.bib").read_text()
    after = before.replace("Bones grew", "Bones hardly grew").replace("Clark, Cora", "Cook, Cora")
    with live.opened(["sections/one", "reference/sources"]) as sent:
        since = live.edit("data/sources.bib", lambda _: after)
        live.built(since)
        waited(lambda: all(len(pages) > 1 for pages in sent.values()), lambda: live.said[since:])
    said = live.said[since:]
    for page, pages in sent.items():
        assert said.index(f"{page}: shown after") < said.index("the whole site is built")
        assert UNSEEN[1] not in pages[0]
        assert seen(pages[0]) == seen(pages[-1]) == seen((live.site / f"{page}.html").read_text())
        assert "Baker and Cook 2002" in pages[0]
    assert "Bones hardly grew" in sent["reference/sources"][0]
    live.built(live.edit("data/sources.bib", lambda _: before))


def test_what_depends_on_an_edit_follows(live, page):
    since = live.edit(CHAPTER, replaced("# One", "# One in full"))
    page.get_by_role("heading", name="One in full").first.wait_for()
    live.built(since)
    assert "One in full" in (live.site / "index.html").read_text()
    live.built(live.edit(CHAPTER, replaced("# One in full", "# One")))


def test_a_term_that_changes_another_page_is_shown_there(live, page):
    assert not page.locator("a[href$='#term-gut']", has_text="Line").count()
    since = live.edit(GLOSSARY, replaced(":names: bowel; guts", ":names: bowel; guts; many lines"))
    page.locator("a[href$='#term-gut']", has_text="many lines").wait_for()
    live.built(since)
    live.built(live.edit(GLOSSARY, replaced("; many lines", "")))


def test_a_stylesheet_is_shown_before_the_site_is_built(live, page):
    live.rest()
    since = live.edit(
        "_static/kb.css", lambda text: f"{text}\n.claim {{ outline-color: #010203; }}\n"
    )
    claim = page.locator(".claim").first
    expect(claim).to_have_css("outline-color", "rgb(1, 2, 3)", timeout=LONGEST * 1000)
    live.built(since)
    shown = re.search(r"site\.css: shown after [\d.]+ s\n", live.said[since:])
    assert shown, live.said[since:]
    assert shown.start() < live.said.index("the whole site is built", since) - since
    assert "#010203" in (live.site / "_static/site.css").read_text()
    # A preview keeps the rules that the whole site keeps.
    live.built(live.edit("_static/kb.css", replaced("\n.claim { outline-color: #010203; }\n", "")))


def test_a_fault_is_told_in_page_and_terminal_and_goes_when_mended(live, page):
    since = live.edit(CHAPTER, replaced(":verdict: overstated", ":verdict: overrated"))
    panel = page.get_by_role("alert")
    panel.wait_for()
    told = "claim A1: verdict 'overrated' is not in the list (did you mean 'overstated'?)"
    assert told in panel.inner_text() and "docs/sections/one.md:" in panel.inner_text()
    assert told in live.said[since:]
    # What was good last stays in sight, here and for whoever comes now.
    assert "Overstated" in page.locator("article").inner_text()
    page.reload()
    panel.wait_for()
    assert "Overstated" in page.locator("article").inner_text()
    since = live.edit(CHAPTER, replaced(":verdict: overrated", ":verdict: overstated"))
    panel.wait_for(state="detached")
    live.until("mended", since)


def test_a_broken_file_of_sources_is_told_and_goes_when_mended(live, page):
    live.edit("data/sources.bib", replaced("{animal}", "{animals}"))
    page.get_by_text("design 'animals' is not in the list").wait_for()
    assert page.get_by_text("Line 3 of many").is_visible()
    since = live.edit("data/sources.bib", replaced("{animals}", "{animal}"))
    page.get_by_role("alert").wait_for(state="detached")
    live.until("mended", since)


def test_a_drawing_with_a_script_is_told_and_goes_when_mended(live):
    """Whatever is no page is checked when Sphinx starts."""
    live.rest()
    drawing, script = "_static/figures/vitamin-k-cycle.svg", "<script>1</script>"
    since = live.edit(drawing, replaced("</svg>", f"{script}</svg>"))
    live.until("the element <script> has no place in a drawing|the whole site is built", since)
    assert "the element <script> has no place in a drawing" in live.said[since:]
    since = live.edit(drawing, replaced(script, ""))
    live.until("mended", since)
    assert "<script>" not in live.said[since:]


def by_renaming(path: Path, text: str) -> None:
    """As most editors save: a new file takes the place of the old one."""
    new = path.with_name(f"{path.name}.tmp")
    new.write_text(text)
    new.replace(path)


def by_backup(path: Path, text: str) -> None:
    """As vim saves: it tries out a name, moves the old file away, and writes a new one."""
    probe = path.with_name("4913")
    probe.touch()
    probe.unlink()
    path.rename(path.with_name(f"{path.name}~"))
    path.write_text(text)
    path.with_name(f"{path.name}~").unlink()


def by_halves(path: Path, text: str) -> None:
    """As slow editors save: the file is empty, then half, then whole."""
    path.write_text("")
    with path.open("a") as file:
        file.write(text[: len(text) // 2])
        file.flush()
        os.fsync(file.fileno())
        file.write(text[len(text) // 2 :])


@pytest.mark.parametrize(
    "save", rest_in_prove([by_renaming, by_backup, by_halves], lambda save: save is by_renaming)
)
def test_it_does_not_matter_how_an_editor_saves(live, page, save):
    path, since = live.root / "docs" / CHAPTER, len(live.said)
    save(path, path.read_text().replace("Line 5 of", f"Line 5, {save.__name__}, of", 1))
    page.get_by_text(f"Line 5, {save.__name__}, of").wait_for()
    live.built(since)
    assert "WARNING" not in live.said[since:] and "Traceback" not in live.said[since:]
    live.built(live.edit(CHAPTER, replaced(f", {save.__name__}, of", " of")))


@pytest.mark.prove
def test_a_page_may_come_and_go(live, page):
    new = live.root / "docs/sections/two.md"
    shutil.copy2(
        live.root / "docs/authoring.md"
        if (live.root / "docs/authoring.md").exists()
        else KB / "index.md",
        new,
    )
    page.get_by_role("alert").wait_for()
    new.unlink()
    page.get_by_role("alert").wait_for(state="detached")


def test_changed_code_is_loaded_anew(live, page):
    since = live.edit("conf.py", lambda text: text + '\nhtml_title = "Another title"\n')
    live.until("docs/conf.py changed: loading the code anew", since)
    live.built(since)
    assert "Another title" in (live.site / "index.html").read_text()


def test_a_message_of_sphinx_gets_a_cure(live, page):
    since = live.edit(CHAPTER, replaced("Line 7 of", "Line {cite:p}`nobody2020x` 7 of"))
    page.get_by_text("or add the source there").wait_for()
    live.until(
        r"docs/sections/one.md:\d+: WARNING: could not find bibtex key .* as docs/data/sources.bib does",
        since,
    )
    live.built(live.edit(CHAPTER, replaced("Line {cite:p}`nobody2020x` 7 of", "Line 7 of")))


# -- Who may read ----------------------------------------------------------------------------------


def answer(live: Live, target: str, host: str | None = None, **headers: str) -> str:
    """The answer to a request, written as it is: no client tidies the address up."""
    lines = [
        f"GET {target} HTTP/1.1",
        f"Host: {host or f'127.0.0.1:{live.port}'}",
        "Connection: close",
    ]
    with socket.create_connection(("127.0.0.1", live.port), timeout=60) as line:
        line.sendall(
            "\r\n".join(
                [
                    *lines,
                    *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
                    "",
                    "",
                ]
            ).encode()
        )
        return b"".join(iter(lambda: line.recv(65536), b"")).decode(errors="replace")


OUTSIDE = (
    "/../../../.kept/environment.pickle",
    "/..%2f..%2f..%2f.kept/environment.pickle",
    "/%2e%2e/%2e%2e/%2e%2e/.kept/environment.pickle",
    "/sections/../../../../../../docs/conf.py",
    "/sections/..%2f..%2f..%2f..%2f..%2f..%2fdocs/conf.py",
    "/%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2fdocs/conf.py",
    "//etc/passwd",
    "/%2fetc/passwd",
    "/..%5c..%5cdocs%5cconf.py",
    "/link.txt",
    "/folder/conf.py",
    "/%00",
    "/.live/live.py",
    "/.live/..%2flive.py",
    "/.live/%2e%2e/%2e%2e/docs/conf.py",
    "/file:///etc/passwd",
)


@pytest.mark.parametrize("target", OUTSIDE)
def test_nothing_outside_the_site_is_served(live, target):
    links = {
        live.site / "link.txt": live.root / "docs/conf.py",
        live.site / "folder": live.root / "docs",
    }
    for place, to in links.items():
        if not place.is_symlink():
            place.symlink_to(to)
    said = answer(live, target)
    assert said.startswith(("HTTP/1.1 404", "HTTP/1.1 400")), said[:200]
    assert "extensions" not in said and "root:" not in said


def test_what_is_inside_is_served(live):
    assert answer(live, "/sections/../index.html").startswith("HTTP/1.1 200")
    assert answer(live, "/", f"localhost:{live.port}").startswith("HTTP/1.1 200")
    assert answer(live, "/.live/live.js").startswith("HTTP/1.1 200")


def test_no_browser_keeps_the_pages(live):
    """The site registers a worker, which would show pages as they were before the edit."""
    assert answer(live, "/_static/offline.js?v=1").startswith("HTTP/1.1 200")
    assert "register" not in answer(live, "/_static/offline.js?v=1")
    assert "registration.unregister()" in answer(live, "/service-worker.js")


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "127.0.0.1",
        "localhost",
        "127.0.0.1:1",
        "localhost.evil.example:{port}",
        "[::1]:{port}",
        "x",
    ],
)
def test_another_name_for_this_machine_is_refused(live, host):
    assert answer(live, "/index.html", host.format(port=live.port)).startswith("HTTP/1.1 421")


UPGRADE = {
    "Upgrade": "websocket",
    "Sec_WebSocket_Version": "13",
    "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "http://evil.example",
        "http://127.0.0.1",
        "https://127.0.0.1:{port}",
        "http://127.0.0.1:{port}.evil.example",
    ],
)
def test_a_page_of_another_host_gets_no_line(live, origin):
    headers = UPGRADE | ({"Origin": origin.format(port=live.port)} if origin else {})
    told = raw_upgrade(live, headers)
    assert told.startswith("HTTP/1.1 403"), told[:200]


def test_a_page_of_this_server_gets_a_line(live):
    assert raw_upgrade(live, UPGRADE | {"Origin": f"http://localhost:{live.port}"}).startswith(
        "HTTP/1.1 101"
    )


def raw_upgrade(live: Live, headers: dict[str, str]) -> str:
    lines = [
        "GET /.live/socket?page=index HTTP/1.1",
        f"Host: 127.0.0.1:{live.port}",
        "Connection: Upgrade",
    ]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    with socket.create_connection(("127.0.0.1", live.port), timeout=60) as line:
        line.sendall("\r\n".join([*lines, "", ""]).encode())
        return line.recv(4096).decode(errors="replace")


def test_only_this_machine_is_answered(live):
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", live.port), timeout=10)


def test_pages_may_not_be_taken_in_by_others_and_are_asked_for_each_time(live):
    said = answer(live, "/index.html").lower()
    for header in (
        "cross-origin-resource-policy: same-origin",
        "cache-control: no-cache",
        "x-content-type-options: nosniff",
    ):
        assert header in said


def test_files_are_those_of_a_build_and_only_the_server_adds_its_script(live):
    said = answer(live, "/index.html")
    assert ".live/live.js" in said and POLICY in said
    assert not any(b".live" in path.read_bytes() for path in live.site.rglob("*.html"))


# -- Beginning and end -----------------------------------------------------------------------------


def test_a_port_that_is_taken_is_named_with_a_cure(live):
    done = subprocess.run(
        [
            "env",
            f"PYTHONPATH={PATHS}",
            sys.executable,
            "-m",
            "live",
            "--no-open",
            "--port",
            str(live.port),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert (
        done.stderr
        == f"make live: port {live.port} cannot be taken (Address already in use); try make live PORT=8100\n"
    )


def test_without_a_port_the_next_free_one_is_taken(live):
    from live.session import take_port

    one, two = take_port(None), take_port(None)
    try:
        assert one.getsockname() != two.getsockname()
        assert {one.getsockname()[0], two.getsockname()[0]} == {"127.0.0.1"}
    finally:
        one.close()
        two.close()


def test_it_ends_in_one_line_and_leaves_nobody_behind(tmp_path):
    shutil.copytree(KB, tmp_path / "docs")
    with living(tmp_path) as live:
        pass
    assert live.process.returncode == 0
    assert live.said.splitlines()[-1] == "make live: ended" and "Traceback" not in live.said
    assert not [line for line in all_commands() if f"{tmp_path}" in line]


@pytest.mark.prove
def test_it_starts_again_when_packages_change(tmp_path):
    shutil.copytree(KB, tmp_path / "docs")
    shutil.copytree(ROOT / "docs/_static", tmp_path / "docs/_static")
    with (tmp_path / "docs/conf.py").open("a") as conf:
        conf.write('\nhtml_static_path = ["_static"]\n')
    (tmp_path / "requirements.lock").write_text("sphinx\n")
    with living(tmp_path) as live:
        live.built(0)
        since = len(live.said)
        by_renaming(tmp_path / "requirements.lock", "sphinx-book-theme\n")
        live.until("its own code or packages have changed, starting anew", since)
        live.built(since)
        assert live.address in live.said[since:]


def all_commands() -> list[str]:
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            found.append(str((place / "cwd").readlink()) + " " + (place / "cmdline").read_text())
        except OSError:
            continue
    return found


@pytest.mark.parametrize(
    "name",
    [
        ".one.md.swp",
        "one.md~",
        "4913",
        "#one.md#",
        ".#one.md",
        "one.md.tmp",
        "one.md.bak",
        "__pycache__/a.pyc",
    ],
)
def test_what_editors_leave_is_no_edit(name):
    assert is_noise(Path("docs/sections") / name)


def test_the_published_build_is_left_alone(live):
    assert {path.name for path in (live.root / "_build").iterdir()} == {".live"}


def test_no_script_of_a_chapter_has_the_page_loaded_again(site):
    """A script that the page does not know as harmless costs the author the place at each edit."""
    script = (ROOT / "docs/_tools/live/live.js").read_text(encoding="utf-8")
    harmless = re.search(r"/\\/\((early\|[^)]+)\)\\\.js/", script)[1].split("|")
    chapters = sorted((site / "sections").glob("*.html"))
    asked = {
        Path(name).stem
        for chapter in chapters
        for name in re.findall(r'<script[^>]* src="([^"?]+)', chapter.read_text(encoding="utf-8"))
    }
    assert len(chapters) > 5 and "early" in asked and asked - set(harmless) == set()
