"""Chromium, two editions of Firefox and WebKitGTK behind one small interface.

What a test does in one, it does in each.  Firefox speaks WebDriver BiDi by itself, over a socket;
WebKitGTK speaks WebDriver through its own driver, over http; Chromium stays with Playwright
(``browsing``), which is given the same words for keys and pointers.  So an :class:`Engine` needs
few things of each: open an address, run a script, act, and take a picture.

The older Firefox is the one that Debian had before the system's: apt fetches its package the first
time, and it is unpacked below ``_build``, without root.

What an engine cannot do stands in its ``CANNOT``, with the reason.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from upkeep import programs

NOT_HERE = "this engine is not here"
"""Begins the reason of a skip; the run of CI lets it pass (``tests/conftest.py``)."""
WAIT = 120
"""Seconds for anything: on a busy machine an engine takes many of them to start."""
KEYS = {
    "Escape": "\ue00c",
    "Tab": "\ue004",
    "Enter": "\ue006",
    "ArrowDown": "\ue015",
    "Shift": "\ue008",
    "Control": "\ue009",
}
"""The keys that are no letters, as WebDriver names them."""
PRESS = ({"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0})
PREFERENCES = {
    # A page from disk is what the test opens, not what the browser wants to greet with.
    "browser.aboutwelcome.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.safebrowsing.update.enabled": False,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "remote.prefs.recommended": True,
}
"""No request to others, and no window of its own."""


def seen(selector: str, nth: int) -> str:
    """JavaScript for one of the visible things that *selector* finds."""
    found = f"[...document.querySelectorAll({json.dumps(selector)})]"
    return f"{found}.filter((each) => each.checkVisibility())[{nth}]"


class Left(AssertionError):
    """The page was left while it was asked."""


class Engine:
    """One window of a browser."""

    name = ""
    CANNOT: ClassVar[dict[str, str]] = {}

    def open(self, address: str) -> None:
        """Load *address*, all of it."""
        raise NotImplementedError

    def reload(self) -> None:
        """Load the page again, as by the button of the browser."""
        raise NotImplementedError

    def run(self, script: str) -> Any:
        """The value of the function body *script*, run in the page, as JSON has it."""
        raise NotImplementedError

    def act(self, *sources: dict[str, Any]) -> None:
        """Have keys and pointer do what *sources* say, in the words of WebDriver."""
        raise NotImplementedError

    def picture(self) -> bytes:
        """What the window shows, as PNG."""
        raise NotImplementedError

    def printed(self) -> bytes:
        """The page on A4 paper, as PDF, where the engine prints (``CANNOT``)."""
        raise NotImplementedError

    def resize(self, width: int, height: int) -> None:
        """Make the window so large within its frame, or as near to that as the engine goes."""
        raise NotImplementedError

    def close(self) -> None:
        """End it, as far as it was started here."""

    def value(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page."""
        return self.run(f"return {expression};")

    def until(self, expression: str) -> None:
        """Wait until *expression* holds in the page.

        :raises AssertionError: with the expression, if it never does
        """
        end, holds = time.monotonic() + WAIT, False
        while not holds:
            assert time.monotonic() < end, f"{self.name}: {expression} never held"
            with suppress(Left):  # the next one is asked
                holds = self.value(f"Boolean({expression})")
            time.sleep(0 if holds else 0.05)

    def press(self, *keys: str) -> None:
        """Press *keys* one after the other; those of ``Control+k`` together."""
        steps: list[dict[str, Any]] = []
        for key in keys:
            together = [KEYS.get(part, part) for part in key.split("+")]
            steps += [{"type": "keyDown", "value": part} for part in together]
            steps += [{"type": "keyUp", "value": part} for part in reversed(together)]
        self.act({"type": "key", "id": "keyboard", "actions": steps})

    def type(self, text: str) -> None:
        self.press(*text)

    def point(
        self, selector: str, *, nth: int = 0, press: bool = False, kind: str = "mouse"
    ) -> None:
        """Move the pointer onto the visible thing that *selector* finds.

        It is scrolled into sight, and has to stand still first, as after a change of size.
        """
        one = seen(selector, nth)
        self.until(one)
        x, y = self.run(
            f"const e = {one}; const at = () => e.getClientRects()[0];"
            "const frame = () => new Promise((done) => requestAnimationFrame(done));"
            "for (let still = 0, last = ''; still < 3; await frame()) {"
            " if (at().top < 60 || at().bottom > innerHeight - 20)"
            "  e.scrollIntoView({ block: 'center', behavior: 'instant' });"
            " const now = `${at().left} ${at().top}`;"
            " still = now === last ? still + 1 : 0;"
            " last = now; }"
            "return [at().left + Math.min(at().width, 40) / 2, at().top + at().height / 2];"
        )
        self.move(x, y, press=press, kind=kind)

    def move(self, x: float, y: float, *, press: bool = False, kind: str = "mouse") -> None:
        steps: list[dict[str, Any]] = [
            {"type": "pointerMove", "x": int(x), "y": int(y), "duration": 0}
        ]
        if press:
            steps += PRESS
        parameters = {"pointerType": kind}
        self.act({"type": "pointer", "id": kind, "parameters": parameters, "actions": steps})

    def click(self, selector: str, *, nth: int = 0) -> None:
        """Press, as a reader does, what the pointer has come to: a page may move under it.

        :raises AssertionError: if the pointer never comes to it
        """
        end, there = time.monotonic() + WAIT, f"{seen(selector, nth)}?.matches(':hover')"
        self.point(selector, nth=nth)
        while not self.value(f"Boolean({there})"):
            assert time.monotonic() < end, f"{self.name}: something is above {selector}"
            self.point(selector, nth=nth)
        self.act({"type": "pointer", "id": "mouse", "actions": list(PRESS)})

    def tap(self, selector: str) -> None:
        """Press with a finger, where the engine has some (``CANNOT``)."""
        self.point(selector, press=True, kind="touch")


