"""What `samconfig.toml` beside a template says of it: values for its parameters; called by `sam`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from handlerlint.functions.documents.malformed import MalformedDocument
from handlerlint.functions.documents.nodes import ListNode, MapNode, Node, Scalar
from handlerlint.functions.documents.reading import parse, read_bytes
from handlerlint.functions.documents.toml_text import load_toml
from handlerlint.functions.found import joined

_PAIR = re.compile(
    r"""(?:ParameterKey=)?([A-Za-z0-9]+)(?:,ParameterValue)?=("(?:\\.|[^"\\])*"|'[^']*'|[^\s"']*)"""
)

# SAM CLI reads the tables of the command that it runs; `deploy` is the one that gives a function its values
# (docs.aws.amazon.com/serverless-application-model, "AWS SAM CLI configuration file").
_COMMANDS = ("global", "build", "deploy")
_FILE = "file://"


def parameter_overrides(configurations: Iterable[Path]) -> dict[Path, dict[str, str]]:
    """Values for the parameters of templates, by template, from the default environment of each file.

    Empty where a file cannot be read: what has no value is then unresolved.
    """
    values: dict[Path, dict[str, str]] = {}
    folders: set[Path] = set()
    # Of several files in a folder SAM CLI reads one (samcli/lib/config/file_manager.py, FILE_MANAGER_MAPPER).
    for path in sorted(configurations, key=lambda path: (".toml", ".yaml", ".yml").index(path.suffix)):
        if path.parent not in folders:
            folders.add(path.parent)
            values.update(_overrides(path))
    return values


def _overrides(path: Path) -> dict[Path, dict[str, str]]:
    loaded = _load(path)
    environment = loaded.get("default") if isinstance(loaded, dict) else None
    if environment is None:
        return {}
    values: dict[str, str] = {}
    template: str | None = None
    for command in _COMMANDS:
        parameters = _parameters(environment, command)
        values.update(_pairs(parameters.get("parameter_overrides"), path))
        named = parameters.get("template_file", parameters.get("template"))
        # What `build` made is the template of `deploy`: it stands for the one that was built.
        if isinstance(named, str) and ".aws-sam" not in named:
            template = named
    names = (template,) if template is not None else ("template.yaml", "template.yml", "template.json")
    return {joined(path.parent, name): values for name in names} if values else {}


def _load(path: Path) -> object:
    """The file as plain data; None where it cannot be read."""
    try:
        data = read_bytes(path)
        return load_toml(data) if path.suffix == ".toml" else _plain(parse(path, data).root)
    except (OSError, MalformedDocument):
        return None


def _plain(node: Node | None) -> object:
    match node:
        case MapNode():
            return {key: _plain(value) for key, value in node.items()}
        case ListNode():
            return [_plain(item) for item in node.items]
        case Scalar():
            return node.text
    return None


def _parameters(environment: object, command: str) -> Mapping[str, object]:
    section = environment.get(command) if isinstance(environment, dict) else None
    parameters = section.get("parameters") if isinstance(section, dict) else None
    return parameters if isinstance(parameters, dict) else {}


def _pairs(overrides: object, path: Path, depth: int = 0) -> dict[str, str]:
    """`A=1 B="two words"`, `ParameterKey=A,ParameterValue=1`, a mapping, `file://…`, or a list of all these.

    As samcli/cli/types.py reads them (CfnParameterOverridesType).
    """
    values: dict[str, str] = {}
    match overrides:
        case list():
            for item in overrides:
                values.update(_pairs(item, path, depth))
        case dict():
            for name, value in overrides.items():
                if name == "$include":
                    values.update(_pairs(value, path, depth))
                else:
                    values[str(name)] = ",".join(map(str, value)) if isinstance(value, list) else str(value)
        case str() if overrides.startswith(_FILE):
            if depth < 10:
                file = joined(path.parent, overrides.removeprefix(_FILE))
                values.update(_pairs(_load(file), file, depth + 1))
        case str():
            for name, value in _PAIR.findall(overrides):
                quoted = value[:1] in ("'", '"')
                values[name] = re.sub(r"\\(.)", r"\1", value[1:-1]) if quoted else value
    return values
