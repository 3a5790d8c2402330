"""Builders whose pages would lack what the site gives to pages of ``html`` are refused."""

from __future__ import annotations

import re

import pytest
from sphinx.errors import ConfigError


@pytest.mark.parametrize("builder", ["dirhtml", "singlehtml", "json", "pickle", "qthelp"])
def test_another_builder_of_pages_is_refused(tiny_site, tiny_site_extensions, builder):
    message = (
        f"the builder {builder!r} would make pages without their styles, search and policy; take"
        " 'html' or 'epub' (make html, make epub), or 'text' and 'xml' for programs"
    )
    with pytest.raises(ConfigError, match=re.escape(message)):
        tiny_site(builder=builder, extensions=[*tiny_site_extensions, "kb.site"])