class Chromium(Engine):
    """A page of the Chromium that Playwright has started."""

    name = "chromium"

    def __init__(self, page: Page) -> None:
        self._page = page

    def open(self, address: str) -> None:
        self._page.goto("about:blank")
        self._page.goto(address, wait_until="load")

    def reload(self) -> None:
        self._page.reload(wait_until="load")

    def run(self, script: str) -> Any:
        return self._page.evaluate(f"async () => {{ {script} }}")

    def value(self, expression: str) -> Any:
        try:
            return super().value(expression)
        except PlaywrightError:  # asked while another page came: of that one, then
            self._page.wait_for_load_state("load")
            return super().value(expression)

    def act(self, *sources: dict[str, Any]) -> None:
        mouse, keyboard = self._page.mouse, self._page.keyboard
        names = {sign: name for name, sign in KEYS.items()}
        for step in (step for source in sources for step in source["actions"]):
            kind, key = step["type"], step.get("value", "")
            if kind == "pointerMove":
                mouse.move(step["x"], step["y"])
            elif kind == "pointerDown":
                mouse.down()
            elif kind == "pointerUp":
                mouse.up()
            elif kind == "keyDown":
                keyboard.down(names.get(key, key))
            else:
                keyboard.up(names.get(key, key))

    def picture(self) -> bytes:
        return self._page.screenshot()

    def printed(self) -> bytes:
        return self._page.pdf(format="A4", prefer_css_page_size=True)

    def resize(self, width: int, height: int) -> None:
        self._page.set_viewport_size({"width": width, "height": height})


