"""What is known about the class of a value: its method resolution order, `isinstance`, truth."""

from __future__ import annotations

from collections.abc import Iterator

from handlerlint.inference.core.context import Frame
from handlerlint.inference.domain import computing, constraints, pure_functions, real_classes, terms
from handlerlint.inference.domain.heap import (
    ClassObject,
    Container,
    HeapObject,
    InstanceObject,
    JsonChange,
    State,
)
from handlerlint.inference.domain.unions import join_all
from handlerlint.inference.domain.values import (
    NONE,
    SCALARS,
    UNKNOWN,
    BoundMethod,
    BuiltinMethod,
    Constant,
    Coroutine,
    EnumMember,
    FunctionValue,
    Instance,
    Json,
    Lazy,
    ModuleValue,
    Native,
    Partial,
    Reference,
    Site,
    Step,
    StubValue,
    TupleValue,
    UnionValue,
    Unknown,
    Value,
    Wrapped,
    constant,
)
from handlerlint.inference.sdk.shapes import DYNAMODB_VALUE
from handlerlint.inference.stubs.types import (
    CallableType,
    ClassObjectType,
    FunctionType,
    ModuleType,
    NamedType,
    TupleType,
)

#: What `type(x).__name__` can be for decoded JSON.
JSON_CLASSES = tuple(computing.FALSE_JSON)

#: Bases that add nothing by which an instance could serialize.
HARMLESS_BASES = frozenset({"builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol"})

#: Classes whose instances are known to be nothing else than what stubs say.
_PLAIN = frozenset(
    {
        *(
            f"builtins.{kind}"
            for kind in ("bool", "bytearray", "bytes", "complex", "dict", "float", "frozenset")
        ),
        *(f"builtins.{kind}" for kind in ("int", "list", "set", "str", "tuple")),
        *(f"datetime.{kind}" for kind in ("date", "datetime", "time", "timedelta")),
        *("decimal.Decimal", "types.NoneType", "uuid.UUID"),
    }
)

ClassName = str | Site


def inside(function: Value) -> Value:
    """What a context manager makes of a function that it decorates."""
    is_function = isinstance(function, (FunctionValue, BoundMethod, Partial))
    return Wrapped("inside", function) if is_function else UNKNOWN


def class_name_of(value: Value) -> str | None:
    """The qualified name of the stub class that a class value stands for."""
    match value:
        case StubValue(type=ClassObjectType(of=NamedType(name=name))):
            return name
        case StubValue(type=ClassObjectType(of=TupleType())):
            return "builtins.tuple"
        case Constant(value=None):
            return "types.NoneType"
        case _:
            return None


def resolution_order(frame: Frame, state: State, cls: Value) -> tuple[list[ClassName], bool]:
    """The classes that a class inherits from, itself first; false when there may be others."""
    name = class_name_of(cls)
    if name is not None:
        order = frame.interpreter.stubs.mro(name)
        return (list(order), True) if order else ([name], False)
    if not isinstance(cls, Reference):
        return [], False
    record = state.heap.get(cls.site)
    if not isinstance(record, ClassObject):
        return [], False
    lines: list[list[ClassName]] = []
    complete = record.known
    for base in record.bases:
        order_of_base, base_complete = resolution_order(frame, state, base)
        complete = complete and base_complete and bool(order_of_base)
        lines.append(order_of_base)
    return [cls.site, *_linearised(lines)], complete


def is_exception(frame: Frame, state: State, value: Value) -> bool:
    """Whether a value is a class of exceptions."""
    return "builtins.BaseException" in resolution_order(frame, state, value)[0]


def real_order(frame: Frame, state: State, cls: Value) -> list[ClassName] | None:
    """The classes in `cls.__mro__`; None where they are not known.

    To stubs, classes inherit from abstract ones that they only answer to.
    """
    name, record = class_name_of(cls), state.object_of(cls)
    if name is not None:
        return [frame.interpreter.stubs.canonical(one) or one for one in real_classes.order(name)] or None
    if not isinstance(record, ClassObject) or not isinstance(cls, Reference):
        return None
    if not record.known or record.kind in ("named-tuple", "typed-dict"):
        return None  # they are made of other classes than they are written with
    lines: list[list[ClassName]] = []
    for base in record.bases:
        line = real_order(frame, state, base)
        if line is None:
            return None
        lines.append(line)
    return [cls.site, *_linearised([*lines, ["builtins.object"]])]


def as_class(found: ClassName, origin: Step | None = None) -> Value:
    """The class of a name in stubs, or at an address."""
    if isinstance(found, str):
        return StubValue(ClassObjectType(NamedType(found)), origin=origin)
    return Reference(found, origin)


