"""Join: the state that over-approximates several paths, when paths may be joined without loss, and widening."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from handlerlint.inference.domain.heap import (
    LOST,
    NO_FACTS,
    UNCHANGED,
    ClassObject,
    Container,
    Dependences,
    DictObject,
    Entry,
    Facts,
    HeapObject,
    InstanceObject,
    JsonChange,
    ListObject,
    Namespace,
    SetObject,
    State,
    parts,
)
from handlerlint.inference.domain.set_elements import any_of
from handlerlint.inference.domain.values import (
    UNBOUND,
    UNKNOWN,
    Constant,
    Json,
    Site,
    UnionValue,
    Unknown,
    Value,
    is_harmless,
    join,
    join_all,
)
from handlerlint.records import replace


def join_entries(
    left: Mapping[Value, Entry],
    right: Mapping[Value, Entry],
    left_rest: Value | None,
    right_rest: Value | None,
) -> dict[Value, Entry]:
    """Entries of either dict; one that a side lacks may be absent, or be one of that side's rest."""
    if left == right:
        return dict(left)
    joined: dict[Value, Entry] = {}
    for key, entry in left.items():
        other = right.get(key)
        if other is not None:
            joined[key] = Entry(join(entry.value, other.value), entry.maybe or other.maybe)
        else:
            joined[key] = Entry(entry.value if right_rest is None else join(entry.value, right_rest), True)
    for key, entry in right.items():
        if key not in left:
            joined[key] = Entry(entry.value if left_rest is None else join(entry.value, left_rest), True)
    return joined


def _join_optional(left: Value | None, right: Value | None) -> Value | None:
    if left is None:
        return right
    return left if right is None else join(left, right)


def _join_lists(left: ListObject, right: ListObject) -> HeapObject:
    if len(left.items) == len(right.items):
        items = tuple(join(a, b) for a, b in zip(left.items, right.items, strict=True))
        rest = _join_optional(left.rest, right.rest)
        return ListObject(left.class_name, items, rest, is_filled=left.is_filled and right.is_filled)
    shared = min(len(left.items), len(right.items))
    # The shorter list's length is the number of elements that are surely there.
    items = tuple(join(a, b) for a, b in zip(left.items[:shared], right.items[:shared], strict=True))
    further = [*left.items[shared:], *right.items[shared:]]
    rests = [rest for rest in (left.rest, right.rest) if rest is not None]
    return ListObject(left.class_name, items, join_all([*further, *rests]))


def join_names(left: Mapping[str, Value], right: Mapping[str, Value]) -> dict[str, Value]:
    """Names of either; one that a side lacks may be unbound."""
    joined = dict(left)
    for name, value in right.items():
        mine = left.get(name)
        if mine is None:
            joined[name] = join(value, UNBOUND)
        elif mine is not value:
            joined[name] = join(mine, value)
    for name in left:
        if name not in right:
            joined[name] = join(left[name], UNBOUND)
    return joined


def join_objects(left: HeapObject, right: HeapObject) -> HeapObject:
    """The object that stands for either."""
    if left is right or left == right:
        return left
    match left, right:
        case ListObject(), ListObject() if left.class_name == right.class_name:
            return _join_lists(left, right)
        case DictObject(), DictObject() if left.class_name == right.class_name:
            return DictObject(
                left.class_name,
                join_entries(left.entries, right.entries, left.rest_value, right.rest_value),
                _join_optional(left.rest_key, right.rest_key),
                _join_optional(left.rest_value, right.rest_value),
                left.default if left.default == right.default else UNKNOWN,
                left.is_filled and right.is_filled,
            )
        case SetObject(), SetObject() if left.class_name == right.class_name:
            element = any_of(join(left.element, right.element))
            return SetObject(left.class_name, element, left.is_filled and right.is_filled)
        case InstanceObject(), InstanceObject() if left.cls == right.cls:
            return InstanceObject(
                left.cls,
                join_names(left.attributes, right.attributes),
                _join_optional(left.content, right.content),
                left.open or right.open,
            )
        case Namespace(), Namespace():
            return Namespace(join_names(left.names, right.names), left.open or right.open)
        case ClassObject(), ClassObject():
            known = left.known and right.known and (left.bases, left.fields) == (right.bases, right.fields)
            return replace(left, names=join_names(left.names, right.names), known=known)
        case JsonChange(), JsonChange():
            return JsonChange(
                join_entries(left.entries, right.entries, None, None), left.removed & right.removed
            )
        case Facts(), Facts():
            return _join_facts(left, right)
        case Dependences(), Dependences():
            return _join_dependences(left, right)
        case _:
            return LOST


def _join_dependences(left: Dependences, right: Dependences) -> Dependences:
    """What is in doubt on either path."""
    answers = dict(left.answers)
    for term, marks in right.answers.items():
        answers[term] = answers.get(term, marks) | marks
    return Dependences(answers, left.questioned | right.questioned)


