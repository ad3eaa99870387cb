"""A program while it is written: its random choices, its parts, and the events on which it is to be run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

Choice = TypeVar("Choice")

#: The value of a key that an event, or the environment, does not have.
ABSENT = object()


@dataclass(frozen=True)
class Subject:
    """Something that a program does not know beforehand, and asks about: a part of the event, or a variable.

    `values` has one of each class of values that the questions of this subject tell apart.
    """

    path: tuple[str, ...]
    kind: str
    values: tuple[object, ...]
    is_of_row: bool = False

    @property
    def key(self) -> str:
        return self.path[-1]

    def readings(self, event: str) -> list[str]:
        """Expressions of its value, where `event` is the expression of what holds it."""
        if self.kind == "variable":
            return [
                f'os.environ.get("{self.key}")',
                f'os.getenv("{self.key}")',
                f'os.environ.get("{self.key}", None)',
            ]
        holder = event + "".join(f'["{part}"]' for part in self.path[:-1])
        if self.kind == "number":
            return [f'{holder}.get("{self.key}", 0)']
        found = [f'{holder}.get("{self.key}")', f'{holder}.get("{self.key}", None)']
        if ABSENT not in self.values:
            found.append(f'{holder}["{self.key}"]')
        if self.path[:-1]:
            found.append(f'{event}.get("{self.path[0]}", {{}}).get("{self.key}")')
        return found


@dataclass
class Program:
    """The text of a module with a handler, as far as it is written."""

    random: Random
    module: list[str] = field(default_factory=list)
    subjects: dict[tuple[str, ...], Subject] = field(default_factory=dict)
    globals: dict[Subject, str] = field(default_factory=dict)
    serializer: str = "return"
    _count: int = 0

    def fresh(self, stem: str) -> str:
        self._count += 1
        return f"{stem}_{self._count}"

    def pick(self, options: Sequence[Choice]) -> Choice:
        return self.random.choice(options)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def define(self, *lines: str) -> None:
        """Adds lines at module level."""
        self.module += ["", "", *lines]

    def constant(self, stem: str, value: str) -> str:
        name = self.fresh(stem.upper())
        self.module.insert(0, f"{name} = {value}")
        return name


@dataclass
class Scope:
    """What can be said at a place of a program: the event by its name, and what is known under other names.

    `answers` maps a question to names that hold its answer; `others` a subject to other names of its value.
    """

    program: Program
    event: str | None
    others: dict[Subject, list[str]] = field(default_factory=dict)
    answers: dict[object, list[str]] = field(default_factory=dict)

    def value_of(self, subject: Subject) -> str:
        """An expression of the value of the subject."""
        named = list(self.others.get(subject, ()))
        if subject in self.program.globals:
            named.append(self.program.globals[subject])
        read = subject.readings(self.event) if self.event or subject.kind == "variable" else []
        if named and (not read or self.program.chance(0.6)):
            return self.program.pick(named)
        return self.program.pick(read)

    def copy(self) -> Scope:
        others = {key: list(names) for key, names in self.others.items()}
        return Scope(
            self.program, self.event, others, {key: list(names) for key, names in self.answers.items()}
        )


def indented(lines: Sequence[str]) -> list[str]:
    return ["    " + line for line in lines]


def as_set(names: Sequence[str]) -> str:
    """A set display; `repr` of a set has another order in each run."""
    return "{" + ", ".join(map(repr, names)) + "}"


Part = Callable[[Scope], tuple[list[str], str]]
