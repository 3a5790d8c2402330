"""Mutation testing: of small faults put into the code, how many do the tests notice (``make mutants``).

``make mutants ONLY=kb/claims`` takes the modules of ``docs/_ext/kb/claims`` (or of any path below
``docs/_ext`` and ``docs/_tools``), draws a random sample of their mutants by a fixed seed, and
prints the share that the tests notice, with the bounds of a 95 % interval, and each that lives.
mutmut makes the mutants (``create_mutations``: numbers, strings, operators, arguments and
assignments, also in tables outside of functions).  Its own runner is not used: it knows a function
by the path of its file, which is not how ``docs/_ext/kb`` is imported, it reaches no module-level
table and no child process, and it would run our whole tier once more for its map.

All happens in a clone in a folder of its own; no file of the project is touched.

1. The tests run once, with coverage telling which test runs which line.  Tests with a
   browser or of the published site are left out: they see the code of the last build.
2. Each mutant is written into the clone, and the tests that run its line run on it in a child
   process: those beside the module first, the quickest first, until one fails or a
   limit of seconds is reached.  The one that fails must pass without the mutant right after.  A
   line that no test runs in its own process (tests of commands start others) is tried by all
   tests beside the module.
3. What lives is shown to mypy, which `make test` runs too; what it notices is counted apart.

To import the tests takes longer than to run most of them.  So a process collects them once, and is
forked for each mutant: a fault inside a function is put into the function that is there
(:func:`targets`).  A fault in a table or in the head of a class needs a new import, and gets one.

``tests/bench/mutants.toml`` names mutants that may live, alone or by kind, with the reason; those
that do live are counted apart.  Exit code 1 where fewer than 90 % of the others are noticed.

``--broken`` asks another thing: it makes every function of the modules in one folder raise, then
return None, and prints the tests beside that pass all the same.  The first kind is to be mended;
of the second are those, too, that ask for silence where nothing is wrong.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import difflib
import gc
import importlib
import inspect
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import accumulate
from math import sqrt
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest
from _pytest import main as runner

ROOT = Path(__file__).resolve().parents[2]
BASES = ("docs/_ext", "docs/_tools")
KNOWN = ROOT / "tests/bench/mutants.toml"
PUBLISHED = {"site", "pdf", "epub", "browser"}
AIM = 0.9
SECONDS = 5
"""Of the tests that are asked before mypy; as all seconds here, of the processor, and as the run
without a fault used them."""
PRELOADED = (
    *("coverage", "playwright.sync_api"),
    *("sphinx.application", "sphinx.builders.html", "myst_parser.parsers.sphinx_"),
    *("sphinx_design", "sphinx_book_theme", "sphinxcontrib.bibtex", "fontTools.subset"),
    *("pikepdf", "pypdfium2", "typst"),
)
"""Loaded once, before the children are forked; nothing of ours."""


@dataclass(frozen=True)
class Mutant:
    """A fault in the file *path*: the *text* of the file with it, and what it changes."""

    path: str
    line: int
    change: str
    text: str = field(repr=False)


@dataclass
class Runs:
    """What the run without a fault told: the seconds of each test, and the tests of each line."""

    seconds: dict[str, float]
    tests: dict[str, dict[int, list[str]]]
    noticed: Counter[str] = field(default_factory=Counter)
    """How many faults each test noticed since."""

    def of_file(self, path: str) -> set[str]:
        """The tests that ran a line of the file *path*."""
        return {test for tests in self.tests.get(path, {}).values() for test in tests}


def beside(path: str) -> str:
    """The folder of the tests of the module at *path*."""
    parts = Path(path).parts
    if parts[1] == "_tools":
        return f"tests/tools/{parts[2]}"
    return f"tests/kb/{parts[3]}" if parts[2] == "kb" else f"docs/_ext/{parts[2]}/tests"


def guards(path: str) -> list[str]:
    """Folders whose tests may notice a fault in *path*, all of them in the tier of `make test`."""
    wider = {"kb": ["tests/kb"], "typstbook": ["tests/kb/book"]}
    return [beside(path), *wider.get(Path(path).parts[2], ["tests/tools"])]


def _dotted(path: str) -> str:
    """The name by which the module at *path* is imported."""
    return ".".join(Path(path).with_suffix("").parts[2:]).removesuffix(".__init__")


def modules(only: list[str]) -> list[str]:
    """Our modules below the paths *only* (such as ``kb/claims``), from the root."""
    asked = [f"{base}/{name}" for base in BASES for name in only]
    files = subprocess.run(
        ["git", "ls-files", *BASES], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    return [
        name
        for name in files
        if name.endswith(".py") and "/tests/" not in name
        if any(name == path or name.startswith(f"{path}/") for path in asked)
    ]


def clone(folder: Path) -> Path:
    """A clone of the project as it lies here, edits included; what was built is lent to it."""
    copy = folder / "clone"
    subprocess.run(["git", "clone", "--quiet", "--shared", str(ROOT), str(copy)], check=True)
    edited = subprocess.run(
        ["git", "ls-files", "-mo", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    for name in edited:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_file():
            shutil.copy2(ROOT / name, copy / name)
        else:
            (copy / name).unlink(missing_ok=True)
    for name in (".venv", "node_modules", "_build"):
        if (ROOT / name).exists():
            (copy / name).symlink_to(ROOT / name)
    return copy


def mutants(path: str) -> Iterator[Callable[[], Mutant]]:
    """The maker of each mutant of the file *path*; of those of one string, the first alone."""
    import libcst
    from mutmut.mutation.file_mutation import create_mutations

    text = (ROOT / path).read_text(encoding="utf-8")
    module, mutations, *_ = create_mutations(path, text)
    for mutation in mutations:
        old, new = mutation.original_node, mutation.mutated_node
        is_string = isinstance(old, libcst.SimpleString)
        if is_string and isinstance(new, libcst.SimpleString) and "XX" not in new.value:
            continue
        yield partial(_mutant, path, module, old, new)


def _mutant(path: str, module: Any, old: Any, new: Any) -> Mutant:
    from mutmut.mutation.file_mutation import deep_replace

    after = deep_replace(module, old, new).code
    return Mutant(path, *_change(module.code, after), after)


def _change(before: str, after: str) -> tuple[int, str]:
    """The first line that differs, and the old and the new lines as ``old => new``."""
    old, new = before.splitlines(), after.splitlines()
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    edits = [edit for edit in matcher.get_opcodes() if edit[0] != "equal"]
    gone = " ".join(line.strip() for _, a, b, _, _ in edits for line in old[a:b])
    come = " ".join(line.strip() for _, _, _, a, b in edits for line in new[a:b])
    return edits[0][1] + 1, f"{gone} => {come}"


class Recorder:
    """A plugin of pytest: seconds of each test, and which test runs which line.

    What a fixture of a wider scope runs counts for each test that asks for it.
    """

    def __init__(self, copy: Path, out: Path) -> None:
        import coverage

        self.copy, self.out = copy, out
        self.coverage = coverage.Coverage(
            source=[str(copy / base) for base in BASES], data_file=None, config_file=False
        )
        self.context = ""
        self.began = 0.0
        self.seconds: dict[str, float] = {}
        self.fixtures: dict[str, list[str]] = defaultdict(list)
        self.failed: set[str] = set()

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        items[:] = [item for item in items if not PUBLISHED & set(item.fixturenames)]
        for item in items:
            for name in item.fixturenames:
                self.fixtures[f"fixture {name}"].append(item.nodeid)
        self.coverage.start()

    def _switch(self, context: str) -> None:
        self.context = context
        self.coverage.switch_context(context)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._switch(nodeid)
        self.began = _processor()

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        self.seconds[nodeid] = _processor() - self.began

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Iterator[Any]:
        before = self.context
        if fixturedef.scope != "function":
            self._switch(f"fixture {fixturedef.argname}")
        result = yield
        self._switch(before)
        return result

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.outcome != "passed":
            self.failed.add(report.nodeid)

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        if exitstatus > 1:
            return
        self.coverage.stop()
        data = self.coverage.get_data()
        numbers = {test: number for number, test in enumerate(self.seconds)}
        lines = {}
        for file in data.measured_files():
            lines[str(Path(file).relative_to(self.copy))] = {
                line: sorted(numbers[test] for test in self._tests(contexts))
                for line, contexts in data.contexts_by_lineno(file).items()
            }
        seconds = {
            test: -1 if test in self.failed else seconds for test, seconds in self.seconds.items()
        }
        for test in sorted(self.failed):
            print(f"left out, since it does not pass without a fault: {test}", file=sys.stderr)
        self.out.write_text(json.dumps({"seconds": seconds, "tests": lines}))

    def _tests(self, contexts: list[str]) -> set[str]:
        tests = {test for name in contexts for test in self.fixtures.get(name, [name]) if test}
        return (tests & self.seconds.keys()) - self.failed


def _processor() -> float:
    """The seconds that this process and those that it waited for have used."""
    return sum(os.times()[:4])


class Chosen:
    """A plugin of pytest: these tests alone, in this order; *failed* are those that failed."""

    def __init__(self, tests: list[str]) -> None:
        self.place = {test: number for number, test in enumerate(tests)}
        self.failed: list[str] = []
        self.passed: list[str] = []

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        items[:] = [item for item in items if item.nodeid in self.place]
        items.sort(key=lambda item: self.place[item.nodeid])

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:
            self.failed.append(report.nodeid)
        elif report.when == "call":
            self.passed.append(report.nodeid)

    def tell(self, copy: Path) -> int:
        """Write down which test failed first, and which passed; return 1 if one failed."""
        (copy.parent / "failed").write_text("\n".join(self.failed[:1]))
        (copy.parent / "passed").write_text("\n".join({*self.passed} - {*self.failed}))
        return int(bool(self.failed))


def forked(task: Callable[[], int], copy: Path, limit: int) -> int | None:
    """Run *task* in a child in the folder *copy*; return its exit code.

    It may use the processor for *limit* seconds, and run for 20 times as long where others use it;
    None stands for a child that did not end.
    """
    child = os.fork()
    if not child:
        code = 99
        try:
            os.setsid()
            resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
            _surroundings(copy)
            code = task()
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    until = time.monotonic() + 20 * limit
    code = None
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            break
        time.sleep(0.01)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    if code is None:
        os.waitpid(child, 0)
    return code


def _surroundings(copy: Path) -> None:
    """Be in the folder *copy*, and write to a log beside it."""
    os.chdir(copy)
    os.environ |= {"PYTHONPATH": "docs/_tools:docs/_ext", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    log = os.open(copy.parent / "log", os.O_RDWR | os.O_CREAT | os.O_TRUNC)
    for number in (0, 1, 2):
        os.dup2(log, number)


def _log(copy: Path) -> str:
    """What the last process for the folder *copy* wrote."""
    return (copy.parent / "log").read_text(encoding="utf-8", errors="replace")


def pytest_main(places: list[str], plugin: object, *options: str) -> int:
    """Run pytest on *places* in this process."""
    temporary = tempfile.mkdtemp(prefix="mutant-")
    # typstbook has settings of its own, which are for who has it alone.
    given = ["-q", "-c", "pyproject.toml", "-p", "no:cacheprovider", "--basetemp", f"{temporary}/t"]
    try:
        return int(pytest.main([*given, *options, *places], plugins=[plugin]))
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def record(copy: Path, places: list[str], out: Path) -> None:
    """Run the tests of *places* on the code as it is, and write what that tells into *out*."""
    kept: list[str] = []
    for place in sorted(set(places)):
        if (copy / place).exists() and not any(place.startswith(f"{other}/") for other in kept):
            kept.append(place)
    forked(lambda: pytest_main(kept, Recorder(copy, out)), copy, 7200)
    told = _log(copy)
    if not out.exists():
        sys.exit(f"the tests do not run:\n{told}")
    print(*(line for line in told.splitlines() if line.startswith("left out")), sep="\n")


def read(out: Path, paths: list[str]) -> Runs:
    """What :func:`record` wrote of the files *paths*."""
    told = json.loads(out.read_text())
    names = list(told["seconds"])
    lines = {
        path: {int(line): [names[number] for number in tests] for line, tests in each.items()}
        for path, each in told["tests"].items()
        if path in paths
    }
    passing = {test: seconds for test, seconds in told["seconds"].items() if seconds >= 0}
    return Runs(passing, lines)


def chosen(mutant: Mutant, runs: Runs, seconds: int) -> list[str]:
    """The tests for *mutant*: those of its lines, as many as take *seconds*, the quickest first.

    Half of the seconds are for those beside it; first of all for those that noticed others, then
    for those in the file of its name.
    """
    place = beside(mutant.path)
    own = f"{place}/test_{Path(mutant.path).stem}.py::"
    lines = runs.tests.get(mutant.path, {})
    tests = {test for line in lines_of(mutant.path, mutant.line) for test in lines.get(line, ())}
    if not tests:  # a table for other modules, or a line that runs in other processes
        tests = runs.of_file(mutant.path)
        tests |= {test for test in runs.seconds if test.startswith(place)}

    def order(test: str) -> tuple[object, ...]:
        return -runs.noticed[test], not test.startswith(own), runs.seconds[test]

    ordered = sorted(tests, key=order)
    near = within([test for test in ordered if test.startswith(place)], runs, seconds / 2)
    left = seconds - sum(runs.seconds[test] for test in near)
    taken = near + within([test for test in ordered if test not in near], runs, left)
    # File by file, since what a file builds once would be built anew after each other file.
    first = {test.split("::")[0]: -number for number, test in enumerate(reversed(taken))}
    return sorted(taken, key=lambda test: first[test.split("::")[0]])


def lines_of(path: str, line: int) -> set[int]:
    """The lines of the statement at *line* of the file *path*; of a table those that name it."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    found, seen = [_statement(tree, line)], set[int]()
    for statement in found:
        if statement is None or statement.lineno in seen:
            continue
        seen |= _own_lines(statement)
        if statement in tree.body:
            found += [_statement(tree, user) for user in _users(tree, statement)]
    return seen | {line}


