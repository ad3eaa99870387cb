"""Calls: evaluating arguments, and what is done by whatever is called that is no function of the project."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import cast

import libcst as cst

from handlerlint.inference.core import registry
from handlerlint.inference.core.context import (
    Frame,
)
from handlerlint.inference.core.dispatch import (
    evaluate,
    evaluates,
    forks,
    invoke,
    invokes,
    joined,
    may_raise,
)
from handlerlint.inference.core.failing import fail
from handlerlint.inference.core.registry import Call
from handlerlint.inference.core.summaries import Paths
from handlerlint.inference.domain import naming, terms
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.failure import Failure
from handlerlint.inference.domain.heap import (
    Container,
    InstanceObject,
    State,
    lose,
)
from handlerlint.inference.domain.unions import join_all, members
from handlerlint.inference.domain.values import (
    NEVER,
    NONE,
    TRUE,
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
    NamespacePackageValue,
    Native,
    Never,
    Partial,
    Reference,
    StubValue,
    Super,
    Term,
    TupleValue,
    Unbound,
    Unknown,
    Value,
    Wrapped,
    constant,
)
from handlerlint.inference.effects import (
    deferred,
    dependences,
    escape,
    library_calls,
    purity,
)
from handlerlint.inference.interpreter import (
    certain_errors,
    fitting,
    implied_else,
    opaque_decorators,
    swallowing,
)
from handlerlint.inference.objects import (
    attribute_changes,
    class_facts,
    decoded_json,
    dict_keys,
    dicts,
    iterating,
    json_keys,
    kinds,
    nulls,
)
from handlerlint.inference.stubs.types import (
    ClassObjectType,
    FunctionType,
    NamedType,
    NoneType,
    StubFunction,
    StubSignature,
)
from handlerlint.inference.syntax.scopes import nodes_in
from handlerlint.inference.types import queries
from handlerlint.records import replace

# --- the call expression ---------------------------------------------------------------------------------


@forks(cst.Call)
def call_paths(frame: Frame, state: State, node: cst.Call, *, is_joined: bool = False) -> Paths:
    """The outcomes of a call expression, each on its own path (or joined by who asks)."""
    function = evaluate(frame, state, node.func)
    if state.dead:
        return []
    form = registry.find_form(function)
    if form is not None and (value := form(frame, state, node)) is not None:
        return outcome(state, value)
    arguments = evaluate_arguments(frame, state, node.args)
    if state.dead:
        return []
    called = frame.interpreter.called
    called[node] = (function if called.get(node, (function,))[0] == function else UNKNOWN), arguments
    forking = registry.find_forking(function)
    if forking is not None:
        found = forking(Call(frame, state, function, arguments, node), is_joined)
        if found is not None:
            return found
    name = _name_of_result(frame, state, function, arguments, node)
    failure = _certain_failure(frame, state, function, arguments, node)
    iterating.begin(state, node)
    tells_nothing = certain_errors.has_no_element(state, function, arguments)
    paths = [] if failure is not None else invoke(frame, state, function, arguments, node)
    if paths:
        if not tells_nothing:
            frame.interpreter.passed.add(node)
    elif failure := failure or fitting.misfit(frame, state, function, arguments, node):
        fail(frame, state, failure)
    found = [(path, naming.named_result(path, value, name, node)) for path, value in paths]
    if paths and all(value == NONE for _, value in paths) and gives_nothing(frame, state, function):
        found = [(path, nulls.always(frame, node)) for path, _ in paths]
    tells = library_calls.effects_of(registry.name_of(function) or "").tells
    for path, value in found:
        _keep_arguments(frame, path, function, value, arguments)
        if name is not None:
            dependences.note(path, value, function, arguments, tells=tells)
    return found


def gives_nothing(frame: Frame, state: State, function: Value) -> bool:
    """Whether a function gives None, whatever it is given."""
    if isinstance(function, BoundMethod):
        function = function.function
    type_: object = getattr(function, "type", None)
    match function:
        case FunctionValue(node=cst.FunctionDef() as node):
            return _has_no_result(node)
        case BuiltinMethod(receiver=Reference() as receiver, name=name):
            record = state.object_of(receiver)
            if isinstance(record, Container):
                type_ = frame.interpreter.stubs.attribute(NamedType(record.class_name), name)
        case _:
            pass
    signatures = type_.function.signatures if isinstance(type_, FunctionType) else ()
    return bool(signatures) and all(isinstance(each.result, NoneType) for each in signatures)


@lru_cache(maxsize=1024)
def _has_no_result(node: cst.FunctionDef) -> bool:
    """Whether no `return` of a function, nor of one inside it, has a value."""
    return node.asynchronous is None and not any(
        isinstance(part, cst.Yield) or (isinstance(part, cst.Return) and part.value is not None)
        for part in nodes_in(node.body)
    )


def _certain_failure(
    frame: Frame, state: State, function: Value, arguments: Arguments, node: cst.Call
) -> Failure | None:
    """Why a call certainly raises before anything of its body runs; None where it does not."""
    return (
        (fitting.newer_keyword(frame, function, arguments, node) if arguments.keywords else None)
        or fitting.not_taken(frame, state, function, arguments, node)
        or fitting.abstract_class(frame, state, function, node)
        or certain_errors.of_call(frame, state, function, arguments, node)
        or fitting.callback_misfit(frame, state, function, arguments, node)
    )


def _keep_arguments(frame: Frame, state: State, function: Value, value: Value, arguments: Arguments) -> None:
    """What an object was made with is in it: `args` of an exception (not of an OSError), the names of a namespace."""
    if not (isinstance(value, Instance) and value.is_exact and arguments.complete):
        return
    stubs, name = frame.interpreter.stubs, registry.name_of(function)
    if name != value.class_name:
        return  # it was made elsewhere
    if value.class_name == "types.SimpleNamespace" and not arguments.positional:
        for attribute, given in (*arguments.keywords.items(), (attribute_changes.WHOLE, TRUE)):
            attribute_changes.hold(state, value, attribute, given)
        return
    is_exception = stubs.is_subclass(value.class_name, "builtins.Exception")
    if not is_exception or stubs.is_subclass(value.class_name, "builtins.OSError"):
        return
    if name.startswith("builtins."):
        attribute_changes.hold(state, value, "args", TupleValue(arguments.positional))


def _name_of_result(
    frame: Frame, state: State, function: Value, arguments: Arguments, node: cst.Call
) -> Term | None:
    """What a call gives, where that is not known: by its place, and of one that only looks by what it is given."""
    if isinstance(function, (FunctionValue, BoundMethod, Partial)):
        return None  # what it gives is found in its body
    found = purity.term_of_result(frame, state, function, arguments)
    if found is not None:
        return found
    state.heap.trace.open = True
    return ("call", id(node), frame.context)


@evaluates(cst.Call)
def _call_joined(frame: Frame, state: State, node: cst.Call) -> Value:
    """The value of a call expression, whichever path it takes."""
    return joined(frame, state, call_paths(frame, state, node, is_joined=True))


def evaluate_arguments(frame: Frame, state: State, nodes: Sequence[cst.Arg]) -> Arguments:
    """The values of a call's arguments, in order."""
    positional: list[Value] = []
    keywords: dict[str, Value] = {}
    further: list[Value] = []
    further_keywords: list[Value] = []
    for node in nodes:
        value = evaluate(frame, state, node.value)
        if state.dead:
            break
        if node.star == "*":
            known, rest = iterating.unpack(frame, state, value, node)
            (further if further else positional).extend(known)
            if rest is not None:
                further.append(rest)
        elif node.star == "**":
            _spread(state, value, keywords, further_keywords)
        elif node.keyword is not None:
            keywords[node.keyword.value] = value
        else:
            (further if further else positional).append(value)
    return Arguments(
        tuple(positional),
        keywords,
        join_all(further) if further else None,
        join_all(further_keywords) if further_keywords else None,
    )


