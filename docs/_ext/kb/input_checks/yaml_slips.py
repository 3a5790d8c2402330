"""Slips in front matter: the line, the place in it, and what to write.

Front matter is YAML, in which a sentence may not hold a colon before a blank, or begin with
a sign that means something::

    summary: Note: some studies found more.      a colon in the sentence
    summary: "Some studies found more.           an open quotation mark
    checked 2026-02-02                           no colon behind the field

What a parser says of such lines is hard to read, and often names the line below.
``faults_of`` looks for the common slips where YAML cannot be read, and tells the parser's own
words where it finds none.  ``text_checks`` asks it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from kb.core.messages import is_prompt

QUOTES = 'put the sentence in quotes, as in {name}: "..."'
FIELD = re.compile(r"(?P<name>[A-Za-z][\w-]*)(?P<colon>\s*:)?(?P<gap>[ ]*)(?P<value>.*)")
SIGNS = "@`%*&!|>[]{},#?-"
"""What a value that is not in quotes may not begin with (a few may, where no blank follows)."""


def faults_of(fields: list[str], first: int = 2) -> Iterator[tuple[int, str]]:
    """Yield line and message of the slip in *fields*, the lines between the two '---'.

    The first of them is at line *first* of the page.
    """
    text = "\n".join(fields)
    try:
        yaml.safe_load(text)
    except RecursionError:
        yield first, "the front matter has lists in lists without end; a field is one sentence"
    except yaml.MarkedYAMLError as error:
        known = ((first + index, slip(line)) for index, line in enumerate(fields))
        mark = error.problem_mark
        there = first + min(mark.line if mark else 0, len(fields) - 1)
        other = (
            f"the front matter cannot be read ({error.problem}); {QUOTES.format(name='summary')}"
        )
        yield next(((number, fault) for number, fault in known if fault), (there, other))
    except ValueError:
        return  # a date that is none: ``schema`` tells it
    else:
        for index, line in enumerate(fields):
            if (field := FIELD.match(line)) and (fault := lost(field)):
                yield first + index, fault
        yield from twice(text, first)


def twice(text: str, first: int) -> Iterator[tuple[int, str]]:
    """Yield line and message of each field that stands in *text* already, in whatever spelling."""
    head = yaml.compose(text, Loader=yaml.SafeLoader)
    seen: dict[str, int] = {}
    for key, _ in head.value if isinstance(head, yaml.MappingNode) else ():
        name, line = str(key.value), first + key.start_mark.line
        if name in seen:
            what = f"the field {name!r} stands in line {seen[name]} already, and would be lost"
            yield line, f"{what}; delete one"
        seen.setdefault(name, line)


def slip(line: str) -> str:
    """Return what is wrong with the *line* of a field, with the cure; nothing if it is well."""
    if "\t" in line:
        return f"a tab, at place {line.index(chr(9)) + 1}; write a blank"
    field = FIELD.fullmatch(line)
    if not field:
        return "a field begins its line; remove the blanks before it" if ":" in line else ""
    name, value, place = field["name"], field["value"], field.start("value") + 1
    if not field["colon"]:
        return f"no colon behind {name!r}; write '{name}: ...'"
    if value and not field["gap"]:
        return (
            f"no blank behind the colon, at place {place}; write '{name}: {value[:20].strip()}...'"
        )
    return _value_fault(value, place, name)


def _value_fault(value: str, place: int, name: str) -> str:
    cure = QUOTES.format(name=name)
    if value[:1] in ('"', "'"):
        return _quote_fault(value, place)
    if value[:1] and value[0] in SIGNS:
        return f"the sentence begins with {value[0]!r}, at place {place}; {cure}"
    if colon := re.search(r":(?= |\Z)", value):
        return f"a colon inside of the sentence, at place {place + colon.start()}; {cure}"
    return ""


def _quote_fault(value: str, place: int) -> str:
    sign = value[0]
    inside = value[1:].replace("\\" + sign if sign == '"' else "''", "xx")
    end = inside.find(sign)
    if end < 0:
        return f"a quotation mark opens at place {place} and nothing closes it; write a second one"
    if inside[end + 1 :].strip():
        cure = "write '' for it" if sign == "'" else r"write \" for it"
        return (
            f"the quotation ends at place {place + end + 1}, before the end of the line; if the"
            f" mark belongs to the sentence, {cure}"
        )
    return ""


def lost(field: re.Match[str]) -> str:
    """Return what YAML takes for a comment, as a message; nothing if no words would be lost."""
    value = field["value"]
    if value[:1] in ('"', "'") or not (sign := re.search(r"(?<= )#", value)):
        return ""
    if is_prompt(value[sign.start() + 1 :]):  # what `make new` asks for stands in a comment
        return ""
    place = field.start("value") + sign.start() + 1
    cure = QUOTES.format(name=field["name"])
    return f"the words behind '#', at place {place}, would be lost; {cure}"
