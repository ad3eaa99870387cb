"""Which parts of a value the runtime client, or `json.dumps`, cannot serialize. Used by rules and for `json.dumps`."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator

import libcst as cst

from handlerlint.inference.checks.keys import JSON_SCALARS, subscript, walk_key, walk_keys
from handlerlint.inference.checks.walk import Walk, enum_name, fails, never_text
from handlerlint.inference.core import dispatch
from handlerlint.inference.core.context import Frame
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import (
    USUALLY_ABSENT,
    ClassObject,
    Container,
    InstanceObject,
    State,
)
from handlerlint.inference.domain.problem import Problem, ProblemKind, Serializer
from handlerlint.inference.domain.unions import members
from handlerlint.inference.domain.values import (
    NEVER,
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
    Partial,
    Reference,
    Site,
    StubValue,
    TupleValue,
    UnionValue,
    Unknown,
    Value,
)
from handlerlint.inference.effects import dependences
from handlerlint.inference.objects import (
    attributes,
    class_facts,
    decoded_json,
    emptiness,
    instances,
    lists,
    sdk_responses,
)
from handlerlint.inference.stubs.types import (
    ClassObjectType,
    FunctionType,
    ModuleType,
)
from handlerlint.records import replace
from handlerlint.runtime.serialization import (
    AS_DICT,
    AS_DICT_METHOD,
    OTHER_SERIALIZERS,
    Position,
    Verdict,
    judge,
)

_DEEPEST = 12


def problems(frame: Frame, state: State, value: Value, serializer: Serializer) -> list[Problem]:
    """Everything in a value that the serializer does not take, by every way that leads there."""
    return list(walk_value(Walk(frame, state, serializer), value, "", (), 0))


# --- walking a value -------------------------------------------------------------------------------------


def walk_value(
    walk: Walk, value: Value, path: str, inside: tuple[Site, ...], depth: int
) -> Iterator[Problem]:
    """The problems of a value and of all its parts; `inside` are the objects that it lies in."""
    if depth > _DEEPEST or dependences.is_questioned(walk.state, value):
        return
    match value:
        case UnionValue(members=alternatives):
            for member in alternatives:
                yield from walk_value(walk, member, path, inside, depth)
        case Json():
            yield from _walk_json(walk, value, path, inside, depth)
        case TupleValue():
            elements = lists.as_list(value)
            yield from _inside(value, _walk_elements(walk, elements, path, inside, depth))
        case Reference(site=site):
            yield from _walk_object(walk, value, site, path, inside, depth)
        case Constant():
            yield from _walk_constant(walk, value, path, inside, depth)
        case EnumMember():
            yield from _walk_enum_member(walk, value, path, inside, depth)
        case Instance() | Lazy():
            yield from _walk_library_instance(walk, value, path, inside, depth)
        case _:
            yield from _walk_code(walk, value, path, inside, depth)


def _walk_library_instance(
    walk: Walk, value: Instance | Lazy, path: str, inside: tuple[Site, ...], depth: int
) -> Iterator[Problem]:
    """The problems of an instance of a class of a library, where its class is certain."""
    order, complete = class_facts.class_of(walk.frame, walk.state, value)
    if complete and _is_certain(walk, value):
        yield from _judged(walk, value, [str(name) for name in order], path, inside, depth)


def _walk_code(
    walk: Walk, value: Value, path: str, inside: tuple[Site, ...], depth: int
) -> Iterator[Problem]:
    """The problem of a coroutine, function, class or module; none of a value of which nothing is known."""
    code = _class_of_code(value)
    if isinstance(value, Coroutine):
        if not _converted_away(walk, value):
            yield Problem("coroutine", path, "types.CoroutineType", "coroutine", value, value.origin)
    elif code is not None:
        yield from _bad(walk, value, code, code.rpartition(".")[2], path, inside, depth)


def _walk_constant(
    walk: Walk, value: Constant, path: str, inside: tuple[Site, ...], depth: int
) -> Iterator[Problem]:
    """The problem of a scalar that is known: of a number that JSON has not, or of another class than JSON has."""
    number, kind = value.value, value.kind
    if walk.serializer == "dynamodb":
        yield from _judged(walk, value, ["builtins." + kind], path, inside, depth)
    elif isinstance(number, float) and not math.isfinite(number):
        if walk.serializer != "orjson":
            what: ProblemKind = "nan" if walk.allow_nan else "range"
            yield Problem(what, path, "builtins.float", str(number), value, value.origin)
    elif kind in ("bytes", "complex", "ellipsis"):
        name = "types.EllipsisType" if kind == "ellipsis" else "builtins." + kind
        yield from _judged(walk, value, [name], path, inside, depth)


def _walk_enum_member(
    walk: Walk, value: EnumMember, path: str, inside: tuple[Site, ...], depth: int
) -> Iterator[Problem]:
    """The problem of an enum member, unless it is a text or a number as well."""
    order, complete = class_facts.class_of(walk.frame, walk.state, value)
    if walk.serializer == "orjson":
        yield from walk_value(walk, value.value, path, inside, depth)
    elif complete and JSON_SCALARS.isdisjoint(order):
        yield from _bad(walk, value, "enum.Enum", enum_name(walk.state, value), path, inside, depth)


def _is_certain(walk: Walk, value: Instance | Lazy) -> bool:
    if walk.serializer == "orjson" and value.class_name.partition(".")[0] not in sys.stdlib_module_names:
        return False  # it may be a data class: stubs do not tell
    return isinstance(value, Lazy) or class_facts.is_certain_class(walk.frame, value.class_name)


def _class_of_code(value: Value) -> str | None:
    """The class of functions, classes and modules: none of them serializes."""
    match value:
        case FunctionValue():
            return "types.function"
        case BoundMethod():
            return "types.method"
        case BuiltinMethod():
            return "types.builtin_function_or_method"
        case Partial():
            return "functools.partial"
        case ModuleValue() | NamespacePackageValue() | StubValue(type=ModuleType()):
            return "types.module"
        case Native(name="object"):
            return "builtins.object"
        case StubValue(type=ClassObjectType()):
            return "builtins.type"
        case StubValue(type=FunctionType(receiver=None)):
            return "types.function"
        case StubValue(type=FunctionType()):
            return "types.method"
        case _:
            return None


def _walk_elements(
    walk: Walk, record: Container, path: str, inside: tuple[Site, ...], depth: int
) -> Iterator[Problem]:
    """The problems of the elements of a container, each element that is known by itself."""
    for key, item, maybe in record.items_by_key():
        if maybe != USUALLY_ABSENT:
            place = "[]" if key is None else subscript(key)
            yield from walk_value(walk, item, path + place, inside, depth + 1)


def _walk_object(
    walk: Walk, value: Reference, site: Site, path: str, inside: tuple[Site, ...], depth: int
) -> Iterator[Problem]:
    """The problems of an object in the heap, by the kind of object; one that holds itself is one."""
    record = walk.state.heap.get(site)
    if site in inside:
        # One object may stand for many: only a container that is surely one and the same holds itself.
        if (
            isinstance(record, Container)
            and record.serializes
            and not walk.frame.interpreter.is_generic(site)
        ):
            kind = "dict" if record.is_mapping else "list"
            yield Problem("circular", path, "builtins." + kind, kind, value, value.origin)
        return
    within = (*inside, site)
    match record:
        case Container() if walk.writes_out(record):
            if emptiness.is_known(walk.state, value):
                return
            if record.is_mapping:
                yield from _inside(value, walk_keys(walk, record, path))
            yield from _inside(value, _walk_elements(walk, record, path, within, depth))
        case Container():
            order, _ = class_facts.class_of(walk.frame, walk.state, value)
            yield from _judged(walk, value, [str(name) for name in order], path, inside, depth)
        case InstanceObject():
            yield from _walk_instance(walk, value, record, path, within, depth)
        case ClassObject():
            yield from _bad(walk, value, "builtins.type", _metaclass(walk, value), path, inside, depth)
        case _:
            return


def _inside(container: Reference | TupleValue, found: Iterator[Problem]) -> Iterator[Problem]:
    """Problems in a container have come its way, too, from where it was made."""
    steps = tuple(container.origin.steps())[1:] if container.origin is not None else ()
    for problem in found:
        yield replace(problem, way=problem.way + steps) if steps else problem


def _metaclass(walk: Walk, value: Reference) -> str:
    order, _ = class_facts.resolution_order(walk.frame, walk.state, value)
    if "enum.Enum" in order:
        return "EnumType"
    return "ABCMeta" if "abc.ABC" in order else "type"


def _walk_json(walk: Walk, value: Json, path: str, inside: tuple[Site, ...], depth: int) -> Iterator[Problem]:
    """Decoded JSON serializes, unless the program has put something into it."""
    if value.path is None:
        return
    size = len(value.path)
    for site, entries in decoded_json.changes_inside(walk.state, value.path):
        middle = "".join(
            "[]" if isinstance(part, str) else subscript(Constant(part[1], part[0]))
            for part in site[size:]
            if isinstance(part, (str, tuple)) and part[:1] != ("slice",)
        )
        for key, entry in entries.items():
            yield from walk_key(walk, key, path + middle)
            yield from walk_value(
                walk, entry.value, path + middle + subscript(key), (*inside, site), depth + 1
            )


def _walk_instance(
    walk: Walk, value: Reference, record: InstanceObject, path: str, inside: tuple[Site, ...], depth: int
) -> Iterator[Problem]:
    """The problems of an instance of a class of the project, by what its class derives from and declares."""
    cls = Reference(record.cls)
    order, complete = class_facts.resolution_order(walk.frame, walk.state, cls)
    definition = walk.state.heap.get(record.cls)
    if not isinstance(definition, ClassObject) or not complete:
        return
    kind = definition.kind
    if (kind, walk.serializer) in (("named-tuple", "client"), ("dataclass", "orjson")):
        for name, item in record.attributes.items():
            if kind == "named-tuple" or not name.startswith("_"):
                found = walk_value(walk, item, f'{path}["{name}"]', inside, depth + 1)
                yield from _inside(value, found)
        return
    if kind == "named-tuple" and walk.serializer == "orjson":
        yield from _bad(walk, value, definition.qualified_name, definition.name, path, inside, depth)
        return
    if record.content is not None:
        yield from _inside(value, walk_value(walk, record.content, path, inside, depth + 1))
    if record.content is not None or kind == "named-tuple":
        return
    stubs = [name for name in order if isinstance(name, str)]
    as_dict = _as_dict_method(walk, cls, stubs) if walk.serializer == "client" else None
    if as_dict is not None:
        yield from _walk_as_dict(walk, value, record, as_dict, path, inside, depth)
    elif all(name in class_facts.HARMLESS_BASES for name in stubs) or _base_is_certain(walk, stubs):
        yield from _bad(walk, value, definition.qualified_name, definition.name, path, inside, depth)


def _walk_as_dict(
    walk: Walk,
    value: Reference,
    record: InstanceObject,
    as_dict: Value,
    path: str,
    inside: tuple[Site, ...],
    depth: int,
) -> Iterator[Problem]:
    """The problems of what `_asdict` gives, which the runtime client calls, and that others do not call it."""
    state, cls = walk.state.copy(), Reference(record.cls)
    method = attributes.bind(walk.frame, state, as_dict, value, cls, cst.Pass())
    converted = dispatch.call(walk.frame, state, method, Arguments(), cst.Pass())
    inner = Walk(walk.frame, state, walk.serializer, walk.convert, walk.skip_keys)
    if converted is not NEVER:
        yield from walk_value(inner, converted, path, inside, depth + 1)
    definition = walk.state.heap[record.cls]
    if isinstance(definition, ClassObject) and not isinstance(as_dict, (Unknown, StubValue)):
        yield Problem("portable", path, definition.qualified_name, definition.name, value, value.origin)


def _as_dict_method(walk: Walk, cls: Reference, stubs: list[str]) -> Value | None:
    """The `_asdict` that the runtime client would call."""
    found, _ = attributes.find_in_class(walk.frame, walk.state, cls, AS_DICT_METHOD)
    if isinstance(found, (Unknown, StubValue)) and not any(_names_as_dict(walk, name) for name in stubs):
        return None  # a stub that names only some members does not say that there is none
    return found


def _names_as_dict(walk: Walk, name: str) -> bool:
    stub = walk.frame.interpreter.stubs.class_(name)
    return stub is not None and AS_DICT_METHOD in stub.members


def _base_is_certain(walk: Walk, stubs: list[str]) -> bool:
    """Whether a stub class among the bases decides: an exception, say, or a thread."""
    outcome = judge(stubs, Position.VALUE)
    fails = outcome.json_fails and outcome.client_fails
    return fails and not any(_names_as_dict(walk, name) for name in stubs)


def _judged(
    walk: Walk, value: Value, order: list[str], path: str, inside: tuple[Site, ...], depth: int
) -> Iterator[Problem]:
    """What the table of the runtime says about an instance of a class."""
    name = order[0]
    if walk.serializer in OTHER_SERIALIZERS:
        if fails(walk, order, Position.VALUE):
            yield from _bad(walk, value, name, name.rpartition(".")[2], path, inside, depth)
        return
    outcome = judge(order, Position.WHOLE if not path and not inside else Position.VALUE)
    if outcome.client_fails and any(_names_as_dict(walk, cls) for cls in order):
        outcome = AS_DICT
    short = name.rpartition(".")[2]
    if walk.serializer == "client" and not outcome.client_fails:
        said = never_text(value) if path or inside else None
        if said is not None:
            for problem in _bad(walk, value, name, short, path, inside, depth):
                yield replace(problem, said=said)
            return
        if outcome.json_fails:
            origin = getattr(value, "origin", None)
            response = sdk_responses.member_of(inside, origin)
            said = "if it is UTF-8" if outcome.client is Verdict.IF_UTF_8 else None
            yield Problem("portable", path, name, short, value, origin, said=said, response=response)
        return
    if outcome.json_fails if walk.serializer == "json" else outcome.client_fails:
        yield from _bad(walk, value, name, short, path, inside, depth)


def _is_dataclass(state: State, value: Value) -> bool:
    return instances.data_class_of(state, value) is not None


def _bad(
    walk: Walk, value: Value, name: str, short: str, path: str, inside: tuple[Site, ...], depth: int
) -> Iterator[Problem]:
    """A value that the serializer refuses, unless the converter of `json.dumps` turns it into another."""
    origin = getattr(value, "origin", None)
    converted = walk.convert(value) if walk.convert is not None else None
    if converted is None:
        order, _ = class_facts.class_of(walk.frame, walk.state, value)
        yield Problem(
            "value",
            path,
            name,
            short,
            value,
            origin,
            response=sdk_responses.member_of(inside, origin),
            is_exception="builtins.BaseException" in order,
            is_dataclass=_is_dataclass(walk.state, value),
        )
        return
    for member in members(converted):
        if member == value:  # what `default` gives back must be something else
            yield Problem("circular", path, name, short, value, origin)
        elif depth <= _DEEPEST:
            yield from walk_value(walk, member, path, inside, depth + 1)


def _converted_away(walk: Walk, value: Value) -> bool:
    return walk.convert is not None and walk.convert(value) is not None
