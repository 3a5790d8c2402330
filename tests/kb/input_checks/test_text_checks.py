"""The bytes of files: each sign that nobody sees is told by its place, and each encoding by its cure."""

from __future__ import annotations

import os
import unicodedata

import pytest

from kb.input_checks.text_checks import (
    LONGEST,
    TEXTS,
    TextError,
    byte_faults,
    file_faults,
    text_faults,
)

SEEN = "a\tb µ ′ – é\u0301 \u00a0 \u202f ≥ 日本 \U0001f9ea"
"""Signs of every kind that a file may hold; spaces that do not break are for printers."""
UNSEEN = [
    *(chr(code) for code in (0, 8, 0x0B, 0x0C, 0x0E, 0x1F, 0x7F, 0x9F, 0xAD, 0x200B, 0x200F)),
    *(chr(code) for code in (0x2028, 0x202E, 0x2060, 0x206F, 0xFEFF, 0xFFF9, 0xFFFD)),
]
BESIDE = [chr(code) for code in (9, 0x20, 0x7E, 0xA0, 0xAC, 0xAE, 0x200A, 0x2010, 0x2027, 0x202F)]


@pytest.fixture
def faults(tmp_path):
    """The faults of a file with these bytes, by default of data."""

    def told(data: bytes | str, ending: str = ".txt", **more: bool) -> list[str]:
        path = tmp_path / f"one{ending}"
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return list(text_faults(path, "docs/one", **more))

    return told


@pytest.mark.parametrize("sign", UNSEEN, ids=lambda sign: f"U+{ord(sign):04X}")
def test_a_sign_that_nobody_sees_is_told_once_a_line_with_its_first_place(faults, sign):
    name = unicodedata.name(sign, "control character").lower()
    assert faults(f"one\ntw{sign}o{sign}\n") == [
        f"docs/one:2: an invisible character, U+{ord(sign):04X} ({name}), stands at place 3; delete it"
    ]


@pytest.mark.parametrize("sign", ["\ue000", "\uf0b7", "\uf8ff", "\U000f0000", "\U0010fffd"])
def test_a_sign_of_a_symbol_font_is_told(faults, sign):
    assert faults(f"{sign} one\n{sign} two\n") == [
        f"docs/one:{line}: the character U+{ord(sign):04X} at place 1 means nothing outside of the"
        " font that it was copied from; write the sign that it showed"
        for line in (1, 2)
    ]


@pytest.mark.parametrize(
    "sign", ["\ufdd0", "\ufffe", "\U0001ffff", "\U000e0041", "\u061c", "\u3164", "\u2800"]
)
def test_a_sign_that_unicode_has_not_or_that_tags_others_is_told(faults, sign):
    (fault,) = faults(f"one{sign}")
    assert fault.startswith(f"docs/one:1: an invisible character, U+{ord(sign):04X}")


def test_what_a_reader_sees_passes(faults):
    assert faults("\ufeff" + SEEN + "".join(BESIDE)) == []


def test_two_kinds_in_a_line_are_two_faults_in_the_order_of_signs(faults):
    told = faults("a\u200bb\u00adc")
    assert [fault.split("U+")[1][:4] for fault in told] == ["00AD", "200B"]


def test_the_length_of_a_line_has_a_limit(faults):
    assert faults("x" * LONGEST) == []
    assert faults("\n" + "x" * (LONGEST + 1)) == [
        f"docs/one:2: the line has {LONGEST + 1} characters, and {LONGEST} are the most;"
        " write one sentence on each line"
    ]


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_each_kind_of_line_end_counts_one(faults, end):
    assert faults(f"a{end}{end}\x00")[0].startswith("docs/one:3: ")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_file_in_utf_16_is_told(faults, encoding):
    data = "\ufeffwords".encode(encoding)
    assert faults(data) == ["docs/one:1: the file is saved as UTF-16; save it as UTF-8"]


def test_a_byte_that_is_not_utf_8_is_told_with_its_line(faults):
    assert faults(b"one\ntwo \xb5g\n") == [
        "docs/one:2: a character here is not UTF-8 (byte 0xb5); save the file as UTF-8"
    ]


def test_markdown_is_read_as_markdown(faults):
    open_fence = "# T\n\n```text\nwords\n"
    assert faults(open_fence) == []
    assert faults(open_fence, is_page=True) == faults(open_fence, ".md") != []


