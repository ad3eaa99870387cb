"""Parsing of arguments that explains mistakes in one line, and the options that several commands share."""

from __future__ import annotations

import argparse
import os
import re
import stat
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from handlerlint.commands import COMMANDS
from handlerlint.configuration import load_settings
from handlerlint.errors import UserError
from handlerlint.extensions import use_plugins
from handlerlint.project.view import entries, exists, status
from handlerlint.records import replace
from handlerlint.reporters.folding import folded
from handlerlint.settings import SOURCES, FileIgnores, Settings, current_folder
from handlerlint.suggestions import closest, did_you_mean

TYPE_CHECKING = False
if TYPE_CHECKING:  # without importing `typing`
    from typing import NoReturn


_ALIKE = 0.75  # how much of a misspelt word must agree with what it is taken for


class Parser(argparse.ArgumentParser):
    """argparse with one line an error, and the option that was perhaps meant."""

    def __init__(self, *, prog: str, description: str, epilog: str | None) -> None:
        super().__init__(
            prog=prog,
            description="\n".join(folded(description, help_width())),
            epilog=epilog,
            allow_abbrev=False,
            formatter_class=_formatter,
        )

    def parse(self, arguments: Sequence[str]) -> argparse.Namespace:
        """The parsed arguments; raises UserError for whatever is wrong with them."""
        found, unknown = self.parse_known_intermixed_args(arguments)
        if unknown:
            option = unknown[0].partition("=")[0]
            near = _near_option(option, self._option_string_actions)
            hint = "" if near is None else f"; did you mean '{near}'?"
            self.error(f"unknown option '{option}'{hint}")
        return found

    def error(self, message: str) -> NoReturn:
        """Called by argparse with its own messages as well."""
        raise UserError(f"{message} (see '{self.prog} --help')")


def _near_option(option: str, known: Iterable[str]) -> str | None:
    """The option of nearly that name, or else the first one with nearly that word in it: `--format`."""
    names = {name[2:]: name for name in known if name.startswith("--")}
    words = {word: name for name in reversed(names) for word in name.split("-")}
    near = closest(option.lstrip("-"), names, _ALIKE)
    if near is None:
        word = closest(option.lstrip("-"), words, _ALIKE)
        near = None if word is None else words[word]
    return None if near is None else names[near]


def add_verbosity(parser: Parser) -> None:
    """`--verbose`, which every command has: some say more themselves, all show the debug log."""
    if "--verbose" not in parser._option_string_actions:
        parser.add_argument(
            "-v", "--verbose", action="store_true", help="show the debug log on standard error"
        )


def help_width() -> int:
    """How wide help is shown: as the terminal; argparse itself would import `shutil` (3 ms) to see how wide that is."""
    columns = os.environ.get("COLUMNS", "")
    try:
        width = int(columns) if columns.isdigit() else os.get_terminal_size().columns
    except OSError:
        width = 80
    return (width or 80) - 2


def _formatter(prog: str) -> argparse.HelpFormatter:
    return argparse.RawDescriptionHelpFormatter(prog, width=help_width())


class OneOf:
    """A type of argument: one of the choices, which `completion` asks for, or an error that names the nearest."""

    def __init__(self, noun: str, choices: Iterable[str]) -> None:
        self.noun = noun
        self.choices = tuple(choices)

    def __call__(self, text: str) -> str:
        if text not in self.choices:
            hint = did_you_mean(text, self.choices) or f"; expected one of {', '.join(self.choices)}"
            raise argparse.ArgumentTypeError(f"unknown {self.noun} '{text}'{hint}")
        return text


def add_project_arguments(parser: argparse.ArgumentParser) -> None:
    """What every command needs that looks at a project: paths, configuration and how functions are found."""
    parser.usage = "%(prog)s [options] [PATH ...]"
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", default=[], help="files and folders (default: this folder)"
    )
    group = parser.add_argument_group("configuration")
    group.add_argument("--config", metavar="FILE", help="read this file instead of looking for one")
    group.add_argument(
        "--isolated", action="store_true", help="read no configuration file, and use no plugins"
    )
    group.add_argument("--no-cache", action="store_true", help="neither use nor keep earlier results")
    group = parser.add_argument_group("functions")
    group.add_argument(
        "--handler",
        action="append",
        metavar="MODULE.FUNCTION",
        help="a handler string; the path is its code root (can be repeated)",
    )
    group.add_argument(
        "--runtime",
        type=_runtime,
        metavar="python3.N",
        help="the runtime of functions whose configuration names none",
    )
    group.add_argument("--python", metavar="PATH", help="the project's virtual environment or interpreter")
    group.add_argument(
        "--sources",
        type=_listed(OneOf("source", SOURCES)),
        action="extend",
        metavar="KIND,...",
        help=f"look for functions only in these: {', '.join(SOURCES)}",
    )
    group.add_argument(
        "--exclude", action="append", metavar="PATTERN", help="leave these files out, as in .gitignore"
    )


