"""Prints how fast handlerlint is, as ratios of times taken in one run: they hold on any machine.

    python benchmarks/run.py [--rounds N] [--check]

Both sides of a ratio are run in turns, and their medians are compared. Beside the ratio of elapsed times stands that
of the processor's, of the program and its child processes: other work on the machine changes it less. A ratio is too
high if both are above the limit. Needs the extra `dev`.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import NamedTuple

from monorepo import make_monorepo

HANDLERLINT = [sys.executable, "-m", "handlerlint"]
# flake8 finds its plugins by what is installed: ours is hidden, so that it is compared with flake8 alone.
FLAKE8 = """
import importlib.metadata as metadata
distributions = metadata.distributions
metadata.distributions = lambda **given: (
    found for found in distributions(**given) if found.metadata["Name"] != "handlerlint"
)
from flake8.main.cli import main
raise SystemExit(main())
"""


class Seconds(NamedTuple):
    """How long something took: by the clock on the wall, and of the processors' time."""

    elapsed: float
    used: float


@dataclass(frozen=True, slots=True)
class Ratio:
    """One line of the table: the times of the two sides, and the limit of their ratio."""

    name: str
    ours: Seconds
    theirs: Seconds
    limit: float | None

    @property
    def elapsed(self) -> float:
        return self.ours.elapsed / self.theirs.elapsed

    @property
    def used(self) -> float:
        return self.ours.used / self.theirs.used

    @property
    def holds(self) -> bool:
        return self.limit is None or min(self.elapsed, self.used) <= self.limit


def seconds(command: Sequence[str], folder: Path) -> Seconds:
    """The time of one run of the command; 1 is the exit status of linters that found something."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    elapsed = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)}: exit status {done.returncode}\n{done.stderr.decode()}")
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Seconds(elapsed, used)


def middle(times: Iterable[Seconds]) -> Seconds:
    """The medians."""
    elapsed, used = zip(*times, strict=True)
    return Seconds(median(elapsed), median(used))


def compare(
    name: str,
    ours: Sequence[str],
    theirs: Sequence[str],
    folder: Path,
    rounds: int,
    limit: float | None,
    before: Callable[[], None] = lambda: None,
) -> Ratio:
    """The medians of both commands, run in turns after a first round that fills Python's own caches."""
    pairs = []
    for _ in range(rounds + 1):
        before()
        pairs.append((seconds(ours, folder), seconds(theirs, folder)))
    del pairs[0]
    return Ratio(name, middle(pair[0] for pair in pairs), middle(pair[1] for pair in pairs), limit)


def start_up(root: Path, rounds: int) -> Ratio:
    script = Path(sys.executable).with_name("handlerlint")
    command = [str(script)] if script.exists() else HANDLERLINT
    return compare(
        "--version / import argparse",
        [*command, "--version"],
        [sys.executable, "-c", "import argparse"],
        root,
        rounds * 3,
        2.0,
    )


def one_file(root: Path, rounds: int) -> Ratio:
    folder = root / "one"
    make_monorepo(folder, 1, modules=2)
    handler = "service_0000/src/app.py"

    def edit() -> None:
        with (folder / handler).open("a", encoding="utf-8") as file:
            file.write("# edited\n")  # so that no earlier result fits

    parse = f"import libcst; libcst.parse_module(open({handler!r}).read())"
    return compare(
        "one handler / libcst parse of it",
        [*HANDLERLINT, handler],  # the cache has the standard library's stubs, and no result that fits
        [sys.executable, "-c", parse],
        folder,
        rounds,
        1.5,
        before=edit,
    )


def tree(root: Path, rounds: int) -> list[Ratio]:
    folder = root / "tree"
    make_monorepo(folder, 100)
    flake8 = [sys.executable, "-c", FLAKE8, "--isolated"]
    warm = cold = [*HANDLERLINT, "-q", "."]
    few = root / "few"
    make_monorepo(few, 10)

    def forget() -> None:
        """Drop all results; the standard library's stubs stay, as for anyone who has run handlerlint before."""
        for kept in (root / "caches").glob("handlerlint/results-*"):
            shutil.rmtree(kept)

    def first_run(folder: Path) -> Seconds:
        forget()
        return seconds(cold, folder)

    few_seconds = middle(first_run(few) for _ in range(rounds))
    start = middle(first_run(_empty(root)) for _ in range(rounds))
    against = compare("1,000 files, 100 handlers / flake8", cold, flake8, folder, rounds, 0.5, before=forget)
    argparse = [sys.executable, "-c", "import argparse"]
    cached = compare("the same again / import argparse", warm, argparse, folder, rounds * 3, 2.0)

    def edit() -> None:
        with (folder / "service_0007/src/module_1.py").open("a", encoding="utf-8") as file:
            file.write("# edited\n")

    edited = compare("one module edited / flake8", warm, flake8, folder, rounds, None, before=edit)
    linear = Ratio(
        "time per file, 1,000 / 100 files",
        _per_file(against.ours, start, 1000),
        _per_file(few_seconds, start, 100),
        1.3,
    )
    return [against, cached, edited, linear]


def _per_file(whole: Seconds, start: Seconds, files: int) -> Seconds:
    return Seconds((whole.elapsed - start.elapsed) / files, (whole.used - start.used) / files)


def _empty(root: Path) -> Path:
    folder = root / "empty"
    (folder / ".git").mkdir(parents=True, exist_ok=True)
    return folder


def main() -> int:
    """Measure, print, and with `--check` fail where a ratio is above its limit."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5, help="runs of each side (default: 5)")
    parser.add_argument("--check", action="store_true", help="exit with 1 if a limit is not kept")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        os.environ["XDG_CACHE_HOME"] = str(root / "caches")  # no result of another time
        ratios = [
            start_up(root, arguments.rounds),
            one_file(root, arguments.rounds),
            *tree(root, arguments.rounds),
        ]
    print(f"{'':<36}{'ours':>10}{'theirs':>10}{'ratio':>8}{'of CPU':>8}{'limit':>8}")
    for ratio in ratios:
        limit = "" if ratio.limit is None else f"{ratio.limit:.1f}"
        times = f"{ratio.ours.elapsed * 1000:>7.1f} ms{ratio.theirs.elapsed * 1000:>7.1f} ms"
        verdict = "" if ratio.holds else "  too slow"
        print(f"{ratio.name:<36}{times}{ratio.elapsed:>8.2f}{ratio.used:>8.2f}{limit:>8}{verdict}")
    return int(arguments.check and not all(ratio.holds for ratio in ratios))


if __name__ == "__main__":
    sys.exit(main())
