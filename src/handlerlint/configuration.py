"""The configuration file: finds it, reads it and checks every key; `load_settings` is what a run begins with.

A wrong key or value is a UserError of one line: the file, the key, what was expected, what was perhaps meant.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from handlerlint.errors import UserError
from handlerlint.project.view import exists, is_file, is_folder, read_file
from handlerlint.records import dataclass, replace
from handlerlint.settings import (
    EVENT_KINDS,
    SOURCES,
    ConfiguredEvent,
    ConfiguredFunction,
    FileIgnores,
    InvokeSettings,
    Settings,
    current_folder,
    display_name,
)
from handlerlint.suggestions import did_you_mean

_CODE = re.compile(r"[A-Z]{1,3}\d{0,3}")
_RUNTIME = re.compile(r"python3\.\d{1,2}")
_FUNCTION_HEADER = re.compile(r"\s*\[\[[\w.]*\bfunctions\]\]")

Reader = Callable[["_Value"], object]


def load_settings(
    paths: Sequence[str | Path],
    *,
    working_folder: Path | None = None,
    configuration_file: Path | None = None,
    isolated: bool = False,
) -> Settings:
    """The settings for a run over `paths`: from the nearest configuration file upwards, or the one given.

    `isolated` ignores every configuration file, and plugins. Raises UserError where the configuration is wrong.
    """
    folder = current_folder() if working_folder is None else working_folder
    absolute = tuple(Path(os.path.normpath(folder / path)) for path in paths) or (folder,)
    start = _common_folder(absolute)
    if isolated:
        return Settings(folder, _project_root(start), absolute, use_plugins=False)
    found = configuration_file if configuration_file is not None else find_configuration(start)
    if found is None:
        return Settings(folder, _project_root(start), absolute)
    return read_configuration(found, Settings(folder, found.parent, absolute, found))


def _common_folder(paths: tuple[Path, ...]) -> Path:
    folders = [path if is_folder(path) else path.parent for path in paths]
    try:
        return Path(os.path.commonpath(folders))
    except ValueError:  # on two drives
        return folders[0]


def _project_root(start: Path) -> Path:
    for folder in (start, *start.parents):
        if exists(folder / ".git") or exists(folder / "pyproject.toml"):
            return folder
    return start


def find_configuration(start: Path) -> Path | None:
    """The nearest `handlerlint.toml`, or `pyproject.toml` with a `[tool.handlerlint]`, from `start` upwards.

    The search ends at the folder that holds `.git`. In one folder `handlerlint.toml` wins.
    """
    for folder in (start, *start.parents):
        own = folder / "handlerlint.toml"
        if is_file(own):
            return own
        shared = folder / "pyproject.toml"
        if is_file(shared) and _has_our_table(shared):
            return shared
        if exists(folder / ".git"):
            return None
    return None


def read_configuration(path: Path, settings: Settings) -> Settings:
    """`settings` with the values of the configuration file `path`."""
    shown = display_name(path, settings.working_folder)
    text = _text(path, shown)
    document = _Value(shown, "", _parse(text, shown), path.parent, text)
    table = document if path.name != "pyproject.toml" else _our_table(document)
    return replace(settings, **_read(table, _KEYS))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class _Value:
    """A value of the file with what a message about it needs; `folder` is what paths are relative to."""

    filename: str
    key: str
    content: object
    folder: Path
    text: str

    def at(self, key: str, content: object) -> _Value:
        return replace(self, key=key, content=content)

    def wrong(self, expected: str, hint: str = "") -> UserError:
        return UserError(
            f"{self.filename}: {self.key}: expected {expected}, found {_shown(self.content)}{hint}"
        )

    def text_value(self) -> str:
        if not isinstance(self.content, str):
            raise self.wrong("a string")
        return self.content

    def table(self, expected: str = "a table") -> Mapping[str, object]:
        if not isinstance(self.content, dict):
            raise self.wrong(expected)
        return self.content

    def items(self, expected: str) -> list[_Value]:
        if not isinstance(self.content, list):
            raise self.wrong(expected)
        return [self.at(f"{self.key}[{index}]", item) for index, item in enumerate(self.content)]

    def strings(self) -> tuple[str, ...]:
        items = self.items("a list of strings")
        if not all(isinstance(item.content, str) for item in items):
            raise self.wrong("a list of strings")
        return tuple(item.text_value() for item in items)


def _read(table: _Value, keys: Mapping[str, tuple[str, Reader]]) -> dict[str, object]:
    """The values of a table by the names of the fields they belong to."""
    values: dict[str, object] = {}
    for key, content in table.table().items():
        known = keys.get(key)
        if known is None:
            where = f"[{table.key}]: " if table.key else ""
            raise UserError(f"{table.filename}: {where}unknown key '{key}'{did_you_mean(key, keys)}")
        field, reader = known
        values[field] = reader(table.at(f"{table.key}.{key}" if table.key else key, content))
    return values


def _codes(value: _Value) -> tuple[str, ...]:
    codes = tuple(code.upper() for code in value.strings())
    for code in codes:
        if not _CODE.fullmatch(code):
            raise value.wrong("a list of rule codes or prefixes such as 'HL3' or 'HL301'")
    return codes


def _per_file_ignores(value: _Value) -> tuple[FileIgnores, ...]:
    table = value.table("a table of patterns and lists of rule codes")
    return tuple(
        FileIgnores(pattern, _codes(value.at(f'{value.key}."{pattern}"', codes)), value.folder)
        for pattern, codes in table.items()
    )


def _path(value: _Value) -> Path:
    return Path(os.path.normpath(value.folder / value.text_value()))


def _folder(value: _Value) -> Path:
    folder = _path(value)
    if not is_folder(folder):
        raise value.wrong("a folder that exists")
    return folder


def _folders(value: _Value) -> tuple[Path, ...]:
    return tuple(_folder(item) for item in value.items("a list of folders"))


def _environment(value: _Value) -> Path:
    path = _path(value)
    if not exists(path):
        raise value.wrong("a virtual environment or an interpreter that exists")
    return path


def _runtime(value: _Value) -> str:
    text = value.text_value()
    if not _RUNTIME.fullmatch(text):
        raise value.wrong("a Python runtime such as 'python3.13'")
    return text


def _sources(value: _Value) -> tuple[str, ...]:
    kinds = value.strings()
    for kind in kinds:
        if kind not in SOURCES:
            raise value.wrong(f"a list of {', '.join(SOURCES)}", did_you_mean(kind, SOURCES))
    return kinds


def _event(value: _Value) -> ConfiguredEvent:
    """An event source of the user's settings: a kind, or a table with a kind and its properties. Raises UserError."""
    given: dict[str, object] = {}
    match value.content:
        case str(kind):
            pass
        case {"kind": str(kind), **more}:
            given = {str(key): item for key, item in more.items()}
        case _:
            raise value.wrong("an event source such as 'sqs' or a table with 'kind'")
    known = EVENT_KINDS.get(kind)
    if known is None:
        raise value.at(value.key, kind).wrong(
            "an event source such as 'sqs'", did_you_mean(kind, EVENT_KINDS)
        )
    for key in given:
        if key.replace("-", "_") not in known:
            names = [name.replace("_", "-") for name in known]
            raise UserError(
                f"{value.filename}: {value.key}: unknown key '{key}' of '{kind}'{did_you_mean(key, names)}"
            )
    return ConfiguredEvent(kind, {key.replace("-", "_"): item for key, item in given.items()})


