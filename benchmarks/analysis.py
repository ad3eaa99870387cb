"""Prints what interpretation costs: against the parse of the same modules, for stubs, and in memory.

    python benchmarks/analysis.py [--rounds N] [--handlers N] [--check]

Times are processor time, the least of some rounds, in one process with everything imported. Needs the extra `dev`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import libcst
from heavy import make_heavy

from handlerlint.functions.model import ConfigurationSource, LambdaFunction
from handlerlint.inference.entry import analyse
from handlerlint.inference.stubs.store import StubStore
from handlerlint.inference.syntax.scopes import forget_scopes
from handlerlint.source.files import SourceFiles
from handlerlint.source.resolution import ResolvedModule, resolve

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.returns.fixtures import Fixture, all_fixtures

MOST_TIMES_A_PARSE = 3.0
MOST_STUB_SECONDS = 0.05
MOST_MEGABYTES = 400
VERSION = (3, 13)
STUBS = (
    *("builtins", "typing", "json", "datetime", "decimal", "logging", "os", "re", "uuid", "collections"),
    *("pathlib", "asyncio", "concurrent.futures", "http.client", "urllib.request", "requests", "pydantic"),
)


def seconds(work: Callable[[], object], rounds: int, before: Callable[[], object] = lambda: None) -> float:
    """The least processor time of some rounds: what other work on the machine adds is no part of it."""
    times = []
    for _ in range(rounds):
        before()
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def against_parse(fixtures: Sequence[Fixture], rounds: int) -> list[tuple[float, str]]:
    """For each fixture: the interpretation of the handler and all that it reaches, by the parse of that."""
    stubs = StubStore(VERSION)
    ratios = []
    for fixture in fixtures:
        source = ConfigurationSource("argument", None)
        function = LambdaFunction(fixture.name, fixture.handler, fixture.code_root, source)
        files = SourceFiles()
        resolution = resolve(function, files)
        if not isinstance(resolution, ResolvedModule):
            continue

        def interpret(found: ResolvedModule = resolution) -> object:
            return analyse(found.module, found.attribute, found.finder, stubs, VERSION)

        interpret()  # parses the modules, and reads the stubs
        texts = [file.text for file in files._parsed]
        parse = seconds(lambda texts=texts: [libcst.parse_module(text) for text in texts], rounds)  # type: ignore[misc]
        ratios.append((seconds(interpret, rounds, before=forget_scopes) / parse, fixture.name))
    return sorted(ratios)


def stub_seconds(use_cache: bool) -> dict[str, float]:
    """What each module costs that is read first, with those that it needs itself."""
    store = StubStore(VERSION, use_cache=use_cache)
    return {name: seconds(lambda name=name: store.module(name), 1) for name in STUBS}  # type: ignore[misc]


def megabytes(fixtures: Sequence[Fixture], handlers: int, folder: Path) -> tuple[float, float]:
    """The most memory of a run by one process over that many handlers, and of one by two processes."""
    make_heavy(folder, handlers, list(fixtures))
    return _peak(folder, 1), _peak(folder, 2)


def _peak(folder: Path, jobs: int) -> float:
    """Of the largest process, by a process that has no other children."""
    program = (
        "import resource, subprocess, sys\n"
        "done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)\n"
        "print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)\n"
    )
    command = [sys.executable, "-m", "handlerlint", "--no-cache", "-q", f"-j{jobs}", "."]
    done = subprocess.run(
        [sys.executable, "-c", program, *command], cwd=folder, capture_output=True, text=True, check=True
    )
    status, megabytes = done.stdout.split()
    if status not in ("0", "1"):
        raise SystemExit(f"exit status {status}\n{done.stderr}")
    return float(megabytes)


def main() -> int:
    """Measure, print, and with `--check` fail where a limit is not kept."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3, help="runs of each side (default: 3)")
    parser.add_argument("--handlers", type=int, default=1000, help="for the memory (default: 1000)")
    parser.add_argument("--check", action="store_true", help="exit with 1 if a limit is not kept")
    arguments = parser.parse_args()
    fixtures = [fixture for fixture in all_fixtures() if not fixture.name.startswith("sdk/")]
    with tempfile.TemporaryDirectory() as name:
        os.environ["XDG_CACHE_HOME"] = f"{name}/caches"
        cold = stub_seconds(use_cache=False)
        stub_seconds(use_cache=True)  # fills the cache
        warm = stub_seconds(use_cache=True)
        ratios = against_parse(fixtures, arguments.rounds)
        folder = Path(name, "handlers")
        folder.mkdir()
        alone, shared = megabytes(fixtures, arguments.handlers, folder)
    values = [value for value, _ in ratios]
    middle = median(values)
    ninetieth, (most, worst) = values[len(values) * 9 // 10], ratios[-1]
    print(
        f"interpretation / parse, {len(values)} fixtures: median {middle:.2f} (limit {MOST_TIMES_A_PARSE}), ",
        end="",
    )
    print(f"nine in ten up to {ninetieth:.2f}, most {most:.1f} ({worst})")
    dearest = max(cold, key=cold.__getitem__)
    print(f"stubs of {len(STUBS)} modules: {sum(cold.values()) * 1e3:.0f} ms compiled, ", end="")
    print(f"{sum(warm.values()) * 1e3:.0f} ms from the cache; dearest {dearest}: ", end="")
    print(f"{cold[dearest] * 1e3:.0f} ms, {warm[dearest] * 1e3:.1f} ms (limit {MOST_STUB_SECONDS * 1e3:.0f})")
    print(f"memory, {arguments.handlers} handlers: {alone:.0f} MB by one process, ", end="")
    print(f"{shared:.0f} MB the larger of two (limit {MOST_MEGABYTES})")
    kept = (
        middle <= MOST_TIMES_A_PARSE,
        max(warm.values()) <= MOST_STUB_SECONDS,
        max(alone, shared) <= MOST_MEGABYTES,
    )
    return int(arguments.check and not all(kept))


if __name__ == "__main__":
    sys.exit(main())
