"""Writes docs/handlerlint.schema.json: the JSON schema of `[tool.handlerlint]`, made from what reads the settings.

python tools/settings_schema.py [--check]

Each key of `handlerlint.configuration` is read by a function that says what it takes; this says the same as a schema.
A key without an explanation here, or with a reader that is not known here, ends with an error.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from handlerlint import configuration
from handlerlint.settings import DEFAULT_HANDLER_NAMES, EVENT_KINDS, SOURCES

SCHEMA = Path(__file__).parent.parent / "docs" / "handlerlint.schema.json"
ADDRESS = "https://handlerlint.readthedocs.io/handlerlint.schema.json"
Schema = dict[str, object]

EXPLANATIONS = {
    "select": "Turn on these rules and no others: codes or prefixes such as HL3.",
    "ignore": "Turn off these rules: codes or prefixes.",
    "extend-select": "Turn on these rules as well.",
    "extend-ignore": "Turn off these rules as well.",
    "per-file-ignores": "Rules that are off in files that match: a pattern and a list of codes.",
    "exclude": "Files that are left out, as in .gitignore.",
    "handler-names": "Module-level functions that are handlers by their name.",
    "runtime": "The runtime of functions whose configuration names none.",
    "python": "The project's virtual environment, or its interpreter.",
    "stubs": "Folders with further .pyi files.",
    "events": "Patterns of files with sample events.",
    "sources": "Look for functions only in these.",
    "functions": "Functions that no template configures.",
    "baseline": "A file of known findings, which are left out.",
    "invoke": "How handlers are run by `handlerlint invoke` and `check --invoke`.",
}
FUNCTION_EXPLANATIONS = {
    "handler": "The handler string, such as app.lambda_handler.",
    "code-root": "The folder that becomes /var/task; default: the folder of this file.",
    "runtime": "The runtime of this function.",
    "name": "The name that findings show.",
    "events": "Who invokes the function.",
}
INVOKE_EXPLANATIONS = {
    "ignore": "JSONPath expressions for what may differ from a recorded response.",
    "aws": "Where calls of AWS go: refused, to a private moto server, or to your account.",
    "aws-setup": "With moto: a program that makes tables and buckets.",
    "environment": "Environment variables of the handlers.",
}
DEFAULTS: Mapping[str, object] = {"handler-names": list(DEFAULT_HANDLER_NAMES)}

_STRINGS: Schema = {"type": "array", "items": {"type": "string"}}
# Lower case is taken as well: [hH][lL], since a schema has no flags for patterns.
_CODES: Schema = {"type": "array", "items": {"type": "string", "pattern": r"^[a-zA-Z]{1,3}\d{0,3}$"}}


def _table(properties: Schema, **more: object) -> Schema:
    return {"type": "object", "additionalProperties": False, "properties": properties, **more}


def _event() -> Schema:
    """A kind, or a table with a kind and the properties of that kind."""
    tables = [
        _table(
            {"kind": {"enum": [kind for kind in EVENT_KINDS if EVENT_KINDS[kind] == properties]}}
            | {name.replace("_", "-"): {} for name in properties}
            | {name: {} for name in properties},
            required=["kind"],
        )
        for properties in dict.fromkeys(EVENT_KINDS.values())
    ]
    return {"anyOf": [{"enum": list(EVENT_KINDS)}, *tables]}


def _properties(
    keys: Mapping[str, tuple[str, configuration.Reader]],
    explanations: Mapping[str, str],
    readers: Mapping[object, Schema],
) -> Schema:
    return {
        key: {"description": explanations[key], **readers[reader]}
        | ({"default": DEFAULTS[key]} if key in DEFAULTS else {})
        for key, (_, reader) in keys.items()
    }


def _readers() -> dict[object, Schema]:
    """What each reader of `configuration` takes; tables are made of the simple ones."""
    text: Schema = {"type": "string"}
    simple: dict[object, Schema] = {
        configuration._codes: _CODES,
        configuration._per_file_ignores: {"type": "object", "additionalProperties": _CODES},
        configuration._Value.strings: _STRINGS,
        configuration._Value.text_value: text,
        configuration._runtime: {"type": "string", "pattern": r"^python3\.\d{1,2}$"},
        configuration._environment: text,
        configuration._folder: text,
        configuration._folders: _STRINGS,
        configuration._file: text,
        configuration._path: text,
        configuration._sources: {"type": "array", "items": {"enum": list(SOURCES)}},
        configuration._events: {"type": "array", "items": _event()},
        configuration._aws_mode: {"enum": ["none", "moto", "real"]},
        configuration._variables: {"type": "object", "additionalProperties": text},
    }
    functions = _properties(configuration._FUNCTION_KEYS, FUNCTION_EXPLANATIONS, simple)
    invoke = _properties(configuration._INVOKE_KEYS, INVOKE_EXPLANATIONS, simple)
    return simple | {
        configuration._functions: {"type": "array", "items": _table(functions, required=["handler"])},
        configuration._invoke: _table(invoke),
    }


def schema() -> Schema:
    """The schema of the table, which is also that of `handlerlint.toml`."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": ADDRESS,
        "title": "handlerlint",
        "description": "The table [tool.handlerlint] of pyproject.toml, or the file handlerlint.toml.",
        **_table(_properties(configuration._KEYS, EXPLANATIONS, _readers())),
    }


def main() -> int:
    """Write the file, or with `--check` say whether it is old."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if it is old")
    check: bool = parser.parse_args().check
    text = json.dumps(schema(), indent=2) + "\n"
    if SCHEMA.is_file() and SCHEMA.read_text("utf-8") == text:
        return 0
    if check:
        print("docs/handlerlint.schema.json is old: run python tools/settings_schema.py")
        return 1
    SCHEMA.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
