"""Calls that only look: asked again with the same arguments, they give the same, as long as nothing is changed."""

from __future__ import annotations

from handlerlint.inference.core import registry
from handlerlint.inference.core.context import Frame
from handlerlint.inference.domain import constraints, terms
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.values import (
    NONE,
    SCALARS,
    BuiltinMethod,
    Constant,
    Instance,
    StubValue,
    Term,
    Unknown,
    Value,
)
from handlerlint.inference.stubs.types import NamedType

#: Functions whose results depend on nothing but their arguments.
_FUNCTIONS = frozenset(
    f"builtins.{name}"
    for name in (
        "abs", "all", "any", "bool", "callable", "chr", "divmod", "float", "hasattr", "hash", "int", "len", "max",
        "min", "ord", "repr", "round", "str", "sum", "tuple", "type",
    )
) | frozenset({"re.match", "re.search", "re.fullmatch", "fnmatch.fnmatch", "math.isnan"})  # fmt: skip

#: What `os.getenv` asks.
_ENVIRONMENT = Instance("os._Environ", term=("library", "os", "environ"))

#: Classes whose methods change nothing: those of text, and those that mappings and sequences have in common.
_READ_ONLY = (NamedType("builtins.str"), NamedType("typing.Mapping"), NamedType("typing.Sequence"))


def term_of_result(frame: Frame, state: State, function: Value, arguments: Arguments) -> Term | None:
    """The name of what a call gives that only looks; None where it may give something else each time."""
    if arguments.keywords or arguments.further is not None or arguments.further_keywords is not None:
        return None
    head = _callee(frame, state, function)
    values = arguments.positional
    if head is not None and head[:1] + head[2:3] == ("method", ("get",)) and values[1:] == (NONE,):
        values = values[:1]  # `get(key, None)` is `get(key)`
    given = [constraints.name_of(state, value) or terms.term_of(value) for value in values]
    if head is None or None in given:
        return None
    term = (*head, *given)
    if len(given) == 1 and given[0] is not None:
        match head:
            case ("builtins.len",):
                term = ("len", given[0])
            case ("builtins.bool",):
                term = terms.is_true(given[0])
            case _:
                pass
    return term if terms.depth(term) <= terms.DEEPEST_TERM else None


def _callee(frame: Frame, state: State, function: Value) -> Term | None:
    """The name of a function that only looks: of a method, with its receiver as it is now."""
    match function:
        case Unknown(term=("attribute", _, (str(name),), _) as term):
            return term if only_looks(frame, name) else None
        case BuiltinMethod(receiver=receiver, name=name) if only_looks(frame, name):
            return _method(state, receiver, name)
        case StubValue(receiver=None):
            name = registry.name_of(function)
            if name == "os.getenv":
                return _method(state, _ENVIRONMENT, "get")
            return (name,) if name in _FUNCTIONS else None
        case StubValue(receiver=receiver) if receiver is not None:
            name = registry.name_of(function).rpartition(".")[2]
            is_scalar = isinstance(receiver, Constant) or (
                isinstance(receiver, Instance) and receiver.class_name in SCALARS
            )
            return _method(state, receiver, name) if is_scalar or only_looks(frame, name) else None
        case _:
            return None


def _method(state: State, receiver: Value, name: str) -> Term | None:
    if isinstance(receiver, Constant):
        return ("method", terms.term_of(receiver), (name,))
    whole = constraints.name_of(state, receiver)
    return None if whole is None else ("method", whole, (name,), constraints.facts_of(state, whole).version)


def only_looks(frame: Frame, name: str) -> bool:
    """Whether what is called so changes nothing, whatever it is a method of: as on text, mappings and sequences."""
    stubs = frame.interpreter.stubs
    return any(stubs.attribute(owner, name) is not None for owner in _READ_ONLY) and not name.startswith("__")
