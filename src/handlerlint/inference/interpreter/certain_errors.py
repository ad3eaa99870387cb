"""Operations and calls of pure functions that certainly raise, in Python's own words.

They are tried on what their operands are on the path: on the very objects, or on samples of their classes. It counts
where every path that comes to the place fails (`core.failing`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, MutableSequence, Sequence
from functools import partial
from operator import delitem, getitem
from string import Template
from types import BuiltinFunctionType, MethodDescriptorType
from types import FunctionType as PythonFunction
from typing import Any, Concatenate, ParamSpec, cast

import libcst as cst

from handlerlint.inference.core import dispatch, registry
from handlerlint.inference.core.context import Frame
from handlerlint.inference.domain import constraints, pure_functions, real_classes
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.facts import JSON_KINDS, NONE_KIND
from handlerlint.inference.domain.failure import CONTEXT, Failure, Premise
from handlerlint.inference.domain.heap import ClassObject, Container, InstanceObject, State
from handlerlint.inference.domain.join import MORE_ROUNDS
from handlerlint.inference.domain.unions import members
from handlerlint.inference.domain.values import (
    AnyValue,
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
    Reference,
    StubValue,
    Term,
    TupleValue,
    UnionValue,
    Value,
    constant,
)
from handlerlint.inference.effects import dependences
from handlerlint.inference.objects import class_facts, decoded_json, nulls, patterns, sdk_responses
from handlerlint.inference.sdk import StructureShape, misnamed
from handlerlint.inference.stubs.types import (
    ClassObjectType,
    FunctionType,
    LiteralType,
    ModuleType,
    NamedType,
)
from handlerlint.runtime.contracts.events import KEYS, kinds_of, part_of
from handlerlint.runtime.contracts.events import Shape as EventShape
from handlerlint.suggestions import abbreviated, meant

_Given = ParamSpec("_Given")
_Telling = Callable[Concatenate[Frame, State, _Given], "Failure | None"]


def _unless_asked(of: _Telling[_Given]) -> _Telling[_Given]:
    """Why something certainly raises, but not where an open test has asked what it is done with."""

    def told(frame: Frame, state: State, /, *given: _Given.args, **options: _Given.kwargs) -> Failure | None:
        failure = of(frame, state, *given, **options)
        asked = failure is not None and any(dependences.is_in_doubt(state, one) for one in _values_in(given))
        return None if asked else failure

    return told


def _values_in(given: Iterable[object]) -> Iterator[Value]:
    """The values that a question is about."""
    for one in given:
        match one:
            case Arguments():
                yield from one.values
            case tuple() | list():
                yield from _values_in(one)
            case AnyValue():
                yield cast("Value", one)
                if (receiver := getattr(one, "receiver", None)) is not None:
                    yield receiver


@_unless_asked
def of_call(
    frame: Frame, state: State, function: Value, arguments: Arguments, node: cst.Call
) -> Failure | None:
    """Why a call of a pure function certainly raises; None where it may not, or is none."""
    if not arguments.complete or any(argument.star for argument in node.args):
        return None
    if isinstance(function, Reference) and isinstance(state.object_of(function), ClassObject):
        return _of_enum(frame, state, function, arguments, node)
    if isinstance(function, (Constant, TupleValue, Reference, Instance, Json)):
        return not_callable(frame, state, function, node)
    if isinstance(function, ModuleValue) or isinstance(getattr(function, "type", None), ModuleType):
        return _failure(frame, node, TypeError("'module' object is not callable"), "this call")
    found = _pure_function(state, function, node)
    if found is None:
        return None
    name, called, receivers = found
    owner, _, short = name.rpartition(".")
    if (owner, short) in frame.interpreter.patched:
        return None
    operands = [*receivers, *arguments.positional]
    names = [each.keyword.value for each in node.args if each.keyword is not None]
    error = None
    if name in pure_functions.COMPILING:
        is_sub, given = short == "sub", len(operands)
        if given > 1 + is_sub:
            tried = pure_functions.substituted if is_sub else pure_functions.searched
            error = _raised(frame, state, tried, operands)
        names = [] if operands else [each for each in names if each == "pattern"]
        operands = operands[:1]
    operands += [arguments.keywords[keyword] for keyword in names]
    if error is None and _is_same(frame, name):
        error = _raised(frame, state, called, operands, names, certain=len(receivers))
    if error is None and name in _FORMATTING:
        error = _of_format(frame, state, called, operands, names)
    if error is None:
        return _of_elements(frame, state, name, called, operands, node)
    return _failure(frame, node, error, f"`{short}()`")


#: Functions that put what they are given, by place or by name, into a text.
_FORMATTING = frozenset({"builtins.str.format", "string.Template.substitute"})
#: Functions that do something with each element of their last operand, and how many operands they take.
ELEMENTWISE = {"builtins.str.join": 2, "builtins.sum": 1, "csv.DictWriter.writerows": 2}


def _of_elements(
    frame: Frame,
    state: State,
    name: str,
    called: Callable[..., object],
    operands: Sequence[Value],
    node: cst.Call,
) -> Failure | None:
    """Why a function certainly raises for one of the elements that its last operand has, whatever the others are."""
    if ELEMENTWISE.get(name) != len(operands) or any(argument.keyword for argument in node.args):
        return None
    for element in _elements(state, operands[-1]) or ():
        options = [_known(frame, state, one) or _samples(frame, state, one) for one in members(element)]
        if not options or not all(options):
            continue
        first = [""] if len(operands) > 1 else []
        found = [
            pure_functions.outcome(called, (*first, [one]), {})
            for several in options
            for one in several or ()
        ]
        errors = [one.error for one in found if isinstance(one, pure_functions.Raised)]
        if errors and len(errors) == len(found) and all(type(error) is TypeError for error in errors):
            return _failure(frame, node, errors[0], f"`{name.rpartition('.')[2]}()`", "of any element raises")
    return None


def _elements(state: State, value: Value) -> tuple[Value, ...] | None:
    """The elements of an iterable, or one that stands for all; none where it is empty, None where nothing is known."""
    match value:
        case TupleValue(items=items, rest=None):
            return items
        case Lazy(items=items, element=element):
            return items if items is not None else (element,)
        case Reference():
            record = state.object_of(value)
            if not isinstance(record, Container) or record.is_mapping:
                return None
            known = record.known_elements
            return known if known is not None else tuple(record.parts())[:1]
        case _:
            return None


def has_no_element(state: State, function: Value, arguments: Arguments) -> bool:
    """Whether a function that does something with each element is given none: that tells nothing of other calls."""
    is_elementwise = registry.name_of(function) in ELEMENTWISE and bool(arguments.positional)
    return is_elementwise and _elements(state, arguments.positional[-1]) == ()


@_unless_asked
def not_callable(frame: Frame, state: State, value: Value, node: cst.CSTNode) -> Failure | None:
    """Why a value certainly cannot be called."""
    samples = _samples(frame, state, value)
    path = _watched(value, frame)
    if path is not None:
        frame.interpreter.event_uses.append((path, JSON_KINDS.__contains__))
    if samples is None and isinstance(value, Instance) and _has_no_call(frame, value):
        samples = (type(value.class_name.rpartition(".")[2], (), {})(),)
    if samples is None or any(map(callable, samples)):
        return None
    error = TypeError(f"'{type(samples[0]).__name__}' object is not callable")
    return _failure(frame, node, error, "this call")


def _has_no_call(frame: Frame, value: Instance) -> bool:
    """Whether a value is certainly an instance of a class of the standard library that has no `__call__`."""
    name = value.class_name
    real = real_classes.find(name)
    if not isinstance(real, type) or any("__call__" in vars(one) for one in real.__mro__):
        return False
    return class_facts.has_certain_class(frame, value) and all(
        one.attribute(NamedType(name), "__call__") is None for one in frame.interpreter.possible_stubs
    )


def _of_enum(
    frame: Frame, state: State, cls: Reference, arguments: Arguments, node: cst.Call
) -> Failure | None:
    """`Color("blue")`, where no member has this value."""
    record = state.heap.get(cls.site)
    order, complete = class_facts.resolution_order(frame, state, cls)
    bases = [state.heap.get(site) for site in order if not isinstance(site, str)]
    if not isinstance(record, ClassObject) or record.kind != "enum" or not complete or len(node.args) != 1:
        return None
    if "enum.Flag" in order or not record.known:
        return None
    if any(isinstance(base, ClassObject) and not _OWN_WAYS.isdisjoint(base.names) for base in bases):
        return None
    options = [member.value for member in record.names.values() if isinstance(member, EnumMember)]
    wanted = _known(frame, state, arguments.positional[0]) if arguments.positional else None
    if wanted is None or not options:
        return None
    values = _all_known(frame, state, options)
    if values is None or wanted[0] in values:
        return None
    error = ValueError(f"{wanted[0]!r} is not a valid {record.name}")
    return _failure(frame, node, error, f"`{record.name}()`")


_OWN_WAYS = frozenset({"_missing_", "__new__", "__init__", "_generate_next_value_"})


@_unless_asked
def of_operator(
    frame: Frame, state: State, name: str, operands: Sequence[Value], node: cst.CSTNode
) -> Failure | None:
    """Why an operator (by libcst's name of it) certainly raises between these operands."""
    function = (pure_functions.OPERATORS if len(operands) > 1 else pure_functions.UNARY).get(name)
    if function is None:
        return None
    # How many a format takes, and of what kind, no sample tells.
    is_format = name == "Modulo" and isinstance(operands[-1], (TupleValue, Reference))
    if is_format and _known(frame, state, operands[-1]) is None:
        error = _of_format(frame, state, function, operands)
    else:
        error = _raised(frame, state, function, operands)
    if isinstance(error, ZeroDivisionError) and _is_written_zero(node):
        return None
    return None if error is None else _failure(frame, node, error, f"`{pure_functions.SYMBOLS[name]}`")


def _is_written_zero(node: cst.CSTNode) -> bool:
    """`1 / 0`: nobody writes that by mistake."""
    divisor = node.right if isinstance(node, cst.BinaryOperation) else None
    return isinstance(divisor, cst.Integer) and divisor.evaluated_value == 0


def _of_format(
    frame: Frame,
    state: State,
    function: Callable[..., object],
    operands: Sequence[Value],
    names: Sequence[str] = (),
) -> Exception | None:
    """What formatting a text certainly raises whatever it is given, for how many it is given or how they are called."""
    template, *others = operands
    text = _known(frame, state, template)
    if text is None or not isinstance(text[0], (str, Template)):
        return None
    given = [_outline(frame, state, value) or (pure_functions.Formattable(),) for value in others]
    if (
        isinstance(text[0], str)
        and function is not str.format
        and isinstance(given[0][0], pure_functions.Formattable)
    ):
        return None  # perhaps a tuple
    return pure_functions.raised(function, (text, *given), names)


def _outline(frame: Frame, state: State, value: Value) -> tuple[object] | None:
    """The tuple, list or dict that a value certainly is, with stand-ins for what lies in it."""
    stand_in = pure_functions.Formattable()
    if isinstance(value, TupleValue) and value.rest is None:
        return (tuple(stand_in for _ in value.items),)
    record = _written(frame, state, value)
    keys = None if record is None else record.known_elements
    if record is None or keys is None:
        return None
    match record.class_name:
        case "builtins.list":
            return ([stand_in for _ in keys],)
        case "builtins.dict" if all(isinstance(key, Constant) for key in keys):
            return ({key.value: stand_in for key in keys if isinstance(key, Constant)},)
        case _:
            return None


def _written(frame: Frame, state: State, value: Value) -> Container | None:
    """A list, dict or set that holds as much as is written, or of which it is known what it has got since.

    Of others a loop tells how much is in them, and more rounds may come than are followed.
    """
    if not isinstance(value, Reference) or value.origin is None or frame.interpreter.is_generic(value.site):
        return None
    record, node = state.object_of(value), next(value.origin.steps()).node
    written = _written_length(frame, node)
    if not isinstance(record, Container) or written is None:
        return None
    held = record.known_elements
    is_as_written = held is not None and len(held) == written
    return record if is_as_written or MORE_ROUNDS not in state.heap else None


def _written_length(frame: Frame, node: cst.CSTNode) -> int | None:
    """How many elements are written where a container is made; None where it is not told there."""
    match node:
        case cst.List(elements=elements) | cst.Dict(elements=elements) | cst.Set(elements=elements):
            return len(elements)
        case cst.Call(args=[]):
            function, _ = frame.interpreter.called.get(node, (None, None))
            return (
                0 if isinstance(function, StubValue) and registry.name_of(function) in _MADE_EMPTY else None
            )
        case _:
            return None


#: Classes that make an empty container where they are called with nothing.
_MADE_EMPTY = frozenset({"builtins.dict", "builtins.list", "builtins.set"})


def is_written(frame: Frame, state: State, value: Value) -> bool:
    """Whether a value is a tuple, or holds as much as is written."""
    return isinstance(value, (TupleValue, Constant)) or _written(frame, state, value) is not None


@_unless_asked
def of_item(frame: Frame, state: State, value: Value, index: Value, node: cst.Subscript) -> Failure | None:
    """Why there certainly is no such item."""
    match node.slice:
        case [cst.SubscriptElement(slice=cst.Index(), comma=cst.MaybeSentinel())]:
            pass
        case [cst.SubscriptElement(slice=cst.Slice(), comma=cst.MaybeSentinel())]:
            return _of_slice(frame, state, value, index, node)
        case _:
            return None
    key = _known(frame, state, index)
    record = state.object_of(value)
    is_event = isinstance(value, Reference) and value.site[0] == "event"
    if is_event and isinstance(record, Container) and record.is_mapping:
        return None if key is None else _of_event(frame, record, key[0], node)
    if isinstance(value, Json) or sdk_responses.is_structure(value):
        missing = _of_response(frame, state, value, index, node)
        if missing is not None or not isinstance(value, Json):
            return missing
    outline = _outline(frame, state, value)
    if outline is not None and key is not None:
        error = pure_functions.raised(getitem, (outline, key))
    elif outline is not None and not outline[0] and (isinstance(outline[0], dict) or _is_of_one(index)):
        return _of_nothing(frame, outline[0], node)
    else:
        error = _raised(frame, state, getitem, (value, index))
    return None if error is None else _failure(frame, node, error, "this item")


def of_deletion(
    frame: Frame, state: State, value: Value, index: Value, node: cst.Subscript
) -> Failure | None:
    """Why there certainly is no such item to delete."""
    if not isinstance(state.object_of(value), InstanceObject):
        return of_item(frame, state, value, index, node)
    error = _raised(frame, state, delitem, (value, index))
    return None if error is None else _failure(frame, node, error, "deleting this item")


def _of_slice(frame: Frame, state: State, value: Value, index: Value, node: cst.Subscript) -> Failure | None:
    """Why a slice of a sequence of Python, or of decoded JSON, certainly has no bound that is an integer."""
    samples = ([],) if isinstance(value, Json) else _samples(frame, state, value)
    bounds = index.receiver if isinstance(index, BuiltinMethod) else None
    if samples is not None and all(isinstance(one, deque) for one in samples):
        error = pure_functions.raised(_sliced, (samples,))
        return None if error is None else _failure(frame, node, error, "this slice")
    if samples is None or not all(isinstance(one, (bytes, list, str, tuple)) for one in samples):
        return None
    for bound in bounds.items if isinstance(bounds, TupleValue) else ():
        error = _raised(frame, state, lambda one: [][one:], (bound,))
        if error is not None:
            return _failure(frame, node, error, "this slice")
    return None


def _sliced(sequence: Any) -> object:
    return sequence[:0]


def _is_of_one(index: Value) -> bool:
    """Whether an index certainly asks for one item: no slice of nothing fails."""
    return isinstance(index, (Json, Constant, TupleValue, EnumMember)) or (
        isinstance(index, Instance) and index.class_name != "builtins.slice"
    )


def _of_nothing(frame: Frame, container: object, node: cst.BaseExpression) -> Failure:
    """Why an empty container has no item, whichever is asked for."""
    kind = type(container).__name__
    error, advice = "IndexError", None
    if isinstance(container, dict):
        error = "KeyError"
        advice = "use a `collections.defaultdict`, or `.setdefault(key, …)` and `.get(key, …)`"
    what = f"this {kind} is still empty here: it has no item, and this always raises {error}"
    return Failure(frame.module.file, node, error, "", what, advice, is_question=True)


def _of_event(frame: Frame, record: Container, key: object, node: cst.Subscript) -> Failure | None:
    """Why an event of a service has no such key: it is misspelt, or one of another service. Others may be new."""
    if not isinstance(key, str):
        return None
    names = _texts_among_keys(record)
    near = meant(key, names) or abbreviated(key, names)
    if key in names or (near is None and key not in KEYS):
        return None
    return Failure(
        *(frame.module.file, node, "KeyError", repr(key)),
        f"events from the configured source have no `{key}` here",
        f"did you mean `{near}`?"
        if near is not None
        else f"there are {', '.join(f'`{name}`' for name in names)}",
        premise="event",
        is_question=True,
    )


def _texts_among_keys(record: Container) -> list[str]:
    return [str(name.value) for name, *_ in record.items_by_key() if isinstance(name, Constant)]


def _lacks(record: Container, key: str) -> bool:
    """Whether a dict has no further keys than known ones, and not this one."""
    return all(isinstance(name, Constant) and name.value != key for name, *_ in record.items_by_key())


def _of_response(
    frame: Frame, state: State, value: Value, index: Value, node: cst.Subscript
) -> Failure | None:
    """Why a response of the SDK has no such key: it is misspelt, or lies deeper. Others a newer SDK may have."""
    shape, key = sdk_responses.shape_of(frame, value), _known(frame, state, index)
    record = state.object_of(value)
    if not isinstance(shape, StructureShape) or key is None or not isinstance(key[0], str):
        return None
    if isinstance(value, Json):
        is_open = decoded_json.may_be_there(state, value, index)
    else:
        is_open = not isinstance(record, Container) or not _lacks(record, key[0])
    place = None if is_open else misnamed.place_of(shape, key[0])
    if place is None:
        return None
    what = f"the response of the AWS SDK has no `{key[0]}` here"
    return Failure(
        *(frame.module.file, node, "KeyError", repr(key[0]), what),
        f"it is in `{place}`" if "." in place else f"did you mean `{place}`?",
        is_question=True,
    )


@_unless_asked
def of_raise(frame: Frame, state: State, value: Value, node: cst.BaseExpression) -> Failure | None:
    """Why what is raised is certainly no exception."""
    samples = None if isinstance(value, Instance) else _samples(frame, state, value)
    error = TypeError("exceptions must derive from BaseException")
    return None if samples is None else _failure(frame, node, error, "this `raise`")


@_unless_asked
def of_iteration(frame: Frame, state: State, value: Value, node: cst.BaseExpression) -> Failure | None:
    """Why a value certainly cannot be iterated over."""
    error = _raised(frame, state, iter, (value,))
    return None if error is None else _failure(frame, node, error, "iterating over this")


@_unless_asked
def of_target(
    frame: Frame, state: State, value: Value, target: cst.AssignTarget, node: cst.BaseExpression
) -> Failure | None:
    """Why a value certainly cannot be unpacked into a target, or put at an item."""
    match target.target:
        case cst.Tuple(elements=elements) | cst.List(elements=elements):
            return of_unpacking(frame, state, value, elements, node, "unpacking this")
        case cst.Subscript(value=owner, slice=[cst.SubscriptElement(slice=cst.Index(value=index))]):
            container = dispatch.peek(frame, state, owner)
            return _of_storing(frame, state, container, dispatch.peek(frame, state, index), value, node)
        case _:
            return None


def _of_storing(
    frame: Frame, state: State, container: Value, index: Value, value: Value, node: cst.BaseExpression
) -> Failure | None:
    """Why a value certainly cannot be put at an item."""
    name = container.class_name if isinstance(container, Instance) else ""
    function = pure_functions.find(f"{name}.__setitem__")
    if function is not None:
        error = _raised(frame, state, function, (index, value))
        return None if error is None else _failure(frame, node, error, "this")
    record, outline = state.object_of(container), _outline(frame, state, container)
    if isinstance(record, Container) and record.is_mapping:
        return None
    key = _known(frame, state, index)
    if outline is not None and key is not None:
        error = pure_functions.raised(_stored, (outline, key))
    elif outline == ([],) and _is_of_one(index):
        return _of_nothing(frame, outline[0], node)
    else:
        error = _raised(frame, state, _stored, (container, index), certain=1)
    return None if error is None else _failure(frame, node, error, "this assignment")


def _stored(container: MutableSequence[object], key: Any) -> None:
    """What is put there does not matter to any of the classes that samples are known of."""
    container[key] = None


@_unless_asked
def of_unpacking(
    frame: Frame,
    state: State,
    value: Value,
    targets: Sequence[cst.BaseElement],
    node: cst.BaseExpression,
    subject: str,
) -> Failure | None:
    """Why a value certainly has more items than there are targets, or fewer."""
    if any(isinstance(target, cst.StarredElement) for target in targets):
        return None
    count = len(targets)

    def unpack(given: object) -> None:
        if not isinstance(given, Iterable):
            raise TypeError(f"cannot unpack non-iterable {type(given).__name__} object")
        found = len(list(given))
        if found > count:
            raise ValueError(f"too many values to unpack (expected {count})")
        if found < count:
            raise ValueError(f"not enough values to unpack (expected {count}, got {found})")

    outline = _outline(frame, state, value)
    if outline is None:
        error = _raised(frame, state, unpack, (value,))
    else:
        error = pure_functions.raised(unpack, (outline,))
    return None if error is None else _failure(frame, node, error, subject)


def of_change(
    frame: Frame, state: State, name: str, operands: Sequence[Value], node: cst.AugAssign
) -> Failure | None:
    """Why `target += value` certainly raises; what changes in place takes more than the operator does."""
    return None if isinstance(operands[0], Reference) else of_operator(frame, state, name, operands, node)


def _is_same(frame: Frame, name: str) -> bool:
    interpreter = frame.interpreter
    return pure_functions.same_in(name, interpreter.python_version, is_known=interpreter.version_is_known)


def _raised(
    frame: Frame,
    state: State,
    function: Callable[..., object],
    operands: Sequence[Value],
    names: Sequence[str] = (),
    certain: int | None = None,
) -> Exception | None:
    """What a function raises for these operands.

    Of the operands behind the first `certain` ones nothing need be known; the last are passed by their `names`.
    """
    count = len(operands) if certain is None else certain
    choices = [
        _known(frame, state, value)
        or _samples(frame, state, value)
        or (() if position < count else pure_functions.anything())
        for position, value in enumerate(operands)
    ]
    for position, value in enumerate(operands):
        path = _watched(value, frame)
        if path is not None and (not choices[position] or choices[position] is pure_functions.anything()):
            use = partial(_is_refused, function, choices, position, names)
            frame.interpreter.event_uses.append((path, use))
    is_open = all(options is pure_functions.anything() for options in choices)
    if (operands and is_open) or not all(choices):
        return None
    return pure_functions.raised(function, choices, names)


def _watched(value: Value, frame: Frame) -> Term | None:
    """Where a value is in an event of which it is not known yet who sends it."""
    if not isinstance(value, Json) or value.path is None or frame.interpreter.knows_event:
        return None
    return value.path[2:] if value.path[:2] == ("json", "event") else None


def _is_refused(
    function: Callable[..., object],
    choices: Sequence[Sequence[object]],
    position: int,
    names: Sequence[str],
    kind: str,
) -> bool:
    """Whether a function raises for all of a class of decoded JSON, as one of its arguments."""
    options = [*choices[:position], _samples_of_json({kind}) or (), *choices[position + 1 :]]
    return all(options) and pure_functions.raised(function, options, names) is not None


def _kinds_of_json(frame: Frame, state: State, value: Json) -> frozenset[str]:
    """The classes that decoded JSON may be of, by what the path and the service that it comes from tell."""
    path, interpreter = value.path, frame.interpreter
    if path is None:
        return JSON_KINDS
    possible = constraints.facts_of(state, path).possible_kinds if interpreter.knows_event else JSON_KINDS
    if interpreter.event is not None and path[:2] == ("json", "event"):
        part = None if "another" in path else part_of(cast("EventShape", interpreter.event), path[2:])
        known = None if part is None else kinds_of(part)
    else:
        known = sdk_responses.kinds_of(sdk_responses.shape_of(frame, value))
    if known is None:
        return possible
    match path[-1]:
        case ("str", str(name)) if not constraints.decide_key(state, Json(path[:-1]), constant(name)):
            known |= NONE_KIND  # of `.get(name)`
        case _:
            pass
    found = constraints.facts_of(state, path).possible_kinds & known
    is_open = not found or constraints.is_asked_what_it_is(state, path)
    return JSON_KINDS if is_open else found


def _samples_of_json(kinds: Collection[str]) -> tuple[object, ...] | None:
    """Samples of decoded JSON of these classes; None where that may be anything."""
    if frozenset(kinds) >= JSON_KINDS - NONE_KIND:
        return None
    samples = pure_functions.samples()
    return tuple(one for kind in sorted(kinds) for one in samples.get(kind, (None,)))


def _known(frame: Frame, state: State, value: Value) -> tuple[object] | None:
    match value:
        case Constant(value=None) if not nulls.is_certain(state, value):
            return None
        case Constant(value=scalar):
            return (scalar,)
        case StubValue(type=FunctionType() as function, receiver=None):
            found = pure_functions.find(registry.qualified_name(function))
            return None if found is None else (found,)
        case TupleValue(items=items, rest=None):
            parts = _all_known(frame, state, items)
            return None if parts is None else (tuple(parts),)
        case Reference():
            return _known_container(frame, state, _written(frame, state, value))
        case Instance(class_name=name, term=((str(maker), ("constant", Constant(value=given))))) if (
            name == maker
        ):
            return pure_functions.made_of(name, given)
        case _:
            return None


def _all_known(frame: Frame, state: State, values: Iterable[Value]) -> list[object] | None:
    found = [_known(frame, state, value) for value in values]
    return None if None in found else [one[0] for one in found if one is not None]


def _known_container(frame: Frame, state: State, record: Container | None) -> tuple[object] | None:
    def one(value: Value) -> object:
        found = _known(frame, state, value)
        if found is None:
            raise LookupError
        return found[0]

    try:
        return None if record is None else (record.as_python(one),)
    except LookupError:
        return None


_NAMES_OF_CLASSES: dict[type[Value], str] = {
    Coroutine: "types.CoroutineType",
    FunctionValue: "types.FunctionType",
    BoundMethod: "types.MethodType",
}


def _samples(frame: Frame, state: State, value: Value) -> tuple[object, ...] | None:
    """Samples of the class that a value certainly has; None where that is not one of a few."""
    match value:
        case Constant(value=None):
            return (None,) if nulls.is_certain(state, value) else None
        case Constant(kind=kind):
            return pure_functions.samples().get(f"builtins.{kind}")
        case TupleValue():
            return pure_functions.samples()["builtins.tuple"]
        case Json():
            return _samples_of_json(_kinds_of_json(frame, state, value))
        case Instance(term=("context",) as term) if constraints.is_asked_what_it_is(state, term):
            return None  # code that is also called by hand may get a dict
        case Instance():
            return _samples_of_instance(frame, value)
        case Lazy(class_name=name):
            return pure_functions.samples().get(name)
        case Reference(site=site):
            record = state.heap.get(site)
            if isinstance(record, InstanceObject):
                return _samples_of_project(frame, state, record)
            return pure_functions.samples().get(record.class_name) if isinstance(record, Container) else None
        case EnumMember():
            return _samples_of_member(frame, state, value)
        case UnionValue():
            return _samples_of_several(frame, state, value)
        case _:
            return _samples_of_callable(frame, value)


def _samples_of_several(frame: Frame, state: State, value: UnionValue) -> tuple[object, ...] | None:
    """Samples of each that a value may be; None where nothing is known of one, or the path asks which it is."""
    if value.term is not None and constraints.is_asked_what_it_is(state, value.term):
        return None
    options = [_known(frame, state, one) or _samples(frame, state, one) for one in value.members]
    return tuple(sample for several in options for sample in several or ()) if all(options) else None


def _samples_of_instance(frame: Frame, value: Instance) -> tuple[object, ...] | None:
    match value:
        case Instance(class_name="datetime.date", is_exact=True):
            return pure_functions.samples()["datetime.date, exact"]
        case Instance(class_name="re.Match", term=term):
            pattern = patterns.pattern_of(term)
            return None if pattern is None else pure_functions.match_of(pattern)
        case Instance(class_name="re.Pattern", arguments=(NamedType(name=kind),)):
            return pure_functions.samples().get(f"re.Pattern, {kind}")
        case Instance(class_name="datetime.datetime", arguments=(LiteralType(value=kind),)):
            return pure_functions.samples().get(f"datetime.datetime, {kind!s}")
        case Instance(class_name=name):
            is_certain = class_facts.has_certain_class(frame, value)
            return pure_functions.samples().get(name) if is_certain else None
        case _:
            return None


def _samples_of_callable(frame: Frame, value: Value) -> tuple[object, ...] | None:
    """Samples of a function or method that is not called, and of what calling an `async def` gives."""
    match value:
        case StubValue(type=FunctionType() as function, receiver=None):
            name = registry.qualified_name(function)
            owner, _, short = name.rpartition(".")
            is_same = (owner, short) not in frame.interpreter.patched
            return _samples_of_function(real_classes.find(name)) if is_same else None
        case Coroutine() | FunctionValue() | BoundMethod():
            return pure_functions.samples()[_NAMES_OF_CLASSES[type(value)]]
        case StubValue(type=FunctionType(), receiver=Instance(class_name=name)) if (
            name in pure_functions.OPAQUE
        ):
            return pure_functions.samples()["types.MethodType"]
        case StubValue(type=FunctionType() as function, receiver=Instance() | Constant() as receiver):
            is_certain = isinstance(receiver, Constant) or class_facts.has_certain_class(frame, receiver)
            return _samples_of_method(registry.qualified_name(function)) if is_certain else None
        case BuiltinMethod(name=name) if name != "slice":
            return pure_functions.samples()["types.BuiltinFunctionType"]
        case _:
            return None


def _samples_of_method(name: str) -> tuple[object, ...] | None:
    """Samples of a method of the standard library that is bound to an instance, and not called."""
    owner, _, short = name.rpartition(".")
    found = getattr(real_classes.find(owner), short, None)
    return (
        pure_functions.samples()["types.MethodType"]
        if isinstance(found, PythonFunction)
        else _samples_of_function(found)
    )


def _samples_of_function(found: object) -> tuple[object, ...] | None:
    """Samples of what has the class of a function of the standard library."""
    match found:
        case PythonFunction():
            return pure_functions.samples()["types.FunctionType"]
        case BuiltinFunctionType() | MethodDescriptorType():
            return pure_functions.samples()["types.BuiltinFunctionType"]
        case _:
            return None


#: What a class of the project may define without any operator or function of Python asking for it.
_UNASKED = frozenset(
    f"__{name}__"
    for name in (
        *("annotations", "class_getitem", "dict", "doc", "getattr", "init", "init_subclass", "match_args"),
        *("module", "new", "post_init", "qualname", "repr", "set_name", "slots", "str"),
    )
)


#: Special methods of classes of libraries that those of the project inherit from, or that these may be given there.
_SPECIAL_OF_LIBRARIES: Mapping[str, tuple[str, ...]] = {
    "pydantic.BaseModel": ("__eq__", "__hash__", "__iter__"),
}


def _samples_of_project(frame: Frame, state: State, record: InstanceObject) -> tuple[object, ...] | None:
    """Samples of a class of the project: they can do what its special methods say."""
    order, complete = class_facts.resolution_order(frame, state, Reference(record.cls))
    libraries = {one for one in order if isinstance(one, str)}
    classes = [state.heap.get(one) for one in order if isinstance(one, tuple)]
    cls = state.heap.get(record.cls)
    if not complete or record.content is not None or not isinstance(cls, ClassObject):
        return None
    special = set[str]()
    for name in libraries - {"builtins.object"}:
        if name not in _SPECIAL_OF_LIBRARIES:
            return None
        special.update(_SPECIAL_OF_LIBRARIES[name])
    for one in classes:
        if not isinstance(one, ClassObject) or not one.known or one.node is None or one.kind == "named-tuple":
            return None
        if one.kind == "class" and one.node.decorators:
            return None  # `total_ordering`
        special.update(name for name in one.names if name.startswith("__"))
        if one.is_ordered:
            special.update(("__lt__", "__le__", "__gt__", "__ge__"))
    return pure_functions.instances_of(cls.name, frozenset(special - _UNASKED))


def _samples_of_member(frame: Frame, state: State, member: EnumMember) -> tuple[object, ...] | None:
    """Samples of a member of an Enum that is nothing else as well, as members of an IntEnum are."""
    order, complete = class_facts.resolution_order(frame, state, Reference(member.enum))
    cls = state.heap.get(member.enum)
    libraries = {one for one in order if isinstance(one, str)}
    if not complete or not isinstance(cls, ClassObject) or not libraries <= {"enum.Enum", "builtins.object"}:
        return None
    if any(name.startswith("__") and name not in _UNASKED for name in cls.names):
        return None
    return pure_functions.members_of(cls.name)


#: A format with a width of more digits makes more text than is worth it.
_LONGEST_FORMAT = 6


@_unless_asked
def of_format_spec(
    frame: Frame, state: State, value: Value, node: cst.FormattedStringExpression
) -> Failure | None:
    """Why what stands in an f-string certainly cannot be formatted as its format says."""
    match node.format_spec:
        case [cst.FormattedStringText(value=spec)] if node.conversion is None and len(spec) < _LONGEST_FORMAT:
            pass
        case _:
            return None
    options = _known(frame, state, value) or _samples(frame, state, value)
    found = [pure_functions.outcome(format, (one, spec), {}) for one in options or ()]
    errors = [one.error for one in found if isinstance(one, pure_functions.Raised)]
    if not errors or len(errors) < len(found):
        return None
    return _failure(frame, node, errors[0], f"the format `{spec}`")


def _pure_function(
    state: State, function: Value, node: cst.Call
) -> tuple[str, Callable[..., object], list[Value]] | None:
    """The name of a pure function that is called, the function itself, and what it is a method of."""
    owner = node.func.value if isinstance(node.func, cst.Attribute) else None
    name, receivers = registry.name_of(function), list[Value]()
    cls: str | None = None
    match function:
        case BuiltinMethod(receiver=Reference(site=site) as receiver, name=short) if owner is not None:
            record = state.heap.get(site)
            if not isinstance(record, Container):
                return None
            name, receivers = f"{record.class_name}.{short}", [receiver]
        case BuiltinMethod(receiver=TupleValue() as receiver, name=short) if owner is not None:
            name, receivers = f"builtins.tuple.{short}", [receiver]
        case StubValue(type=FunctionType(), receiver=StubValue(type=ClassObjectType(of=NamedType() as of))):
            cls = of.name
        case StubValue(type=FunctionType(), receiver=Constant() | Instance() as receiver) if (
            owner is not None
        ):
            receivers = [receiver]
        case StubValue(receiver=None):
            pass
        case _:
            return None
    called = pure_functions.find(name, cls)
    if receivers and not pure_functions.takes_instance(name):
        receivers = []
    return None if called is None else (name, called, receivers)


def _failure(
    frame: Frame, node: cst.CSTNode, error: Exception, subject: str, verb: str = "always raises"
) -> Failure:
    kind, said = type(error).__name__, " ".join(str(error).split())
    what = f"{subject} {verb} {kind}: {said}"
    premise: Premise | None = "event" if CONTEXT in said else None
    if frame.interpreter.loading:
        premise = "text"  # a script may put a value in its place
    bases = frozenset(base.__name__ for base in type(error).__mro__)
    return Failure(frame.module.file, node, kind, said, what, premise=premise, is_question=True, bases=bases)
