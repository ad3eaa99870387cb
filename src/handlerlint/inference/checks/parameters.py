"""Whether what an operation of the AWS SDK is given passes botocore's validation: names, what is required, types.

The rules are those of `botocore.validate.ParamValidator`; a test compares them with it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import libcst as cst

from handlerlint.inference.checks.keys import subscript
from handlerlint.inference.checks.walk import Walk
from handlerlint.inference.domain import constraints, terms
from handlerlint.inference.domain.heap import USUALLY_ABSENT, ClassObject, Container
from handlerlint.inference.domain.problem import Problem, ProblemKind
from handlerlint.inference.domain.unions import members
from handlerlint.inference.domain.values import (
    NONE,
    UNBOUND,
    UNKNOWN,
    Constant,
    Instance,
    Json,
    TupleValue,
    Value,
)
from handlerlint.inference.effects import dependences
from handlerlint.inference.objects import class_facts, lists
from handlerlint.inference.sdk.shapes import (
    DYNAMODB_VALUE,
    DYNAMODB_VALUE_SHAPE,
    Kind,
    ListShape,
    MapShape,
    ScalarShape,
    Shape,
    StructureShape,
)
from handlerlint.records import dataclass, field
from handlerlint.suggestions import meant

#: What botocore takes for a member without parts, by the names of classes. Of bytes and timestamps it is the other way
#: round, since it takes whatever can be read, or parsed: `_NEVER_TAKEN` are classes that cannot.
_TAKEN: Mapping[Kind, tuple[str, ...]] = {
    Kind.STRING: ("builtins.str",),
    Kind.INTEGER: ("builtins.int",),
    Kind.FLOAT: ("builtins.float", "builtins.int", "decimal.Decimal", "_decimal.Decimal"),
    Kind.BOOLEAN: ("builtins.bool",),
    Kind.CONDITION: ("builtins.str", "boto3.dynamodb.conditions.ConditionBase"),
}
_UNREADABLE = ("builtins.dict", "builtins.list", "builtins.tuple", "builtins.set", "types.NoneType")
_NEVER_TAKEN: Mapping[Kind, tuple[str, ...]] = {
    Kind.BYTES: (*_UNREADABLE, "builtins.int", "builtins.float", "datetime.date", "decimal.Decimal"),
    Kind.TIMESTAMP: _UNREADABLE,
}
_LISTS = ("builtins.list", "builtins.tuple")
_DICTS = ("builtins.dict",)

#: Where a page has ended: in a response, and by another name what the next page is asked for by.
_LAST_PAGE = re.compile(r"(?:Last|Next)[A-Z]")
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the parameters something is: its path in botocore's words, and what it is written in."""

    path: str
    node: cst.CSTNode | None

    def member(self, key: Value | None) -> Place:
        """The place of what is under a key."""
        if not isinstance(key, Constant):
            return Place(f"{self.path}{{}}", self.node)
        path = f"{self.path}.{key.value}" if self.path else str(key.value)
        return Place(path, _entry_written(self.node, key) or self.node)

    def element(self, index: Value | None) -> Place:
        """The place of an element of a list."""
        written = _element_written(self.node, index)
        return Place(self.path + ("[]" if index is None else subscript(index)), written or self.node)


@dataclass(frozen=True, slots=True)
class Validation:
    """What comes of looking at the parameters of one call.

    `problems` are what botocore refuses, `attributes` what a DynamoDB resource makes attributes of, by its path.
    `answered` are the names in the operation's response.
    """

    walk: Walk
    answered: Collection[str] = ()
    problems: list[Problem] = field(default_factory=list)
    attributes: dict[str, Value] = field(default_factory=dict)

    def call(
        self, taken: StructureShape, given: Mapping[str, Value], node: cst.CSTNode, *, is_complete: bool
    ) -> None:
        """Look at the keyword arguments of an operation; `is_complete` if there are no others."""
        arguments = node.args if isinstance(node, cst.Call) else ()
        written = {arg.keyword.value: arg for arg in arguments if arg.keyword is not None}
        keywords = {name: arg.keyword for name, arg in written.items()}
        self.problems.extend(_names(taken, given, given, keywords, Place("", None), is_complete=is_complete))
        for name in given.keys() & self.answered - taken.members.keys():
            # Else it has been told, or a newer SDK may take it, too.
            if _LAST_PAGE.match(name) and meant(name, taken.members) is None:
                self.problems.append(_problem("unknown parameter", "", name, keywords.get(name)))
        for name, value in given.items():
            if (member := taken.members.get(name)) is not None:
                place = Place(name, written[name].value if name in written else None)
                self.value(member.shape, value, place, 0)

    def value(self, shape: Shape, value: Value, place: Place, depth: int) -> None:
        """Look at a value that is given where a shape is asked for."""
        if depth > _DEEPEST or dependences.is_questioned(self.walk.state, value):
            return
        alternatives = [member for member in members(value) if member is not UNBOUND]
        if value == NONE and not (isinstance(place.node, cst.Name) and place.node.value == "None"):
            return  # what a search has not found, or a dict: the program may know that there always is something
        refused = [_refused_class(self.walk, shape, member) for member in alternatives]
        if alternatives and all(name is not None for name in refused):
            if constraints.has_sorted(self.walk.state):
                return  # a function that converts whatever it is given: what it makes of this is on another path
            name = self._name(refused[0])
            problem = Problem(
                *("parameter type", place.path, name, name.rpartition(".")[2], alternatives[0]),
                getattr(alternatives[0], "origin", None),
                said=_expected(shape),
                part=place.node,
            )
            self.problems.append(problem)
        elif DYNAMODB_VALUE_SHAPE in (shape, getattr(shape, "value", None), getattr(shape, "element", None)):
            self.attributes[place.path] = value  # a map or list of attributes is looked at as one
        else:
            for member in alternatives:
                self.parts(shape, member, place, depth)

    def _name(self, cls: class_facts.ClassName | None) -> str:
        """The qualified name of a class."""
        record = self.walk.state.heap.get(cls) if isinstance(cls, tuple) else None
        return record.qualified_name if isinstance(record, ClassObject) else str(cls)

    def parts(self, shape: Shape, value: Value, place: Place, depth: int) -> None:
        """Look at the parts of a list or dict."""
        state = self.walk.state
        record = lists.as_list(value) if isinstance(value, TupleValue) else state.object_of(value)
        if not isinstance(record, Container):
            return
        every = list(record.items_by_key())
        items = [item for item in every if item[2] != USUALLY_ABSENT]
        match shape:
            case ListShape(element):
                for key, item, _ in items:
                    self.value(element, item, place.element(key), depth + 1)
            case MapShape(inner):
                for key, item, _ in items:
                    self.value(inner, item, place.member(key), depth + 1)
            case StructureShape() if not every and not isinstance(place.node, cst.Dict):
                return  # `found.get("message", {})`: the program may know that there always is something
            case StructureShape():
                present = {str(key.value): maybe for key, _, maybe in every if isinstance(key, Constant)}
                certain = [name for name, maybe in present.items() if not maybe]
                is_complete = record.known_elements is not None
                self.problems.extend(_names(shape, present, certain, {}, place, is_complete=is_complete))
                for key, item, _ in items:
                    member = shape.members.get(str(key.value)) if isinstance(key, Constant) else None
                    if member is not None:
                        self.value(member.shape, item, place.member(key), depth + 1)
            case _:
                pass


