"""Run handlers with sample events through Lambda's real runtime client, and report what fails."""

from __future__ import annotations

import contextlib
import json
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

from handlerlint.commands.arguments import (
    add_project_arguments,
    add_selection_arguments,
    project_settings,
    with_selection,
)
from handlerlint.commands.output import file_reader, tell, terminal_width, wants_color, write
from handlerlint.commands.outputs import Output, add_output_arguments, wanted_outputs, write_all
from handlerlint.project.view import View
from handlerlint.records import replace
from handlerlint.reporters import FORMATS, Details, Report, render
from handlerlint.reporters.report import counted
from handlerlint.reporters.style import BOLD, GREEN, RED, YELLOW, Paint, one_line, painter, printable

if TYPE_CHECKING:
    import argparse

    from handlerlint.findings import Finding
    from handlerlint.functions.model import LambdaFunction
    from handlerlint.invoke.command import Plan
    from handlerlint.invoke.diagnosis import Judged
    from handlerlint.invoke.runner import Outcome
    from handlerlint.linter import Result
    from handlerlint.rows import InvocationRow
    from handlerlint.settings import Settings

_PEOPLE = ("full", "concise")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `handlerlint invoke`."""
    from handlerlint.invoke import command

    add_project_arguments(parser)
    command.add_arguments(parser)
    add_selection_arguments(parser)
    group = parser.add_argument_group("output")
    add_output_arguments(group, FORMATS)
    group.add_argument("-v", "--verbose", action="store_true", help="show logs and responses of all events")
    group.add_argument("-q", "--quiet", action="store_true", help="show findings only")
    group.add_argument("--exit-zero", action="store_true", help="exit with 0 even if there are findings")


def run(arguments: argparse.Namespace) -> int:
    """Run the events, report, and say by the exit status how it went."""
    from handlerlint.invoke import command

    outputs = wanted_outputs(arguments, "full")
    settings = with_selection(project_settings(arguments), arguments)
    plan = command.make_plan(arguments, settings)
    for note in plan.notes:
        tell(note)
    display = _Display(arguments, plan, outputs)
    with _ended_by_signals(), display.shown():
        outcome = command.run(plan, arguments, settings, display.show)
    findings = _shown(outcome.findings, settings)
    write_all((output, _rendered(outcome, findings, arguments, settings, output)) for output in outputs)
    return 1 if findings and not arguments.exit_zero else 0


class _Display:
    """Lines for people while the run goes on: with a progress bar below on a terminal."""

    def __init__(self, arguments: argparse.Namespace, plan: Plan, outputs: Sequence[Output]) -> None:
        printed = [output.format for output in outputs if output.file is None]
        formats = printed or [output.format for output in outputs]
        self._for_people = not arguments.quiet and any(name in _PEOPLE for name in formats)
        self._total = plan.event_count * arguments.repeat
        self._everything = arguments.verbose or self._total == 1
        self._brief = arguments.repeat > 1 and not arguments.verbose
        self._paint = painter(wants_color())
        self._last: LambdaFunction | None = None
        self._told: set[tuple[str, ...]] = set()
        self._verbose: bool = arguments.verbose
        self._said: set[str] = set()
        self._print: Callable[[str], None] = lambda line: write(f"{line}\n")
        self._advance: Callable[[], None] = lambda: None

    @contextlib.contextmanager
    def shown(self) -> Iterator[None]:
        """Show the progress bar, where there is a terminal and more than one event."""
        has_bar = find_spec("rich") is not None and sys.stdout.isatty()
        if not self._for_people or self._total < 2 or not has_bar:
            yield
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn
        from rich.text import Text

        columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(), transient=True) as progress:
            task = progress.add_task("", total=self._total)
            self._print = lambda line: progress.console.print(Text.from_ansi(line), soft_wrap=True)
            self._advance = lambda: progress.advance(task)
            yield

    def show(self, function: LambdaFunction, judged: Judged) -> None:
        """One outcome, below its function's name."""
        from handlerlint.invoke.presentation import details, outcome_line

        self._advance()
        if not self._for_people or (self._brief and not self._is_news(function, judged)):
            return
        if function is not self._last:
            self._last = function
            self._print(f"{self._paint(one_line(function.name), BOLD)} ({one_line(str(function.handler))})")
            for note in judged.notes:
                if note not in self._said:
                    self._said.add(note)
                    self._print(f"  note: {printable(note)}")
        line = printable(outcome_line(judged))
        word, rest = line[:10], line[10:]
        self._print(f"  {self._paint(word, _color(judged))}{rest}")
        for text in details(judged, everything=self._everything, verbose=self._verbose, told=self._said):
            self._print(f"    {printable(text)}")

    def _is_news(self, function: LambdaFunction, judged: Judged) -> bool:
        """Of repetitions, only the first failure of a kind."""
        invocation = judged.invocation
        if invocation.error is None:
            return not invocation.succeeded
        failure = (function.name, invocation.event.name, invocation.status, invocation.error.error_type)
        is_new = failure not in self._told
        self._told.add(failure)
        return is_new


def _color(judged: Judged) -> str:
    if judged.unjudged:
        return YELLOW
    return GREEN if judged.invocation.succeeded else RED


