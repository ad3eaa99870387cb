"""Stub queries: ask the stub store about values, and convert its answers to values.

A value that no type describes (an object of the project, a function) is passed to the stub store as an instance of an
opaque class of its own, so that functions which return an argument (`max(items, key=…)`) return that value.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import libcst as cst

from handlerlint.inference.core.allocation import new_list
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.core.registry import Call, qualified_name
from handlerlint.inference.domain import pure_functions
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import Container, State, lose
from handlerlint.inference.domain.unions import join_all, tuple_of
from handlerlint.inference.domain.values import (
    NEVER,
    UNKNOWN,
    Constant,
    Instance,
    Json,
    Lazy,
    Native,
    Reference,
    StubValue,
    TupleValue,
    UnionValue,
    Value,
    constant,
    folded,
    is_harmless,
)
from handlerlint.inference.effects import deferred, escape, library_calls
from handlerlint.inference.effects.library_calls import Raises, effects_of
from handlerlint.inference.stubs import Argument
from handlerlint.inference.stubs.types import (
    JSON as JSON_TYPE,
)
from handlerlint.inference.stubs.types import (
    AnyType,
    CallableType,
    ClassObjectType,
    FunctionType,
    LiteralType,
    ModuleType,
    NamedType,
    NeverType,
    Type,
    TypeVarType,
    parts_of,
    widened,
)
from handlerlint.inference.types import conversion
from handlerlint.records import replace

JSON_KINDS: tuple[Type, ...] = (
    NamedType("builtins.dict", (NamedType("builtins.str"), JSON_TYPE)),
    NamedType("builtins.list", (JSON_TYPE,)),
    NamedType("builtins.str"),
    NamedType("builtins.int"),
    NamedType("builtins.float"),
)

OPERATORS = {
    "Add": "+",
    "Subtract": "-",
    "Multiply": "*",
    "MatrixMultiply": "@",
    "Divide": "/",
    "FloorDivide": "//",
    "Modulo": "%",
    "Power": "**",
    "LeftShift": "<<",
    "RightShift": ">>",
    "BitAnd": "&",
    "BitXor": "^",
    "BitOr": "|",
}

#: Constants whose value matters and that stubs give as a type only.
_CONSTANTS = {("math", "inf"): math.inf, ("math", "nan"): math.nan}

# --- questions -------------------------------------------------------------------------------------------


def stub_member(frame: Frame, module: str, name: str) -> Value | None:
    """A name of a module that stubs describe; None where the module certainly has no such name."""
    if (module, name) in library_calls.REACH_MODULES:
        frame.interpreter.reaches_modules = True
    if (module, name) in frame.interpreter.patched:
        return UNKNOWN
    if (module, name) in _CONSTANTS:
        return constant(_CONSTANTS[module, name])
    found = frame.interpreter.stubs.attribute(ModuleType(module), name)
    if found is None:
        return None
    if isinstance(found, (ClassObjectType, FunctionType, ModuleType, CallableType)):
        return StubValue(found)
    term = ("library", module, name)
    if isinstance(found, NamedType) and not found.args:
        return Instance(found.name, term=term) if found != JSON_TYPE else UNKNOWN
    if isinstance(found, LiteralType) and found.of.startswith("builtins."):
        return constant(found.value)
    if isinstance(found, NamedType):
        return Instance(found.name, found.args, term=term)
    return UNKNOWN


def has_attribute(frame: Frame, class_name: str, name: str) -> bool:
    """Whether instances of a stub class have (or may have) an attribute."""
    return frame.interpreter.stubs.attribute(NamedType(class_name), name) is not None


def is_method(frame: Frame, class_name: str, name: str) -> bool:
    """Whether what instances of a stub class have under a name is a method."""
    return isinstance(frame.interpreter.stubs.attribute(NamedType(class_name), name), FunctionType)


def class_member(frame: Frame, class_name: str, name: str) -> Value | None:
    """What a stub class itself binds to a name: a method, or Unknown for anything else; None if it binds nothing."""
    stub = frame.interpreter.stubs.class_(class_name)
    if stub is None:
        return UNKNOWN
    if name not in stub.members:
        return UNKNOWN if stub.is_partial else None
    found = frame.interpreter.stubs.attribute(ClassObjectType(NamedType(class_name)), name)
    return StubValue(found) if isinstance(found, FunctionType) else UNKNOWN


def attribute(frame: Frame, state: State, value: Value, name: str, node: cst.CSTNode) -> Value | None:
    """`value.name` by the stubs; None where it certainly does not exist."""
    if isinstance(value, StubValue) and isinstance(value.type, ModuleType):
        return stub_member(frame, value.type.name, name)
    found = frame.interpreter.stubs.attribute(conversion.to_type(frame, state, value), name)
    if found is None and _takes_any_attribute(frame, value):
        return UNKNOWN
    if found is None or (name == "__dict__" and _has_no_dict(state, value)):
        return None
    if isinstance(found, (CallableType, ClassObjectType, ModuleType)):
        return StubValue(found, None, frame.step(node))
    if isinstance(found, FunctionType):
        return StubValue(found, value, frame.step(node))
    result = conversion.to_value(frame, state, found, node, "." + name)
    if not is_harmless(result) and _may_be_empty(state, result):
        result = TupleValue((), UNKNOWN, result.origin) if isinstance(result, TupleValue) else UNKNOWN
    return escape.taken(state, value, result)


def _may_be_empty(state: State, value: Value) -> bool:
    """Whether an attribute may well be None, or a container without elements, in every run of this program."""
    match value:
        case UnionValue():
            return True
        case TupleValue(items=items):
            return not items
        case Reference(site=site):
            record = state.heap.get(site)
            return isinstance(record, Container) and record.serializes
        case _:
            return False


#: Classes written in C (or with `__slots__`) whose instances have no `__dict__`, whatever `object`'s stub says.
_WITHOUT_DICT = frozenset(
    {
        "datetime.datetime", "datetime.date", "datetime.time", "datetime.timedelta", "datetime.timezone",
        "decimal.Decimal", "uuid.UUID", "builtins.bytes", "builtins.bytearray", "builtins.memoryview",
        "builtins.complex", "builtins.str", "builtins.int", "builtins.float", "builtins.bool", "builtins.list",
        "builtins.dict", "builtins.set", "builtins.frozenset", "builtins.range", "collections.deque",
        "collections.defaultdict", "re.Match", "re.Pattern",
    }
)  # fmt: skip


def _takes_any_attribute(frame: Frame, value: Value) -> bool:
    """Whether a class lets programs set whatever they like, as namespaces do."""
    if not isinstance(value, Instance):
        return False
    for name in frame.interpreter.stubs.mro(value.class_name)[:-1]:
        stub = frame.interpreter.stubs.class_(name)
        if stub is None or "__setattr__" in stub.members or "__getattribute__" in stub.members:
            return True
    return False


def _has_no_dict(state: State, value: Value) -> bool:
    match value:
        case Instance(class_name=name):
            return name in _WITHOUT_DICT
        case Reference(site=site):
            return getattr(state.heap.get(site), "class_name", "") in _WITHOUT_DICT
        case Constant() | TupleValue() | Lazy():
            return True
        case _:
            return False


def iterate(frame: Frame, state: State, value: Value, node: cst.CSTNode) -> Value:
    """What each element of an iterable is."""
    if isinstance(value, StubValue):
        return UNKNOWN
    found = frame.interpreter.stubs.iterate(conversion.to_type(frame, state, value))
    return escape.taken(state, value, conversion.to_value(frame, state, found, node, "each"))


def items_of(frame: Frame, state: State, value: Instance, node: cst.CSTNode) -> tuple[Value, ...] | None:
    """The items of a named tuple that a stub describes."""
    found = frame.interpreter.stubs.tuple_items(NamedType(value.class_name, value.arguments))
    if found is None or found.rest is not None:
        return None
    return tuple(conversion.to_value(frame, state, item, node, str(i)) for i, item in enumerate(found.items))


def as_tuple(frame: Frame, value: Value) -> Value:
    """`sys.version_info` as the tuple it is, of Python 3 where the runtime is not known; any other value as it is."""
    interpreter = frame.interpreter
    if not isinstance(value, Instance) or value.class_name != "sys._version_info":
        return value
    number = Instance("builtins.int")
    major, minor = map(constant, interpreter.python_version)
    rest = (minor if interpreter.version_is_known else number, number, Instance("builtins.str"), number)
    return TupleValue((major, *rest))


def subscript(frame: Frame, state: State, value: Value, index: Value, node: cst.CSTNode) -> Value:
    """`value[index]`."""
    if isinstance(value, StubValue):
        return value if isinstance(value.type, ClassObjectType) else UNKNOWN
    found = frame.interpreter.stubs.subscript(
        conversion.to_type(frame, state, value), conversion.to_type(frame, state, index)
    )
    return escape.taken(state, value, conversion.to_value(frame, state, found, node, "item"))


def binary(frame: Frame, state: State, name: str, left: Value, right: Value, node: cst.CSTNode) -> Value:
    """`left <operator> right`."""
    symbol = OPERATORS.get(name)
    if symbol is None or isinstance(left, StubValue) or isinstance(right, StubValue):
        return UNKNOWN
    found = frame.interpreter.stubs.binary(
        symbol, conversion.to_type(frame, state, left), conversion.to_type(frame, state, right)
    )
    return conversion.to_value(frame, state, found, node, "op")


def binary_with_json(
    frame: Frame, state: State, name: str, other: Value, node: cst.CSTNode, json_left: bool
) -> Value:
    """`other <operator> j` for decoded JSON: the result is known if all kinds of JSON that fit give the same."""
    symbol = OPERATORS.get(name)
    type_ = conversion.to_type(frame, state, other)
    if symbol is None or isinstance(type_, AnyType):
        return UNKNOWN
    found: dict[Type, None] = {}
    for candidate in JSON_KINDS:
        left, right = (candidate, type_) if json_left else (type_, candidate)
        result = frame.interpreter.stubs.binary(symbol, left, right)
        if not isinstance(result, (AnyType, NeverType)):
            found[result] = None
    return conversion.to_value(frame, state, next(iter(found)), node, "op") if len(found) == 1 else UNKNOWN


def await_value(frame: Frame, state: State, value: Value, node: cst.CSTNode) -> Value:
    """`await value`."""
    found = frame.interpreter.stubs.await_(conversion.to_type(frame, state, value))
    return conversion.to_value(frame, state, found, node, "await")


def enter(frame: Frame, state: State, value: Value, node: cst.CSTNode, is_async: bool) -> Value:
    """What `with value as x` binds: of most classes the value itself, with all that is known of it."""
    found = frame.interpreter.stubs.enter(conversion.to_type(frame, state, value), is_async)
    entered = conversion.to_value(frame, state, found, node, "with")
    if isinstance(value, Instance) and isinstance(entered, Instance):
        return value if entered.class_name == value.class_name else entered
    return entered


# --- calls -----------------------------------------------------------------------------------------------


def _stub_arguments(frame: Frame, state: State, arguments: Arguments) -> list[Argument]:
    given = [Argument(_argument_type(frame, state, value)) for value in arguments.positional]
    given += [
        Argument(_argument_type(frame, state, value), name) for name, value in arguments.keywords.items()
    ]
    if arguments.further is not None:
        given.append(Argument(None, None, "*"))
    if arguments.further_keywords is not None:
        given.append(Argument(None, None, "**"))
    return given


def _argument_type(frame: Frame, state: State, value: Value) -> Type | None:
    type_ = conversion.to_type(frame, state, value)
    return None if isinstance(type_, AnyType) else type_


#: The classes of what a constant stands for; of an object of another class, only its truth is kept.
_FOLDED = (bool, bytes, float, int, str)


def _computed(call: Call) -> object | pure_functions.Raised | None:
    """What a pure function gives, or that it raises, where all of its arguments are known."""
    receiver = call.function.receiver if isinstance(call.function, StubValue) else None
    owner = qualified_name(receiver.type) if isinstance(receiver, StubValue) else None
    interpreter = call.frame.interpreter
    function = pure_functions.find(call.name, owner)
    if function is None or not call.arguments.complete:
        return None
    given = call.arguments.positional
    given = given if receiver is None or owner is not None else (receiver, *given)
    known = [constant for value in given for constant in _known(value)]
    named = {name: constant for name, value in call.arguments.keywords.items() for constant in _known(value)}
    if len(known) < len(given) or len(named) < len(call.arguments.keywords):
        return None
    found = pure_functions.outcome(function, known, named)
    is_same = pure_functions.same_in(
        call.name, interpreter.python_version, is_known=interpreter.version_is_known
    )
    return found if is_same or type(found) not in (*_FOLDED, list, tuple, pure_functions.Raised) else None


def _known(value: Value) -> Iterator[object]:
    """The object that a value certainly is."""
    match value:
        case Constant(value=scalar):
            yield scalar
        case TupleValue(items=items, rest=None) if all(isinstance(item, Constant) for item in items):
            yield tuple(item.value for item in items if isinstance(item, Constant))


def call(frame: Frame, state: State, function: StubValue, arguments: Arguments, node: cst.CSTNode) -> Value:
    """Call what a stub describes."""
    call = Call(frame, state, function, arguments, node)
    effects = effects_of(call.name)
    found = _computed(call)
    if isinstance(found, pure_functions.Raised):
        may_raise(frame, state)
        return NEVER
    if type(found) in _FOLDED:
        return folded(found, frame.step(node))
    if isinstance(found, (list, tuple)) and all(type(item) in _FOLDED for item in found):
        items = tuple(folded(item, frame.step(node)) for item in found)
        return new_list(frame, state, node, items) if isinstance(found, list) else tuple_of(items, None, None)
    if effects.returns is not None:
        return call.required(effects.returns)
    result = call_type(frame, state, function.type, arguments, node)
    given = arguments.values if function.receiver is None else (function.receiver, *arguments.values)
    escape.note(state, deferred.as_data(frame, state, given), result)
    if isinstance(result, Instance) and result.class_name == _class_called(function):
        return replace(result, is_exact=True, is_true=found is not None and bool(found))
    return result if function.receiver is None else escape.taken(state, function.receiver, result)


def _class_called(function: StubValue) -> str | None:
    """The class that is called itself, or whose class method is called: what makes an instance makes one of it."""
    owner = function.receiver if isinstance(function.receiver, StubValue) else function
    match owner.type:
        case ClassObjectType(of=NamedType(name=name)):
            return name
        case _:
            return None


def call_type(frame: Frame, state: State, function: Type, arguments: Arguments, node: cst.CSTNode) -> Value:
    """Call a type: the stub's answer, and what such a call may do besides."""
    name = qualified_name(function)
    effects = effects_of(name)
    library_calls.take_effect(frame, state, effects, arguments, node, function)
    if effects.raises is Raises.ALWAYS:
        return NEVER
    if (
        isinstance(function, FunctionType)
        and function.function.kind == "method"
        and function.receiver is None
    ):
        deferred.lose_to_base_class(frame, state, name, arguments.get(0), node)
    if isinstance(function, FunctionType) and function.receiver is not None:
        escape.lose_what_is_kept(state, function, arguments)
    if isinstance(function, CallableType) and isinstance(function.result, AnyType):
        lose(state, arguments.values)
        return UNKNOWN
    given = tuple(_stub_arguments(frame, state, arguments))
    answers = frame.interpreter.answers
    result = answers.get((function, given))
    if result is None:
        result = answers[function, given] = frame.interpreter.stubs.call(function, given)
    result = effects.result or _with_identities(frame, function, arguments, given, result)
    if isinstance(result, CallableType) and isinstance(function, FunctionType) and _makes_decorator(function):
        return Native("identity")
    value = conversion.to_value(frame, state, result, node)
    if isinstance(value, UnionValue) and not is_harmless(value) and all(map(_is_fixed, given)):
        return UNKNOWN  # what no argument decides may be the same in every run: always None, say
    return value