def _linearised(lines: list[list[ClassName]]) -> Iterator[ClassName]:
    """C3 in its plain form: a class comes before those it inherits from, in the order of the bases."""
    waiting = [line for line in lines if line]
    while waiting:
        for line in waiting:
            head = line[0]
            if not any(head in other[1:] for other in waiting):
                break
        else:
            head = waiting[0][0]
        yield head
        waiting = [rest for line in waiting if (rest := [name for name in line if name != head])]


def class_of(frame: Frame, state: State, value: Value) -> tuple[list[ClassName], bool]:
    """The resolution order of a value's class; empty and false when its class is not known."""
    match value:
        case Constant(value=None):
            return ["types.NoneType", "builtins.object"], True
        case Constant(kind=kind):
            return _stub_order(frame, "builtins." + kind)
        case Instance(class_name=name) | Lazy(class_name=name):
            return _stub_order(frame, name)
        case TupleValue():
            return _stub_order(frame, "builtins.tuple")
        case EnumMember(enum=site):
            return resolution_order(frame, state, Reference(site))
        case Reference(site=site):
            return _class_of_object(frame, state, state.heap.get(site))
        case StubValue(type=type_) if type(type_) in _OF_STUBS:
            # Of a function it is not known whether it is one that is written in C.
            return [_OF_STUBS[type(type_)], "builtins.object"], not isinstance(type_, FunctionType)
        case Native(name="object"):
            return ["builtins.object"], True
        case _:
            of_code = _OF_CODE.get(type(value))
            return ([], False) if of_code is None else ([of_code, "builtins.object"], True)


def _class_of_object(frame: Frame, state: State, record: HeapObject | None) -> tuple[list[ClassName], bool]:
    match record:
        case Container(class_name=name):
            return _stub_order(frame, name)
        case InstanceObject(cls=cls):
            return resolution_order(frame, state, Reference(cls))
        case ClassObject():
            return ["builtins.type", "builtins.object"], False
        case _:
            return [], False


#: The classes of what stubs describe and what is no instance.
_OF_STUBS: dict[type, str] = {
    ModuleType: "types.ModuleType",
    ClassObjectType: "builtins.type",
    FunctionType: "types.FunctionType",
}
#: The classes of functions, modules and what is made of them.
_OF_CODE: dict[type, str] = {
    FunctionValue: "types.FunctionType",
    BoundMethod: "types.MethodType",
    BuiltinMethod: "types.MethodType",
    Coroutine: "types.CoroutineType",
    ModuleValue: "types.ModuleType",
    Partial: "functools.partial",
}


def class_value(frame: Frame, state: State, value: Value) -> Value | None:
    """`type(value)`, which comes from where the value does, one of several for JSON; None when it is not known."""
    if isinstance(value, Json):
        term = terms.own_term(value)
        kinds = None if term is None else constraints.facts_of(state, term).kinds
        return join_all(
            StubValue(ClassObjectType(NamedType(name)))
            for name in JSON_CLASSES
            if kinds is None or name in kinds
        )
    order, _ = class_of(frame, state, value)
    if not order or (isinstance(value, Instance) and not is_certain_class(frame, value.class_name)):
        return None
    return as_class(order[0], getattr(value, "origin", None))


def _stub_order(frame: Frame, name: str) -> tuple[list[ClassName], bool]:
    order = frame.interpreter.stubs.mro(name)
    return (list(order), True) if order else ([name], False)


def class_alternatives(state: State, wanted: Value) -> list[Value]:
    """The classes in the second argument of `isinstance`: a class, a tuple of them, a union of types."""
    match wanted:
        case TupleValue(items=items, rest=None):
            return [cls for item in items for cls in class_alternatives(state, item)]
        case _:
            return [wanted]


def _name_or_site(state: State, cls: Value) -> ClassName | None:
    match cls:
        case Reference(site=site) if isinstance(state.heap.get(site), ClassObject):
            return site
        case Instance(class_name="typing._SpecialForm", term=("library", module, name)):
            return f"{module}.{name}"  # Callable, which stubs do not call a class
        case _:
            return class_name_of(cls)


def is_instance(frame: Frame, state: State, value: Value, wanted: Value) -> bool | None:
    """Whether `isinstance(value, wanted)`; None when that is not known."""
    verdicts = [_is_instance_of(frame, state, value, cls) for cls in class_alternatives(state, wanted)]
    if any(verdict is True for verdict in verdicts):
        return True
    return None if None in verdicts or not verdicts else False


def _has_own_keys(state: State, value: Json) -> bool:
    """Whether the program has put something under a text into decoded JSON: then it is a dict."""
    change = state.change_of(value)
    return isinstance(change, JsonChange) and any(
        isinstance(key, Constant) and key.kind == "str" and not entry.maybe
        for key, entry in change.entries.items()
    )


