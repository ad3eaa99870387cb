"""Attributes: reading them through instances, classes, modules and stubs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

import libcst as cst

from handlerlint.inference.core import dispatch, registry
from handlerlint.inference.core.allocation import attributes_of, cache_of
from handlerlint.inference.core.context import Frame, names_of
from handlerlint.inference.core.dispatch import attribute_loader, loads_attributes, may_raise
from handlerlint.inference.core.failing import fail
from handlerlint.inference.domain import naming, real_classes
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.failure import no_attribute
from handlerlint.inference.domain.heap import (
    ClassObject,
    Container,
    DictObject,
    Entry,
    InstanceObject,
    Namespace,
    State,
)
from handlerlint.inference.domain.unions import join_all, members
from handlerlint.inference.domain.values import (
    NEVER,
    NONE,
    UNBOUND,
    UNKNOWN,
    BoundMethod,
    BuiltinMethod,
    Constant,
    Coroutine,
    EnumMember,
    FunctionValue,
    Instance,
    Lazy,
    Native,
    Partial,
    Reference,
    Site,
    StubValue,
    Super,
    TupleValue,
    UnionValue,
    Unknown,
    Value,
    Wrapped,
    constant,
)
from handlerlint.inference.objects import class_facts
from handlerlint.inference.objects.class_facts import class_name_of, resolution_order
from handlerlint.inference.stubs import StubFunction
from handlerlint.inference.stubs.types import ClassObjectType, FunctionType, NamedType, SelfType
from handlerlint.inference.syntax.private_names import attribute_name
from handlerlint.inference.types import queries
from handlerlint.records import replace
from handlerlint.suggestions import closest


def attribute(frame: Frame, state: State, value: Value, name: str, node: cst.CSTNode) -> Value:
    """`value.name`; Never where it certainly does not exist."""
    alternatives = members(value)
    if len(alternatives) == 1:
        return _attribute(frame, state, value, name, node)
    found: list[Value] = []
    for member in alternatives:
        result = _attribute(frame, state, member, name, node)
        state.dead = False
        if result is NEVER:
            may_raise(frame, state)
        found.append(result)
    return join_all(found)


#: What tells the names of a class, or of a function.
_CLASS_NAMES = frozenset({"__name__", "__qualname__", "__module__"})


def _attribute(frame: Frame, state: State, value: Value, name: str, node: cst.CSTNode) -> Value:
    """`value.name` for a value that is no union; Never where it certainly does not exist."""
    if name == "__class__":
        cls = class_facts.class_value(frame, state, value)
        return UNKNOWN if cls is None else cls
    loader = attribute_loader(value)
    if loader is not None:
        return loader(frame, state, value, name, node)
    return _by_overlay(frame, state, value, name, node)


def _by_overlay(frame: Frame, state: State, value: Value, name: str, node: cst.CSTNode) -> Value:
    """A name of a value of a library: what an overlay says of it, else what the stub does."""
    if name == "__dict__":
        naming.changed(state, value)  # whoever has it may put anything there
    found = held(state, value, name)
    found = registry.attribute(frame, state, value, name, node) if found is None else found
    return _by_stub(frame, state, value, name, node) if found is None else found


def held(state: State, value: Value, name: str) -> Value | None:
    """What an attribute of a library object has been set to, where that is known."""
    site = naming.part(state, "attribute", value, (name,)) if isinstance(value, Instance) else None
    record = None if site is None else state.heap.get(site)
    return record.names.get(name) if isinstance(record, Namespace) else None


@loads_attributes(Unknown, Coroutine, Partial, BuiltinMethod)
def _of_anything(frame: Frame, state: State, value: Value, name: str, node: cst.CSTNode) -> Value:
    return UNKNOWN


@loads_attributes(Native)
def _of_native(frame: Frame, state: State, value: Native, name: str, node: cst.CSTNode) -> Value:
    registers = value.name in ("dispatch", "dispatch.method") and name == "register"
    return Native("dispatch.register", value.data) if registers else UNKNOWN


#: What a function may have been given under any name.
ANY_NAME = "*"


@loads_attributes(FunctionValue)
def _of_function(frame: Frame, state: State, value: FunctionValue, name: str, node: cst.CSTNode) -> Value:
    if name == "__dict__":
        frame.interpreter.dressed.add(ANY_NAME)
    if name == "cache_clear" and state.heap.peek(cache_of(value)) is not None:
        return Native("cache.clear", (value,))
    if name not in _CLASS_NAMES:
        return UNKNOWN
    own = names_of(state, attributes_of(value)).names.get(name)
    if own is not None:
        return own
    is_nested = bool(value.scopes) or value.owner is not None
    if name == "__module__" or (name == "__qualname__" and is_nested):
        return Instance("builtins.str", origin=frame.step(node))
    return constant(value.name, frame.step(node))


@loads_attributes(BoundMethod)
def _of_method(frame: Frame, state: State, value: BoundMethod, name: str, node: cst.CSTNode) -> Value:
    is_own = isinstance(value.function, FunctionValue)
    return attribute(frame, state, value.function, name, node) if is_own else UNKNOWN


@loads_attributes(StubValue)
def _of_stub(frame: Frame, state: State, value: StubValue, name: str, node: cst.CSTNode) -> Value:
    match value.type:
        case ClassObjectType(of=NamedType(name=cls)) if name in _CLASS_NAMES:
            module, _, short = cls.rpartition(".")
            return constant(module if name == "__module__" else short, frame.step(node))
        case ClassObjectType() if name == "__mro__":
            return _order_of(frame, state, value)
        case _:
            return _by_overlay(frame, state, value, name, node)


@loads_attributes(Wrapped)
def _of_wrapped(frame: Frame, state: State, value: Wrapped, name: str, node: cst.CSTNode) -> Value:
    if value.kind != "property":
        return _by_overlay(frame, state, value, name, node)
    changes = name in ("getter", "setter", "deleter")
    return Native("property.changed", (value, name), frame.step(node)) if changes else UNKNOWN


@loads_attributes(TupleValue)
def _of_tuple(frame: Frame, state: State, value: TupleValue, name: str, node: cst.CSTNode) -> Value:
    return _of_builtin(frame, state, value, "builtins.tuple", name, node)


@loads_attributes(Lazy)
def _of_iterator(frame: Frame, state: State, value: Lazy, name: str, node: cst.CSTNode) -> Value:
    return _of_builtin(frame, state, value, value.class_name, name, node)


def _of_builtin(frame: Frame, state: State, value: Value, cls: str, name: str, node: cst.CSTNode) -> Value:
    """A name of an object whose methods the interpreter knows; what is no method is as the stub says."""
    if queries.is_method(frame, cls, name):
        return BuiltinMethod(value, name, frame.step(node))
    return _by_stub(frame, state, value, name, node)


def _by_stub(frame: Frame, state: State, value: Value, name: str, node: cst.CSTNode) -> Value:
    found = queries.attribute(frame, state, value, name, node)
    if found is None:
        may_raise(frame, state)
        return NEVER
    return found


# --- objects ---------------------------------------------------------------------------------------------


@loads_attributes(Reference)
def _of_object(frame: Frame, state: State, value: Reference, name: str, node: cst.CSTNode) -> Value:
    """An attribute of an object in the heap, by the kind of object."""
    record = state.heap.get(value.site)
    match record:
        case InstanceObject():
            return _of_instance(frame, state, value, record, name, node)
        case ClassObject():
            if record.takes_fields and name in (
                "__new__",
                "__init__",
            ):  # whoever has it may change its `__defaults__`
                state.heap[value.site] = replace(record, takes_fields=False)
            return _of_class(frame, state, value, record, name, node)
        case Container(class_name=cls):
            return _of_builtin(frame, state, value, cls, name, node)
        case _:
            return UNKNOWN


def find_in_class(frame: Frame, state: State, cls: Value, name: str) -> tuple[Value | None, bool]:
    """What a name is bound to in a class or those it inherits from; false when it may be bound elsewhere.

    A name that a stub class binds comes back as a StubValue or Unknown; None when no class binds it.
    """
    order, complete = resolution_order(frame, state, cls)
    for owner in order:
        if isinstance(owner, str):
            described = None if owner == "builtins.object" else queries.class_member(frame, owner, name)
            if described is not None:
                return described, complete
            continue
        record = state.heap.get(owner)
        if isinstance(record, ClassObject):
            found = record.names.get(name)
            if found is not None and found is not UNBOUND:
                return found, complete
            if not record.known:
                complete = False
        if not complete:
            return None, False
    return None, complete


def _is_named_tuple(state: State, record: InstanceObject) -> bool:
    definition = state.heap.get(record.cls)
    return isinstance(definition, ClassObject) and definition.kind == "named-tuple"


def _of_instance(
    frame: Frame, state: State, value: Reference, record: InstanceObject, name: str, node: cst.CSTNode
) -> Value:
    """An attribute of an instance, in Python's order: data descriptors, its own, its class's, `__getattr__`."""
    cls = Reference(record.cls)
    if isinstance(find_in_class(frame, state, cls, "__getattribute__")[0], FunctionValue):
        return UNKNOWN
    inherited, complete = find_in_class(frame, state, cls, name)
    if isinstance(inherited, Wrapped) and inherited.kind == "property":
        return dispatch.call(frame, state, inherited.function, Arguments((value,)), node)
    own = record.attributes.get(name)
    if own is not None and not has_descriptor(frame, state, inherited, "__set__"):
        return _own_or_inherited(frame, state, own, inherited)
    if name == "__dict__" and not isinstance(inherited, FunctionValue):
        return _instance_dict(frame, state, value, record, node)
    if inherited is None and _is_named_tuple(state, record):
        if name in ("_asdict", "_replace"):
            return BuiltinMethod(value, name)
        if name.startswith("_") or hasattr(tuple, name):
            return UNKNOWN
    if isinstance(inherited, (Unknown, StubValue)) and record.content is not None:
        return attribute(frame, state, record.content, name, node)
    if inherited is None:
        return _not_of_class(frame, state, value, record, name, node, complete)
    if (isinstance(inherited, Constant) and record.open) or not (
        complete or (_is_code(state, inherited) and not isinstance(inherited, Reference))
    ):
        return UNKNOWN  # code that is not known may have given the instance another one
    bound = bind(frame, state, inherited, value, cls, node)
    if isinstance(inherited, Wrapped) and inherited.kind == "cached_property":
        _keep_attribute(state, value, name, bound)
    return bound


def _own_or_inherited(frame: Frame, state: State, own: Value, inherited: Value | None) -> Value:
    """The attribute of an instance itself; where it may have none of its own, perhaps that of its class."""
    if not (isinstance(own, UnionValue) and UNBOUND in own.key):
        return own
    may_raise(frame, state)
    bound = [member for member in own.members if member is not UNBOUND]
    return join_all(bound if inherited is None else [*bound, inherited])


def _not_of_class(
    frame: Frame,
    state: State,
    value: Reference,
    record: InstanceObject,
    name: str,
    node: cst.CSTNode,
    complete: bool,
) -> Value:
    """An attribute that no known class of an instance has: of its container part, or what `__getattr__` gives.

    `complete` tells whether all of its classes are known. Never where there is an AttributeError.
    """
    if record.content is not None:
        found = attribute(frame, state, record.content, name, node)
        if found is not NEVER:
            return found
    if (record.open and record.content is None) or not complete:
        return UNKNOWN
    cls = Reference(record.cls)
    special = _special_of_instance(frame, state, value, cls, name, node)
    if special is not None:
        return special
    fallback, _ = find_in_class(frame, state, cls, "__getattr__")
    if isinstance(fallback, StubValue) and record.content is not None:
        return call_on_content(frame, state, record, fallback, (constant(name),), node)
    if fallback is not None:
        method = bind(frame, state, fallback, value, cls, node)
        return dispatch.call(frame, state, method, Arguments((constant(name),)), node)
    there = (*record.attributes, *_names_of_class(frame, state, cls))
    return _not_there(frame, state, node, f"'{_name_of(state, cls)}' object", name, there)


#: What an instance has whose class binds nothing itself.
_PLAIN = type("Plain", (), {})()
#: What is there where a class has annotations, and where an instance is made of `Box[int]`.
_THERE_SOMETIMES = frozenset({"__annotations__", "__orig_class__"})


def _special_of_instance(
    frame: Frame, state: State, value: Reference, cls: Reference, name: str, node: cst.CSTNode
) -> Value | None:
    """`__doc__`, `__repr__`, `__dataclass_fields__`: what each class has, or gets by what makes data classes of it.

    None where there is no such name.
    """
    if not (name.startswith("__") and name.endswith("__")):
        return None
    if hasattr(_PLAIN, name):
        of_all = queries.class_member(frame, "builtins.object", name)
        return UNKNOWN if of_all is None else bind(frame, state, of_all, value, cls, node)
    order, _ = resolution_order(frame, state, cls)
    kinds = {getattr(state.heap.get(site), "kind", "class") for site in order if not isinstance(site, str)}
    return UNKNOWN if name in _THERE_SOMETIMES or kinds != {"class"} else None


def _name_of(state: State, cls: Reference) -> str:
    record = state.object_of(cls)
    return record.name if isinstance(record, ClassObject) else "?"


def _names_of_class(frame: Frame, state: State, cls: Value) -> Iterator[str]:
    """All that the classes of the project bind that a class inherits from."""
    for owner in resolution_order(frame, state, cls)[0]:
        record = None if isinstance(owner, str) else state.heap.get(owner)
        if isinstance(record, ClassObject):
            yield from record.names


def _not_there(
    frame: Frame, state: State, node: cst.CSTNode, owner: str, name: str, there: Iterable[str]
) -> Value:
    """No value: there certainly is no such attribute. It is noted where it is written as one, not for `hasattr`."""
    if not isinstance(node, cst.Attribute) or attribute_name(frame.module.file.tree, node) != name:
        may_raise(frame, state)
        return NEVER
    near = closest(name, (one for one in there if not one.startswith("__")))
    fail(frame, state, no_attribute(frame.module.file, node, owner, name, near))
    return NEVER


def _keep_attribute(state: State, value: Reference, name: str, found: Value) -> None:
    """A cached property is an attribute from the first time on that it is asked for."""
    record = state.heap.get(value.site)
    if isinstance(record, InstanceObject) and found is not NEVER:
        attributes = {**record.attributes, name: found}
        state.heap[value.site] = InstanceObject(record.cls, attributes, record.content, record.open)


def call_on_content(
    frame: Frame,
    state: State,
    record: InstanceObject,
    function: StubValue,
    arguments: tuple[Value, ...],
    node: cst.CSTNode,
) -> Value:
    """`__getattr__ = dict.get` and the like: a builtin's method that works on the items of the instance."""
    assert record.content is not None
    name = (
        function.type.function.qualname.rpartition(".")[2] if isinstance(function.type, FunctionType) else ""
    )
    method = BuiltinMethod(record.content, name)
    return dispatch.call(frame, state, method, Arguments(arguments), node)


