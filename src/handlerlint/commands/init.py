"""Write a configuration file, `handlerlint.toml`, with comments that say what was found in the project."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from handlerlint.commands.arguments import add_project_arguments, project_settings
from handlerlint.commands.output import write
from handlerlint.errors import UserError
from handlerlint.functions import discover, request_from
from handlerlint.functions.keeping import keeper_for
from handlerlint.project.view import exists
from handlerlint.reporters.report import counted
from handlerlint.settings import DEFAULT_HANDLER_NAMES, SOURCES, Settings, display_name

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from handlerlint.functions.model import Discovery

_FILE = "handlerlint.toml"
_ENVIRONMENTS = (".venv", "venv", "env")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `handlerlint init`."""
    add_project_arguments(parser)
    parser.add_argument(
        "--stdout", action="store_true", help="print the configuration in place of writing it"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the file; one that is there, or a configuration elsewhere, is never touched."""
    settings = project_settings(arguments)
    file = settings.project_root / _FILE
    known = settings.configuration_file
    if not arguments.stdout and (known is not None or exists(file)):
        shown = display_name(known or file, settings.working_folder)
        raise UserError(f"{shown} exists already (--stdout prints the configuration instead)")
    discovery = discover(request_from(settings, keeper_for(settings)))
    text = "".join(f"{line}\n" for line in _lines(settings, discovery))
    if arguments.stdout:
        write(text)
        return 0
    try:
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UserError(f"{file} cannot be written: {error.strerror}") from error
    write(f"Written: {display_name(file, settings.working_folder)}\n")
    return 0


def _lines(settings: Settings, discovery: Discovery) -> Iterator[str]:
    """The lines of the file: what is found as comments, what may be set with its default."""
    yield "# Configuration of handlerlint: every line that is commented out shows a default, or what may be meant."
    yield ""
    yield from _found(settings, discovery)
    yield "# Which rules are on: codes or prefixes (`handlerlint rules` lists them)."
    yield '# extend-select = ["HL003"]'
    yield "# ignore = []"
    yield ""
    yield "# Module-level functions with two parameters that are handlers by their name."
    yield f"# handler-names = [{_quoted(DEFAULT_HANDLER_NAMES)}]"
    yield ""
    yield "# What is left out, as in .gitignore."
    yield '# exclude = ["legacy/"]'
    yield ""
    yield "# The runtime of functions whose configuration names none."
    yield f'# runtime = "{_runtime(discovery)}"'
    yield ""
    yield "# The project's own environment: its libraries' types make the analysis see more."
    environment = _environment(settings.project_root)
    yield f'python = "{environment}"' if environment else '# python = ".venv"'
    yield ""
    yield "# Findings that are known (`handlerlint check --write-baseline`)."
    yield '# baseline = "handlerlint-baseline.json"'


def _found(settings: Settings, discovery: Discovery) -> Iterator[str]:
    """What is configured where, and what is not looked for because there is nothing of it."""
    kinds = Counter(function.source.kind for function in discovery.functions)
    if not kinds:
        yield "# No function was found: name yours here."
        yield "# [[functions]]"
        yield '# handler = "app.lambda_handler"'
        yield '# code-root = "src"'
        yield ""
        return
    files = Counter(function.source.path for function in discovery.functions)
    yield f"# Found: {counted(kinds.total(), 'function')}."
    for path, count in files.items():
        if path is not None:
            yield f"#   {display_name(path, settings.project_root)}: {counted(count, 'function')}"
    on = [kind for kind in SOURCES if kind in kinds]
    yield "# To look for functions nowhere else:"
    yield f"# sources = [{_quoted(on)}]"
    yield ""


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _runtime(discovery: Discovery) -> str:
    runtimes = Counter(function.runtime for function in discovery.functions)
    return runtimes.most_common(1)[0][0] if runtimes else "python3.13"


def _environment(root: Path) -> str | None:
    """The virtual environment of the project, if it lies in it."""
    found = (name for name in _ENVIRONMENTS if exists(root / name / "pyvenv.cfg"))
    return next(found, None)