def _events(value: _Value) -> tuple[ConfiguredEvent, ...]:
    return tuple(_event(item) for item in value.items("a list of event sources such as 'sqs'"))


def _functions(value: _Value) -> tuple[ConfiguredFunction, ...]:
    entries = value.items("an array of tables")
    rows = [row for row, line in enumerate(value.text.split("\n"), 1) if _FUNCTION_HEADER.match(line)]
    aligned = rows if len(rows) == len(entries) else [None] * len(entries)
    return tuple(_function(entry, row) for entry, row in zip(entries, aligned, strict=True))


def _function(entry: _Value, row: int | None) -> ConfiguredFunction:
    values = _read(entry, _FUNCTION_KEYS)
    if "handler" not in values:
        raise UserError(
            f"{entry.filename}: {entry.key}: expected a key 'handler' such as 'app.lambda_handler'"
        )
    return ConfiguredFunction(row=row, **values)  # type: ignore[arg-type]


def _aws_mode(value: _Value) -> str:
    mode = value.text_value()
    if mode not in ("none", "moto", "real"):
        raise value.wrong("'none', 'moto' or 'real'")
    return mode


def _file(value: _Value) -> Path:
    path = _path(value)
    if not is_file(path):
        raise value.wrong("a file that exists")
    return path


def _variables(value: _Value) -> Mapping[str, str]:
    table = value.table("a table of strings")
    return {name: value.at(f"{value.key}.{name}", content).text_value() for name, content in table.items()}


