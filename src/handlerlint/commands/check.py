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
    if found.failures:
        return 2
    return 1 if found.findings and not arguments.exit_zero else 0


@dataclass(frozen=True, slots=True)
class _Found:
    """What a run came to, or an earlier one that still holds; see `linter.Result`. `notes` are of the dynamic mode."""

    findings: tuple[Finding, ...]
    function_count: int
    hints: tuple[str, ...]
    unchecked: tuple[tuple[str, str], ...]
    failures: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def _lacks(found: _Found, *, verbose: bool) -> Iterator[str]:
    """How many functions were not checked, and in which way."""
    kinds = [kind for kind, _ in found.unchecked]
    counts = [f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds)]
    if counts:
        yield ", ".join(counts) + ("" if verbose else " (--verbose says why)")


def _found(settings: Settings, arguments: argparse.Namespace) -> _Found:
    cache = result_cache(settings)
    if cache is not None and not arguments.invoke:
        kept = cache.earlier()
        if kept is not None:
            findings = tuple(map(from_plain, kept.findings))
            return _Found(findings, kept.function_count, kept.hints, kept.unchecked)

    from handlerlint.linter import lint

    result = lint(settings, jobs=arguments.jobs or usable_processors(), cache=cache)
    findings = result.findings
    notes: tuple[str, ...] = ()
    if arguments.invoke:
        from handlerlint.commands.invoke import with_dynamic_findings

        findings, notes = with_dynamic_findings(result, settings)
    return _Found(findings, len(result.functions), result.hints, result.unchecked, result.failures, notes)


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
