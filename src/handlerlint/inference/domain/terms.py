"""Terms: names for values that are not known, and for what is asked about them (predicates).

A term says how a value comes about: a part of the event, an environment variable, the result of a call that is not
followed, what is computed from terms. Two ways to one value (an alias, a parameter, an attribute) give equal terms, so
a question that was answered once is answered everywhere on that path. A predicate is the term of a truth value.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import cast

from handlerlint.inference.domain.unions import join
from handlerlint.inference.domain.values import (
    FALSE,
    JSON,
    NONE,
    TRUE,
    BuiltinMethod,
    Constant,
    EnumMember,
    Instance,
    Json,
    Reference,
    Site,
    StubValue,
    Term,
    TupleValue,
    UnionValue,
    Unknown,
    Value,
    constant,
    is_harmless,
)
from handlerlint.records import replace

#: What is computed from terms that nest deeper has no name.
DEEPEST_TERM = 8

#: The kinds of terms whose values are True or False.
_PREDICATES = frozenset({"not", "and", "or", "true", "among", "kind", "below", "has", "instance", "same"})


def is_predicate(term: Term) -> bool:
    """Whether a term names an answer: True or False, and nothing else."""
    return term[0] in _PREDICATES


def depth(term: object) -> int:
    """How deep a term nests."""
    return _depth(term) if isinstance(term, tuple) else 0


@lru_cache(maxsize=1 << 14)
def _depth(term: Term) -> int:
    return 1 + max(map(depth, term), default=0)


def own_term(value: Value) -> Term | None:
    """The name of a value that is not known, if it has one; one element that stands for each has none."""
    match value:
        case Unknown(term=term) | Instance(term=term) | UnionValue(term=term):
            return term
        case Json(path=path) if path is not None and "[]" not in path:
            return path
        case _:
            return None


def term_of(value: Value) -> Term | None:
    """The name of any value that stays as it is: also of a constant, of a tuple of them, of an object itself."""
    match value:
        case Constant():
            return ("constant", value)
        case EnumMember(enum=enum, name=name):
            return ("member", enum, name)
        case Reference(site=site):
            return ("object", site)
        case StubValue(receiver=None):
            return ("stub", value)
        case TupleValue(items=items, rest=None):
            return terms_of("tuple", items)
        case BuiltinMethod(receiver=TupleValue(items=bounds), name="slice"):
            return terms_of("slice", bounds)
        case _:
            return own_term(value)


def terms_of(kind: str, values: Iterable[Value]) -> Term | None:
    """The term of a kind that is made of some values; None where one of them has no name, or all is too deep."""
    terms = [term_of(value) for value in values]
    if None in terms:
        return None
    term = (kind, *terms)
    return term if depth(term) <= DEEPEST_TERM else None


def named(value: Value, term: Term | None) -> Value:
    """The value with a name, where it needs one and has none."""
    match value:
        case Unknown(term=None) | Instance(term=None) if term is not None:
            return replace(value, term=term)
        case UnionValue(term=None) if term is not None and is_harmless(value):
            return replace(value, term=term)
        case _:
            return value


def named_choice(value: Value, term: Term | None) -> Value:
    """Like `named`, also a union of values that nobody can change: which of them it is."""
    match value:
        case UnionValue(term=None, members=alternatives) if not any(
            isinstance(one, Reference) for one in alternatives
        ):
            return replace(value, term=term)
        case _:
            return named(value, term)


def computed(value: Value, kind: Term, given: Iterable[Term] | None) -> Value:
    """What is computed from values with names, with a name of its own; JSON is a number or a text then."""
    if given is None:
        return value
    term = (*kind, *given)
    if depth(term) > DEEPEST_TERM:
        return value
    return replace(value, path=term) if value == JSON else named(value, term)


def either(place: object, left: Value, right: Value) -> Value:
    """The value that lies in a place where two paths meet: one of two, whichever it is from there on."""
    value = join(left, right)
    if own_term(value) is not None or not is_harmless(value):
        return value
    one, other = term_of(left), term_of(right)
    if one is None or other is None:
        return value
    name: Term = ("either", ("place", place), one, other)
    if depth(name) > DEEPEST_TERM:
        return value
    return replace(value, path=("json", name)) if isinstance(value, Json) else named(value, name)


def nameless(value: Value) -> Value:
    """The value without its name: one that stands for many."""
    match value:
        case Unknown() | Instance() | UnionValue() if value.term is not None:
            return replace(value, term=None)
        case _:
            return value


# --- predicates ------------------------------------------------------------------------------------------


def negation(predicate: Term) -> Term:
    """The predicate that holds where this one does not."""
    return predicate[1] if predicate[0] == "not" else ("not", predicate)  # type: ignore[return-value]


def combined(operator: str, left: Term | None, right: Term | None) -> Term | None:
    """That two predicates hold ("and"), or one of them ("or"); None where one has no name, or all is too deep."""
    if left is None or right is None:
        return None
    term = (operator, left, right)
    return term if depth(term) <= DEEPEST_TERM else None


#: The environment variables.
ENVIRONMENT: Term = ("library", "os", "environ")

#: What these make of something has elements where that has some.
_AS_FILLED = frozenset(
    {
        *("collections.Counter", "collections.OrderedDict", "collections.deque"),
        *(f"builtins.{name}" for name in ("dict", "frozenset", "list", "reversed", "set", "sorted", "tuple")),
    }
)


def is_true(term: Term) -> Term:
    """That a value is true: the length of something where that is, what `and` or `or` gives where its operands are."""
    if is_predicate(term):
        return term
    match term:
        case ("method", whole, ("get",), version, key, ("constant", Constant(value=default))) if not default:
            term = ("method", whole, ("get",), version, key)
        case _:
            pass
    if term[0] in ("len", "chosen", "made of", "gathered") or (term[0] in _AS_FILLED and len(term) == 2):
        return is_true(cast("Term", term[1]))
    return ("true", term)


def made_of(whole: Term, place: object, how: str) -> Term | None:
    """The name of what a comprehension makes of the elements of something.

    As many as there are, as many or fewer because some may be equal, or some that were selected.
    """
    term = (how, whole, ("place", place))
    return term if depth(term) <= DEEPEST_TERM else None


#: The class of what `values()` of a dict gives, whose elements are named as what lies under its keys.
VALUES_OF = ("place", "_collections_abc.dict_values")


def elements_of(whole: Term) -> tuple[Term, tuple[tuple[Term, ...], ...]]:
    """What is counted where something is gone through, and what the first two that are met are called.

    The keys of decoded JSON are called otherwise where `keys()` or `items()` gives them.
    """
    match whole:
        case ("made of", ("json", *_) as counted, place) if place == VALUES_OF:
            keys = elements_of(cast("Term", counted))[1]
            return cast("Term", counted), tuple(
                tuple((*counted, ("item", key)) for key in names) for names in keys
            )
        case ("json", *_):
            return whole, tuple(((*whole, ("int", at)), ("each", whole, at)) for at in (0, 1))
        case _:
            return whole, tuple((("each", whole, at),) for at in (0, 1))


def whole_of(term: Term) -> Term | None:
    """What has an element with this name, as `elements_of` calls it."""
    match term:
        case ("each", tuple() as whole, int()):
            return whole
        case ("json", *_, ("item", tuple() as key)) if whole_of(key) == term[:-1]:
            return ("made of", term[:-1], VALUES_OF)
        case ("json", *_, ("int", _)):
            return term[:-1]
        case _:
            return None


def of_the_whole(predicate: Term) -> Term:
    """What is asked about the length of something, asked of what it was made of: there are as many."""
    match predicate:
        case ("below" | "among" as kind, ("len", ("made of", tuple() as whole, _)), *rest):
            return of_the_whole((kind, ("len", whole), *rest))
        case _:
            return predicate


def is_among(term: Term, options: Iterable[Value]) -> Term:
    """That a value equals one of some constants; of an answer that is `True`, that it holds."""
    wanted = frozenset(options)
    if is_predicate(term) and wanted in ({TRUE}, {FALSE}):
        return term if wanted == {TRUE} else negation(term)
    match term:
        case ("method", whole, ("get",), version, key, ("constant", Constant() as default)) if (
            wanted.isdisjoint({default, NONE})
        ):
            term = ("method", whole, ("get",), version, key)
        case _:
            pass
    return ("among", term, wanted)


def starts_with(term: Term, start: Value) -> Term | None:
    """That a text starts with another, where a value is as much of it as that is long: `text[:1] == "a"`."""
    match term, start:
        case (
            (
                "item",
                text,
                ("slice", ("constant", Constant(value=None | 0)), ("constant", Constant(value=end)), step),
                _,
            ),
            Constant(value=str() as wanted),
        ) if end == len(wanted) and step == ("constant", NONE):
            return ("true", ("method", text, ("startswith",), 0, ("constant", start)))
        case _:
            return None


def start_of(term: Term) -> str:
    """What a text certainly starts with, by how it is put together: `"on_" + kind`."""
    match term:
        case ("constant", Constant(value=str() as text)):
            return text
        case ("operator", "Add", tuple() as left, _):
            return start_of(left)
        case ("operator", "Modulo", ("constant", Constant(value=str() as form)), _):
            return form.partition("%")[0]
        case ("method", ("constant", Constant(value=str() as form)), ("format",), *_):
            return form.partition("{")[0]
        case ("text", (str() as text, *_), *_):
            return text
        case _:
            return ""


def is_below(left: Term, right: Term, *, strictly: bool) -> Term:
    """That one value is less than another, or (not `strictly`) at most as large; a constant stands on the right."""
    if left[0] == "constant" and right[0] != "constant":
        return negation(is_below(right, left, strictly=not strictly))
    match left, right:
        case ("operator", sign, ("len", _) as length, ("constant", Constant(value=int(by)))), (
            "constant",
            Constant(value=int(bound)),
        ) if sign in ("Add", "Subtract"):
            return (
                "below",
                length,
                ("constant", constant(bound - by if sign == "Add" else bound + by)),
                strictly,
            )
        case _:
            return ("below", left, right, strictly)


def are_equal(left: Term, right: Term) -> Term:
    """That two values are equal, in whichever order they stand."""
    return ("same", frozenset((left, right)))


class TermKey(int):
    """A term as a part of an address: it is hashed once. An address is looked up far more often than it is made."""

    term: Term

    def __new__(cls, term: Term) -> TermKey:
        key = super().__new__(cls, hash(term))
        key.term = term
        return key

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TermKey) and self.term == other.term

    __hash__ = int.__hash__


@lru_cache(maxsize=1 << 14)
def site_of(term: Term) -> Site:
    """Where a path keeps what it assumes of a term."""
    return ("facts", TermKey(term))


def term_at(site: Site) -> Term | None:
    """The term whose facts are kept at a site; None for other sites."""
    key = site[1] if len(site) == 2 else None
    return key.term if isinstance(key, TermKey) else None


def moved(term: Term, path: Term, other: Term) -> Term:
    """A term about what lies under another path of JSON instead."""
    if term[: len(path)] == path:
        return (*other, *term[len(path) :])
    return tuple(moved(part, path, other) if isinstance(part, tuple) else part for part in term)


@lru_cache(maxsize=1 << 12)
def objects_in(term: Term) -> frozenset[Site]:
    """The addresses of the objects that a term is about."""
    match term:
        case ("object", tuple() as site) | ("content", tuple() as site, _):
            return frozenset({site})
        case _:
            return frozenset().union(*(objects_in(part) for part in term if isinstance(part, tuple)))
