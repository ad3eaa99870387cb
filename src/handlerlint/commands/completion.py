"""Print a script that completes commands, options and their values in a shell."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from handlerlint.commands import COMMANDS
from handlerlint.commands.arguments import OneOf, Parser, add_verbosity
from handlerlint.commands.output import write
from handlerlint.errors import MissingExtra

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

SHELLS = ("bash", "zsh", "fish", "tcsh")

# The command may be left out: what is no command is a path, and the options of `check` follow. shtab knows no such
# program; these lines come after its own, in zsh before its last ones, which run the script.
_BEHIND = {
    "bash": "_shtab_handlerlint_pos_0_COMPGEN=_shtab_compgen_files\n",
    "fish": "complete -c handlerlint -n __fish_is_first_arg -F\n",
}
_IN_ZSH = f"""\
_handlerlint_names=({" ".join(COMMANDS)})
for name in $_handlerlint_names; do  # any number of paths: shtab stops after the first
  name=_shtab_handlerlint_${{name}}_options
  set -A $name "${{(@)${{(P@)name}}/#'(*)::'/*:}}"
done
functions[_handlerlint_command]=$functions[_shtab_handlerlint]
functions[_handlerlint_commands]=$functions[_shtab_handlerlint_commands]
_shtab_handlerlint_commands() {{
  _alternative 'commands:command:_handlerlint_commands' 'files:file:_files'
}}
_shtab_handlerlint() {{
  if (( CURRENT > 2 && ! ${{_handlerlint_names[(Ie)${{words[2]}}]}} )); then
    _arguments -s $_shtab_handlerlint_check_options
  else
    _handlerlint_command
  fi
}}
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `handlerlint completion`."""
    parser.add_argument(
        "shell", type=OneOf("shell", SHELLS), metavar="SHELL", help=f"one of {', '.join(SHELLS)}"
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the script."""
    try:
        import shtab
    except ImportError:
        raise MissingExtra("shtab, which makes the script, is not installed", "completion") from None

    shell: str = arguments.shell
    script = shtab.complete(_whole_parser(shell), shell, preamble=_IN_ZSH if shell == "zsh" else "")
    write(f"{script}\n{_BEHIND.get(shell, '')}")
    return 0


def _whole_parser(shell: str) -> Parser:
    """One parser with all commands, which a run of handlerlint never needs; its actions say what completes them."""
    root = Parser(prog="handlerlint", description="", epilog=None)
    commands = root.add_subparsers()
    for name, purpose in COMMANDS.items():
        parser = commands.add_parser(name, help=purpose, description=purpose, epilog=None)
        _add_arguments(name, parser)
    _add_arguments("check", root)
    if shell == "zsh":  # shtab leaves the commands out there where the program has other arguments
        root._actions = [action for action in root._actions if action.option_strings or action.choices]
    return root


def _add_arguments(command: str, parser: Parser) -> None:
    """The arguments of a command, each with its values or with files, where that is what it takes."""
    import_module(f"handlerlint.commands.{command}").add_arguments(parser)
    add_verbosity(parser)
    for action in parser._actions:
        metavar = str(action.metavar)
        if metavar in ("FILE", "PATH"):
            action.complete = "file"  # type: ignore[attr-defined]  # the attribute is what shtab looks at
        elif action.choices is None:
            action.choices = getattr(action.type, "choices", None) or _values(metavar)


def _values(metavar: str) -> Sequence[str] | None:
    """The values that an argument of this name may have, where they are known."""
    from handlerlint.invoke.sample_events import SAMPLES
    from handlerlint.rules.catalogue import entries
    from handlerlint.settings import SOURCES

    known = {
        "CODE": (*entries(), *(entry.name for entry in entries().values())),
        "CODE,...": tuple(entries()),
        "KIND": tuple(SAMPLES),
        "KIND,...": SOURCES,
    }
    return known.get(metavar)