def test_only_plain_files_with_names_that_can_be_printed(tmp_path):
    for name in ("good.md", "b\x07ad.md", ".hidden\x07"):
        (tmp_path / name).write_text("")
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__/b\x07ad").write_text("")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/link.md").symlink_to("../good.md")
    (tmp_path / "linked").symlink_to("folder")
    (tmp_path / ".lock").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / os.fsdecode(b"latin-\xe9.md")).write_text("")
    assert list(file_faults(tmp_path)) == [
        "'docs/b\\x07ad.md': the name holds characters that cannot be printed; rename the file",
        "'docs/latin-\\\\udce9.md': the name holds characters that cannot be printed; rename the file",
        "docs/linked: a link to another place; put the file itself here",
        "docs/pipe: neither a file nor a folder; remove it",
        "docs/folder/link.md: a link to another place; put the file itself here",
    ]


@pytest.mark.parametrize("words", ["html and", "html.__class__", "not", "(html", "html or pdf or"])
def test_a_condition_that_cannot_be_read_is_told_with_its_line(tiny, words):
    text = f"\n:::{{only}} {words}\nWords.\n:::\n"
    built = tiny({"reference/evidence.md": lambda page: page + text})
    assert built.warnings == (
        f"reference/evidence.md:12: WARNING: {words!r} is not a condition; write tags, joined by"
        " 'and', 'or', 'not' [text.tag]\n"
    )


@pytest.mark.parametrize("sign", ["today", "release", "version"])
def test_what_the_day_or_a_setting_replaces_is_told(sign):
    from kb.input_checks.markdown_lint import faults_of

    message = f"'|{sign}|' would be replaced by a setting, or by the day of the build;"
    assert list(faults_of(["```{eval-rst}", f"As of |{sign}|.", "```"])) == [
        (2, f"{message} write the words themselves")
    ]


@pytest.mark.parametrize("name", ["two.MD", "two.markdown", "two.rst", "two.qmd", "two.docx"])
def test_a_page_of_another_ending_is_told(tmp_path, name):
    (tmp_path / name).write_text("# Two\n")
    assert list(file_faults(tmp_path)) == [
        f"docs/{name}: pages end in '.md', and nobody would read this one; rename it"
    ]


@pytest.mark.parametrize("name", ['a"b.md', "a\\b.md", "a#b.md", "a b.md", "a:b.md", "a.b.md"])
def test_a_page_whose_name_is_no_address_is_told(tmp_path, name):
    (tmp_path / "sections").mkdir()
    (tmp_path / "sections" / name).write_text("# Two\n")
    assert list(file_faults(tmp_path)) == [
        f"docs/sections/{name}: the name of a page is its address, of letters, digits, '-' and '_';"
        " rename the file"
    ]


def test_a_folder_of_pages_is_held_to_the_same(tmp_path):
    (tmp_path / "two parts").mkdir()
    (tmp_path / "two parts/one.md").write_text("# Two\n")
    (tmp_path / "pictures of us").mkdir()
    (tmp_path / "pictures of us/one.svg").write_text("")
    assert list(file_faults(tmp_path)) == [
        "docs/two parts/one.md: the name of a page is its address, of letters, digits, '-' and '_';"
        " rename the file"
    ]


def test_letters_of_any_script_may_stand_in_the_name_of_a_page(tmp_path):
    for name in ("納豆.md", "käse_2.md"):
        (tmp_path / name).write_text("# Two\n")
    assert list(file_faults(tmp_path)) == []


@pytest.mark.parametrize(
    "name", ["_static/kb.css", "_static/figures/a.json", "_templates/a.html", "data/a.csv"]
)
def test_every_file_of_text_is_read_by_its_bytes(tmp_path, name):
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_text("plain \u00e9\n")
    assert list(byte_faults(tmp_path)) == []
    path.write_bytes(b"a\nb \xe9")
    assert list(byte_faults(tmp_path)) == [
        f"docs/{name}:2: a character here is not UTF-8 (byte 0xe9); save the file as UTF-8"
    ]


def test_code_pictures_and_hidden_files_are_not_read_as_text(tmp_path):
    for name in ("_ext/a.json", "_static/a.png", ".cache/a.csv", "sections/.a.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"\xe9")
    assert list(byte_faults(tmp_path)) == []


def test_other_files_may_have_any_ending(tmp_path):
    (tmp_path / "_ext").mkdir()
    for name in ("one.md", "note.txt", "_ext/readme.rst", "a.csv"):
        (tmp_path / name).write_text("x")
    assert list(file_faults(tmp_path)) == []


def test_a_blank_around_a_name_is_told(tmp_path):
    (tmp_path / "two.md ").write_text("# Two\n")
    assert list(file_faults(tmp_path)) == [
        "'docs/two.md ': the name begins or ends with a blank; rename the file"
    ]


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("A {term}`gut of it.", "{term}`"),
        ("See {cite:p}`adams2001bone and more.", "{cite:p}`"),
    ],
)
def test_a_role_that_nothing_closes_is_told(tiny, text, role):
    built = tiny({"reference/evidence.md": lambda page: f"{page}\n{text}\n"})
    assert built.warnings == (
        f"reference/evidence.md:12: WARNING: {role!r} opens a role that nothing closes; write a"
        " second '`' after its text [text.role]\n"
    )


