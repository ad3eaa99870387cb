"""Show which Lambda functions are configured, and where their handlers are."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from handlerlint.commands.arguments import add_project_arguments, project_settings
from handlerlint.commands.output import wants_color
from handlerlint.commands.outputs import add_output_arguments, wanted_outputs, write_all
from handlerlint.reporters.report import NO_FUNCTIONS, counted
from handlerlint.reporters.style import BOLD, DIM, GREEN, RED, YELLOW, Paint, display_width, one_line, painter

if TYPE_CHECKING:
    import argparse

    from handlerlint.commands.listing import Listed, Place
    from handlerlint.commands.outputs import Output

_STATUS_STYLES = {"ok": GREEN, "unresolved": YELLOW, "error": RED}
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


def run(arguments: argparse.Namespace) -> int:
    """Print the list; the exit status is 0 even where a handler is wrong: `check` says that."""
    from handlerlint.commands.listing import listed_functions

    outputs = wanted_outputs(arguments, "text")
    everything, hints, failures = listed_functions(project_settings(arguments))
    found = [item for item in everything if item.status == "unresolved" or not arguments.unresolved]
    if everything and not found:
        nothing = f"{counted(len(everything), 'function')}, none unresolved.\n"
    else:
        nothing = f"{NO_FUNCTIONS}\n"
    write_all((output, _text(found, output, nothing)) for output in outputs)
    for hint in hints:
        print(f"handlerlint: hint: {hint}", file=sys.stderr)
    for failure in failures:
        print(f"handlerlint: internal error: {failure}", file=sys.stderr)
    return 2 if failures else 0


def _text(found: list[Listed], output: Output, nothing: str) -> str:
    if output.format == "json":
        import json

        from handlerlint.commands.listing import as_object

        return json.dumps([as_object(item) for item in found], indent=2) + "\n"
    return _table(found, painter(wants_color(to_file=output.file is not None))) if found else nothing


def _table(found: list[Listed], paint: Paint) -> str:
    rows = [_cells(item) for item in found]
    widths = [
        max(display_width(row[column]) for row in (_HEADINGS, *rows)) for column in range(len(_HEADINGS))
    ]
    lines = [paint(_aligned(_HEADINGS, widths), BOLD)]
    for item, row in zip(found, rows, strict=True):
        line = _aligned(row, widths)
        lines.append(line if item.status == "ok" else paint(line, _STATUS_STYLES[item.status]))
        if item.reason is not None:
            lines.append(paint(f"  {item.status}: {one_line(item.reason)}", DIM))
        lines += [
            paint(f"  also in {one_line(_shown(origin))}", DIM)
            for origin in item.origins
            if origin != item.source
        ]
    return "".join(f"{line}\n" for line in lines)


def _cells(item: Listed) -> tuple[str, ...]:
    where = item.module_path or "-"
    if item.function_line is not None:
        where += f":{item.function_line}"
    events = ", ".join(dict.fromkeys(str(event["kind"]) for event in item.events)) or "-"
    cells = (item.name, item.handler or "-", where, item.runtime, events, _shown(item.source))
    return tuple(one_line(cell) for cell in cells)


def _shown(place: Place) -> str:
    if place.path is None or place.line is None:
        return place.path or place.kind
    return f"{place.path}:{place.line}"


def _aligned(cells: tuple[str, ...], widths: list[int]) -> str:
    padded = (cell + " " * (width - display_width(cell)) for cell, width in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()
