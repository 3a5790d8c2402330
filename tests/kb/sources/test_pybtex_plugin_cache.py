"""pybtex finds its plugins once, not at every citation."""

from __future__ import annotations

import pybtex.plugin
import pytest

import kb.sources
from kb.sources import pybtex_plugin_cache


def test_no_citation_looks_through_the_installed_packages(tiny, monkeypatch):
    monkeypatch.setattr(pybtex.plugin, "_RUNTIME_PLUGINS", {})
    asked: list[str] = []
    found = pybtex.plugin.entry_points

    def ask(**given: str) -> object:
        asked.append(given["name"])
        return found(**given)

    monkeypatch.setattr(pybtex.plugin, "entry_points", ask)
    others = [name for name in kb.sources.MODULES if name != "pybtex_plugin_cache"]
    with monkeypatch.context() as patch:
        patch.setattr(kb.sources, "MODULES", others)
        tiny()
    assert asked.count("plaintext") > 5, "sphinxcontrib-bibtex asks no more: drop this module"
    without = asked.count("plaintext")
    asked.clear()
    tiny()
    assert asked.count("plaintext") < without / 2, "only the module itself asks"


@pytest.mark.parametrize(("group", "name"), pybtex_plugin_cache.PLUGINS)
def test_the_plugins_are_those_that_pybtex_finds(group, name, monkeypatch):
    monkeypatch.setattr(pybtex.plugin, "_RUNTIME_PLUGINS", {})
    pybtex_plugin_cache.setup(None)
    registered = pybtex.plugin._RUNTIME_PLUGINS[group][name]
    monkeypatch.setattr(pybtex.plugin, "_RUNTIME_PLUGINS", {})
    assert pybtex.plugin.find_plugin(group, name) is registered


def test_a_process_that_builds_again_looks_once(tiny, monkeypatch):
    tiny()
    asked: list[str] = []
    monkeypatch.setattr(pybtex.plugin, "entry_points", lambda **given: asked.append(given["name"]))
    tiny()
    assert asked == []