def _statement(tree: ast.Module, line: int) -> ast.stmt | None:
    """The innermost statement of *tree* that has *line*."""
    found = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or 0)
    ]
    return max(found, key=lambda node: node.lineno, default=None)


def _own_lines(statement: ast.stmt) -> set[int]:
    """The lines of a *statement* without those of the statements in it."""
    inside = [node.lineno for node in ast.walk(statement) if isinstance(node, ast.stmt)]
    end = min((line for line in inside if line > statement.lineno), default=0)
    return set(range(statement.lineno, end or (statement.end_lineno or 0) + 1))


def _users(tree: ast.Module, statement: ast.stmt) -> set[int]:
    """The lines of *tree* that read a name which *statement* gives."""
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    given = {
        name.id
        for name in names
        if isinstance(name.ctx, ast.Store) and name.lineno in _own_lines(statement)
    }
    return {name.lineno for name in names if isinstance(name.ctx, ast.Load) and name.id in given}


def within(tests: list[str], runs: Runs, seconds: float) -> list[str]:
    """The first of the *tests*, as many as take *seconds*, and one at least."""
    ends = accumulate(runs.seconds[test] for test in tests)
    return [test for test, end in zip(tests, ends, strict=True) if end <= seconds] or tests[:1]


Codes = dict[CodeType, list[FunctionType]]


