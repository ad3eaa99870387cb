"""Classes of stubs: their bases, method resolution order and flags, built when first needed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from handlerlint.inference.stubs import codes
from handlerlint.inference.stubs.codes import Code
from handlerlint.inference.stubs.model import LazyMembers, Member, StubAlias, StubClass, StubVariable
from handlerlint.inference.stubs.names import MODULE, NameTable, Symbol
from handlerlint.inference.stubs.reader import TypeReader
from handlerlint.inference.stubs.types import (
    OPAQUE,
    SELF,
    STR,
    UNKNOWN,
    AnyType,
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
    element_of,
    free_variables,
    substitute,
)
from handlerlint.records import dataclass

_ABSTRACT_METACLASSES = frozenset({"abc.ABCMeta", "abc.ABC"})
_OBJECT = "builtins.object"


@dataclass(frozen=True, slots=True)
class _Header:
    """What a class statement says, its bases read but not followed."""

    type_parameters: tuple[TypeVarType, ...]
    bases: tuple[Type, ...]
    metaclass: str | None
    is_protocol: bool
    is_named_tuple: bool
    is_typed_dict: bool
    is_dataclass: bool
    fields: tuple[str, ...]
    abstract_methods: tuple[str, ...]
    members: codes.RawMembers
    is_partial: bool


class ClassTable:
    """Every class that was asked for, by its canonical name."""

    def __init__(self, names: NameTable, reader: TypeReader) -> None:
        self._names = names
        self._reader = reader
        self._headers: dict[str, _Header | None] = {}
        self._classes: dict[str, StubClass | None] = {}
        self._linearizations: dict[str, tuple[NamedType, ...]] = {}
        self._functions: dict[str, StubFunction] = {}

    def class_(self, name: str) -> StubClass | None:
        """The class of a canonical name."""
        if name.startswith(OPAQUE):
            # There are as many of these as there are values: nothing is to be remembered of them.
            return None
        if name not in self._classes:
            self._classes[name] = self._build(name)
        return self._classes[name]

    def linearization(self, name: str) -> tuple[NamedType, ...]:
        """The method resolution order, each class with its arguments in terms of the first's parameters."""
        if name.startswith(OPAQUE):
            return (NamedType(name),)
        if name not in self._linearizations:
            self._linearizations[name] = (NamedType(name),)  # for a class that inherits from itself
            self._linearizations[name] = self._linearize(name)
        return self._linearizations[name]

    def member(self, symbol: Symbol) -> Member:
        """What a located name is."""
        match symbol.tag:
            case codes.CLASS:
                found = self.class_(symbol.name)
                return found if found is not None else StubVariable(UNKNOWN)
            case codes.FUNCTION:
                return self.function(symbol.name, symbol.member)
            case codes.ALIAS | codes.NEW_TYPE | codes.TYPE_VARIABLE_MEMBER:
                return StubAlias(None, self._reader.of_symbol(symbol))
            case codes.ASSIGNMENT:
                owner_name, _, name = symbol.name.rpartition(".")
                owner = None if name.startswith("_") else self.class_(owner_name)
                if owner is not None and owner.is_enum:
                    return owner.members[name]
                value = codes.unpack(symbol.member)[0]
                if value == codes.UNKNOWN_CODE or (isinstance(value, tuple) and value[0] == codes.INSTANCE):
                    return self._reader.variable(symbol.member)
                return StubAlias(None, self._reader.of_symbol(symbol))
            case _:
                return (
                    ModuleType(symbol.name) if symbol.tag == MODULE else self._reader.variable(symbol.member)
                )

    def function(self, qualname: str, member: bytes) -> StubFunction:
        """A function or method, one object for each definition."""
        if qualname not in self._functions:
            self._functions[qualname] = self._reader.function(qualname, member)
        return self._functions[qualname]

    def fields(self, name: str) -> tuple[str, ...]:
        """The annotated variables of a class statement, in order."""
        header = self._header(name)
        return () if header is None else header.fields

    def _build(self, name: str) -> StubClass | None:
        """The class that a symbol stands for, with its bases and members; None if it is no class."""
        header = self._header(name)
        if header is None:
            return None
        order = self.linearization(name)
        ancestors = [ancestor for each in order if (ancestor := self._header(each.name)) is not None]
        is_enum = any(each.name == "enum.Enum" for each in order)
        generated = self._generated_members(name, header)
        return StubClass(
            qualname=name,
            type_parameters=header.type_parameters,
            bases=header.bases,
            members=LazyMembers(
                {**header.members, **generated},
                lambda member: generated.get(member) or self._class_member(name, member, header, is_enum),
            ),
            metaclass=next((ancestor.metaclass for ancestor in ancestors if ancestor.metaclass), None),
            is_protocol=header.is_protocol,
            is_abstract=header.metaclass in _ABSTRACT_METACLASSES or _has_abstract_methods(ancestors),
            is_enum=is_enum,
            is_typed_dict=any(ancestor.is_typed_dict for ancestor in ancestors),
            is_named_tuple=any(ancestor.is_named_tuple for ancestor in ancestors),
            is_dataclass=any(ancestor.is_dataclass for ancestor in ancestors),
            has_unknown_base=len(ancestors) < len(order)
            or any(isinstance(base, AnyType) for ancestor in ancestors for base in ancestor.bases),
            is_partial=any(ancestor.is_partial for ancestor in ancestors),
        )

    def _class_member(self, owner: str, name: str, header: _Header, is_enum: bool) -> Member:
        member = header.members[name]
        tag = codes.tag_of(member)
        if tag == codes.FUNCTION:
            return self.function(f"{owner}.{name}", member)
        if tag == codes.ASSIGNMENT and is_enum and not name.startswith("_"):
            return StubVariable(LiteralType(name, owner), self._reader.variable(member).value)
        if tag == codes.VARIABLE:
            return self._reader.variable(member)
        symbol = self._names.locate(f"{owner}.{name}")
        return StubVariable(UNKNOWN) if symbol is None else self.member(symbol)

    def _generated_members(self, name: str, header: _Header) -> dict[str, Member]:
        """The constructor that a named tuple or a data class gets from its fields."""
        method = "__new__" if header.is_named_tuple else "__init__"
        if not (header.is_named_tuple or header.is_dataclass) or method in header.members:
            return {}
        receiver = ClassObjectType(SELF) if header.is_named_tuple else SELF
        first = StubParameter("self", ParameterKind.POSITIONAL_ONLY, receiver)
        if header.is_dataclass:
            # Inherited fields, `field(init=False)` and InitVar are not told apart: anything is taken.
            rest = [
                StubParameter("args", ParameterKind.VAR_POSITIONAL, UNKNOWN),
                StubParameter("fields", ParameterKind.VAR_KEYWORD, UNKNOWN),
            ]
        else:
            rest = [self._field_parameter(field, header) for field in header.fields]
        signature = StubSignature((first, *rest), SELF if header.is_named_tuple else self._reader.read(None))
        kind: FunctionKind = "staticmethod" if header.is_named_tuple else "method"
        return {method: StubFunction(f"{name}.{method}", kind, (signature,))}

    def _field_parameter(self, field: str, header: _Header) -> StubParameter:
        code, has_default, _ = codes.unpack(header.members[field])
        return StubParameter(field, ParameterKind.POSITIONAL, self._reader.read(code), has_default)

    def _header(self, name: str) -> _Header | None:
        if name not in self._headers:
            symbol = self._names.locate(name)
            is_class = symbol is not None and symbol.tag == codes.CLASS and symbol.name == name
            self._headers[name] = self._read_header(symbol) if is_class and symbol is not None else None
        return self._headers[name]

    def _read_header(self, symbol: Symbol) -> _Header:
        """The bases of a class, and what they say of it: protocol, enum, typed dict, named tuple."""
        bases, keywords, parameters, is_dataclass, fields, abstract, members = codes.unpack(symbol.member)
        declared: list[TypeVarType] = [self._reader.type_variable(code) for code in parameters]
        read: list[Type] = []
        forms = set()
        for base in bases:
            is_subscript = isinstance(base, tuple) and base[0] == codes.SUBSCRIPT
            form = self._reader.form_of(base[1] if is_subscript else base)
            special = self._special_base(base, form, fields, members)
            if special is not None:
                forms.add(special)
                read += _special_bases(special, [self._field_type(members[field]) for field in fields])
            elif form in ("Generic", "Protocol"):
                forms.add(form)
                arguments = [self._reader.read(argument) for argument in base[2]] if is_subscript else []
                declared += [argument for argument in arguments if isinstance(argument, TypeVarType)]
            else:
                read.append(_as_base(self._reader.read(base)))
        if not declared:
            declared = list(dict.fromkeys(variable for base in read for variable in free_variables(base)))
        return _Header(
            type_parameters=tuple(declared),
            bases=tuple(read),
            metaclass=self._metaclass(keywords, bases),
            is_protocol="Protocol" in forms,
            is_named_tuple="NamedTuple" in forms,
            is_typed_dict="TypedDict" in forms,
            is_dataclass=is_dataclass,
            fields=fields,
            abstract_methods=abstract,
            members=members,
            is_partial=symbol.is_partial or "__getattr__" in members,
        )

    def _special_base(
        self, base: Code, form: str | None, fields: Sequence[str], members: codes.RawMembers
    ) -> str | None:
        if not isinstance(base, str) or form is not None:
            return None
        symbol = self._names.locate(base)
        name = base if symbol is None else symbol.name
        module, _, short = name.rpartition(".")
        is_typing = module in ("typing", "typing_extensions", "mypy_extensions")
        return short if is_typing and short in ("NamedTuple", "TypedDict") else None

    def _field_type(self, member: bytes) -> Type:
        return self._reader.read(codes.unpack(member)[0])

    def _metaclass(self, keywords: Iterable[tuple[str, Code]], bases: Iterable[Code]) -> str | None:
        for keyword, code in keywords:
            if keyword == "metaclass" and isinstance(code, str):
                symbol = self._names.locate(code)
                return code if symbol is None else symbol.name
        return "abc.ABCMeta" if "abc.ABC" in bases else None

    def _linearize(self, name: str) -> tuple[NamedType, ...]:
        header = self._header(name)
        if header is None:
            return (NamedType(name),)
        own = NamedType(name, header.type_parameters)
        if name == _OBJECT:
            return (own,)
        bases = [base for base in map(_class_of_base, header.bases) if base is not None]
        sequences = [list(self._ancestors(base)) for base in bases]
        merged = _merge([*sequences, [*bases]])
        found: dict[str, NamedType] = {name: own}
        for ancestor in merged:
            found.setdefault(ancestor.name, ancestor)
        found.pop(_OBJECT, None)
        return (*found.values(), NamedType(_OBJECT))

    def _ancestors(self, base: NamedType) -> Iterable[NamedType]:
        header = self._header(base.name)
        parameters = () if header is None else header.type_parameters
        mapping = arguments_by_name(parameters, base.args)
        for ancestor in self.linearization(base.name):
            replaced = substitute(ancestor, mapping)
            if isinstance(replaced, NamedType):
                yield replaced


