"""A project of somebody else, which links to the knowledge base by its inventory, from disk and without the network."""

project = "Another project"
extensions = ["sphinx.ext.intersphinx", "myst_parser"]
# The test puts the inventory of the site beside this file.
intersphinx_mapping = {"k2": ("https://example.org/k2/", "objects.inv")}
nitpicky = True
html_theme = "basic"
html_copy_source = False
