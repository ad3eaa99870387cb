"""Values of a CDK application's source, and the operations, methods and functions that make them; see `evaluation`."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import libcst as cst

from handlerlint.functions.budget import LONGEST_TEXT, TOO_MUCH
from handlerlint.functions.documents.nodes import Unknown
from handlerlint.records import dataclass

Value = Any
"""A str, number, bool, None, list, dict, Symbol, Text, Unknown; a path is a str."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """Something imported, by its dotted path: `aws_cdk.aws_lambda.Runtime.PYTHON_3_12`."""

    path: str


@dataclass(frozen=True, slots=True)
class FileText:
    """An open file of the project, or what stands in it."""

    path: str


@dataclass(frozen=True, slots=True)
class Made:
    """The result of a call of something imported, with its arguments by name or index; `call` tells it from others."""

    path: str
    arguments: Mapping[str, Value]
    call: object = None


def combined(operator: cst.BaseBinaryOp, left: Value, right: Value) -> Value:
    for side in (left, right):
        if isinstance(side, Unknown):
            return side
    match operator:
        case cst.Add() if isinstance(left, str) and isinstance(right, str):
            return left + right
        case cst.Add() if isinstance(left, list) and isinstance(right, list):
            return left + right
        case cst.Divide() if isinstance(left, str) and isinstance(right, str):
            return os.path.join(left, right)  # of a pathlib path  # noqa: PTH118
        case cst.BitOr() if isinstance(left, dict) and isinstance(right, dict):
            return {**left, **right}
    return Unknown("an operation that is not evaluated")


def path_attribute(path: str, attribute: str) -> Value:
    match attribute:
        case "parent":
            return os.path.dirname(path)  # noqa: PTH120
        case "name":
            return os.path.basename(path)  # noqa: PTH119
        case "parents":
            return [str(parent) for parent in Path(path).parents]
    return Unknown(f"`.{attribute}` of a text")


# Attributes that stand for the thing: its name, its ARN, a version of it.
_NAMING = frozenset({"arn", "ref", "function_name", "current_version", "latest_version"})


def made_attribute(made: Made, attribute: str) -> Value:
    """An attribute of something that was made: a structure's value, or what stands for the thing itself."""
    if attribute in _NAMING:
        return made
    if attribute in made.arguments:  # a structure, such as PythonFunctionProps
        return made.arguments[attribute]
    if attribute.endswith("_arn"):
        return made
    match attribute:
        case "_values" | "__dict__":  # how the classes of jsii structures keep what they were made with
            values = {key: value for key, value in made.arguments.items() if not key.isdigit()}
            return values if attribute == "_values" else {"_values": values}
        case "lambda_function" if made.path.startswith("aws_solutions_constructs."):
            return made.arguments.get("existing_lambda_obj", made.arguments.get("lambda_function_props"))
    return Unknown(f"`.{attribute}` of something")


def _texts(arguments: Mapping[str, Value]) -> list[str] | None:
    values = [arguments[key] for key in sorted(arguments, key=lambda key: (len(key), key)) if key.isdigit()]
    return values if all(isinstance(value, str) for value in values) else None


def method_result(receiver: Value, name: str, arguments: Mapping[str, Value]) -> Value:
    """The result of a method of a text, path, mapping or file; None where it is none of these."""
    match receiver:
        case FileText() if name in ("read", "read_text"):
            return receiver
        case Made() if name in ("add_alias", "add_version"):
            return receiver
        case dict() if name == "get" and isinstance(arguments.get("0"), (str, int)):
            return receiver.get(arguments["0"], arguments.get("1"))
        case dict() if name == "items":
            return [[key, value] for key, value in receiver.items()]
        case str():
            return _method_of_text(receiver, name, arguments)
        case _:
            return None


def _method_of_text(receiver: str, name: str, arguments: Mapping[str, Value]) -> Value:
    """The result of a method of a text, or of a path, which is a text here."""
    texts = _texts(arguments)
    match name:
        case "resolve" | "absolute" | "as_posix" | "strip" | "expanduser":
            return receiver
        case "joinpath" if texts is not None:
            return os.path.join(receiver, *texts)  # noqa: PTH118
        case "lower" | "upper" | "title":
            return str(getattr(receiver, name)())
        case "replace" if texts is not None and len(texts) == 2:
            if len(receiver) + receiver.count(texts[0]) * len(texts[1]) > LONGEST_TEXT:
                return TOO_MUCH
            return receiver.replace(texts[0], texts[1])
        case "format" if texts is not None and "{" in receiver:
            return _formatted(receiver, texts, arguments)
        case "read_text" | "open":
            return FileText(receiver)
        case _:
            return None


_WIDE = re.compile(r"\d{4}")  # a width that makes any text a long one


def _formatted(pattern: str, texts: list[str], arguments: Mapping[str, Value]) -> Value:
    named = {key: value for key, value in arguments.items() if not key.isdigit() and isinstance(value, str)}
    longest = max(map(len, (*texts, *named.values())), default=0)
    if _WIDE.search(pattern) or len(pattern) + pattern.count("{") * longest > LONGEST_TEXT:
        return TOO_MUCH
    try:
        return pattern.format(*texts, **named)
    except (KeyError, IndexError, ValueError, AttributeError):
        return Unknown("a text that is formatted with unknown values")


_SAME_PATH = frozenset(
    {
        "os.path.abspath",
        "os.path.realpath",
        "os.path.normpath",
        "os.fspath",
        "pathlib.Path",
        "pathlib.PurePath",
    }
)


def call_result(path: str, arguments: Mapping[str, Value], call: cst.Call | None = None) -> Value:
    """The result of a call of something imported."""
    texts = _texts(arguments)
    if texts is not None:
        match path:
            case "os.path.join" | "pathlib.Path" | "pathlib.PurePath" if texts:
                return os.path.join(*texts)  # noqa: PTH118
            case "os.path.dirname" if len(texts) == 1:
                return os.path.dirname(texts[0])  # noqa: PTH120
            case "os.path.basename" if len(texts) == 1:
                return os.path.basename(texts[0])  # noqa: PTH119
            case _ if path in _SAME_PATH and len(texts) == 1:
                return texts[0]
            case "os.getcwd" | "pathlib.Path.cwd":
                return "."
    if path.startswith(("os.", "pathlib.")):
        return Unknown(f"the result of `{path}`")
    return Made(path, arguments, call)


def _builtin_dict(arguments: Mapping[str, Value]) -> Value:
    start = arguments.get("0")
    named = {key: value for key, value in arguments.items() if not key.isdigit() and key != "**"}
    return {**(start if isinstance(start, dict) else {}), **named}


def _builtin_open(arguments: Mapping[str, Value]) -> Value:
    path = arguments.get("0", arguments.get("file"))
    return FileText(path) if isinstance(path, str) else Unknown("an open file")


def _builtin_str(arguments: Mapping[str, Value]) -> Value:
    value = arguments.get("0")
    return str(value) if isinstance(value, (str, int)) else value


BUILTINS: dict[str, Callable[[Mapping[str, Value]], Value]] = {
    "dict": _builtin_dict,
    "open": _builtin_open,
    "str": _builtin_str,
    "list": lambda arguments: arguments.get("0", []),
    "tuple": lambda arguments: arguments.get("0", []),
    "enumerate": lambda arguments: (
        [[index, item] for index, item in enumerate(arguments["0"])]
        if isinstance(arguments.get("0"), list)
        else Unknown("an enumeration of unknown values")
    ),
}
