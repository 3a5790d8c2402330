"""One stylesheet: rules stay if the site can need them, for each color mode, with the icons in use; again after each edit."""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from kb.site.asset_pruning import (
    brace_faults,
    icons,
    pruned,
    required_names,
    rules,
    selectors,
    shrink_scripts,
    used_names,
    without_blanks,
    without_comments,
    without_unasked,
)

# The theme's own transforms use what Sphinx 11 will drop.
pytestmark = pytest.mark.filterwarnings(
    "ignore:'?sphinx_book_theme:sphinx.deprecation.RemovedInSphinx11Warning"
)


TEMPLATES = Path(__file__).parents[3] / "docs/_ext/kb/site/templates"


def kept(css: str, words: str) -> str:
    return "".join(map(str, pruned(css, set(words.split()))))


def test_rules_are_split_at_their_outermost_braces():
    css = '@import "a;b";a{content:"}"}@media print{b{c:d}e{f:g}}h{background:url(data:x;{})}'
    assert [(rule.head, rule.body) for rule in rules(css)] == [
        ('@import "a;b"', None),
        ("a", 'content:"}"'),
        ("@media print", "b{c:d}e{f:g}"),
        ("h", "background:url(data:x;{})"),
    ]


@pytest.mark.parametrize(
    ("css", "told"),
    [
        ("a {\n  b: c;\n}\n", []),
        ('a::before { content: "}" } /* } */\n@media print { b { c: url(x}y) } }', []),
        ("a { b: c }\n\nd {\n  e: f;\n", [(3, "'{' is never closed, and would swallow the rest")]),
        ("a { b: c } }\nd { e: f }", [(1, "'}' closes nothing, and the rule behind it is lost")]),
        ("@media print {\na { b: c }\n", [(1, "'{' is never closed, and would swallow the rest")]),
        ("a { b: c }\n/* d\n{", [(2, "'/*' is never closed, and would swallow the rest")]),
    ],
)
def test_a_brace_or_comment_that_swallows_rules_is_told_with_its_line(css, told):
    assert list(brace_faults(css)) == told


def test_selectors_are_split_at_commas_outside_of_parentheses():
    assert selectors("a, .b:is(.c, .d) e,[f='g,h']") == ["a", ".b:is(.c, .d) e", "[f='g,h']"]


@pytest.mark.parametrize(
    ("selector", "names"),
    [
        ("a", ""),
        (".b.c > #d", "b c d"),
        (".a:not(.b):is(.c, :not(.d))", "a"),
        ("[class='.e'] .f", "f"),
        ("x::before", ""),
        (r".a\:b", ""),
        ("li:nth-child(2n + 1) .fa-2x", "fa-2x"),
    ],
)
def test_what_a_selector_requires(selector, names):
    assert required_names(selector) == set(names.split())


def test_a_rule_stays_only_if_it_can_match():
    css = ".a{b:c}.d,.a .e{f:g}@media print{.d{h:i}}@media screen{.a{j:k}.d{l:m}}@keyframes n{12.5%{o:p}}:root{q:r}"
    assert kept(css, "a") == ".a{b:c}@media screen{.a{j:k}}@keyframes n{12.5%{o:p}}:root{q:r}"
    assert (
        kept(css, "a e")
        == ".a{b:c}.a .e{f:g}@media screen{.a{j:k}}@keyframes n{12.5%{o:p}}:root{q:r}"
    )


@pytest.mark.parametrize("quote", ["", '"', "'"])
def test_the_system_chooses_the_mode_before_any_script(quote):
    dark, auto = f"html[data-theme={quote}dark{quote}]", "html[data-theme=auto]"
    assert (
        kept(f"{dark} a,b{{c:d}}", "")
        == f"{dark} a,b{{c:d}}@media (prefers-color-scheme:dark){{{auto} a{{c:d}}}}"
    )
    assert "@media not all and (prefers-color-scheme:dark){html[data-theme=auto]{c:d}}" in kept(
        "html[data-theme=light]{c:d}", ""
    )


@pytest.mark.parametrize(
    ("css", "left"),
    [
        ("a {\n  b: c; /* d\n e */\n}\n", "a{b:c}"),
        (
            "@media (a: b) and (c) { d > e, f :is(g, h) { i: j  k, l; m: n } }",
            "@media (a:b) and (c){d > e,f :is(g,h){i:j  k,l;m:n}}",
        ),
        (
            "a::before { content: \"; {b: c, }\" ': ,'; --d: ; --e: }",
            "a::before{content:\"; {b: c, }\" ': ,';--d: ;--e:}",
        ),
        ("a { b: url(data:c; d, e) }", "a{b:url(data:c; d, e)}"),
    ],
)
def test_comments_and_blanks_that_say_nothing_go(css, left):
    assert without_blanks(without_comments(css)) == left