def has_descriptor(frame: Frame, state: State, found: Value | None, method: str) -> bool:
    """Whether what a class binds is an instance of a class of the project that defines `__get__` or `__set__`."""
    record = state.object_of(found)
    if not isinstance(record, InstanceObject):
        return False
    return find_in_class(frame, state, Reference(record.cls), method)[0] is not None


def _instance_dict(
    frame: Frame, state: State, value: Reference, record: InstanceObject, node: cst.CSTNode
) -> Value:
    if record.open and not record.attributes:
        return UNKNOWN
    order, _ = resolution_order(frame, state, Reference(record.cls))
    owners = [owner for owner in order if isinstance(owner, str)]
    apart = tuple(
        name for name in record.attributes if any(real_classes.keeps_apart(owner, name) for owner in owners)
    )
    entries: dict[Value, Entry] = {}
    for name, bound in record.attributes.items():
        if name in apart:
            continue
        present = [member for member in members(bound) if member is not UNBOUND]
        entries[constant(name)] = Entry(join_all(present), len(present) < len(members(bound)))
    site = ("__dict__", id(node), frame.context, value.site, apart)
    further = (Instance("builtins.str"), UNKNOWN) if record.open else (None, None)
    state.heap[site] = DictObject("builtins.dict", entries, *further)
    return Reference(site, frame.step(node))


