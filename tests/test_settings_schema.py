"""The JSON schema of `[tool.handlerlint]` takes what the program takes, and refuses what it refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from handlerlint.configuration import _FUNCTION_KEYS, _INVOKE_KEYS, _KEYS, load_settings
from handlerlint.errors import UserError

ROOT = Path(__file__).parent.parent
SCHEMA = json.loads((ROOT / "docs" / "handlerlint.schema.json").read_text("utf-8"))
VALUES = [
    "text",
    "folder",
    "python3.13",
    "python2.7",
    "moto",
    3,
    True,
    2.5,
    [],
    ["text"],
    ["folder"],
    ["HL3", "hl301"],
    ["HL3011"],
    ["sam", "convention"],
    ["sqs", {"kind": "http-api", "payload-format-version": "2.0"}],
    [{"kind": "sqs", "payload-format-version": "2.0"}],
    [{"kind": "nobody"}],
    [3],
    {},
    {"A": "text"},
    {"A": 3},
    {"*.py": ["HL301"]},
    {"aws": "moto"},
    {"aws": "elsewhere"},
    {"unknown": 1},
    [{"handler": "app.handler"}],
    [{"handler": "app.handler", "name": 3}],
    [{"handler": "app.handler", "unknown": 3}],
    [{"name": "app"}],
]


def toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {toml(item)}" for key, item in value.items()) + "}"
    return f"[{', '.join(map(toml, value))}]" if isinstance(value, list) else json.dumps(value)


def is_taken(folder: Path, table: dict[str, object]) -> bool:
    text = "".join(f"{key} = {toml(value)}\n" for key, value in table.items())
    (folder / "handlerlint.toml").write_text(text, "utf-8")
    try:
        load_settings([folder], working_folder=folder)
    except UserError:
        return False
    return True


def fits(table: dict[str, object]) -> bool:
    return bool(jsonschema.Draft7Validator(SCHEMA).is_valid(table))


def wrapped(key: str, value: object) -> dict[str, object]:
    """The value at `key`, `functions.key` or `invoke.key`."""
    table, dot, inner = key.partition(".")
    if not dot:
        return {key: value}
    return (
        {"functions": [{"handler": "a.b", inner: value}]} if table == "functions" else {table: {inner: value}}
    )


# Files and folders must exist: that, a schema cannot ask. Theirs are strings that exist or do not.
PATHS = {"python", "stubs", "functions.code-root", "invoke.aws-setup"}
ALL_KEYS = [
    *_KEYS,
    *(f"functions.{key}" for key in _FUNCTION_KEYS),
    *(f"invoke.{key}" for key in _INVOKE_KEYS),
]


@pytest.mark.parametrize("key", ALL_KEYS)
def test_schema_and_program_agree(key: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    answers = set()
    for value in VALUES:
        table = wrapped(key, value)
        taken = is_taken(tmp_path, table)
        if key in PATHS and not taken and value in ("text", "folder", "python3.13", "python2.7", "moto"):
            continue
        if key in PATHS and not taken and isinstance(value, list) and all(isinstance(v, str) for v in value):
            continue
        assert fits(table) == taken, table
        answers.add(taken)
    assert False in answers


def test_every_setting_is_described() -> None:
    assert set(SCHEMA["properties"]) == set(_KEYS)
    assert set(SCHEMA["properties"]["functions"]["items"]["properties"]) == set(_FUNCTION_KEYS)
    assert set(SCHEMA["properties"]["invoke"]["properties"]) == set(_INVOKE_KEYS)
    page = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    assert not [key for key in (*_KEYS, *_FUNCTION_KEYS, *_INVOKE_KEYS) if key not in page]
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    assert not fits({"selct": []})


@pytest.mark.parametrize("script", ["settings_schema.py", "terminal_picture.py"])
def test_what_a_script_makes_is_current(script: str) -> None:
    command = [sys.executable, str(ROOT / "tools" / script), "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
