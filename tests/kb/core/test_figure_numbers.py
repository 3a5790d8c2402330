"""Figures get the numbers that Sphinx gives them, and each domain that numbers nodes is asked."""

from __future__ import annotations

import pytest
from docutils import nodes
from sphinx.domains import Domain
from sphinx.environment.collectors.toctree import TocTreeCollector

from kb.core.figure_numbers import SPHINX, NumberingDomains, assign_figure_numbers

CONF = "project, extensions = 'Numbers', ['myst_parser']\nnumfig, numfig_secnum_depth = True, 2\n"
FRONT = "# Front\n\n```{toctree}\n:numbered:\n\none\ntwo\n```\n"
PAGE = """# {name}

```{{figure}} drawing.svg
First of {name}
```

## Part

```{{table}} A table
| a | b |
|---|---|
| 1 | 2 |
```

```{{code-block}} python
:caption: Code

print()
```

```{{figure}} drawing.svg
Second of {name}
```

> A quotation
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><title>A</title></svg>'


class Quotations(Domain):
    """A domain that numbers quotations."""

    name = "quotations"

    def get_enumerable_node_type(self, node: nodes.Node) -> str | None:
        return "figure" if isinstance(node, nodes.block_quote) else None


@pytest.fixture
def read(make_app, tmp_path):
    """A project of two pages that is read, and whose quotations have ids."""
    files = {
        "conf.py": CONF,
        "index.md": FRONT,
        "one.md": PAGE.format(name="One"),
        "two.md": PAGE.format(name="Two"),
        "drawing.svg": SVG,
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    app = make_app("html", srcdir=tmp_path)

    def give_ids(_app, document):
        for number, node in enumerate(document.findall(nodes.block_quote)):
            node["ids"] = [f"quotation-{number}"]

    app.add_domain(Quotations)
    app.env.domains._domain_instances["quotations"] = Quotations(app.env)
    app.connect("doctree-read", give_ids)
    app.builder.read()
    return app


def test_the_numbers_are_those_of_sphinx(read):
    collector, env = TocTreeCollector(), read.env
    SPHINX(collector, env)
    right = env.toc_fignumbers
    kinds = {kind: len(ids) for kind, ids in right["two"].items()}
    assert kinds == {"figure": 3, "table": 1, "code-block": 1}
    domains = env.domains
    assign_figure_numbers(collector, env)
    assert env.toc_fignumbers == right
    assert env.toc_fignumbers is not right
    assert env.domains is domains


def test_domains_that_number_nothing_are_not_asked(read):
    asked = NumberingDomains(read.env.domains).sorted()
    assert [domain.name for domain in asked] == ["quotations", "std"]
