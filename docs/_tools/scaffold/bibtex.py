"""BibTeX as publishers hand it out, made into the fields that ``sources.bib`` keeps.

What is taken over: names, title, where it appeared, year, and the ways to reach it.
All else (abstract, keywords, file, publisher) is left out.  LaTeX and HTML become plain
characters, a DOI loses its address, names stand as *Family, Given*.
"""

from __future__ import annotations

import codecs
import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import latexcodec  # noqa: F401 (teaches codecs the LaTeX of names and titles)
from pybtex.bibtex.utils import split_name_list
from pybtex.database import InvalidNameString, Person
from pybtex.database.input.bibtex import LowLevelParser, month_names
from pybtex.exceptions import PybtexError

from kb.sources.bibliography import BODY, DOI
from kb.sources.latex import accented, is_one_group

from .files import Refused, noted
from .names import UNSEEN, ascii_of

PLACES = (
    "journal",
    "journaltitle",
    "booktitle",
    "institution",
    "publisher",
    "organization",
    "school",
    "howpublished",
)
"""Where a work appeared, the best first; all kinds of works are printed in one form."""
NAMES = 6
"""So many names are printed; the rest are 'and others'."""
OTHERS = "others"
DULL = re.compile(
    "about|after|against|among|analysis|based|between|case|clinical|during|effects?|evidence|first"
    "|from|into|over|review|role|study|studies|than|that|their|these|this|through|towards|trial|under|upon|using|versus|what|when|whether|which|with"
    "|within|without"
)
"""Words of titles that tell nothing apart."""
RAISED = dict(zip("0123456789+-−–()nix∘°′*®™†", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁽⁾ⁿⁱˣ°°′*®™†", strict=True))
"""What stands raised in titles, and the sign for each."""
_TAG = re.compile(
    r"</?(?:i|b|u|em|strong|italic|bold|sub|inf|scp|sc|span|p|title|inline-formula|alternatives"
    r"|jats:(?!sup\b)[\w-]+|(?:mml:)?(?:math|mrow|mi|mn|mo|mtext|mstyle|mspace|msub|semantics))\b"
    r"[^<>]*>",
    re.IGNORECASE,
)
"""Tags that change how a text looks; the text stays.  All others stay as well."""
_TYPED_TAG = re.compile(r"\{\\textless\}(/?[a-z]{1,6})\{\\textgreater\}")
"""A tag as Mendeley writes it."""
_POWER = re.compile(
    r"<(?:mml:)?msup\b[^<>]*> ?(?:<(?:mml:)?m(?:n|i|text)\b[^<>]*>)([^<>]*)</[^<>]*>"
    r"((?: ?</?(?:mml:)?m(?:row|n|i|o)\b[^<>]*>[^<>]*)+)</(?:mml:)?msup>"
)
"""A base and its exponent in MathML."""
_SUP = re.compile(
    r"<((?:jats:)?sup)\b[^<>]*>([^<>]*)</\1>|\\textsuperscript\s*\{([^{}]*)\}", re.IGNORECASE
)
SIGNS = {
    "mu": "µ",
    "circ": "°",
    "degree": "°",
    "geqslant": "≥",
    "leqslant": "≤",
    "prime": "′",
    "slash": "/",
    "varepsilon": "ε",
    "varphi": "φ",
    "textasciicircum": "^",
    "textasciitilde": "∼",
    "textbackslash": "∖",
    "textbar": "|",
    "textellipsis": "…",
    "textgreater": ">",
    "textless": "<",
    "textohm": "Ω",
    "textonehalf": "½",
    "textonequarter": "¼",
    "textperthousand": "‰",
    "textquotedbl": '"',
    "textquotedblleft": "“",
    "textquotedblright": "”",
    "textquoteleft": "‘",
    "textquoteright": "’",
    "textquotesingle": "'",
    "textrightarrow": "→",
    "textthreequarters": "¾",
    "textunderscore": "_",
}
"""Commands for one sign that latexcodec does not know, or knows as another sign (the Greek μ)."""
LETTERS = {
    r"{\^{}}": "^",
    r"\^{}": "^",
    r"{\~{}}": "∼",
    r"\~{}": "∼",
    r"\{": r"\lbrace ",
    r"\}": r"\rbrace ",
}
"""What is no command by its form; a brace that is printed is asked for."""
_COMMAND = re.compile(r"\\([a-zA-Z]{2,})(\{\}| )?")
_APART = "×±≤≥≈≠≡→÷∼"
"""Signs that stand between blanks, which a formula makes of itself."""
_SPACE = re.compile(
    r"\\(?:[,;:> ]|\\|(?:quad|qquad|enspace|thinspace|newline)(?![a-zA-Z])) ?|<br ?/?>"
)
"""Blanks and breaks."""
_NO_SIGN = re.compile(r"\\[!/@()-]")
"""Commands that only mend the distance of letters, or say where a word may be broken."""
_LOOK = re.compile(
    r"\\(?:text(?:it|bf|rm|sc|sf|sl|tt|up|normal|subscript)?|emph|[hm]box|ensuremath"
    r"|math(?:rm|it|bf|sf|normal)|(?:it|sl|sc|up)shape|bfseries|(?:rm|sf)family|normalfont|protect|relax"
    r"|it|bf|rm|sc|sl|em)(?![a-zA-Z]) ?"
)
"""Commands that change how a text looks; the text stays."""
_DOLLAR = re.compile(
    r"\\\$|\$(?=\d[\d.,]*[\s).;–-][^$\\^_=<>]*(?:\$|\Z))|\$(?P<formula>[^$]*)\$|\$"
)
"""A sum of money, or a formula."""
_ACCENTS = {
    "acute": "'",
    "grave": "`",
    "ddot": '"',
    "tilde": "~",
    "hat": "^",
    "bar": "=",
    "check": "v",
}
"""Accents in formulas, by which some databases write names."""
_ACCENT = re.compile(rf"\\({'|'.join(_ACCENTS)})(?=\s*\{{)")


class _Macros(dict[str, str]):
    """Names of months; any other name without quotes stands for itself."""

    def __missing__(self, name: str) -> str:
        return name


@dataclass(frozen=True)
class Work:
    """A work as its BibTeX tells it: our kind of entry, and our fields in plain characters."""

    kind: str
    fields: dict[str, str]
    told: str
    """How messages name it: '@kind{key}', or by its DOI."""

    @property
    def people(self) -> list[str]:
        """Its authors, each as *Family, Given* or as a body in braces."""
        return split_name_list(self.fields["author"]) if self.fields.get("author") else []


OTHER_FORMS = {
    r"TY  ?- ": "RIS",
    r"(PMID|OWN |PMC )-": "the form of PubMed (.nbib)",
    r"%0 ": "the form of EndNote (.enw)",
    r"FN (Clarivate|Thomson|ISI)": "the form of Web of Science (.ciw)",
    r"RT [A-Z]": "the form of RefWorks",
    r"<\?xml|<xml|<!DOCTYPE|<html": "XML or a web page",
    r"[\[{]": "JSON",
}
"""What publishers and reference managers hand out besides, by how it begins."""


def works(text: str, shown: str, faults: list[str]) -> list[Work]:
    """Return what the BibTeX *text* tells of; *shown* names the file in messages.

    A work with a name or a DOI that is none is left out, and told among the *faults*.

    :raises Refused: if it cannot be read or tells of nothing.
    """
    parser = LowLevelParser(text, filename=shown, macros=_Macros(month_names))
    found = []
    try:
        for command, body in parser:
            if command.lower() not in ("string", "preamble"):
                key, pairs = body
                fields = {name.lower(): "".join(parts) for name, parts in pairs}
                with noted(faults):
                    found.append(_work(command.lower(), key or "", fields))
    except PybtexError as error:
        raise Refused(
            f"{shown}:{parser.lineno}: not BibTeX: {error.args[0]}; "
            "look for a missing comma or brace, or a blank in the name of a field"
        ) from error
    if not found and not faults:
        for sign, form in OTHER_FORMS.items():
            if re.match(sign, text.lstrip("\ufeff \r\n")):
                raise Refused(f"{shown}: this is {form}, not BibTeX; export the source as BibTeX")
        named = re.search(r"\b10\.\d{4,9}/[^\s\"<>{}]+", text)
        doi = f"; its DOI alone is given as DOI={named[0].rstrip('.,;)')}" if named else ""
        raise Refused(
            f"{shown}: no entry found; BibTeX begins with something like @article{{key,{doi}"
        )
    return found


def _work(kind: str, key: str, raw: dict[str, str]) -> Work:
    told = f"@{kind}{{{key}}}"
    fields = {
        "author": _names(raw.get("author") or raw.get("editor") or "", told),
        "title": plain(raw.get("title", "")),
        "journal": next((place for name in PLACES if (place := plain(raw.get(name, "")))), ""),
        "year": _first(r"\b(?:1[89]|20)\d\d\b", raw.get("year", ""), raw.get("date", "")),
        "volume": plain(raw.get("volume", "")),
        "number": plain(raw.get("number") or raw.get("issue", "")),
        "pages": re.sub(r"\s*[-‐‑–—]+\s*", "-", plain(raw.get("pages") or raw.get("eid", ""))),
        "doi": bare_doi(raw.get("doi", ""), told),
        **_pubmed(raw),
    }
    address = raw.get("url", "").replace("\\", "").strip()
    if not (fields["doi"] or fields["pmid"]) and re.fullmatch(r"https?://[^\s{}]+", address):
        fields["url"] = address
    return Work(
        "article" if kind == "article" else "misc",
        {name: value for name, value in fields.items() if value},
        told,
    )


def _pubmed(raw: dict[str, str]) -> dict[str, str]:
    """The numbers of PubMed, from fields of their own or where reference managers put them."""
    eprint = (
        raw.get("eprint", "")
        if raw.get("eprinttype", raw.get("archiveprefix", "")).lower() in ("pubmed", "pmid")
        else ""
    )
    noted = _first(r"(?<=PMID: )\d+|(?<=PMID:)\d+", raw.get("note", ""))
    pmid = _first(r"\A\d{1,8}\Z", raw.get("pmid", "").strip(), eprint.strip()) or noted
    return {
        "pmid": pmid,
        "pmcid": _first(r"PMC\d+", raw.get("pmcid", ""), raw.get("pmc", ""), raw.get("note", "")),
    }


def _first(pattern: str, *texts: str) -> str:
    return next((found[0] for text in texts if (found := re.search(pattern, text))), "")


def bare_doi(text: str, told: str) -> str:
    """The DOI in *text* without its address, in small letters; *told* names where it stands.

    :raises Refused: if it is none.
    """
    typed = html.unescape(text).replace("\\", "")
    doi = (
        "".join(char for char in typed if unicodedata.category(char) not in UNSEEN)
        .strip()
        .strip("{}")
        .lower()
    )
    doi = re.sub(r"\A(https?://)?(dx\.)?doi\.org/|\Adoi:\s*", "", doi).rstrip(".,;")
    if doi and (not DOI.match(doi) or re.search(r"[{}\"`]", doi)):
        raise Refused(f"{told}: {text.strip()!r} is no DOI; one looks like 10.1000/xyz")
    return doi


def plain(text: str) -> str:
    """*text* in plain characters on one line: LaTeX and HTML resolved, braces gone.

    Characters that nobody sees go too.  A command or a tag that is not known stays, and so does
    what is raised and has no sign; the build asks for the sign in its place.
    """
    text = _TYPED_TAG.sub(r"<\1>", text)
    text = _POWER.sub(
        lambda part: f"{part[1]}<sup>{re.sub('<[^<>]*>| ', '', part[2])}</sup>",
        " ".join(html.unescape(html.unescape(text)).split()),
    )
    text = _TAG.sub("", _SUP.sub(lambda part: f"^{{{part[2] or part[3]}}}", text))
    text = _DOLLAR.sub(_dollar, _NO_SIGN.sub("", _SPACE.sub(" ", text)))
    for latex, sign in LETTERS.items():
        text = text.replace(latex, sign)
    text = re.sub(r"(?<!\\)%", r"\%", text)
    text = _ACCENT.sub(lambda part: "\\" + _ACCENTS[part[1]], _LOOK.sub("", text))
    text = _COMMAND.sub(_sign, accented(text))
    while (inner := re.sub(r"\{\{([^{}]*)\}\}", r"{\1}", text)) != text:
        text = inner
    text = re.sub(r"(?<!\\)_(?:\{([^{}]*)\}|(\w))", lambda part: part[1] or part[2] or "", text)
    text = re.sub(r"(?<!\\)\^(?:\{([^{}]*)\}|([^\s{}]))", _raised, text)
    text = _decoded(text)
    text = re.sub("[{}]", "", text).replace("\0", "$")
    seen = (
        " " if char.isspace() else char
        for char in text
        if char.isspace() or unicodedata.category(char) not in UNSEEN
    )
    whole = " ".join("".join(seen).split())
    # pandoc and citation-js write "í" as a dotless i and an accent behind it.
    return unicodedata.normalize("NFC", re.sub("ı(?=[\u0300-\u036f])", "i", whole))


def _decoded(text: str) -> str:
    return str(codecs.getdecoder("ulatex")(text)[0])  # type: ignore[arg-type]


def _dollar(found: re.Match[str]) -> str:
    """A formula in braces; a dollar that is meant waits as a sign that no file holds."""
    return "\0" if found["formula"] is None else f"{{{found['formula']}}}"


def _sign(command: re.Match[str]) -> str:
    """The one sign that a *command* prints; packages write "text" or "up" before its name."""
    name = command[1]
    short = name.removeprefix("text").removeprefix("up")
    for known in (name, short):
        for sign in (SIGNS.get(known, ""), _decoded(f"\\{known}"), _decoded(f"$\\{known}$")):
            if len(sign.strip()) == 1:
                blank = " " if sign.strip() in _APART and command[2] == " " else ""
                return sign.strip() + blank
    return command[0]


def _raised(part: re.Match[str]) -> str:
    """What stands raised, by signs that do; ordinals and trademarks stand on the line."""
    inside = (part[1] or part[2] or "").strip()
    if all(char in RAISED for char in inside):
        return "".join(RAISED[char] for char in inside)
    if re.fullmatch("st|[nr]d|th|TM", inside):
        return inside.replace("TM", "™")
    return rf"\textsuperscript{{{inside}}}"


def _names(text: str, told: str) -> str:
    """The names of *text* as *Family, Given*, after the sixth the word for the rest."""
    people = [person for part in split_name_list(text) if (person := _name(part.strip(), told))]
    more = OTHERS in people or len(people) > NAMES
    people = [person for person in people if person != OTHERS][:NAMES]
    return " and ".join([*people, *([OTHERS] if more and people else [])])


def _name(text: str, told: str) -> str:
    if text.lower().strip(".") in ("others", "et al"):
        return OTHERS
    if is_one_group(text):
        return f"{{{plain(text)}}}" if plain(text) else ""
    # 'Smith JA', as PubMed prints names; but a king's number is none.
    # Neither are names with a semicolon between them.
    short = re.fullmatch(r"([^,;&]*[^,;&\s]) ([A-Z]{1,3})", html.unescape(text))
    if short and short[2] not in (
        "II",
        "III",
        "IV",
    ):
        return f"{plain(short[1])}, {' '.join(f'{letter}.' for letter in short[2])}"
    try:
        if re.search("[;&]", html.unescape(text)) or BODY.search(text):
            raise InvalidNameString(text)
        person = Person(text)
    except InvalidNameString as error:
        raise Refused(
            f"{told}: {text!r} is no name; write Family, Given and Family, Given, and a body in"
            " braces"
        ) from error
    family = plain(" ".join([*person.prelast_names, *person.last_names]))
    return ", ".join(
        filter(
            None,
            (
                family,
                plain(" ".join(person.lineage_names)),
                plain(" ".join([*person.first_names, *person.middle_names])),
            ),
        )
    )


def keys(work: Work) -> Iterator[str]:
    """Yield keys for *work*, the best first: first author, year, and a word of the title."""
    words = re.findall(r"[a-z][a-z0-9]*", ascii_of(work.fields.get("title", "")).lower())
    stem = f"{_author_of_key(work)}{work.fields.get('year', '')}"
    telling = list(
        dict.fromkeys(word for word in words if len(word) > 3 and not DULL.fullmatch(word))
    ) or ["work"]
    yield from (stem + word for word in telling)
    yield from (f"{stem}{telling[0]}{number}" for number in range(2, 100))


def _author_of_key(work: Work) -> str:
    """The first family name, for a body its short name in brackets or its first word; or 'anon'."""
    if not work.people:
        return "anon"
    first = work.people[0]
    family = first.split(",")[0]
    if first.startswith("{"):
        short = re.search(r"\(([A-Z]{2,})\)", first)
        family = short[1] if short else first.strip("{}").split()[0]
    return re.sub(r"[^a-z0-9]", "", ascii_of(family).lower()).lstrip("0123456789") or "anon"
