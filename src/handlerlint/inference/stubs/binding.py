"""Which parameter of a function gets which argument of a call. Calls and overlays ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from handlerlint.inference.stubs.model import Answer, Argument
from handlerlint.inference.stubs.types import ParameterKind, StubParameter, Type
from handlerlint.records import dataclass, field

if TYPE_CHECKING:
    from handlerlint.inference.stubs.questions import Questions

#: The index of what a star gives, of which it is not known how many arguments it stands for.
UNCOUNTED = -1
_BY_NAME = (ParameterKind.POSITIONAL, ParameterKind.KEYWORD_ONLY, ParameterKind.VAR_KEYWORD)
# The index of an argument, its parameter, and its type.
_Pair: TypeAlias = tuple[int, StubParameter, Type | None]


@dataclass(frozen=True, slots=True)
class CallShape:
    """How the arguments of a call are passed: how many by position, which by name, and whether stars give more."""

    positional: int
    keywords: tuple[str, ...] = ()
    has_star: bool = False
    has_double_star: bool = False

    @property
    def arguments(self) -> list[Argument]:
        """The arguments, of which nothing else is known."""
        return [
            *(Argument(None) for _ in range(self.positional)),
            *(Argument(None, name) for name in self.keywords),
            *([Argument(None, star="*")] if self.has_star else []),
            *([Argument(None, star="**")] if self.has_double_star else []),
        ]


@dataclass(frozen=True, slots=True)
class Binding:
    """Where the parameters of a function get their arguments from, in calls of one shape.

    `names` are those of all parameters that any overload has; `given` has the index of the argument of each parameter,
    and of each keyword that `**options` takes, the positional ones first; `possible` are the parameters that a star may
    give; `takes_any_keyword` where an overload has `**options`; `declared` has the types of the arguments' parameters.
    """

    names: frozenset[str]
    given: Mapping[str, int]
    possible: frozenset[str] = frozenset()
    takes_any_keyword: bool = False
    declared: Mapping[int, Type] = field(default_factory=dict)


def bind_by_name(
    store: Questions, overloads: Sequence[Sequence[StubParameter]], shape: CallShape, receivers: int
) -> Binding | None:
    """The binding of the first overload that takes a call of this shape; None if none does.

    A method or constructor gets `receivers` arguments more than are passed.
    """
    arguments = [*(Argument(None) for _ in range(receivers)), *shape.arguments]
    takes_any = any(each.kind is ParameterKind.VAR_KEYWORD for parameters in overloads for each in parameters)
    names = frozenset(parameter.name for parameters in overloads for parameter in parameters)
    for parameters in overloads:
        bound = Binder(store, parameters).bind(arguments)
        if bound is None:
            continue
        counted = {
            arguments[index].name or parameter.name: index - receivers
            for index, parameter, _ in reversed(bound[1])
            if index != UNCOUNTED
        }
        possible = {parameter.name for index, parameter, _ in bound[1] if index == UNCOUNTED}
        if shape.has_double_star:
            possible |= {parameter.name for parameter in parameters if parameter.kind in _BY_NAME}
        given = {name: index for name, index in counted.items() if index >= 0}
        declared = {index - receivers: parameter.annotation for index, parameter, _ in bound[1]}
        return Binding(names, given, frozenset(possible - counted.keys()), takes_any, declared)
    return None


class Binder:
    """Binds the arguments of one call to the parameters of one signature."""

    def __init__(self, store: Questions, parameters: Sequence[StubParameter]) -> None:
        self._store = store
        self._positional = [each for each in parameters if each.kind <= ParameterKind.POSITIONAL]
        self._named = {
            each.name: each
            for each in parameters
            if each.kind in (ParameterKind.POSITIONAL, ParameterKind.KEYWORD_ONLY)
        }
        self._rest = next((each for each in parameters if each.kind is ParameterKind.VAR_POSITIONAL), None)
        self._keywords = next((each for each in parameters if each.kind is ParameterKind.VAR_KEYWORD), None)
        self._required = {
            each.name
            for each in parameters
            if not each.has_default
            and each.kind not in (ParameterKind.VAR_POSITIONAL, ParameterKind.VAR_KEYWORD)
        }
        self._filled: set[str] = set()
        self._next = 0
        self._after_star = False
        self._answer = Answer.YES
        self._index = 0
        self._pairs: list[_Pair] = []

    def bind(self, arguments: Sequence[Argument]) -> tuple[Answer, list[_Pair]] | None:
        """Each argument with its parameter, and how sure that is; None when the call does not fit the parameters."""
        has_keywords = False
        for self._index, argument in enumerate(arguments):
            if argument.star == "*":
                fits = self._star(argument.type)
            elif argument.star == "**":
                has_keywords = fits = True
                self._answer = Answer.MAYBE
            elif argument.name is not None:
                fits = self._keyword(argument.name, argument.type)
            else:
                fits = self._position(argument.type)
            if not fits:
                return None
        missing = self._required - self._filled
        if has_keywords:
            missing -= self._named.keys()
        if self._after_star:
            missing -= {each.name for each in self._positional}
        return None if missing else (self._answer, self._pairs)

    def _position(self, type_: Type | None) -> bool:
        if self._after_star:
            # How many arguments came before is not known.
            self._answer = Answer.MAYBE
            return self._next < len(self._positional) or self._rest is not None
        if self._next < len(self._positional):
            parameter = self._positional[self._next]
            self._next += 1
            self._filled.add(parameter.name)
        elif self._rest is not None:
            parameter = self._rest
        else:
            return False
        self._pairs.append((self._index, parameter, type_))
        return True

    def _keyword(self, name: str, type_: Type | None) -> bool:
        parameter = self._named.get(name)
        if parameter is None or name in self._filled:
            parameter = self._keywords if name not in self._filled else None
        if parameter is None:
            return False
        self._filled.add(name)
        self._pairs.append((self._index, parameter, type_))
        return True

    def _star(self, type_: Type | None) -> bool:
        items = self._store.tuple_items(type_) if type_ is not None else None
        if items is not None and items.rest is None:
            return all(self._position(item) for item in items.items)
        element = self._store.iterate(type_) if type_ is not None else None
        remaining = self._positional[self._next :]
        if remaining:
            self._answer = Answer.MAYBE
        self._pairs += [(UNCOUNTED, parameter, element) for parameter in remaining]
        if self._rest is not None:
            self._pairs.append((UNCOUNTED, self._rest, element))
        self._after_star = True
        return True
