"""Operations and calls of pure functions that raise whatever path leads to them, in Python's own words.

They are tried on what their operands are on all paths: on the very objects, or on samples of their classes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import getitem

import libcst as cst

from handlerlint.inference.core import dispatch, registry
from handlerlint.inference.core.context import Frame
from handlerlint.inference.domain import pure_functions
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.failure import Failure, Premise
from handlerlint.inference.domain.heap import ClassObject, Container, State
from handlerlint.inference.domain.values import (
    BuiltinMethod,
    Constant,
    EnumMember,
    Instance,
    Reference,
    StubValue,
    TupleValue,
    Value,
)
from handlerlint.inference.interpreter.settled import Settled, is_one_definition, settled
from handlerlint.inference.objects import class_facts
from handlerlint.inference.stubs.types import ClassObjectType, FunctionType, NamedType

#: A value, and the expression that it is the value of.
Operand = tuple[Value, cst.BaseExpression]


def of_call(
    frame: Frame, state: State, function: Value, arguments: Arguments, node: cst.Call
) -> Failure | None:
    """Why a call of a pure function certainly raises; None where it may not, or is none."""
    if not arguments.complete or any(argument.star for argument in node.args):
        return None
    if isinstance(function, Reference) and isinstance(state.object_of(function), ClassObject):
        return _of_enum(frame, state, function, arguments, node)
    if isinstance(function, (Constant, TupleValue, Reference)):
        return _not_callable(frame, state, function, node)
    found = _pure_function(state, function, node)
    if found is None:
        return None
    name, called, receivers = found
    owner, _, short = name.rpartition(".")
    if (owner, short) in frame.interpreter.patched:
        return None
    operands: list[Operand] = [*receivers]
    given = [argument.value for argument in node.args if argument.keyword is None]
    operands += zip(arguments.positional, given, strict=True)
    named = [(each.keyword.value, each.value) for each in node.args if each.keyword is not None]
    if name in pure_functions.COMPILING:
        named = [] if operands else [each for each in named if each[0] == "pattern"]
        operands = operands[:1]
    operands += [(arguments.keywords[keyword], value) for keyword, value in named]
    names, error = [keyword for keyword, _ in named], None
    if _is_same(frame, name):
        error = _raised(frame, state, called, operands, names, certain=len(receivers))
    if error is None and name == "builtins.str.format":
        error = _of_format(frame, state, str.format, operands, names)
    if error is None or (not receivers and not is_one_definition(frame, state, node.func)):
        return None
    return _failure(frame, node, error, f"`{short}()`")


def _not_callable(frame: Frame, state: State, value: Value, node: cst.Call) -> Failure | None:
    samples = _samples(frame, state, value)
    if samples is None or settled(frame, state, node.func) is Settled.NOTHING:
        return None
    error = TypeError(f"'{type(samples[0]).__name__}' object is not callable")
    return _failure(frame, node, error, "this call")


def _of_enum(
    frame: Frame, state: State, cls: Reference, arguments: Arguments, node: cst.Call
) -> Failure | None:
    """`Color("blue")`, where no member has this value."""
    record = state.heap.get(cls.site)
    order, complete = class_facts.resolution_order(frame, state, cls)
    bases = [state.heap.get(site) for site in order if not isinstance(site, str)]
    if not isinstance(record, ClassObject) or record.kind != "enum" or not complete or len(node.args) != 1:
        return None
    if "enum.Flag" in order or not record.known or not is_one_definition(frame, state, node.func):
        return None
    if any(isinstance(base, ClassObject) and not _OWN_WAYS.isdisjoint(base.names) for base in bases):
        return None
    options = [member.value for member in record.names.values() if isinstance(member, EnumMember)]
    wanted = (
        known(frame, state, arguments.positional[0], node.args[0].value) if arguments.positional else None
    )
    if wanted is None or settled(frame, state, node.args[0].value) is not Settled.VALUE or not options:
        return None
    values = _all_known(None, options)
    if values is None or wanted[0] in values:
        return None
    error = ValueError(f"{wanted[0]!r} is not a valid {record.name}")
    return _failure(frame, node, error, f"`{record.name}()`")


_OWN_WAYS = frozenset({"_missing_", "__new__", "__init__", "_generate_next_value_"})


def of_operator(
    frame: Frame, state: State, name: str, operands: Sequence[Operand], node: cst.CSTNode
) -> Failure | None:
    """Why an operator (by libcst's name of it) certainly raises between these operands."""
    function = (pure_functions.OPERATORS if len(operands) > 1 else pure_functions.UNARY).get(name)
    if function is None:
        return None
    value, right = operands[-1]
    # How many a format takes, and of what kind, no sample tells.
    is_format = name == "Modulo" and isinstance(value, (TupleValue, Reference))
    if is_format and (
        known(frame, state, value, right) is None or settled(frame, state, right) is not Settled.VALUE
    ):
        error = _of_format(frame, state, function, operands)
    else:
        error = _raised(frame, state, function, operands)
    return None if error is None else _failure(frame, node, error, f"`{pure_functions.SYMBOLS[name]}`")


def _of_format(
    frame: Frame,
    state: State,
    function: Callable[..., object],
    operands: Sequence[Operand],
    names: Sequence[str] = (),
) -> Exception | None:
    """What formatting a text certainly raises whatever it is given, for how many it is given or how they are called."""
    (value, node), *others = operands
    template = known(frame, state, value, node) if settled(frame, state, node) is Settled.VALUE else None
    if template is None or not isinstance(template[0], str):
        return None
    given = [(_formattable(frame, state, value, node),) for value, node in others]
    if function is not str.format and isinstance(given[0][0], pure_functions.Formattable):
        return None  # perhaps a tuple
    return pure_functions.raised(function, (template, *given), names)


def _formattable(frame: Frame, state: State, value: Value, node: cst.BaseExpression) -> object:
    """The tuple or dict that is written here, of parts that take each conversion; or one that does itself."""
    match node:
        case cst.Tuple(elements=elements) if all(isinstance(each, cst.Element) for each in elements):
            return tuple(pure_functions.Formattable() for _ in elements)
        case cst.Dict(elements=elements):
            keys = [each.key for each in elements if isinstance(each, cst.DictElement)]
            texts = [key.evaluated_value for key in keys if isinstance(key, cst.SimpleString)]
            if len(texts) == len(elements):
                return dict.fromkeys(texts, pure_functions.Formattable())
        case _:
            pass
    return pure_functions.Formattable()


def of_item(frame: Frame, state: State, value: Value, index: Value, node: cst.Subscript) -> Failure | None:
    """Why there certainly is no such item."""
    match node.slice:
        case [cst.SubscriptElement(slice=cst.Index(value=inner), comma=cst.MaybeSentinel())]:
            operands = ((value, node.value), (index, inner))
        case _:
            return None
    error = _raised(frame, state, getitem, operands)
    return None if error is None else _failure(frame, node, error, "this item")


def of_iteration(frame: Frame, state: State, value: Value, node: cst.BaseExpression) -> Failure | None:
    """Why a value certainly cannot be iterated over."""
    error = _raised(frame, state, iter, ((value, node),))
    return None if error is None else _failure(frame, node, error, "iterating over this")


def of_target(
    frame: Frame, state: State, value: Value, target: cst.AssignTarget, node: cst.BaseExpression
) -> Failure | None:
    """Why a value certainly cannot be unpacked into a target, or put at an item."""
    match target.target:
        case cst.Tuple(elements=elements) | cst.List(elements=elements):
            has_star = any(isinstance(element, cst.StarredElement) for element in elements)
            return None if has_star else _of_unpacking(frame, state, value, len(elements), node)
        case cst.Subscript(value=owner, slice=[cst.SubscriptElement(slice=cst.Index(value=index))]):
            container = dispatch.peek(frame, state, owner)
            name = container.class_name if isinstance(container, Instance) else ""
            function = pure_functions.find(f"{name}.__setitem__")
            if function is None:
                return None
            operands = ((dispatch.peek(frame, state, index), index), (value, node))
            error = _raised(frame, state, function, operands)
            return None if error is None else _failure(frame, node, error, "this")
        case _:
            return None


def _of_unpacking(
    frame: Frame, state: State, value: Value, count: int, node: cst.BaseExpression
) -> Failure | None:
    def unpack(given: Iterable[object]) -> None:
        found = len(list(given))
        if found > count:
            raise ValueError(f"too many values to unpack (expected {count})")
        if found < count:
            raise ValueError(f"not enough values to unpack (expected {count}, got {found})")

    error = _raised(frame, state, unpack, ((value, node),))
    return None if error is None else _failure(frame, node, error, "unpacking this")


def of_change(
    frame: Frame, state: State, name: str, operands: Sequence[Operand], node: cst.AugAssign
) -> Failure | None:
    """Why `target += value` certainly raises; what changes in place takes more than the operator does."""
    return None if isinstance(operands[0][0], Reference) else of_operator(frame, state, name, operands, node)


def _is_same(frame: Frame, name: str) -> bool:
    interpreter = frame.interpreter
    return pure_functions.same_in(name, interpreter.python_version, is_known=interpreter.version_is_known)


def _raised(
    frame: Frame,
    state: State,
    function: Callable[..., object],
    operands: Sequence[Operand],
    names: Sequence[str] = (),
    certain: int | None = None,
) -> Exception | None:
    """What a function raises for these operands, on all paths; the paths are asked last, since that takes longer.

    Of the operands behind the first `certain` ones nothing need be known; the last are passed by their `names`.
    """
    count = len(operands) if certain is None else certain
    unknown = [() if position < count else pure_functions.anything() for position in range(len(operands))]
    narrow = [
        known(frame, state, value, node) or _samples(frame, state, value) or otherwise
        for (value, node), otherwise in zip(operands, unknown, strict=True)
    ]
    is_open = all(options is pure_functions.anything() for options in narrow)
    if (operands and is_open) or not all(narrow) or pure_functions.raised(function, narrow, names) is None:
        return None
    choices: list[tuple[object, ...]] = []
    for options, otherwise, (value, node) in zip(narrow, unknown, operands, strict=True):
        level = settled(frame, state, node) if options is not otherwise else Settled.NOTHING
        found = options if level is Settled.VALUE else _samples(frame, state, value) if level else None
        if not (found or otherwise):
            return None
        choices.append(found or otherwise)
    return pure_functions.raised(function, choices, names)


def known(frame: Frame, state: State, value: Value, node: cst.BaseExpression) -> tuple[object] | None:
    """The one object that the value of an expression certainly is here; a container only where it is written."""
    is_written = isinstance(node, _DISPLAYS) and settled(frame, state, node) is Settled.VALUE
    return _known(state if is_written else None, value)


_DISPLAYS = (cst.List, cst.Dict, cst.Set, cst.Tuple)


def _known(state: State | None, value: Value) -> tuple[object] | None:
    match value:
        case Constant(value=scalar):
            return (scalar,)
        case StubValue(type=FunctionType() as function, receiver=None):
            found = pure_functions.find(registry.qualified_name(function))
            return None if found is None else (found,)
        case TupleValue(items=items, rest=None):
            parts = _all_known(state, items)
            return None if parts is None else (tuple(parts),)
        case Reference(site=site) if state is not None:
            return _known_container(state, state.heap.get(site))
        case _:
            return None


def _all_known(state: State | None, values: Iterable[Value]) -> list[object] | None:
    found = [_known(state, value) for value in values]
    return None if None in found else [one[0] for one in found if one is not None]


def _known_container(state: State, record: object) -> tuple[object] | None:
    def one(value: Value) -> object:
        found = _known(state, value)
        if found is None:
            raise LookupError
        return found[0]

    try:
        return (record.as_python(one),) if isinstance(record, Container) else None
    except LookupError:
        return None


def _samples(frame: Frame, state: State, value: Value) -> tuple[object, ...] | None:
    """Samples of the class that a value certainly has; None where that is not one of a few."""
    match value:
        case Constant(value=None):
            return (None,)
        case Constant(kind=kind):
            return pure_functions.samples().get(f"builtins.{kind}")
        case TupleValue():
            return pure_functions.samples()["builtins.tuple"]
        case Instance(class_name=name, is_exact=is_exact):
            is_certain = is_exact or class_facts.is_certain_class(frame, name)
            return pure_functions.samples().get(name) if is_certain else None
        case Reference(site=site):
            record = state.heap.get(site)
            return pure_functions.samples().get(record.class_name) if isinstance(record, Container) else None
        case _:
            return None


def _pure_function(
    state: State, function: Value, node: cst.Call
) -> tuple[str, Callable[..., object], list[Operand]] | None:
    """The name of a pure function that is called, the function itself, and what it is a method of."""
    owner = node.func.value if isinstance(node.func, cst.Attribute) else None
    name, receivers = registry.name_of(function), list[Operand]()
    cls: str | None = None
    match function:
        case BuiltinMethod(receiver=Reference(site=site) as receiver, name=short) if owner is not None:
            record = state.heap.get(site)
            if not isinstance(record, Container):
                return None
            name, receivers = f"{record.class_name}.{short}", [(receiver, owner)]
        case BuiltinMethod(receiver=TupleValue() as receiver, name=short) if owner is not None:
            name, receivers = f"builtins.tuple.{short}", [(receiver, owner)]
        case StubValue(type=FunctionType(), receiver=StubValue(type=ClassObjectType(of=NamedType() as of))):
            cls = of.name
        case StubValue(type=FunctionType(), receiver=Constant() | Instance() as receiver) if (
            owner is not None
        ):
            receivers = [(receiver, owner)]
        case StubValue(receiver=None):
            pass
        case _:
            return None
    called = pure_functions.find(name, cls)
    return None if called is None else (name, called, receivers)


def _failure(frame: Frame, node: cst.CSTNode, error: Exception, subject: str) -> Failure:
    kind, said = type(error).__name__, " ".join(str(error).split())
    what = f"{subject} always raises {kind}: {said}"
    premise: Premise | None = (
        "text" if frame.interpreter.loading else None
    )  # a script may put a value in its place
    return Failure(frame.module.file, node, kind, said, what, premise=premise, is_question=True)
