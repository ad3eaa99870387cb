"""Calls that only look: asked again with the same arguments, they give the same, as long as nothing is changed."""

from __future__ import annotations

from handlerlint.inference.core import registry
from handlerlint.inference.core.context import Frame
from handlerlint.inference.domain import constraints, naming, pure_functions, terms
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import ClassObject, State
from handlerlint.inference.domain.values import (
    NONE,
    SCALARS,
    BuiltinMethod,
    Constant,
    Instance,
    Reference,
    Site,
    StubValue,
    Term,
    Unknown,
    Value,
)
from handlerlint.inference.stubs.types import NamedType

#: Functions whose results depend on nothing but their arguments, besides those that are computed.
_FUNCTIONS = frozenset(
    {
        *(
            f"builtins.{name}"
            for name in ("all", "any", "bool", "callable", "dir", "hasattr", "repr", "type")
        ),
        *(f"bisect.bisect{side}" for side in ("", "_left", "_right")),
        *("fnmatch.fnmatch", "fnmatch.fnmatchcase", "dataclasses.is_dataclass"),
        *("inspect.getmembers", "inspect.signature", "typing.get_type_hints"),
    }
)
#: Modules whose functions take and give, and do nothing else; and those whose objects never change.
_PURE_MODULES = frozenset({"_bisect", "_operator", "_struct", "math", "operator", "re", "struct"})
_UNCHANGING = frozenset({"_struct", "datetime", "decimal", "fractions", "ipaddress", "re", "uuid"})

#: What `os.getenv` asks.
_ENVIRONMENT = Instance("os._Environ", term=terms.ENVIRONMENT)

#: Classes whose methods change nothing: those of text, and those that mappings and sequences have in common.
_READ_ONLY = (NamedType("builtins.str"), NamedType("typing.Mapping"), NamedType("typing.Sequence"))


def term_of_result(frame: Frame, state: State, function: Value, arguments: Arguments) -> Term | None:
    """The name of what a call gives that only looks; None where it may give something else each time."""
    if arguments.further is not None or arguments.further_keywords is not None:
        return None
    head = _callee(frame, state, function)
    values = arguments.positional
    if head is not None and head[:1] + head[2:3] == ("method", ("get",)) and values[1:] == (NONE,):
        values = values[:1]  # `get(key, None)` is `get(key)`
    given = naming.names_of(state, values)
    named = naming.names_of(state, arguments.keywords.values())
    if head is None or given is None or named is None:
        return None
    term = (*head, *given, *zip(arguments.keywords, named, strict=True))
    if len(given) == 1 and not named:
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
            return (name,) if _is_pure(name) else None
        case Reference(site=site) if _is_enum(state, site):
            return ("object", site)
        case StubValue(receiver=receiver) if receiver is not None:
            name = registry.name_of(function).rpartition(".")[2]
            stays = isinstance(receiver, Constant) or (
                isinstance(receiver, Instance)
                and (receiver.class_name in SCALARS or receiver.class_name.partition(".")[0] in _UNCHANGING)
            )
            if pure_functions.find(registry.name_of(function)) is not None and isinstance(
                receiver, StubValue
            ):
                return ("method", terms.term_of(receiver), (name,), 0)
            return _method(state, receiver, name) if stays or only_looks(frame, name) else None
        case _:
            return None


def _is_pure(name: str) -> bool:
    if name in pure_functions.STANDING_IN:
        return False
    if name in _FUNCTIONS or name.partition(".")[0] in _PURE_MODULES or name.startswith("inspect.is"):
        return True
    return pure_functions.find(name) is not None


def _is_enum(state: State, site: Site) -> bool:
    record = state.heap.get(site)
    return isinstance(record, ClassObject) and record.kind == "enum"


def _method(state: State, receiver: Value, name: str) -> Term | None:
    if isinstance(receiver, Constant):
        return ("method", terms.term_of(receiver), (name,), 0)
    whole = naming.name_of(state, receiver)
    return None if whole is None else ("method", whole, (name,), constraints.facts_of(state, whole).version)


def only_looks(frame: Frame, name: str) -> bool:
    """Whether what is called so changes nothing, whatever it is a method of: as on text, mappings and sequences."""
    stubs = frame.interpreter.stubs
    return any(stubs.attribute(owner, name) is not None for owner in _READ_ONLY) and not name.startswith("__")
