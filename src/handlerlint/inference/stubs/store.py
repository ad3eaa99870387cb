"""`StubStore`: the one place where the interpreter asks what stubs say about types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from handlerlint.inference.stubs import operators
from handlerlint.inference.stubs.attributes import attribute_of, value_of_symbol
from handlerlint.inference.stubs.binding import Binding, CallShape
from handlerlint.inference.stubs.calls import binding, call_type, called_with_elements
from handlerlint.inference.stubs.classes import ClassTable, arguments_by_name
from handlerlint.inference.stubs.finder import StubFinder
from handlerlint.inference.stubs.loader import StubLoader
from handlerlint.inference.stubs.matching import Matcher
from handlerlint.inference.stubs.model import (
    Answer,
    Argument,
    LazyMembers,
    Member,
    StubClass,
    StubModule,
    StubVariable,
)
from handlerlint.inference.stubs.names import NameTable, Symbol
from handlerlint.inference.stubs.reader import TypeReader
from handlerlint.inference.stubs.types import (
    JSON,
    NONE,
    UNKNOWN,
    FunctionType,
    LiteralType,
    NamedType,
    TupleType,
    Type,
    UnionType,
    substitute,
)

# What may stand for a JSON value, or is turned into one by the runtime client.
_JSON_LIKE = tuple(
    f"builtins.{name}" for name in ("str", "int", "float", "bool", "list", "dict", "tuple", "bytes")
)
# Protocols that no JSON container can satisfy, whatever class is behind them.
_TELLING_PROTOCOLS = frozenset(
    f"typing.{name}"
    for name in (
        "Iterator",
        "Generator",
        "Awaitable",
        "Coroutine",
        "AsyncIterable",
        "AsyncIterator",
        "AsyncGenerator",
    )
)
# What some JSON classes derive from: a value declared as one of these may be of a class such as StrEnum.
_MIXED_IN = frozenset(
    {
        *("enum.Enum", "enum.Flag", "enum.ReprEnum", "_typeshed.structseq"),
        *(
            f"urllib.parse._{name}Mixin{kind}"
            for name in ("Result", "NetlocResult")
            for kind in ("Str", "Bytes")
        ),
        "urllib.parse._NetlocResultMixinBase",
        "importlib.metadata.Deprecated",
        "logging.config.ConvertingMixin",
    }
)


class StubStore:
    """Types out of stubs for one version of Python: the user's folders, our own, typeshed, the environment.

    Nothing is read before it is asked for, and everything only once. `without` are modules of which our own stubs
    tell something else than is installed.
    """

    def __init__(
        self,
        python_version: tuple[int, int],
        platform: str = "linux",
        folders: tuple[Path, ...] = (),
        environment: Path | None = None,
        use_cache: bool = True,
        without: frozenset[str] = frozenset(),
    ) -> None:
        self.python_version = python_version
        self._given = (folders, environment, use_cache, without)
        self._platform = platform
        self._others: dict[tuple[tuple[int, int], str], StubStore] = {}
        finder = StubFinder(python_version, folders, environment, without)
        self.names = NameTable(StubLoader(finder, python_version, platform, use_cache))
        self.reader = TypeReader(self.names)
        self.classes = ClassTable(self.names, self.reader)
        # The questions "does this type have what that protocol asks for" being answered right now.
        self.open_questions: set[tuple[str, Type]] = set()
        self._orders: dict[str, tuple[tuple[NamedType, ...], tuple[str, ...]]] = {}
        self._attributes: dict[tuple[Type, str], Type | None] = {}
        self._bindings: dict[tuple[object, bool, CallShape], Binding | None] = {}

    def of_version(self, python_version: tuple[int, int]) -> StubStore:
        """The same stubs for another version of Python."""
        return self._other(python_version, self._platform)

    def of_platform(self, platform: str) -> StubStore:
        """The same stubs for another operating system, as `sys.platform` names it."""
        return self._other(self.python_version, platform)

    def _other(self, python_version: tuple[int, int], platform: str) -> StubStore:
        key = python_version, platform
        if key not in self._others:
            self._others[key] = StubStore(python_version, platform, *self._given)
        return self._others[key]

    def module(self, name: str) -> StubModule | None:
        """The stub of a module, by its full name."""
        code = self.names.module(name)
        if code is None:
            return None
        return StubModule(
            name=name,
            members=LazyMembers(code.members, lambda member: self._member(f"{name}.{member}")),
            is_package=code.is_package,
            is_partial=code.is_partial,
            exports=code.exports,
        )

    def lookup(self, qualname: str) -> Member | None:
        """What a qualified name (`collections.abc.Mapping`, `datetime.datetime.now`) stands for.

        Imports, star imports and aliases are followed; a StubAlias is a type without a class of its own.
        """
        symbol = self.names.locate(qualname)
        return None if symbol is None else self.classes.member(symbol)

    def value(self, qualname: str) -> Type | None:
        """The type of the value that a qualified name has at run time: a class object, a function …"""
        symbol = self.names.locate(qualname)
        return None if symbol is None else value_of_symbol(self, symbol)

    def canonical(self, qualname: str) -> str | None:
        """The name under which a stub defines what `qualname` re-exports: `_io.BytesIO` for `io.BytesIO`."""
        symbol: Symbol | None = self.names.locate(qualname)
        return None if symbol is None else symbol.name

    def class_(self, qualname: str) -> StubClass | None:
        """The class of a qualified name, through re-exports."""
        found = self.classes.class_(qualname)
        if found is None and (name := self.canonical(qualname)) is not None:
            return self.classes.class_(name)
        return found

    def mro(self, qualname: str) -> tuple[str, ...]:
        """The names of a class and its ancestors, `builtins.object` last."""
        order = self.linearization(qualname)
        known = self._orders.get(qualname)
        if known is None or known[0] is not order:
            known = self._orders[qualname] = order, tuple(ancestor.name for ancestor in order)
        return known[1]

    def linearization(self, qualname: str) -> tuple[NamedType, ...]:
        """Like `mro`, each ancestor with its arguments in terms of the class's own parameters."""
        return self.classes.linearization(self.canonical(qualname) or qualname)

    def attribute(self, receiver: Type, name: str) -> Type | None:
        """The type of `receiver.name`; None when there certainly is no such attribute."""
        if isinstance(receiver, NamedType) and receiver.args:
            # There is no end to the arguments that types can have: only what is asked again is remembered.
            return attribute_of(self, receiver, name)
        key = (receiver, name)
        if key not in self._attributes:
            self._attributes[key] = attribute_of(self, receiver, name)
        return self._attributes[key]

    def call(self, function: Type, arguments: Sequence[Argument] = (), depth: int = 0) -> Type:
        """The type of `function(*arguments)`: of a function, a class, or anything with `__call__`."""
        return call_type(self, function, arguments, depth)

    def binding(self, called: Type, shape: CallShape) -> Binding | None:
        """Which parameters of a function or class the arguments of a call are for; None if it cannot take them."""
        function = called.function if isinstance(called, FunctionType) else None
        is_bound = isinstance(called, FunctionType) and called.receiver is not None
        key = (function or called, is_bound, shape)
        if key not in self._bindings:
            self._bindings[key] = binding(self, called, shape)
        return self._bindings[key]

    def called_with_elements(self, called: Type, shape: CallShape) -> Mapping[int, int]:
        """Which arguments of a call a function calls with elements of the others, and with how many at a time."""
        return called_with_elements(self, called, shape)

    def is_subclass(self, name: str, other: str) -> bool:
        """Whether the class `name` derives from `other`, by declaration."""
        return (self.canonical(other) or other) in self.mro(name)

    def assignable(self, type_: Type, to: Type) -> Answer:
        """Whether a value of type `type_` may stand where `to` is declared."""
        return Matcher(self).match(to, type_)

    def iterate(self, type_: Type) -> Type:
        """What `for` finds in a value."""
        return operators.iterate(self, type_)

    def iterate_async(self, type_: Type) -> Type:
        """What `async for` finds in a value."""
        return operators.iterate_async(self, type_)

    def enter(self, type_: Type, is_async: bool = False) -> Type:
        """What `with … as` binds."""
        return operators.enter(self, type_, is_async)

    def await_(self, type_: Type) -> Type:
        """What `await` gives."""
        return operators.await_(self, type_)

    def subscript(self, type_: Type, index: Type) -> Type:
        """The type of `value[index]`."""
        return operators.subscript(self, type_, index)

    def binary(self, operator: str, left: Type, right: Type) -> Type:
        """The type of `left operator right`, for `+`, `//`, `<` … as they are written."""
        return operators.binary(self, operator, left, right)

    def unary(self, operator: str, operand: Type) -> Type:
        """The type of `-operand`, `+operand`, `~operand`."""
        return operators.unary(self, operator, operand)

    def tuple_items(self, type_: Type) -> TupleType | None:
        """The items of a tuple or of an instance of a named tuple; None for anything else."""
        if isinstance(type_, TupleType):
            return type_
        if not isinstance(type_, NamedType):
            return None
        for ancestor in self.linearization(type_.name):
            class_ = self.classes.class_(ancestor.name)
            for base in class_.bases if class_ is not None else ():
                if isinstance(base, TupleType) and class_ is not None:
                    return self._tuple_base(type_, class_, ancestor, base)
        return None

    def is_concrete(self, type_: Type) -> bool:
        """Whether a value declared as this type certainly is no JSON value behind another name.

        False for protocols, abstract classes that a JSON value may implement, `object`, everything that
        derives from a JSON class, and what is unknown. Of a union all members must be concrete, None aside.
        """
        match type_:
            case UnionType(members):
                present = [member for member in members if member != NONE]
                return all(self.is_concrete(member) for member in present)
            case LiteralType(of=name):
                return self.is_concrete(NamedType(name))
            case NamedType(name):
                return type_ != JSON and self._is_concrete_class(name)
            case _:
                return False

    def _is_concrete_class(self, name: str) -> bool:
        class_ = self.class_(name)
        if class_ is None or class_.has_unknown_base or class_.qualname == "builtins.object":
            return False
        if class_.qualname in _MIXED_IN:
            return False
        order = self.mro(class_.qualname)
        if any(json_class in order for json_class in _JSON_LIKE):
            return False
        if class_.is_protocol:
            return class_.qualname in _TELLING_PROTOCOLS
        if class_.is_abstract:
            return not any(class_.qualname in self.mro(json_class) for json_class in _JSON_LIKE)
        return True

    def _tuple_base(
        self, type_: NamedType, class_: StubClass, ancestor: NamedType, base: TupleType
    ) -> TupleType | None:
        own = self.classes.class_(type_.name)
        mapping = arguments_by_name(() if own is None else own.type_parameters, type_.args)
        arguments = [substitute(argument, mapping) for argument in ancestor.args]
        items = substitute(base, arguments_by_name(class_.type_parameters, arguments))
        return items if isinstance(items, TupleType) else None

    def _member(self, qualname: str) -> Member:
        found = self.lookup(qualname)
        return StubVariable(UNKNOWN) if found is None else found
