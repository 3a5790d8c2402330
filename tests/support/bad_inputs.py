"""Broken inputs, by class: how the tiny knowledge base is spoiled, and what its author must be told.

A case is the files to spoil and a message that must come, or, where the input is
usual after all, the words that its page must show.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from projects import KB
from trial import CHAPTER, Spoil

EVIDENCE = "reference/evidence"
ONE = (KB / CHAPTER).read_text(encoding="utf-8")
PAGE = (KB / f"{EVIDENCE}.md").read_text(encoding="utf-8")
GLOSSARY = (KB / "reference/glossary.md").read_text(encoding="utf-8")
BIB = (KB / "data/sources.bib").read_text(encoding="utf-8")
FOODS = (KB / "data/foods.csv").read_text(encoding="utf-8")
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 99
SVG = '<svg xmlns="http://www.w3.org/2000/svg">%s</svg>'


@dataclass(frozen=True)
class Case:
    """Files to spoil, what must be *said* with file and line, and what must be *shown* where nothing is said."""

    edits: dict[str, Spoil]
    said: str = ""
    shown: tuple[str, ...] = ()


def chapter(old: str, new: str, said: str = "") -> Case:
    assert old in ONE, old
    return Case({CHAPTER: ONE.replace(old, new, 1)}, said)


def page(text: str, said: str = "", *shown: str, **files: Spoil) -> Case:
    """*text* at the end of a page, from line 12 on, with more files beside."""
    more = {name.replace("__", "/").replace("_", "."): spoil for name, spoil in files.items()}
    return Case({f"{EVIDENCE}.md": f"{PAGE}\n{text}\n", **more}, said, shown)


def bib(old: str, new: str, said: str) -> Case:
    assert old in BIB, old
    return Case({"data/sources.bib": BIB.replace(old, new, 1)}, said)


def foods(old: str, new: str, said: str = "", *shown: str) -> Case:
    assert old in FOODS, old
    return Case({"data/foods.csv": FOODS.replace(old, new, 1)}, said, shown)


def glossary(old: str, new: str, said: str = "") -> Case:
    assert old in GLOSSARY, old
    return Case({"reference/glossary.md": GLOSSARY.replace(old, new, 1)}, said)


SUMMARY, AT, PAGE_AT = "summary: One sentence.\n", f"docs/{CHAPTER}", f"docs/{EVIDENCE}.md"
UNREADABLE = f"{AT}:1: WARNING: the front matter is missing or unreadable"
OUTSIDE = f"{PAGE_AT}:12: WARNING: the file out.md: it lies outside of docs/"
DRAWING_AT = "docs/reference/d.svg"
FIGURE = "```{image} d.svg\n:class: kb-figure\n:alt: x\n```"
HEAD = {
    "never closed": chapter(
        "2026-02-01\n---", "2026-02-01\n", f"{AT}:1: the front matter is never closed"
    ),
    "open quotation mark": chapter(
        SUMMARY,
        'summary: "One.\n',
        f"{AT}:2: a quotation mark opens at place 10 and nothing closes",
    ),
    "tabs": chapter(SUMMARY, "summary:\tOne.\n\tx: y\n", f"{AT}:2: a tab, at place 9"),
    "a list": Case({CHAPTER: "---\n- a\n---\n" + ONE.split("---\n", 2)[2]}, UNREADABLE),
    "a colon in a sentence": chapter(
        SUMMARY, "summary: One: two.\n", f"{AT}:2: a colon inside of the sentence, at place 13"
    ),
    "a field twice": chapter(
        SUMMARY,
        SUMMARY * 2,
        f"{AT}:3: the field 'summary' stands in line 2 already, and would be lost",
    ),
    "a misspelled field": chapter(
        SUMMARY,
        f"{SUMMARY}checkedd: 2026-01-01\n",
        "front matter sets 'checkedd', which no page may (did you mean 'checked'?)",
    ),
    "a program": chapter(
        SUMMARY,
        "summary: !!python/object/apply:os.system ['id']\n",
        f"{AT}:2: the sentence begins with '!', at place 10",
    ),
    "a billion laughs": chapter(
        SUMMARY,
        SUMMARY
        + "a: &a [x,x,x,x,x,x,x,x,x]\n"
        + "".join(
            f"{b}: &{b} [{','.join(['*' + a] * 9)}]\n"
            for a, b in zip("abcdefgh", "bcdefghi", strict=True)
        ),
        "front matter sets 'a', which no page may",
    ),
}
DATES = {
    f"date {word}": chapter("check_due: 2027-02-02", f"check_due: {word}", said)
    for word, said in {
        "0000-01-01": UNREADABLE,
        "2027-02-31": UNREADABLE,
        "9999-12-31": f"{AT}:1: WARNING: check_due '9999-12-31' is not a day of this century",
        "10000-01-01": f"{AT}:1: WARNING: check_due '10000-01-01' is not a date; write year, month and day",
        "2027-W10-1": f"{AT}:1: WARNING: check_due '2027-W10-1' is not a date",
        "2027-02-02T10:00:00Z": "is not a date; write year, month and day",
        "٢٠٢٧-٠٢-٠٢": "is not a date; write year, month and day",
        "2025-01-01": "checked (2026-02-02) lies after check_due (2025-01-01); put the dates in order",
    }.items()
}
BOXES = {
    "open code": page("```python\nzq", f"{PAGE_AT}:12: '```python' is never closed"),
    "open note": page(":::{note}\nzq", f"{PAGE_AT}:12: ':::{{note}}' is never closed"),
    "open claim": chapter("in people.\n:::", "in people.\n", f"{AT}:16: ':::{{claim}}"),
    "a note that meets another": Case(
        {f"{EVIDENCE}.md": PAGE.replace("# Evidence\n", "# Evidence\n\n:::{note}\nzq\n")},
        f"{PAGE_AT}:3: ':::{{note}}' is not closed before the box",
    ),
    "one sign too many": page(
        ":::{note}\nzq\n:::\n:::", f"{PAGE_AT}:15: ':::' closes nothing here"
    ),
    "equal signs in each other": page(
        ":::{note}\n:::{tip}\nzq\n:::\n:::",
        f"{PAGE_AT}:12: ':::{{note}}' is not closed before the box of as many signs at line 13",
    ),
    "open comment": page("<!-- open\n\nzq", f"{PAGE_AT}:12: the comment '<!--' is never closed"),
    "open role": page(
        "{cite:p}`adams2001bone and more",
        f"{PAGE_AT}:12: WARNING: '{{cite:p}}`' opens a role that nothing closes",
    ),
    "unknown directive": page(
        "```{notte}\nx\n```", f"{PAGE_AT}:12: WARNING: Unknown directive type: 'notte'"
    ),
    "an option that is none": page(
        "```{note}\n:clas: x\n\nzq\n```",
        f"{PAGE_AT}:13: WARNING: 'note': Unknown option key: 'clas'",
    ),
    "an option with a quotation mark": chapter(
        ":verdict: overstated",
        ':verdict: "overstated" x',
        f"{AT}:18: WARNING: 'claim': Invalid options format",
    ),
    "an option on two lines": chapter(
        ":for: adams2001bone",
        ":for: adams2001bone,\n  dodd2004void",
        "claim A1: an option stands in the body",
    ),
    "rightly nested": page(
        "::::{note}\n:::{tip}\nzqinner\n:::\nzqouter\n::::", "", "zqinner", "zqouter"
    ),
    "fences shown as code": page("````md\n```{note}\nzqshown\n````", "", "zqshown"),
}
BYTES = {
    "UTF-16": Case(
        {CHAPTER: ONE.encode("utf-16")}, f"{AT}:1: the file is saved as UTF-16; save it as UTF-8"
    ),
    "UTF-16 without a mark": Case(
        {CHAPTER: ONE.encode("utf-16-be")}, f"{AT}:1: an invisible character, U+0000"
    ),
    "Latin-1": Case(
        {CHAPTER: ONE.replace("of bone", "of bone é").encode("latin-1")},
        f"{AT}:12: a character here is not UTF-8 (byte 0xe9)",
    ),
    "half a pair": Case({CHAPTER: ONE.encode() + b"\xed\xa0\x80"}, "is not UTF-8 (byte 0xed)"),
    "a mark before the text": Case({CHAPTER: b"\xef\xbb\xbf" + ONE.encode()}),
    "line ends of Windows": Case({CHAPTER: ONE.replace("\n", "\r\n")}),
    "NUL": chapter(
        "of bone",
        "of\0bone",
        f"{AT}:12: an invisible character, U+0000 (control character), stands at place 28",
    ),
    "a form feed": chapter("of bone", "of\x0cbone", f"{AT}:12: an invisible character, U+000C"),
    "a line separator": chapter("of bone", "of\u2028bone", "U+2028 (line separator)"),
    "direction marks": chapter(
        "of bone",
        "of \u202ebone\u202c",
        f"{AT}:12: an invisible character, U+202C (pop directional",
    ),
    "a claim id of no width": chapter(
        "{claim} A1",
        "{claim} A\u200b1",
        f"{AT}:16: an invisible character, U+200B (zero width space)",
    ),
    "a term id of no width": glossary(
        ":id: osteocalcin", ":id: osteo\u200dcalcin", "docs/reference/glossary.md:14: an invisible"
    ),
    "a target of no width": page(
        "(my\u2060target)=\n## H", f"{PAGE_AT}:12: an invisible character, U+2060"
    ),
    "ten megabytes of words": page(
        "word " * 2_000_000,
        f"{PAGE_AT}:12: the line has 10000000 characters, and 20000 are the most",
    ),
    "ten megabytes of one word": page(
        "w" * 10_000_000, f"{PAGE_AT}:12: the line has 10000000 characters"
    ),
    "ten megabytes of a cell": foods(
        "Note.", "x" * 10_000_000, "docs/data/foods.csv:2: the line has"
    ),
    "ten megabytes of a title": bib(
        "Bone and more", "B" * 10_000_000, "docs/data/sources.bib:3: the line has"
    ),
}
DEEP = {
    "500 quotations": page(
        "> " * 500 + "zq", f"{PAGE_AT}:12: lists or quotations more than 6 deep"
    ),
    "25 quotations": page("> " * 25 + "zq", f"{PAGE_AT}:12: lists or quotations more than 6 deep"),
    "6 quotations": page("> " * 6 + "zqdeep", "", "zqdeep"),
    "500 lists": page(
        "\n".join("  " * i + "- x" for i in range(500)),
        f"{PAGE_AT}:18: lists or quotations more than 6 deep",
    ),
    "6 lists": page(
        "\n".join("  " * i + f"- zq{i}" for i in range(6)), "", *(f"zq{i}" for i in range(6))
    ),
    "500 boxes": page(
        "\n".join(":" * (503 - i) + "{note}" for i in range(500)),
        f"{PAGE_AT}:20: more than 8 boxes in each other",
    ),
    "8 boxes": page(
        "\n".join(":" * (11 - i) + "{note}" for i in range(8))
        + "\nzqdeep\n"
        + "\n".join(":" * (4 + i) for i in range(8)),
        "",
        "zqdeep",
    ),
    "500 emphases": page(
        "*" * 500 + "zq" + "*" * 500, f"{PAGE_AT}:12: more than 300 signs of emphasis or links"
    ),
    "500 emphases by turns": page(
        "*a **" * 500 + "zq" + "** b*" * 500, f"{PAGE_AT}:12: more than 300 signs"
    ),
    "500 emphases on 500 lines": page("*a **\n" * 500 + "zq" + "** b*\n" * 500, "goes too deep"),
    "500 brackets": page("[" * 500 + "zq" + "](x)" * 500, f"{PAGE_AT}:12: more than 300 signs"),
    "500 roles": page(
        "{plain}`" * 500 + "zq", f"{PAGE_AT}:12: WARNING: '{{plain}}' is printed as it stands"
    ),
    "10,000 backticks": page("`" * 5000 + "zq" + " `" * 5000, "text.mark"),
    "500 braces": bib(
        "{Bone and more}",
        "{" * 500 + "Bone" + "}" * 500,
        "docs/data/sources.bib:3: too many nested braces",
    ),
    "60 braces": Case(
        {"data/sources.bib": BIB.replace("{Bone and more}", "{" * 60 + "Bone" + "}" * 60)}
    ),
}
CIRCLES = {
    "a page that lists itself": Case(
        {"index.md": lambda text: text + "\n```{toctree}\nindex\n```\n"},
        "docs/index.md:16: WARNING: toctree contains reference to nonexisting",
    ),
    "two pages that list each other": Case(
        {
            f"{EVIDENCE}.md": f"{PAGE}\n```{{toctree}}\nglossary\n```\n",
            "reference/glossary.md": f"{GLOSSARY}\n```{{toctree}}\nevidence\n```\n",
        },
        f"{PAGE_AT}:12: reference/evidence lists reference/glossary lists reference/evidence; take one of them out",
    ),
    "terms that name each other": glossary(
        ":explicit: gut\n", ":explicit: gut\n:see-also: osteocalcin\n"
    ),
    "a term that names itself": glossary(":explicit: gut\n", ":explicit: gut\n:see-also: gut\n"),
    "a page that includes itself": page(
        "```{include} evidence.md\n```",
        f"{PAGE_AT}: the page has no end or goes too deep: look for a file that includes itself",
    ),
}
TWICE = {
    "a target twice": page(
        "(x)=\n## H\n\n(x)=\n## I", f"{PAGE_AT}:15: WARNING: Duplicate explicit target name"
    ),
    "a name twice": page(
        "```{note}\n:name: x\na\n```\n\n```{note}\n:name: x\na\n```",
        'WARNING: Duplicate explicit target name: "x"',
    ),
    "a heading twice": page("## Zqhead\n\n## Zqhead", "", "Zqhead"),
    "a term id twice": glossary(
        ":id: osteocalcin",
        ":id: gut",
        "docs/reference/glossary.md:13: WARNING: term 'osteocalcin': the id 'gut' is taken",
    ),
    "a claim id twice": chapter(
        ":::\n\n## The subject",
        ":::\n\n:::{claim} A1\n:strength: states\n:verdict: overstated\n:certainty: none\n:certainty-of: claim\n\n> X.\n\nY.\n\nZ.\n\nWhat would change this: W.\n:::\n\n## The subject",
        f"{AT}:33: WARNING: claim A1 stands here and in sections/one.md:16",
    ),
    "a source twice": Case(
        {"data/sources.bib": BIB + BIB},
        "docs/data/sources.bib:56: source 'adams2001bone' stands here twice (first at line 1)",
    ),
    "a food twice": foods(
        "natto-tiny",
        "gouda-tiny",
        "docs/data/foods.csv:3: id 'gouda-tiny' stands at line 2 already",
    ),
}
BIBS = {
    "a brace too few": bib(
        "{Bone and more}", "{Bone and more", "look for a missing comma or an unbalanced brace"
    ),
    "a brace too many": bib(
        "{Bone and more}",
        "{Bone} and more}",
        "docs/data/sources.bib:3: '}' expected in the entry that begins at line 1",
    ),
    "an entry inside of another": bib(
        "@article{baker2002gut,",
        "@string{x = {}}\n@string{y = {\n@article{baker2002gut,}}}\n@article{z,",
        "docs/data/sources.bib:21: the entry 'baker2002gut' is not read",
    ),
    "a brace in quotation marks": bib(
        "{Bone and more}", '"Bone and } more"', "docs/data/sources.bib:3: unbalanced braces"
    ),
    "a bare word": bib(
        "{Bone and more}", "nosuch", "docs/data/sources.bib:3: the bare word 'nosuch'"
    ),
    "too many commas": bib(
        "Baker, Bob and Clark",
        "a, b, c, d, e and Clark",
        "docs/data/sources.bib:19: baker2002gut: author 'a, b, c, d, e' has too many commas",
    ),
    "nobody but and": bib(
        "Baker, Bob and Clark, Cora", "and and and", "an 'and' without a name beside it"
    ),
    "a field of a source twice": bib(
        "{2001}",
        "{2001}, year = {1999}",
        "docs/data/sources.bib:1: adams2001bone: field 'year' stands twice; delete one",
    ),
    "a script as an address": bib(
        "https://example.org/opinion",
        "javascript:alert(1)",
        "docs/data/sources.bib:33: clark2003gut: url 'javascript:alert(1)' does not begin with 'https://'",
    ),
    "UTF-16 of sources": Case(
        {"data/sources.bib": BIB.encode("utf-16")},
        "docs/data/sources.bib:1: the file is saved as UTF-16",
    ),
    "NUL in sources": bib(
        "Bone and", "Bone\0and", "docs/data/sources.bib:3: an invisible character, U+0000"
    ),
    "no source": Case({"data/sources.bib": "\n"}, "is unknown or withdrawn"),
}
CSVS = {
    "an open quotation": foods(
        '"Gouda, old"',
        '"Gouda, old',
        "docs/data/foods.csv:2: unexpected end of data in the row that begins here; look for a quotation mark",
    ),
    "quotation marks inside": foods('"Gouda, old"', '"Gouda ""zqold"""', "", "zqold"),
    "a comma too many": foods(
        '"Gouda, old"',
        "Gouda, old",
        "docs/data/foods.csv:2: 20 cells where the head has 19; quote a cell",
    ),
    "semicolons": Case({"data/foods.csv": FOODS.replace(",", ";")}),
    "two separators": Case(
        {"data/foods.csv": FOODS.replace("kind,category", "kind;category").replace(",", ";", 2)},
        "docs/data/foods.csv:1: columns missing",
    ),
    "a mark before the head": Case({"data/foods.csv": b"\xef\xbb\xbf" + FOODS.encode()}),
    "Latin-1 of foods": Case(
        {"data/foods.csv": FOODS.replace("Gouda,", "Goudé").encode("latin-1")},
        "docs/data/foods.csv:2: a character here is not UTF-8",
    ),
    "NUL in foods": foods(
        "Gouda, old", "Gouda\0 old", "docs/data/foods.csv:2: an invisible character, U+0000"
    ),
    "an empty file": Case({"data/foods.csv": ""}, "docs/data/foods.csv:1: columns missing id"),
    "a formula": foods('"Gouda, old"', "=cmd|calc", "", "=cmd|calc"),
    "a number of 400 digits": foods(
        "72.9", "9" * 400, "micrograms per 100 g, which no food holds; look at the unit"
    ),
    "digits of another script": foods("72.9", "٧٢.9", "is not a number; write micrograms"),
    "an empty line": foods("\nnatto", "\n\n\nnatto", "", "Natto"),
}
PICTURES = {
    "a script in a drawing": page(
        FIGURE,
        f"{DRAWING_AT}:1: WARNING: d.svg: the element <script>",
        reference__d_svg=SVG % "<script>x</script>",
    ),
    "a PNG named SVG": page(
        FIGURE,
        f"{DRAWING_AT}:1: WARNING: d.svg: what no parser of XML can read",
        reference__d_svg=PNG,
    ),
    "an SVG named PNG": page(
        "![x](d.png)",
        f"{PAGE_AT}:12: WARNING: the picture reference/d.png: its bytes are not those of a PNG",
        reference__d_png=SVG,
    ),
    "a drawing cut off": page(
        FIGURE,
        f"{DRAWING_AT}:1: WARNING: d.svg: what no parser of XML can read",
        reference__d_svg=SVG[:-4],
    ),
    "a PNG cut off": page(
        "![x](d.png)",
        f"{PAGE_AT}:12: WARNING: the picture reference/d.png: it is cut off",
        reference__d_png=PNG,
    ),
    "a bomb in a drawing": page(
        FIGURE,
        f"{DRAWING_AT}:1: WARNING: d.svg: a document type, or an entity",
        reference__d_svg='<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG % "&a;",
    ),
    "no drawing": page(FIGURE, f"{PAGE_AT}:12: WARNING: image file not readable: reference/d.svg"),
    "a folder for a picture": page(
        "![x](../reference)", f"{PAGE_AT}:12: WARNING: the picture reference: it is a folder"
    ),
}
PATHS = {
    "a picture from outside": page(
        "![x](../../out.svg)",
        f"{PAGE_AT}:12: WARNING: the picture ../out.svg: it lies outside of docs/",
        **{"..__out_svg": SVG % ""},
    ),
    "an include from outside": page(
        "```{include} ../../out.md\n```", OUTSIDE, **{"..__out_md": "secret\n"}
    ),
    "code from outside": page(
        "```{literalinclude} ../../out.md\n```", OUTSIDE, **{"..__out_md": "secret\n"}
    ),
    "a table from outside": page(
        "```{csv-table} x\n:file: ../../out.md\n```",
        OUTSIDE.replace("12", "13"),
        **{"..__out_md": "a,b\n"},
    ),
    "a download from outside": page(
        "{download}`x <../../out.md>`", OUTSIDE, **{"..__out_md": "secret\n"}
    ),
    "a system file": page(
        "```{include} /../../../../../../../etc/hostname\n```", f"{PAGE_AT}:12: "
    ),
    "contents from outside": Case(
        {"index.md": lambda text: text + "\n```{toctree}\n../../out\n```\n", "../out.md": "# X\n"},
        "docs/index.md:16: WARNING: toctree contains reference to nonexisting",
    ),
    "a name of two lines": Case(
        {"a\nb.md": "# x\n"}, "the name holds characters that cannot be printed; rename the file"
    ),
    "a name that is no text": Case(
        {os.fsdecode(b"a\xff.md"): "# x\n"}, "the name holds characters that cannot be printed"
    ),
}
TABLES = {
    "a cell too many": page(
        "| a | b |\n|---|---|\n| 1 | 2 | zqlost |",
        f"{PAGE_AT}:14: the row has 3 cells where the head has 2; write '\\|' for a bar",
    ),
    "a cell too few": page(
        "| a | b |\n|---|---|\n| 1 |",
        f"{PAGE_AT}:14: the row has 1 cell where the head has 2; leave an empty cell as '| |'",
    ),
    "dashes too few": page(
        "| a | b | c |\n|---|---|\n| 1 | 2 |",
        f"{PAGE_AT}:13: the line of dashes has 2 cells and the head 3",
    ),
    "a ragged list-table": page(
        "```{list-table} x\n* - a\n  - b\n* - c\n```",
        f"{PAGE_AT}:12: ERROR: Error parsing content block",
    ),
    "a ragged csv-table": page(
        "```{csv-table} x\n:header: a,b\n\nzq1,zq2,zq3\n```", "", "zq1", "zq2", "zq3"
    ),
    "a bar in a cell": page("| a | b |\n|---|---|\n| zq1 \\| zq2 | 2 |", "", "zq1 | zq2"),
}
CLASSES = {
    "front matter": HEAD,
    "dates": DATES,
    "unclosed": BOXES,
    "bytes": BYTES,
    "nesting": DEEP,
    "circles": CIRCLES,
    "ids": TWICE,
    "bibtex": BIBS,
    "csv": CSVS,
    "pictures": PICTURES,
    "paths": PATHS,
    "tables": TABLES,
}
CASES = {f"{kind}: {name}": case for kind, cases in CLASSES.items() for name, case in cases.items()}
