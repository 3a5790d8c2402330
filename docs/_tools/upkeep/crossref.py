"""Ask Crossref's public API about one work: what it is, and which notices there are about it.

Two questions, since a notice may be entered on either side
(https://www.crossref.org/documentation/retrieve-metadata/rest-api/ and
https://crossref.gitlab.io/tutorials/get-rw-metadata/):

- ``/works/{doi}``: the record, whose ``updated-by`` names notices about the work;
- ``/works?filter=updates:{doi}``: the notices that name the work in their ``update-to``.

Every answer that is not a whole and fitting one raises :class:`Unanswered`, so that
nobody takes silence for good news.  The manners are those that Crossref asks for: a
contact address (``KB_MAILTO``), one request at a time, no faster than its headers
allow, ``Retry-After`` obeyed, answers of this day not asked for again.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

API = "https://api.crossref.org"
TIMEOUTS = (10, 60)
"""Seconds to connect, and between two pieces of an answer; Crossref takes some for a filter."""
FRESH = 20 * 3600
"""Seconds for which an answer is kept: a second run on a day costs nothing, a weekly one asks anew.
"""
LONGEST_WAIT = 300
"""Seconds that we wait at most when told to come back later."""
BUSY = (429, 500, 502, 503, 504)
NOTICES = 200
"""Rows asked for; more notices than this about one work are an answer that was cut off."""


class Unanswered(Exception):
    """Crossref gave no answer that can be used; the message says why."""


class Unknown(Exception):
    """Crossref answered that it has no such work."""


@dataclass
class Crossref:
    """A polite client; *root* is the address of the API, *cache* a folder for the answers of this
    day."""

    root: str = API
    mailto: str = ""
    cache: Path | None = None
    retries: int = 4
    timeouts: tuple[float, float] = TIMEOUTS
    backoff: float = 1.0
    _pause: float = field(default=0.2, init=False)
    _last: float = field(default=0.0, init=False)
    _session: requests.Session = field(default_factory=requests.Session, init=False)

    def __post_init__(self) -> None:
        again = Retry(
            total=self.retries,
            status_forcelist=BUSY,
            backoff_factor=self.backoff,
            raise_on_status=False,
            respect_retry_after_header=True,
            retry_after_max=LONGEST_WAIT,
        )
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=again))
        contact = f" (mailto:{self.mailto})" if self.mailto else ""
        self._session.headers["User-Agent"] = f"vitamin-k2-gut-brain-axis check-sources{contact}"

    def work(self, doi: str) -> dict[str, Any]:
        """The record of *doi*.

        :raises Unknown: if Crossref has no such work.
        :raises Unanswered: if there is no answer, or one about something else.
        """
        message = self._ask(f"/works/{quote(doi, safe='')}")
        if str(message.get("DOI", "")).lower() != doi.lower():
            raise Unanswered(f"the answer is about {message.get('DOI', 'nothing')!r}")
        return message

    def notices_about(self, doi: str) -> list[dict[str, Any]]:
        """The works that say of themselves that they update *doi*.

        :raises Unanswered: if there is no answer, or not a whole one.
        """
        if "," in doi:
            raise Unanswered("a DOI with a comma cannot be asked for in a filter")
        select = urlencode({"filter": f"updates:{doi}", "select": "DOI,update-to", "rows": NOTICES})
        message = self._ask(f"/works?{select}")
        items = message.get("items")
        if not isinstance(items, list) or message.get("total-results") != len(items):
            raise Unanswered("the list of notices is not whole")
        return items

    def agency(self, doi: str) -> str:
        """The agency with which *doi* is registered.

        :raises Unknown: if none knows it.
        :raises Unanswered: if there is no answer.
        """
        found = self._ask(f"/works/{quote(doi, safe='')}/agency").get("agency")
        if not isinstance(found, dict) or not found.get("label"):
            raise Unanswered("the answer names no agency")
        return str(found["label"])

    def _ask(self, path: str) -> dict[str, Any]:
        kept = (
            self.cache / f"{hashlib.sha256(path.encode()).hexdigest()[:32]}.json"
            if self.cache
            else None
        )
        if kept and kept.is_file() and 0 <= time.time() - kept.stat().st_mtime < FRESH:
            return _message(kept.read_text(encoding="utf-8"))
        text = self._get(path)
        message = _message(text)
        if kept:
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(text, encoding="utf-8")
        return message

    def _get(self, path: str) -> str:
        time.sleep(max(0.0, self._last + self._pause - time.monotonic()))
        try:
            answer = self._session.get(self.root + path, timeout=self.timeouts)
        except requests.RequestException as error:
            raise Unanswered(f"no answer ({type(error).__name__})") from error
        finally:
            self._last = time.monotonic()
        self._pause = _pause(
            answer.headers.get("x-rate-limit-limit", ""),
            answer.headers.get("x-rate-limit-interval", ""),
        )
        if answer.status_code == 404:
            raise Unknown
        if answer.status_code != 200:
            raise Unanswered(f"the answer is {answer.status_code} {answer.reason}")
        return answer.content.decode("utf-8", errors="replace")


def _pause(limit: str, interval: str) -> float:
    """Seconds between two requests, from what the headers allow; a fifth of a second
    without them."""
    count, seconds = re.fullmatch(r"\d+", limit), re.fullmatch(r"(\d+)s", interval)
    return int(seconds[1]) / max(1, int(count[0])) if count and seconds else 0.2


def _message(text: str) -> dict[str, Any]:
    """The ``message`` of an answer.

    :raises Unanswered: if *text* is not an answer of the API.
    """
    try:
        answer = json.loads(text)
    except ValueError as error:
        raise Unanswered("the answer is not JSON") from error
    message = (
        answer.get("message") if isinstance(answer, dict) and answer.get("status") == "ok" else None
    )
    if not isinstance(message, dict) or not message:
        raise Unanswered("the answer is empty")
    return message
