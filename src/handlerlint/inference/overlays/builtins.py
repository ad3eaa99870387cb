"""Builtin functions and classes: what they mean beyond their types."""

from __future__ import annotations

import functools
import math

import libcst as cst

from handlerlint.inference.core import allocation, dispatch
from handlerlint.inference.core.context import Frame, names_of
from handlerlint.inference.core.dispatch import evaluate, may_raise
from handlerlint.inference.core.registry import form, native
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import ClassObject, DictObject, InstanceObject, ListObject, State
from handlerlint.inference.domain.values import (
    NEVER,
    NONE,
    UNKNOWN,
    Constant,
    Coroutine,
    Instance,
    Json,
    Lazy,
    Native,
    Reference,
    Super,
    TupleValue,
    UnionValue,
    Unknown,
    Value,
    Wrapped,
    constant,
    join,
    join_all,
    members,
    with_step,
)
from handlerlint.inference.interpreter import calls, imports, narrowing
from handlerlint.inference.objects import attribute_changes, attributes, class_facts, iterating, subscripts
from handlerlint.inference.overlays import iterators
from handlerlint.inference.types import queries

# --- calls that depend on where they stand ---------------------------------------------------------------


@form("builtins.isinstance")
def _isinstance(frame: Frame, state: State, node: cst.Call) -> Value | None:
    if len(node.args) != 2:
        return None
    truthy, falsy = narrowing.branch(frame, state.copy(), node)
    for argument in node.args:
        evaluate(frame, state, argument.value)
    if truthy and falsy:
        return narrowing.BOOL
    return constant(bool(truthy)) if truthy or falsy else NEVER


@form("builtins.globals")
def _globals(frame: Frame, state: State, node: cst.Call) -> Value | None:
    imports.lose_names(frame, state)
    return UNKNOWN


@form("builtins.locals", "builtins.vars")
def _locals(frame: Frame, state: State, node: cst.Call) -> Value | None:
    return None if node.args else UNKNOWN


@form("builtins.super")
def _own_super(frame: Frame, state: State, node: cst.Call) -> Value | None:
    return None if node.args else _super(frame, state)


def _super(frame: Frame, state: State) -> Value:
    scope: Frame | None = frame
    while scope is not None and (scope.function is None or scope.function.owner is None):
        scope = scope.parent
    if scope is None or scope.function is None or scope.function.owner is None:
        return UNKNOWN
    if not isinstance(scope.function.node, cst.FunctionDef):
        return UNKNOWN
    parameters = [*scope.function.node.params.posonly_params, *scope.function.node.params.params]
    if not parameters:
        return UNKNOWN
    namespace = state.heap.get(scope.scope)
    receiver = getattr(namespace, "names", {}).get(parameters[0].name.value, UNKNOWN)
    return Super(scope.function.owner, receiver)


# --- constructors of containers --------------------------------------------------------------------------


def _list_of(
    frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode, class_name: str
) -> Value | None:
    if not arguments.positional:
        return allocation.new_list(frame, state, node, class_name=class_name)
    iteration = iterating.iterate(frame, state, arguments.positional[0], node)
    if iteration.items is not None:
        return allocation.new_list(frame, state, node, iteration.items, None, class_name)
    return iterators.copied_list(
        state, iteration, allocation.new_list(frame, state, node, (), iteration.element, class_name)
    )


def _set_of(
    frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode, class_name: str
) -> Value | None:
    element: Value = NEVER
    if arguments.positional:
        element = iterating.iterate(frame, state, arguments.positional[0], node).element
    return allocation.new_set(frame, state, node, element, class_name)


def _dict_of(
    frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode, class_name: str
) -> Value | None:
    positional = list(arguments.positional)
    default: Value | None = None
    if class_name == "collections.defaultdict":
        default = positional.pop(0) if positional else NONE
    reference = allocation.new_dict(frame, state, node, class_name=class_name, default=default)
    for value in positional[:1]:
        subscripts.update_dict(frame, state, reference, value, node)
    for key, value in arguments.keywords.items():
        stored = with_step(value, "put into the dict here", frame.module.file, node)
        subscripts.store_item(frame, state, reference, constant(key), stored, node)
    if arguments.further_keywords is not None:
        subscripts.store_item(
            frame, state, reference, Instance("builtins.str"), arguments.further_keywords, node
        )
    return reference


