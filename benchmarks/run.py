"""Prints what handlerlint costs beside flake8, ruff, pylint and mypy, in one table, and how it grows.

    python benchmarks/run.py [--rounds N] [--services N] [--growth N …] [--without NAME …] [--check]

Each of the others is installed by itself (`tools/install_peers.py` does so first). All programs are run in turns, in
one process each; shown are medians of processor time (the program's and its children's) and of elapsed time. A ratio
is one of processor times of one run, against flake8 without our plugin: it holds on any machine, and other work on
the machine changes it little. Needs the extra `dev`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import NamedTuple

from heavy import make_heavy
from monorepo import make_monorepo

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tools"))
from install_peers import PEERS, install  # noqa: E402

OTHERS = ("flake8", "ruff", "pylint", "mypy")
WITH_PLUGIN = "flake8 with plugin"
MOST_MEGABYTES = 350


class Cost(NamedTuple):
    """What one run takes: seconds of processors and of the clock, and megabytes of its largest process."""

    used: float
    elapsed: float
    megabytes: float


@dataclass(frozen=True, slots=True)
class Case:
    """What is linted, from `folder`; `before` each run something is done there. What is `first` finds nothing kept."""

    name: str
    folder: Path
    paths: tuple[str, ...] = (".",)
    first: bool = True
    before: Callable[[], None] = lambda: None
    limits: dict[str, float] = field(default_factory=dict)


def command(program: str, case: Case, caches: Path) -> list[str]:
    """The command line of a program; each uses one process, and what it can keep where results may be kept."""
    python = str(PEERS / program / "bin" / "python")
    options = {
        "handlerlint": [sys.executable, "-m", "handlerlint", "-q", "-j1"],
        WITH_PLUGIN: [sys.executable, "-m", "flake8", "--isolated", "-j1"],
        f"{WITH_PLUGIN}, none of its codes": [
            *(sys.executable, "-m", "flake8", "--isolated", "-j1", "--select=E,F,W,C90"),
        ],
        "flake8": [python, "-m", "flake8", "--isolated", "-j1"],
        "ruff": [python, "-m", "ruff", "check", "-q", "--isolated", f"--cache-dir={caches}/ruff"],
        "pylint": [python, "-m", "pylint", "-j1", "--persistent=n", "--rcfile="],
        "mypy": [
            *(python, "-m", "mypy", "--ignore-missing-imports", "--namespace-packages"),
            *("--explicit-package-bases", "--config-file=", f"--cache-dir={caches}/mypy"),
        ],
    }
    recursive = ["--recursive=y"] if program == "pylint" else []
    return [*options[program], *recursive, *case.paths]


def measured(program: str, case: Case, caches: Path) -> Cost:
    """One run in a process that has no other children."""
    if case.first:
        for kept in (*caches.glob("handlerlint/results-*"), caches / "ruff", caches / "mypy"):
            shutil.rmtree(kept, ignore_errors=True)
    case.before()
    program_of_child = (
        "import resource, subprocess, sys\n"
        "done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(done.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)\n"
        "sys.stderr.buffer.write(done.stderr)\n"
    )
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", program_of_child, *command(program, case, caches)],
        cwd=case.folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    elapsed = time.perf_counter() - start
    status, used, megabytes = done.stdout.split()
    if int(status) not in (0, 1) and program != "pylint":  # whose status is a sum of what it found
        raise SystemExit(f"{program}, {case.name}: exit status {status}\n{done.stderr}")
    return Cost(float(used), elapsed, float(megabytes))


def in_turns(programs: Sequence[str], case: Case, caches: Path, rounds: int) -> dict[str, Cost]:
    """The medians, after a first round that fills Python's own caches, and those of a program that has some."""
    costs: dict[str, list[Cost]] = {program: [] for program in programs}
    for number in range(rounds + 1):
        for program in programs:
            cost = measured(program, case, caches)
            if number:
                costs[program].append(cost)
    return {
        program: Cost(*(median(values) for values in zip(*found, strict=True)))
        for program, found in costs.items()
    }


