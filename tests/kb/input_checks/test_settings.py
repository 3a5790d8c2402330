"""A setting of ``conf.py`` that nothing reads is told with its line and the nearest name."""

from __future__ import annotations

import pytest

MISSPELLED = {
    "kb_reprot_url": "kb_report_url",
    "html_titel": "html_title",
    "nitpiky": "nitpicky",
    "exclude_pattern": "exclude_patterns",
    "epub_tilte": "epub_title",
    "bibtex_defautl_style": "bibtex_default_style",
}
ALLOWED = {
    "a module": "import math",
    "a name of its own": "_share = 0.5\nhtml_title = str(_share)",
    "a function": "def setup(app):\n    pass",
    "a name in a loop": "for _one in (1, 2):\n    html_title = str(_one)",
}


@pytest.mark.parametrize("name", MISSPELLED)
def test_a_misspelled_setting_is_told(tiny, name):
    built = tiny({"conf.py": lambda text: f"{text}\n{name} = 'x'\n"})
    line = len((built.app.srcdir / "conf.py").read_text().splitlines())
    assert built.warnings == (
        f"conf.py:{line}: WARNING: nothing reads the setting {name!r} (did you mean {MISSPELLED[name]!r}?);"
        " correct its name, or begin it with '_' if conf.py alone uses it [settings.unknown]\n"
    )


@pytest.mark.parametrize("name", ALLOWED)
def test_ways_to_write_settings_are_let_be(tiny, name):
    assert tiny({"conf.py": lambda text: f"{text}\n{ALLOWED[name]}\n"}).warnings == ""
