"""The preview while an author writes: each edit in the browser as soon as it is saved."""

FOLDER = "_build/.live"
"""Where ``make live`` works, apart from what ``make`` has published."""
