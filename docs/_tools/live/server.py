"""The server of ``make live``: the pages of the last good build, newer ones from memory, and a line to each browser.

It answers on 127.0.0.1 alone and only to requests for that name and its port, so that no
page of another host can read along by pointing a name of its own here (DNS rebinding);
a browser's line is taken only from pages of this server.  It serves files below the live
output and nothing else: names that climb out, and links that lead out, are refused.

Every page gets one script more, ``/.live/live.js``, from this server and not in the file:
the files are those of a build from nothing.  The script is a file, so that a policy for
scripts that allows only the site itself lets it run.
"""

from __future__ import annotations

import hashlib
import os
import posixpath
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

ADDRESS = "127.0.0.1"
NAMES = (ADDRESS, "localhost")
HERE = Path(__file__).parent
SCRIPTS = {"live.js": "text/javascript", "live.css": "text/css"}
SHEET = "_static/site.css"
WAITING = "<!doctype html><html lang='en'><head><title>make live</title></head><body><h1>Reading the book</h1></body></html>"
GUARDS = {
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""Browsers ask each time whether a file is still the same; other sites may not take it in."""


class Hub:
    """What the browsers are shown, and the lines to them."""

    def __init__(self) -> None:
        self.site: Path | None = None
        self.newer: dict[str, str] = {}
        """Pages, and the one stylesheet, that are newer than the site, by name of file."""
        self.faults: list[str] = []
        self.lines: dict[WebSocket, str] = {}

    def looked_at(self) -> list[str]:
        """The names of the pages that browsers show, the one opened last first."""
        return list(dict.fromkeys(reversed(self.lines.values())))

    async def tell(self, told: dict[str, Any], page: str | None = None) -> None:
        """Send *told* to each browser, or to those that show *page*."""
        for line, shown in list(self.lines.items()):
            if page in (None, shown):
                try:
                    await line.send_json(told)
                except (RuntimeError, WebSocketDisconnect):
                    self.lines.pop(line, None)

    async def show(self, page: str, html: str) -> None:
        """Show *html* as *page* from now on."""
        if self.newer.get(f"{page}.html") != html:
            self.newer[f"{page}.html"] = html
            await self.tell({"html": html}, page)

    async def restyle(self, css: str) -> None:
        """Show all pages with the stylesheet *css* from now on."""
        self.newer[SHEET] = css
        await self.tell({"sheet": SHEET})

    async def complain(self, faults: list[str]) -> None:
        """Show *faults* beside the page, or that there are none any more."""
        if faults != self.faults:
            self.faults = faults
            await self.tell({"faults": faults})

    async def publish(self, site: Path) -> None:
        """Serve the pages in *site* from now on, and send each browser its page if that is another one."""
        old, shown = self.site, {page: self.text(f"{page}.html") for page in self.looked_at()}
        sheet = self.text(SHEET)
        self.site, self.newer = site, {}
        for page, before in shown.items():
            if (html := self.text(f"{page}.html")) != before or old is None:
                await self.tell({"html": html, "first": old is None}, page)
        if self.text(SHEET) != sheet:
            await self.tell({"sheet": SHEET})

    def text(self, name: str) -> str:
        """The text of the file *name* as it is served."""
        if name in self.newer:
            return self.newer[name]
        path = self.site and self.site / name
        return path.read_text(encoding="utf-8") if path and path.is_file() else ""

    async def listen(self, line: WebSocket) -> None:
        """Keep the line to a browser that shows a page; tell it what is wrong."""
        await line.accept()
        self.lines[line] = line.query_params.get("page", "")
        try:
            await line.send_json({"faults": self.faults})
            while True:
                await line.receive_text()
        except WebSocketDisconnect:
            pass
        finally:
            self.lines.pop(line, None)


class Pages(StaticFiles):
    """The files of the hub's site, and what is newer; pages with one script more."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(html=True, check_dir=False)
        self.hub = hub

    async def check_config(self) -> None:
        """The folder is that of the last good build, another one each time."""

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        self.all_directories = [self.hub.site] if self.hub.site else []
        return super().lookup_path(path)

    async def get_response(self, path: str, scope: Scope) -> Response:
        name = (
            posixpath.join("" if path == "." else path, "index.html")
            if scope["path"].endswith("/")
            else path
        )
        if name in self.hub.newer:
            text = self.hub.newer[name]
            return (
                self._page(text, name)
                if name.endswith(".html")
                else Response(text, media_type="text/css")
            )
        if self.hub.site is None:
            return self._page(WAITING, name, 503)
        return await super().get_response(path, scope)

    def file_response(
        self, full_path: Any, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        path = Path(full_path)
        if path.suffix != ".html" or self.hub.site is None:
            return super().file_response(full_path, stat_result, scope, status_code)
        return self._page(
            path.read_text(encoding="utf-8"),
            path.relative_to(self.hub.site.resolve()).as_posix(),
            status_code,
        )

    def _page(self, text: str, name: str, status: int = 200) -> Response:
        page, version = (
            _quoted(name.removesuffix(".html")),
            hashlib.sha256(text.encode()).hexdigest()[:16],
        )
        tags = f'<script src="/.live/live.js" defer data-page="{page}" data-version="{version}"></script>\n'
        tags += '<link rel="stylesheet" href="/.live/live.css">\n'
        return HTMLResponse(text.replace("</head>", f"{tags}</head>", 1), status)


def _quoted(name: str) -> str:
    return name.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


class OnlyHere:
    """Refuses requests under another name than this machine's own, and lines from pages of others."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        self.app, self.hosts = app, {f"{name}:{port}" for name in NAMES}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origins = {f"http://{host}" for host in self.hosts}
        is_ours = headers.get("host", "") in self.hosts
        if scope["type"] == "websocket" and is_ours and headers.get("origin") in origins:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        elif is_ours:
            await self.app(scope, receive, guarded(send))
        else:
            words = f"This server answers to {' and '.join(sorted(self.hosts))} only.\n"
            await PlainTextResponse(words, 421)(scope, receive, send)


def guarded(send: Send) -> Send:
    """Add the headers that every answer carries."""

    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            extra: Iterable[tuple[str, str]] = GUARDS.items()
            message["headers"] = [
                *message["headers"],
                *((name.lower().encode(), value.encode()) for name, value in extra),
            ]
        await send(message)

    return with_headers


async def script(request: Request) -> Response:
    """The script and the stylesheet of the line to the browser."""
    name = request.path_params["name"]
    if name not in SCRIPTS:
        raise HTTPException(404)
    return Response((HERE / name).read_text(encoding="utf-8"), media_type=SCRIPTS[name])


def application(hub: Hub, port: int) -> ASGIApp:
    """The whole server, for one *port*."""
    routes = [
        WebSocketRoute("/.live/line", hub.listen),
        Route("/.live/{name}", script),
        Mount("/", Pages(hub)),
    ]
    return OnlyHere(Starlette(routes=routes), port)
