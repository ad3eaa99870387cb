"""In which formats a command reports, and where to: `--output FORMAT[:FILE]`, or the two options for a single one."""

from __future__ import annotations

import argparse

from handlerlint.commands.arguments import OneOf
from handlerlint.commands.output import write
from handlerlint.commands.paging import write_long
from handlerlint.errors import UserError
from handlerlint.project.view import real_path
from handlerlint.records import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:  # without importing `typing`
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class Output:
    """A report that is asked for: its format, the file for it (None: standard output), and the option that says so."""

    format: str
    file: str | None
    option: str


def add_output_arguments(
    group: argparse._ArgumentGroup, formats: Sequence[str], noun: str = "report"
) -> None:
    """The options that `wanted_outputs` reads; the first format is the default."""
    group.add_argument(
        "--output-format",
        type=OneOf("format", formats),
        metavar="FORMAT",
        help=f"{', '.join(formats)} (default: {formats[0]})",
    )
    group.add_argument("--output-file", metavar="FILE", help=f"write the {noun} to this file")
    group.add_argument(
        "--output",
        type=_OneOutput(formats),
        action="append",
        metavar="FORMAT[:FILE]",
        help="format and file in one option; repeat it to write several reports in one run",
    )


class _OneOutput:
    """A type of argument: a format and perhaps a file; `completion` asks for the `choices` of formats."""

    def __init__(self, formats: Sequence[str]) -> None:
        self._known = OneOf("format", formats)
        self.choices = self._known.choices

    def __call__(self, text: str) -> Output:
        name, colon, file = text.partition(":")
        self._known(name)
        if colon and not file:
            raise argparse.ArgumentTypeError(f"expected the name of a file after '{text}'")
        return Output(name, file or None, f"--output {text}")


def wanted_outputs(arguments: argparse.Namespace, default: str) -> tuple[Output, ...]:
    """The reports that the options ask for. Raises UserError where two of them would lie over each other."""
    several: list[Output] | None = arguments.output
    if several is None:
        file: str | None = arguments.output_file
        return (Output(arguments.output_format or default, file, f"--output-file {file}"),)
    for other in ("output_format", "output_file"):
        if getattr(arguments, other) is not None:
            name = f"--{other.replace('_', '-')}"
            raise UserError(f"--output and {name} cannot be combined: write '--output FORMAT:FILE'")
    known: dict[str | None, Output] = {}
    for output in several:
        first = known.setdefault(None if output.file is None else real_path(output.file), output)
        if first is output:
            continue
        both = f"'{first.option}' and '{output.option}'"
        if output.file is not None:
            raise UserError(f"{both} write the same file")
        raise UserError(f"{both} both print: name a file for one, as in '--output {output.format}:FILE'")
    return tuple(several)


def write_all(reports: Iterable[tuple[Output, str]], *, pager: bool = False) -> None:
    """Print or write each report. One that cannot be written keeps no other from it, and is an error at the end.

    What is printed goes through a pager if that is wanted, and the text is long.
    """
    failures = [failure for output, text in reports if (failure := _failure(output, text, pager)) is not None]
    if failures:
        raise failures[0]


def _failure(output: Output, text: str, pager: bool) -> UserError | None:
    try:
        if output.file is None and pager:
            write_long(text, pager=True)
        else:
            write(text, output.file, output.option)
    except UserError as error:
        return error
    return None