def mirror(state: State, site: Site) -> None:
    """A change of `vars(x)` is a change of x."""
    if site[0] != "__dict__":
        return
    record = state.heap.get(site)
    if not isinstance(record, DictObject):
        return
    owner_site = cast("Site", site[3])
    owner = state.heap.get(owner_site)
    if isinstance(owner, InstanceObject):
        apart = cast("tuple[str, ...]", site[4])
        attributes = {name: owner.attributes[name] for name in apart if name in owner.attributes}
        attributes |= {
            str(key.value): entry.value for key, entry in record.entries.items() if isinstance(key, Constant)
        }
        state.heap[owner_site] = InstanceObject(
            owner.cls, attributes, owner.content, owner.open or not record.is_closed
        )


def bind(
    frame: Frame, state: State, found: Value, receiver: Value | None, cls: Value, node: cst.CSTNode
) -> Value:
    """What a class's name gives when it is taken from an instance, or (where there is no receiver) from the class.

    Methods are bound, descriptors are asked.
    """
    return join_all([_bound(frame, state, member, receiver, cls, node) for member in members(found)])


def _bound(
    frame: Frame, state: State, found: Value, receiver: Value | None, cls: Value, node: cst.CSTNode
) -> Value:
    """The same of one of several values that the name may have."""
    match found:
        case Wrapped(kind="classmethod", function=Wrapped(kind="property")):
            return UNKNOWN  # it is called in some versions of Python only
        case Wrapped(kind="classmethod", function=function):
            return BoundMethod(function, cls, frame.step(node))
        case Wrapped(kind="staticmethod", function=function):
            return function
        case Wrapped(kind="partialmethod", function=Partial() as partial):
            return _partial_method(frame, state, partial, receiver, cls, node)
        case Native(name="dispatch.method", data=data):
            return Native("dispatch", (*data, receiver, cls), frame.step(node))
        case Reference() if is_descriptor(frame, state, found):
            given = (NONE if receiver is None else receiver, cls)
            got = call_special(frame, state, found, "__get__", given, node)
            return UNKNOWN if got is None else got
        case Instance() if is_descriptor(frame, state, found):
            return UNKNOWN
        case _:
            return found if receiver is None else _of_receiver(frame, state, found, receiver, node)