def _is_instance_of(frame: Frame, state: State, value: Value, cls: Value) -> bool | None:
    """Whether a value is an instance of a class; None when that is not known."""
    name = _name_or_site(state, cls)
    if name is None or isinstance(cls, (Unknown, UnionValue)):
        return None
    if name == "builtins.object":
        return True
    if not isinstance(name, str) and _asks_for_more(frame, state, cls):
        order, _ = class_of(frame, state, value)
        return True if name in order else None
    if isinstance(value, Json) and _has_own_keys(state, value):
        value = Instance("builtins.dict")
    if isinstance(value, Json):
        return _json_is_instance(frame, name)
    order, complete = class_of(frame, state, value)
    if name in order:
        return True
    if isinstance(state.object_of(value), ClassObject) and isinstance(name, str):
        return _has_metaclass(frame, name)
    if not order or not complete:
        return None
    if isinstance(name, str):
        return _is_of_library_class(frame, value, str(order[0]), name)
    return None if isinstance(value, Instance) and _may_derive(frame, state, str(order[0]), cls) else False


def _has_metaclass(frame: Frame, name: str) -> bool | None:
    """Whether a class of the project is an instance of a class of a library, as its metaclass may make it one."""
    if _is_structural(frame, name):
        return real_classes.is_subclass("builtins.type", name) or None
    return None if frame.interpreter.stubs.is_subclass(name, "builtins.type") else False


def _is_of_library_class(frame: Frame, value: Value, first: str, name: str) -> bool | None:
    """Whether a value of another class (`first`) is an instance of a class of a library."""
    is_exact = not isinstance(value, Instance) or value.is_exact or real_classes.is_final(first)
    if _is_structural(frame, name):
        verdict = real_classes.is_subclass(first, name)
        is_certain = is_exact or first in _PLAIN or (verdict is True and is_certain_class(frame, first))
        return verdict if is_certain else None
    if is_exact:
        return False
    # The value may be of a subclass: of the wanted class itself, or of both.
    may_inherit = frame.interpreter.stubs.is_subclass(name, first)
    return None if may_inherit or not is_certain_class(frame, first) else False


def _may_derive(frame: Frame, state: State, first: str, cls: Value) -> bool:
    """Whether what is an instance of a class (`first`) may be of a class of the project that derives from it."""
    order, complete = resolution_order(frame, state, cls)
    return first in order or not complete or not is_certain_class(frame, first)


def has_unknown_instances(frame: Frame, state: State, wanted: Value) -> bool:
    """Whether it is not known what are instances of a class, or of one of several: of a library that cannot be read."""
    return any(
        (name := _name_or_site(state, cls)) is None
        or (not isinstance(name, str) and _asks_for_more(frame, state, cls))
        for cls in class_alternatives(state, wanted)
    )


def _asks_for_more(frame: Frame, state: State, cls: Value) -> bool:
    """Whether a class of the project accepts others by what they have: a protocol, a hook of its own."""
    if not isinstance(cls, Reference):
        return False
    order, _ = resolution_order(frame, state, cls)
    if any(isinstance(name, str) and name.endswith(("Protocol", "ProtocolMeta")) for name in order):
        return True
    records = [state.heap.get(name) for name in order if not isinstance(name, str)]
    return any(isinstance(record, ClassObject) and "__subclasshook__" in record.names for record in records)


def _json_is_instance(frame: Frame, name: ClassName) -> bool | None:
    if not isinstance(name, str):
        return False
    if name == "builtins.object":
        return True
    verdicts = {_is_subclass(frame, kind, name) for kind in JSON_CLASSES}
    return verdicts.pop() if len(verdicts) == 1 else None


def _is_subclass(frame: Frame, kind: str, name: str) -> bool | None:
    """Whether a class of JSON answers to a class of a library."""
    if frame.interpreter.stubs.is_subclass(kind, name):
        return True
    return real_classes.is_subclass(kind, name) if _is_structural(frame, name) else False


def _is_structural(frame: Frame, name: str) -> bool:
    """Whether a class accepts others by what they have: protocols and the abstract classes of `numbers`."""
    stub = frame.interpreter.stubs.class_(name)
    return (
        stub is None
        or stub.is_protocol
        or stub.is_abstract
        or name.startswith(("numbers.", "collections.abc."))
    )


def is_certain_class(frame: Frame, name: str) -> bool:
    """Whether a value that a stub calls an instance of this class is surely not something else."""
    return (
        name in SCALARS
        or name == "types.NotImplementedType"
        or frame.interpreter.stubs.is_concrete(NamedType(name))
    )