def test_a_role_in_code_is_none(tiny):
    built = tiny({"reference/evidence.md": lambda page: f"{page}\nA ``{{term}}`gut`` of it.\n"})
    assert built.warnings == ""


def test_a_page_without_a_title_has_none_to_look_at(tiny):
    assert tiny({"plain.md": lambda _: "---\norphan: true\n---\nWords alone.\n"}).warnings == ""


UNSEEN_SIGN = (
    "an invisible character, U+202E (right-to-left override), stands at place 1; delete it"
)
OTHER_PAGE = "pages end in '.md', and nobody would read this one; rename it"


@pytest.mark.parametrize(
    ("files", "told"),
    [
        *(({f"data/a{end}": "x\n\u202e"}, [f"a{end}:2: {UNSEEN_SIGN}"]) for end in TEXTS),
        ({"data/a.csv": "\u202e", "data/b.csv": "\u202e"}, ["a.csv:1: ", "b.csv:1: "]),
        ({"data/a.csv": "\u202e", "data/two.rst": "x"}, [f"two.rst: {OTHER_PAGE}"]),
    ],
)
def test_files_are_looked_at_before_anybody_reads_them(tiny, files, told):
    with pytest.raises(TextError) as caught:
        tiny({name: lambda _, text=text: text for name, text in files.items()})
    wanted = [line if line.endswith("it") else line + UNSEEN_SIGN for line in told]
    assert str(caught.value).splitlines() == [f"docs/data/{line}" for line in wanted]
    assert caught.value.category == "Text error"


@pytest.mark.parametrize("name", ["genindex", "search", "404"])
def test_a_page_whose_name_the_site_takes_is_told(tiny, name):
    settings = {"conf.py": lambda text: text + '\nhtml_additional_pages = {"404": "page.html"}\n'}
    with pytest.raises(TextError) as caught:
        tiny({f"{name}.md": lambda _: "# How we searched\n", **settings})
    assert str(caught.value) == (
        f"docs/{name}.md: the site makes a page {name!r} of its own, in which this one would be lost;"
        " rename the file"
    )


def test_a_page_below_may_have_such_a_name(tiny):
    assert tiny({"reference/search.md": lambda _: "---\norphan: true\n---\n# A\n"}).warnings == ""


@pytest.mark.parametrize(
    "name", ["data/a.bin", "data/.a.toml", "data/.a/b.csv", "_tools/a.toml", "_build/a.js"]
)
def test_only_files_of_text_that_are_no_code_are_looked_at(tmp_path, name):
    for path in (tmp_path / name, tmp_path / "data/seen.csv"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\u202e", encoding="utf-8")
    assert list(byte_faults(tmp_path)) == [f"docs/data/seen.csv:1: {UNSEEN_SIGN}"]


def test_words_above_the_title_are_told(tiny):
    built = tiny({"index.md": lambda text: f"% A remark.\n\n(top)=\n\nWords.\n\n{text}"})
    assert (
        "index.md:5: WARNING: words stand above the title of the page, where the search does not"
        " find them; begin the page with its title [text.title]" in built.warnings
    )
    built = tiny({"index.md": lambda text: f"% A remark.\n\n(top)=\n\n{text}"})
    assert "above the title" not in built.warnings


@pytest.mark.parametrize("mark", ["<<<<<<< HEAD", ">>>>>>> branch", "||||||| base"])
def test_a_mark_of_a_merge_is_told_in_every_file(faults, mark):
    for ending in (".md", ".csv"):
        assert faults(f"one\n{mark}\n", ending)[:1] == [
            "docs/one:2: a mark of git's stands here, where two versions meet; keep one, and delete"
            " the mark"
        ]


@pytest.mark.parametrize(("one", "two"), [("Dot.svg", "dot.svg"), ("\u00e9.md", "e\u0301.md")])
def test_names_that_some_systems_take_for_one_are_told(tmp_path, one, two):
    for name in (one, two):
        (tmp_path / name).write_text("")
    first, second = sorted((one, two))
    found = [fault for fault in file_faults(tmp_path) if "some systems" in fault]
    assert found == [
        f"docs/{second}: some systems take it for {first!r}, of the same letters; rename one"
    ]


def test_a_page_whose_name_is_too_long_for_what_is_made_of_it_is_told(tmp_path):
    (tmp_path / f"{'n' * 197}.md").write_text("")
    assert list(file_faults(tmp_path)) == []
    (tmp_path / f"{'n' * 198}.md").write_text("")
    assert [fault.partition(": ")[2] for fault in file_faults(tmp_path)] == [
        "the name is longer than 200 bytes; shorten it"
    ]
