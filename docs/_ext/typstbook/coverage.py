"""Which characters the fonts of the book lack: Typst itself is asked.

``python coverage.py FONT ...`` reads characters and prints those that no font has.  A program that
forks afterward asks in this way, by :func:`ask`: Typst works with threads, and those of a process
are not there in its copies.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

_NO_GLYPH = re.compile(r'the text `"(?:\\u\{([0-9a-f]+)\}|\\?(.))"` could not be displayed')


class NoAnswerError(Exception):
    """Typst failed over something else."""


def unprintable(compiler: Any, characters: Iterable[str]) -> set[str]:
    """Those of the characters that no font of the compiler can print.

    A page with one paragraph for each is set, so the answer holds for just these fonts and their
    order.

    :raises NoAnswerError: with what Typst says, if that is of no character.
    """
    import typst

    lines = [f'#par("\\u{{{ord(each):x}}}")' for each in sorted(set(characters))]
    page = '#set document(title: "Characters")\n' + "\n".join(lines)
    try:
        compiler.compile(page.encode(), format="pdf", pdf_standards=["ua-1"])
    except typst.TypstError as error:
        found = _NO_GLYPH.findall(error.diagnostic)
        if not found:
            raise NoAnswerError(error.diagnostic.strip()) from None
        return {chr(int(code, 16)) if code else char for code, char in found}
    return set()


def ask(characters: Iterable[str], fonts: Iterable[Path]) -> set[str]:
    """Those of the characters that neither *fonts* nor those of Typst can print.

    A process of its own finds them.
    """
    told = subprocess.run(
        [sys.executable, __file__, *map(str, fonts)],
        input=" ".join(f"{ord(each):x}" for each in characters),
        capture_output=True,
        text=True,
        check=True,
    )
    return {chr(int(code, 16)) for code in told.stdout.split()}


def main() -> None:
    """Answer for the fonts of the command line."""
    import typst

    asked = {chr(int(code, 16)) for code in sys.stdin.read().split()}
    with tempfile.TemporaryDirectory() as folder:  # Typst looks into folders only
        for number, font in enumerate(sys.argv[1:]):
            shutil.copy(font, Path(folder, f"{number}{Path(font).suffix}"))
        compiler = typst.Compiler(root=folder, font_paths=[folder], ignore_system_fonts=True)
        print(" ".join(f"{ord(each):x}" for each in sorted(unprintable(compiler, asked))))


if __name__ == "__main__":
    main()