def is_descriptor(frame: Frame, state: State, value: Value) -> bool:
    """Whether a value in a class says itself what is read there."""
    match value:
        case Reference():
            return has_descriptor(frame, state, value, "__get__")
        case Instance(class_name=name):
            return queries.is_method(frame, name, "__get__")
        case _:
            return False


def _of_receiver(frame: Frame, state: State, found: Value, receiver: Value, node: cst.CSTNode) -> Value:
    """What an instance is given by what a class itself shows as it is."""
    match found:
        case FunctionValue():
            return BoundMethod(found, receiver, frame.step(node))
        case StubValue(type=FunctionType(function=function, receiver=None)) if function.kind == "method":
            return BoundMethod(found, receiver, frame.step(node))
        case Native(name=name) if name == "dispatch" or name.startswith("wrapper."):
            return BoundMethod(found, receiver, frame.step(node))
        case Wrapped(kind="property" | "cached_property", function=function):
            return dispatch.call(frame, state, function, Arguments((receiver,)), node)
        case Partial() if frame.interpreter.python_version >= _PARTIAL_IS_BOUND_SINCE:
            return UNKNOWN
        case _:
            return found


#: The version of Python from which on a `functools.partial` is a method where a class binds it.
_PARTIAL_IS_BOUND_SINCE = (3, 14)