def project_settings(arguments: argparse.Namespace) -> Settings:
    """The settings of a run: the configuration file's, replaced by what the command line says."""
    folder = current_folder()
    for path in arguments.paths:
        _check_path(path)
    given = arguments.config
    settings = load_settings(
        arguments.paths,
        working_folder=folder,
        configuration_file=None if given is None else Path(os.path.normpath(folder / given)),
        isolated=arguments.isolated,
    )
    use_plugins(settings.use_plugins)
    changes: dict[str, object] = {}
    if arguments.no_cache:
        changes["use_cache"] = False
    if arguments.handler:
        changes["handlers"] = tuple(arguments.handler)
    if arguments.runtime:
        changes["runtime"] = arguments.runtime
    if arguments.python:
        changes["python"] = _existing(folder, arguments.python)
    if arguments.sources is not None:
        changes["sources"] = tuple(arguments.sources)
    if arguments.exclude:
        changes["exclude"] = (*settings.exclude, *arguments.exclude)
    return replace(settings, **changes)  # type: ignore[arg-type]


def add_selection_arguments(parser: argparse.ArgumentParser) -> None:
    """Which rules are on: the same names and meaning as in ruff and flake8."""
    group = parser.add_argument_group("rules (codes or prefixes such as HL3, separated by commas)")
    for option, explanation in (
        ("--select", "turn on these rules and no others"),
        ("--ignore", "turn off these rules"),
        ("--extend-select", "turn on these rules as well"),
        ("--extend-ignore", "turn off these rules as well"),
    ):
        group.add_argument(
            option, type=_listed(str.upper), action="extend", metavar="CODE,...", help=explanation
        )
    group.add_argument(
        "--per-file-ignores",
        type=_file_ignores,
        action="append",
        metavar="PATTERN:CODE,...",
        help="turn off these rules in files that match (can be repeated)",
    )


def with_selection(settings: Settings, arguments: argparse.Namespace) -> Settings:
    """`select`, `ignore` and `per-file-ignores` replace the configuration file's; the others extend them."""
    changes: dict[str, object] = {}
    if arguments.select is not None:
        changes["select"] = tuple(arguments.select)
    if arguments.ignore is not None:
        changes["ignore"] = tuple(arguments.ignore)
    if arguments.per_file_ignores is not None:
        changes["per_file_ignores"] = tuple(
            FileIgnores(pattern, codes, settings.working_folder)
            for pattern, codes in arguments.per_file_ignores
        )
    changes["extend_select"] = (*settings.extend_select, *(arguments.extend_select or ()))
    changes["extend_ignore"] = (*settings.extend_ignore, *(arguments.extend_ignore or ()))
    return replace(settings, **changes)  # type: ignore[arg-type]


def _listed(check: Callable[[str], str]) -> Callable[[str], list[str]]:
    def items(text: str) -> list[str]:
        return [check(item) for item in re.split(r"[,\s]+", text.strip()) if item]

    return items


def _file_ignores(text: str) -> tuple[str, tuple[str, ...]]:
    pattern, colon, codes = text.rpartition(":")
    if not colon or not pattern or not codes:
        raise argparse.ArgumentTypeError(f"expected PATTERN:CODE,... such as 'tests/*:HL3', found '{text}'")
    return pattern, tuple(_listed(str.upper)(codes))


def _runtime(text: str) -> str:
    if not re.fullmatch(r"python3\.\d{1,2}", text):
        raise argparse.ArgumentTypeError(f"expected a Python runtime such as 'python3.13', found '{text}'")
    return text


def _check_path(path: str) -> None:
    try:
        mode = status(path).st_mode
    except FileNotFoundError as error:
        raise UserError(f"no such file or folder: '{path}'{_nearby(path)}") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UserError(f"'{path}' cannot be read: {reason}") from error
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise UserError(f"'{path}' is neither a file nor a folder")


def _nearby(path: str) -> str:
    """What the user perhaps meant: a command, or a file of the same folder."""
    command = closest(path, COMMANDS, _ALIKE)
    if command is not None:
        return f"; did you mean the command '{command}'?"
    meant = Path(path)
    try:
        return did_you_mean(meant.name, (entry.name for entry in entries(meant.parent)))
    except OSError:
        return ""


def _existing(folder: Path, given: str) -> Path:
    path = Path(os.path.normpath(folder / given))
    if not exists(path):
        raise UserError(f"--python: no such virtual environment or interpreter: '{given}'")
    return path
