"""Conditions: on which paths a test is true, on which false, and what each learns from it (narrowing)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import libcst as cst

from handlerlint.inference import typing_facts
from handlerlint.inference.heap import (
    DictObject,
    Entry,
    InstanceObject,
    JsonChange,
    ListObject,
    Namespace,
    SetObject,
    State,
    lose,
    parts,
)
from handlerlint.inference.machine import Frame, evaluate, names_of
from handlerlint.inference.stubs.types import ClassObjectType
from handlerlint.inference.values import (
    FALSE,
    NEVER,
    TRUE,
    Constant,
    EnumMember,
    Instance,
    Json,
    Lazy,
    Native,
    Reference,
    StubValue,
    TupleValue,
    UnionValue,
    Unknown,
    Value,
    constant,
    is_harmless,
    join_all,
    members,
)

Branches = list[tuple[State, Value]]
Predicate = Callable[[Value], "bool | None"]

BOOL = Instance("builtins.bool")


def assume(frame: Frame, state: State, node: cst.BaseExpression) -> tuple[list[State], list[State]]:
    """The paths on which a test is true and those on which it is false. `state` is used up."""
    truthy, falsy = branch(frame, state, node)
    return [path for path, _ in truthy], [path for path, _ in falsy]


def branch(frame: Frame, state: State, node: cst.BaseExpression) -> tuple[Branches, Branches]:
    """Like `assume`, each path with the value that the expression has on it."""
    match node:
        case cst.UnaryOperation(operator=cst.Not(), expression=inner):
            truthy, falsy = branch(frame, state, inner)
            return [(path, TRUE) for path, _ in falsy], [(path, FALSE) for path, _ in truthy]
        case cst.BooleanOperation(left=left, operator=cst.And(), right=right):
            first, falsy = branch(frame, state, left)
            return _second(frame, first, right, [], falsy)
        case cst.BooleanOperation(left=left, right=right):
            truthy, first = branch(frame, state, left)
            return _second(frame, first, right, truthy, [])
        case cst.Comparison(comparisons=[target]):
            several = _split_on_names(frame, state, node)
            return _compare(frame, state, node, target) if several is None else several
        case cst.Comparison():
            return _chain(frame, state, node)
        case cst.Call(func=cst.Name(value="isinstance"), args=[first_argument, second_argument]):
            return _isinstance(frame, state, node, first_argument.value, second_argument.value)
        case cst.Call(func=cst.Name(value="bool"), args=[cst.Arg(value=inner, star="", keyword=None)]):
            truthy, falsy = branch(frame, state, inner)
            return [(path, TRUE) for path, _ in truthy], [(path, FALSE) for path, _ in falsy]
        case _:
            several = _split_on_names(frame, state, node)
            if several is not None:
                return several
            value = evaluate(frame, state, node)
            if state.dead:
                return [], []
            target_node = node.target if isinstance(node, cst.NamedExpr) else node
            truthy, falsy = _divide(
                frame, state, node, target_node, value, lambda member: truth(frame, state, member)
            )
            for path, member in falsy:
                empty(path, member)
            return truthy, falsy


def _split_on_names(frame: Frame, state: State, node: cst.BaseExpression) -> tuple[Branches, Branches] | None:
    """A test that asks something of a name that has several values: each value is tested for itself."""
    for target in _asked(node):
        value = evaluate(frame, state.copy(), target)
        if not isinstance(value, UnionValue) or len(value.members) > 8 or is_harmless(value):
            continue
        truthy: Branches = []
        falsy: Branches = []
        for member in value.members:
            path = state.copy()
            _rebind(frame, path, target.value, member)
            more_truthy, more_falsy = branch(frame, path, node)
            truthy += more_truthy
            falsy += more_falsy
        return truthy, falsy
    return None


def _asked(node: cst.BaseExpression) -> Iterator[cst.Name]:
    """The names that a test gives to calls, or takes attributes of."""
    match node:
        case cst.Call(func=function, args=args):
            yield from (argument.value for argument in args if isinstance(argument.value, cst.Name))
            if isinstance(function, cst.Attribute):
                yield from _asked(function)
            for argument in args:
                yield from _asked(argument.value)
        case cst.Attribute(value=cst.Name() as owner):
            yield owner
        case cst.Attribute(value=inner):
            yield from _asked(inner)
        case cst.Comparison(left=left, comparisons=comparisons):
            yield from _asked(left)
            for comparison in comparisons:
                yield from _asked(comparison.comparator)
        case _:
            return


def empty(state: State, value: Value) -> None:
    """A container that is false has no elements: a worklist has been worked off, in ways that were not followed."""
    if not isinstance(value, Reference):
        return
    record = state.heap.get(value.site)
    if isinstance(record, (ListObject, DictObject)):
        lose(state, parts(record))
    match state.heap.get(value.site):
        case ListObject(class_name=name, items=()):
            state.heap[value.site] = ListObject(name, ())
        case DictObject() as record:
            state.heap[value.site] = DictObject(record.class_name, {}, default=record.default)
        case SetObject(class_name=name):
            state.heap[value.site] = SetObject(name, NEVER)
        case _:
            return


def _second(
    frame: Frame, first: Branches, right: cst.BaseExpression, truthy: Branches, falsy: Branches
) -> tuple[Branches, Branches]:
    for path, _ in first:
        more_truthy, more_falsy = branch(frame, path, right)
        truthy = truthy + more_truthy
        falsy = falsy + more_falsy
    return truthy, falsy


# --- truth -----------------------------------------------------------------------------------------------

#: Stub classes whose instances can be false in spite of what their stub says, or that define `__bool__`.
_DECIDABLE = ("__bool__", "__len__")


def truth(frame: Frame, state: State, value: Value) -> bool | None:
    """Whether a value is true in a condition; None when that is not known."""
    match value:
        case Constant(value=scalar):
            return bool(scalar)
        case UnionValue(members=alternatives):
            verdicts = {truth(frame, state, member) for member in alternatives}
            return verdicts.pop() if len(verdicts) == 1 else None
        case Unknown() | Json():
            return None
        case TupleValue(items=items, rest=rest):
            return True if items else (False if rest is None else None)
        case Reference(site=site):
            return _object_truth(frame, state, site)
        case EnumMember():
            return None if typing_facts.is_plain_mixin(frame, state, value) else True
        case Lazy(class_name=name):
            return None if "dict_" in name or "range" in name else True
        case Instance(class_name=name):
            return typing_facts.stub_truth(frame, name)
        case StubValue():
            return True if typing_facts.is_definite_object(value) else None
        case _:
            return True


def _object_truth(frame: Frame, state: State, site: tuple[object, ...]) -> bool | None:
    match state.heap.get(site):
        case ListObject(items=items, rest=rest):
            return True if items else (False if rest is None else None)
        case DictObject(entries=entries, rest_value=rest_value):
            if any(not entry.maybe for entry in entries.values()):
                return True
            return False if not entries and rest_value is None else None
        case SetObject(element=element):
            return False if element is NEVER else None
        case InstanceObject() as record:
            return typing_facts.instance_truth(frame, state, record)
        case _:
            return None


# --- dividing a state ------------------------------------------------------------------------------------


def _divide(
    frame: Frame,
    state: State,
    test: cst.BaseExpression,
    target: cst.BaseExpression,
    value: Value,
    predicate: Predicate,
    refine: Callable[[Value, bool], Value] | None = None,
    *,
    result_is_bool: bool = False,
) -> tuple[Branches, Branches]:
    """Paths on which `predicate` holds for the target's value, and paths on which it does not.

    Where the value alone does not decide, what the path has assumed about the same expression before does.
    """
    holds = [(member, predicate(member)) for member in members(value)]
    sides: list[Value] = []
    for outcome in (True, False):
        left = [member for member, verdict in holds if verdict is None or verdict is outcome]
        if refine is not None:
            left = [refine(m, outcome) if predicate(m) is None else m for m in left]
        else:
            left = [_by_truth(m, outcome) if predicate(m) is None else m for m in left]
        sides.append(join_all(left))
    truthy_value, falsy_value = sides
    if truthy_value is NEVER and falsy_value is NEVER:
        return [], []
    results = (TRUE, FALSE) if result_is_bool else (truthy_value, falsy_value)
    if falsy_value is NEVER:
        return [(state, results[0])], []
    if truthy_value is NEVER:
        return [], [(state, results[1])]
    key = expression_key(frame, test)
    if key is not None:
        assumed = state.assumptions.get(key[0])
        if assumed is not None:
            _narrow(frame, state, target, value, truthy_value if assumed[0] is key[2] else falsy_value)
            return ([(state, results[0])], []) if assumed[0] is key[2] else ([], [(state, results[1])])
    other = state.copy()
    _narrow(frame, state, target, value, truthy_value)
    _narrow(frame, other, target, value, falsy_value)
    if key is not None:
        state.assume(key[0], key[2], key[1])
        other.assume(key[0], not key[2], key[1])
    return [(state, results[0])], [(other, results[1])]


def _by_truth(member: Value, outcome: bool) -> Value:
    match member:
        case Instance(class_name="builtins.bool"):
            return constant(outcome, member.origin)
        case _:
            return member


def _narrow(frame: Frame, state: State, target: cst.BaseExpression, before: Value, after: Value) -> None:
    """Write back what a path knows about the value of a place: a name, an attribute, a dict entry."""
    if after is before or after == before:
        return
    match target:
        case cst.Name(value=name):
            _rebind(frame, state, name, after)
        case cst.NamedExpr(target=cst.Name(value=name)):
            _rebind(frame, state, name, after)
        case cst.Attribute(value=cst.Name() as owner, attr=cst.Name(value=name)):
            reference = evaluate(frame, state.copy(), owner)
            if isinstance(reference, Reference):
                record = state.heap.get(reference.site)
                if isinstance(record, InstanceObject) and name in record.attributes:
                    attributes = {**record.attributes, name: after}
                    state.heap[reference.site] = InstanceObject(
                        record.cls, attributes, record.content, record.open
                    )
        case cst.Subscript(
            value=cst.Name() as owner, slice=[cst.SubscriptElement(slice=cst.Index(value=index))]
        ):
            reference = evaluate(frame, state.copy(), owner)
            key = evaluate(frame, state.copy(), index)
            if isinstance(reference, Reference):
                record = state.heap.get(reference.site)
                if isinstance(record, DictObject) and key in record.entries:
                    entries = {**record.entries, key: Entry(after)}
                    state.heap[reference.site] = DictObject(
                        record.class_name, entries, record.rest_key, record.rest_value, record.default
                    )
        case _:
            return


def _rebind(frame: Frame, state: State, name: str, value: Value) -> None:
    """Put the narrowed value where the name lives, without forgetting what is assumed about it."""
    for scope in (frame.scope, *reversed(frame.scopes), frame.module.site):
        namespace = names_of(state, scope)
        if name in namespace.names:
            state.heap[scope] = Namespace({**namespace.names, name: value}, namespace.open)
            return


# --- isinstance ------------------------------------------------------------------------------------------


def _isinstance(
    frame: Frame, state: State, node: cst.Call, target: cst.BaseExpression, classes: cst.BaseExpression
) -> tuple[Branches, Branches]:
    value = evaluate(frame, state, target)
    wanted = evaluate(frame, state, classes)
    if state.dead:
        return [], []
    return _divide(
        frame,
        state,
        node,
        target,
        value,
        lambda member: typing_facts.is_instance(frame, state, member, wanted),
        lambda member, outcome: typing_facts.narrowed(frame, state, member, wanted) if outcome else member,
        result_is_bool=True,
    )


# --- comparisons -----------------------------------------------------------------------------------------


def _compare(
    frame: Frame, state: State, node: cst.Comparison, target: cst.ComparisonTarget
) -> tuple[Branches, Branches]:
    left = evaluate(frame, state, node.left)
    right = evaluate(frame, state, target.comparator)
    if state.dead:
        return [], []
    match target.operator:
        case cst.Is() | cst.Equal():
            return _equal(frame, state, node, node.left, left, target.comparator, right)
        case cst.IsNot() | cst.NotEqual():
            truthy, falsy = _equal(frame, state, node, node.left, left, target.comparator, right)
            return _negated(truthy, falsy)
        case cst.In():
            return _contains(frame, state, node, left, target.comparator, right)
        case cst.NotIn():
            truthy, falsy = _contains(frame, state, node, left, target.comparator, right)
            return _negated(truthy, falsy)
        case operator:
            verdict = _ordered(type(operator).__name__, left, right)
            return _divide(frame, state, node, node, BOOL, lambda _: verdict, result_is_bool=True)


def _chain(frame: Frame, state: State, node: cst.Comparison) -> tuple[Branches, Branches]:
    """`a < b < c`: true when every link is, false when one certainly is not."""
    left = evaluate(frame, state, node.left)
    verdicts: list[bool | None] = []
    for target in node.comparisons:
        right = evaluate(frame, state, target.comparator)
        if state.dead:
            return [], []
        match target.operator:
            case cst.Is() | cst.Equal():
                verdicts.append(equal(frame, state, left, right))
            case cst.IsNot() | cst.NotEqual():
                same = equal(frame, state, left, right)
                verdicts.append(None if same is None else not same)
            case cst.In() | cst.NotIn():
                verdicts.append(None)
            case operator:
                verdicts.append(_ordered(type(operator).__name__, left, right))
        left = right
    verdict = False if False in verdicts else None if None in verdicts else True
    return _divide(frame, state, node, node, BOOL, lambda _: verdict, result_is_bool=True)


def _negated(truthy: Branches, falsy: Branches) -> tuple[Branches, Branches]:
    return [(path, TRUE) for path, _ in falsy], [(path, FALSE) for path, _ in truthy]


def _ordered(operator: str, left: Value, right: Value) -> bool | None:
    match left, right:
        case Constant(value=int() | float() as a), Constant(value=int() | float() as b):
            return {"LessThan": a < b, "LessThanEqual": a <= b, "GreaterThan": a > b}.get(operator, a >= b)
        case _:
            return None


def _equal(
    frame: Frame,
    state: State,
    node: cst.Comparison,
    left_node: cst.BaseExpression,
    left: Value,
    right_node: cst.BaseExpression,
    right: Value,
) -> tuple[Branches, Branches]:
    if isinstance(left, (Constant, EnumMember)) and not isinstance(right, (Constant, EnumMember)):
        left_node, left, right_node, right = right_node, right, left_node, left
    match left_node:
        case cst.Call(func=cst.Name(value="type"), args=[cst.Arg(value=target, star="", keyword=None)]):
            value = evaluate(frame, state, target)
            return _divide(
                frame,
                state,
                node,
                target,
                value,
                lambda member: typing_facts.is_exactly(frame, state, member, right),
                lambda member, outcome: (
                    typing_facts.narrowed(frame, state, member, right) if outcome else member
                ),
                result_is_bool=True,
            )
    contradicted = _contradicted(frame, state, left_node, right)
    return _divide(
        frame,
        state,
        node,
        left_node,
        left,
        lambda member: False if contradicted else equal(frame, state, member, right),
        lambda member, outcome: _equal_value(member, right) if outcome else member,
        result_is_bool=True,
    )


def _equal_value(member: Value, right: Value) -> Value:
    """What a value is once it is known to equal `right`."""
    if isinstance(right, Constant) and isinstance(member, (Json, Unknown, Instance)):
        return right
    return member


def _contradicted(frame: Frame, state: State, left: cst.BaseExpression, right: Value) -> bool:
    """Whether this path has already found the left side to equal another constant."""
    if not isinstance(right, Constant) or not state.assumptions:
        return False
    key = expression_key(frame, left)
    if key is None:
        return False
    for assumed, (outcome, _) in state.assumptions.items():
        match assumed:
            case (_, ("==", left_key, ("constant", other))) if outcome and left_key == key[0][1]:
                if other != right:
                    return True
            case _:
                continue
    return False


def equal(frame: Frame, state: State, left: Value, right: Value) -> bool | None:
    """Whether two values are equal (or identical); None when that is not known."""
    match left, right:
        case (Unknown() | UnionValue(), _) | (_, Unknown() | UnionValue()):
            return None
        case Constant(value=a), Constant(value=b):
            return bool(a == b)
        case Json(), Constant(kind=kind):
            return False if kind in ("bytes", "complex", "ellipsis") else None
        case Constant(), Json():
            return equal(frame, state, right, left)
        case Native(name="object"), Native(name="object"):
            return left == right
        case StubValue(type=ClassObjectType(of=one)), StubValue(type=ClassObjectType(of=other)):
            return one == other
        case (StubValue(type=ClassObjectType()), Reference()) | (
            Reference(),
            StubValue(type=ClassObjectType()),
        ):
            return False
        case (Native(name="object"), _) | (_, Native(name="object")):
            return False
        case EnumMember(enum=one, name=first), EnumMember(enum=two, name=second):
            return first == second if one == two else None
        case Instance(class_name=name), Constant(value=None):
            return (
                None if name == "builtins.object" or not typing_facts.is_certain_class(frame, name) else False
            )
        case Instance(class_name=name), Constant(kind=kind):
            numbers = {
                "builtins.int",
                "builtins.float",
                "builtins.bool",
                "builtins.complex",
                "decimal.Decimal",
            }
            if name == "builtins." + kind or (name in numbers and "builtins." + kind in numbers):
                return None
            return False if name in ("builtins.str", "builtins.bytes", *numbers) else None
        case ((Reference() | TupleValue() | Lazy()), Constant(value=None)):
            return False
        case Constant(), _:
            return equal(frame, state, right, left) if not isinstance(right, Constant) else None
        case _:
            if isinstance(right, Constant) and right.value is None and not isinstance(left, StubValue):
                return False
            return None


def _contains(
    frame: Frame,
    state: State,
    node: cst.Comparison,
    item: Value,
    container_node: cst.BaseExpression,
    container: Value,
) -> tuple[Branches, Branches]:
    if isinstance(container, Reference) and isinstance(item, (Constant, EnumMember)):
        record = state.heap.get(container.site)
        if isinstance(record, DictObject):
            return _key_in_dict(frame, state, node, item, container, record)
    if isinstance(container, Json) and container.path is not None:
        change = state.heap.get(container.path)
        if isinstance(change, JsonChange) and item in change.entries and not change.entries[item].maybe:
            return [(state, TRUE)], []
    candidates = _known_elements(state, container)
    if candidates is None and isinstance(container, Reference):
        record = state.heap.get(container.site)
        if isinstance(record, DictObject) and record.rest_value is None:
            candidates = tuple(record.entries)
    if candidates is None:
        return _divide(frame, state, node, node, BOOL, lambda _: None, result_is_bool=True)

    def predicate(member: Value) -> bool | None:
        verdicts = [equal(frame, state, member, candidate) for candidate in candidates]
        if any(verdict is True for verdict in verdicts):
            return True
        return None if None in verdicts else False

    return _divide(
        frame,
        state,
        node,
        node.left,
        item,
        predicate,
        lambda member, outcome: _one_of_these(member, candidates) if outcome else member,
        result_is_bool=True,
    )


def _one_of_these(member: Value, candidates: Sequence[Value]) -> Value:
    """What a value is once it is known to be among the candidates."""
    constants = 0 < len(candidates) <= 8 and all(isinstance(candidate, Constant) for candidate in candidates)
    if constants and (isinstance(member, (Json, Unknown)) or is_any_text(member)):
        return join_all(candidates)
    return member


def is_any_text(value: Value) -> bool:
    """Whether a value is a string of unknown content."""
    return isinstance(value, Instance) and value.class_name == "builtins.str"


def _known_elements(state: State, container: Value) -> tuple[Value, ...] | None:
    match container:
        case TupleValue(items=items, rest=None):
            return items
        case Reference(site=site):
            match state.heap.get(site):
                case ListObject(items=items, rest=None):
                    return items
                case SetObject(element=element):
                    found = members(element)
                    return found if all(isinstance(value, Constant) for value in found) else None
    return None


def _key_in_dict(
    frame: Frame, state: State, node: cst.Comparison, key: Value, reference: Reference, record: DictObject
) -> tuple[Branches, Branches]:
    entry = record.entries.get(key)
    if entry is not None and not entry.maybe:
        return [(state, TRUE)], []
    if entry is None and record.rest_value is None:
        return [], [(state, FALSE)]
    if entry is None:
        return _divide(frame, state, node, node, BOOL, lambda _: None, result_is_bool=True)
    without = state.copy()
    present = {**record.entries, key: Entry(entry.value)}
    absent = {other: kept for other, kept in record.entries.items() if other != key}
    for path, entries in ((state, present), (without, absent)):
        path.heap[reference.site] = DictObject(
            record.class_name, entries, record.rest_key, record.rest_value, record.default
        )
    return [(state, TRUE)], [(without, FALSE)]


# --- keys of expressions ---------------------------------------------------------------------------------

#: Calls that give the same answer as long as nothing they mention changes.
_PURE_METHODS = frozenset({"get", "startswith", "endswith", "lower", "upper", "strip"})
_PURE_FUNCTIONS = frozenset({"isinstance", "len", "hasattr", "bool", "callable", "type"})

ExpressionKey = tuple[tuple[object, object], frozenset[str], bool]


def expression_key(frame: Frame, node: cst.BaseExpression) -> ExpressionKey | None:
    """What identifies a test on one path: (key, names it mentions, the truth that the key stands for)."""
    outcome = True
    match node:
        case cst.Comparison(comparisons=[cst.ComparisonTarget(operator=operator)]):
            outcome = not isinstance(operator, (cst.IsNot, cst.NotEqual, cst.NotIn))
        case _:
            pass
    known = frame.machine.keys
    if node not in known:
        names: set[str] = set()
        key = _key(node, names)
        known[node] = None if key is None else (key, frozenset(names))
    found = known[node]
    return None if found is None else ((frame.scope, found[0]), found[1], outcome)


def _key(node: cst.CSTNode, names: set[str]) -> object | None:
    match node:
        case cst.Name(value=name):
            if name in ("None", "True", "False"):
                return ("constant", constant({"None": None, "True": True}.get(name, False)))
            names.add(name)
            return name
        case cst.SimpleString() | cst.Integer():
            try:
                return ("constant", constant(node.evaluated_value))
            except (ValueError, SyntaxError):
                return None
        case cst.Attribute(value=value, attr=attr):
            inner = _key(value, names)
            return None if inner is None else (".", inner, attr.value)
        case cst.Subscript(value=value, slice=[cst.SubscriptElement(slice=cst.Index(value=index))]):
            return _keys("[]", names, value, index)
        case cst.Call(func=cst.Attribute(value=value, attr=cst.Name(value=name)), args=args) if (
            name in _PURE_METHODS and all(not arg.star for arg in args)
        ):
            return _keys(name, names, value, *(arg.value for arg in args))
        case cst.Call(func=cst.Name(value=name), args=args) if name in _PURE_FUNCTIONS and all(
            not arg.star for arg in args
        ):
            return _keys(name, names, *(arg.value for arg in args))
        case cst.Comparison(left=left, comparisons=[cst.ComparisonTarget(operator=op, comparator=right)]):
            sign = {"IsNot": "is", "Is": "is", "NotEqual": "==", "Equal": "==", "NotIn": "in", "In": "in"}
            kind = type(op).__name__
            return _keys(sign.get(kind, kind), names, left, right)
        case cst.Tuple(elements=elements):
            return _keys("()", names, *(element.value for element in elements))
        case _:
            return None


def _keys(kind: str, names: set[str], *nodes: cst.CSTNode) -> object | None:
    keys: list[object] = [kind]
    for node in nodes:
        key = _key(node, names)
        if key is None:
            return None
        keys.append(key)
    return tuple(keys)


def only(frame: Frame, state: State, value: Value, outcome: bool) -> Value:
    """The alternatives of a value that can be true (or false)."""
    return join_all(
        _by_truth(member, outcome)
        for member in members(value)
        if truth(frame, state, member) is not (not outcome)
    )
