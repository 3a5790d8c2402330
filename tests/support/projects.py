"""Small projects with tools of their own, for tests that start, stop and kill them, and digests of what they publish."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from build.publish import BOOK, EBOOK, PARTS

ROOT = Path(__file__).parents[2]
KB = ROOT / "tests/roots/test-kb"
FORMS = ("html", "pdf", "epub")
EPUB = f"""
extensions += ["kb.ebook"]
author = epub_author = epub_contributor = epub_publisher = copyright = "The testers"
epub_basename = {EBOOK.removesuffix(".epub")!r}
epub_theme, epub_use_index, epub_css_files, epub_tocscope = "kb_epub", False, [], "includehidden"
epub_cover, epub_pre_files = ("cover.png", "cover.html"), [("edition.xhtml", "About this edition")]
epub_identifier, epub_uid, epub_description, version = "urn:uuid:0", "book-id", "A test.", "1"
"""
"""The settings of an EPUB."""
CONF = f"""
exclude_patterns += ["_tools", "_static"]
extensions += ["incremental_html", "typstbook"]
html_static_path = ["_static"]
html_additional_pages = {{"search": "page.html"}}
book_filename = {BOOK!r}
{EPUB}"""
TEXTS = {"a": "Two studies are few.", "b": "Two studies are very few, and small."}
PAGE = "sections/one.md"


def small(root: Path) -> Path:
    """A project of one chapter and a few pages in all three formats, with the tools in it."""
    shutil.copytree(KB, root / "docs")
    for name in ("_static", "_tools"):
        shutil.copytree(
            ROOT / "docs" / name, root / "docs" / name, ignore=shutil.ignore_patterns("__pycache__")
        )
    with (root / "docs/conf.py").open("a", encoding="utf-8") as conf:
        conf.write(CONF)
    return root


def real(root: Path) -> Path:
    """The knowledge base itself, elsewhere."""
    shutil.copytree(ROOT / "docs", root / "docs", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "requirements.lock", "package-lock.json"):
        shutil.copy2(ROOT / name, root / name)
    return root


def command(root: Path, *forms: str) -> list[str]:
    """The command line that builds *forms* of the project at *root*."""
    paths = os.pathsep.join((str(root / "docs/_tools"), str(ROOT / "docs/_ext")))
    # 'env' becomes the process that it starts, so a signal reaches the build.
    env = shutil.which("env") or "env"
    return [env, f"PYTHONPATH={paths}", sys.executable, "-m", "build", *(forms or FORMS)]


def environment(**more: str) -> dict[str, str]:
    """The environment of that command."""
    return os.environ | {"SOURCE_DATE_EPOCH": "1769990400"} | more


def start(root: Path, *forms: str, **options: object) -> subprocess.Popen[str]:
    """Start a build in a session of its own (see :func:`processes_of`)."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(
        command(root, *forms), env=environment(), start_new_session=True, **pipes | options
    )  # type: ignore


def processes_of(session: int) -> list[int]:
    """Return the processes that live in the *session* of a build: the tool, Sphinx and its children.

    Sphinx has a process group of its own, so the group of the tool does not tell of it.
    """
    found = []
    for process in (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()):
        with suppress(OSError):
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
            if os.getsid(process) == session and state not in "ZX":
                found.append(process)
    return found


def kill_all_of(session: int) -> None:
    """Kill all processes of a build at once, as the end of a container does."""
    while processes := processes_of(session):
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)


def run(root: Path, *forms: str, **options: object) -> tuple[int, str]:
    """Build; return the exit code and all that was said."""
    process = start(root, *forms, **options)
    said, errors = process.communicate(timeout=600)
    return process.returncode, said + errors


def contents(root: Path) -> dict[str, str]:
    """The bytes of every file that *root* has published, as a reader finds them: through the names in ``_build``."""
    return contents_at(root / "_build")


def contents_at(base: Path) -> dict[str, str]:
    """The bytes of every file of the three formats in the folder *base*."""
    found: dict[str, str] = {}
    for part in PARTS.values():
        for path in sorted((base / part).rglob("*")) if (base / part).is_dir() else [base / part]:
            if path.is_file():
                found[str(path.relative_to(base))] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def say(root: Path, which: str, page: str = PAGE) -> None:
    """Have the chapter say one text or the other."""
    path = root / "docs" / page
    text = path.read_text(encoding="utf-8")
    for one in TEXTS.values():
        text = text.replace(one, TEXTS[which])
    path.write_text(text, encoding="utf-8")


def clean_contents(root: Path, scratch: Path, page: str = PAGE) -> dict[str, dict[str, str]]:
    """What builds from nothing of both texts publish."""
    found = {}
    for which in TEXTS:
        other = scratch / which
        shutil.copytree(root, other, ignore=shutil.ignore_patterns("_build"), symlinks=True)
        say(other, which, page)
        code, said = run(other)
        assert code == 0, said
        found[which] = contents(other)
        shutil.rmtree(other)
    assert found["a"] != found["b"]
    return found


def leftovers(root: Path) -> list[str]:
    """What lies in ``_build`` beside what may lie there: the links, the lock, what is kept, and two builds at most."""
    out = root / "_build"
    mine = {".builds", ".current", ".kept", ".lock", *PARTS.values()}
    builds = [path.name for path in (out / ".builds").iterdir()]
    strange = [name for name in builds if not name.isdigit()] + (builds if len(builds) > 2 else [])
    return sorted(path.name for path in out.iterdir() if path.name not in mine) + strange