def _spread(state: State, value: Value, keywords: dict[str, Value], further: list[Value]) -> None:
    record = state.object_of(value)
    if not isinstance(record, Container):
        further.append(decoded_json.json_element(state, value) if isinstance(value, Json) else UNKNOWN)
        return
    for key, item, maybe in record.items_by_key():
        if isinstance(key, Constant) and isinstance(key.value, str) and not maybe:
            keywords[key.value] = item
        else:
            further.append(UNKNOWN if key is not None else item)


# --- what is called --------------------------------------------------------------------------------------


def outcome(state: State, value: Value) -> Paths:
    return [] if value is NEVER else [(state, value)]


@invokes(BoundMethod)
def _call_method(
    frame: Frame, state: State, method: BoundMethod, arguments: Arguments, node: cst.CSTNode
) -> Paths:
    return invoke(frame, state, method.function, arguments.after(method.receiver), node)


@invokes(Partial)
def _call_partial(
    frame: Frame, state: State, partial: Partial, arguments: Arguments, node: cst.CSTNode
) -> Paths:
    return invoke(frame, state, partial.function, arguments.of_partial(partial), node)


@invokes(BuiltinMethod)
def _call_builtin_method(
    frame: Frame, state: State, method: BuiltinMethod, arguments: Arguments, node: cst.CSTNode
) -> Paths:
    first = arguments.get(0)
    if first is None or method.name not in ("get", "pop", "setdefault", "__getitem__", "__contains__"):
        return outcome(state, kinds.call_method(frame, state, method, arguments, node))
    paths: Paths = []
    default = arguments.get(1, "default")
    behind = dicts.json_with(state, method.receiver, first)
    if behind is not None and method.name == "get" and default is not None:
        for path in json_keys.choose_key(state, behind, first, default):
            paths += outcome(path, kinds.call_method(frame, path, method, arguments, node))
        return paths
    if method.name == "get" and default in (None, NONE):
        arguments = _with_doubt(frame, state, method, first, arguments)
    for path, key in dict_keys.choose_key(state, method.receiver, first):
        given = replace(arguments, positional=(key, *arguments.positional[1:]))
        paths += outcome(path, kinds.call_method(frame, path, method, given, node))
    return paths


