"""Whether the arguments of a call fit what is called, in Python's own words. For `calls`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import libcst as cst

from handlerlint.inference.core import registry
from handlerlint.inference.core.context import Frame, InterpreterContext
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.failure import Failure
from handlerlint.inference.domain.heap import ClassObject, Container, State
from handlerlint.inference.domain.values import (
    UNKNOWN,
    BoundMethod,
    BuiltinMethod,
    Constant,
    FunctionValue,
    Instance,
    Lazy,
    Partial,
    Reference,
    StubValue,
    TupleValue,
    UnionValue,
    Unknown,
    Value,
    Wrapped,
)
from handlerlint.inference.objects import attributes, class_facts
from handlerlint.inference.objects.fields import settings_of
from handlerlint.inference.stubs.binding import CallShape
from handlerlint.inference.stubs.types import ClassObjectType, FunctionType, NamedType
from handlerlint.records import replace
from handlerlint.runtime.library_names import absent_parameter


def misfit(
    frame: Frame, state: State, function: Value, arguments: Arguments, node: cst.CSTNode
) -> Failure | None:
    """Why a function or class of the project certainly cannot take these arguments; None where it may."""
    while isinstance(function, Partial):
        arguments = arguments.of_partial(function)
        function = function.function
    if not arguments.complete:
        return None
    made = function
    by_fields = _parameters_by_fields(frame, state, function) if isinstance(function, Reference) else None
    if by_fields is not None:
        called, first, parameters = by_fields
        wrong = _wrong(parameters, arguments.after(function))
        said, what = f"{called}.{first}() {wrong}", f"`{called}()` {wrong}"
        return None if wrong is None else Failure(frame.module.file, node, "TypeError", said, what)
    if isinstance(function, Reference):
        initializer = _initializer(frame, state, function)
        if initializer is None:
            return None
        function = BoundMethod(initializer, function)
    if isinstance(function, BoundMethod):
        arguments = arguments.after(function.receiver)
        function = function.function
    if not isinstance(function, FunctionValue):
        return None
    name = qualified_name(frame.interpreter, state, function)
    wrong = _wrong(function.node.params, arguments)
    if wrong is None:
        return None
    record = state.object_of(made)
    called = record.name if isinstance(record, ClassObject) else name.rpartition(".")[2]
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


def _parameters_by_fields(
    frame: Frame, state: State, cls: Reference
) -> tuple[str, str, cst.Parameters] | None:
    """The parameters that a data class or named tuple is certainly made with, and the method that takes them."""
    record = state.heap.get(cls.site)
    order, complete = class_facts.resolution_order(frame, state, cls)
    if not isinstance(record, ClassObject) or not record.known or not complete:
        return None
    bases = [state.heap.get(one) for one in order if isinstance(one, tuple)]
    if not record.takes_fields or not all(
        isinstance(base, ClassObject) and _is_plain(base) for base in bases
    ):
        return None
    by_position, by_name = [cst.Param(cst.Name("self"))], list[cst.Param]()
    for name, default in record.fields:
        settings = settings_of(default)
        if isinstance(default, (Unknown, UnionValue, Instance)):
            return None  # perhaps a field that somebody else has made
        is_optional = default is not None
        if settings is not None:
            if not settings.is_argument:
                continue
            is_optional = settings.default is not None or settings.factory is not None
        parameter = cst.Param(cst.Name(name), default=cst.Ellipsis() if is_optional else None)
        is_by_name = settings is not None and settings.is_by_name
        (by_name if is_by_name else by_position).append(parameter)
    method = "__new__" if record.kind == "named-tuple" else "__init__"
    return record.name, method, cst.Parameters(by_position, kwonly_params=by_name)


def _is_plain(cls: ClassObject) -> bool:
    """Whether a class leaves the making of instances to the fields, in the order in which they are known."""
    several = sum(isinstance(base, Reference) for base in cls.bases) > 1
    has_own = not {"__init__", "__new__", "__call__"}.isdisjoint(cls.names)
    return not several and not has_own and (cls.takes_fields or not cls.fields)


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
            what = "Python {}.{}'s `{}()` has no parameter `{}`, which {}".format(
                *interpreter.python_version, short, keyword, span.words()
            )
            said = f"{short}() got an unexpected keyword argument '{keyword}'"
            return Failure(frame.module.file, node, "TypeError", said, what)
    return None


def not_taken(
    frame: Frame, state: State, function: Value, arguments: Arguments, node: cst.Call
) -> Failure | None:
    """Why a function or class of the standard library certainly cannot take so many arguments, or these names."""
    interpreter = frame.interpreter
    called = _standard(frame, state, function)
    if called is None or not arguments.complete or not interpreter.version_is_known:
        return None
    shape = CallShape(len(arguments.positional), tuple(arguments.keywords))
    if interpreter.stubs.binding(called, shape) is not None:
        return None
    owner, _, short = registry.qualified_name(called).rpartition(".")
    if (owner, short) in interpreter.patched:
        return None
    what = f"`{short}()` {_misfit_of(interpreter, called, shape)}"
    return Failure(frame.module.file, node, "TypeError", "", what)


def callback_misfit(
    frame: Frame, state: State, function: Value, arguments: Arguments, node: cst.Call
) -> Failure | None:
    """Why a function of the project certainly cannot take the elements that one of the library calls it with."""
    callbacks = [
        index
        for index, value in enumerate(arguments.values)
        if isinstance(value, (FunctionValue, BoundMethod, Partial))
    ]
    is_called = arguments.complete and not any(_is_empty(state, value) for value in arguments.values)
    called = _standard(frame, state, function) if callbacks and is_called else None
    if called is None:
        return None
    shape = CallShape(len(arguments.positional), tuple(arguments.keywords))
    counts = frame.interpreter.stubs.called_with_elements(called, shape)
    for index in callbacks:
        if index in counts:
            elements = Arguments((UNKNOWN,) * counts[index])
            failure = misfit(frame, state, arguments.values[index], elements, node)
            if failure is not None:
                short = registry.qualified_name(called).rpartition(".")[2]
                what = f"{failure.what}: `{short}()` calls it with {counts[index]}"
                return replace(failure, what=what, callee=None, given=())
    return None


def _is_empty(state: State, value: Value) -> bool:
    """Whether a value certainly has no elements."""
    if isinstance(value, (Lazy, TupleValue)):
        return value.items == ()
    record = state.object_of(value)
    return isinstance(record, Container) and record.known_elements == ()


def abstract_class(frame: Frame, state: State, cls: Value, node: cst.Call) -> Failure | None:
    """Why no instance of a class of the project can be made: it lacks what its bases leave to it."""
    if not frame.interpreter.abstract or not isinstance(cls, Reference):
        return None
    record = state.heap.get(cls.site)
    order, complete = class_facts.resolution_order(frame, state, cls)
    libraries = {name for name in order if isinstance(name, str)}
    if not isinstance(record, ClassObject) or not complete or not _ABSTRACT_BASES.issuperset(libraries):
        return None
    classes = [state.heap.get(site) for site in reversed(order) if isinstance(site, tuple)]
    missing: set[str] = set()
    for owner in classes:
        if not isinstance(owner, ClassObject) or not _leaves_it_to_abc(owner):
            return None
        missing.difference_update(owner.names)
        missing.update(name for name, value in owner.names.items() if _is_abstract(frame.interpreter, value))
    names = sorted(missing)
    is_abc = "abc.ABC" in libraries or any(map(_has_metaclass, classes))
    if not is_abc or not names or any(name.startswith("__") for name in names):
        return None
    ending = plural(len(names))
    if frame.interpreter.python_version >= (3, 12):
        lack = f"without an implementation for abstract method{ending} {', '.join(map(repr, names))}"
    else:
        lack = f"with abstract method{ending} {', '.join(names)}"
    said = f"Can't instantiate abstract class {record.name} {lack}"
    shown = ", ".join(f"`{name}`" for name in names)
    what = f"`{record.name}` is an abstract class: it does not define {shown}"
    return Failure(frame.module.file, node, "TypeError", said, what)


#: Library classes below which `object.__new__` makes the instances, which looks for abstract methods.
_ABSTRACT_BASES = frozenset({"abc.ABC", "builtins.object"})
_CHANGES_CLASSES = frozenset({"__abstractmethods__", "__init_subclass__", "__new__", "__slots__"})


def _leaves_it_to_abc(cls: ClassObject) -> bool:
    """Whether the names of a class are those that its body binds, and nothing else makes its instances."""
    is_decorated = cls.node is None or bool(cls.node.decorators)
    return cls.known and not is_decorated and _CHANGES_CLASSES.isdisjoint(cls.names)


def _is_abstract(interpreter: InterpreterContext, value: Value) -> bool:
    while isinstance(value, Wrapped):
        value = value.function
    return isinstance(value, FunctionValue) and value.node in interpreter.abstract


def _has_metaclass(record: object) -> bool:
    """Whether a class names a metaclass; of those of which all is known, that is ABCMeta."""
    node = record.node if isinstance(record, ClassObject) else None
    return node is not None and any(
        keyword.keyword is not None and keyword.keyword.value == "metaclass" for keyword in node.keywords
    )


def _standard(frame: Frame, state: State, function: Value) -> FunctionType | ClassObjectType | None:
    """The function or class of the standard library that a value certainly is."""
    stubs = frame.interpreter.stubs
    called: object = None
    match function:
        case BuiltinMethod(receiver=Reference(site=site), name=name):
            record = state.heap.get(site)
            if isinstance(record, Container):
                called = stubs.attribute(NamedType(record.class_name), name)
        case StubValue(type=FunctionType() as called, receiver=None | Constant()):
            pass
        case StubValue(type=FunctionType() as found, receiver=Instance(class_name=name)):
            called = found if class_facts.is_certain_class(frame, name) else None
        case StubValue(type=FunctionType() as called, receiver=StubValue(type=ClassObjectType())):
            pass  # a class method
        case StubValue(type=ClassObjectType(of=NamedType(name=name)) as found, receiver=None):
            cls = stubs.class_(name)
            # Any other metaclass may take the arguments itself, as that of enums.
            called = found if cls is not None and cls.metaclass in (None, "abc.ABCMeta") else None
        case _:
            pass
    if not isinstance(called, (FunctionType, ClassObjectType)):
        return None
    name = registry.qualified_name(called)
    library = name.partition(".")[0]
    # A logger looks at what it is given only where its level is on.
    is_standard = library in sys.stdlib_module_names and library != "logging"
    return called if is_standard or name.startswith(_BATCH_WRITER) else None


#: Of a class of the AWS SDK, that takes the same ever since it is there.
_BATCH_WRITER = "boto3.dynamodb.table.BatchWriter."


def _misfit_of(
    interpreter: InterpreterContext, called: FunctionType | ClassObjectType, shape: CallShape
) -> str:
    """What is wrong with the arguments: a name that there is not, too many, or too few."""
    for keyword in shape.keywords:
        others = tuple(name for name in shape.keywords if name != keyword)
        if interpreter.stubs.binding(called, replace(shape, keywords=others)) is not None:
            return f"has no parameter `{keyword}`"
    for count in range(shape.positional - 1, -1, -1):
        if interpreter.stubs.binding(called, replace(shape, positional=count)) is not None:
            return f"takes {count} argument{plural(count)} by position, not {shape.positional}"
    return "lacks an argument" if not shape.keywords else "cannot take these arguments"


def qualified_name(interpreter: InterpreterContext, state: State, function: FunctionValue) -> str:
    """`__qualname__`, which Python's messages use since 3.10."""
    if not isinstance(function.node, cst.FunctionDef):
        return "<lambda>"
    outer = "".join(f"{interpreter.scope_names.get(scope[1], '')}.<locals>." for scope in function.scopes)
    owner = state.heap.get(function.owner) if function.owner is not None else None
    inside = f"{owner.name}." if isinstance(owner, ClassObject) else ""
    return f"{outer}{inside}{function.node.name.value}"
