"""`check --show-settings` and `--show-files`: what a run is told, and what it looks at."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from handlerlint.extensions import installed
from handlerlint.project.view import is_file
from handlerlint.rules import known_codes
from handlerlint.selection import select_rules
from handlerlint.settings import display_name
from handlerlint.workspace import Workspace

if TYPE_CHECKING:
    from handlerlint.settings import Settings


def settings_text(settings: Settings) -> str:
    """Each setting as a line `name = value`, as a configuration file has it; what decides about them first."""
    folder = settings.working_folder
    file = settings.configuration_file
    lines = [
        f"# configuration: {'none' if file is None else display_name(file, folder)}",
        f"# project: {display_name(settings.project_root, folder)}",
        f"# paths: {', '.join(display_name(path, folder) for path in settings.paths)}",
    ]
    values: dict[str, object] = {
        "rules": sorted(select_rules(settings, known_codes()).codes),
        "plugins": [f"{plugin.name} ({plugin.distribution})" for plugin in installed()],
        "per-file-ignores": {item.pattern: list(item.codes) for item in settings.per_file_ignores},
        "handler": settings.handlers,
        "functions": [function.handler for function in settings.functions],
        "sources": settings.sources,
        "handler-names": settings.handler_names,
        "exclude": settings.exclude,
        "runtime": settings.runtime,
        "python": settings.python,
        "stubs": settings.stubs,
        "events": settings.events,
        "baseline": settings.baseline,
        "cache": settings.use_cache,
        "invoke.aws": settings.invoke.aws,
        "invoke.aws-setup": settings.invoke.aws_setup,
        "invoke.ignore": settings.invoke.ignore,
        "invoke.environment": sorted(settings.invoke.environment),
    }
    return (
        "\n".join([*lines, *(f"{name} = {_shown(value, folder)}" for name, value in values.items())]) + "\n"
    )


def _shown(value: object, folder: Path) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str() | Path():
            text = display_name(value, folder) if isinstance(value, Path) else value
            escaped = text.replace("\\", "\\\\").replace('"', '\\"')
            return f'"{escaped}"'
        case dict():
            return "{" + ", ".join(f'"{key}" = {_shown(item, folder)}' for key, item in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(_shown(item, folder) for item in value) + "]"
        case _:
            return str(value)


def files(settings: Settings, *, jobs: int) -> tuple[list[str], tuple[str, ...]]:
    """The files of the project that a lint reads, by name, and what handlerlint failed on."""
    workspace = Workspace(settings)
    result = workspace.lint(jobs=jobs)
    root = settings.project_root
    found = (path for path in workspace.files_read() if path.is_relative_to(root) and is_file(path))
    return sorted(display_name(path, settings.working_folder) for path in found), result.failures
