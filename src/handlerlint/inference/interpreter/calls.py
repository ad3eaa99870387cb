"""Calls: evaluating arguments, finding what is called, and interpreting functions of the project."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import libcst as cst

from handlerlint.inference.core import allocation, dispatch, registry
from handlerlint.inference.core.context import (
    DEEPEST_CALL,
    MOST_RAISES,
    WIDEST_FORK,
    BudgetExceeded,
    Flow,
    Frame,
    InterpreterContext,
    ModuleRecord,
    Raise,
)
from handlerlint.inference.core.dispatch import (
    evaluate,
    evaluates,
    forks,
    invoke,
    invokes,
    joined,
    may_raise,
    reduced,
)
from handlerlint.inference.core.failing import fail
from handlerlint.inference.core.garbage import drop_leftovers
from handlerlint.inference.core.registry import Call
from handlerlint.inference.core.summaries import CallKey, Paths, Raised
from handlerlint.inference.domain import naming, terms
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import (
    Container,
    Entry,
    Namespace,
    State,
    lose,
)
from handlerlint.inference.domain.join import join_into, merge_paths, mergeable
from handlerlint.inference.domain.values import (
    NEVER,
    NONE,
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
    StubValue,
    Super,
    Term,
    TupleValue,
    Unbound,
    Unknown,
    Value,
    Wrapped,
    constant,
    join_all,
    with_step,
)
from handlerlint.inference.effects import (
    answers,
    deferred,
    dependences,
    escape,
    library_calls,
    purity,
    suspended,
)
from handlerlint.inference.interpreter import (
    certain_errors,
    fitting,
    implied_else,
    imports,
    opaque_decorators,
    swallowing,
)
from handlerlint.inference.objects import attribute_changes, decoded_json, dicts, iterating, kinds, lists
from handlerlint.inference.syntax.scopes import scope_of
from handlerlint.inference.types import queries
from handlerlint.records import replace

#: The same function inside itself at most this often.
DEEPEST_RECURSION = 2


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
    failure = fitting.newer_keyword(frame, function, arguments, node) if arguments.keywords else None
    failure = failure or fitting.not_taken(frame, state, function, arguments, node)
    failure = failure or fitting.abstract_class(frame, state, function, node)
    failure = failure or certain_errors.of_call(frame, state, function, arguments, node)
    iterating.begin(state, node)
    paths = [] if failure is not None else invoke(frame, state, function, arguments, node)
    if paths:
        frame.interpreter.passed.add(node)
    elif failure := failure or fitting.misfit(frame, state, function, arguments, node):
        fail(frame, state, failure)
    named = [(path, purity.named(path, value, name, node)) for path, value in paths]
    for path, value in named:
        if isinstance(value, Instance) and value.is_exact and arguments.complete:
            _keep_arguments(frame, path, function, value, arguments)
    if name is not None:
        tells = library_calls.effects_of(registry.name_of(function) or "").tells
        for path, value in named:
            dependences.note(path, value, function, arguments, tells=tells)
    return named


def _keep_arguments(
    frame: Frame, state: State, function: Value, value: Instance, arguments: Arguments
) -> None:
    """What an object was made with is in it: `args` of an exception (not of an OSError), the names of a namespace."""
    stubs = frame.interpreter.stubs
    if value.class_name == "types.SimpleNamespace" and not arguments.positional:
        for name, given in arguments.keywords.items():
            attribute_changes.hold(state, value, name, given)
        return
    is_exception = stubs.is_subclass(value.class_name, "builtins.Exception")
    if not is_exception or stubs.is_subclass(value.class_name, "builtins.OSError"):
        return
    if registry.name_of(function).startswith("builtins."):
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
    merged = replace(
        arguments,
        positional=(*partial.arguments, *arguments.positional),
        keywords={**dict(partial.keywords), **arguments.keywords},
    )
    return invoke(frame, state, partial.function, merged, node)


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
        for path in decoded_json.choose_key(state, behind, first, default):
            paths += outcome(path, kinds.call_method(frame, path, method, arguments, node))
        return paths
    if method.name == "get" and default in (None, NONE):
        arguments = _with_doubt(frame, state, method, first, arguments)
    for path, key in dicts.choose_key(state, method.receiver, first):
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
    if value is None:
        value = queries.call(frame, state, function, arguments, node)
    elif isinstance(value, Unknown):
        escape.note(state, arguments.values, value)
    return outcome(state, value)


@invokes(Native)
def _call_closure(
    frame: Frame, state: State, function: Native, arguments: Arguments, node: cst.CSTNode
) -> Paths:
    value = registry.answer(Call(frame, state, function, arguments, node))
    return outcome(state, call_unknown(frame, state, function, arguments) if value is None else value)


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
    return [(state, call_unknown(frame, state, function, arguments) if value is None else value)]


@invokes(Unknown, Never, Unbound, NamespacePackageValue, Super, Wrapped)
def _call_anything(
    frame: Frame, state: State, function: Value, arguments: Arguments, node: cst.CSTNode
) -> Paths:
    return [(state, call_unknown(frame, state, function, arguments))]


def call_unknown(frame: Frame, state: State, function: Value, arguments: Arguments) -> Value:
    """Call what is not known: it may change whatever it is given, and return anything."""
    may_raise(frame, state)
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
    deferred.lose_to_callbacks(frame, state, arguments.values)
    return UNKNOWN


# --- functions of the project ----------------------------------------------------------------------------


@invokes(FunctionValue)
def call_function(
    frame: Frame, state: State, function: FunctionValue, arguments: Arguments, node: cst.CSTNode
) -> Paths:
    """Interpret a function of the project with the given arguments."""
    interpreter = frame.interpreter
    inside = sum(1 for active in interpreter.active if active is function.node)
    module = interpreter.by_site.get(function.module)
    if inside >= DEEPEST_RECURSION or frame.depth >= DEEPEST_CALL or module is None:
        interpreter.summaries.cuts += 1
        value = call_unknown(frame, state, function, arguments)
        return [(state, value)]
    context = interpreter.context(frame.context, node, function.node)
    if inside:
        interpreter.generic.add(context)
    circumstances = (
        *(bool(interpreter.trying), bool(interpreter.probing), bool(interpreter.swallowing)),
        frozenset(interpreter.running),
    )
    same_call = CallKey(function, arguments, (context, *circumstances), (function.node, *circumstances))
    known = interpreter.summaries.find(same_call, state, interpreter.changes)
    if known is not None:
        for dump in known.dumps:
            interpreter.note_dump(dump)
        asked = None if known.is_open else (state.copy(), known.read)
        paths, left = interpreter.summaries.again(known, state)
    else:
        recording = interpreter.summaries.begin(state, interpreter.work, interpreter.changes)
        try:
            ways_out = _interpreted(frame, state, module, function, arguments, node, context)
        finally:
            seen = interpreter.summaries.end(recording)
        if ways_out is None:
            may_raise(frame, state)
            return []
        ways_out = suspended.called(function, recording.before, seen.sites, ways_out[0]), ways_out[1]
        paths, left = ways_out
        before = recording.before
        asked = None if seen.open else (before, before.heap.looked_at(seen.sites))
        interpreter.summaries.keep(
            recording, seen, same_call, state, ways_out, interpreter.work, interpreter.changes
        )
    if asked is not None:
        paths = answers.consistent(same_call, *asked, paths)
    _leave(frame, state, left)
    what = f"returned by `{_name(function)}()` here"
    return [(path, with_step(value, what, frame.module.file, node)) for path, value in paths]


def _leave(frame: Frame, state: State, raised: Raised) -> None:
    """What a call raises may leave the caller, too; `state` itself goes on as what the call returns."""
    frame.raised.extend(Raise(path.copy() if path is state else path, value) for path, value in raised)
    if len(frame.raised) > MOST_RAISES:
        frame.raised = reduced(frame.raised)


def _interpreted(
    frame: Frame,
    state: State,
    module: ModuleRecord,
    function: FunctionValue,
    arguments: Arguments,
    node: cst.CSTNode,
    context: int,
) -> tuple[Paths, Raised] | None:
    """What a call of a function of the project returns and raises; None if the arguments do not fit."""
    interpreter = frame.interpreter
    info = scope_of(function.node)
    scope = ("scope", id(function.node), context)
    interpreter.scope_names[id(function.node)] = _name(function)
    activation = Frame(
        interpreter,
        module,
        scope,
        info,
        function.scopes,
        context,
        function,
        frame,
        frame.depth + 1,
        call=node,
    )
    state.heap[scope] = Namespace({})
    if not bind_parameters(activation, state, function, arguments):
        return None
    before, outer = state.copy(), interpreter.share()
    if outer is None:
        return _not_followed(interpreter, before, function, arguments)
    interpreter.active.append(function.node)
    try:
        paths = _run(activation, state, function)
    except BudgetExceeded:
        swallowing.give_up(activation)
        if interpreter.work > outer[0]:
            raise
        return _not_followed(interpreter, before, function, arguments)
    finally:
        interpreter.restore(outer)
        interpreter.active.pop()
    raised = [(item.state, item.value) for item in activation.raised] if interpreter.trying else []
    swallowing.end(activation, [path for path, _ in paths])
    for path, value in (*paths, *raised):
        if not info.nested:
            path.heap.remove(scope)
        found = (value, *activation.yields)
        drop_leftovers(before, path, before.heap.trace.sites, found, interpreter.opaque)
    return (
        [(path, _returned(frame, activation, value, node)) for path, value in _merged(paths)],
        [(item.state, item.value) for item in reduced([Raise(*item) for item in raised])],
    )


def _not_followed(
    interpreter: InterpreterContext, state: State, function: FunctionValue, arguments: Arguments
) -> tuple[Paths, Raised]:
    """A call that is too much work: it may change what it is given and what modules hold, and return anything."""
    if function.node not in interpreter.unfollowed:
        interpreter.unfollowed.add(function.node)
        import logging

        logging.getLogger(__name__).debug("%s(): too much work, taken for unknown", _name(function))
    interpreter.summaries.cuts += 1
    imports.lose_globals(interpreter, state)
    lose(state, (function, *arguments.values))
    return [(state, UNKNOWN)], [(state.copy(), None)] if interpreter.trying else []


def _name(function: FunctionValue) -> str:
    return function.node.name.value if isinstance(function.node, cst.FunctionDef) else "<lambda>"


def _returned(frame: Frame, activation: Frame, value: Value, node: cst.CSTNode) -> Value:
    function = activation.function
    assert function is not None
    if activation.info.is_generator and isinstance(value, Lazy):
        return replace(value, origin=frame.step(node))
    if suspended.is_async(function):
        return Coroutine(value, _name(function), frame.step(node))
    return value


def _run(activation: Frame, state: State, function: FunctionValue) -> Paths:
    if isinstance(function.node, cst.Lambda):
        return dispatch.evaluate_paths(activation, state, function.node.body)
    flow = Flow()
    before = state.copy()
    after = dispatch.run_body(activation, [state], function.node.body, flow)
    activation.raised.extend(flow.raises)
    outcomes: Paths = [(path, NONE) for path in after]
    outcomes += [(item.state, item.value) for item in flow.returns]
    return _generators(activation, before, outcomes) if activation.info.is_generator else outcomes


def _generators(activation: Frame, before: State, outcomes: Paths) -> Paths:
    """The generator on each path of its body, which knows what it has yielded there.

    One that comes to no end (`while True`) yields any of what it yields.
    """
    assert activation.function is not None
    is_async = suspended.is_async(activation.function)
    kind = "types.AsyncGeneratorType" if is_async else "types.GeneratorType"
    if not outcomes:
        return [(before, Lazy(kind, None, join_all(activation.yields), result=NONE))]
    generators: Paths = []
    for path, result in outcomes:
        # It need not come to its end for its elements to be taken.
        deferred.lose_what_generators_spoil(before, path)
        elements = lists.yielded(path, activation.scope)
        path.heap.remove(lists.site_of_yields(activation.scope))
        every = join_all(elements.parts())
        generator = Lazy(kind, elements.known_elements, every, nonempty=elements.truth is True, result=result)
        generators.append((path, generator))
    return generators


def _merged(outcomes: Paths) -> Paths:
    """Join outcomes that nothing later can tell apart; keep at most as many as paths are kept apart anywhere."""
    found: Paths = []
    for path, value in outcomes:
        for other, same in found:
            if same == value and mergeable(other, path):
                join_into(other, path)
                break
        else:
            found.append((path, value))
    if len(found) <= WIDEST_FORK:
        return found
    surplus = found[WIDEST_FORK - 1 :]
    merged = merge_paths([path for path, _ in surplus], 1)
    return [*found[: WIDEST_FORK - 1], (merged[0], join_all(value for _, value in surplus))]


def bind_parameters(activation: Frame, state: State, function: FunctionValue, arguments: Arguments) -> bool:
    """Bind arguments to parameters; false when they certainly do not fit (a TypeError)."""
    node = function.node.params
    defaults = dict(function.defaults)
    keywords = dict(arguments.keywords)
    positional = list(arguments.positional)
    names: dict[str, Value] = {}
    positional_only = {parameter.name.value for parameter in node.posonly_params}
    for parameter in (*node.posonly_params, *node.params, *node.kwonly_params):
        name, by_position = parameter.name.value, parameter not in node.kwonly_params
        if by_position and positional:
            names[name] = positional.pop(0)
        elif name in keywords and name not in positional_only:
            names[name] = keywords.pop(name)
        else:
            further = arguments.further if by_position else None
            further = arguments.further_keyword(name) if further is None else further
            possible = [value for value in (further, defaults.get(name)) if value is not None]
            if not possible:
                return False
            names[name] = join_all(possible)
    if isinstance(node.star_arg, cst.Param):
        names[node.star_arg.name.value] = TupleValue(tuple(positional), arguments.further)
    elif positional:
        return False
    if node.star_kwarg is not None:
        entries: dict[Value, Entry] = {constant(key): Entry(value) for key, value in keywords.items()}
        rest = arguments.further_keywords
        names[node.star_kwarg.name.value] = allocation.new_dict(
            activation, state, node.star_kwarg, entries,
            None if rest is None else Instance("builtins.str"), rest,
        )  # fmt: skip
    elif keywords:
        return False
    state.heap[activation.scope] = Namespace(names)
    return True
