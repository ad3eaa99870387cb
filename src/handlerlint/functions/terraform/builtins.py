"""Terraform's functions that only compute (developer.hashicorp.com/terraform/language/functions); see `values`.

Each takes evaluated arguments. An error of any kind means that the value is not known.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from typing import Any

from handlerlint.functions.budget import LONGEST_TEXT
from handlerlint.functions.terraform.regular_expressions import tries

# The precision of Terraform's numbers.
_MOST_BITS = 512
_WIDEST = 1000
# Python's regular expressions try again and again where Terraform's (RE2) do not.
_MOST_TRIES = 1_000_000


def text(value: Any) -> str:
    """A value in a text, as Terraform writes it."""
    match value:
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case int() if value.bit_length() > _MOST_BITS:
            raise TypeError
        case str() | int() | float():
            return str(value)
        case _:
            raise TypeError


def _format(pattern: str, *values: Any) -> str:
    remaining = list(values)

    def one(match: re.Match[str]) -> str:
        if match.group() == "%%":
            return "%"
        value = remaining.pop(0)
        if match.group(2) == "q":
            return f'"{text(value)}"'
        if any(int(width) > _WIDEST for width in re.findall(r"[0-9]{1,9}", match.group(1))):
            raise ValueError
        if match.group(2) in "df" and match.group(1):
            number = float(value) if match.group(2) == "f" else int(value)
            return f"%{match.group(1)}{match.group(2)}" % number
        return text(value)

    return re.sub(r"%%|%([0-9.+-]*)([svdqft])", one, pattern)


def _flatten(values: Iterable[Any]) -> list[Any]:
    flat: list[Any] = []
    for value in values:
        if isinstance(value, list):
            flat.extend(_flatten(value))
        else:
            flat.append(value)
    return flat


def _merge(*maps: Any) -> dict[str, Any]:
    return {key: value for one in maps if one is not None for key, value in one.items()}


def _replace(value: str, search: str, replacement: str) -> str:
    if len(search) > 1 and search.startswith("/") and search.endswith("/"):
        filled_in = re.sub(r"\$\{?(\w+)\}?", r"\\g<\1>", replacement)
        _checked_length((len(value) + 1) * len(replacement))
        return _expression(search[1:-1], value).sub(filled_in, value)
    _checked_length(len(value) + value.count(search) * len(replacement))
    return value.replace(search, replacement)


def _checked_length(length: int) -> None:
    if length > LONGEST_TEXT:
        raise ValueError


def _expression(pattern: str, value: str) -> re.Pattern[str]:
    """The expression, if it certainly finds its way through the text in few tries."""
    if (len(value) + 1) * tries(pattern, len(value) + 1) > _MOST_TRIES:
        raise ValueError
    return re.compile(pattern)


def _joined(between: str, *lists: Any) -> str:
    parts = [text(item) for one in lists for item in one]
    _checked_length(sum(map(len, parts)) + len(between) * len(parts))
    return between.join(parts)


def _format_each(pattern: str, values: list[Any]) -> list[str]:
    _checked_length(len(values) * len(pattern))
    return [_format(pattern, value) for value in values]


def _substr(value: str, offset: int, length: int) -> str:
    start = offset if offset >= 0 else len(value) + offset
    return value[start:] if length < 0 else value[start : start + length]


def _lookup(mapping: dict[str, Any], key: str, *default: Any) -> Any:
    return mapping.get(key, default[0]) if default else mapping[key]


def _coalesce(*values: Any) -> Any:
    return next(value for value in values if value not in (None, ""))


def _distinct(values: list[Any]) -> list[Any]:
    distinct: list[Any] = []
    if len(values) > 1000:
        raise ValueError
    for value in values:
        if value not in distinct:
            distinct.append(value)
    return distinct


def _trim_prefix(value: str, prefix: str) -> str:
    return value.removeprefix(prefix)


def _range(*limits: int) -> list[int]:
    if len(numbers := range(*(int(limit) for limit in limits))) > 1000:
        raise ValueError
    return list(numbers)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abspath": os.path.normpath,
    "basename": lambda path: path.rstrip("/").rpartition("/")[2],
    "ceil": lambda number: -int(-number // 1),
    "chomp": lambda value: value.rstrip("\r\n"),
    "coalesce": _coalesce,
    "compact": lambda values: [value for value in values if value not in (None, "")],
    "concat": lambda *lists: [item for one in lists for item in one],
    "contains": lambda values, value: value in values,
    "dirname": lambda path: path.rstrip("/").rpartition("/")[0] or ".",
    "distinct": _distinct,
    "element": lambda values, index: values[int(index) % len(values)],
    "endswith": lambda value, suffix: value.endswith(suffix),
    "flatten": _flatten,
    "format": _format,
    "formatlist": _format_each,
    "index": lambda values, value: values.index(value),
    "join": _joined,
    "keys": sorted,
    "length": len,
    "lookup": _lookup,
    "lower": str.lower,
    "max": max,
    "merge": _merge,
    "min": min,
    "nonsensitive": lambda value: value,
    "one": lambda values: values[0] if values else None,
    "pathexpand": lambda path: path,
    "range": _range,
    "regex": lambda pattern, value: _expression(pattern, value).search(value)[0],  # type: ignore[index]  # None: not known
    "replace": _replace,
    "reverse": lambda values: values[::-1],
    "slice": lambda values, start, end: values[start:end],
    "sort": sorted,
    "split": lambda between, value: value.split(between),
    "startswith": lambda value, prefix: value.startswith(prefix),
    "strcontains": lambda value, part: part in value,
    "substr": _substr,
    "title": lambda value: re.sub(r"\b[a-z]", lambda letter: letter.group().upper(), value),
    "tobool": lambda value: {"true": True, "false": False, True: True, False: False}[value],
    "tolist": list,
    "tomap": dict,
    "tonumber": lambda value: float(value) if "." in text(value) else int(value),
    "toset": lambda values: sorted(set(values)),
    "tostring": text,
    "trim": lambda value, characters: value.strip(characters),
    "trimprefix": _trim_prefix,
    "trimspace": str.strip,
    "trimsuffix": lambda value, suffix: value.removesuffix(suffix),
    "upper": str.upper,
    "values": lambda mapping: [mapping[key] for key in sorted(mapping)],
    "zipmap": lambda keys, values: dict(zip(keys, values, strict=True)),
}
