"""Show which Lambda functions are configured, and where their handlers are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlerlint.commands.arguments import add_project_arguments, project_settings
from handlerlint.commands.output import tell, terminal_width, wants_color
from handlerlint.commands.outputs import add_output_arguments, wanted_outputs, write_all
from handlerlint.commands.paging import add_pager_option
from handlerlint.commands.progress import progress
from handlerlint.reporters.folding import Cell, folded, table
from handlerlint.reporters.report import NO_FUNCTIONS, counted
from handlerlint.reporters.style import BOLD, DIM, RED, YELLOW, Paint, one_line, painter

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from handlerlint.commands.outputs import Output
    from handlerlint.rows import FunctionRow

_STATUS_STYLES = {"ok": None, "unresolved": YELLOW, "error": RED}
_HEADINGS = ("function", "handler", "where it is", "runtime", "invoked by", "configured in")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `handlerlint functions`."""
    add_project_arguments(parser)
    group = parser.add_argument_group("output")
    add_output_arguments(group, ("text", "json"), noun="list")
    group.add_argument(
        "--unresolved",
        action="store_true",
        help="only those that could not be resolved, each with the reason",
    )
    add_pager_option(group)


def run(arguments: argparse.Namespace) -> int:
    """Print the list; the exit status is 0 even where a handler is wrong: `check` says that."""
    from handlerlint.commands.listing import listed_functions

    outputs = wanted_outputs(arguments, "text")
    settings = project_settings(arguments)
    with progress(not arguments.verbose) as show:
        everything, hints, failures = listed_functions(settings, show)
    found = [item for item in everything if item.status == "unresolved" or not arguments.unresolved]
    if everything and not found:
        nothing = f"{counted(len(everything), 'function')}, none unresolved.\n"
    else:
        nothing = f"{NO_FUNCTIONS}\n"
    write_all(((output, _text(found, output, nothing)) for output in outputs), pager=not arguments.no_pager)
    for hint in hints:
        tell(f"hint: {hint}")
    for failure in failures:
        tell(f"internal error: {failure}")
    return 2 if failures else 0


def _text(found: list[FunctionRow], output: Output, nothing: str) -> str:
    if output.format == "json":
        import json

        from handlerlint.commands.listing import as_object

        return json.dumps([as_object(item) for item in found], indent=2) + "\n"
    is_file = output.file is not None
    return _table(found, painter(wants_color(is_file)), terminal_width(is_file)) if found else nothing


def _table(found: list[FunctionRow], paint: Paint, width: int | None) -> str:
    headings: list[Cell] = [(heading, BOLD) for heading in _HEADINGS]
    rows = [[(cell, _STATUS_STYLES[item.status]) for cell in _cells(item)] for item in found]
    heading, *blocks = table([headings, *rows], width, paint)
    lines = heading
    for item, block in zip(found, blocks, strict=True):
        lines += block
        for note in _notes(item):
            first, *others = folded(note, None if width is None else width - 4)
            lines += (paint(f"  {part}", DIM) for part in (first, *(f"  {part}" for part in others)))
    return "".join(f"{line}\n" for line in lines)


def _notes(item: FunctionRow) -> Iterator[str]:
    if item.reason is not None:
        yield f"{item.status}: {one_line(item.reason)}"
    for origin in item.origins:
        if origin != item.source:
            yield f"also in {one_line(str(origin))}"


def _cells(item: FunctionRow) -> tuple[str, ...]:
    cells = (item.name, item.handler or "-", item.where, item.runtime, item.invokers, str(item.source))
    return tuple(map(one_line, cells))