def _counter(
    frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode, class_name: str
) -> Value | None:
    element: Value = NEVER
    if arguments.positional:
        element = iterating.iterate(frame, state, arguments.positional[0], node).element
    if element is NEVER:
        return allocation.new_dict(frame, state, node, class_name=class_name)
    return allocation.new_dict(frame, state, node, None, element, Instance("builtins.int"), class_name)


def _register_containers() -> None:
    makers = {
        "builtins.list": _list_of,
        "collections.deque": _list_of,
        "builtins.set": _set_of,
        "builtins.frozenset": _set_of,
        "builtins.dict": _dict_of,
        "collections.OrderedDict": _dict_of,
        "collections.defaultdict": _dict_of,
        "collections.Counter": _counter,
    }
    for name, maker in makers.items():
        native(name)(functools.partial(maker, class_name=name))


_register_containers()


@native("builtins.tuple")
def _tuple(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    if not arguments.positional:
        return TupleValue((), None, frame.step(node))
    known, rest = iterating.unpack(frame, state, arguments.positional[0], node)
    return TupleValue(known, None if rest is NEVER else rest, frame.step(node))


@native("builtins.dict.fromkeys")
def _fromkeys(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    positional = [value for value in arguments.positional if not attributes.is_class(state, value)]
    if not positional:
        return None
    known, rest = iterating.unpack(frame, state, positional[0], node)
    value = positional[1] if len(positional) > 1 else NONE
    reference = allocation.new_dict(frame, state, node)
    for key in (*known, *([rest] if rest is not None else [])):
        subscripts.store_item(frame, state, reference, key, value, node)
    return reference


# --- scalars ---------------------------------------------------------------------------------------------


@native("builtins.str")
def _str(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    if not arguments.positional:
        return constant("", frame.step(node))
    value = arguments.positional[0]
    if isinstance(value, Constant) and value.kind in ("str", "int", "bool", "NoneType"):
        return constant(str(value.value), frame.step(node))
    return Instance("builtins.str", origin=frame.step(node))


@native("builtins.int")
def _int(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    if not arguments.positional:
        return constant(0, frame.step(node))
    value = arguments.positional[0]
    if (
        isinstance(value, Constant)
        and isinstance(value.value, (int, float, str))
        and len(arguments.positional) == 1
    ):
        try:
            return constant(int(value.value), frame.step(node))
        except (ValueError, OverflowError):
            may_raise(frame, state)
            return NEVER
    may_raise(frame, state)
    return Instance("builtins.int", origin=frame.step(node))


@native("builtins.float")
def _float(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    if not arguments.positional:
        return constant(0.0, frame.step(node))
    value = arguments.positional[0]
    if isinstance(value, Constant) and isinstance(value.value, (int, float, str)):
        try:
            return constant(float(value.value), frame.step(node))
        except (ValueError, OverflowError):
            may_raise(frame, state)
            return NEVER
    may_raise(frame, state)
    return Instance("builtins.float", origin=frame.step(node))


@native("builtins.bool")
def _bool(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    if not arguments.positional:
        return constant(False)
    verdict = narrowing.truth(frame, state, arguments.positional[0])
    return narrowing.BOOL if verdict is None else constant(verdict, frame.step(node))


@native("builtins.len")
def _len(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    value = arguments.get(0)
    match value:
        case Constant(value=str() | bytes() as text):
            return constant(len(text))
        case TupleValue(items=items, rest=None):
            return constant(len(items))
        case Reference(site=site):
            match state.heap.get(site):
                case ListObject(items=items, rest=None):
                    return constant(len(items))
                case DictObject(entries=entries, rest_value=None) if not any(
                    e.maybe for e in entries.values()
                ):
                    return constant(len(entries))
    return Instance("builtins.int", origin=frame.step(node))


@native("builtins.repr", "builtins.ascii", "builtins.format")
def _text(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    return Instance("builtins.str", origin=frame.step(node))


@native("builtins.print")
def _print(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    return NONE


@native("builtins.issubclass")
def _issubclass(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    return narrowing.BOOL


@native("builtins.callable")
def _callable(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    verdicts = {_is_callable(frame, state, member) for member in members(arguments.get(0) or UNKNOWN)}
    verdict = verdicts.pop() if len(verdicts) == 1 else None
    return narrowing.BOOL if verdict is None else constant(verdict)


def _is_callable(frame: Frame, state: State, value: Value) -> bool | None:
    match value:
        case Constant() | Json() | TupleValue() | Lazy() | Coroutine():
            return False
        case Unknown() | Instance():
            return None
        case Reference(site=site):
            record = state.heap.get(site)
            if isinstance(record, InstanceObject):
                found, complete = attributes.find_in_class(frame, state, Reference(record.cls), "__call__")
                return found is not None if complete or found is not None else None
            return isinstance(record, ClassObject)
        case _:
            return True


@native("inspect.iscoroutine", "inspect.isawaitable", "asyncio.coroutines.iscoroutine")
def _is_coroutine(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    verdicts = {isinstance(member, Coroutine) for member in members(arguments.get(0) or UNKNOWN)}
    if (
        any(isinstance(member, Unknown) for member in members(arguments.get(0) or UNKNOWN))
        or len(verdicts) != 1
    ):
        return narrowing.BOOL
    return constant(verdicts.pop())


# --- iterators -------------------------------------------------------------------------------------------


# --- objects ---------------------------------------------------------------------------------------------


@native("builtins.type")
def _type(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    if len(arguments.positional) != 1:
        return UNKNOWN
    found = [class_facts.class_value(frame, state, member) for member in members(arguments.positional[0])]
    return join_all(UNKNOWN if cls is None else cls for cls in found)


@native("math.isnan", "math.isinf", "math.isfinite", "cmath.isnan")
def _is_special_number(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    value = arguments.get(0)
    if not isinstance(value, Constant) or not isinstance(value.value, (int, float)):
        return None
    called = node.func if isinstance(node, cst.Call) else None
    name = called.attr.value if isinstance(called, cst.Attribute) else getattr(called, "value", "")
    test = {"isnan": math.isnan, "isinf": math.isinf, "isfinite": math.isfinite}.get(name)
    return None if test is None else constant(test(value.value))


@native("builtins.getattr")
def _getattr(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    target, name = arguments.get(0) or UNKNOWN, arguments.get(1)
    if not isinstance(name, Constant) or not isinstance(name.value, str):
        return UNKNOWN
    found = attributes.attribute(frame, state, target, name.value, node)
    default = arguments.get(2)
    if default is None:
        return found
    state.dead = False
    if found is NEVER:
        return default
    return found if not isinstance(target, (UnionValue, Unknown, Json)) else join(found, default)


@native("builtins.setattr", "builtins.object.__setattr__")
def _setattr(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    target, name, value = (arguments.get(position) or UNKNOWN for position in range(3))
    if isinstance(name, Constant) and isinstance(name.value, str):
        attribute_changes.store_attribute(frame, state, target, name.value, value, node)
        if _may_be_a_module(target) and name.value in names_of(state, frame.module.site).names:
            state.bind(frame.module.site, name.value, UNKNOWN)  # the target may be this very module
    else:
        calls.call_unknown(frame, state, UNKNOWN, Arguments((target, value)))
    if _may_be_a_module(target) and isinstance(node, cst.Call) and "modules" in _mentioned(node):
        imports.lose_names(frame, state)
    return NONE


def _may_be_a_module(value: Value) -> bool:
    return isinstance(value, Unknown) or (
        isinstance(value, Instance) and value.class_name == "types.ModuleType"
    )


def _mentioned(node: cst.Call) -> str:
    """The attribute that the first argument is taken from: `modules` of `sys.modules[__name__]`."""
    match list(node.args):
        case [cst.Arg(value=cst.Subscript(value=cst.Attribute(attr=cst.Name(value=name)))), *_]:
            return name
        case _:
            return ""


@native("sys.exc_info")
def _exc_info(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    """What is being handled here; elsewhere it may be what the caller handles, or nothing."""
    if frame.handled is None:
        return None
    kinds = [class_facts.class_value(frame, state, member) for member in members(frame.handled)]
    kind = join_all(UNKNOWN if cls is None else cls for cls in kinds)
    return TupleValue((kind, frame.handled, Instance("types.TracebackType", origin=frame.step(node))))


@native("builtins.exec", "builtins.eval")
def _execute(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    imports.lose_names(frame, state)
    may_raise(frame, state)
    return UNKNOWN


@native("builtins.hasattr")
def _hasattr(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    target, name = arguments.get(0) or UNKNOWN, arguments.get(1)
    if isinstance(name, Constant) and isinstance(name.value, str):
        verdicts = set()
        for member in members(target):
            if isinstance(member, (Unknown, Json)):
                return narrowing.BOOL
            found = attributes.attribute(frame, state.copy(), member, name.value, node)
            verdicts.add(None if isinstance(found, Unknown) else found is not NEVER)
        if len(verdicts) == 1 and None not in verdicts:
            return constant(verdicts.pop())
    return narrowing.BOOL


@native("builtins.vars")
def _vars(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    return attributes.attribute(frame, state, arguments.get(0) or UNKNOWN, "__dict__", node)


def _wrapped(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode, kind: str) -> Value | None:
    function = arguments.get(0, "fget")
    return UNKNOWN if function is None else Wrapped(kind, function, frame.step(node))


for _kind, _names in {
    "property": ("builtins.property", "abc.abstractproperty"),
    "cached_property": ("functools.cached_property",),
    "classmethod": ("builtins.classmethod", "abc.abstractclassmethod"),
    "staticmethod": ("builtins.staticmethod", "abc.abstractstaticmethod"),
}.items():
    for _name in _names:
        native(_name)(functools.partial(_wrapped, kind=_kind))


@native("builtins.super")
def _explicit_super(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    owner, receiver = arguments.get(0), arguments.get(1)
    if isinstance(owner, Reference) and receiver is not None:
        return Super(owner.site, receiver)
    return UNKNOWN


@native("super.*")
def _super_method(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    """A method that a stub class gives to a subclass of the project."""
    this, *rest = arguments.positional
    assert isinstance(this, Native)
    name = this.name.partition(".")[2]
    base, receiver = this.data
    if (base, name) == ("json.encoder.JSONEncoder", "default"):
        may_raise(frame, state)
        return NEVER  # it raises TypeError for everything
    match name, receiver:
        case "__init__", Reference(site=site):
            record = state.heap.get(site)
            if isinstance(record, InstanceObject):
                if isinstance(record.content, Reference):
                    dispatch.call(
                        frame, state, attributes.attribute(frame, state, record.content, "update", node),
                        Arguments(tuple(rest), arguments.keywords), node,
                    )  # fmt: skip
                    state.dead = False
                return NONE
        case _, Reference(site=site):
            record = state.heap.get(site)
            if isinstance(record, InstanceObject) and record.content is not None:
                method = attributes.attribute(frame, state, record.content, name, node)
                return dispatch.call(frame, state, method, Arguments(tuple(rest), arguments.keywords), node)
            if name == "to_dict" or name.startswith("model_"):
                return UNKNOWN
    return queries.call_inherited(
        frame, state, str(this.data[0]), name, Arguments(tuple(rest), arguments.keywords)
    )


@native("builtins.object")
def _object(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    """A sentinel: equal to itself only."""
    return Native("object", (node, frame.context), frame.step(node))


@native("json.encoder.JSONEncoder.default")
def _encoder_default(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    may_raise(frame, state)
    return NEVER  # it raises TypeError for everything


@native("object.__init__")
def _object_init(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    return NONE