def _partial_method(
    frame: Frame, state: State, partial: Partial, receiver: Value | None, cls: Value, node: cst.CSTNode
) -> Value:
    """What `functools.partialmethod` gives: the method is bound first, then it gets its arguments."""
    method = bind(frame, state, partial.function, receiver, cls, node)
    if method != partial.function:
        return replace(partial, function=method)
    return UNKNOWN if receiver is None else replace(partial, arguments=(receiver, *partial.arguments))


def _of_class(
    frame: Frame, state: State, value: Reference, record: ClassObject, name: str, node: cst.CSTNode
) -> Value:
    """An attribute of a class object; its methods are plain functions there."""
    match name:
        case "__name__" | "__qualname__":
            return constant(record.name, frame.step(node))
        case "__module__" | "__doc__":
            return Instance("builtins.str", origin=frame.step(node))
        case "__members__":
            return UNKNOWN
        case "__mro__":
            return _order_of(frame, state, value)
        case _:
            pass
    found, complete = find_in_class(frame, state, value, name)
    if found is not None:
        if not complete and not _is_code(state, found):
            return UNKNOWN  # a base that is not known may make anything of it: a member, a column
        match found:
            case StubValue(type=FunctionType(function=function)) if _makes_instances(function):
                return Native("constructor", (value, function.qualname))
            case _:
                return bind(frame, state, found, None, value, node)
    if not complete or record.kind not in ("class", "enum") or name in _OF_GENERIC_CLASSES:
        return UNKNOWN
    metaclass = _METACLASS_OF_ENUMS if record.kind == "enum" else _METACLASS
    of_type = frame.interpreter.stubs.attribute(NamedType(metaclass), name)
    if of_type is not None:
        return StubValue(of_type, value) if name == "mro" else UNKNOWN
    owner, there = f"type object '{record.name}'", _names_of_class(frame, state, value)
    return _not_there(frame, state, node, owner, name, there)


