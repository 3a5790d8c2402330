"""No build reaches the network: a guard on every socket in the small, a network without a route in the large."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
GUARDED = """
import runpy, sys

def refuse(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        # 'os._exit', since an exception could be caught, and the build go on without what it did not get.
        sys.stderr.write(f"{event} {args[1] if event == 'socket.connect' else args[0]}\\n")
        sys.stderr.flush()
        __import__("os")._exit(99)

sys.addaudithook(refuse)
sys.argv = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""
CALLS = """
import urllib.request
try:
    urllib.request.urlopen("http://192.0.2.1/", timeout=1)
except OSError:
    pass
"""


def small(tmp_path: Path, builder: str, more: str = "") -> subprocess.CompletedProcess[str]:
    """Build the tiny knowledge base, with this *more* in its settings, in a Python that refuses the network."""
    shutil.copytree(ROOT / "tests/roots/test-kb", tmp_path / "docs")
    with (tmp_path / "docs/conf.py").open("a") as conf:
        conf.write(
            '\nextensions += ["incremental_html", "kb.site.hover_cards", "kb.chapters", "typstbook"]\nbook_filename = "book.pdf"\n'
            + more
        )
    command = [
        sys.executable,
        "-c",
        GUARDED,
        "build.run_sphinx",
        "trees",
        builder,
        "out",
    ]
    environment = os.environ | {
        "PYTHONPATH": f"{ROOT / 'docs/_tools'}{os.pathsep}{ROOT / 'docs/_ext'}",
        "SOURCE_DATE_EPOCH": "1769990400",
    }
    return subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("builder", ["html", "book"])
def test_a_small_build_opens_no_connection(tmp_path, builder):
    done = small(tmp_path, builder)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_guard_sees_a_connection_even_if_its_failure_is_hidden(tmp_path):
    done = small(tmp_path, "html", CALLS)
    assert done.returncode == 99
    assert "192.0.2.1" in done.stderr


# -- The real book, where there is no network at all ---------------------------------------------

TRY = """
import socket, sys
for host, port in (("127.0.0.1", int(sys.argv[1])), ("192.0.2.1", 80)):
    try:
        socket.create_connection((host, port), timeout=2)
        print("reached", host)
    except OSError as error:
        print("no way", host)
print("routes", sum(not line.startswith("Iface") for line in open("/proc/net/route")))
"""


@pytest.fixture
def without_network() -> list[str]:
    """The words before a command that run it where there is no route to anywhere."""
    for words in (["unshare", "-n"], ["unshare", "-rn"]):
        if (
            shutil.which(words[0])
            and subprocess.run([*words, "true"], capture_output=True, check=False).returncode == 0
        ):
            return words
    pytest.skip(
        "this machine forbids network namespaces (unshare -n, unshare -rn), so the build without a network was not tried"
    )


@pytest.mark.prove
def test_the_namespace_has_no_route_and_this_machine_has_one_to_itself(without_network):
    with socket.create_server(("127.0.0.1", 0)) as server:
        command = [sys.executable, "-c", TRY, str(server.getsockname()[1])]
        inside = subprocess.run(
            [*without_network, *command], capture_output=True, text=True, check=True
        ).stdout.splitlines()
        outside = subprocess.run(
            command, capture_output=True, text=True, check=True
        ).stdout.splitlines()
    assert inside == ["no way 127.0.0.1", "no way 192.0.2.1", "routes 0"]
    assert outside[0] == "reached 127.0.0.1"


@pytest.mark.prove
def test_site_book_and_ebook_are_built_without_a_network(without_network, tmp_path):
    shutil.copytree(ROOT / "docs", tmp_path / "docs", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "requirements.lock", "package-lock.json", "package.json"):
        shutil.copy2(ROOT / name, tmp_path / name)
    environment = os.environ | {
        "SOURCE_DATE_EPOCH": "1769990400",
        "PYTHONPATH": f"{tmp_path / 'docs/_tools'}{os.pathsep}{tmp_path / 'docs/_ext'}",
    }
    command = [*without_network, sys.executable, "-m", "build", "html", "pdf", "epub"]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(
        path.name for path in (tmp_path / "_build").iterdir() if not path.name.startswith(".")
    ) == [
        "html",
        "vitamin-k2-gut-brain-axis.epub",
        "vitamin-k2-gut-brain-axis.pdf",
    ]
