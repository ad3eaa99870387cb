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
    one_of,
    project_settings,
    with_selection,
)
from handlerlint.commands.output import file_reader, wants_color, write
from handlerlint.errors import UserError
from handlerlint.findings import from_plain, told_once
from handlerlint.records import dataclass, replace
from handlerlint.reporters import FORMATS, Report, render

TYPE_CHECKING = False
if TYPE_CHECKING:  # without importing `typing`
    import argparse
    from collections.abc import Iterator

    from handlerlint.findings import Finding
    from handlerlint.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `handlerlint check`."""
    add_project_arguments(parser)
    add_selection_arguments(parser)
    group = parser.add_argument_group("output")
    group.add_argument(
        "--output-format",
        type=one_of("format", FORMATS),
        default="full",
        metavar="FORMAT",
        help=f"{', '.join(FORMATS)} (default: full)",
    )
    group.add_argument("--output-file", metavar="FILE", help="write the report to this file")
    group.add_argument("--statistics", action="store_true", help="show counts per rule in place of findings")
    group.add_argument(
        "-v", "--verbose", action="store_true", help="also say which functions were not checked, and why"
    )
    group.add_argument("-q", "--quiet", action="store_true", help="show findings only, no summary")
    group.add_argument("--exit-zero", action="store_true", help="exit with 0 even if there are findings")
    group = parser.add_argument_group("fixes")
    group.add_argument("--fix", action="store_true", help="mend what can be mended, and report what is left")
    group.add_argument(
        "--unsafe-fixes",
        action="store_true",
        help="with --fix or --diff: also fixes that may change the meaning",
    )
    group.add_argument("--diff", action="store_true", help="show what --fix would write, and write nothing")
    group = parser.add_argument_group("work")
    group.add_argument(
        "--invoke", action="store_true", help="also run the handlers, as `handlerlint invoke` does"
    )
    group.add_argument(
        "-j", "--jobs", type=_count, metavar="N", help="processes (default: one for each processor)"
    )
    group.add_argument("--no-cache", action="store_true", help="neither use nor keep earlier results")


def run(arguments: argparse.Namespace) -> int:
    """Lint, report, and say by the exit status how it went."""
    settings = with_selection(project_settings(arguments), arguments)
    if arguments.no_cache:
        settings = replace(settings, use_cache=False)
    _check_fixing(arguments)
    if arguments.diff:
        return _show_difference(settings, arguments)
    found = _found(settings, arguments)
    findings = told_once(found.findings)
    report = Report(
        findings=findings,
        text_of=file_reader(settings.working_folder),
        function_count=found.function_count - len(found.unchecked),
        notes=(*_lacks(found, verbose=arguments.verbose), *found.notes),
        colored=wants_color(to_file=arguments.output_file is not None),
        with_summary=not arguments.quiet,
    )
    write(_rendered(report, arguments), arguments.output_file)
    if arguments.verbose:
        for kind, line in found.unchecked:
            print(f"handlerlint: {kind}: {line}", file=sys.stderr)
    if not arguments.quiet:
        for hint in found.hints:
            print(f"handlerlint: hint: {hint}", file=sys.stderr)
    for failure in found.failures:
        print(f"handlerlint: internal error: {failure}", file=sys.stderr)
    for complaint in found.complaints:
        print(f"handlerlint: error: {complaint}", file=sys.stderr)
    if found.failures or found.complaints:
        return 2
    return 1 if found.findings and not arguments.exit_zero else 0


def _check_fixing(arguments: argparse.Namespace) -> None:
    changes = arguments.fix or arguments.diff
    if changes and arguments.invoke:
        raise UserError("--invoke runs handlers as they are: not together with --fix or --diff")
    if arguments.unsafe_fixes and not changes:
        raise UserError("--unsafe-fixes does nothing without --fix or --diff")


def _show_difference(settings: Settings, arguments: argparse.Namespace) -> int:
    from handlerlint.commands.fixing import difference, fixed

    done = fixed(settings, unsafe=arguments.unsafe_fixes, jobs=_jobs(arguments))
    write(difference(done, settings.working_folder), arguments.output_file)
    for failure in done.result.failures:
        print(f"handlerlint: internal error: {failure}", file=sys.stderr)
    if done.result.failures:
        return 2
    return 1 if done.files and not arguments.exit_zero else 0


@dataclass(frozen=True, slots=True)
class _Found:
    """What a run came to, or an earlier one that still holds; see `linter.Result`.

    `notes` are for the summary, of the dynamic mode or of fixes; `complaints` are files that could not be written.
    """

    findings: tuple[Finding, ...]
    function_count: int
    hints: tuple[str, ...]
    unchecked: tuple[tuple[str, str], ...]
    failures: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    complaints: tuple[str, ...] = ()


def _lacks(found: _Found, *, verbose: bool) -> Iterator[str]:
    """How many functions were not checked, and in which way."""
    kinds = [kind for kind, _ in found.unchecked]
    counts = [f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds)]
    if counts:
        yield ", ".join(counts) + ("" if verbose else " (--verbose says why)")


def _found(settings: Settings, arguments: argparse.Namespace) -> _Found:
    if arguments.fix:
        return _fixed(settings, arguments)
    cache = result_cache(settings)
    if cache is not None and not arguments.invoke:
        kept = cache.earlier()
        if kept is not None:
            findings = tuple(map(from_plain, kept.findings))
            return _Found(findings, kept.function_count, kept.hints, kept.unchecked)

    from handlerlint.linter import lint

    result = lint(settings, jobs=_jobs(arguments), cache=cache)
    findings = result.findings
    notes: tuple[str, ...] = ()
    if arguments.invoke:
        from handlerlint.commands.invoke import with_dynamic_findings

        findings, notes = with_dynamic_findings(result, settings)
    return _Found(findings, len(result.functions), result.hints, result.unchecked, result.failures, notes)


def _fixed(settings: Settings, arguments: argparse.Namespace) -> _Found:
    """What is left after fixes have been written."""
    from handlerlint.commands.fixing import fixed, written

    done = fixed(settings, unsafe=arguments.unsafe_fixes, jobs=_jobs(arguments))
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


def _rendered(report: Report, arguments: argparse.Namespace) -> str:
    if not arguments.statistics:
        return render(arguments.output_format, report)
    from handlerlint.reporters import statistics

    return statistics.render(report, arguments.output_format)
