"""The front matter of a page, as a record that everybody reads."""

from __future__ import annotations

import pytest

from kb.core.page_info import PageInfo, info_of, newest_dates

CHAPTER = "sections/one.md"
MATTER = "---\nsummary: >\n  One sentence\n  on two lines.\nchecked: 2026-03-03\n---\n# More\n"


def test_a_record_holds_what_can_be_used():
    info = PageInfo.of(
        {
            "summary": "One\n sentence.",
            "checked": "2026-02-02",
            "check_due": "in spring",
            "searched_to": "20260201",
            "tocdepth": 1,
            "myst_slugs": {"a": (1, "a", "A")},
        }
    )
    assert (info.summary, info.checked, info.check_due) == ("One sentence.", "2026-02-02", "")
    assert (info.searched_to, info.reviewed_by) == ("", "")
    assert sorted(info.fields) == ["check_due", "checked", "searched_to", "summary", "tocdepth"]
    assert info.fields["check_due"] == "in spring"


def test_a_prompt_is_not_a_summary():
    assert PageInfo.of({"summary": "PROMPT: what it finds"}).summary == ""


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_record_is_the_same_in_one_process_and_in_two(tiny, jobs):
    built = tiny(
        {
            "more.md": lambda _: MATTER,
            "index.md": lambda t: t.replace("sections/one", "more\nsections/one"),
        },
    )
    env = built.app.env
    if jobs == 2:
        built.app.parallel = 2
        built.app.build(force_all=True)
    assert info_of(env, "more").summary == "One sentence on two lines."
    assert info_of(env, "sections/one").checked == "2026-02-02"
    assert info_of(env, "404") == PageInfo()
    assert newest_dates(env) == ("2026-03-03", "2026-02-01")


def test_the_record_of_a_page_goes_with_the_page(tiny):
    built = tiny({"more.md": lambda _: MATTER})
    (built.app.srcdir / "more.md").unlink()
    built.app.build()
    assert info_of(built.app.env, "more") == PageInfo()
    assert newest_dates(built.app.env)[0] == "2026-02-02"
