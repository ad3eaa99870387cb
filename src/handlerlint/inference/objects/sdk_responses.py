"""Responses of the AWS SDK in the heap: dicts and lists as their shapes say. Used by the boto3 overlay.

Only what holds something that does not serialize is laid out; every other part is decoded JSON or a scalar of
its type. So a response of EC2 with hundreds of structures costs a dozen objects.
"""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.domain import terms
from handlerlint.inference.domain.heap import USUALLY_ABSENT, DictObject, Entry, HeapObject, ListObject, State
from handlerlint.inference.domain.naming import Held
from handlerlint.inference.domain.values import (
    NONE,
    UNKNOWN,
    Constant,
    Instance,
    Json,
    Reference,
    ResponseStep,
    Site,
    Step,
    Term,
    Value,
    constant,
)
from handlerlint.inference.objects.datetimes import AWARE
from handlerlint.inference.sdk import (
    EventStreamShape,
    Kind,
    ListShape,
    MapShape,
    Member,
    ScalarShape,
    Serializer,
    Shape,
    StructureShape,
    is_serializable,
)
from handlerlint.inference.sdk.shapes import DYNAMODB_VALUE, JSON_SHAPE
from handlerlint.inference.stubs.types import LiteralType
from handlerlint.records import dataclass, field

NEVER_TEXT = LiteralType("never text", "builtins.str")
"""The argument of bytes that are encrypted, signed or drawn at random."""

_SITE = "sdk"
#: How many parts the name of a whole has that is JSON.
_LENGTH_OF_TERM = 4
_DEEPEST = 9
_MOST_STRUCTURES = 80

#: Members that say how many elements another member of their structure has: of `list_objects_v2` (S3's API reference:
#: "KeyCount is the number of keys returned with this request"; given a delimiter, it counts prefixes, too), of `query`
#: and `scan` (DynamoDB's: "The number of items in the response").
_COUNTS = {"KeyCount": "Contents", "Count": "Items"}

_CLASSES = {
    Kind.STRING: "builtins.str",
    Kind.INTEGER: "builtins.int",
    Kind.FLOAT: "builtins.float",
    Kind.BOOLEAN: "builtins.bool",
    Kind.TIMESTAMP: "datetime.datetime",
    Kind.BYTES: "builtins.bytes",
    Kind.RANDOM_BYTES: "builtins.bytes",
    Kind.STREAM: "botocore.response.StreamingBody",
    Kind.DYNAMODB_VALUE: DYNAMODB_VALUE,
}


def build(frame: Frame, state: State, shape: Shape, node: cst.CSTNode, call: str) -> Value:
    """Allocate a value of the shape that `call` (`s3.list_buckets()`) gives at `node`; laid out once a run."""
    layouts = frame.interpreter.layouts
    key = (shape, node, frame.context, call)
    if key not in layouts:
        layout = _Layout(frame, node, call)
        layouts[key] = (layout.value(shape, "", 0), layout.objects)
    value, objects = layouts[key]
    state.heap.update(objects)
    return value


def is_item(record: HeapObject | None) -> bool:
    """Whether an object is an item of a DynamoDB resource of which no attribute was converted.

    Constants that were put into it are none of its attributes.
    """
    match record:
        case DictObject(rest_value=Instance(class_name=name), entries=entries):
            is_added = all(isinstance(entry.value, Constant) for entry in entries.values())
            return is_added and name == DYNAMODB_VALUE
        case _:
            return False


def is_structure(value: Value) -> bool:
    """Whether a value is a structure of a response: it has the members that the service model names."""
    tag = value.site[0] if isinstance(value, Reference) else None
    return isinstance(tag, tuple) and tag[0] == _SITE and tag[-1] == "."


def shape_of(frame: Frame, value: Value) -> Shape | None:
    """The shape of a part of a response; None where the service model does not tell."""
    match value:
        case Reference(site=site):
            return frame.interpreter.shapes.get(site)
        case Json(path=path) if path is not None and len(path) >= _LENGTH_OF_TERM:
            shape = frame.interpreter.shapes.get(path[:_LENGTH_OF_TERM])
            for step in path[_LENGTH_OF_TERM:]:
                shape = _part(shape, step)
            return shape
        case _:
            return None


#: Of which classes of JSON a value is, by its shape: a service may send a whole number for any.
_KINDS = {
    Kind.STRING: frozenset({"builtins.str"}),
    Kind.INTEGER: frozenset({"builtins.int"}),
    Kind.FLOAT: frozenset({"builtins.int", "builtins.float"}),
    Kind.BOOLEAN: frozenset({"builtins.bool"}),
}


def kinds_of(shape: Shape | None) -> frozenset[str] | None:
    """The classes of JSON that a part of a response may be of; None where that is open."""
    match shape:
        case ScalarShape(kind=kind):
            return _KINDS.get(kind)
        case ListShape():
            return frozenset({"builtins.list"})
        case StructureShape() | MapShape():
            return frozenset({"builtins.dict"})
        case _:
            return None


