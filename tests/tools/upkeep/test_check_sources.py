"""`make check-sources`: every outcome, from answers written by hand after Crossref's documentation (see crossref/README.md)."""

from __future__ import annotations

import copy
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from kb.sources.bibliography import Source, read_sources
from upkeep import check_sources, crossref, report
from upkeep.check_sources import look_at
from upkeep.crossref import Crossref, Unanswered
from upkeep.report import CLEAR, FLAGGED, OPEN

HERE = Path(__file__).parent / "crossref"
DOI = "10.1000/bone"
FIELDS = {
    "author": "Adams, A. and van den Borg-Huvel, Bert and others",
    "title": "Osteocalcin \\& bone-Gla Protein in Mice",
    "year": "2001",
    "doi": DOI,
}
Reply = tuple[int, dict[str, str], bytes]


def answer(name: str) -> dict[str, Any]:
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


def reply(data: Any, status: int = 200, **headers: str) -> Reply:
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    fast = {"x_rate_limit_limit": "1000", "x_rate_limit_interval": "1s"}
    return (
        status,
        {name.replace("_", "-"): value for name, value in {**fast, **headers}.items()},
        body,
    )


class Served:
    """A server on this machine that answers as it is told; *asked* are the paths, *agents* the names under which they came."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.agents: list[str] = []
        self.times: list[float] = []
        self.replies: dict[str, list[Reply | float]] = {
            "work": [reply(answer("work"))],
            "notices": [reply(answer("none"))],
        }
        served = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = unquote(self.path.replace("+", " "))
                served.asked.append(path)
                served.agents.append(self.headers["User-Agent"])
                served.times.append(time.monotonic())
                kind = (
                    "agency"
                    if path.endswith("/agency")
                    else "notices"
                    if "?filter=updates:" in path
                    else "work"
                )
                replies = served.replies[kind]
                told = replies.pop(0) if len(replies) > 1 else replies[0]
                if isinstance(told, float):
                    time.sleep(told)
                    return
                status, headers, body = told
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.root = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def served() -> Iterator[Served]:
    server = Served()
    yield server
    server.close()


@pytest.fixture
def ask(served: Served) -> Iterator[Callable[..., check_sources.Outcome]]:
    """Look at one source: ``ask(status="corrected", work=edit of the record, ...)``."""
    clients = []

    def look(
        edit: Callable[[dict[str, Any]], object] | None = None,
        design: str = "rct",
        status: str = "ok",
        **fields: str,
    ):
        if edit:
            record = copy.deepcopy(answer("work"))
            edit(record["message"])
            served.replies["work"] = [reply(record)]
        clients.append(
            Crossref(
                served.root,
                retries=2,
                timeouts=(
                    5,
                    0.3 if any(0.8 in replies for replies in served.replies.values()) else 10,
                ),
                backoff=0.0,
            )
        )
        clients[-1]._pause = 0.0
        return look_at(
            Source("adams2001bone", 1, design, status, {**FIELDS, **fields}, {}), clients[-1]
        )

    yield look
    for client in clients:
        client._session.close()


def test_a_work_that_is_as_we_say_and_has_no_notice_is_clear_after_both_questions(served, ask):
    assert ask().word == CLEAR
    assert ask().reasons == ()
    assert served.asked[:2] == [
        f"/works/{DOI}",
        f"/works?filter=updates:{DOI}&select=DOI,update-to&rows=200",
    ]


# -- The record ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (
            lambda work: work.update(title=["Osteocalcin and the brain in rats"]),
            "another title: 'Osteocalcin and the brain in rats'",
        ),
        (lambda work: work["author"].reverse(), "other authors: Clark, van den Børg-Hüvel, Adams"),
        (lambda work: work.update(author=work["author"][:1]), "other authors: Adams"),
        (
            lambda work: work.update(
                {
                    key: {"date-parts": [[1999]]}
                    for key in ("issued", "published-print", "published-online")
                }
            ),
            "another year: 1999",
        ),
        (
            lambda work: work.update(title=["RETRACTED: " + work["title"][0]]),
            "its title begins with 'RETRACTED:'",
        ),
        (
            lambda work: work.update(title=["WITHDRAWN ARTICLE: " + work["title"][0]]),
            "its title begins with 'WITHDRAWN ARTICLE:'",
        ),
    ],
    ids=["title", "order of authors", "too few authors", "year", "retracted", "withdrawn"],
)
def test_a_record_that_is_not_ours_is_flagged(ask, edit, reason):
    assert ask(edit).reasons == (reason,)
    assert ask(edit).word == FLAGGED


@pytest.mark.parametrize(
    ("edit", "fields"),
    [
        (
            lambda work: work.update(
                title=["Osteocalcin &amp; Bone-Gla protein"], subtitle=["in mice"]
            ),
            {},
        ),
        (lambda work: work["author"][1].update(family="Borg-Huvel"), {}),
        (lambda work: work.update(issued={"date-parts": [[None]]}), {}),
        (lambda work: None, {"year": "2000"}),
        (
            lambda work: work.update(author=[{"name": "Body of Tests"}]),
            {"author": "{Body of Tests}"},
        ),
        (
            lambda work: work.update(author=[{"name": "Body of Tests"}, {"family": "Adams"}]),
            {"author": "{Body of Tests} and Adams, A."},
        ),
        (lambda work: work.update(title=["マウスの骨"]), {"crossref-differs": "title"}),
        (
            lambda work: work.update(title=["Another"], author=[]),
            {"crossref-differs": "title, authors"},
        ),
    ],
    ids=[
        "subtitle",
        "particles",
        "no day of issue",
        "online before print",
        "a body",
        "a body and a person",
        "looked at",
        "two parts looked at",
    ],
)
def test_what_is_the_same_in_other_words_is_clear(ask, edit, fields):
    assert (ask(edit, **fields).word, ask(edit, **fields).reasons) == (CLEAR, ())


@pytest.mark.parametrize(("key", "part"), [("title", "title"), ("author", "authors")])
def test_what_a_record_does_not_say_could_not_be_told(ask, key, part):
    outcome = ask(lambda work: work.pop(key))
    assert (outcome.word, outcome.reasons) == (OPEN, (f"the record names no {part}",))


def test_a_preprint_that_was_published_is_flagged(ask):
    def published(work):
        work["relation"] = {
            "is-preprint-of": [{"id-type": "doi", "id": "10.1000/final", "asserted-by": "subject"}]
        }

    assert ask(published, status="preprint").reasons == (
        "the preprint was published as 10.1000/final",
    )
    assert ask(published).word == CLEAR


@pytest.mark.parametrize(
    ("missing", "reason"),
    [
        ("author", "authors whom we have not seen: Adams, van den Børg-Hüvel, Clark"),
        ("year", "a year that we have not seen: 2000 or 2001"),
    ],
)
def test_what_we_have_not_seen_and_crossref_names_is_flagged(served, ask, missing, reason):
    fields = {name: value for name, value in FIELDS.items() if name != missing}
    client = Crossref(served.root, retries=2, timeouts=(5, 10), backoff=0.0)
    client._pause = 0.0
    told = {**fields, "shortauthor": "Mice", "not-seen": missing}
    outcome = look_at(Source("adams2001bone", 1, "rct", "ok", told, {}), client)
    client._session.close()
    assert (outcome.word, outcome.reasons) == (FLAGGED, (reason,))


def test_the_titles_of_the_book_are_told_apart():
    """Two different titles must not pass for one: the reason for the threshold."""
    titles = [
        source.fields["title"]
        for source in read_sources(check_sources.ROOT / "docs/data/sources.bib").values()
    ]
    assert not [
        (one, other)
        for place, one in enumerate(titles)
        for other in titles[:place]
        if check_sources._alike(one, other)
    ]


# -- Notices, in both directions -----------------------------------------------------------------


def named(
    kind: str, doi: str = "10.1000/notice", source: str = "publisher"
) -> Callable[[dict[str, Any]], object]:
    """A record that names a notice about itself."""
    entry = {
        "DOI": doi,
        "type": kind,
        "label": kind.title(),
        "source": source,
        "updated": {"date-parts": [[2019, 1, 2]]},
    }
    return lambda work: work.update({"updated-by": [entry]})


@pytest.mark.parametrize("kind", sorted(check_sources.KINDS))
def test_a_notice_of_any_kind_that_the_record_names_is_flagged_until_our_status_says_it(ask, kind):
    shown = kind.replace("_", " ")
    assert ask(named(kind)).reasons == (
        f"{shown} 10.1000/notice (publisher), but our status is 'ok'",
    )
    assert ask(named(kind), status=check_sources.KINDS[kind]).word == CLEAR


def test_a_notice_that_names_the_work_is_flagged_though_the_record_is_silent(served, ask):
    served.replies["notices"] = [reply(answer("notices"))]
    assert ask().reasons == ("correction 10.1000/notice (publisher), but our status is 'ok'",)
    assert ask(status="corrected").word == CLEAR


def test_a_notice_of_both_sides_is_told_once_and_retraction_watch_counts(served, ask):
    served.replies["notices"] = [reply(answer("notices"))]
    assert len(ask(named("correction")).reasons) == 1
    assert (
        "retraction 10.1000/rw (retraction-watch), but our status is 'ok'"
        in ask(named("retraction", "10.1000/rw", "retraction-watch")).reasons
    )


@pytest.mark.parametrize(
    "status", ["ok", "corrected", "preprint", "superseded", "expression-of-concern"]
)
def test_a_retraction_is_news_for_everything_but_a_retracted_paper(ask, status):
    assert ask(named("retraction"), status=status).word == FLAGGED


def test_a_further_correction_is_news_where_we_know_the_first(ask):
    assert (
        ask(named("correction"), status="corrected", **{"notice-doi": "10.1000/NOTICE"}).word
        == CLEAR
    )
    assert ask(
        named("correction", "10.1000/second"),
        status="corrected",
        **{"notice-doi": "10.1000/notice"},
    ).reasons == (
        "a further notice: correction 10.1000/second (publisher); we know 10.1000/notice",
    )


def test_a_notice_of_a_kind_that_nobody_documented_is_flagged(ask):
    assert ask(named("frobnication"), status="retracted").reasons == (
        "a notice of a kind unknown to us: frobnication 10.1000/notice (publisher)",
    )


def test_a_retraction_note_is_not_retracted_by_what_it_retracts(ask):
    def turned(work):
        named("retraction", "10.1000/paper")(work)
        work["update-to"] = [{"DOI": "10.1000/paper", "type": "retraction", "source": "publisher"}]

    assert ask(turned, design="notice").word == CLEAR
    assert ask(turned, design="rct").word == FLAGGED


# -- No answer is never good news ----------------------------------------------------------------


def test_a_source_without_a_doi_could_not_be_told_and_nobody_is_asked(served, ask):
    assert ask(doi="").word == OPEN
    assert served.asked == []


BAD: dict[str, tuple[Reply | float, str]] = {
    "503 to the end": (reply(b"down", 503), "503 Service Unavailable"),
    "429 to the end": (reply(b"slow down", 429, Retry_After="0"), "429 Too Many Requests"),
    "403": (reply(b"no", 403), "403 Forbidden"),
    "400": (
        reply({"status": "failed", "message": [{"type": "filter-not-available"}]}, 400),
        "400 Bad Request",
    ),
    "no answer in time": (0.8, "no answer ("),
    "not JSON": (reply(b"<html>Maintenance</html>"), "the answer is not JSON"),
    "half of it": (
        reply(b'{"status": "ok", "message": {"DOI": "10.1000/bo'),
        "the answer is not JSON",
    ),
    "nothing": (reply(b""), "the answer is not JSON"),
    "an empty message": (reply({"status": "ok", "message": {}}), "the answer is empty"),
    "no message": (reply({"status": "ok"}), "the answer is empty"),
    "a list": (reply([1, 2]), "the answer is empty"),
    "failed": (
        reply({"status": "failed", "message": {"DOI": DOI, "items": [], "total-results": 0}}),
        "the answer is empty",
    ),
    "bytes": (reply(b"\xff\xfe\x00"), "the answer is not JSON"),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("kind", ["work", "notices"])
def test_an_answer_that_cannot_be_used_is_not_clear(served, ask, kind, name):
    bad, reason = BAD[name]
    served.replies[kind] = [bad]
    outcome = ask()
    assert outcome.word == OPEN
    assert len(outcome.reasons) == 1
    assert reason in outcome.reasons[0]
    again = "to the end" in name or "in time" in name
    assert sum(("filter" in path) == (kind == "notices") for path in served.asked) == (
        3 if again else 1
    )


@pytest.mark.parametrize("kind", ["work", "notices"])
def test_a_flag_from_one_side_stands_though_the_other_gives_no_answer(served, ask, kind):
    served.replies["notices"] = [reply(answer("notices"))]
    edit = None if kind == "work" else named("retraction")
    if kind == "work":
        served.replies["work"] = [reply(b"down", 500)]
    else:
        served.replies["notices"] = [reply(b"down", 500)]
    outcome = ask(edit)
    assert outcome.word == FLAGGED
    assert any("500 Internal Server Error" in reason for reason in outcome.reasons)


@pytest.mark.parametrize(
    "edit",
    [
        lambda work: work.update(author=["Adams"]),
        lambda work: work.update({"updated-by": ["10.1000/notice"]}),
        lambda work: work.update(issued="2001"),
        lambda work: work.update(relation=["10.1000/final"]),
    ],
)
def test_a_record_of_a_form_unknown_to_us_is_not_clear(ask, edit):
    outcome = ask(edit, status="preprint")
    assert (outcome.word, outcome.reasons) == (OPEN, ("the record has a form unknown to us",))


def test_an_answer_about_another_work_is_not_clear(ask):
    assert ask(lambda work: work.update(DOI="10.1000/other")).reasons == (
        "the record: the answer is about '10.1000/other'",
    )


def test_a_list_that_was_cut_off_is_not_clear(served, ask):
    cut = answer("none")
    cut["message"]["total-results"] = 1
    served.replies["notices"] = [reply(cut)]
    assert ask().reasons == ("notices that name it: the list of notices is not whole",)


def test_a_doi_with_a_comma_can_only_be_asked_for_one_way(served, ask):
    outcome = ask(lambda work: work.update(DOI="10.1000/a,b"), doi="10.1000/a,b")
    assert outcome.reasons == (
        "notices that name it: a DOI with a comma cannot be asked for in a filter",
    )


def test_a_doi_of_another_agency_could_not_be_told_and_one_of_none_is_flagged(served, ask):
    lost = reply(b"Resource not found.", 404)
    served.replies |= {"work": [lost], "agency": [reply(answer("agency"))]}
    assert (ask().word, ask().reasons) == (
        OPEN,
        ("its DOI is registered with JaLC, not with Crossref",),
    )
    served.replies["agency"] = [lost]
    assert (ask().word, ask().reasons) == (
        FLAGGED,
        ("no agency knows the DOI 10.1000/bone; mistyped?",),
    )
    served.replies["agency"] = [reply(b"down", 500)]
    assert (ask().word, ask().reasons) == (
        OPEN,
        (
            "Crossref has no record of it, and of the agency: the answer is 500 Internal Server Error",
        ),
    )


# -- Manners -------------------------------------------------------------------------------------


def test_a_request_that_was_refused_for_now_is_made_again_when_it_was_asked_to(served, ask):
    served.replies["work"] = [
        reply(b"", 429, Retry_After="1"),
        reply(b"", 503),
        reply(answer("work")),
    ]
    assert ask().word == CLEAR
    assert [path for path in served.asked if "filter" not in path] == [f"/works/{DOI}"] * 3
    assert served.times[1] - served.times[0] >= 1


def test_the_headers_say_how_fast_we_may_ask(served, ask):
    served.replies["work"] = [
        reply(answer("work"), x_rate_limit_limit="2", x_rate_limit_interval="1s")
    ]
    assert ask().word == CLEAR
    assert served.times[1] - served.times[0] >= 0.45
    assert crossref._pause("50", "1s") == 0.02
    assert (
        crossref._pause("", "") == crossref._pause("0x", "1s") == crossref._pause("5", "1m") == 0.2
    )


def test_who_asks_is_told_and_answers_are_kept_for_a_day(served, tmp_path):
    client = Crossref(served.root, "editor@example.org", tmp_path / "kept")
    client.work(DOI)
    client.work(DOI)
    assert len(served.asked) == 1
    assert served.agents == ["vitamin-k2-gut-brain-axis check-sources (mailto:editor@example.org)"]
    for path in (tmp_path / "kept").iterdir():
        os.utime(path, (0, 0))
    client.work(DOI)
    assert len(served.asked) == 2
    client._session.close()


def test_a_bad_answer_is_not_kept(served, tmp_path):
    client = Crossref(served.root, cache=tmp_path)
    served.replies["work"] = [reply(b"<html>"), reply(answer("work"))]
    with pytest.raises(Unanswered):
        client.work(DOI)
    assert client.work(DOI)["DOI"] == DOI
    client._session.close()


# -- The whole -----------------------------------------------------------------------------------

BIB = """@article{adams2001bone,
  author = {Adams, A. and others}, title = {Osteocalcin and bone Gla protein in mice}, year = {2001}, doi = {10.1000/bone},
  design = {rct}, status = {ok}, finding = {F.}, limits = {L.},
}
@misc{baker2002table,
  author = {{A | Body}}, title = {A Table}, year = {2002}, url = {https://example.org/table}, design = {database}, status = {ok}, finding = {F.}, limits = {L.},
}
"""


@pytest.mark.parametrize(
    ("keys", "edit", "code", "counts"),
    [
        (["adams2001bone"], None, 0, "Sources: 1; clear: 1, flagged: 0, could not tell: 0."),
        ([], None, 2, "Sources: 2; clear: 1, flagged: 0, could not tell: 1."),
        ([], named("retraction"), 1, "Sources: 2; clear: 0, flagged: 1, could not tell: 1."),
    ],
)
def test_the_exit_code_and_the_table_tell_the_three_outcomes(
    served, tmp_path, capsys, monkeypatch, keys, edit, code, counts
):
    monkeypatch.delenv("KB_MAILTO", raising=False)
    (tmp_path / "sources.bib").write_text(BIB)
    record = answer("work")
    record["message"]["title"] = ["Osteocalcin and bone Gla protein in mice"]
    if edit:
        edit(record["message"])
    served.replies["work"] = [reply(record)]
    words = [
        "--bib",
        str(tmp_path / "sources.bib"),
        "--api",
        served.root,
        "--cache",
        str(tmp_path / "kept"),
        "--report",
        str(tmp_path / "out/report.md"),
    ]
    assert check_sources.main([*keys, *words]) == code
    text = capsys.readouterr().out
    assert text == (tmp_path / "out/report.md").read_text()
    assert text.startswith(counts)
    assert (
        "| flagged | adams2001bone | https://doi.org/10.1000/bone | retraction 10.1000/notice"
        in text
    ) == bool(edit)
    assert ("| could not tell | baker2002table |" in text) == (not keys)


def test_words_of_others_cannot_break_the_table_or_call_people():
    assert report.cell("a | b\n@user <img src=x>") == "a \\| b &#64;user &lt;img src=x&gt;"


def test_a_key_that_is_not_there_is_told(tmp_path, capsys):
    with pytest.raises(SystemExit):
        check_sources.main(["nobody2000"])
    assert "no such source: nobody2000" in capsys.readouterr().err


def test_every_kind_leads_to_a_status_that_covers_it():
    assert all(status in check_sources.COVERED[status] for status in check_sources.KINDS.values())
