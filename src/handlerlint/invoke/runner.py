"""Runs events through many functions, some at a time, and judges what happened. Called by `command`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from handlerlint.errors import MissingExtra, UserError
from handlerlint.findings import Finding
from handlerlint.functions.model import LambdaFunction
from handlerlint.invoke.diagnosis import Judged, judge, merged
from handlerlint.invoke.environment import Environment
from handlerlint.invoke.model import Event, Invocation
from handlerlint.invoke.places import Places
from handlerlint.invoke.session import Session
from handlerlint.invoke.variables import limits_of, placeholders
from handlerlint.records import dataclass, field

Observer = Callable[[LambdaFunction, Judged], None]
Examiner = Callable[[LambdaFunction, Invocation, Places], Sequence[Finding]]


@dataclass(frozen=True, slots=True)
class Task:
    """A function and its events; without any it is only loaded."""

    function: LambdaFunction
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the user says of the run. `examiners` look at every outcome for more findings."""

    working_folder: Path
    python: Path | None = None
    timeout: float | None = None
    memory: int | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    repeat: int = 1
    jobs: int = 1
    confined: bool = True
    examiners: tuple[Examiner, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """All of a run in the order of the tasks; `skipped` are functions that cannot be run, and why."""

    results: tuple[tuple[LambdaFunction, Judged], ...]
    findings: tuple[Finding, ...]
    skipped: tuple[tuple[LambdaFunction, str], ...]


@dataclass(slots=True)
class _TaskResult:
    function: LambdaFunction
    judged: list[Judged] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    skipped: str | None = None


def _nothing(function: LambdaFunction, judged: Judged) -> None:
    return


def run_tasks(
    tasks: Sequence[Task], options: RunOptions, session: Session, observer: Observer | None = None
) -> Outcome:
    """Run all events of all tasks. `observer` is told each outcome as it comes, by one thread at a time.

    Control-C ends every process at once and is raised again.
    """
    done = _Running(options, session, observer or _nothing).run_all(tasks)
    findings = [finding for result in done for finding in result.findings]
    return Outcome(
        results=tuple((result.function, judged) for result in done for judged in result.judged),
        findings=merged(findings),
        skipped=tuple((result.function, result.skipped) for result in done if result.skipped is not None),
    )


class _Running:
    def __init__(self, options: RunOptions, session: Session, observer: Observer) -> None:
        self._options = options
        self._session = session
        self._observer = observer
        self._lock = threading.Lock()
        self._environments: set[Environment] = set()
        self._cancelled = False

    def run_all(self, tasks: Sequence[Task]) -> list[_TaskResult]:
        """The results in the order of the tasks.

        Also a single job has a thread of its own: Control-C then never hits what starts and ends processes.
        """
        with ThreadPoolExecutor(self._options.jobs, thread_name_prefix="invoke") as pool:
            futures = [pool.submit(self.run, task) for task in tasks]
            try:
                return [future.result() for future in futures]
            except BaseException:
                self._cancel()
                pool.shutdown(cancel_futures=True)
                raise

    def run(self, task: Task) -> _TaskResult:
        """All events of one function, in one environment as long as it lasts."""
        result = _TaskResult(task.function)
        try:
            environment = self._open(task.function)
        except MissingExtra:
            raise
        except UserError as error:
            result.skipped = str(error).removeprefix(f"{task.function.name}: ")
            return result
        try:
            places = Places(
                task.function, environment.folder, environment.interpreter, self._options.working_folder
            )
            for invocation in _invocations(environment, task.events, self._options.repeat):
                self._take(result, invocation, places)
        finally:
            with self._lock:
                self._environments.discard(environment)
            environment.close()
        return result

    def _take(self, result: _TaskResult, invocation: Invocation, places: Places) -> None:
        if self._cancelled:
            return  # it was ended by us: nothing is to be said of it
        given = {**self._session.variables_of(result.function), **self._options.variables}
        stand_ins = placeholders(result.function, given)
        judged = judge(invocation, result.function, places, stand_ins)
        result.judged.append(judged)
        if judged.finding is not None:
            result.findings.append(judged.finding)
        for examine in self._options.examiners:
            result.findings += examine(result.function, invocation, places)
        with self._lock:
            self._observer(result.function, judged)

    def _open(self, function: LambdaFunction) -> Environment:
        options = self._options
        environment = Environment(
            function,
            session=self._session,
            limits=limits_of(function, timeout=options.timeout, memory=options.memory),
            variables=options.variables,
            python=options.python,
            confined=options.confined,
        )
        with self._lock:
            self._environments.add(environment)
            cancelled = self._cancelled
        if cancelled:
            environment.cancel()
        return environment

    def _cancel(self) -> None:
        with self._lock:
            self._cancelled = True
            running = list(self._environments)
        for environment in running:
            environment.cancel()


def _invocations(environment: Environment, events: Sequence[Event], repeat: int) -> Iterator[Invocation]:
    if not events:
        yield environment.load()
    for event in events:
        for _ in range(repeat):
            yield environment.invoke(event)
