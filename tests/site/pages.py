"""Which pages the browser tests visit."""

PAGES = (
    "index.html", "sections/gut-brain-axis.html", "sections/gut-health.html", "sections/imbalances.html",
    "sections/food-sources.html", "reference/evidence.html", "reference/glossary.html", "reference/foods.html",
    "reference/sources.html", "reference/data.html", "about/method.html", "about/article.html", "authoring/index.html", "search.html",
    "genindex.html",
)  # fmt: skip
"""One page of each kind, and the longest title."""
PRESSED = ("sections/gut-health.html", "reference/evidence.html", "reference/foods.html", "search.html")
"""Pages with something of each kind that opens, filters or folds."""
