"""`dataclass`, `field` and `replace` with the meaning of the standard library's, in a tenth of the time.

A run makes some 200 data classes before it looks at the first line of anybody's code. `dataclasses` compiles
six functions for each, 130 ms in all, and its import takes 10 ms. Here `__init__` alone is compiled, when the
first instance is made, and the rest is shared. Used by every stage, for what these need and no more: to type
checkers it is the standard library, whose functions know nothing of these classes.
"""

from __future__ import annotations

from operator import attrgetter, ge, gt, le, lt

TYPE_CHECKING = False
if TYPE_CHECKING:  # without importing `typing`
    from collections.abc import Callable, Iterable
    from dataclasses import dataclass, field, replace
    from typing import Any
else:

    def dataclass(*, slots: bool, frozen: bool = False, eq: bool = True, order: bool = False) -> Any:
        """Makes of a class one with slots and the methods of a data class; `slots` is always true."""
        return lambda cls: _made(cls, frozen=frozen, eq=eq, order=order)

    def field(
        *, default: Any = ..., default_factory: Any = ..., repr: bool = True, compare: bool = True
    ) -> Any:
        """What to know of a field beside its name; `...` stands for a default that there is not."""
        return _Field(default, default_factory, repr, compare)

    def replace(record: Any, /, **changes: object) -> Any:
        """A copy with some fields changed."""
        cls = record.__class__
        values, positions = cls.__record_values__
        copied = [*values(record)]
        for name, value in changes.items():
            if name not in positions:
                raise TypeError(f"unexpected keyword argument {name!r}")
            copied[positions[name]] = value
        return cls(*copied)


def names_of_fields(record: object) -> tuple[str, ...]:
    """The names of the fields of a record, in their order."""
    return tuple(getattr(record, "__record_fields__"))  # noqa: B009


def defaults_of(kind: type) -> dict[str, object]:
    """What each field of a record has where nothing is given; `...` where that is no single value."""
    fields: _Fields = getattr(kind, "__record_fields__")  # noqa: B009
    return {name: known.default for name, known in fields.items()}


__all__ = ["dataclass", "defaults_of", "field", "names_of_fields", "replace", "values_of"]


class _Field:
    __slots__ = ("compare", "default", "default_factory", "repr")

    def __init__(self, default: Any, default_factory: Any, repr: bool, compare: bool) -> None:
        self.default = default
        self.default_factory = default_factory
        self.repr = repr
        self.compare = compare


_Fields = dict[str, _Field]


def _made(cls: type, *, frozen: bool, eq: bool, order: bool) -> type:
    """The class once more, with slots and with what a data class has."""
    namespace = dict(cls.__dict__)
    inherited = _inherited_fields(cls)
    own = _own_fields(cls, namespace)
    fields = inherited | own
    for name in ("__dict__", "__weakref__"):
        del namespace[name]
    namespace["__slots__"] = tuple(name for name in own if name not in inherited)
    namespace["__match_args__"] = tuple(fields)
    namespace["__record_fields__"] = fields
    namespace["__record_values__"] = values_of(fields), {name: at for at, name in enumerate(fields)}
    namespace["__repr__"] = _representation(fields)
    if eq:
        namespace |= _comparison(fields, frozen=frozen, order=order)
    if frozen:
        namespace |= _FROZEN
    # A class gets its slots when it is made, so it is made once more, as `dataclasses` does.
    made = type(cls)(cls.__name__, cls.__bases__, namespace)
    made.__qualname__ = cls.__qualname__
    made.__init__ = _first_initializer(made, fields, frozen=frozen)  # type: ignore[misc]
    if eq:
        made.__eq__ = _first_equality(made, fields)  # type: ignore[assignment, method-assign]
    return made


def _first_initializer(made: Any, fields: _Fields, *, frozen: bool) -> Callable[..., None]:
    """An `__init__` that puts the real one into its place: of most classes, a run makes no instance."""

    def __init__(self: object, *arguments: object, **named: object) -> None:
        initializer = made.__init__ = _initializer(made, fields, frozen=frozen)
        initializer(self, *arguments, **named)

    return __init__


def _first_equality(made: Any, fields: _Fields) -> Callable[[Any, object], bool]:
    """An `__eq__` that puts the real one into its place, too."""

    def __eq__(self: Any, other: object) -> bool:
        equality = made.__eq__ = _equality(fields)
        return equality(self, other)

    return __eq__


