"""`make fix`, `make new` and `make release`, killed at each step and on disks that are full at each: no byte of an author is lost."""

from __future__ import annotations

import errno
import io
import os
import resource
import shutil
import signal
import sys
from collections import Counter
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from checks import mending
from kb.core.safe_write import NotWritten
from scaffold.__main__ import main as new
from tiers import rest_in_prove
from upkeep import release

ROOT = Path(__file__).parents[2]
STEPS = {"open", "os.rename", "os.chmod", "os.remove", "shutil.copymode", "tempfile.mkstemp"}
"""Events of Python that change a disk."""
MOST = 60
"""So many kills, and so many full disks, each verb outlives in `make prove`."""
PART = (
    "pyproject.toml",
    "CHANGELOG.md",
    "CITATION.cff",
    "docs/conf.py",
    "docs/index.md",
    "docs/sections/brain-health.md",
    "docs/reference/glossary.md",
)
Files = dict[str, bytes]


def fix(root: Path) -> int:
    try:
        mending.mend(root)
    except NotWritten:
        return 1
    return 0


def begin(*words: str, **given: str) -> Callable[[Path], int]:
    return lambda root: new(list(words), given, root)


VERBS: dict[str, Callable[[Path], int]] = {
    "fix": fix,
    "new chapter": begin("chapter", NAME="Sleep"),
    "new claim": begin("claim", NAME="K2 improves sleep.", IN="brain-health"),
    "new term": begin("term", NAME="butyrate"),
    "release": lambda root: release.release(root, "99.0.0"),
}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A part of the book with something to mend in three files, and a site."""
    root = tmp_path_factory.mktemp("book") / "project"
    for name in PART:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, root / name)
    (root / "_build/html").mkdir(parents=True)
    (root / "_build/html/index.html").write_text('<section id="new"></section>')
    entry = "@misc{{{}2020first,\n  title = {{First}},\n}}\n"
    (root / "docs/data").mkdir(exist_ok=True)
    (root / "docs/data/sources.bib").write_text("\n".join(map(entry.format, ("b", "c", "a"))))
    for name in ("docs/index.md", "docs/reference/glossary.md"):
        (root / name).write_text((root / name).read_text() + "\n\n")
    return root


@pytest.fixture(autouse=True)
def clean_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    """No reason against a release, which tests of its own look at."""
    monkeypatch.setattr(release, "reasons", lambda root, version: [])
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1772539200")


def files(root: Path) -> Files:
    paths = (path for path in sorted(root.rglob("*")) if path.is_file())
    return {str(path.relative_to(root)): path.read_bytes() for path in paths}


def kill(_: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fill(_: int) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def attempt(root: Path, verb: str, before: Callable[[], None]) -> int:
    """Do *verb* in a child, after *before*; return how it ended."""
    if child := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 70
    try:
        sys.stdout = sys.stderr = io.StringIO()  # pytest keeps what is said in files
        before()
        code = VERBS[verb](root)
    finally:
        os._exit(code)


def at_step(step: int, how: Callable[[int], None], root: Path) -> Callable[[], None]:
    """What has the process do *how* at the *step* that changes a file of *root*."""

    def listen() -> None:
        seen = count()

        def hook(event: str, args: tuple[object, ...]) -> None:
            writes = event != "open" or (
                isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR)
            )
            if event in STEPS and writes and str(root) in str(args) and next(seen) == step:
                how(step)

        sys.addaudithook(hook)

    return listen


def cut_at(size: int) -> Callable[[], None]:
    """A disk on which no file may be longer."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@pytest.fixture
def trial(book: Path, tmp_path: Path) -> Callable[[str, Callable[[Path], Callable[[], None]]], int]:
    """Do a verb on a fresh copy under a harm; look at what is left of the files, and do it again."""
    root, wanted = tmp_path / "project", dict[str, Files]()

    def fresh() -> None:
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(book, root)

    def act(verb: str, harm: Callable[[Path], Callable[[], None]]) -> int:
        if verb not in wanted:
            fresh()
            assert attempt(root, verb, lambda: None) == 0
            wanted[verb] = files(root)
        fresh()
        before, after = files(book), wanted[verb]
        assert before != after
        code = attempt(root, verb, harm(root))
        left = files(root)
        beside = {name for name in left if name not in {*before, *after}}
        assert {name for name in left if left[name] not in (before.get(name), after.get(name))} == (
            beside
        )
        assert set(before) <= set(left)
        assert all(Path(name).name.startswith(".") and name.endswith(".tmp") for name in beside)
        if code >= 0:
            assert code in (0, 1)
            mine = {name: text for name, text in left.items() if name not in beside}
            assert mine == (before if code else after)
        if verb == "fix":
            assert attempt(root, verb, lambda: None) == 0
            assert {name: text for name, text in files(root).items() if name not in beside} == after
        return code

    return act


@pytest.mark.parametrize("verb", VERBS)
def test_a_kill_at_any_step(trial, verb):
    ends = Counter[int]()
    for step in range(MOST):
        code = trial(verb, lambda root, step=step: at_step(step, kill, root))
        ends[code] += 1
        if code == 0:
            break
    print(f"{verb}: {dict(ends)}")
    assert ends[0] == 1 and ends[-signal.SIGKILL] >= 4, ends


@pytest.mark.parametrize("verb", VERBS)
def test_a_disk_that_is_full_at_any_step(trial, verb):
    ends = Counter[int]()
    for step in range(MOST):
        ends[trial(verb, lambda root, step=step: at_step(step, fill, root))] += 1
        if ends[0] > 2:
            break
    print(f"{verb}: {dict(ends)}")
    assert ends[1] >= 2 and set(ends) == {0, 1}, ends


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("part", rest_in_prove(range(MOST), lambda part: part in (0, 40)))
def test_a_disk_that_cuts_files_off(trial, book, verb, part):
    longest = max(map(len, files(book).values()))
    code = trial(verb, lambda root: cut_at(longest * part // MOST))
    assert code in (0, 1)
    assert code or part
