"""Imports libcst in half the time, with classes of nodes that are made faster. Called by whoever imports it first.

libcst declares some 200 frozen data classes, and `dataclasses` compiles three functions for each of them when it is
imported: more than half of that time. Here, as in `records`, `__init__` alone is compiled, when the first node of a
class is made. That one sets the slots themselves and leaves out a validation that does nothing, or that the parser has
just made sure of, so that parsing takes a fifth less. Nodes are hashed by `object`. All else of the classes is what
`dataclasses` makes of them; tests/test_libcst_classes.py compares.
"""

from __future__ import annotations

import dataclasses
import importlib.machinery
import importlib.util
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import libcst as cst

_made_by_the_library = dataclasses.dataclass
# What a class has by itself, or from `CSTNode`, `dataclasses` leaves as it is.
_GIVEN = frozenset({"__eq__", "__hash__", "__repr__"})
_NODES = "libcst._nodes."
#: Of these a validation asks what no text of ASCII can be parsed to: a name that is none, brackets that do not match.
_CERTAIN = frozenset({"Arg", "Attribute", "Call", "Name", "Newline", "SimpleWhitespace", "Subscript"})
#: Not empty while the parser makes nodes out of such a text.
_parsing: list[None] = []


def parse_module(text: str) -> cst.Module:
    """`libcst.parse_module`, where the most frequent nodes are not validated once more."""
    import libcst

    if not text.isascii():
        return libcst.parse_module(text)
    _parsing.append(None)
    try:
        return libcst.parse_module(text)
    finally:
        _parsing.pop()


def import_libcst() -> None:
    """Import libcst, if nobody has yet."""
    if "libcst" in sys.modules:
        return
    _put_off_metadata()
    dataclasses.dataclass = _decorated
    try:
        import libcst
    finally:
        dataclasses.dataclass = _made_by_the_library
    if "libcst.metadata" in sys.modules:
        libcst.metadata = sys.modules["libcst.metadata"]  # type: ignore[attr-defined]


def _put_off_metadata() -> None:
    """Import `libcst.metadata` when something is asked of it, and its modules one by one until then.

    libcst needs two of them, and imports all of its providers: a sixth of the time.
    """
    whole = importlib.util.find_spec("libcst")
    folders = None if whole is None else whole.submodule_search_locations
    spec = importlib.machinery.PathFinder.find_spec("libcst.metadata", folders)
    if spec is not None:
        package = importlib.util.module_from_spec(spec)
        package.__class__ = _PutOff
        sys.modules[spec.name] = package


class _PutOff(ModuleType):
    """A package that has not been executed yet."""

    def __getattr__(self, name: str) -> object:
        self.__class__ = ModuleType  # type: ignore[assignment]
        assert self.__spec__ is not None and self.__spec__.loader is not None
        self.__spec__.loader.exec_module(self)
        return getattr(self, name)


def _decorated(cls: type | None = None, /, **options: bool) -> Any:
    """`dataclasses.dataclass`: for a class of libcst's nodes a faster one, and itself for any other one."""
    if cls is None:
        return lambda cls: _decorated(cls, **options)
    is_node = cls.__module__.startswith(_NODES) and cls.__dict__.keys() >= _GIVEN
    if not is_node or options != {"frozen": True}:
        return _made_by_the_library(cls, **options)
    cls.__doc__ = cls.__doc__ or cls.__name__  # or `dataclasses` makes one of the signature
    made: Any = _made_by_the_library(cls, init=False, repr=False, eq=False)  # which compiles nothing
    made.__init__ = _first_initializer()
    made.__setattr__, made.__delattr__ = _refuse_assignment, _refuse_deletion
    # By identity, as libcst's own, which are Python: nodes are the keys of many tables.
    made.__hash__, made.__eq__ = object.__hash__, object.__eq__
    return made


def _first_initializer() -> Any:
    """An `__init__` that puts the real one into its place, in the class with slots that libcst makes of this one."""

    def __init__(self: object, *arguments: object, **named: object) -> None:
        owner: Any = next(cls for cls in type(self).__mro__ if cls.__dict__.get("__init__") is __init__)
        owner.__init__ = initializer(owner)
        owner.__init__(self, *arguments, **named)

    return __init__


def initializer(made: Any) -> Any:
    """The `__init__` of a frozen data class: its code is put together from the fields, as `dataclasses` does."""
    names: dict[str, Any] = {"_missing": dataclasses.MISSING, "_parsing": _parsing}
    parameters, statements = ["self"], []
    for field in dataclasses.fields(made):
        name = value = parameter = field.name
        if field.default_factory is not dataclasses.MISSING:
            names[f"_factory_{name}"] = field.default_factory
            parameter = f"{name}=_missing"
            value = f"_factory_{name}() if {name} is _missing else {name}"
        elif field.default is not dataclasses.MISSING:
            names[f"_default_{name}"] = field.default
            parameter = f"{name}=_default_{name}"
        parameters.append(parameter)
        # The slot itself: `setattr` of a frozen class refuses.
        names[f"_set_{name}"] = _setter(made, name)
        statements.append(f"_set_{name}(self, {value})")
    if _validates(made):
        condition = "if not _parsing: " if made.__name__ in _CERTAIN else ""
        statements.append(f"{condition}self.__post_init__()")
    body = "\n ".join(statements or ["pass"])
    exec(f"def __init__({', '.join(parameters)}):\n {body}", names)
    made_init = names["__init__"]
    made_init.__qualname__ = f"{made.__qualname__}.__init__"
    return made_init


def _setter(made: Any, name: str) -> Any:
    slot: Any = getattr(made, name, None)
    if hasattr(slot, "__set__"):
        return slot.__set__
    return lambda node, value: object.__setattr__(node, name, value)


def _validates(made: Any) -> bool:
    """Whether anything is done with a node that has been made."""
    from libcst import CSTNode

    is_inherited = made.__post_init__ is CSTNode.__post_init__
    return not is_inherited or made._validate is not CSTNode._validate


def _refuse_assignment(self: object, name: str, value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_deletion(self: object, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