def _inherited_fields(cls: type) -> _Fields:
    fields: _Fields = {}
    for base in reversed(cls.__mro__[1:]):
        fields |= base.__dict__.get("__record_fields__", {})
    return fields


def _own_fields(cls: type, namespace: dict[str, Any]) -> _Fields:
    """The annotated names; what stands there as their default leaves the namespace."""
    fields: _Fields = {}
    for name in cls.__annotations__:
        default = namespace.pop(name, ...)
        fields[name] = default if isinstance(default, _Field) else _Field(default, ..., True, True)
    return fields


def _initializer(made: type, fields: _Fields, *, frozen: bool) -> Callable[..., None]:
    """The `__init__` of a record: its code is put together from the fields, as the standard library does."""
    names: dict[str, Any] = {}
    parameters, statements = ["self"], []
    for name, field in fields.items():
        parameter = value = name
        if field.default_factory is not ...:
            names[f"_factory_{name}"] = field.default_factory
            parameter = f"{name}=..."
            value = f"_factory_{name}() if {name} is ... else {name}"
        elif field.default is not ...:
            names[f"_default_{name}"] = field.default
            parameter = f"{name}=_default_{name}"
        parameters.append(parameter)
        if frozen:
            # The slot itself: `setattr` of a frozen record refuses.
            names[f"_set_{name}"] = getattr(made, name).__set__
            statements.append(f"_set_{name}(self, {value})")
        else:
            statements.append(f"self.{name} = {value}")
    body = "\n ".join(statements or ["pass"])
    exec(f"def __init__({', '.join(parameters)}):\n {body}", names)
    made_init: Callable[..., None] = names["__init__"]
    made_init.__qualname__ = f"{made.__qualname__}.__init__"
    return made_init


def _equality(fields: _Fields) -> Callable[[Any, object], bool]:
    """An `__eq__` that compares field by field up to one that differs: what is the same object is equal."""
    equal = (f"(self.{name} is other.{name} or self.{name} == other.{name})" for name in _compared(fields))
    lines = (
        "def __eq__(self, other):",
        " if self is other: return True",
        " if other.__class__ is not self.__class__: return NotImplemented",
        f" return {' and '.join(equal) or True}",
    )
    names: dict[str, Any] = {}
    exec("\n".join(lines), names)
    made: Callable[[Any, object], bool] = names["__eq__"]
    return made


def _compared(fields: _Fields) -> list[str]:
    return [name for name, field in fields.items() if field.compare]


def values_of(names: Iterable[str]) -> Callable[[Any], tuple[Any, ...]]:
    """What gives the values of some fields, or attributes."""
    names = tuple(names)
    if len(names) > 1:
        return attrgetter(*names)
    if not names:
        return lambda record: ()
    value = attrgetter(*names)
    return lambda record: (value(record),)


def _comparison(fields: _Fields, *, frozen: bool, order: bool) -> dict[str, Any]:
    compared = _compared(fields)
    values: Callable[[Any], Any] = attrgetter(*compared) if compared else lambda record: ()

    methods: dict[str, Any] = {"__hash__": None}
    if frozen:
        methods["__hash__"] = lambda self: hash(values(self))
    if order:
        for name, operator in (("__lt__", lt), ("__le__", le), ("__gt__", gt), ("__ge__", ge)):
            methods[name] = _ordering(values, operator)
    return methods


def _ordering(values: Callable[[Any], Any], operator: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    def compare(self: Any, other: object) -> Any:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return operator(values(self), values(other))

    return compare


def _representation(fields: _Fields) -> Callable[[Any], str]:
    shown = [name for name, field in fields.items() if field.repr]
    values = values_of(shown)  # a tuple: with `%`, a value that is one would be taken for several
    form = ", ".join(f"{name}=%r" for name in shown)

    def __repr__(self: Any) -> str:
        return f"{self.__class__.__qualname__}({form % values(self) if shown else ''})"

    return __repr__


def _refuse_assignment(self: object, name: str, value: object) -> None:
    raise AttributeError(f"cannot assign to field {name!r}")


def _refuse_deletion(self: object, name: str) -> None:
    raise AttributeError(f"cannot delete field {name!r}")


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
