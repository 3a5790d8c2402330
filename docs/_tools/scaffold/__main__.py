"""Write what a new chapter, claim, term or source begins with, in its file and at its place.

    make new chapter NAME="Vitamin K2 and sleep"
    make new claim   NAME="K2 improves sleep." IN=brain-health
    make new term    NAME="butyrate"
    make new source  FROM=paper.bib
    make new source  DOI=10.1000/xyz

FROM names a file with BibTeX; FROM=- takes what you paste, up to Ctrl-D.
What only you can write is marked by PROMPT: fill it in, and delete the prompt.
Until then the build reports the entry, and make check refuses it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from kb.core import dates
from kb.core.messages import PROMPT, did_you_mean, one_of
from kb.core.safe_write import NotWritten, write_all
from scaffold.bibliography import from_bibtex, from_doi
from scaffold.files import Made, Refused, line_of, load
from scaffold.pages import new_chapter, new_claim, new_term

ROOT = Path(__file__).resolve().parents[3]
USAGE = "\n".join(line.removeprefix("    ") for line in (__doc__ or "").split("\n")[2:]).rstrip()
Words = Mapping[str, str]
"""What the author gave: NAME, IN, FROM and DOI, as the Makefile passes them on in the environment.
"""


def source(root: Path, given: Words) -> Made:
    """Add a source from a DOI alone, or from BibTeX in a file or pasted."""
    doi, name = given.get("DOI", "").strip(), given.get("FROM", "")
    if bool(doi) == bool(name.strip()):
        raise Refused(
            "a source needs FROM=file.bib (or FROM=-, and paste BibTeX) or DOI=10.1000/xyz, one of"
            " them"
        )
    if doi:
        return from_doi(root, doi)
    if name.lower().startswith(("10.", "doi:", "http://", "https://")):
        raise Refused(f"FROM names a file, and {name!r} is an address: make new source DOI={name}")
    return from_bibtex(
        root, _pasted() if name == "-" else load(Path(name), name).removeprefix("\ufeff"), name
    )


def _pasted() -> str:
    if sys.stdin.isatty():
        print("Paste the BibTeX, then press Ctrl-D on an empty line.", file=sys.stderr)
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused("what you pasted is not UTF-8; save it as UTF-8 in a file") from error


KINDS: dict[str, Callable[[Path, Words], Made]] = {
    "chapter": lambda root, given: new_chapter(root, given.get("NAME", ""), dates.today()),
    "claim": lambda root, given: new_claim(root, given.get("NAME", ""), given.get("IN", "")),
    "term": lambda root, given: new_term(root, given.get("NAME", "")),
    "source": source,
}


def main(words: list[str], given: Words, root: Path = ROOT) -> int:
    """Make what *words* name from what was *given*; return the exit code, 1 with the reason
    printed."""
    if not words:
        print(USAGE)
        return 0
    try:
        if len(words) > 1 or words[0] not in KINDS:
            odd = words[1] if len(words) > 1 and words[0] in KINDS else words[0]
            raise Refused(
                f"new makes one {one_of(KINDS)}, not {odd!r}{did_you_mean(odd, KINDS)}; put quotes"
                " around a name of several words"
            )
        made = KINDS[words[0]](root, given)
        write_all(made.texts)
    except (dates.DayError, NotWritten, Refused) as refused:
        for line in str(refused).split("\n"):
            print(f"new: {line}", file=sys.stderr)
        return 1
    _tell(made, root)
    return 0


def _tell(made: Made, root: Path) -> None:
    for what, path, text in made.where:
        line, prompts = line_of(made.texts[path], text), text.count(PROMPT)
        print(f"{path.relative_to(root)}:{line}: new {what}, with {prompts} prompts")
    print("Write what each prompt asks for in its place; the build reports what is left.")
    for note in made.notes:
        print(note)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
