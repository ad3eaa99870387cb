"""Attributes of instances, classes and modules: what `StubStore.attribute` answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from handlerlint.inference.stubs import codes
from handlerlint.inference.stubs.classes import arguments_by_name
from handlerlint.inference.stubs.model import Argument, Member, StubAlias, StubClass, StubVariable
from handlerlint.inference.stubs.names import Symbol
from handlerlint.inference.stubs.types import (
    JSON,
    NONE,
    UNKNOWN,
    AnyType,
    ClassObjectType,
    FunctionType,
    LiteralType,
    ModuleType,
    NamedType,
    NoneType,
    StubFunction,
    TupleType,
    Type,
    TypeVarType,
    UnionType,
    closed,
    element_of,
    literal_type,
    substitute,
    union_of,
    widened,
)

if TYPE_CHECKING:
    from handlerlint.inference.stubs.questions import Questions


def attribute_of(store: Questions, receiver: Type, name: str) -> Type | None:
    """The type of `receiver.name`; None when there certainly is no such attribute."""
    match receiver:
        case NamedType() | LiteralType() | TupleType() | NoneType():
            return _instance_attribute(store, receiver, name)
        case UnionType(members):
            # Where one member lacks it, that path raises: the value comes from the others.
            found = [attribute_of(store, member, name) for member in members]
            present = [type_ for type_ in found if type_ is not None]
            return union_of(present) if present else None
        case ClassObjectType(of):
            return _class_attribute(store, of, name)
        case ModuleType(module):
            return _module_attribute(store, module, name)
        case FunctionType(receiver=bound_to):
            kind = "types.FunctionType" if bound_to is None else "types.MethodType"
            return _instance_attribute(store, NamedType(kind), name) or UNKNOWN
        case TypeVarType(bound=bound) if bound is not None:
            return attribute_of(store, bound, name)
        case _:
            return UNKNOWN


def special_attribute(store: Questions, receiver: Type, name: str) -> Type | None:
    """The method an operator finds: it looks at the type of the receiver, never at the receiver itself."""
    match receiver:
        case ClassObjectType(of):
            return _metaclass_attribute(store, of, name)
        case UnionType(members):
            found = [special_attribute(store, member, name) for member in members]
            present = [type_ for type_ in found if type_ is not None]
            return union_of(present) if present else None
        case ModuleType():
            return _instance_attribute(store, NamedType("types.ModuleType"), name)
        case _:
            return attribute_of(store, receiver, name)


def able_members(store: Questions, type_: UnionType, *methods: str) -> tuple[Type, ...]:
    """The members that have one of these special methods, or all when none has.

    Where one lacks it, as None does, the operation raises: its value comes from the others.
    """
    able = tuple(
        member
        for member in type_.members
        if any(special_attribute(store, member, method) is not None for method in methods)
    )
    return able or type_.members


def instance_class(receiver: Type) -> NamedType | None:
    """The class whose instance a type is."""
    match receiver:
        case NamedType():
            return receiver
        case LiteralType(of=name):
            return NamedType(name)
        case TupleType():
            return NamedType("builtins.tuple", (element_of(receiver),))
        case NoneType():
            return NamedType("types.NoneType")
        case ModuleType():
            return NamedType("types.ModuleType")
        case FunctionType(receiver=bound_to):
            return NamedType("types.FunctionType" if bound_to is None else "types.MethodType")
        case _:
            return None


def value_of_member(member: Member) -> Type:
    """The type of the value that a name of a module has at run time."""
    match member:
        case StubClass(qualname=name):
            return ClassObjectType(NONE if name == "types.NoneType" else NamedType(name))
        case StubFunction():
            return FunctionType(member)
        case StubVariable(type=type_):
            return closed(type_)
        case StubAlias(type=NamedType() as of):
            return ClassObjectType(closed(of))
        case ModuleType():
            return member
        case _:
            return UNKNOWN


def value_of_symbol(store: Questions, symbol: Symbol) -> Type:
    """The type of the value that a located name has at run time."""
    owner, _, name = symbol.name.rpartition(".")
    if symbol.tag == codes.FUNCTION and store.classes.class_(owner) is not None:
        # `open = TarFile.open` binds the class method.
        return attribute_of(store, ClassObjectType(NamedType(owner)), name) or UNKNOWN
    if symbol.tag == codes.ASSIGNMENT:
        target = codes.unpack(symbol.member)[0]
        if isinstance(target, str) and store.names.locate(target) is None:
            # `random = _inst.random` binds the method of an instance.
            base, _, attribute = target.rpartition(".")
            base_symbol = store.names.locate(base) if base else None
            if base_symbol is not None and base_symbol.tag == codes.VARIABLE:
                return attribute_of(store, value_of_symbol(store, base_symbol), attribute) or UNKNOWN
    return value_of_member(store.classes.member(symbol))


def _instance_attribute(store: Questions, receiver: Type, name: str) -> Type | None:
    of = instance_class(receiver)
    class_ = None if of is None else store.class_(of.name)
    if of is None or class_ is None or of == JSON:
        return UNKNOWN
    if name == "__class__":
        return ClassObjectType(of)
    if class_.is_enum and name in ("value", "_value_", "name", "_name_"):
        return _enum_attribute(store, receiver, class_, name)
    mapping = arguments_by_name(class_.type_parameters, of.args)
    for ancestor in store.linearization(of.name):
        owner = store.class_(ancestor.name)
        if name == "__hash__" and owner is not None and _may_lack_hash(owner, of):
            return UNKNOWN
        if owner is None or name not in owner.members:
            continue
        if owner.is_typed_dict and isinstance(owner.members[name], StubVariable):
            continue
        return _bound(store, owner.members[name], receiver, _mapping_of(owner, ancestor, mapping))
    return _dynamic_attribute(store, receiver, class_, name)


def _may_lack_hash(owner: StubClass, of: NamedType) -> bool:
    """Whether `__hash__` may be None though `object` has it: stubs forget both it and the `__eq__` that removes it."""
    if owner.qualname == "builtins.object":
        return of.name != owner.qualname
    return "__eq__" in owner.members and "__hash__" not in owner.members


def _mapping_of(owner: StubClass, ancestor: NamedType, mapping: Mapping[str, Type]) -> dict[str, Type]:
    arguments = tuple(substitute(argument, mapping) for argument in ancestor.args)
    return arguments_by_name(owner.type_parameters, arguments)


def _bound(store: Questions, member: Member, receiver: Type, mapping: Mapping[str, Type]) -> Type:
    """A class's member as an instance shows it."""
    # A method that gives `Self` gives another member of an enumeration, or another constant.
    self_type = NamedType(receiver.of) if isinstance(receiver, LiteralType) else receiver
    variables = tuple(mapping.items())
    match member:
        case StubFunction(kind="staticmethod"):
            return FunctionType(member, None, self_type, variables)
        case StubFunction(kind="classmethod"):
            return FunctionType(member, ClassObjectType(self_type), self_type, variables)
        case StubFunction(kind="property"):
            return store.call(FunctionType(member, receiver, self_type, variables), ())
        case StubFunction():
            return FunctionType(member, receiver, self_type, variables)
        case StubVariable(type=type_):
            declared = closed(substitute(type_, mapping, receiver))
            return _described(store, declared, receiver)
        case _:
            return value_of_member(member)


