"""Lighthouse on five kinds of pages, as a phone on a slow network sees them.

``python tests/bench/lighthouse.py`` serves the built site (``_build/html``, or the one
that KB_SITE names) from this machine, packed with gzip as a host packs it, runs
Lighthouse with its mobile profile three times on each page, prints the lowest and the
highest score of each category, and exits with 1 where a page stays below the aims.
Lighthouse comes by npm for the run (180 MB, so it is no package of the project) and
drives the system's Chromium.  Times depend on the machine: run it on an idle one.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "docs/_tools"))

from build import node  # noqa: E402
from upkeep import programs  # noqa: E402

LIGHTHOUSE = "lighthouse@12.8.2"  # the last that runs on Node 18
PAGES = (
    "index.html",
    "sections/gut-health.html",
    "reference/glossary.html",
    "reference/evidence.html",
    "reference/foods.html",
)
AIMS = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
FIGURES = {
    "largest-contentful-paint": ("LCP", 1000, " s"),
    "total-blocking-time": ("TBT", 1, " ms"),
    "cumulative-layout-shift": ("CLS", 1, ""),
    "total-byte-weight": ("weight", 1000, " kB"),
}
"""What stands beside the scores: name, divisor, unit."""
TEXT = {".html", ".css", ".js", ".svg", ".json", ".csv", ".txt", ".bib"}


class Host(SimpleHTTPRequestHandler):
    """A host of static files: connections stay open, texts are packed."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        data = packed(path) if path.suffix in TEXT else path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Length", str(len(data)))
        if path.suffix in TEXT:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: object) -> None:
        pass


@cache
def packed(path: Path) -> bytes:
    """The file at *path* as it goes over the wire."""
    return gzip.compress(path.read_bytes(), mtime=0)


def run(address: str, chromium: str) -> dict[str, Any]:
    """Run Lighthouse once on the page at *address*; return its report."""
    command = node.npm()
    assert command, node.LACKING
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        options = [
            address,
            "--output=json",
            f"--output-path={report}",
            "--quiet",
            "--no-enable-error-reporting",
        ]
        flags = "--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-background-networking"
        lighthouse = [
            *command,
            "exec",
            "--yes",
            "--ignore-scripts",
            f"--package={LIGHTHOUSE}",
            "--",
            "lighthouse",
        ]
        environment = os.environ | {"CHROME_PATH": chromium}
        subprocess.run(
            [*lighthouse, *options, flags],
            cwd=folder,
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return json.loads(report.read_text(encoding="utf-8"))


def scores(report: dict[str, Any]) -> dict[str, int]:
    """The score of each category, of 100."""
    return {name: round(100 * report["categories"][name]["score"]) for name in AIMS}


def faults(report: dict[str, Any]) -> list[str]:
    """What the categories other than performance found wrong."""
    wanted = [
        ref["id"]
        for name in AIMS
        if name != "performance"
        for ref in report["categories"][name]["auditRefs"]
        if ref["weight"]
    ]
    return sorted(name for name in wanted if report["audits"][name]["score"] not in (1, None))


def span(row: list[float]) -> str:
    """The lowest and the highest of *row*, or the one that they all are."""
    return "-".join(f"{one:g}" for one in sorted({min(row), max(row)}))


def measure(address: str, chromium: str, runs: int) -> bool:
    """Print a line for the page at *address*; return whether it reaches the aims (performance by its median)."""
    reports = [run(address, chromium) for _ in range(runs)]
    table = {name: [scores(report)[name] for report in reports] for name in AIMS}
    values = [
        {name: report["audits"][name].get("numericValue") for name in FIGURES} for report in reports
    ]
    shown = [f"{name} {span(row)}" for name, row in table.items()]
    shown += [
        f"{label} {span([round(one[name] / part, 2) for one in values])}{unit}"
        for name, (label, part, unit) in FIGURES.items()
    ]
    requests = len(reports[0]["audits"]["network-requests"]["details"]["items"])
    print(f"{address.split('/', 3)[3]}: {', '.join(shown)}, {requests} requests", flush=True)
    for fault in sorted({fault for report in reports for fault in faults(report)}):
        print(f"  {fault}")
    return all(statistics.median(row) >= AIMS[name] for name, row in table.items())


def main() -> int:
    """Measure the pages that the command line names, else the five."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pages", nargs="*", default=PAGES)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    chromium = programs.places()["chromium"]
    if not chromium or not node.npm():
        print(
            "Lighthouse needs chromium and npm: apt-get install chromium nodejs npm",
            file=sys.stderr,
        )
        return 1
    site = Path(os.environ.get("KB_SITE", ROOT / "_build/html"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Host, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    good = [
        measure(f"http://127.0.0.1:{server.server_port}/{page}", chromium, given.runs)
        for page in given.pages
    ]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