def _is_code(state: State, bound: Value) -> bool:
    """Whether what a class binds is no plain data: a function, a descriptor, an object that a library has made."""
    plain = isinstance(bound, (Constant, TupleValue)) or isinstance(
        state.object_of(bound), (Container, ClassObject)
    )
    return not plain


# What `typing` gives a class that has generic bases, and `Box[int]`, which is taken for the class.
_OF_GENERIC_CLASSES = frozenset({"__args__", "__orig_bases__", "__origin__", "__parameters__"})
# What makes abstract classes, and has all that `type` has.
_METACLASS = "abc.ABCMeta"
_METACLASS_OF_ENUMS = "enum.EnumMeta"


def _order_of(frame: Frame, state: State, cls: Value) -> Value:
    """`cls.__mro__`."""
    order = class_facts.real_order(frame, state, cls)
    return UNKNOWN if order is None else TupleValue(tuple(map(class_facts.as_class, order)))


def _makes_instances(function: StubFunction) -> bool:
    """Whether an inherited class method gives an instance of the class it is called on."""
    results = [signature.result for signature in function.signatures]
    return function.kind == "classmethod" and all(isinstance(result, SelfType) for result in results)


@loads_attributes(EnumMember)
def _of_enum_member(frame: Frame, state: State, value: EnumMember, name: str, node: cst.CSTNode) -> Value:
    found, _ = find_in_class(frame, state, Reference(value.enum), name)
    if isinstance(found, (FunctionValue, Wrapped)):
        return bind(frame, state, found, value, Reference(value.enum), node)
    match name:
        case "value" | "_value_":
            return value.value
        case "name" | "_name_":
            return constant(value.name, frame.step(node))
        case _:
            return _not_of_enum(frame, state, value, name, node)


# What gives the members of an enum attributes of their own.
_OWN_WAYS = ("__getattr__", "__init__", "__new__")


