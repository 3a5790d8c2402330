"""What the processes of ``make live`` and the browsers send each other: one class for each message.

A message is one line of JSON: the name of its class as ``kind``, and its fields.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, get_args

# -- From the server to the worker and its snapshots -----------------------------------------------


@dataclass(frozen=True)
class TakeSnapshot:
    """Load the last good build, for builds and, if *previews*, for previews as well.

    The next one is likely to be of *page*, if that is named.
    """

    previews: bool
    page: str = ""


@dataclass(frozen=True)
class BuildSite:
    """Build the whole site, the *open_pages* first."""

    open_pages: list[str]


@dataclass(frozen=True)
class PreviewPages:
    """Read again those of the documents *pages* that are made from *edited* files; write them.

    The files are told from the folder of the documents.
    """

    pages: list[str]
    edited: list[str]


@dataclass(frozen=True)
class PreviewStylesheet:
    """Make the one stylesheet of the site from the stylesheets as they are now."""


# -- From a snapshot to the server -----------------------------------------------------------------


@dataclass(frozen=True)
class SnapshotReady:
    """The snapshot waits for requests."""


@dataclass(frozen=True)
class SnapshotRefused:
    """Sphinx cannot load the project."""

    faults: list[str]


@dataclass(frozen=True)
class BuildStarted:
    """The build is done by the process of this number."""

    process: int


@dataclass(frozen=True)
class PageWritten:
    """The new *html* of a page."""

    page: str
    html: str


@dataclass(frozen=True)
class StylesheetWritten:
    """The new stylesheet, and the fonts that it names."""

    css: str
    fonts: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class BuildFinished:
    """The site is built from code of this digest; it can be published if there are no *faults*."""

    faults: list[str]
    code_digest: str


@dataclass(frozen=True)
class SourcesChanged:
    """The build is of no use, since a source or the code was saved while it ran."""


@dataclass(frozen=True)
class RequestDone:
    """The last message on a request."""


# -- From the server to browsers -------------------------------------------------------------------


@dataclass(frozen=True)
class ShowPage:
    """Show *html* in place of the page; load it whole if it is the *first* one."""

    html: str
    first: bool = False


@dataclass(frozen=True)
class ShowStylesheet:
    """Load the stylesheet *name* again."""

    name: str


@dataclass(frozen=True)
class ShowFaults:
    """Show the *faults* beside the page, or none any more."""

    faults: list[str]


# -- As lines --------------------------------------------------------------------------------------

Request = BuildSite | PreviewPages | PreviewStylesheet
Report = (
    SnapshotReady
    | SnapshotRefused
    | BuildStarted
    | PageWritten
    | StylesheetWritten
    | BuildFinished
    | SourcesChanged
    | RequestDone
)
Show = ShowPage | ShowStylesheet | ShowFaults
Message = TakeSnapshot | Request | Report | Show
Send = Callable[[Report], None]
CLASSES: dict[str, type[Message]] = {one.__name__: one for one in get_args(Message)}


def to_json(message: Message) -> str:
    """Return *message* as one line of JSON, without the line end."""
    return json.dumps({"kind": type(message).__name__, **asdict(message)}, default=_encoded)


def to_line(message: Message) -> bytes:
    """Return *message* as one line."""
    return to_json(message).encode() + b"\n"


def from_line(line: bytes | str) -> Message:
    """Return the message that *line* holds.

    :raises KeyError: if there is no such kind of message.
    """
    fields: dict[str, Any] = json.loads(line, object_hook=_decoded)
    return CLASSES[fields.pop("kind")](**fields)


def _encoded(data: bytes) -> dict[str, str]:
    return {"base64": b64encode(data).decode()}


def _decoded(found: dict[str, Any]) -> Any:
    return b64decode(found["base64"]) if found.keys() == {"base64"} else found
