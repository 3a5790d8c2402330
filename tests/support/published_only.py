"""A plugin for pytest (``-p published_only``): only tests that look at what `make` published, without a browser."""

from __future__ import annotations

import pytest

PUBLISHED = {"site", "pdf", "epub"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the other tests out."""
    wanted, others = [], []
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        (wanted if names & PUBLISHED and "browser" not in names else others).append(item)
    config.hook.pytest_deselected(items=others)
    items[:] = wanted