def _entry_written(node: cst.CSTNode | None, wanted: Constant) -> cst.CSTNode | None:
    """Where the value of a key stands in a dict that is written out."""
    for element in node.elements if isinstance(node, cst.Dict) else ():
        key = element.key if isinstance(element, cst.DictElement) else None
        if isinstance(key, cst.SimpleString) and key.evaluated_value == wanted.value:
            return element.value
    return None


def _element_written(node: cst.CSTNode | None, index: Value | None) -> cst.CSTNode | None:
    """Where an element stands in a list that is written out."""
    if not isinstance(node, (cst.List, cst.Tuple)) or not isinstance(index, Constant):
        return None
    elements = node.elements
    if any(isinstance(element, cst.StarredElement) for element in elements):
        return None
    place = index.value
    return elements[place].value if isinstance(place, int) and place < len(elements) else None


# --- names -----------------------------------------------------------------------------------------------


def _names(
    taken: StructureShape,
    given: Iterable[str],
    certain: Iterable[str],
    keywords: Mapping[str, cst.CSTNode | None],
    place: Place,
    *,
    is_complete: bool,
) -> Iterator[Problem]:
    """Each name that a structure does not have, or must have and is not given; `certain` are surely given.

    A structure of a newer SDK may have more of them than are known here. So one that is not known counts only if it is
    a known one that is misspelt.
    """
    known = taken.members
    unknown = {name: meant(name, known) for name in certain if name not in known}
    for name, other in unknown.items():
        if other is not None:
            node = keywords.get(name) or place.node
            yield _problem("unknown parameter", place.path, name, node, said=other)
    if not is_complete:
        return
    for name, member in known.items():
        if member.is_required and name not in given and name not in unknown.values():
            instead = next(iter(unknown), None)
            yield _problem("missing parameter", place.path, name, place.node, said=instead)


def _problem(
    kind: ProblemKind, path: str, name: str, node: cst.CSTNode | None, said: str | None = None
) -> Problem:
    """`path` is that of the structure, `name` that of its member."""
    return Problem(kind, path, "", name, UNKNOWN, None, said=said, part=node)


# --- types -----------------------------------------------------------------------------------------------


def _refused_class(walk: Walk, shape: Shape, value: Value) -> class_facts.ClassName | None:
    """The class of a value that a shape does not take; None if it takes it, or that is not known."""
    classes = _classes(walk, value)
    is_refused = [_is_refused(shape, order) for order in classes]
    return classes[0][0] if classes and all(is_refused) else None


def _is_refused(shape: Shape, order: Sequence[class_facts.ClassName]) -> bool:
    match shape:
        case ScalarShape(kind) if kind in _NEVER_TAKEN:
            return order[0] in _NEVER_TAKEN[kind]
        case ScalarShape(kind) if kind in _TAKEN:
            return not set(_TAKEN[kind]) & set(order)
        case ListShape():
            return not set(_LISTS) & set(order)
        case MapShape() | StructureShape():
            return not set(_DICTS) & set(order)
        case _:
            return False


def _classes(walk: Walk, value: Value) -> list[list[class_facts.ClassName]]:
    """The resolution orders of the classes that a value may have; none if they are not known."""
    if isinstance(value, Json):
        term = terms.own_term(value)
        kinds = None if term is None else constraints.facts_of(walk.state, term).kinds
        return [[kind] for kind in kinds or ()]
    if isinstance(value, Instance):
        is_any = value.class_name == DYNAMODB_VALUE
        if is_any or not class_facts.is_certain_class(walk.frame, value.class_name):
            return []
    order, is_known = class_facts.class_of(walk.frame, walk.state, value)
    return [order] if is_known and order else []


def _expected(shape: Shape) -> str:
    match shape:
        case ListShape():
            return "list"
        case ScalarShape(Kind.BYTES):
            return "bytes"
        case ScalarShape(kind):
            return kind.value
        case _:
            return "dict"
