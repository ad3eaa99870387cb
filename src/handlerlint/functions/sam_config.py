"""What `samconfig.toml` beside a template says of it: values for its parameters; called by `sam`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from handlerlint.functions.documents import MalformedDocument, read_bytes
from handlerlint.functions.found import joined
from handlerlint.functions.toml_text import load_toml
from handlerlint.patterns import pattern

_PAIR = pattern(
    r"""(?:ParameterKey=)?([A-Za-z0-9]+)(?:,ParameterValue)?=("(?:\\.|[^"\\])*"|'[^']*'|[^\s"']*)"""
)

# SAM CLI reads the tables of the command that it runs; `deploy` is the one that gives a function its values
# (docs.aws.amazon.com/serverless-application-model, "AWS SAM CLI configuration file").
_COMMANDS = ("global", "build", "deploy")


def parameter_overrides(path: Path) -> dict[Path, dict[str, str]]:
    """Values for the parameters of templates, by template, from the file's default environment.

    Empty where it cannot be read: what has no value is then unresolved.
    """
    try:
        data = read_bytes(path)
        environment = load_toml(data).get("default") if b"parameter_overrides" in data else None
    except (OSError, MalformedDocument):
        return {}
    if environment is None:
        return {}
    values: dict[str, str] = {}
    template: str | None = None
    for command in _COMMANDS:
        parameters = _parameters(environment, command)
        values.update(_pairs(parameters.get("parameter_overrides")))
        named = parameters.get("template_file", parameters.get("template"))
        # What `build` made is the template of `deploy`: it stands for the one that was built.
        if isinstance(named, str) and ".aws-sam" not in named:
            template = named
    names = (template,) if template is not None else ("template.yaml", "template.yml", "template.json")
    return {joined(path.parent, name): values for name in names}


def _parameters(environment: object, command: str) -> Mapping[str, Any]:
    section = environment.get(command) if isinstance(environment, dict) else None
    parameters = section.get("parameters") if isinstance(section, dict) else None
    return parameters if isinstance(parameters, dict) else {}


def _pairs(overrides: object) -> dict[str, str]:
    """`A=1 B="two words"`, a list of such texts, or `ParameterKey=A,ParameterValue=1`."""
    texts = overrides if isinstance(overrides, list) else [overrides]
    values: dict[str, str] = {}
    for text in texts:
        if isinstance(text, str):
            for name, value in _PAIR.findall(text):
                quoted = value[:1] in ("'", '"')
                values[name] = re.sub(r"\\(.)", r"\1", value[1:-1]) if quoted else value
    return values
