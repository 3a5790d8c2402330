"""Figures are numbered without asking each domain of each node.

Sphinx goes through all documents after each edit, and asks all domains for every node whether they
number it.  Those that keep the answer of ``Domain`` never do.  Half of the time for numbers is
spared by asking the others alone.  Could be offered to Sphinx
(``TocTreeCollector.assign_figure_numbers``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sphinx.domains import Domain
from sphinx.environment.collectors.toctree import TocTreeCollector

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

SPHINX = TocTreeCollector.assign_figure_numbers


class NumberingDomains:
    """The *domains* of a project; in their order, those that may number nodes."""

    def __init__(self, domains: Any) -> None:
        self.domains = domains
        self.asked = [
            domain
            for domain in domains.sorted()
            if type(domain).get_enumerable_node_type is not Domain.get_enumerable_node_type
        ]

    def sorted(self) -> list[Domain]:
        """Return the domains that are asked for each node."""
        return self.asked

    def __getattr__(self, name: str) -> Any:
        return getattr(self.domains, name)


def assign_figure_numbers(self: TocTreeCollector, env: BuildEnvironment) -> list[str]:
    """Do what Sphinx's method does, which asks only the domains that may answer."""
    domains = env.domains
    env.domains = NumberingDomains(domains)  # type: ignore[assignment]
    try:
        return SPHINX(self, env)
    finally:
        env.domains = domains


def setup(app: Sphinx) -> ExtensionMetadata:
    TocTreeCollector.assign_figure_numbers = assign_figure_numbers  # type: ignore[method-assign]
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
