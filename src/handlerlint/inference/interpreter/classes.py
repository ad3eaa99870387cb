"""Classes of the project: defining them, decorating, and making instances."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import libcst as cst

from handlerlint.inference.core import context, dispatch, registry
from handlerlint.inference.core.allocation import new_dict, new_list, new_set
from handlerlint.inference.core.context import Flow, Frame, names_of
from handlerlint.inference.core.dispatch import evaluate, invokes, may_raise
from handlerlint.inference.core.failing import fails
from handlerlint.inference.core.registry import Call
from handlerlint.inference.core.summaries import Paths
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import ClassObject, Entry, InstanceObject, Namespace, State, reachable
from handlerlint.inference.domain.join import join_states
from handlerlint.inference.domain.unions import join_all, members
from handlerlint.inference.domain.values import (
    FALSE,
    NEVER,
    UNBOUND,
    UNKNOWN,
    BoundMethod,
    Constant,
    EnumMember,
    FunctionValue,
    Instance,
    Native,
    Reference,
    Site,
    StubValue,
    TupleValue,
    Unknown,
    Value,
    Wrapped,
    constant,
)
from handlerlint.inference.effects import deferred
from handlerlint.inference.interpreter import calls, certain_errors, fitting, opaque_decorators
from handlerlint.inference.objects import attributes, class_facts, iterating
from handlerlint.inference.objects.fields import FieldSettings, settings_of
from handlerlint.inference.stubs.types import IMPLICIT_CLASS_METHODS, ClassObjectType, NamedType
from handlerlint.inference.syntax import private_names
from handlerlint.inference.syntax.scopes import ScopeInfo
from handlerlint.records import replace
from handlerlint.source.imports import dotted

CLASS_SCOPE = ScopeInfo(frozenset())

#: Stub classes whose instances have no attributes but those that the program gives them.
_TRANSPARENT = frozenset(
    {
        "builtins.object",
        "abc.ABC",
        "typing.Generic",
        "typing.Protocol",
        "enum.Enum",
        "builtins.dict",
        "builtins.list",
        "builtins.str",
        "builtins.int",
        "builtins.float",
        "builtins.tuple",
    }
)


def decorate(frame: Frame, state: State, decorator: cst.Decorator, value: Value) -> Value:
    """The result of a decorator."""
    function = evaluate(frame, state, decorator.decorator)
    if state.dead:
        return UNKNOWN
    given = Arguments((value,))
    failure = certain_errors.not_callable(frame, state, function, decorator)
    failure = failure or fitting.misfit(frame, state, function, given, decorator)
    if fails(frame, state, failure, decorator):
        return UNKNOWN
    result = dispatch.call(frame, state, function, given, decorator)
    if result is NEVER:
        return UNKNOWN
    return opaque_decorators.applied(frame, value, decorator) if isinstance(result, Unknown) else result


# --- definition ------------------------------------------------------------------------------------------


def define(frame: Frame, state: State, node: cst.ClassDef) -> Value:
    """The value that a `class` statement binds."""
    site = frame.site(node, "class")
    bases: list[Value] = []
    for argument in node.bases:
        value = evaluate(frame, state, argument.value)
        bases.append(UNKNOWN if argument.star or state.dead else value)
        state.dead = False
    metaclass = _metaclass(frame, state, node)
    body = _body(frame, state, node, site)
    if body is None:
        return UNKNOWN
    if metaclass is not None and _has_own_ways(frame, state, metaclass):
        deferred.lose_to_metaclass(frame, state, metaclass, node)
        return UNKNOWN
    names = {
        private_names.name_in_class(node, name): _kept_in_class(name, value)
        for name, value in body.names.items()
    }
    kind = _kind(frame, state, node, bases)
    record = ClassObject(
        node.name.value,
        f"{frame.module.name}.{node.name.value}",
        tuple(base for base in bases if not _is_special_form(base)),
        names,
        kind,
        tuple(_fields(frame, state, node, names, bases, kind)),
        metaclass is None
        and not body.open
        and all(_is_known_base(state, base) or _is_special_form(base) for base in bases),
        node,
        frame.module.site,
        kind == "named-tuple" and not any(isinstance(base, Reference) for base in bases),
    )
    if kind == "enum":
        record = replace(record, names=_enum_members(site, record, frame, state))
    state.heap[site] = record
    value = Reference(site, frame.step(node))
    for name, bound in names.items():
        if isinstance(bound, Reference):
            attributes.call_special(frame, state, bound, "__set_name__", (value, constant(name)), node)
            state.dead = False
    _tell_bases(frame, state, value, node)
    result: Value = value
    for decorator in reversed(node.decorators):
        result = decorate(frame, state, decorator, result)
        state.dead = False
    return result


def _kept_in_class(name: str, value: Value) -> Value:
    """What a class has under a name that its body binds."""
    is_implicit = name in IMPLICIT_CLASS_METHODS and isinstance(value, FunctionValue)
    return Wrapped("classmethod", value) if is_implicit else value


def _tell_bases(frame: Frame, state: State, cls: Reference, node: cst.ClassDef) -> None:
    """Call the `__init_subclass__` that a new class inherits, with what its definition passes by name."""
    order, is_complete = class_facts.resolution_order(frame, state, cls)
    for site in order[1:]:
        record = state.heap.get(site) if isinstance(site, tuple) else None
        hook = record.names.get("__init_subclass__") if isinstance(record, ClassObject) else None
        if hook is None:
            continue
        while isinstance(hook, Wrapped):
            hook = hook.function
        given = {
            keyword.keyword.value: evaluate(frame, state, keyword.value)
            for keyword in node.keywords
            if keyword.keyword is not None and keyword.keyword.value != "metaclass"
        }
        arguments = Arguments((cls,), given)
        # A metaclass may take some of them.
        is_all = is_complete and len(given) == len(node.keywords)
        wrong = fitting.misfit(frame, state, hook, arguments, node.name) if is_all else None
        if not fails(frame, state, wrong, node.name):
            dispatch.call(frame, state, hook, arguments, node)
        state.dead = False
        return


def _body(frame: Frame, state: State, node: cst.ClassDef, site: Site) -> Namespace | None:
    """What the body of a class binds; None where it does not come to its end."""
    scope = frame.site(node, "body")
    state.heap[scope] = Namespace({})
    body = Frame(
        frame.interpreter, frame.module, scope, CLASS_SCOPE, context.enclosing_scopes(frame), frame.context,
        None, frame, frame.depth, owner=site,
    )  # fmt: skip
    after = dispatch.run_body(body, [state.copy()], node.body, Flow())
    if not after:
        return None
    joined = join_states(after)
    names = names_of(joined, scope)
    joined.heap.remove(scope)
    state.take(joined)
    return names


def _metaclass(frame: Frame, state: State, node: cst.ClassDef) -> Value | None:
    """What makes a class; None for `type` and what does no more than that."""
    for keyword in node.keywords:
        if keyword.keyword is not None and keyword.keyword.value == "metaclass":
            value = evaluate(frame, state, keyword.value)
            state.dead = False
            name = class_facts.class_name_of(value)
            return None if name in ("abc.ABCMeta", "enum.EnumMeta", "enum.EnumType") else value
    return None


def _has_own_ways(frame: Frame, state: State, metaclass: Value) -> bool:
    """Whether a metaclass may make something else of a class, or of a call of it: a singleton, a register."""
    if not isinstance(metaclass, Reference):
        return True
    order, complete = class_facts.resolution_order(frame, state, metaclass)
    records = [state.heap.get(cls) for cls in order if isinstance(cls, tuple)]
    return not complete or any(
        name.startswith("__") and isinstance(value, (FunctionValue, Wrapped))
        for record in records
        if isinstance(record, ClassObject)
        for name, value in record.names.items()
    )


def _is_special_form(base: Value) -> bool:
    """`Generic[T]`, `NamedTuple`, `TypedDict`, `Protocol`: they leave nothing behind in instances."""
    match base:
        case Instance(class_name=name):
            return "_SpecialForm" in name
        case StubValue() as value:
            return class_facts.class_name_of(value) in (
                "typing.NamedTuple",
                "typing._Generic",
                "typing.Protocol",
            )
        case _:
            return False


def _is_known_base(state: State, base: Value) -> bool:
    return attributes.is_class(state, base)


def _kind(frame: Frame, state: State, node: cst.ClassDef, bases: list[Value]) -> str:
    for argument, base in zip(node.bases, bases, strict=True):
        written = dotted(argument.value).rpartition(".")[2]
        name = class_facts.class_name_of(base)
        if name == "typing.NamedTuple" or (written == "NamedTuple" and _is_special_form(base)):
            return "named-tuple"
        if written == "TypedDict" and not isinstance(base, Reference):
            return "typed-dict"
        order, _ = class_facts.resolution_order(frame, state, base)
        if "enum.Enum" in order:
            return "enum"
        record = state.object_of(base)
        if isinstance(record, ClassObject) and record.kind in ("named-tuple", "typed-dict", "enum"):
            return record.kind
    return "class"


def _fields(
    frame: Frame,
    state: State,
    node: cst.ClassDef,
    names: dict[str, Value],
    bases: list[Value],
    kind: str,
) -> Iterator[tuple[str, Value | None]]:
    """The annotated names of a class body, those of its bases first, each with its default."""
    seen: dict[str, Value | None] = {}
    for base in bases:
        record = state.object_of(base)
        if isinstance(record, ClassObject):
            seen.update(record.fields)
    is_by_name = False
    for written, annotation in annotated_names(node):
        name, head = private_names.name_in_class(node, written), dotted_head(annotation).rpartition(".")[2]
        default = names.get(name)
        match head:
            case "ClassVar":
                continue
            case "KW_ONLY":
                is_by_name = True
                continue
            case "InitVar":
                settings = settings_of(default) or FieldSettings(default, None, True, None)
                default = replace(settings, is_for_init=True).as_default()
            case _:
                pass
        seen[name] = _by_name(default) if is_by_name else default
    yield from seen.items()


def dotted_head(node: cst.BaseExpression) -> str:
    """The name in front of the brackets of an annotation."""
    return dotted(node.value if isinstance(node, cst.Subscript) else node)


def _enum_members(site: Site, record: ClassObject, frame: Frame, state: State) -> dict[str, Value]:
    """What the body of an Enum binds, with members for the values that it makes members of."""
    bases = {name for base in record.bases for name in class_facts.resolution_order(frame, state, base)[0]}
    is_scalar = not bases.isdisjoint(("builtins.str", "builtins.int"))
    owners = [record, *(state.heap.get(one) for one in bases if isinstance(one, tuple))]
    own_ways = {name for owner in owners if isinstance(owner, ClassObject) for name in owner.names}
    converted: dict[str, Value] = {}
    for name, value in record.names.items():
        is_other = isinstance(value, (FunctionValue, Wrapped, Native)) or name.startswith("_")
        if is_other or attributes.is_descriptor(frame, state, value):
            converted[name] = value
            continue
        if isinstance(value, Instance) and value.class_name == "enum.nonmember":
            converted[name] = UNKNOWN  # what it was made with
            continue
        is_auto = isinstance(value, Instance) and value.class_name == "enum.auto"
        if "__new__" in own_ways or (is_auto and "_generate_next_value_" in own_ways):
            value = UNKNOWN  # it is what they make of what is written
        elif is_auto:
            value = constant(name.lower()) if "enum.StrEnum" in bases else Instance("builtins.int")
        converted[name] = EnumMember(site, name, value, is_scalar)
    return converted


# --- instances -------------------------------------------------------------------------------------------


@invokes(Reference)
def _call_object(
    frame: Frame, state: State, function: Reference, arguments: Arguments, node: cst.CSTNode
) -> Paths:
    record = state.heap.get(function.site)
    if isinstance(record, ClassObject):
        return calls.outcome(state, instantiate(frame, state, function, record, arguments, node))
    if isinstance(record, InstanceObject):
        found, complete = attributes.find_in_class(frame, state, Reference(record.cls), "__call__")
        if found is not None and not isinstance(found, (Unknown, StubValue)):
            method = attributes.bind(frame, state, found, function, Reference(record.cls), node)
            return dispatch.invoke(frame, state, method, arguments, node)
        order, _ = class_facts.resolution_order(frame, state, Reference(record.cls))
        if isinstance(found, StubValue) and "contextlib.ContextDecorator" in order and arguments.positional:
            deferred.lose_to_methods(frame, state, function, node)
            return [(state, class_facts.inside(arguments.positional[0]))]
        if found is None and complete and not record.open:
            may_raise(frame, state)
            return []
    return [(state, calls.call_unknown(frame, state, function, arguments, node))]


def _typed_dict(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value:
    """What calling a `TypedDict` with its keys as arguments gives."""
    if arguments.positional or not arguments.complete:
        return UNKNOWN
    entries: dict[Value, Entry] = {constant(key): Entry(value) for key, value in arguments.keywords.items()}
    return new_dict(frame, state, node, entries)


def instantiate(
    frame: Frame, state: State, cls: Reference, record: ClassObject, arguments: Arguments, node: cst.CSTNode
) -> Value:
    """The value of calling a class of the project."""
    if record.kind == "enum":
        return _enum_lookup(state, record, arguments)
    if record.kind == "typed-dict":
        return _typed_dict(frame, state, arguments, node)
    allocator, _ = attributes.find_in_class(frame, state, cls, "__new__")
    if isinstance(allocator, (FunctionValue, Wrapped)):
        state.heap[cls.site] = record.filled()  # an instance that is kept there
        return calls.call_unknown(frame, state, cls, arguments, node)
    initializer, _ = attributes.find_in_class(frame, state, cls, "__init__")
    order, order_complete = class_facts.resolution_order(frame, state, cls)
    stubs = [name for name in order if isinstance(name, str)]
    own_init = isinstance(initializer, FunctionValue)
    content = _content(frame, state, stubs, arguments, node, own_init)
    # Python's own exceptions keep what they are made with in `args`, and have no attributes beside those of the class.
    is_exception = "builtins.BaseException" in stubs and all(name.startswith("builtins.") for name in stubs)
    is_open = not order_complete or not (is_exception or _TRANSPARENT.issuperset(stubs))
    site = frame.site(node, "instance")
    value = Reference(site, frame.step(node))
    state.heap[site] = InstanceObject(cls.site, {}, content, is_open)
    maker = registry.instance_maker(stubs)
    if maker is not None and not own_init:
        return maker(frame, state, cls, node, "", arguments)
    if record.kind in ("dataclass", "named-tuple") and not own_init:
        if not _fill_fields(frame, state, value, record, arguments, node):
            may_raise(frame, state)
            return NEVER
        return value
    if own_init:
        assert isinstance(initializer, FunctionValue)
        result = dispatch.call(
            frame, state, initializer,
            Arguments((value, *arguments.positional), arguments.keywords, arguments.further,
                      arguments.further_keywords), node,
        )  # fmt: skip
        return NEVER if result is NEVER else value
    if initializer is not None and not isinstance(initializer, (Unknown, StubValue)):
        return calls.call_unknown(frame, state, UNKNOWN, arguments, node)
    if is_open or is_exception:
        state.escaped |= reachable(state, arguments.values)
    return value


@registry.closure("constructor")
def _made_by_class_method(call: Call) -> Value | None:
    """`Model.model_validate(data)` and other inherited class methods that give an instance of the class."""
    cls, name = call.data
    if not isinstance(cls, Reference) or str(name).endswith("construct"):
        return UNKNOWN
    may_raise(call.frame, call.state)
    iterating.escape(call.state, *call.arguments.positional, *call.arguments.keywords.values())
    maker = registry.instance_maker(attributes.stub_bases(call.frame, call.state, cls))
    if maker is not None:
        return maker(call.frame, call.state, cls, call.node, "")
    site = call.frame.site(call.node, "instance")
    call.state.heap[site] = InstanceObject(cls.site, {}, None, open=True)
    return Reference(site, call.frame.step(call.node))


def _enum_lookup(state: State, record: ClassObject, arguments: Arguments) -> Value:
    wanted = arguments.get(0)
    found = [member for member in record.names.values() if isinstance(member, EnumMember)]
    if isinstance(wanted, Constant):
        exact = [member for member in found if member.value == wanted]
        if exact:
            return exact[0]
    return join_all(found) if found else UNKNOWN


def _content(
    frame: Frame, state: State, stubs: list[str], arguments: Arguments, node: cst.CSTNode, own_init: bool
) -> Value | None:
    """The builtin part of an instance of a subclass of one."""
    given = Arguments() if own_init else arguments
    for name in stubs:
        match name:
            case (
                "builtins.dict"
                | "collections.OrderedDict"
                | "collections.defaultdict"
                | "collections.Counter"
            ):
                cls = StubValue(ClassObjectType(NamedType(name)))
                return registry.answer(Call(frame, state, cls, given, node))
            case "builtins.list":
                if given.positional:
                    known, rest = iterating.unpack(frame, state, given.positional[0], node)
                    return new_list(frame, state, node, known, rest, tag="content")
                return new_list(frame, state, node, tag="content")
            case "builtins.set" | "builtins.frozenset":
                return new_set(frame, state, node, UNKNOWN, name)
            case "builtins.str" | "builtins.int" | "builtins.float":
                return Instance(name, origin=frame.step(node))
            case "builtins.tuple":
                return TupleValue((), UNKNOWN, frame.step(node))
            case "builtins.bytes" | "collections.deque" | "collections.UserDict" | "collections.UserList":
                return None
            case _:
                continue
    return None


def annotated_names(node: cst.ClassDef) -> Iterator[tuple[str, cst.BaseExpression]]:
    """The names that a class body annotates."""
    for line in node.body.body:
        if isinstance(line, cst.SimpleStatementLine):
            for statement in line.body:
                if isinstance(statement, cst.AnnAssign) and isinstance(statement.target, cst.Name):
                    yield statement.target.value, statement.annotation.annotation


def _fill_fields(
    frame: Frame, state: State, value: Reference, record: ClassObject, arguments: Arguments, node: cst.CSTNode
) -> bool:
    """Give a data class or named tuple its fields from the arguments; false where they do not fit."""
    positional = list(arguments.positional)
    keywords = dict(arguments.keywords)
    filled: dict[str, Value] = {}
    for_init: list[Value] = []
    for name, default in record.fields:
        given = settings_of(default)
        takes_part = given is None or given.is_argument
        found: Value | None
        if takes_part and positional and not (given is not None and given.is_by_name):
            found = positional.pop(0)
        elif takes_part and name in keywords:
            found = keywords.pop(name)
        elif takes_part and not arguments.complete:
            found = (arguments.further_keyword(name) if default is None else None) or UNKNOWN
        elif given is not None:
            found = _field_default(frame, state, given, node, name)
        else:
            bound = [member for member in members(default or NEVER) if member is not UNBOUND]
            found = join_all(bound) if bound else None
        if found is None:
            return False
        if given is not None and given.converter is not None:
            found = _converted(frame, state, given.converter, found, node)
            if state.dead:
                return False
        if given is not None and given.is_for_init:
            for_init.append(found)
        else:
            filled[name] = found
    is_whole = not (positional or keywords)
    return is_whole and _initialised(frame, state, value, record, filled, for_init, node)


def _initialised(
    frame: Frame,
    state: State,
    value: Reference,
    record: ClassObject,
    filled: Mapping[str, Value],
    for_init: Sequence[Value],
    node: cst.CSTNode,
) -> bool:
    """Put the fields of a data class or named tuple into an instance; false where `__post_init__` raises."""
    before = state.heap[value.site]
    assert isinstance(before, InstanceObject)
    content = TupleValue(tuple(filled.values())) if record.kind == "named-tuple" else before.content
    open_ = before.open and record.kind != "named-tuple"
    state.heap[value.site] = InstanceObject(before.cls, filled, content, open_)
    after_init, _ = attributes.find_in_class(frame, state, Reference(before.cls), "__post_init__")
    if isinstance(after_init, FunctionValue):
        dispatch.call(frame, state, after_init, Arguments((value, *for_init)), node)
        return not state.dead
    return True


def mark_dataclass(
    state: State,
    cls: Value,
    *,
    takes_fields: bool = False,
    is_by_name: bool = False,
    is_frozen: bool = False,
    is_ordered: bool = True,
    hashes: bool = True,
) -> Value:
    """The class, made a dataclass, whose own fields are given by name alone if `is_by_name`.

    Unknown for what is no class of the project.
    """
    record = state.object_of(cls)
    if not isinstance(cls, Reference) or not isinstance(record, ClassObject):
        return UNKNOWN
    own = {name for name, _ in annotated_names(record.node)} if is_by_name and record.node else set[str]()
    state.heap[cls.site] = replace(
        record,
        kind="dataclass",
        fields=tuple(
            (name, _by_name(default) if name in own else default) for name, default in record.fields
        ),
        takes_fields=takes_fields,
        is_frozen=is_frozen,
        is_ordered=is_ordered,
        hashes=hashes,
    )
    return cls


def _by_name(default: Value | None) -> Value | None:
    """What a field has for a default, of which `__init__` takes the value by name alone."""
    settings = settings_of(default)
    if settings is not None:
        return replace(settings, is_by_name=settings.is_by_name is not False).as_default()
    if default is None or isinstance(default, (Constant, Reference, TupleValue)):
        return FieldSettings(default, None, True, None, is_by_name=True).as_default()
    return default


def field(call: Call) -> Value:
    """What `field(…)` of a data class gives: its settings, until instances are made."""
    settings = FieldSettings(
        call.argument("default"),
        call.argument("default_factory", "factory"),
        call.argument("init") != constant(False),
        call.argument("converter") if "converter" in call.passed else None,
        call.argument("kw_only") != FALSE if "kw_only" in call.passed else None,
    )
    return settings.as_default()


def _converted(frame: Frame, state: State, converter: Value, value: Value, node: cst.CSTNode) -> Value:
    """What a field of attrs holds for a value; Unknown where no plain function converts it."""
    if not isinstance(converter, (FunctionValue, StubValue, BoundMethod)):
        return UNKNOWN
    return dispatch.call(frame, state, converter, Arguments((value,)), node)


def _field_default(
    frame: Frame, state: State, given: FieldSettings, node: cst.CSTNode, name: str
) -> Value | None:
    """What a field holds that was not given; each field has its own of what its factory makes."""
    if given.default is not None:
        return given.default
    if given.factory is not None:
        outer, frame.context = frame.context, frame.interpreter.context(frame.context, node, name)
        made = dispatch.call(frame, state, given.factory, Arguments(), node)
        frame.context = outer
        return made
    return None if given.is_argument else UNKNOWN