def has_certain_class(frame: Frame, value: Instance) -> bool:
    """Whether a value is surely an instance of its class, of which it is known what an instance has."""
    name = value.class_name
    return value.is_exact or is_certain_class(frame, name) or name in pure_functions.OPAQUE


def is_exactly(frame: Frame, state: State, value: Value, cls: Value) -> bool | None:
    """Whether `type(value) is cls`; None when that is not known."""
    name = _name_or_site(state, cls)
    if name is None:
        return None
    if isinstance(value, Json):
        return None if name in JSON_CLASSES else False
    order, complete = class_of(frame, state, value)
    if not order or not complete:
        return False if _is_instance_of(frame, state, value, cls) is False else None
    if isinstance(value, Instance) and not is_certain_class(frame, str(order[0])):
        return None
    return order[0] == name


def json_kinds(frame: Frame, state: State, wanted: Value) -> frozenset[str] | None:
    """The classes of decoded JSON whose instances pass an `isinstance`; None where that is not known."""
    kinds: set[str] = set()
    for cls in class_alternatives(state, wanted):
        name = class_name_of(cls)
        verdicts = {kind: name and _is_subclass(frame, kind, name) for kind in JSON_CLASSES}
        if None in verdicts.values():
            return None
        kinds |= {kind for kind, verdict in verdicts.items() if verdict}
    return frozenset(kinds)


def refined(
    frame: Frame, state: State, value: Value, wanted: Value, is_instance: bool, *, exactly: bool = False
) -> Value:
    """What a value is once it is known whether it is an instance of `wanted`, or (`exactly`) of that very class.

    An attribute of a DynamoDB item that is asked is no number for all that is known, where the answer is no. Where it
    is not known what the class is, the way that the test is written for may be the only one for what is of such a kind,
    or never be gone.
    """
    if not isinstance(value, (Json, Unknown)) and has_unknown_instances(frame, state, wanted):
        return value if not is_instance and (isinstance(value, Reference) or value == NONE) else UNKNOWN
    if is_instance:
        return narrowed(frame, state, value, wanted, exactly=exactly)
    return UNKNOWN if isinstance(value, Instance) and value.class_name == DYNAMODB_VALUE else value


def narrowed(frame: Frame, state: State, value: Value, wanted: Value, *, exactly: bool = False) -> Value:
    """What a value is once it is known to be an instance of `wanted`, or (`exactly`) of that very class."""
    classes = [class_name_of(cls) for cls in class_alternatives(state, wanted)]
    if any(name is None for name in classes) or not isinstance(value, (Json, Unknown, Instance)):
        return value
    origin = value.origin
    found: list[Value] = []
    for name in classes:
        assert name is not None
        if isinstance(value, Json):
            matching = [
                k for k in JSON_CLASSES if k == name or (not exactly and _is_subclass(frame, k, name))
            ]
            for kind in matching:
                if kind in ("builtins.dict", "builtins.list"):
                    found.append(value)
                elif kind == "types.NoneType":
                    found.append(constant(None))
                else:
                    found.append(Instance(kind, origin=origin))
        elif name == "types.NoneType":
            found.append(constant(None))
        elif name in ("builtins.dict", "builtins.list", "builtins.tuple") or not is_certain_class(
            frame, name
        ):
            found.append(value)
        else:
            found.append(Instance(name, origin=origin))
    return join_all(found) if found else value


def stub_truth(frame: Frame, name: str) -> bool | None:
    """Whether instances of a stub class are always true: they are unless it defines `__bool__` or `__len__`.

    A stub that leaves out members of a class does not leave out these.
    """
    if not is_certain_class(frame, name):
        return None
    for owner in frame.interpreter.stubs.mro(name):
        stub = frame.interpreter.stubs.class_(owner)
        if stub is None or "__bool__" in stub.members or "__len__" in stub.members:
            return None
    return True


def instance_truth(frame: Frame, state: State, record: InstanceObject) -> bool | None:
    """Whether an instance of a project class is always true."""
    order, complete = resolution_order(frame, state, Reference(record.cls))
    if not complete or record.content is not None:
        return None
    for name in order:
        if isinstance(name, str):
            if name != "builtins.object" and stub_truth(frame, name) is not True:
                return None
            continue
        owner = state.heap.get(name)
        if not isinstance(owner, ClassObject) or "__bool__" in owner.names or "__len__" in owner.names:
            return None
    return True


def is_definite_object(value: StubValue) -> bool:
    """Whether a stub value is a class, function or module for certain, and so always true."""
    return isinstance(value.type, (ClassObjectType, FunctionType, ModuleType, CallableType))
