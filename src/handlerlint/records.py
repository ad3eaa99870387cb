"""`dataclass`, `field` and `replace` as in the standard library, in a tenth of the time. Used by every stage.

A run makes some 200 data classes before it looks at the first line of anybody's code. `dataclasses` compiles
six functions for each, 100 ms in all, and its import takes 10 ms. Here `__init__` alone is compiled, when the
first instance is made, and the rest is shared. Type checkers see the standard library's; `slots` is always on.
"""

from __future__ import annotations

import sys
from operator import attrgetter, ge, gt, le, lt

TYPE_CHECKING = False
if TYPE_CHECKING:  # without importing `typing`
    from collections.abc import Callable, Iterator
    from dataclasses import dataclass, field, replace
    from typing import Any
else:

    def dataclass(
        cls: type | None = None,
        /,
        *,
        slots: bool,
        frozen: bool = False,
        eq: bool = True,
        order: bool = False,
    ) -> Any:
        """The class with slots and the methods of a data class."""
        if cls is None:
            return lambda cls: _made(cls, frozen=frozen, eq=eq, order=order)
        return _made(cls, frozen=frozen, eq=eq, order=order)

    def replace(record: Any, /, **changes: object) -> Any:
        """A copy with some fields changed."""
        for name, field in record.__record_fields__.items():
            if field.init and name not in changes:
                changes[name] = getattr(record, name)
        return type(record)(**changes)

    def field(
        *,
        default: Any = ...,
        default_factory: Any = ...,
        init: bool = True,
        repr: bool = True,
        compare: bool = True,
    ) -> Any:
        """What to know of a field beside its name."""
        return _Field(default, default_factory, init, repr, compare)


__all__ = ["dataclass", "field", "replace"]


class _Missing:
    """For a default that there is not; `...` says so in calls of `field`."""


_MISSING = _Missing()


class _Field:
    __slots__ = ("compare", "default", "default_factory", "init", "repr")

    def __init__(self, default: Any, default_factory: Any, init: bool, repr: bool, compare: bool) -> None:
        self.default = _MISSING if default is ... else default
        self.default_factory = _MISSING if default_factory is ... else default_factory
        self.init = init
        self.repr = repr
        self.compare = compare


_Fields = dict[str, _Field]


def _made(cls: type, *, frozen: bool, eq: bool, order: bool) -> type:
    namespace = dict(cls.__dict__)
    inherited = _inherited_fields(cls)
    own = _own_fields(cls, namespace)
    fields = inherited | own
    for name in ("__dict__", "__weakref__"):
        namespace.pop(name, None)
    namespace["__slots__"] = tuple(name for name in own if name not in inherited)
    namespace["__match_args__"] = tuple(name for name, field in fields.items() if field.init)
    namespace["__record_fields__"] = fields
    namespace["__dataclass_fields__"] = _StandardFields()
    namespace.setdefault("__repr__", _repr)
    if eq:
        _add_comparison(namespace, fields, frozen=frozen, order=order)
    if frozen:
        namespace |= _FROZEN
    # A class gets its slots when it is made, so it is made once more, as `dataclasses` does.
    made = type(cls)(cls.__name__, cls.__bases__, namespace)
    made.__qualname__ = cls.__qualname__
    if "__init__" not in namespace:
        made.__init__ = _first_initializer(made, fields, frozen=frozen)  # type: ignore[misc]
    return made


def _first_initializer(made: Any, fields: _Fields, *, frozen: bool) -> Callable[..., None]:
    """An `__init__` that puts the real one into its place: of most classes, a run makes no instance."""

    def __init__(self: object, *arguments: object, **named: object) -> None:
        initializer = made.__init__ = _initializer(made, fields, frozen=frozen)
        initializer(self, *arguments, **named)

    return __init__


def _inherited_fields(cls: type) -> _Fields:
    fields: _Fields = {}
    for base in reversed(cls.__mro__[1:]):
        fields |= base.__dict__.get("__record_fields__", {})
    return fields


def _own_fields(cls: type, namespace: dict[str, Any]) -> _Fields:
    """The annotated names; what stands there as their default leaves the namespace."""
    fields: _Fields = {}
    for name, annotation in cls.__annotations__.items():
        if isinstance(annotation, str) and annotation.startswith(("ClassVar", "typing.ClassVar")):
            continue
        default = namespace.pop(name, _MISSING)
        fields[name] = default if isinstance(default, _Field) else _as_field(default)
    return fields


