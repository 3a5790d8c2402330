"""pybtex finds its plugins once, not at every citation."""

from __future__ import annotations

import pybtex.plugin
import pytest

import quick_plugins


def test_no_citation_looks_through_the_installed_packages(tiny, monkeypatch):
    monkeypatch.setattr(pybtex.plugin, "_RUNTIME_PLUGINS", {})
    asked: list[str] = []
    found = pybtex.plugin.entry_points

    def ask(**given: str) -> object:
        asked.append(given["name"])
        return found(**given)

    monkeypatch.setattr(pybtex.plugin, "entry_points", ask)
    slow = tiny().app
    assert asked.count("plaintext") > 5, "sphinxcontrib-bibtex asks no more: drop quick_plugins"
    quick_plugins.setup(slow)
    asked.clear()
    tiny()
    assert "plaintext" not in asked


@pytest.mark.parametrize(("group", "name"), quick_plugins.PLUGINS)
def test_the_plugins_are_those_that_pybtex_finds(group, name, monkeypatch):
    quick_plugins.setup(None)
    registered = pybtex.plugin.find_plugin(group, name)
    monkeypatch.setattr(pybtex.plugin, "_RUNTIME_PLUGINS", {})
    assert pybtex.plugin.find_plugin(group, name) is registered