def _described(store: Questions, declared: Type, receiver: Type) -> Type:
    """What a class variable gives when it is a descriptor."""
    if isinstance(declared, NamedType):
        class_ = store.class_(declared.name)
        if class_ is not None and "__get__" in class_.members:
            getter = _instance_attribute(store, declared, "__get__")
            owner = Argument(ClassObjectType(receiver))
            return store.call(getter or UNKNOWN, (Argument(receiver), owner))
    return UNKNOWN if declared == NamedType("builtins.object") else declared


def _dynamic_attribute(store: Questions, receiver: Type, class_: StubClass, name: str) -> Type | None:
    """What a class gives for a name that its stub does not have."""
    is_open = class_.is_partial or class_.has_unknown_base
    # Operators and serializers look at the class, which `__getattr__` does not answer for.
    if not name.startswith("__") and name != "_asdict" and _declares(store, class_, "__getattr__"):
        getter = _instance_attribute(store, receiver, "__getattr__") or UNKNOWN
        return store.call(getter, (Argument(literal_type(name)),))
    is_open = is_open or _declares(store, class_, "__getattribute__")
    return UNKNOWN if is_open else None


def _declares(store: Questions, class_: StubClass, name: str) -> bool:
    """Whether a class or an ancestor other than `object` has a member of its own of that name."""
    ancestors = (store.class_(ancestor) for ancestor in store.mro(class_.qualname)[:-1])
    return any(ancestor is not None and name in ancestor.members for ancestor in ancestors)