def _is_fixed(argument: Argument) -> bool:
    return isinstance(argument.type, LiteralType)


def _with_identities(
    frame: Frame, function: Type, arguments: Arguments, given: tuple[Argument, ...], result: Type
) -> Type:
    """The type of a result in which a container that was given as it is (`repeat(row)`) is that very one."""
    inner = set(parts_of(result))
    values = (*arguments.positional, *arguments.keywords.values())
    again: list[Argument] = []
    names: set[Type] = set()
    for argument, value in zip(given, values, strict=False):
        if isinstance(value, Reference) and argument.type is not None and widened(argument.type) in inner:
            names.add(opaque := conversion.opaque(frame, value))
            again.append(replace(argument, type=opaque))
        else:
            again.append(argument)
    if not names:
        return result
    found = frame.interpreter.stubs.call(function, (*again, *given[len(again) :]))
    return result if names.isdisjoint(parts_of(found)) else found


def _makes_decorator(function: FunctionType) -> bool:
    """Whether a function gives a `Callable[[T], T]`: a decorator that leaves what it decorates as it is."""
    return any(
        isinstance(signature.result, CallableType)
        and isinstance(signature.result.result, TypeVarType)
        and signature.result.parameters == (signature.result.result,)
        for signature in function.function.signatures
    )


def call_stub_method(
    frame: Frame, state: State, receiver: Value, name: str, arguments: Arguments, node: cst.CSTNode
) -> Value:
    """Call a method of a value by the stubs of its class."""
    if isinstance(receiver, Json):
        found: list[Value] = []
        for position, candidate in enumerate(JSON_KINDS):
            function = frame.interpreter.stubs.attribute(candidate, name)
            if function is not None:
                result = frame.interpreter.stubs.call(function, _stub_arguments(frame, state, arguments))
                found.append(conversion.to_value(frame, state, result, node, f"json{position}"))
        may_raise(frame, state)
        return join_all(found)
    method = frame.interpreter.stubs.attribute(conversion.to_type(frame, state, receiver), name)
    if method is None:
        may_raise(frame, state)
        return NEVER
    given = call_type(frame, state, method, arguments, node)
    escape.note(state, (receiver, *arguments.values), given)
    return given


def call_inherited(frame: Frame, state: State, class_name: str, name: str, arguments: Arguments) -> Value:
    """Call a method that a class of the project inherits from a stub class."""
    method = frame.interpreter.stubs.attribute(NamedType(class_name), name)
    if method is None:
        return UNKNOWN
    lose(state, arguments.values)
    return UNKNOWN