def functions(copy: Path) -> Codes:
    """The functions from files of the clone that there are in this process, by their code."""
    found: Codes = defaultdict(list)
    for one in gc.get_objects():
        if type(one) is FunctionType and one.__code__.co_filename.startswith(f"{copy}/docs/"):
            found[one.__code__].append(one)
    return found


def paired(old: CodeType, new: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    """*old* and *new*, and what stands inside of them, as far as both have the same parts."""
    yield old, new
    parts = [[one for one in code.co_consts if type(one) is CodeType] for code in (old, new)]
    if [one.co_name for one in parts[0]] == [one.co_name for one in parts[1]]:
        for pair in zip(*parts, strict=True):
            yield from paired(*pair)


def _own(code: CodeType) -> tuple[object, ...]:
    """What *code* does itself, without what stands inside of it."""
    inside = [one.co_name if type(one) is CodeType else repr(one) for one in code.co_consts]
    return code.co_code, inside, code.co_names, code.co_varnames, code.co_freevars, code.co_flags


def targets(
    there: Codes, before: str, after: str, file: str
) -> list[tuple[FunctionType, CodeType]]:
    """Which of the functions that are *there* have another code in the text *after*.

    None of them where more differs: that needs a new import.
    """
    pairs = list(paired(compile(before, file, "exec"), compile(after, file, "exec")))
    differ = [old for old, new in pairs if _own(old) != _own(new)]
    if not all(old.co_flags & inspect.CO_OPTIMIZED for old in differ):
        return []
    # What stands inside of a function is made from the constants of that one.
    return [(one, new) for old, new in pairs if old != new for one in there.get(old, ())]


class Collected:
    """A process that has collected the tests of *places* and imported the modules *paths*, and is
    forked for each mutant."""

    def __init__(self, copy: Path, places: list[str], paths: list[str]) -> None:
        self.copy = copy
        self.here, there = Pipe()
        self.child = os.fork()
        if not self.child:
            with contextlib.suppress(BaseException):
                self.here.close()
                _surroundings(copy)
                pytest_main(places, Server(copy, paths, there))
            os._exit(0)
        there.close()

    def fails(self, mutant: Mutant, tests: list[str], limit: int) -> bool | None:
        """Whether one of *tests* fails, or does not end in *limit* seconds, with *mutant*.

        None where a new import is needed.
        """
        try:
            self.here.send((mutant, tests, limit))
            told: bool | None = self.here.recv()
        except (EOFError, ConnectionError):
            sys.exit(f"the tests are not collected:\n{_log(self.copy)}")
        return told

    def passed(self, paths: list[str], way: str, tests: list[str]) -> set[str]:
        """Which of *tests* pass where each function of *paths* is broken in that *way*."""
        self.here.send(((paths, way), tests, 1200))
        self.here.recv()
        return set((self.copy.parent / "passed").read_text().splitlines())

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.here.send(None)
        os.waitpid(self.child, 0)


class Server:
    """A plugin of pytest that waits for mutants in place of running the tests."""

    def __init__(self, copy: Path, paths: list[str], ask: Connection) -> None:
        self.copy, self.paths, self.ask = copy, paths, ask

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        for path in self.paths:
            importlib.import_module(_dotted(path))
        there = functions(self.copy)
        imported = {code.co_filename for code in there}
        gc.freeze()
        while asked := self.ask.recv():
            mutant, tests, limit = asked
            if isinstance(mutant, tuple):
                paths, way = mutant
                new = replacements(there, {str(self.copy / path) for path in paths}, WAYS[way])
                self.ask.send(forked(partial(self._run, session, new, tests, 0), self.copy, limit))
                continue
            file = str(self.copy / mutant.path)
            code: int | None = None
            with replaced(self.copy / mutant.path, mutant.text) as before:
                new = targets(there, before, mutant.text, file)
                needs_import = file in imported and before != mutant.text and not new
                if not needs_import:
                    code = forked(partial(self._run, session, new, tests), self.copy, limit)
            # Only now, since who hears it reads the file.
            self.ask.send(None if needs_import else code != 0)
        return True

    def _run(
        self,
        session: pytest.Session,
        new: list[tuple[FunctionType, CodeType]],
        tests: list[str],
        most: int = 1,
    ) -> int:
        for function, code in new:
            function.__code__ = code
        plugin = Chosen(tests)
        session.config.pluginmanager.register(plugin)
        plugin.pytest_collection_modifyitems(session.items)
        session.config.option.maxfail = most
        folder = tempfile.mkdtemp(prefix="mutant-")
        session.config._tmp_path_factory._basetemp = Path(folder)  # type: ignore[attr-defined]
        with contextlib.suppress(session.Failed, session.Interrupted):
            runner.pytest_runtestloop(session)
        shutil.rmtree(folder, ignore_errors=True)
        return plugin.tell(self.copy)


class Trial:
    """What is asked of each mutant: the tests of its line, then mypy."""

    def __init__(self, copy: Path, paths: list[str], runs: Runs, seconds: int) -> None:
        self.copy, self.runs, self.limits = copy, runs, (min(SECONDS, seconds), seconds)
        places = sorted({test.split("::")[0] for test in runs.seconds})
        self.collected = Collected(copy, places, paths)
        self.texts = {path: (copy / path).read_text(encoding="utf-8") for path in paths}
        if (ROOT / ".mypy_cache").exists():
            shutil.copytree(ROOT / ".mypy_cache", copy / ".mypy_cache")
        if not self._has_types():
            sys.exit("mypy finds a fault in the code as it is; see `make check`")

    def verdict(self, mutant: Mutant) -> str:
        """``tests``, ``types`` or ``lives``."""
        quick, all_ = (chosen(mutant, self.runs, limit) for limit in self.limits)
        if quick and self._fail(quick, mutant):
            return "tests"
        with replaced(self.copy / mutant.path, mutant.text):
            if not self._has_types():
                return "types"
        rest = [test for test in all_ if test not in quick]
        return "tests" if rest and self._fail(rest, mutant) else "lives"

    def _fail(self, tests: list[str], mutant: Mutant) -> bool:
        """Whether one of *tests* fails with *mutant*, and passes without it."""
        failed = self.copy.parent / "failed"
        failed.unlink(missing_ok=True)
        if not self._fails(tests, mutant):
            return False
        if not (failed.exists() and (test := failed.read_text())):
            return True  # it did not end, or does not come as far as to run
        if not self._fails([test], Mutant(mutant.path, 0, "", self.texts[mutant.path])):
            self.runs.noticed[test] += 1
            return True
        print(f"left out, since it fails without a fault now: {test}", flush=True)
        print(_log(self.copy), file=sys.stderr)
        rest = [one for one in tests if one != test]
        return bool(rest) and self._fail(rest, mutant)

    def _fails(self, tests: list[str], mutant: Mutant) -> bool:
        limit = int(20 + 5 * sum(self.runs.seconds[test] for test in tests))
        told = self.collected.fails(mutant, tests, limit)
        if told is not None:
            return told
        plugin = Chosen(tests)

        def task() -> int:
            code = pytest_main(sorted({test.split("::")[0] for test in tests}), plugin, "-x")
            plugin.tell(self.copy)  # none, where a file cannot be imported
            return code

        with replaced(self.copy / mutant.path, mutant.text):
            return forked(task, self.copy, limit) not in (0, pytest.ExitCode.NO_TESTS_COLLECTED)

    def _has_types(self) -> bool:
        asked = [ROOT / ".venv/bin/python", "-m", "mypy"]
        return not subprocess.run(asked, cwd=self.copy, capture_output=True).returncode


@contextlib.contextmanager
def replaced(path: Path, text: str) -> Iterator[str]:
    """Have *text* in the file *path* while the block runs, which gets the text that it has else.

    Byte code of it is not kept.
    """
    before, told = path.read_bytes(), path.stat()
    path.write_text(text, encoding="utf-8")
    os.utime(path, (told.st_atime, told.st_mtime + 10))
    try:
        yield before.decode()
    finally:
        path.write_bytes(before)
        os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns))


