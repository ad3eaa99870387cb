"""Decodes type codes and member codes into types, functions and variables; for the class table."""

from __future__ import annotations

from typing import Any, cast

from handlerlint.inference.stubs import codes
from handlerlint.inference.stubs.codes import Code
from handlerlint.inference.stubs.model import StubVariable
from handlerlint.inference.stubs.names import MODULE, NameTable, Symbol
from handlerlint.inference.stubs.types import (
    NEVER,
    NONE,
    SELF,
    STR,
    TYPE_GUARD,
    TYPE_IS,
    UNKNOWN,
    CallableType,
    ClassObjectType,
    FunctionKind,
    LiteralType,
    ModuleType,
    NamedType,
    ParameterKind,
    StubFunction,
    StubParameter,
    StubSignature,
    TupleType,
    Type,
    TypeVarType,
    free_variables,
    literal_type,
    substitute,
    union_of,
    widened,
)

# Forms of `typing` that mean the same wherever they stand.
_FIXED: dict[str, Type] = {
    "Any": UNKNOWN,
    "Never": NEVER,
    "NoReturn": NEVER,
    "Self": SELF,
    "LiteralString": STR,
    "Callable": CallableType(UNKNOWN),
    "Tuple": TupleType((), UNKNOWN),
}
# Forms that say something about a name and not about its values.
_WRAPPERS = frozenset({"ClassVar", "Final", "Required", "NotRequired", "ReadOnly", "Annotated", "InitVar"})
_OTHER_FORMS = frozenset(
    {"Optional", "Union", "Generic", "Protocol", "Concatenate", "Unpack", "Literal", "TypeGuard", "TypeIs"}
)
# typeshed writes `str | MaybeNone` for "str, or None in cases that one can often exclude".
_FIXED_CLASSES: dict[str, Type] = {
    "_typeshed.MaybeNone": NONE,
    "types.NoneType": NONE,
    "builtins.tuple": TupleType((), UNKNOWN),
    "builtins.type": ClassObjectType(UNKNOWN),
    "builtins.function": NamedType("types.FunctionType"),
    "builtins.ellipsis": NamedType("types.EllipsisType"),
}


def typing_form(name: str) -> str | None:
    """The special form of `typing` (or `typing_extensions`) that a qualified name is, by its short name."""
    module, _, short = name.rpartition(".")
    if module in ("typing", "typing_extensions", "dataclasses") and (
        short in _FIXED or short in _WRAPPERS or short in _OTHER_FORMS
    ):
        return short
    return None