def _join_facts(left: Facts, right: Facts) -> Facts:
    """What both paths know."""
    among = None if left.among is None or right.among is None else left.among | right.among
    kinds = None if left.kinds is None or right.kinds is None else left.kinds | right.kinds
    holds = None if left.holds is None or right.holds is None else left.holds | right.holds
    return Facts(
        among,
        left.differs & right.differs,
        left.truth if left.truth is right.truth else None,
        kinds,
        holds,
        left.lower if left.lower == right.lower else None,
        left.upper if left.upper == right.upper else None,
        left.version if left.version == right.version else max(left.version, right.version) + 1,
        left.apart & right.apart,
        left.asked & right.asked,
    )


def join_states(states: list[State]) -> State:
    """One state that stands for any of the given ones (at least one); they are not to be used afterwards."""
    result = states[0]
    for other in states[1:]:
        join_into(result, other)
    return result


def join_into(result: State, other: State) -> None:
    """Let one path stand for another one, too."""
    for site, mine, theirs in _differing(result, other):
        result.heap.own[site] = _either(mine, theirs, join_objects)
    result.escaped |= other.escaped
    result.dead = result.dead and other.dead


def _differing(left: State, right: State) -> Iterator[tuple[Site, HeapObject | None, HeapObject | None]]:
    """The sites at which two paths hold different objects, with both; None where a path has not made it."""
    mine, theirs = left.heap, right.heap
    if mine.base is theirs.base:
        sites = [*theirs.own, *(site for site in mine.own if site not in theirs.own)]
    else:
        sites = list(dict.fromkeys(site for heap in (theirs, mine) for site, _ in heap.items()))
    for site in sites:
        own, other = mine.peek(site), theirs.peek(site)
        if own is not other:
            yield site, own, other


def _either(
    mine: HeapObject | None,
    theirs: HeapObject | None,
    joined: Callable[[HeapObject, HeapObject], HeapObject],
) -> HeapObject:
    """The object that stands for those of two paths.

    What one path has not made is not referred to there. Decoded JSON is there without: it was not changed; and what
    one path assumes of a value, the other does not know.
    """
    if mine is not None and theirs is not None:
        return joined(mine, theirs)
    record = mine or theirs
    assert record is not None
    if isinstance(record, Facts):
        return _join_facts(NO_FACTS, record)
    return joined(UNCHANGED, record) if isinstance(record, JsonChange) else record


def is_plain(value: Value) -> bool:
    """Whether losing the correlation of this value with others can never make a finding false."""
    match value:
        case Json() | Unknown():
            return True
        case Constant(kind=kind):
            return kind in ("int", "float") and is_harmless(value)
        case UnionValue(members=alternatives):
            return all(is_plain(member) for member in alternatives)
        case _:
            scalar = getattr(value, "class_name", None)
            return scalar in ("builtins.str", "builtins.int", "builtins.float")


def _differ_plainly(left: HeapObject, right: HeapObject) -> bool:
    """Whether two objects differ only in plain data, so that they may be joined without loss that matters."""
    match left, right:
        case Namespace(), Namespace():
            mine, other = left.names, right.names
            for name in mine.keys() | other.keys():
                a, b = mine.get(name), other.get(name)
                if a is b or a == b:
                    continue
                if a is None or b is None or not (is_plain(a) and is_plain(b)):
                    return False
            return True
        case DictObject(), DictObject():
            if (left.rest_key, left.rest_value) != (right.rest_key, right.rest_value):
                return False
            for key in left.entries.keys() | right.entries.keys():
                first, second = left.entries.get(key), right.entries.get(key)
                if first == second:
                    continue
                if first is None or second is None or not (is_plain(first.value) and is_plain(second.value)):
                    return False  # a key that is missing may be what somebody asks of an answer
            return True
        case ListObject(), ListObject():
            return all(is_plain(value) for value in (*parts(left), *parts(right)))
        case _:
            return False


def mergeable(left: State, right: State) -> bool:
    """Whether joining two paths loses nothing that a later branch could depend on."""
    return _telling_apart(left, right) is None


def _telling_apart(left: State, right: State) -> Site | None:
    """A place where two paths differ in what matters; None if there is none."""
    mine, other, base = left.heap.own, right.heap.own, left.heap.base
    assumed: dict[Site, tuple[HeapObject | None, HeapObject | None]] = {}
    for site, record in mine.items():
        facing = other[site] if site in other else base.get(site)
        if record is facing:
            continue
        if isinstance(record, Facts) or isinstance(facing, Facts):
            assumed[site] = record, facing
        elif not _agree(record, facing):
            return site
        elif isinstance(record, Container) and isinstance(facing, Container):
            assumed[site] = Facts(truth=record.truth), Facts(truth=facing.truth)
    for site, record in other.items():
        if site in mine:
            continue
        facing = base.get(site)
        if isinstance(record, Facts) or isinstance(facing, Facts):
            assumed[site] = facing, record
        elif not _agree(facing, record):
            return site
    return _chosen_together(assumed)