def _not_of_enum(frame: Frame, state: State, value: EnumMember, name: str, node: cst.CSTNode) -> Value:
    """What a member has that its class does not define: what a text or number has, or what each member has."""
    cls = Reference(value.enum)
    order, complete = resolution_order(frame, state, cls)
    if any(base in ("builtins.str", "builtins.int", "enum.StrEnum", "enum.IntEnum") for base in order):
        of_scalar = attribute(frame, state, value.value, name, node)
        if of_scalar is not NEVER:
            return of_scalar
    found, _ = find_in_class(frame, state, cls, name)
    of_member = frame.interpreter.stubs.attribute(NamedType("enum.Enum"), name)
    has_own_ways = any(
        isinstance(find_in_class(frame, state, cls, special)[0], FunctionValue) for special in _OWN_WAYS
    ) or any(
        getattr(state.heap.get(base), "kind", "enum") != "enum" for base in order if isinstance(base, tuple)
    )
    if not complete or found is not None or of_member is not None or has_own_ways:
        return UNKNOWN
    there = ("name", "value", *_names_of_class(frame, state, cls))
    return _not_there(frame, state, node, f"'{_name_of(state, cls)}' object", name, there)


@loads_attributes(Super)
def _of_super(frame: Frame, state: State, value: Super, name: str, node: cst.CSTNode) -> Value:
    """An attribute of `super()`: what the classes after its owner in the resolution order bind."""
    owner, receiver = value.owner, value.receiver
    cls = Reference(owner)
    if isinstance(receiver, Reference):
        record = state.heap.get(receiver.site)
        if isinstance(record, InstanceObject):
            cls = Reference(record.cls)
    order, complete = resolution_order(frame, state, cls)
    after = order[order.index(owner) + 1 :] if owner in order else []
    for base in after:
        if isinstance(base, str):
            if not complete:
                break  # a base that is not known may come before it
            if name == "__init__" and base == "builtins.object":
                return Native("object.__init__")
            if queries.has_attribute(frame, base, name):
                return Native("super", (base, receiver, name))
            continue
        record_of_base = state.heap.get(base)
        if isinstance(record_of_base, ClassObject) and name in record_of_base.names:
            return bind(frame, state, record_of_base.names[name], receiver, cls, node)
    if not complete:  # it may do anything to the instance
        return BoundMethod(UNKNOWN, receiver, frame.step(node))
    return NEVER if after else UNKNOWN


# --- special methods -------------------------------------------------------------------------------------


def truth_by_method(frame: Frame, state: State, value: Value, node: cst.CSTNode) -> Value | None:
    """What tells whether an instance of the project is true: its `__bool__`, or else its `__len__`."""
    for name in ("__bool__", "__len__"):
        answer = call_special(frame, state, value, name, (), node)
        if answer is not None:
            return answer
    return None


def call_special(
    frame: Frame, state: State, receiver: Value, name: str, arguments: tuple[Value, ...], node: cst.CSTNode
) -> Value | None:
    """Call a special method that a class of the project defines; None when none does."""
    if isinstance(receiver, EnumMember):
        cls: Value = Reference(receiver.enum)
    elif isinstance(receiver, Reference):
        record = state.heap.get(receiver.site)
        if not isinstance(record, InstanceObject):
            return None
        cls = Reference(record.cls)
    else:
        return None
    found, complete = find_in_class(frame, state, cls, name)
    if isinstance(found, (FunctionValue, Wrapped)):
        method = bind(frame, state, found, receiver, cls, node)
        return dispatch.call(frame, state, method, Arguments(arguments), node)
    if found is None and complete:
        return None
    return None if isinstance(found, (Unknown, StubValue)) and complete else UNKNOWN


def class_of_instance(state: State, value: Reference) -> Reference | None:
    """The class of an instance of a class of the project; None for any other object."""
    record = state.heap.get(value.site)
    return Reference(record.cls) if isinstance(record, InstanceObject) else None


def stub_bases(frame: Frame, state: State, cls: Value) -> list[str]:
    """The stub classes that a class of the project inherits from, `object` left out."""
    order, _ = resolution_order(frame, state, cls)
    return [name for name in order if isinstance(name, str) and name != "builtins.object"]


def is_class(state: State, value: Value) -> bool:
    """Whether a value is a class."""
    is_of_library = class_name_of(value) is not None and not isinstance(value, Constant)
    return is_of_library or isinstance(state.object_of(value), ClassObject)
