"""A book that grows and shrinks: a chapter, claims, terms, sources and foods more, and one of each away, as authors do it.

What ``make new`` begins is begun by it, and each prompt is filled; the rest is written by hand, as
its notes and the guide say.  What is added is of a subject that the book has not: sleep.  What a
person has to decide, beside the text itself, is apart (``decide``, ``say_where_they_went``), so
that a test can see it asked for.  What goes is chosen by the form of the sources, not by its name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from checks import tools  # noqa: F401  # enter the rules
from checks.core import check
from checks.reading import Book
from kb.core.messages import PROMPT
from scaffold.__main__ import main as make_new

CHAPTER, TITLE = "k2-and-rest", "K2 and rest"
OTHER = "supplements"
"""The chapter of the book that gets claims more."""
ARTICLE, FRONT, FOODS = "docs/about/article.md", "docs/index.md", "docs/data/foods.csv"
GLOSSARY, SOURCES = "docs/reference/glossary.md", "docs/data/sources.bib"
LIMITS = "docs/data/food-limits.csv"
GRADES, REDIRECTS = "docs/data/grades.csv", "docs/data/redirects.csv"
METHOD = "docs/about/method.md"
LEFT_OUT = "docs/about/not-looked-at.md"
CLAIM = r"^:::\{claim\} (\w+)$"
TERMS = {
    "actigraphy": "A method that tells sleep from waking by a watch that feels how the arm moves.",
    "chronotype": "A habit of the body that makes a person wake early or late.",
    "insomnia": "A trouble of sleep that keeps people awake although they could rest.",
    "jet lag": "A state of the body that follows a flight across time zones.",
    "night shift": "A time of work that lasts from the evening to the morning.",
    "polysomnography": "A method that records brain waves, breath and muscles of a sleeper.",
    "siesta": "A short sleep that people take after lunch.",
    "sleep diary": "A list that a person writes each morning about the night before.",
    "sleep latency": "A span of time that passes between going to bed and falling asleep.",
    "snoring": "A noise that the throat of a sleeper makes.",
}
STUDIES = {
    "Abel": "nurses",
    "Berg": "students",
    "Carr": "bakers",
    "Dale": "drivers",
    "Egan": "farmers",
    "Falk": "pilots",
    "Gale": "teachers",
    "Hale": "painters",
    "Ivey": "sailors",
    "Jung": "singers",
    "Kemp": "cooks",
    "Lund": "tailors",
    "Mohr": "potters",
    "Nash": "weavers",
    "Oren": "masons",
    "Pohl": "rowers",
    "Quin": "runners",
    "Rask": "guards",
    "Sand": "clerks",
    "Toft": "miners",
}
"""Who wrote of whom."""
PEOPLE, GROUPS = list(STUDIES), list(STUDIES.values())
NEW_FOODS = ("Warm milk", "Oat porridge", "Cherry juice", "Walnut bread", "Poppy seed cake")


@dataclass(frozen=True)
class Sizes:
    """How much is added beside the chapter."""

    claims: int = 3
    terms: int = 10
    sources: int = 20
    foods: int = 5


def grow(root: Path, sizes: Sizes) -> list[str]:
    """Write into the project at *root* a chapter with a claim, and as much else as *sizes* says.

    Return the ids of the claims; what ``decide`` writes is left open.
    """
    keys = [_source(root, number) for number in range(sizes.sources)]
    terms = list(TERMS)[: sizes.terms]
    for name in terms:
        _term(root, name, keys[0])
    claims = [_chapter(root, keys, terms)]
    claims += [_claim(root, number, keys[number]) for number in range(1, sizes.claims)]
    _edit(root / FOODS, lambda text: text + "".join(map(_food, range(sizes.foods), keys)))
    return claims


def decide(root: Path, claims: list[str]) -> None:
    """Write where the new *claims* stand in the article, their grades, the card, and what tables of foods leave out."""
    _edit(root / ARTICLE, lambda text: _in_article(text, claims[0], claims[1:]))
    _edit(root / FRONT, _with_card)
    for grade in ("unsupported", "very-low"):
        _count(root, grade, len(claims))
    keys = dict.fromkeys(re.findall(r",(\w+2021restful),Norway,", _read(root, FOODS)))
    rows = "".join(
        f"{key},,MK-7 in food of {PEOPLE[n]} was not measured.\n" for n, key in enumerate(keys)
    )
    _edit(root / LIMITS, lambda text: text + rows)


def _count(root: Path, grade: str, more: int) -> None:
    """Agree on *more* claims of a *grade* in ``grades.csv``."""

    def added(match: re.Match[str]) -> str:
        return f"{match[1]}{int(match[2]) + more}"

    _edit(root / GRADES, lambda text: re.sub(rf"(?m)^({grade},)(\d+)$", added, text))


def _new(root: Path, kind: str, answers: Mapping[str, str], path: str, **given: str) -> None:
    """Do what ``make new KIND ...`` does, then fill the prompts in the file *path*.

    *answers* has the line for each prompt, by words of its line; a line without an answer goes.
    """
    assert make_new([kind], given, root) == 0, (kind, given)

    def fill(text: str) -> str:
        lines = []
        for line in text.split("\n"):
            if PROMPT in line:
                answer = next((new for words, new in answers.items() if words in line), None)
                if answer is None:
                    continue
                line = answer
            lines.append(line)
        return "\n".join(lines)

    _edit(root / path, fill)


def _edit(path: Path, change: Callable[[str], str]) -> None:
    before = path.read_text(encoding="utf-8")
    after = change(before)
    assert after != before, f"the edit of {path.name} changes nothing"
    path.write_text(after, encoding="utf-8")


def _source(root: Path, number: int) -> str:
    """A source more; return its key."""
    name, group = PEOPLE[number], GROUPS[number]
    paper = root / "paper.bib"
    paper.write_text(
        f"@article{{x, author = {{{name}, Anna and Test, Bert}}, year = {{2021}}, "
        f"title = {{Restful nights of {group}}}, journal = {{Journal of Tests}}, "
        f"doi = {{10.1000/night.{number}}}}}\n",
        encoding="utf-8",
    )
    answers = {
        "design ": "  design       = {cross-sectional},",
        "status ": "  status       = {ok},",
        "finding ": f"  finding      = {{In {number + 31} {group}, K2 in food was not tied to sleep.}},",
        "limits ": "  limits       = {One day of food, and sleep as people told it.},",
    }
    _new(root, "source", answers, SOURCES, FROM=str(paper))
    paper.unlink()
    return f"{name.lower()}2021restful"


def _term(root: Path, name: str, key: str) -> None:
    answers = {
        ":sources:": f":sources: {key}",
        ":tags:": ":tags: method",
        "one definition": TERMS[name],
    }
    _new(root, "term", answers, GLOSSARY, NAME=name)


def _claim_answers(key: str, group: str) -> dict[str, str]:
    return {
        ":strength:": ":strength: states",
        ":verdict:": ":verdict: unsupported",
        ":certainty:": ":certainty: very-low",
        ":certainty-of:": ":certainty-of: claim",
        ":against:": f":against: {key}",
        "what the article says": "> K2 makes for better nights.",
        "the answer": f"Among {group}, those who ate more K2 did not sleep better.",
        "the assessment": (
            f"A survey of {group} found no tie between K2 in food and sleep, and it was small"
            f" {{cite:p}}`{key}`."
        ),
        "the last paragraph": "What would change this: a trial that gives K2 and measures sleep.",
    }


def _claim(root: Path, number: int, key: str) -> str:
    """A claim more in a chapter of the book; return its id."""
    quote = f"K2 lets {GROUPS[number]} rest."
    _new(
        root,
        "claim",
        _claim_answers(key, GROUPS[number]),
        f"docs/sections/{OTHER}.md",
        NAME=quote,
        IN=OTHER,
    )
    text = (root / f"docs/sections/{OTHER}.md").read_text(encoding="utf-8")
    claim = re.findall(r"^:::\{claim\} (\w+)$", text, re.MULTILINE)[-1]
    _on_side(root, key, claim)
    return claim


def _on_side(root: Path, key: str, claim: str) -> None:
    side = f"  sides        = {{{claim} against}},\n"
    _edit(
        root / SOURCES,
        lambda text: re.sub(
            rf"(@article\{{{key},.*?\n)(  finding )", rf"\g<1>{side}\2", text, flags=re.DOTALL
        ),
    )


def _chapter(root: Path, keys: list[str], terms: list[str]) -> str:
    """The chapter, which cites all *keys* and names all *terms*; return the id of its claim."""
    path = f"docs/sections/{CHAPTER}.md"
    told = "\n\n".join(
        f"### What {group} told\n\n"
        f"A survey asked {group} what they had eaten and how they had slept, and it"
        f" found that K2 in food was not tied to sleep {{cite:p}}`{key}`.\n"
        "Food was noted on one day only, and sleep was noted as people told it, which is often not"
        " what a machine would have seen."
        for group, key in zip(GROUPS, cycle(keys), strict=False)
    )
    words = "\n".join(f"Some of the surveys also asked about {name}." for name in terms)
    answers = {
        "summary:": "summary: Surveys of many trades found no tie between K2 and sleep.",
        "checked:": "checked: 2026-11-22",
        "check_due:": "check_due: 2027-11-22",
        "searched_to:": "searched_to: 2026-11-22",
        "a scene": "Does a vitamin let us sleep?",
        "three to five": (
            "- People were asked how they sleep.\n- Those who ate more K2 did not sleep better.\n"
            "- No one has tried it out."
        ),
        "one or two sentences": "The article says little about the night.",
        "the story behind": f"{words}\n\n{told}",
        "what was not found": "- No trial has given K2 and measured sleep.",
        "links to": "- {doc}`vitamin-k2`: the forms of the vitamin.",
        **_claim_answers(keys[0], GROUPS[0]),
    }
    _new(root, "chapter", answers, path, NAME=TITLE)
    text = (root / path).read_text(encoding="utf-8")
    claim = re.findall(r"^:::\{claim\} (\w+)$", text, re.MULTILINE)[0]
    _on_side(root, keys[0], claim)
    return claim


def _in_article(text: str, first: str, claims: list[str]) -> str:
    """The table of the article with a row for the chapter and its *first* claim, and with the *claims* of the other."""
    links = "".join(f", {{claim}}`{claim}`" for claim in claims)
    text = re.sub(rf"^(\|.*sections/{OTHER}`.*?) \|$", rf"\1{links} |", text, flags=re.MULTILINE)
    row = f"| Sleep | {{doc}}`/sections/{CHAPTER}` | {{claim}}`{first}` |\n"
    return re.sub(rf"^(\|.*sections/{OTHER}`.*\n)", rf"\g<1>{row}", text, flags=re.MULTILINE)


def _with_card(text: str) -> str:
    number = len(re.findall(r"^sections/\S+$", text, re.MULTILINE))
    card = (
        f"::::{{grid-item-card}} {number}. {TITLE}\n:link: sections/{CHAPTER}\n:link-type: doc\n"
        "Surveys of many trades. Do people who eat K2 sleep better?\n::::\n\n"
    )
    last = text.index(f":link: sections/{OTHER}\n")
    end = text.index("\n::::\n", last) + len("\n::::\n")
    return f"{text[:end]}\n{card.rstrip()}\n{text[end:]}"


def _food(number: int, key: str) -> str:
    name = NEW_FOODS[number]
    amount = number + 1
    return (
        f"{name.lower().replace(' ', '-')}-{key},{name},{name},other-dairy,{amount},mk4-only,,{amount}"
        f",,,,,,,,,{key},Norway,Bought in one shop.\n"
    )


# -- One of each away ----------------------------------------------------------------------------


def shrink(root: Path) -> list[str]:
    """Take away the chapter that ``grow`` added, and a claim, a term, a source and a food of the book.

    What names them goes too, and so do terms and sources that nothing uses any more, as `make
    check` says; what ``say_where_they_went`` writes is left open.  Return the names of the four.
    """
    _drop_chapter(root)
    claim = _least_named(root, _published(root, "claim")).upper()
    _drop_claim(root, claim)
    term = _least_named(root, _published(root, "term"))
    _drop_term(root, term)
    food = _least_named(root, _published(root, "food"))
    _drop(root, FOODS, rf"^{food},[^\n]*\n")
    source, point, sentence = _cited_where_it_can_go(root)
    _drop(root, METHOD, re.escape(point))
    _drop(root, LEFT_OUT, re.escape(sentence))
    for name in _ids_at(root, [found.line for found in check(Book(root), ["KB012"])]):
        _drop_term(root, name)
    uncited = [found.what.split("'")[1] for found in check(Book(root), ["KB021"])]
    for key in uncited:
        _drop(root, SOURCES, rf"^@\w+\{{{key},.*?^\}}\n\n?")
    return [claim, term, food, source]


def say_where_they_went(root: Path, asked: str) -> None:
    """Answer each line of *asked* that wants a row of ``redirects.csv``: it went for good."""
    rows = re.findall(r": ([^\s,]+),[^,]+,<reason>$", asked, re.MULTILINE)
    assert rows, asked
    went = "".join(f"{old},,Taken out: nothing rests on it.\n" for old in rows)
    _edit(root / REDIRECTS, lambda text: text + went)


def _read(root: Path, path: str) -> str:
    return (root / path).read_text(encoding="utf-8")


def _drop(root: Path, path: str, pattern: str) -> None:
    _edit(root / path, lambda text: re.sub(pattern, "", text, flags=re.MULTILINE | re.DOTALL))


def _everything(root: Path) -> str:
    """All that authors write of the book, in one text."""
    folders = [root / "docs" / name for name in ("sections", "about", "reference", "data")]
    found = [path for folder in folders for path in sorted(folder.iterdir())]
    wanted = [path for path in found if path.suffix in (".md", ".csv", ".bib")]
    return "\n".join(path.read_text(encoding="utf-8") for path in [root / FRONT, *wanted])


def _published(root: Path, kind: str) -> list[str]:
    """What is left of the first release of a *kind*, by id."""
    listed = re.findall(rf"#{kind}-(.*)", _read(root, "docs/data/published-ids.txt"))
    there = set(re.findall(r"[\w-]+", _everything(root).lower()))
    return [name for name in dict.fromkeys(listed) if name in there]


def _least_named(root: Path, names: list[str]) -> str:
    """The last of *names* of those that the book says least often."""
    words = Counter(re.findall(r"[\w-]+", _everything(root).lower().replace("claim-", "")))
    return min(reversed(names), key=words.__getitem__)


def _drop_chapter(root: Path) -> None:
    text = _read(root, f"docs/sections/{CHAPTER}.md")
    (root / f"docs/sections/{CHAPTER}.md").unlink()
    _drop(
        root, FRONT, rf"^::::\{{grid-item-card\}} [^\n]*\n:link: sections/{CHAPTER}\n.*?^::::\n\n"
    )
    _drop(root, FRONT, rf"^sections/{CHAPTER}\n")
    _drop(root, ARTICLE, rf"^\|[^\n]*sections/{CHAPTER}`[^\n]*\n")
    for claim in re.findall(CLAIM, text, re.MULTILINE):
        _off_sides(root, claim)
    for grade in ("unsupported", "very-low"):
        _count(root, grade, -1)


def _drop_claim(root: Path, claim: str) -> None:
    """The claim, its grades, and what names it: sides, the table of the article, rows of data, lists of claims."""
    [path] = [
        path.relative_to(root).as_posix()
        for path in sorted((root / "docs/sections").glob("*.md"))
        if f":::{{claim}} {claim}\n" in path.read_text(encoding="utf-8")
    ]
    block = re.search(rf"^:::\{{claim\}} {claim}\n.*?^:::\n\n", _read(root, path), re.M | re.S)[0]
    _edit(root / path, lambda text: text.replace(block, ""))
    for grade in re.findall(r"^:(?:verdict|certainty): (\S+)$", block, re.MULTILINE):
        _count(root, grade, -1)
    _off_sides(root, claim)
    _drop_rows(root, rf"(?:#claim-{claim.lower()}$|,{claim},)")
    named = re.escape(f"{{claim}}`{claim}`")
    for file in [
        root / FRONT,
        *sorted(root.glob("docs/[!a_]*/*.md")),
        *root.glob("docs/about/*.md"),
    ]:
        text = file.read_text(encoding="utf-8")
        listed = re.sub(rf", {named}|{named}, ", "", text)
        file.write_text(re.sub(rf"(?m)^.*{named}.*\n", "", listed), encoding="utf-8")


def _drop_rows(root: Path, pattern: str) -> None:
    """Take away the rows of data that hold the *pattern*."""
    for file in sorted(root.glob("docs/data/*.csv")):
        text = file.read_text(encoding="utf-8")
        file.write_text(re.sub(rf"(?m)^.*{pattern}.*\n", "", text), encoding="utf-8")


def _off_sides(root: Path, claim: str) -> None:
    """Take the *claim* out of the sides of every source."""
    text = _read(root, SOURCES)
    text = re.sub(rf"(?m)^  sides +=\s+\{{{claim} \w+\}},\n", "", text)
    text = re.sub(rf", {claim} (?:for|mixed|against)\b|\b{claim} (?:for|mixed|against), ", "", text)
    (root / SOURCES).write_text(text, encoding="utf-8")


def _drop_term(root: Path, term: str) -> None:
    _drop(root, GLOSSARY, rf"^:::\{{definition\}} [^\n]*\n:id: {term}\n.*?^:::\n\n?")
    _drop_rows(root, rf"#term-{term}$")
    text = _read(root, GLOSSARY)
    kept = re.sub(r"(?m)^## [A-Z]\n+(?=## |\Z)", "", text)
    (root / GLOSSARY).write_text(kept.rstrip() + "\n", encoding="utf-8")


def _ids_at(root: Path, lines: list[int]) -> list[str]:
    """The ids of the terms whose entries begin at these *lines* of the glossary."""
    text = _read(root, GLOSSARY).split("\n")
    return [text[line].removeprefix(":id: ") for line in lines]


def _cited_where_it_can_go(root: Path) -> tuple[str, str, str]:
    """A source that a point of the page on method cites, and a sentence behind another, and no more.

    Return its key, the point and the sentence, each a line of its page.
    """
    words = Counter(re.findall(r"\w+", _everything(root)))
    for point in re.findall(r"^- \{cite:t\}`\w+`[^\n]*\n", _read(root, METHOD), re.MULTILINE):
        key = point.split("`")[1]
        behind_another = rf"(?<=\w`\.\n)[^\n]*\{{cite:p\}}`{key}`\.\n"
        sentence = re.search(behind_another, _read(root, LEFT_OUT))
        if sentence and words[key] == 3 and point.count("{cite") == 1:
            return key, point, sentence[0]
    raise AssertionError("no source can go with a point and a sentence")