class Firefox(Engine):
    """Firefox without a window, by the protocol that it speaks itself."""

    name = "firefox"

    def __init__(self, line: ClientConnection) -> None:
        self._line, self._count = line, 0
        self._ask("session.new", capabilities={})
        # Not the page that greets: the bar of addresses has the focus there, and keeps it.
        self._page = self._ask("browsingContext.create", type="tab")["context"]

    def _ask(self, method: str, **params: Any) -> dict[str, Any]:
        self._count += 1
        self._line.send(json.dumps({"id": self._count, "method": method, "params": params}))
        end = time.monotonic() + WAIT
        while True:
            answer = json.loads(self._line.recv(timeout=max(0.1, end - time.monotonic())))
            if answer.get("id") == self._count:
                assert answer["type"] == "success", f"{method}: {answer}"
                return dict(answer["result"])

    def open(self, address: str) -> None:
        # An address that differs in the part behind # alone would load nothing.
        self._ask(
            "browsingContext.navigate", context=self._page, url="about:blank", wait="complete"
        )
        self._ask("browsingContext.navigate", context=self._page, url=address, wait="complete")

    def reload(self) -> None:
        self._ask("browsingContext.reload", context=self._page, wait="complete")

    def run(self, script: str) -> Any:
        found = self._ask(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await (async () => {{ {script} }})() ?? null))()",
            target={"context": self._page},
            awaitPromise=True,
        )
        assert found["type"] == "success", found["exceptionDetails"]["text"]
        return json.loads(found["result"]["value"])

    def act(self, *sources: dict[str, Any]) -> None:
        self._ask("input.performActions", context=self._page, actions=list(sources))

    def picture(self) -> bytes:
        shot = self._ask("browsingContext.captureScreenshot", context=self._page)
        return base64.b64decode(shot["data"])

    def printed(self) -> bytes:
        paper = {"width": 21.0, "height": 29.7}
        done = self._ask("browsingContext.print", context=self._page, page=paper)
        return base64.b64decode(done["data"])

    def close(self) -> None:
        self._ask("browser.close")

    def resize(self, width: int, height: int) -> None:
        size = {"width": width, "height": height}
        self._ask("browsingContext.setViewport", context=self._page, viewport=size)


class WebKit(Engine):
    """WebKitGTK's own small browser, by its driver."""

    name = "webkit"
    CANNOT: ClassVar[dict[str, str]] = {
        "360": "its window goes no narrower than 447 px",
        "print": "its driver has no command for it",
        "touch": "its driver sends a mouse",
    }

    def __init__(self, address: str, browser: str) -> None:
        self._driver, self._session = address, ""
        options = {"webkitgtk:browserOptions": {"binary": browser, "args": ["--automation"]}}
        made = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": options}})
        self._session = f"/session/{made['sessionId']}"
        self._ask("POST", "/timeouts", {"script": WAIT * 1000, "pageLoad": WAIT * 1000})

    def _ask(self, verb: str, path: str, body: dict[str, Any] | None = None) -> Any:
        data = json.dumps(body or {}).encode() if verb == "POST" else None
        asked = urllib.request.Request(self._driver + self._session + path, data, method=verb)
        try:
            with urllib.request.urlopen(asked, timeout=WAIT) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            said = error.read().decode()
            kind = Left if "before the unload event" in said else AssertionError
            raise kind(f"{path}: {said}") from error

    def open(self, address: str) -> None:
        self._ask("POST", "/url", {"url": "about:blank"})
        self._ask("POST", "/url", {"url": address})

    def reload(self) -> None:
        self._ask("POST", "/refresh")

    def run(self, script: str) -> Any:
        whole = (
            "const done = arguments[arguments.length - 1];"
            f"(async () => {{ {script} }})().then((value) => done(JSON.stringify([value ?? null])),"
            " (error) => done(String(error)));"
        )
        found = self._ask("POST", "/execute/async", {"script": whole, "args": []})
        assert found.startswith("["), found
        return json.loads(found)[0]

    def act(self, *sources: dict[str, Any]) -> None:
        self._ask("POST", "/actions", {"actions": list(sources)})

    def picture(self) -> bytes:
        return base64.b64decode(self._ask("GET", "/screenshot"))

    def resize(self, width: int, height: int) -> None:
        """The frame around the page is measured first."""
        inner = self.value("[innerWidth, innerHeight]")
        outer = self._ask("GET", "/window/rect")
        wanted = (width + outer["width"] - inner[0], height + outer["height"] - inner[1])
        self._ask("POST", "/window/rect", dict(zip(("width", "height"), wanted, strict=True)))

    def close(self) -> None:
        self._ask("DELETE", "")


@contextmanager
def _process(command: list[str], log: Path, **extra: Any) -> Iterator[subprocess.Popen[bytes]]:
    """Run *command* and all that it starts while the block runs; both streams go to *log*."""
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command, stdout=stream, stderr=stream, start_new_session=True, **extra
        )
    try:
        yield process
    finally:
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(process.pid, number)
                process.wait(10)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue


def _until(found: Callable[[], Any], process: subprocess.Popen[bytes], log: Path) -> Any:
    """Wait until *found* returns something, while *process* runs."""
    end = time.monotonic() + WAIT
    while not (value := found()):
        gone = process.poll() is not None
        assert not gone and time.monotonic() < end, log.read_text(errors="replace")[-2000:]
        time.sleep(0.05)
    return value


@contextmanager
def firefox(path: str) -> Iterator[Firefox]:
    """The Firefox at *path*, with a profile of its own."""
    with tempfile.TemporaryDirectory(prefix="firefox-", ignore_cleanup_errors=True) as home:
        profile, log = Path(home, "profile"), Path(home, "log")
        profile.mkdir()
        lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in PREFERENCES.items()]
        (profile / "user.js").write_text("\n".join(lines))
        command = [path, "--headless", "--no-remote", "--profile", str(profile)]
        env = os.environ | {"HOME": home, "MOZ_CRASHREPORTER_DISABLE": "1"}
        with _process([*command, "--remote-debugging-port", "0"], log, env=env) as process:
            said = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
            found = _until(lambda: said.search(log.read_text(errors="replace")), process, log)
            with connect(f"{found[1]}/session", max_size=None, open_timeout=WAIT) as line:
                engine = Firefox(line)
                yield engine
                engine.close()
                process.wait(WAIT)


@contextmanager
def webkit(driver: str) -> Iterator[WebKit]:
    """The WebKitGTK that *driver* belongs to, on a screen that nobody sees."""
    browser = sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))[-1]
    with tempfile.TemporaryDirectory(prefix="webkit-", ignore_cleanup_errors=True) as home:
        log, shown = Path(home, "log"), Path(home, "screen")
        read, write = os.pipe()
        ask = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1600x1200x24", "-nolisten", "tcp"]
        with _process(ask, shown, pass_fds=[write]), os.fdopen(read) as number:
            os.close(write)
            display = f":{number.readline().strip()}"
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                port = free.getsockname()[1]
            env = os.environ | {"DISPLAY": display, "HOME": home, "LIBGL_ALWAYS_SOFTWARE": "1"}
            with _process([driver, f"--port={port}"], log, env=env) as process:
                _until(lambda: _listens(port), process, log)
                engine = WebKit(f"http://127.0.0.1:{port}", str(browser))
                yield engine
                engine.close()


ENGINES = {"firefox": firefox, "older-firefox": firefox, "webkit": webkit}
"""Those that are started here, by name."""
OLDER = programs.ROOT / "_build/.older-firefox"


def older_firefox() -> str:
    """The place of the oldest Firefox ESR that apt knows beside the newest; nothing if it has one."""
    place = OLDER / "usr/lib/firefox-esr/firefox-esr"
    if not place.is_file() and shutil.which("apt-cache"):
        asked = subprocess.run(
            ["apt-cache", "madison", "firefox-esr"], capture_output=True, text=True, check=False
        )
        versions = [line.split("|")[1].strip() for line in asked.stdout.splitlines()]
        if len(set(versions)) < 2:
            return ""
        OLDER.mkdir(parents=True, exist_ok=True)
        fetch = ["apt-get", "download", "-qq", f"firefox-esr={versions[-1]}"]
        if subprocess.run(fetch, cwd=OLDER, check=False).returncode:
            return ""
        (package,) = OLDER.glob("*.deb")
        subprocess.run(["dpkg", "-x", str(package), str(OLDER)], check=True)
        package.unlink()
    return str(place) if place.is_file() else ""


def place_of(name: str) -> tuple[str, str]:
    """Where the engine of that name is, and how it would come here."""
    if name == "older-firefox":
        return older_firefox(), "apt has no Firefox ESR older than the newest"
    return programs.places()[name], f"apt-get install {programs.APT[name]}"


@contextmanager
def engine(name: str) -> Iterator[Engine]:
    """The engine of that name; the test is skipped where this machine has none that starts."""
    place, cure = place_of(name)
    if not place:
        pytest.skip(f"{NOT_HERE}: {cure}")
    with ExitStack() as open_:
        try:
            one = open_.enter_context(ENGINES[name](place))
        except (AssertionError, OSError, ConnectionClosed) as error:
            pytest.skip(f"{NOT_HERE}: {place} does not start: {error}")
        yield one


def _listens(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0