def known() -> list[tuple[re.Pattern[str], re.Pattern[str]]]:
    """The mutants that may live: expressions for the whole file and for the whole change."""
    told = tomllib.loads(KNOWN.read_text(encoding="utf-8"))
    exact = [(re.escape(one["file"]), re.escape(one["change"])) for one in told["mutant"]]
    kinds = [(one["files"], one["change"]) for one in told["kind"]]
    return [(re.compile(file), re.compile(change)) for file, change in (*exact, *kinds)]


def may_live(mutant: Mutant) -> bool:
    """Whether ``mutants.toml`` has a reason for *mutant*."""
    return any(
        file.fullmatch(mutant.path) and change.fullmatch(mutant.change) for file, change in known()
    )


def interval(share: float, number: int) -> tuple[float, float]:
    """The 95 % interval of Wilson for a *share* seen in *number* draws."""
    z = 1.96
    middle = (share + z * z / (2 * number)) / (1 + z * z / number)
    half = z * sqrt(share * (1 - share) / number + z * z / (4 * number**2)) / (1 + z * z / number)
    return middle - half, middle + half


def measure(paths: list[str], trial: Trial, sample: int, seed: int) -> bool:
    """Try a sample of the mutants of *paths*, print what lives, and say whether the aim is met."""
    everyone = [maker for path in paths for maker in mutants(path)]
    drawn = random.Random(seed).sample(everyone, min(sample, len(everyone)))
    counts = {"tests": 0, "types": 0, "may live": 0, "lives": 0}
    for number, maker in enumerate(drawn, 1):
        mutant = maker()
        kind = "may live" if may_live(mutant) else trial.verdict(mutant)
        counts[kind] += 1
        if kind in ("lives", "may live"):
            print(f"{kind}: {mutant.path}:{mutant.line}: {mutant.change}", flush=True)
        print(f"\r{number}/{len(drawn)} {counts}", end="", file=sys.stderr, flush=True)
    noticed = counts["tests"] + counts["types"]
    asked = noticed + counts["lives"]
    low, high = interval(noticed / asked, asked)
    print(
        f"{noticed} of {asked} noticed, {counts['types']} of them by mypy alone: {noticed / asked:.0%}"
        f" (95 %: {low:.0%} to {high:.0%}); {counts['may live']} more may live;"
        f" drawn from {len(everyone)} by seed {seed}"
    )
    return noticed / asked >= AIM


