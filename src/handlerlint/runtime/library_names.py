"""Which names of the standard library, and parameters of its functions, only some Pythons have. For inference.

The table is made by `tools/build_library_names.py`, which asks the interpreters themselves.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from handlerlint.records import dataclass
from handlerlint.runtime.runtimes import Version

_TABLE = Path(__file__).with_name("library_names.txt")
_OLDEST: Version = (2, 7)
_NEWEST: Version = (99, 0)  # what is there today is taken to stay


@dataclass(frozen=True, slots=True)
class Span:
    """The first and the last version that has a name."""

    first: Version
    last: Version

    def words(self) -> str:
        """When it came or went, for a message."""
        if self.first > _OLDEST:
            return "is new in Python {}.{}".format(*self.first)
        if self.last == _OLDEST:
            return "is of Python 2"
        return f"is gone since Python {self.last[0]}.{self.last[1] + 1}"


def absent_name(module: str, name: str, version: Version) -> Span | None:
    """The versions that have `module.name`, where this one has it not; None where it has, or nothing is known."""
    return _absent(module, name, version)


def absent_parameter(function: str, name: str, version: Version) -> Span | None:
    """The versions in which the function of a qualified name takes `name=`, where this one does not."""
    return _absent(f"{function}()", name, version)


def _absent(owner: str, name: str, version: Version) -> Span | None:
    span = _table().get(owner, {}).get(name)
    return None if span is None or span.first <= version <= span.last else span


@cache
def _table() -> dict[str, dict[str, Span]]:
    text = _TABLE.read_text(encoding="utf-8")
    found: dict[str, dict[str, Span]] = {}
    for line in text.splitlines():
        owner, *entries = line.split()
        found[owner] = dict(map(_entry, entries))
    return found


def _entry(text: str) -> tuple[str, Span]:
    name, _, span = text.partition(":")
    first, _, last = span.partition("-")
    return name, Span(_version(first) or _OLDEST, _version(last) or _NEWEST)


def _version(text: str) -> Version | None:
    major, _, minor = text.partition(".")
    return (int(major), int(minor)) if minor else None