def test_a_custom_property_stays_only_if_something_asks_for_it():
    css = (
        ':root{--a: 1px;--b:var(--c) ;--c:url("x;}");--d:url(data:y)}p{margin:var( --a,2px);--e:;}'
    )
    assert without_unasked(css, set()) == ":root{--a: 1px;}p{margin:var( --a,2px);}"
    assert without_unasked(css, {"--b"}) == css.replace("--d:url(data:y)", "").replace("--e:;", "")
    assert without_unasked(css, {"--b", "--d", "--e"}) == css


def test_an_animation_stays_only_if_something_asks_for_it():
    css = "@keyframes turn{to{left:var(--a)}}@-webkit-keyframes b{to{c:d}}:root{--a:0}p{animation:turn 1s}"
    assert without_unasked(css, set()) == css.replace("@-webkit-keyframes b{to{c:d}}", "")
    assert without_unasked(css.replace("turn 1s", "b"), set()) == (
        "@-webkit-keyframes b{to{c:d}}:root{--a:0}p{animation:b}"
    )
    assert without_unasked(css, {"b"}) == css


def test_names_are_those_of_pages_and_what_scripts_may_set(tmp_path):
    for name, text in {
        "cards.js": 'card.className = "shown"; style.setProperty("--left", 0); card.popover = 1',
        "kb-texts.js": "danger",
        "kb-words.js": "tip",
        "kb-search/records-1.js": "hint",
        "scripts/bootstrap.js": "tooltip-inner modal-backdrop toast-container list-group-item",
    }.items():
        path = tmp_path / "_static" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    page = '<p class="one two" id=three style="--four: var(--five)"><b class="toast">Text</b></p>'
    names = used_names(tmp_path, [page])
    assert {"one", "two", "three", "toast", "--five", "shown", "--left"} <= names
    assert {"tooltip-inner", "toast-container"} <= names
    assert names.isdisjoint({"danger", "hint", "tip", "--four", "Text"})
    # Bootstrap's parts, of which no page has one.
    assert names.isdisjoint({"modal-backdrop", "list-group-item", "popover", "card"})


def test_scripts_lose_their_comments_and_blanks(tmp_path):
    (tmp_path / "own.js").write_text('/*! Kept */\n/* gone */\nlet a = "b  c"; // gone\n')
    (tmp_path / "other.js").write_text("/* of the theme */\n")
    shrink_scripts(tmp_path, {name: tmp_path / name for name in ("own.js", "absent.js")})
    assert (tmp_path / "own.js").read_text() == '/*! Kept */let a="b  c";'
    assert (tmp_path / "other.js").read_text() == "/* of the theme */\n"


def test_icons_are_read_as_escapes_and_as_signs():
    assert icons('.a{--fa:"\\f0c9"}.b{content:"\ue001x"}') == {0xF0C9, 0xE001}


PAGE = """
# Title

:::{note}
Words.
:::

```{raw} html
<p class="used"><i class="fa-solid ICON"></i></p>
```
"""


@pytest.fixture
def site(make_app, tmp_path):
    """Build a tiny site of the theme; ``site(icon)`` edits its page and builds again, ``fresh`` from nothing."""
    source = tmp_path / "src"
    (source / "_static").mkdir(parents=True)
    (source / "_static/own.css").write_text(
        "/*! Mine. */\n.used { color: red; background: url(a.png) }\n.unused { color: blue }\n"
    )
    (source / "_static/paper.css").write_text("p { color: black }\n")
    (source / "conf.py").write_text(
        "extensions = ['myst_parser', 'kb.site.asset_pruning']\nmyst_enable_extensions = ['colon_fence']\nhtml_theme = 'sphinx_book_theme'\n"
        f"html_static_path = ['_static']\ntemplates_path = [{str(TEMPLATES)!r}]\nhtml_copy_source = False\n"
        "html_css_files = ['own.css', ('paper.css', {'media': 'print'})]\n"
    )

    def build(icon: str, fresh: bool = True) -> Path:
        (source / "index.md").write_text(PAGE.replace("ICON", icon))
        app = make_app("html", srcdir=source, freshenv=fresh)
        if fresh:
            shutil.rmtree(app.outdir, ignore_errors=True)
            Path(app.outdir).mkdir(parents=True)
        app.build(force_all=fresh)
        app.cleanup()
        assert app.warning.getvalue() == ""
        return Path(app.outdir)

    build.source = source
    return build