def _as_field(default: Any) -> _Field:
    """The field with this default, which may be a field of the standard library's."""
    standard = sys.modules.get("dataclasses")
    if standard is None or not isinstance(default, standard.Field):
        return _Field(default, ..., True, True, True)
    known, factory = (
        ... if value is standard.MISSING else value for value in (default.default, default.default_factory)
    )
    return _Field(known, factory, default.init, default.repr, default.compare)


def _initializer(made: type, fields: _Fields, *, frozen: bool) -> Callable[..., None]:
    names: dict[str, Any] = {"_MISSING": _MISSING}
    parameters, statements = ["self"], []
    for name, field in fields.items():
        parameter = value = name
        if field.default_factory is not _MISSING:
            names[f"_factory_{name}"] = field.default_factory
            parameter = f"{name}=_MISSING"
            value = f"_factory_{name}() if {name} is _MISSING else {name}"
        elif field.default is not _MISSING:
            names[f"_default_{name}"] = field.default
            parameter = f"{name}=_default_{name}"
        if field.init:
            parameters.append(parameter)
        elif parameter == name:
            continue  # for `__post_init__` to set
        else:
            value = parameter.partition("=")[2].replace("_MISSING", f"_factory_{name}()")
        if frozen:
            # The slot itself: `setattr` of a frozen record refuses.
            names[f"_set_{name}"] = getattr(made, name).__set__
            statements.append(f"_set_{name}(self, {value})")
        else:
            statements.append(f"self.{name} = {value}")
    if hasattr(made, "__post_init__"):
        statements.append("self.__post_init__()")
    body = "\n ".join(statements or ["pass"])
    exec(f"def __init__({', '.join(parameters)}):\n {body}", names)
    made_init: Callable[..., None] = names["__init__"]
    made_init.__qualname__ = f"{made.__qualname__}.__init__"
    return made_init


def _add_comparison(namespace: dict[str, Any], fields: _Fields, *, frozen: bool, order: bool) -> None:
    compared = [name for name, field in fields.items() if field.compare]
    values: Callable[[Any], Any] = attrgetter(*compared) if compared else lambda record: ()

    def __eq__(self: Any, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return bool(values(self) == values(other))

    if "__eq__" not in namespace:
        namespace["__eq__"] = __eq__
        if frozen and namespace.get("__hash__") is None:
            namespace["__hash__"] = lambda self: hash(values(self))
        else:
            namespace.setdefault("__hash__", None)
    if order:
        for name, operator in (("__lt__", lt), ("__le__", le), ("__gt__", gt), ("__ge__", ge)):
            namespace[name] = _ordering(values, operator)


def _ordering(values: Callable[[Any], Any], operator: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    def compare(self: Any, other: object) -> Any:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return operator(values(self), values(other))

    return compare


def _repr(self: Any) -> str:
    fields = self.__record_fields__.items()
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name, field in fields if field.repr)
    return f"{self.__class__.__qualname__}({shown})"


def _refuse_assignment(self: object, name: str, value: object) -> None:
    import dataclasses

    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_deletion(self: object, name: str) -> None:
    import dataclasses

    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _getstate(self: Any) -> list[Any]:
    return [getattr(self, name) for name in self.__record_fields__]


def _setstate(self: Any, state: list[Any]) -> None:
    for name, value in zip(self.__record_fields__, state, strict=True):
        object.__setattr__(self, name, value)


_FROZEN: dict[str, Any] = {
    "__setattr__": _refuse_assignment,
    "__delattr__": _refuse_deletion,
    "__getstate__": _getstate,  # pickle would set the slots by `setattr`
    "__setstate__": _setstate,
}


class _StandardFields:
    """What `dataclasses.fields`, `replace`, `asdict` and `is_dataclass` look for, made when one of them does."""

    def __get__(self, _: object, owner: Any) -> object:
        import dataclasses

        twin: Any = dataclasses.make_dataclass(owner.__name__, list(_specifications(owner)))
        owner.__dataclass_fields__ = twin.__dataclass_fields__
        return twin.__dataclass_fields__


def _specifications(owner: Any) -> Iterator[tuple[str, object, Any]]:
    import dataclasses

    for name, field in owner.__record_fields__.items():
        names = ("default", "default_factory", "init", "repr", "compare")
        given = {name: value for name in names if (value := getattr(field, name)) is not _MISSING}
        yield name, object, dataclasses.field(**given)