def _invoke(value: _Value) -> InvokeSettings:
    return InvokeSettings(**_read(value, _INVOKE_KEYS))  # type: ignore[arg-type]


_INVOKE_KEYS: dict[str, tuple[str, Reader]] = {
    "ignore": ("ignore", _Value.strings),
    "aws": ("aws", _aws_mode),
    "aws-setup": ("aws_setup", _file),
    "environment": ("environment", _variables),
}

_FUNCTION_KEYS: dict[str, tuple[str, Reader]] = {
    "handler": ("handler", _Value.text_value),
    "code-root": ("code_root", _folder),
    "runtime": ("runtime", _runtime),
    "name": ("name", _Value.text_value),
    "events": ("events", _events),
}

_KEYS: dict[str, tuple[str, Reader]] = {
    "select": ("select", _codes),
    "ignore": ("ignore", _codes),
    "extend-select": ("extend_select", _codes),
    "extend-ignore": ("extend_ignore", _codes),
    "per-file-ignores": ("per_file_ignores", _per_file_ignores),
    "exclude": ("exclude", _Value.strings),
    "handler-names": ("handler_names", _Value.strings),
    "runtime": ("runtime", _runtime),
    "python": ("python", _environment),
    "stubs": ("stubs", _folders),
    "events": ("events", _Value.strings),
    "sources": ("sources", _sources),
    "functions": ("functions", _functions),
    "baseline": ("baseline", _path),
    "invoke": ("invoke", _invoke),
}


def _has_our_table(path: Path) -> bool:
    """A cheap look first: most `pyproject.toml` files on the way up say nothing of handlerlint."""
    try:
        text = read_file(path)
    except OSError:
        return False
    return b"handlerlint" in text and _mentions_table(text)


def _mentions_table(text: bytes) -> bool:
    """Whether the text has the table by any of the ways to write it, decided by parsing where it may."""
    try:
        document = _toml(text.decode())
    except ValueError:
        # Broken: it is ours to complain about only if it seems to be meant for us.
        return b"tool.handlerlint" in text
    tool = document.get("tool")
    return isinstance(tool, dict) and "handlerlint" in tool


def _our_table(document: _Value) -> _Value:
    tool = document.at("tool", document.table().get("tool", {})).table()
    return document.at("tool.handlerlint", tool.get("handlerlint", {}))


def _text(path: Path, shown: str) -> str:
    try:
        return read_file(path).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UserError(f"{shown}: cannot be read: {reason}") from error


def _parse(text: str, shown: str) -> dict[str, object]:
    try:
        return _toml(text)
    except ValueError as error:
        raise UserError(f"{shown}: not valid TOML: {error}") from error


def _toml(text: str) -> dict[str, object]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _shown(content: object) -> str:
    text = repr(content)
    return text if len(text) <= 60 else f"{text[:57]}..."
