"""Tables as CSV files: cells that no spreadsheet takes for a formula."""

from __future__ import annotations

import re

FORMULA = "=+@＝＋＠－-"
"""What makes a spreadsheet run a cell instead of showing it, and the full-width forms that some take for the same (OWASP,
CSV injection)."""
_OPENS = re.compile(rf"""[\s"'\u200b-\u200f\u2060\ufeff]*[{FORMULA}]|[\t\r\n]""")
"""Such a sign, or white space and quotation marks before it, which some importers drop."""
_INSIDE = re.compile(rf"([;\t\r\n]\"?)(?=[{FORMULA}])")
"""Where a spreadsheet of another locale, which parts cells at semicolons or tabs, would begin a cell with such a sign."""


def harmless(cell: str) -> str:
    """The text of a *cell* that no spreadsheet takes for a formula."""
    apart = _INSIDE.sub(r"\1 ", cell)
    return f"'{apart}" if _OPENS.match(apart) else apart