def _part(shape: Shape | None, step: object) -> Shape | None:
    """What lies in a part of a response, one step of a name of JSON deeper."""
    match shape, step:
        case StructureShape(members=members), ("str", str(name)):
            member = members.get(name)
            return None if member is None else member.shape
        case ListShape(), ("slice", _):
            return shape
        case ListShape(element=inner), ("int", _) | "[]" | ("item", _):
            return inner
        case MapShape(value=inner), ("str", _) | ("item", _):
            return inner
        case _:
            return None


def is_open_value(value: Value) -> bool:
    """Whether a value is what DynamoDB's own types may be converted to: a number, a text, a set …"""
    return isinstance(value, Instance) and value.class_name == DYNAMODB_VALUE


def member_of(inside: tuple[Site, ...], origin: Step | None) -> ResponseStep | None:
    """The member of a response that a value is which lies in the innermost of the objects `inside`.

    None for a value that was taken out of its response, or put into it by the program.
    """
    if not inside or not isinstance(origin, ResponseStep):
        return None
    tag = inside[-1][0]
    return origin if isinstance(tag, tuple) and tag[0] == _SITE else None


@dataclass(slots=True)
class _Layout:
    """One response being laid out."""

    frame: Frame
    node: cst.CSTNode
    call: str
    objects: dict[Site, HeapObject] = field(default_factory=dict)
    structures: int = 0
    inside: list[StructureShape] = field(default_factory=list)

    def value(self, shape: Shape, path: str, depth: int) -> Value:
        """The value of a part of the response at `path`."""
        match shape:
            case ScalarShape(kind=kind):
                return self._scalar(kind, path)
            case EventStreamShape():
                return Instance("botocore.eventstream.EventStream", origin=self._step(path))
            case _ if is_serializable(shape, Serializer.JSON_DUMPS):
                return self._json(path, shape)
            case ListShape(element=element):
                site = self._site(path, "[]")
                self.objects[site] = ListObject("builtins.list", (), self.value(element, f"{path}[]", depth))
                return Reference(site, self._step(path))
            case MapShape(value=value):
                site = self._site(path, "{}")
                inner = self.value(value, f"{path}{{}}", depth)
                is_filled = inner == Instance(DYNAMODB_VALUE)  # an item has its key at least
                self.objects[site] = DictObject(
                    "builtins.dict", {}, Instance("builtins.str"), inner, is_filled=is_filled
                )
                return Reference(site, self._step(path))
            case StructureShape():
                return self._structure(shape, path, depth)

    def _structure(self, shape: StructureShape, path: str, depth: int) -> Value:
        self.structures += 1
        if depth > _DEEPEST or self.structures > _MOST_STRUCTURES or shape in self.inside:
            return UNKNOWN
        self.inside.append(shape)
        site = self._site(path, ".")
        self.frame.interpreter.shapes[site] = shape
        entries: dict[Value, Entry] = {
            constant(member.name): self._entry(
                member, f"{path}.{member.name}" if path else member.name, depth
            )
            for member in shape.members.values()
        }
        self.inside.pop()
        self._let_count(entries)
        self.objects[site] = DictObject("builtins.dict", entries, is_filled=bool(entries))
        return Reference(site, self._step(path))

    def _let_count(self, entries: dict[Value, Entry]) -> None:
        """Let the members that count the elements of others be what they are: lengths."""
        for count, counted in _COUNTS.items():
            entry, whole = entries.get(constant(count)), entries.get(constant(counted))
            if entry is None or whole is None:
                continue
            match whole.value:
                case Reference(site=site):
                    term: Term = ("content", site, Held(self.objects[site]))
                case Json(path=path) if path is not None:
                    term = path
                case _:
                    continue
            entries[constant(count)] = Entry(terms.named(entry.value, ("len", term)), entry.maybe)

    def _entry(self, member: Member, path: str, depth: int) -> Entry:
        value = self.value(member.shape, path, depth + 1)
        if member.is_required:
            return Entry(value)
        if member.is_conditional:
            return Entry(value, USUALLY_ABSENT)
        return Entry(value, True)

    def _scalar(self, kind: Kind, path: str) -> Value:
        match kind:
            case Kind.NONE:
                return NONE
            case Kind.DOCUMENT:
                return self._json(path)
            case Kind.RANDOM_BYTES:
                return Instance(_CLASSES[kind], (NEVER_TEXT,), self._step(path))
            case Kind.TIMESTAMP:
                return Instance(_CLASSES[kind], (AWARE,), self._step(path))
            case _:
                return Instance(_CLASSES[kind], origin=self._step(path))

    def _json(self, path: str, shape: Shape = JSON_SHAPE) -> Json:
        term = ("json", self.node, self.frame.context, f"{self.call}:{path}")
        self.frame.interpreter.shapes[term] = shape
        return Json(term, self._step(path))

    def _site(self, path: str, tag: str) -> Site:
        return ((_SITE, self.call, path, tag), self.node, self.frame.context)

    def _step(self, path: str) -> Step:
        what = f"`{path}` of the response of `{self.call}`" if path else f"given by `{self.call}`"
        return ResponseStep(what, self.frame.module.file, self.node, None, self.call, path)