def font_of(out: Path) -> set[int]:
    css = (out / "_static/site.css").read_text(encoding="utf-8")
    (name,) = re.findall(r"url\((fa-solid\.woff2)\?v=\w{8}\)", css)
    assert "data:font" not in css
    return set(TTFont(out / "_static" / name).getBestCmap())


def test_the_site_has_one_stylesheet_with_what_it_uses(site):
    out = site("fa-leaf")
    css, page = (out / "_static/site.css").read_text(), (out / "index.html").read_text()
    assert re.findall(r'<link rel="stylesheet"[^>]*', page) == re.findall(
        r'<link rel="stylesheet" href="_static/site\.css\?v=\w{8}" /', page
    )
    assert ".used{color:red;background:url(a.png)}" in css
    assert "unused" not in css
    assert "@media print{p{color:black}}" in css
    assert css.startswith('@charset "UTF-8";\n') and "/*! Mine. */" in css
    assert 0xF06C in font_of(out), "the leaf"
    assert 0xF1B9 not in font_of(out), "a car that nobody drives"
    assert len(font_of(out)) < 40
    assert (
        not list((out / "_static").rglob("*.map"))
        and not (out / "_static/scripts/fontawesome.js").exists()
    )


def test_what_few_pages_need_is_a_stylesheet_of_these(site):
    site("fa-leaf")
    (site.source / "code.md").write_text("---\norphan: true\n---\n# Code\n\n```python\nNone\n```\n")
    out = site("fa-leaf")
    linked = {
        name: re.findall(r'rel="stylesheet" href="_static/([\w.]+)\?v=(\w{8})"', text)
        for name in ("index.html", "code.html", "genindex.html")
        for text in [(out / name).read_text()]
    }
    names = {name: [sheet for sheet, _ in found] for name, found in linked.items()}
    assert names == {
        "index.html": ["site.css"],
        "code.html": ["code.css", "site.css"],
        "genindex.html": ["site.css"],
    }
    for sheet, version in linked["code.html"]:
        assert version == hashlib.sha256((out / "_static" / sheet).read_bytes()).hexdigest()[:8]
    code, css = ((out / "_static" / name).read_text() for name in ("code.css", "site.css"))
    assert "[data-theme=auto] .highlight .kc{" in code, "None is colored as the system says"
    assert ".highlight .kc" not in css and ".highlight .sd" not in code
    # An edit takes the code away.
    (site.source / "code.md").write_text("---\norphan: true\n---\n# Code\n")
    site("fa-leaf", fresh=False)
    assert "code.css" not in (out / "code.html").read_text()
    assert ".kc{" not in (out / "_static/code.css").read_text()


def test_scripts_are_deferred_and_those_of_the_old_search_gone(site):
    out = site("fa-leaf")
    for name in ("index.html", "genindex.html"):
        page = (out / name).read_text()
        scripts = re.findall(r"<script[^>]*src=[^>]*>", page)
        assert "early.js" in scripts[0] and all("defer" in script for script in scripts[1:]), (
            scripts
        )
        assert page.index("early.js") < page.index("site.css")
        names = [re.search(r"([\w.-]+\.js)", script)[1] for script in scripts]
        assert len(names) == len(set(names)), names
        assert not {
            "searchindex.js",
            "searchtools.js",
            "doctools.js",
            "sphinx_highlight.js",
            "documentation_options.js",
        } & set(names)
        assert not re.search(r"<script(?![^>]*\ssrc=)", page), "a script within the page"


def test_an_edit_gives_the_same_bytes_as_a_fresh_build(site):
    site("fa-leaf")
    out = site("fa-car", fresh=False)
    names = ("_static/site.css", "_static/fa-solid.woff2", "index.html", "genindex.html")
    edited = {name: (out / name).read_bytes() for name in names}
    assert 0xF1B9 in font_of(out)
    assert 0xF06C not in font_of(out)
    fresh = site("fa-car")
    assert {name: (fresh / name).read_bytes() for name in names} == edited


def test_an_import_and_an_open_rule_are_told(site, make_app):
    (site.source / "_static/own.css").write_text('@import "other.css";\na { b: c;\n')
    (site.source / "index.md").write_text(PAGE)
    app = make_app("html", srcdir=site.source)
    app.build()
    assert (
        "_static/own.css: '@import' is lost in site.css; name that file in html_css_files"
        in app.warning.getvalue()
    )
    assert (
        f"{site.source}/_static/own.css:2: WARNING: '{{' is never closed, and would swallow the"
        " rest [asset_pruning.brace]" in re.sub(r"\x1b\[[0-9;]*m", "", app.warning.getvalue())
    )