WAYS = {"raises": "raise RuntimeError('broken')", "does nothing": "return None"}


def broken(paths: list[str], runs: Runs, copy: Path) -> bool:
    """Print the tests that pass though every function of *paths* is broken, by the way in which it
    is; say whether there is none."""
    found = 0
    for folder in sorted(set(map(beside, paths))):
        there = [path for path in paths if beside(path) == folder]
        ran = {test for path in there for test in runs.of_file(path) if test.startswith(folder)}
        collected = Collected(copy, sorted({test.split("::")[0] for test in ran}), there)
        for way in WAYS:
            passed = collected.passed(there, way, sorted(ran))
            for test in sorted(passed):
                print(f"passes though its subject {way}: {test}", flush=True)
            found += len(passed)
            ran -= passed
        collected.close()
    print(f"{found} of {len(runs.seconds)} tests pass though their subject is broken")
    return not found


def replacements(there: Codes, files: set[str], body: str) -> list[tuple[FunctionType, CodeType]]:
    """For each function of the *files* a code that does *body* alone; ``setup`` stays, so that
    builds begin."""
    space: dict[str, Any] = {}
    exec(f"def broken(*args, **options):\n    {body}", space)
    return [
        (one, space["broken"].__code__.replace(co_freevars=code.co_freevars))
        for code, functions in there.items()
        if code.co_filename in files and code.co_name != "setup"
        for one in functions
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("only", nargs="+", help="paths below docs/_ext or docs/_tools")
    parser.add_argument("--sample", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--broken", action="store_true")
    parser.add_argument("--seconds", type=int, default=60, help="of tests for one fault")
    parser.add_argument("--map", type=Path, help="where step 1 is kept, and taken from if there")
    given = parser.parse_args()
    paths = modules(given.only)
    if not paths:
        parser.error(f"no module below {' or '.join(BASES)} has such a path")
    sys.path[:0] = ["docs/_tools", "docs/_ext", "tests/support"]
    for name in PRELOADED:
        __import__(name)
    os.nice(5)
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = clone(Path(folder))
        kept = given.map or Path(folder, "map.json")
        if not kept.exists():
            record(copy, [place for path in paths for place in guards(path)], kept)
        runs = read(kept, paths)
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
        sys.dont_write_bytecode = True
        gc.freeze()  # else each child looks through all of this again and again
        if given.broken:
            return 0 if broken(paths, runs, copy) else 1
        trial = Trial(copy, paths, runs, given.seconds)
        try:
            return 0 if measure(paths, trial, given.sample, given.seed) else 1
        finally:
            trial.collected.close()


if __name__ == "__main__":
    sys.exit(main())