def _enum_attribute(store: Questions, receiver: Type, class_: StubClass, name: str) -> Type:
    if name in ("name", "_name_"):
        match receiver:
            case LiteralType(value=str() as text):
                return LiteralType(text, "builtins.str")
            case _:
                return NamedType("builtins.str")
    for ancestor in store.linearization(class_.qualname):
        owner = store.class_(ancestor.name)
        declared = (
            owner.members.get("_value_") if owner is not None and ancestor.name != "enum.Enum" else None
        )
        if isinstance(declared, StubVariable) and not isinstance(declared.type, AnyType):
            return declared.type
    if isinstance(receiver, LiteralType):
        member = class_.members.get(str(receiver.value))
        return (member.value if isinstance(member, StubVariable) else None) or UNKNOWN
    values = {widened(value) for value in map(_member_value, class_.members.values()) if value is not None}
    return values.pop() if len(values) == 1 else UNKNOWN


def _member_value(member: Member) -> Type | None:
    """The type of the value of an enumeration's member; None for what is no member."""
    if isinstance(member, StubVariable) and isinstance(member.type, LiteralType):
        return member.value or UNKNOWN
    return None


def _class_attribute(store: Questions, of: Type, name: str) -> Type | None:
    """The type of an attribute of a class object: what the class binds, else what its metaclass does."""
    if isinstance(of, UnionType):
        found = [_class_attribute(store, member, name) for member in of.members]
        present = [type_ for type_ in found if type_ is not None]
        return union_of(present) if present else None
    named = instance_class(of)
    class_ = None if named is None else store.class_(named.name)
    if named is None or class_ is None:
        return UNKNOWN
    if name == "__hash__":
        return UNKNOWN
    if name.startswith("__") and _is_metaclass_property(store, class_, name):
        return _metaclass_attribute(store, of, name)
    mapping = arguments_by_name(class_.type_parameters, named.args) if named.args else None
    for ancestor in store.linearization(named.name):
        owner = store.class_(ancestor.name)
        if owner is not None and name in owner.members:
            replaced = {} if mapping is None else _mapping_of(owner, ancestor, mapping)
            if mapping is None and ancestor.name != named.name:
                replaced = arguments_by_name(owner.type_parameters, ancestor.args)
            return _of_class(owner.members[name], of, replaced, class_)
    inherited = _metaclass_attribute(store, of, name)
    if inherited is None and (class_.is_partial or class_.has_unknown_base):
        return UNKNOWN
    return inherited


def _of_class(member: Member, of: Type, mapping: Mapping[str, Type], class_: StubClass) -> Type:
    """A class's member as the class itself shows it."""
    match member:
        case StubFunction(kind="classmethod"):
            return FunctionType(member, ClassObjectType(of), of, tuple(mapping.items()))
        case StubFunction(kind="property"):
            return UNKNOWN if class_.is_enum else NamedType("builtins.property")
        case StubFunction():
            return FunctionType(member, None, of, tuple(mapping.items()))
        case StubVariable(type=type_):
            return closed(substitute(type_, mapping, of))
        case _:
            return value_of_member(member)


def _is_metaclass_property(store: Questions, class_: StubClass, name: str) -> bool:
    metaclass = store.class_(class_.metaclass or "builtins.type") or store.class_("builtins.type")
    member = None if metaclass is None else metaclass.members.get(name)
    return name == "__class__" or (isinstance(member, StubFunction) and member.kind == "property")


def _metaclass_attribute(store: Questions, of: Type, name: str) -> Type | None:
    """An attribute of the class object `of` that its metaclass defines."""
    named = instance_class(of)
    class_ = None if named is None else store.class_(named.name)
    metaclass_name = class_.metaclass if class_ is not None and class_.metaclass else "builtins.type"
    if name == "__class__":
        return ClassObjectType(NamedType(metaclass_name))
    for ancestor in store.linearization(metaclass_name):
        owner = store.class_(ancestor.name)
        if owner is not None and name in owner.members:
            return _bound(store, owner.members[name], ClassObjectType(of), {})
    return UNKNOWN if class_ is None or class_.has_unknown_base else None


def _module_attribute(store: Questions, module: str, name: str) -> Type | None:
    code = store.names.module(module)
    if code is None:
        return UNKNOWN
    member = code.members.get(name)
    if member is not None and codes.tag_of(member) == codes.IMPORT and not code.is_source:
        target, _, is_exported = codes.unpack(member)
        is_public = is_exported or name in (code.exports or ()) or target.startswith(f"{module}.")
        if not is_public:
            return UNKNOWN
    symbol = store.names.locate(f"{module}.{name}")
    if symbol is not None:
        return value_of_symbol(store, symbol)
    getter = store.names.locate(f"{module}.__getattr__")
    if code.is_partial or getter is not None or name.startswith("_"):
        return UNKNOWN
    return None