def cases(root: Path, services: int) -> list[Case]:
    """What people do: a first run, a commit, a keystroke; small and large, and handlers that are much to interpret."""
    tree, one, heavy = root / "tree", root / "one", root / "heavy"
    make_monorepo(tree, services)
    make_monorepo(one, 1, modules=2)
    make_heavy(heavy, services)
    handler, module = "service_0007/src/app.py", "service_0007/src/module_1.py"
    return [
        Case("a large tree, first", tree, limits={"handlerlint": 0.5, WITH_PLUGIN: 2.5}),
        Case("one file in it", tree, (handler,), first=False, before=edited(tree / handler)),
        Case(
            "one change in it",
            tree,
            first=False,
            before=edited(tree / module),
            limits={WITH_PLUGIN: 1.3, f"{WITH_PLUGIN}, none of its codes": 1.05},
        ),
        Case(
            "one small file",
            one,
            ("service_0000/src/app.py",),
            before=edited(one / "service_0000/src/app.py"),
            limits={"handlerlint": 1.5},
        ),
        Case("heavy handlers, first", heavy, limits={"handlerlint": 1.2}),
    ]


def edited(path: Path) -> Callable[[], None]:
    """What adds a line to a file, so that no earlier result fits."""

    def edit() -> None:
        with path.open("a", encoding="utf-8") as file:
            file.write("# edited\n")

    return edit


def compared(case: Case, programs: Sequence[str], caches: Path, rounds: int) -> bool:
    """Print the lines of one case; whether all limits are kept."""
    costs = in_turns(programs, case, caches, rounds)
    holds = True
    for program, cost in costs.items():
        ratio = cost.used / costs["flake8"].used
        limit = case.limits.get(program)
        is_kept = limit is None or ratio <= limit
        holds &= is_kept
        shown = "" if limit is None else f"{limit:.2f}{'' if is_kept else ' too slow'}"
        name = f"{case.name} ({', '.join(case.paths)})" if case.paths != (".",) else case.name
        print(
            f"| {name:<48} | {program:<37} | {cost.used:7.2f} | {cost.elapsed:7.2f} | {ratio:6.2f} | {shown} |",
            flush=True,
        )
    return holds


def grown(services: int, root: Path, caches: Path) -> bool:
    """Print what so many functions with nine modules each cost: at first, again, and after one change."""
    folder = root / f"grown-{services}"
    make_monorepo(folder, services)
    first = measured("handlerlint", Case("", folder), caches)
    kept = Case("", folder, first=False)
    measured("handlerlint", kept, caches)
    again = measured("handlerlint", kept, caches)
    change = Case("", folder, first=False, before=edited(folder / "service_0007/src/module_1.py"))
    measured("handlerlint", change, caches)
    changed = measured("handlerlint", change, caches)
    shutil.rmtree(folder)
    cells = (f"{services:,}", *(f"{cost.used:.2f}" for cost in (first, again, changed)))
    print(f"| {' | '.join(cells)} | {first.megabytes:.0f} | {changed.megabytes:.0f} |", flush=True)
    return first.megabytes <= MOST_MEGABYTES


def main() -> int:
    """Measure, print, and with `--check` fail where a limit is not kept."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3, help="runs of each program (default: 3)")
    parser.add_argument(
        "--services", type=int, default=100, help="of ten files each, in the large tree (default: 100)"
    )
    parser.add_argument("--growth", type=int, nargs="*", default=[100, 1000], help="how many functions")
    parser.add_argument("--without", nargs="*", default=[], choices=OTHERS[1:], help="programs to leave out")
    parser.add_argument("--check", action="store_true", help="exit with 1 if a limit is not kept")
    arguments = parser.parse_args()
    others = [program for program in OTHERS if program not in arguments.without]
    if failed := install(others):
        raise SystemExit(f"not installed: {', '.join(failed)}")
    programs = ["handlerlint", *others, WITH_PLUGIN, f"{WITH_PLUGIN}, none of its codes"]
    with tempfile.TemporaryDirectory() as folder:
        root, caches = Path(folder), Path(folder, "caches")
        os.environ["XDG_CACHE_HOME"] = str(caches)  # no result of another time
        print(
            "| | | processor, s | elapsed, s | × flake8 | limit |\n| --- | --- | ---: | ---: | ---: | ---: |"
        )
        kept = [
            compared(case, programs, caches, arguments.rounds) for case in cases(root, arguments.services)
        ]
        print("\n| functions | first, s | again, s | one change, s | MB, first | MB, one change |")
        print("| ---: | ---: | ---: | ---: | ---: | ---: |")
        kept += [grown(services, root, caches) for services in arguments.growth]
    return int(arguments.check and not all(kept))


if __name__ == "__main__":
    sys.exit(main())
