"""Addresses of headings that have no Latin letter stay from one edition to the next."""

from __future__ import annotations

import re

import pytest

OLD = "\n\n## 2026-11-22\n\nOld.\n\n## γ\n\nGreek, as [above](#2026-11-22).\n"
NEW = "\n\n## 2027-01-05\n\nNew.\n"


# MyST asks for the app of its resolver, which Sphinx is about to take away.
@pytest.mark.filterwarnings("ignore:.*MystReferenceResolver.app")
@pytest.mark.parametrize("before", ["", NEW])
def test_a_heading_without_latin_letters_keeps_its_address(tiny, before):
    built = tiny(
        {
            "reference/evidence.md": lambda text: text + before + OLD,
            "index.md": lambda text: text + "\nSee [it](reference/evidence.md#2026-11-22).\n",
        },
        myst_heading_anchors=3,
    )
    assert built.warnings == ""
    page = built.page("reference/evidence.html")
    for slug, title in {"2026-11-22": "2026-11-22", "γ": "γ"}.items():
        assert f'<section id="{slug}">' in page
        assert re.search(rf'{title}<a class="headerlink" href="#{slug}"', page)
        assert re.search(rf'<a class="reference internal" href="#{slug}">', page)
    assert not re.search(r'href="#id\d', page)
    assert 'href="reference/evidence.html#2026-11-22"' in built.page("index.html")
