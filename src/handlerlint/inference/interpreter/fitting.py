"""Whether the arguments of a call fit what is called, in Python's own words. For `calls`."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from handlerlint.inference.core.context import Frame, InterpreterContext
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.failure import Failure
from handlerlint.inference.domain.heap import ClassObject, State
from handlerlint.inference.domain.values import (
    BoundMethod,
    FunctionValue,
    Reference,
    StubValue,
    Value,
    Wrapped,
)
from handlerlint.inference.objects import attributes, class_facts
from handlerlint.inference.stubs.types import ClassObjectType, FunctionType, NamedType
from handlerlint.runtime.library_names import absent_parameter


def misfit(
    frame: Frame, state: State, function: Value, arguments: Arguments, node: cst.Call
) -> Failure | None:
    """Why a function or class of the project certainly cannot take these arguments; None where it may."""
    if not arguments.complete:
        return None
    made = function
    if isinstance(function, Reference):
        initializer = _initializer(frame, state, function)
        if initializer is None:
            return None
        function = BoundMethod(initializer, function)
    if isinstance(function, BoundMethod):
        arguments = arguments.after(function.receiver)
        function = function.function
    if not isinstance(function, FunctionValue) or isinstance(function.node, cst.Lambda):
        return None
    name = qualified_name(frame.interpreter, state, function)
    wrong = _wrong(function.node.params, arguments)
    if wrong is None:
        return None
    record = state.heap.get(made.site) if isinstance(made, Reference) else None
    called = record.name if isinstance(record, ClassObject) else function.node.name.value
    given = () if arguments.keywords else arguments.positional
    said, what = f"{name}() {wrong}", f"`{called}()` {wrong}"
    return Failure(frame.module.file, node, "TypeError", said, what, callee=function, given=given)


def _initializer(frame: Frame, state: State, cls: Reference) -> FunctionValue | None:
    """The `__init__` that a call of a class of the project certainly comes to."""
    record = state.heap.get(cls.site)
    order, complete = class_facts.resolution_order(frame, state, cls)
    if not isinstance(record, ClassObject) or record.kind == "enum" or not record.known or not complete:
        return None
    allocator = attributes.find_in_class(frame, state, cls, "__new__")[0]
    if allocator is not None and "builtins.BaseException" not in order:
        return None
    if isinstance(allocator, (FunctionValue, Wrapped)):
        return None
    own = record.names.get("__init__")
    classes = [state.heap.get(one) for one in order if isinstance(one, tuple)]
    if own is None and any(isinstance(one, ClassObject) and one.kind != "class" for one in classes):
        return None  # made by a decorator or a base
    found = own if own is not None else attributes.find_in_class(frame, state, cls, "__init__")[0]
    return found if isinstance(found, FunctionValue) else None


def _wrong(parameters: cst.Parameters, arguments: Arguments) -> str | None:
    """What Python says of arguments that do not fit, in the order in which it looks."""
    positional = [*parameters.posonly_params, *parameters.params]
    names = [parameter.name.value for parameter in positional]
    by_name = [parameter.name.value for parameter in (*parameters.params, *parameters.kwonly_params)]
    count = len(arguments.positional)
    for keyword in arguments.keywords:
        if keyword in by_name:
            if keyword in names[:count]:
                return f"got multiple values for argument '{keyword}'"
        elif parameters.star_kwarg is None:
            if keyword in names:
                return f"got some positional-only arguments passed as keyword arguments: '{keyword}'"
            return f"got an unexpected keyword argument '{keyword}'"
    if count > len(names) and not isinstance(parameters.star_arg, cst.Param):
        return _too_many(positional, parameters.kwonly_params, arguments)
    given = {*names[:count], *arguments.keywords}
    for kind, group in (("positional", positional), ("keyword-only", parameters.kwonly_params)):
        missing = [one.name.value for one in group if one.default is None and one.name.value not in given]
        if missing:
            return f"missing {len(missing)} required {kind} argument{plural(len(missing))}: {listed(missing)}"
    return None


def _too_many(
    positional: Sequence[cst.Param], keyword_only: Sequence[cst.Param], arguments: Arguments
) -> str:
    most = len(positional)
    least = sum(parameter.default is None for parameter in positional)
    takes = f"{most} positional argument{plural(most)}"
    if least < most:
        takes = f"from {least} to {most} positional arguments"
    count = len(arguments.positional)
    also = [one.name.value for one in keyword_only if one.name.value in arguments.keywords]
    were = "was" if count == 1 and not also else "were"
    given = str(count)
    if also:
        given += (
            f" positional argument{plural(count)} (and {len(also)} keyword-only argument{plural(len(also))})"
        )
    return f"takes {takes} but {given} {were} given"


def listed(names: Sequence[str]) -> str:
    """Names the way Python lists missing arguments."""
    quoted = [f"'{name}'" for name in names]
    match quoted:
        case [only]:
            return only
        case [first, second]:
            return f"{first} and {second}"
        case _:
            return ", ".join(quoted[:-1]) + f", and {quoted[-1]}"


def plural(count: int) -> str:
    """What a word ends with that stands for some."""
    return "" if count == 1 else "s"


def newer_keyword(frame: Frame, function: Value, arguments: Arguments, node: cst.Call) -> Failure | None:
    """A keyword argument that the function of the standard library takes in another Python only."""
    interpreter = frame.interpreter
    if not interpreter.version_is_known or not isinstance(function, StubValue):
        return None
    match function.type:
        case FunctionType(function=stub):
            name = stub.qualname
        case ClassObjectType(of=NamedType(name=name)):
            pass
        case _:
            return None
    for keyword in arguments.keywords:
        span = absent_parameter(name, keyword, interpreter.python_version)
        if span is not None and (name.rpartition(".")[0], name.rpartition(".")[2]) not in interpreter.patched:
            short = name.rpartition(".")[2]
            what = "Python {}.{}'s `{}()` takes no `{}=`, which {}".format(
                *interpreter.python_version, short, keyword, span.words()
            )
            said = f"{short}() got an unexpected keyword argument '{keyword}'"
            return Failure(frame.module.file, node, "TypeError", said, what)
    return None


def qualified_name(interpreter: InterpreterContext, state: State, function: FunctionValue) -> str:
    """`__qualname__`, which Python's messages use since 3.10."""
    if not isinstance(function.node, cst.FunctionDef):
        return "<lambda>"
    outer = "".join(f"{interpreter.scope_names.get(scope[1], '')}.<locals>." for scope in function.scopes)
    owner = state.heap.get(function.owner) if function.owner is not None else None
    inside = f"{owner.name}." if isinstance(owner, ClassObject) else ""
    return f"{outer}{inside}{function.node.name.value}"