def _chosen_together(assumed: Mapping[Site, tuple[HeapObject | None, HeapObject | None]]) -> Site | None:
    """Of what two paths assume differently, a value of which a join would forget that it depends on another one.

    That a list, dict or set has an element is among what is assumed. None where only one value differs, or where one of
    the paths stands for the other as well.
    """
    differing = False
    is_left = is_right = True
    for site, (mine, theirs) in assumed.items():
        left = mine if isinstance(mine, Facts) else NO_FACTS
        right = theirs if isinstance(theirs, Facts) else NO_FACTS
        if left == right:
            continue
        both = _join_facts(left, right)
        is_left, is_right = is_left and both == left, is_right and both == right
        if differing and not (is_left or is_right):
            return site
        differing = True
    return None


def _agree(left: HeapObject | None, right: HeapObject | None) -> bool:
    """Whether nothing that matters tells two objects at one site apart, taken by itself."""
    if isinstance(left or right, (Facts, Dependences)):
        return True
    if left is None or right is None:
        # An object that one path never made is not referred to there; JSON is, and was not changed.
        change = left or right
        return not isinstance(change, JsonChange) or all(is_plain(value) for value in parts(change))
    return left is right or left == right or _differ_plainly(left, right)


#: Stands in the heap of a path that stands for several: what these have chosen together may be no choice of any.
BLURRED: Site = ("blurred",)


def blur(left: State, right: State) -> State:
    """Join two paths that differ in what matters: what differs in kind becomes Unknown, so nothing false is said."""
    for site, mine, theirs in _differing(left, right):
        left.heap.own[site] = _either(mine, theirs, _blur_objects)
    left.heap[BLURRED] = LOST
    left.escaped |= right.escaped
    return left


def _blur_values(left: Value, right: Value) -> Value:
    if left == right:
        return left
    if is_plain(left) and is_plain(right):
        return join(left, right)
    return UNKNOWN


def _blur_objects(left: HeapObject, right: HeapObject) -> HeapObject:
    """The object that stands for two of which nothing false may be said: where they differ it is Unknown."""
    if left == right:
        return left
    match left, right:
        case Namespace(), Namespace():
            names = {
                name: _blur_values(left.names.get(name, UNKNOWN), right.names.get(name, UNKNOWN))
                for name in left.names.keys() | right.names.keys()
            }
            return Namespace(names, left.open or right.open)
        case DictObject(), DictObject() if left.class_name == right.class_name:
            entries: dict[Value, Entry] = {}
            for key in left.entries.keys() | right.entries.keys():
                first, second = left.entries.get(key), right.entries.get(key)
                if first is not None and second is not None:
                    entries[key] = Entry(_blur_values(first.value, second.value), first.maybe or second.maybe)
                else:
                    only = first or second
                    assert only is not None
                    entries[key] = Entry(only.value if is_plain(only.value) else UNKNOWN, True)
            same_rest = (left.rest_key, left.rest_value) == (right.rest_key, right.rest_value)
            return DictObject(
                left.class_name,
                entries,
                left.rest_key if same_rest else UNKNOWN,
                left.rest_value if same_rest else UNKNOWN,
                left.default if left.default == right.default else UNKNOWN,
            )
        case InstanceObject(), InstanceObject() if left.cls == right.cls:
            attributes = {
                name: _blur_values(left.attributes.get(name, UNKNOWN), right.attributes.get(name, UNKNOWN))
                for name in left.attributes.keys() | right.attributes.keys()
            }
            same = left.content == right.content
            return InstanceObject(left.cls, attributes, left.content if same else UNKNOWN, True)
        case Facts(), Facts():
            return _join_facts(left, right)
        case Dependences(), Dependences():
            return _join_dependences(left, right)
        case _:
            return LOST


def merge_paths(states: list[State], limit: int) -> list[State]:
    """At most `limit` paths: equal and plainly different ones joined, the surplus blurred together."""
    kept: list[State] = []
    site: Site | None = None
    for state in states:
        if state.dead:
            continue
        for other in kept:
            # What told the last two apart mostly tells these two apart as well.
            if site is not None and not _agree(other.heap.peek(site), state.heap.peek(site)):
                continue
            site = _telling_apart(other, state)
            if site is None:
                join_into(other, state)
                break
        else:
            kept.append(state)
    while len(kept) > limit:
        last = kept.pop()
        kept[-1] = blur(kept[-1], last)
    return kept
