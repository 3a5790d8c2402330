"""The server of ``make live``: pages of the last good build, newer ones from memory, and sockets.

It answers on 127.0.0.1 alone and only to requests for that name and its port, so that no
page of another host can read along by pointing a name of its own here (DNS rebinding);
it accepts a socket only from pages of this server.  It serves files below the last good
build and nothing else: names that climb out, and links that lead out, are refused.

Every page gets one script more, ``/.live/live.js``, from this server and not in the file:
the files are those of a build from nothing.  The script is a file, so that a policy for
scripts that allows only the site itself lets it run.  Nothing keeps these pages in the browser, as
the worker of the site would (``kb.site.offline``).
"""

from __future__ import annotations

import hashlib
import os
import posixpath
from html import escape
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from live.messages import Show, ShowFaults, ShowPage, ShowStylesheet, to_json

ADDRESS = "127.0.0.1"
NAMES = (ADDRESS, "localhost")
HERE = Path(__file__).parent
SCRIPTS = {"live.js": "text/javascript", "live.css": "text/css"}
SHEET = "_static/site.css"
NOT_KEPT = {
    "_static/offline.js": "",
    "service-worker.js": (HERE / "no-worker.js").read_text("utf-8"),
}
"""In place of what keeps the site in the browser: pages would be old there after an edit."""
WAITING = (
    "<!doctype html><html lang='en'><head><title>make live</title></head>"
    "<body><h1>Reading the book</h1></body></html>"
)
TAGS = (
    '<script src="/.live/live.js" defer data-page="{page}" data-version="{version}"></script>\n'
    '<link rel="stylesheet" href="/.live/live.css">\n'
)
"""What every page gets."""
GUARDS = {
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""Browsers ask each time whether a file is still the same; other sites may not take it in."""


class Clients:
    """The browsers that show a page, and what they are shown."""

    def __init__(self) -> None:
        self.site: Path | None = None
        self.newer: dict[str, str] = {}
        """Pages, and the one stylesheet, that are newer than the site, by name of file."""
        self.fonts: dict[str, bytes] = {}
        """The fonts of a stylesheet that is newer."""
        self.faults: list[str] = []
        self.sockets: dict[WebSocket, str] = {}
        """Each browser with the name of its page."""

    def open_pages(self) -> list[str]:
        """Return the names of the pages that browsers show, the one opened last first."""
        return list(dict.fromkeys(reversed(self.sockets.values())))

    async def send(self, message: Show, page: str | None = None) -> None:
        """Send *message* to each browser, or to those that show *page*."""
        for socket, shown in list(self.sockets.items()):
            if page in (None, shown):
                try:
                    await socket.send_text(to_json(message))
                except (RuntimeError, WebSocketDisconnect):
                    self.sockets.pop(socket, None)

    async def show(self, page: str, html: str) -> None:
        """Show *html* as *page* from now on."""
        if self.newer.get(f"{page}.html") != html:
            self.newer[f"{page}.html"] = html
            await self.send(ShowPage(html), page)

    async def show_stylesheet(self, css: str, fonts: dict[str, bytes]) -> None:
        """Show all pages with the stylesheet *css* and its *fonts* from now on."""
        self.newer[SHEET] = css
        self.fonts = {f"_static/{name}": font for name, font in fonts.items()}
        await self.send(ShowStylesheet(SHEET))

    async def show_faults(self, faults: list[str]) -> None:
        """Show *faults* beside the page, or that there are none any more."""
        if faults != self.faults:
            self.faults = faults
            await self.send(ShowFaults(faults))

    async def publish(self, site: Path) -> None:
        """Serve the pages in *site* from now on; send each browser its page if it has changed."""
        first, shown = self.site is None, {name: self.text(name) for name in self._open_files()}
        self.site, self.newer, self.fonts = site, {}, {}
        for name, before in shown.items():
            if (text := self.text(name)) == before and not first:
                continue
            if name == SHEET:
                await self.send(ShowStylesheet(SHEET))
            else:
                await self.send(ShowPage(text, first), name.removesuffix(".html"))

    def _open_files(self) -> list[str]:
        return [*(f"{page}.html" for page in self.open_pages()), SHEET]

    def text(self, name: str) -> str:
        """Return the text of the file *name* as it is served, or nothing."""
        if name in self.newer:
            return self.newer[name]
        path = self.site and self.site / name
        return path.read_text(encoding="utf-8") if path and path.is_file() else ""

    async def connect(self, socket: WebSocket) -> None:
        """Keep the connection to a browser that shows a page; tell it what is wrong."""
        await socket.accept()
        self.sockets[socket] = socket.query_params.get("page", "")
        try:
            await socket.send_text(to_json(ShowFaults(self.faults)))
            while True:
                await socket.receive_text()
        except WebSocketDisconnect:
            pass
        finally:
            self.sockets.pop(socket, None)


class Pages(StaticFiles):
    """The files of the last good build, and what is newer; pages with one script more."""

    def __init__(self, clients: Clients) -> None:
        super().__init__(html=True, check_dir=False)
        self.clients = clients

    async def check_config(self) -> None:
        """The folder is that of the last good build, another one each time."""

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        self.all_directories = [self.clients.site] if self.clients.site else []
        return super().lookup_path(path)

    async def get_response(self, path: str, scope: Scope) -> Response:
        name = (
            posixpath.join("" if path == "." else path, "index.html")
            if scope["path"].endswith("/")
            else path
        )
        if name in NOT_KEPT:
            return Response(NOT_KEPT[name], media_type="text/javascript")
        if name in self.clients.fonts:
            return Response(self.clients.fonts[name], media_type="font/woff2")
        if name in self.clients.newer:
            text = self.clients.newer[name]
            is_page = name.endswith(".html")
            return self._page(text, name) if is_page else Response(text, media_type="text/css")
        if self.clients.site is None:
            return self._page(WAITING, name, 503)
        return await super().get_response(path, scope)

    def file_response(
        self, full_path: Any, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        path, site = Path(full_path), self.clients.site
        if path.suffix != ".html" or site is None:
            return super().file_response(full_path, stat_result, scope, status_code)
        name = path.relative_to(site.resolve()).as_posix()
        return self._page(path.read_text(encoding="utf-8"), name, status_code)

    def _page(self, text: str, name: str, status: int = 200) -> Response:
        page = escape(name.removesuffix(".html"))
        version = hashlib.sha256(text.encode()).hexdigest()[:16]
        tags = TAGS.format(page=page, version=version)
        return HTMLResponse(text.replace("</head>", f"{tags}</head>", 1), status)


class LocalOnly:
    """Refuses requests under other names than this machine's, and sockets of pages of others."""

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
            MutableHeaders(scope=message).update(GUARDS)
        await send(message)

    return with_headers


async def script(request: Request) -> Response:
    """Answer with the script or the stylesheet that every page gets."""
    name = request.path_params["name"]
    if name not in SCRIPTS:
        raise HTTPException(404)
    return Response((HERE / name).read_text(encoding="utf-8"), media_type=SCRIPTS[name])


def application(clients: Clients, port: int) -> ASGIApp:
    """Return the whole server, for one *port*."""
    routes = [
        WebSocketRoute("/.live/socket", clients.connect),
        Route("/.live/{name}", script),
        Mount("/", Pages(clients)),
    ]
    return LocalOnly(Starlette(routes=routes), port)
