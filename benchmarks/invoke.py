"""Speed of dynamic mode against AWS's Runtime Interface Emulator, as ratios within one run.

    python tools/install_peers.py sam
    python benchmarks/invoke.py [--json]

Both run the same handler with the same interpreter, in turns, so that whatever else the machine does hits both.
Exit status 1 where a ratio misses what issue 6 asks for: a warm invocation in at most the emulator's time, the
first response of a fresh environment in at most 1.2 times, fifty functions by two jobs at least 1.6 times as
fast as by one.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from handlerlint.functions.model import ConfigurationSource, LambdaFunction
from handlerlint.invoke import Environment, Event, Session
from handlerlint.invoke.runner import RunOptions, Task, run_tasks

sys.path.insert(0, str(Path(__file__).parent.parent))
from tests.invoke.emulator import MISSING, Emulator, find_emulator

ECHO = "def handler(event, context):\n    return event\n"
PAYLOAD = b'{"orderId": "A-1001", "items": [1, 2, 3]}'
VARIABLES = {"AWS_EXECUTION_ENV": "AWS_Lambda_python3.13", "AWS_LAMBDA_FUNCTION_TIMEOUT": "3"}
WARM_ROUNDS, WARM_CALLS = 20, 100
FRESH_ROUNDS = 20
FUNCTIONS = 50


@dataclass(frozen=True)
class Figure:
    """One comparison: our time and the other's, and how much of it we may take."""

    name: str
    ours: float
    other: float
    limit: float

    @property
    def ratio(self) -> float:
        return self.ours / self.other

    @property
    def holds(self) -> bool:
        return self.ratio <= self.limit


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def warm(folder: Path, emulator: Path, session: Session) -> Figure:
    """A warm invocation of an echo handler: medians of rounds in turns."""
    event = Event("echo", PAYLOAD)
    ours, theirs = [], []
    with (
        Environment.of("app.handler", folder, session=session) as environment,
        Emulator(emulator, "app.handler", folder, VARIABLES) as peer,
    ):
        environment.invoke(event)
        peer.invoke(PAYLOAD)
        for _ in range(WARM_ROUNDS):
            ours += [seconds(lambda: environment.invoke(event)) for _ in range(WARM_CALLS)]
            theirs += [seconds(lambda: peer.invoke(PAYLOAD)) for _ in range(WARM_CALLS)]
    return Figure("warm invocation", median(ours), median(theirs), 1.0)


def fresh(folder: Path, emulator: Path, session: Session) -> Figure:
    """The first response of a fresh environment; the emulator itself is running already."""
    event = Event("echo", PAYLOAD)
    ours, theirs = [], []
    for _ in range(FRESH_ROUNDS):
        with Environment.of("app.handler", folder, session=session) as environment:
            ours.append(seconds(lambda: environment.invoke(event)))
        with Emulator(emulator, "app.handler", folder, VARIABLES) as peer:
            theirs.append(seconds(lambda: peer.invoke(PAYLOAD)))
    return Figure("first response of a fresh environment", median(ours), median(theirs), 1.2)


def two_jobs(folder: Path, session: Session) -> Figure:
    """Fifty functions, two at a time, against one after the other."""
    source = ConfigurationSource("argument", None)
    tasks = [
        Task(LambdaFunction(f"f{number}", "app.handler", folder, source), (Event("echo", PAYLOAD),))
        for number in range(FUNCTIONS)
    ]
    one, two = [], []
    for _ in range(3):
        one.append(seconds(lambda: run_tasks(tasks, RunOptions(folder, jobs=1), session)))
        two.append(seconds(lambda: run_tasks(tasks, RunOptions(folder, jobs=2), session)))
    return Figure("fifty functions, two jobs against one", median(two), median(one), 1 / 1.6)


def main() -> int:
    """Measure and print; 1 where a limit is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--json", action="store_true")
    as_json = parser.parse_args().json
    emulator = find_emulator()
    if emulator is None:
        print(MISSING, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as name, Session() as session:
        folder = Path(name)
        (folder / "app.py").write_text(ECHO)
        figures = [
            warm(folder, emulator, session),
            fresh(folder, emulator, session),
            two_jobs(folder, session),
        ]
    if as_json:
        print(json.dumps({figure.name: round(figure.ratio, 3) for figure in figures}))
    else:
        for figure in figures:
            print(
                f"{figure.name:<42} {figure.ours * 1e3:8.2f} ms against {figure.other * 1e3:8.2f} ms: "
                f"{figure.ratio:.2f} (at most {figure.limit:.2f})"
            )
    return 0 if all(figure.holds for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
