"""Find what will break in AWS Lambda: handler strings, signatures, return values.

The command `check`, which is also the one that is run when no command is named.
"""

from __future__ import annotations

import os
import sys

from handlerlint.caching.results import result_cache
from handlerlint.commands.arguments import (
    add_project_arguments,
    add_selection_arguments,
    project_settings,
    with_selection,
)
from handlerlint.commands.baseline import DEFAULT_FILE
from handlerlint.commands.output import file_reader, tell, terminal_width, wants_color, write
from handlerlint.commands.outputs import add_output_arguments, wanted_outputs, write_all
from handlerlint.commands.progress import progress
from handlerlint.errors import UserError
from handlerlint.findings import from_plain, told_once
from handlerlint.project.view import real_path
from handlerlint.records import dataclass, replace
from handlerlint.reporters import FORMATS, STATISTICS_FORMATS, Details, Report, render
from handlerlint.reporters.report import counted
from handlerlint.reporters.style import one_line
from handlerlint.settings import display_name

TYPE_CHECKING = False
if TYPE_CHECKING:  # without importing `typing`
    import argparse
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager

    from handlerlint.commands.outputs import Output
    from handlerlint.findings import Finding
    from handlerlint.linter import Result
    from handlerlint.rows import InvocationRow
    from handlerlint.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `handlerlint check`."""
    add_project_arguments(parser)
    add_selection_arguments(parser)
    group = parser.add_argument_group("output")
    add_output_arguments(group, FORMATS)
    group.add_argument("--statistics", action="store_true", help="show counts per rule in place of findings")
    group.add_argument(
        "-v",
        "--verbose",
        action="store_true",
        help="also say which functions were not checked, and why, and show the debug log",
    )
    group.add_argument("-q", "--quiet", action="store_true", help="show findings only, no summary")
    group.add_argument("--exit-zero", action="store_true", help="exit with 0 even if there are findings")
    group = parser.add_argument_group("fixes")
    group.add_argument("--fix", action="store_true", help="fix what can be fixed, and report the rest")
    group.add_argument(
        "--unsafe-fixes",
        action="store_true",
        help="with --fix or --diff: also fixes that may change the meaning",
    )
    group.add_argument("--diff", action="store_true", help="show what --fix would write, and write nothing")
    group = parser.add_argument_group("known findings")
    group.add_argument(
        "--baseline", metavar="FILE", help="leave out the findings that are known in this file"
    )
    group.add_argument(
        "--write-baseline",
        action="store_true",
        help=f"take all findings as known (default file: {DEFAULT_FILE})",
    )
    group.add_argument(
        "--add-noqa", action="store_true", help="silence each finding by a comment on its line"
    )
    group = parser.add_argument_group("information")
    group.add_argument(
        "--show-settings", action="store_true", help="print the settings, and where each comes from"
    )
    group.add_argument(
        "--show-files", action="store_true", help="print the files that the findings depend on"
    )
    group = parser.add_argument_group("run")
    group.add_argument(
        "--invoke", action="store_true", help="also run the handlers, as `handlerlint invoke` does"
    )
    group.add_argument(
        "-j", "--jobs", type=_count, metavar="N", help="processes (default: one for each processor)"
    )
    group.add_argument("--watch", action="store_true", help="report again whenever a file changes")


def run(arguments: argparse.Namespace) -> int:
    """Lint, report, and say by the exit status how it went."""
    outputs = wanted_outputs(arguments, "full")
    _check_options(arguments, outputs)
    settings = _settings(arguments)
    other = _other_task(arguments)
    if other is not None:
        return other(settings, arguments)
    found = _without_known(_found(settings, arguments), settings)
    write_all(_reports(found, settings, arguments, outputs))
    if arguments.verbose:
        for kind, line in found.unchecked:
            tell(f"{kind}: {line}")
    if not arguments.quiet:
        for hint in found.hints:
            tell(f"hint: {hint}")
    status = _complained(found.failures, found.complaints)
    return status or (1 if found.findings and not arguments.exit_zero else 0)


def _settings(arguments: argparse.Namespace) -> Settings:
    settings = with_selection(project_settings(arguments), arguments)
    if arguments.baseline is not None:
        settings = replace(settings, baseline=settings.working_folder / arguments.baseline)
    return settings


def _reports(
    found: _Found, settings: Settings, arguments: argparse.Namespace, outputs: Iterable[Output]
) -> Iterator[tuple[Output, str]]:
    """The text for each output."""
    report = Report(
        findings=told_once(found.findings),
        text_of=file_reader(settings.working_folder),
        function_count=found.function_count - len(found.unchecked),
        notes=(*_lacks(found, verbose=arguments.verbose), *found.notes),
        with_summary=not arguments.quiet,
    )
    for output in outputs:
        is_file = output.file is not None
        for_output = replace(report, colored=wants_color(is_file), width=terminal_width(is_file))
        if output.format == "html":
            notes = (*_lacks(found, verbose=True), *found.notes)
            for_output = replace(report, notes=notes, details=_details(found, settings))
        if not arguments.statistics:
            yield output, render(output.format, for_output)
            continue
        from handlerlint.reporters import statistics

        yield output, statistics.render(for_output, output.format)


def _details(found: _Found, settings: Settings) -> Details:
    from handlerlint.commands.listing import kept_functions

    return Details(
        project=settings.project_root.name,
        functions=kept_functions(settings),
        invocations=found.invocations,
        unchecked=found.unchecked,
        hints=found.hints,
    )


def _check_options(arguments: argparse.Namespace, outputs: Iterable[Output]) -> None:
    """Raise UserError for options that do nothing together."""
    tasks = ("fix", "diff", "add_noqa", "write_baseline", "show_settings", "show_files", "watch")
    given = [f"--{name.replace('_', '-')}" for name in tasks if getattr(arguments, name)]
    if len(given) > 1:
        raise UserError(f"{given[0]} and {given[1]} cannot be combined")
    if arguments.invoke and given:
        raise UserError(f"--invoke cannot be combined with {given[0]}: it runs the handlers as they are")
    if arguments.unsafe_fixes and given[:1] not in (["--fix"], ["--diff"]):
        raise UserError("--unsafe-fixes does nothing without --fix or --diff")
    if arguments.output and given and given[0] not in ("--fix", "--watch"):
        raise UserError(f"--output and {given[0]} cannot be combined: what that prints has one format only")
    for output in outputs:
        if arguments.statistics and output.format not in STATISTICS_FORMATS:
            known = ", ".join(STATISTICS_FORMATS)
            raise UserError(f"--statistics has no format '{output.format}'; expected one of {known}")


def _other_task(arguments: argparse.Namespace) -> Callable[[Settings, argparse.Namespace], int] | None:
    """What is to be done in place of reporting findings, if anything."""
    if arguments.diff:
        return _show_difference
    if arguments.add_noqa:
        return _add_noqa
    if arguments.write_baseline:
        return _write_baseline
    if arguments.show_settings or arguments.show_files:
        return _show
    if arguments.watch:
        return _watch
    return None


def _show_difference(settings: Settings, arguments: argparse.Namespace) -> int:
    from handlerlint.commands.fixing import difference, fixed

    with _progress(arguments) as show:
        done = fixed(settings, unsafe=arguments.unsafe_fixes, jobs=_jobs(arguments), before_group=show)
    write(difference(done, settings.working_folder), arguments.output_file)
    status = _complained(done.result.failures, ())
    return status or (1 if done.files and not arguments.exit_zero else 0)


def _add_noqa(settings: Settings, arguments: argparse.Namespace) -> int:
    from handlerlint.commands.fixing import written
    from handlerlint.commands.silencing import silenced

    done = silenced(settings, jobs=_jobs(arguments))
    note, complaints = written(done, settings.working_folder, "silenced")
    left = len(done.result.findings)
    write(f"{note}{f'; {left} left: no comment can stand there' if left else ''}.\n")
    return _complained(done.result.failures, complaints)


def _write_baseline(settings: Settings, arguments: argparse.Namespace) -> int:
    from handlerlint.commands.baseline import write_baseline

    file = settings.baseline or settings.working_folder / DEFAULT_FILE
    found = _found(settings, arguments)
    count = write_baseline(found.findings, file, settings.working_folder)
    write(f"{counted(count, 'finding')} written to {display_name(file, settings.working_folder)}.\n")
    return _complained(found.failures, ())


def _show(settings: Settings, arguments: argparse.Namespace) -> int:
    from handlerlint.commands import showing

    if arguments.show_settings:
        write(showing.settings_text(settings), arguments.output_file)
        return 0
    names, failures = showing.files(settings, jobs=_jobs(arguments))
    write("".join(f"{name}\n" for name in names), arguments.output_file)
    return _complained(failures, ())


def _watch(settings: Settings, arguments: argparse.Namespace) -> int:
    from handlerlint.commands.watching import watch

    outputs = wanted_outputs(arguments, "full")

    def report(settings: Settings, result: Result) -> str:
        found = _Found(
            result.findings, len(result.functions), result.hints, result.unchecked, result.failures
        )
        reports = list(_reports(_without_known(found, settings), settings, arguments, outputs))
        write_all((output, text) for output, text in reports if output.file is not None)
        shown = "".join(text for output, text in reports if output.file is None)
        failures = (one_line(failure) for failure in result.failures)
        return shown + "".join(f"handlerlint: internal error: {failure}\n" for failure in failures)

    written = {real_path(output.file) for output in outputs if output.file is not None}
    return watch(lambda: _settings(arguments), report, jobs=_jobs(arguments), written=written)


def _complained(failures: Iterable[str], complaints: Iterable[str]) -> int:
    """Say what went wrong on standard error; the exit status for it."""
    lines = [f"internal error: {failure}" for failure in failures]
    lines += [f"error: {complaint}" for complaint in complaints]
    for line in lines:
        tell(line)
    return 2 if lines else 0


def _without_known(found: _Found, settings: Settings) -> _Found:
    """The findings that are not in the baseline, and a hint for each entry that is of no use any more."""
    if settings.baseline is None:
        return found
    from handlerlint.commands.baseline import compared
    from handlerlint.rules import known_codes
    from handlerlint.selection import select_rules

    codes = select_rules(settings, known_codes()).codes
    result = compared(found.findings, settings.baseline, settings, codes)
    stale = tuple(f"no longer in the project, but in the baseline: {entry}" for entry in result.stale)
    notes = (*found.notes, f"{result.known} known from the baseline") if result.known else found.notes
    return replace(found, findings=result.new, hints=(*found.hints, *stale), notes=notes)


@dataclass(frozen=True, slots=True)
class _Found:
    """What a run came to, or an earlier one that still holds; see `linter.Result`.

    `notes` are for the summary, of the dynamic mode or of fixes; `complaints` are files that could not be written;
    `invocations` are what came of the handlers that were run.
    """

    findings: tuple[Finding, ...]
    function_count: int
    hints: tuple[str, ...]
    unchecked: tuple[tuple[str, str], ...]
    failures: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    complaints: tuple[str, ...] = ()
    invocations: tuple[InvocationRow, ...] = ()


def _lacks(found: _Found, *, verbose: bool) -> Iterator[str]:
    """How many functions were not checked, and in which way."""
    kinds = [kind for kind, _ in found.unchecked]
    counts = [f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds)]
    if counts:
        yield ", ".join(counts) + ("" if verbose else " (--verbose says why)")


def _found(settings: Settings, arguments: argparse.Namespace) -> _Found:
    """What there is to report: of a run, of an earlier one that still holds, or what fixes have left."""
    if arguments.fix:
        return _fixed(settings, arguments)
    cache = result_cache(settings)
    if cache is not None and not arguments.invoke:
        kept = cache.earlier()
        if kept is not None:
            findings = tuple(map(from_plain, kept.findings))
            return _Found(findings, kept.function_count, kept.hints, kept.unchecked)

    from handlerlint.linter import lint

    with _progress(arguments) as show:
        result = lint(settings, jobs=_jobs(arguments), cache=cache, before_group=show)
    found = _Found(result.findings, len(result.functions), result.hints, result.unchecked, result.failures)
    if not arguments.invoke:
        return found
    from handlerlint.commands.invoke import with_dynamic_findings

    findings, notes, invocations = with_dynamic_findings(result, settings)
    return replace(found, findings=findings, notes=notes, invocations=invocations)


def _fixed(settings: Settings, arguments: argparse.Namespace) -> _Found:
    """What is left after fixes have been written."""
    from handlerlint.commands.fixing import fixed, written

    with _progress(arguments) as show:
        done = fixed(settings, unsafe=arguments.unsafe_fixes, jobs=_jobs(arguments), before_group=show)
    note, complaints = written(done, settings.working_folder)
    result = done.result
    return _Found(
        result.findings,
        len(result.functions),
        result.hints,
        result.unchecked,
        result.failures,
        (note,),
        complaints,
    )


def _progress(arguments: argparse.Namespace) -> AbstractContextManager[Callable[[int, int], None]]:
    return progress(not (arguments.quiet or arguments.verbose))


def _jobs(arguments: argparse.Namespace) -> int:
    jobs: int | None = arguments.jobs
    return jobs or usable_processors()


def usable_processors() -> int:
    """How many processors this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _count(text: str) -> int:
    import argparse

    if not (text.isascii() and text.isdecimal()) or len(text) > 4 or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a number from 1, found '{text}'")
    return int(text)