def _with_doubt(
    frame: Frame, state: State, get: BuiltinMethod, key: Value, arguments: Arguments
) -> Arguments:
    """The arguments of `TABLE.get(key)`; with an Unknown as default where it may be that none is ever missing."""
    if not implied_else.may_be_one_of(frame, state, get, key):
        return arguments
    either = terms.named(UNKNOWN, purity.term_of_result(frame, state, get, arguments))
    return replace(arguments, positional=(key, either), keywords={})


@invokes(StubValue)
def _call_stub(
    frame: Frame, state: State, function: StubValue, arguments: Arguments, node: cst.CSTNode
) -> Paths:
    value = registry.answer(Call(frame, state, function, arguments, node))
    method = _of_its_receiver(frame, state, function, arguments) if value is None else None
    if method is not None:
        return invoke(frame, state, method, replace(arguments, positional=arguments.positional[1:]), node)
    if value is None:
        value = _told_by_class(frame, state, function, arguments)
    if value is None:
        value = queries.call(frame, state, function, arguments, node)
    elif isinstance(value, Unknown):
        escape.note(state, arguments.values, value)
    return outcome(state, value)


def _told_by_class(frame: Frame, state: State, function: StubValue, arguments: Arguments) -> Value | None:
    """What `inspect.isgenerator(value)` and the like say, which stubs declare to return `TypeIs[GeneratorType]`."""
    match function.type:
        case FunctionType(
            function=StubFunction(
                signatures=(StubSignature(result=NamedType(name="typing.TypeIs", args=(wanted,))),)
            ),
            receiver=None,
        ) if len(arguments.positional) == len(arguments.values) == 1:
            pass
        case _:
            return None
    cls = NamedType("builtins.type") if isinstance(wanted, ClassObjectType) else wanted
    verdicts = {
        class_facts.is_instance(frame, state, member, StubValue(ClassObjectType(cls)))
        for member in members(arguments.positional[0])
    }
    return None if len(verdicts) > 1 or None in verdicts else constant(verdicts.pop())


def _of_its_receiver(
    frame: Frame, state: State, function: StubValue, arguments: Arguments
) -> BuiltinMethod | None:
    """`row.update` where `dict.update` is called with a dict, or with what inherits from it."""
    match function, arguments.positional:
        case (
            StubValue(
                type=FunctionType(function=StubFunction(kind="method", qualname=qualname), receiver=None)
            ),
            [Reference() | Json() as receiver, *_],
        ):
            pass
        case _:
            return None
    record, changed = state.object_of(receiver), cast("Value", receiver)
    if isinstance(record, InstanceObject) and record.content is not None:
        changed, record = record.content, state.object_of(record.content)
    owner, _, name = qualname.rpartition(".")
    if not isinstance(changed, Json) and not isinstance(record, Container):
        return None
    is_one = class_facts.is_instance(frame, state, changed, StubValue(ClassObjectType(NamedType(owner))))
    return None if is_one is False else BuiltinMethod(changed, name)


@invokes(Native)
def _call_closure(
    frame: Frame, state: State, function: Native, arguments: Arguments, node: cst.CSTNode
) -> Paths:
    value = registry.answer(Call(frame, state, function, arguments, node))
    return outcome(state, call_unknown(frame, state, function, arguments, node) if value is None else value)


@invokes(EnumMember)
def _call_member(
    frame: Frame, state: State, member: EnumMember, arguments: Arguments, node: cst.CSTNode
) -> Paths:
    return [(state, UNKNOWN)]


@invokes(Json, Constant, TupleValue, Lazy, Coroutine, ModuleValue)
def _call_what_is_not_callable(
    frame: Frame, state: State, value: Value, arguments: Arguments, node: cst.CSTNode
) -> Paths:
    may_raise(frame, state)
    return []


@invokes(Instance)
def _call_instance(
    frame: Frame, state: State, function: Instance, arguments: Arguments, node: cst.CSTNode
) -> Paths:
    method = queries.attribute(frame, state, function, "__call__", node)
    value = None if method is None else registry.answer(Call(frame, state, method, arguments, node))
    return [(state, call_unknown(frame, state, function, arguments, node) if value is None else value)]


@invokes(Unknown, Never, Unbound, NamespacePackageValue, Super, Wrapped)
def _call_anything(
    frame: Frame, state: State, function: Value, arguments: Arguments, node: cst.CSTNode
) -> Paths:
    return [(state, call_unknown(frame, state, function, arguments, node))]


def call_unknown(
    frame: Frame, state: State, function: Value, arguments: Arguments, node: cst.CSTNode
) -> Value:
    """Call what is not known: it may change whatever it is given, and return anything."""
    may_raise(frame, state, called=node)
    swallowing.doubt(frame, [state])
    opaque_decorators.look_into(frame, state, function, arguments)
    match function:
        case Unknown(term=("attribute", owner, (str(name),), _)) if not purity.only_looks(frame, name):
            naming.changed(state, Unknown(term=cast("Term", owner)))
        case _:
            pass
    for value in arguments.values:
        naming.changed(state, value)
    lose(state, (function, *arguments.values))
    deferred.lose_to_callbacks(frame, state, arguments, node)
    return UNKNOWN
