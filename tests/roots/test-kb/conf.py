"""A knowledge base of one chapter: every extension, nothing else."""

from kb import CORE

project = "Tiny"
extensions = ["myst_parser", "sphinxcontrib.bibtex", *CORE, "kb.data_files", "kb.outlets.inventory"]
exclude_patterns = ["data"]
myst_enable_extensions = ["alert", "colon_fence", "deflist", "dollarmath"]
myst_dmath_allow_space = myst_dmath_allow_digits = myst_update_mathjax = False
html_math_renderer = "mathml"
nitpicky = True
numfig = True
bibtex_bibfiles = ["data/sources.bib"]
bibtex_default_style = "kb"
bibtex_reference_style = "kb"
bibtex_cite_id = "source-{key}"
bibtex_tooltips = False
epub_identifier = "urn:uuid:00000000-0000-5000-8000-000000000001"
kb_license = "https://creativecommons.org/licenses/by/4.0/"
html_theme = "basic"
html_copy_source = False