def _rendered(
    outcome: Outcome,
    findings: tuple[Finding, ...],
    arguments: argparse.Namespace,
    settings: Settings,
    output: Output,
) -> str:
    """The text for one output."""
    functions = {id(function) for function, _ in outcome.results}
    is_file = output.file is not None
    report = Report(
        findings=findings,
        text_of=file_reader(settings.working_folder),
        function_count=len(functions),
        notes=(f"{counted(len(outcome.skipped), 'function')} not run",) if outcome.skipped else (),
        colored=wants_color(is_file),
        with_summary=not arguments.quiet,
        width=terminal_width(is_file),
    )
    if output.format == "json":
        return _json(outcome, report, settings)
    if output.format == "html":
        report = replace(report, details=_details(outcome, settings))
    text = render(output.format, report)
    if output.format not in _PEOPLE or arguments.quiet:
        return text
    lines = _closing_lines(outcome, arguments, painter(report.colored))
    return "".join(f"{line}\n" for line in lines) + text


def _closing_lines(outcome: Outcome, arguments: argparse.Namespace, paint: Paint) -> Iterator[str]:
    from handlerlint.invoke.presentation import durations_table

    for function, reason in outcome.skipped:
        handler = one_line(function.handler or "no handler")
        yield f"{paint(one_line(function.name), BOLD)} ({handler}): not run: {one_line(reason)}"
    if arguments.repeat > 1:
        yield from map(printable, durations_table(outcome.results))
    unjudged = sum(judged.unjudged is not None for _, judged in outcome.results)
    if unjudged:
        yield paint(f"{unjudged} of {len(outcome.results)} invocations were not judged.", YELLOW)
    if loaded := _only_loaded(outcome):
        yield paint(
            f"Without an event, only loaded: {counted(loaded, 'function')} (`--event`, `--generate`).", YELLOW
        )
    if outcome.results or outcome.skipped:
        yield ""


def _details(outcome: Outcome, settings: Settings) -> Details:
    from handlerlint.commands.listing import rows_of
    from handlerlint.invoke.presentation import invocation_rows

    of_run = (function for function, _ in (*outcome.results, *outcome.skipped))
    functions = list({id(function): function for function in of_run}.values())
    rows, _ = rows_of(functions, settings, lambda done, total: None)
    notes = (f"{function.name}: {note}" for function, judged in outcome.results for note in judged.notes)
    return Details(
        project=settings.project_root.name,
        functions=tuple(rows),
        invocations=invocation_rows(outcome),
        hints=tuple(dict.fromkeys(notes)),
    )


def _only_loaded(outcome: Outcome) -> int:
    """How many functions had no event: their modules were loaded, and their handlers not called."""
    from handlerlint.invoke.model import LOAD

    return sum(judged.invocation.event == LOAD for _, judged in outcome.results)


def _json(outcome: Outcome, report: Report, settings: Settings) -> str:
    from handlerlint.invoke.presentation import json_of

    document = {
        "invocations": [json_of(judged.invocation, settings.working_folder) for _, judged in outcome.results],
        "findings": json.loads(render("json", report)),
    }
    return json.dumps(document, indent=2) + "\n"


def with_dynamic_findings(
    result: Result, settings: Settings
) -> tuple[tuple[Finding, ...], tuple[str, ...], tuple[InvocationRow, ...]]:
    """What `check --invoke` reports: the static findings, and those of a run with the functions' own events.

    With them, how much of it says nothing, and what came of each event.
    """
    import argparse

    from handlerlint.invoke import command
    from handlerlint.invoke.presentation import invocation_rows
    from handlerlint.invoke.reproduction import combined

    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    arguments = parser.parse_args([])
    plan = command.plan_for(result.functions, arguments, settings)
    with _ended_by_signals():
        outcome = command.run(plan, arguments, settings)
    unjudged = sum(judged.unjudged is not None for _, judged in outcome.results)
    notes = [f"{unjudged} of {counted(len(outcome.results), 'invocation')} not judged"] * bool(unjudged)
    notes += [f"{counted(len(outcome.skipped), 'function')} not run"] * bool(outcome.skipped)
    loaded = _only_loaded(outcome)
    notes += [f"{counted(loaded, 'function')} only loaded, without an event"] * bool(loaded)
    findings = combined(result.findings, _shown(outcome.findings, settings))
    return findings, tuple(notes), invocation_rows(outcome)


def _shown(findings: tuple[Finding, ...], settings: Settings) -> tuple[Finding, ...]:
    """Those that are selected and that no comment suppresses."""
    from handlerlint.linter import Run
    from handlerlint.rules import known_codes
    from handlerlint.selection import select_rules

    return tuple(Run(settings, View()).shown(findings, select_rules(settings, known_codes())))


@contextlib.contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Whatever ends the run ends the handlers' processes too; a second Control-C must not keep us from it."""

    def interrupt(number: int, frame: object) -> None:
        for known in before:
            signal.signal(known, signal.SIG_IGN)
        raise KeyboardInterrupt

    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for name in names if (number := signal.Signals[name])}
    for number in before:
        signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