def arguments_by_name(parameters: Sequence[TypeVarType], arguments: Sequence[Type]) -> dict[str, Type]:
    """What each type parameter stands for; missing arguments are the defaults, else unknown."""
    mapping: dict[str, Type] = {}
    for index, parameter in enumerate(parameters):
        if index < len(arguments):
            mapping[parameter.name] = arguments[index]
        else:
            default = parameter.default
            mapping[parameter.name] = (
                UNKNOWN if default is None or not arguments else substitute(default, mapping)
            )
    return mapping


def _special_bases(form: str, field_types: list[Type]) -> list[Type]:
    if form == "TypedDict":
        # At run time a typed dictionary is a dictionary.
        return [NamedType("builtins.dict", (STR, UNKNOWN))]
    return [NamedType("typing.NamedTuple"), TupleType(tuple(field_types))]


def _as_base(type_: Type) -> Type:
    match type_:
        case NamedType() | TupleType():
            return type_
        case ClassObjectType():
            return NamedType("builtins.type")
        case _:
            return UNKNOWN


def _class_of_base(base: Type) -> NamedType | None:
    match base:
        case NamedType():
            return base
        case TupleType():
            return NamedType("builtins.tuple", (element_of(base),))
        case _:
            return None


def _has_abstract_methods(ancestors: Sequence[_Header]) -> bool:
    defined: set[str] = set()
    for ancestor in ancestors:
        if any(name not in defined for name in ancestor.abstract_methods):
            return True
        defined.update(ancestor.members)
    return False


def _merge(sequences: list[list[NamedType]]) -> list[NamedType]:
    """C3, by name; of two entries for one class the one that knows its arguments is kept."""
    known: dict[str, NamedType] = {}
    for sequence in sequences:
        for entry in sequence:
            held = known.get(entry.name)
            if held is None or not held.args or any(isinstance(arg, AnyType) for arg in held.args):
                known[entry.name] = entry
    rest = [[entry.name for entry in sequence] for sequence in sequences]
    merged: list[NamedType] = []
    while rest := [sequence for sequence in rest if sequence]:
        heads = (sequence[0] for sequence in rest)
        # An inconsistent hierarchy does not exist at run time; a stub's mistake must not stop us.
        head = next((name for name in heads if not any(name in other[1:] for other in rest)), rest[0][0])
        merged.append(known[head])
        rest = [[name for name in sequence if name != head] for sequence in rest]
    return merged