class TypeReader:
    """Types and members out of their codes; every name is read once."""

    def __init__(self, names: NameTable) -> None:
        self._names = names
        self._named: dict[str, Type] = {}

    def read(self, code: Code) -> Type:
        """The type of an annotation."""
        if code is None:
            return NONE
        if isinstance(code, str):
            return self._name(code)
        match code[0]:
            case codes.SUBSCRIPT:
                return self._subscript(code[1], code[2])
            case codes.UNION:
                return union_of(self.read(member) for member in code[1])
            case codes.LITERAL:
                return union_of(self._literal(value) for value in code[1])
            case codes.TYPE_VARIABLE:
                return self.type_variable(code)
            case _:
                return UNKNOWN

    def type_variable(self, code: tuple[Any, ...]) -> TypeVarType:
        """A type variable out of its definition."""
        _, name, is_variadic, bound, constraints, default = code
        return TypeVarType(
            name,
            None if bound == codes.NOT_ANNOTATED else self.read(bound),
            tuple(self.read(constraint) for constraint in constraints),
            None if default == codes.NOT_ANNOTATED else self.read(default),
            is_variadic,
        )

    def form_of(self, code: Code) -> str | None:
        """The special form of `typing` that a code names, through re-exports."""
        if not isinstance(code, str):
            return None
        symbol = self._names.locate(code)
        return typing_form(code) or (typing_form(symbol.name) if symbol is not None else None)

    def function(self, qualname: str, member: bytes) -> StubFunction:
        """A function with its overloads."""
        kind, signatures, is_abstract = codes.unpack(member)
        owner_kind = cast(FunctionKind, kind)
        return StubFunction(
            qualname,
            owner_kind,
            tuple(self._signature(code, owner_kind, qualname) for code in signatures),
            is_abstract,
        )

    def variable(self, member: bytes) -> StubVariable:
        """An annotated variable, a constant, or an assignment that is no alias."""
        if codes.tag_of(member) == codes.ASSIGNMENT:
            value = codes.unpack(member)[0]
            if isinstance(value, tuple) and value[0] == codes.INSTANCE:
                constant = self.read(value[1])
                return StubVariable(widened(constant), value=constant)
            return StubVariable(UNKNOWN)
        code, has_value, value = codes.unpack(member)
        constant_type = None if value == codes.NOT_ANNOTATED else self.read(value)
        if self.form_of(code) == "Final":
            type_ = UNKNOWN if constant_type is None else widened(constant_type)
        else:
            type_ = self.read(code)
        return StubVariable(type_, constant_type if has_value else None)

    def _name(self, name: str) -> Type:
        if name not in self._named:
            # A recursive alias (`JSON = dict[str, "JSON"]`) meets this instead of itself.
            self._named[name] = UNKNOWN
            self._named[name] = self._resolve(name)
        return self._named[name]

    def _resolve(self, name: str) -> Type:
        symbol = self._names.locate(name)
        for candidate in (name, symbol.name if symbol is not None else name):
            if (form := typing_form(candidate)) is not None:
                return _FIXED.get(form, UNKNOWN)
            if candidate in _FIXED_CLASSES:
                return _FIXED_CLASSES[candidate]
        return UNKNOWN if symbol is None else self.of_symbol(symbol)

    def of_symbol(self, symbol: Symbol) -> Type:
        """What a name means in an annotation."""
        match symbol.tag:
            case codes.CLASS:
                return NamedType(symbol.name)
            case codes.TYPE_VARIABLE_MEMBER:
                return self.type_variable(codes.unpack(symbol.member))
            case codes.ALIAS | codes.NEW_TYPE:
                return self.read(codes.unpack(symbol.member)[0])
            case codes.ASSIGNMENT:
                return self.read(codes.unpack(symbol.member)[0])
            case _:
                return ModuleType(symbol.name) if symbol.tag == MODULE else UNKNOWN

    def _subscript(self, base: Code, arguments: tuple[Code, ...]) -> Type:
        if isinstance(base, str):
            form = self.form_of(base)
            if form is not None:
                return self._special(form, arguments)
            symbol = self._names.locate(base)
            if symbol is None:
                return UNKNOWN
            if symbol.name == "builtins.tuple":
                return self._tuple(arguments)
            if symbol.name == "builtins.type":
                return ClassObjectType(self.read(arguments[0]))
            if symbol.tag == codes.CLASS:
                return NamedType(symbol.name, tuple(self.read(argument) for argument in arguments))
        return self._apply(self.read(base), [self.read(argument) for argument in arguments])

    @staticmethod
    def _apply(alias: Type, arguments: list[Type]) -> Type:
        """A generic alias with its variables, in the order in which they stand, given."""
        names = list(dict.fromkeys(variable.name for variable in free_variables(alias)))
        return substitute(alias, dict(zip(names, arguments, strict=False)))

    def _special(self, form: str, arguments: tuple[Code, ...]) -> Type:
        match form:
            case "Optional":
                return union_of((self.read(arguments[0]), NONE))
            case "Union":
                return union_of(self.read(argument) for argument in arguments)
            case "Literal":
                return union_of(self._literal(argument) for argument in arguments)
            case "Callable":
                return self._callable(arguments)
            case "Tuple":
                return self._tuple(arguments)
            case "TypeGuard":
                return TYPE_GUARD
            case "TypeIs":
                return NamedType(TYPE_IS, (self.read(arguments[0]),))
            case _ if form in _WRAPPERS:
                return self.read(arguments[0])
            case _:
                return _FIXED.get(form, UNKNOWN)

    def _callable(self, arguments: tuple[Code, ...]) -> Type:
        if len(arguments) != 2:
            return CallableType(UNKNOWN)
        parameters, result = arguments
        if isinstance(parameters, tuple) and parameters[0] == codes.LIST:
            return CallableType(self.read(result), tuple(self.read(parameter) for parameter in parameters[1]))
        return CallableType(self.read(result))

    def _tuple(self, arguments: tuple[Code, ...]) -> Type:
        if len(arguments) == 2 and arguments[1] == codes.ELLIPSIS_CODE:
            return TupleType((), self.read(arguments[0]))
        items: list[Type] = []
        for argument in arguments:
            if isinstance(argument, tuple) and argument[0] == codes.UNPACK:
                # What follows an unpacked tuple is at no known place any more.
                inner = self.read(argument[1])
                return TupleType(tuple(items), inner.rest if isinstance(inner, TupleType) else UNKNOWN)
            items.append(self.read(argument))
        return TupleType(tuple(items))

    def _literal(self, value: Any) -> Type:
        if isinstance(value, tuple) and value[0] == codes.ENUM_MEMBER:
            class_name, _, member = value[1].rpartition(".")
            symbol = self._names.locate(class_name) if class_name else None
            return UNKNOWN if symbol is None else LiteralType(member, symbol.name)
        return literal_type(value)

    def _signature(self, code: tuple[Any, ...], kind: FunctionKind, qualname: str) -> StubSignature:
        parameters, result, is_async = code
        read = [self._parameter(parameter) for parameter in parameters]
        if read and parameters[0][2] == codes.NOT_ANNOTATED and kind != "function":
            receiver = _receiver_annotation(kind, qualname)
            first = read[0]
            if receiver is not None:
                read[0] = StubParameter(first.name, first.kind, receiver, first.has_default)
        return StubSignature(tuple(read), self.read(result), is_async)

    def _parameter(self, code: tuple[Any, ...]) -> StubParameter:
        name, kind, annotation, has_default = code
        return StubParameter(name, ParameterKind(kind), self.read(annotation), has_default)


def _receiver_annotation(kind: FunctionKind, qualname: str) -> Type | None:
    """What a method's first parameter is when it has no annotation."""
    if kind in ("method", "property"):
        return SELF
    if kind == "classmethod" or qualname.endswith(".__new__"):
        return ClassObjectType(SELF)
    return None
