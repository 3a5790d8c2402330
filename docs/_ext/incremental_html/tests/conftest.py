"""The fixtures of Sphinx: an application for each test."""

pytest_plugins = ("sphinx.testing.fixtures",)
