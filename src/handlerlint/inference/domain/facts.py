"""What is known of one value: the constants that it may be, its classes, its bounds, and what follows from them.

What equals "date" is true, a text, none of {"x", "y"} and longer than 3. Which value it is, and on which path this is
known, the constraint store says (`constraints`).
"""

from __future__ import annotations

from collections.abc import Callable
from types import NoneType
from typing import TYPE_CHECKING, Any, TypeVar, cast

from handlerlint.inference.domain import computing
from handlerlint.inference.domain.objects import Record
from handlerlint.inference.domain.values import NONE, Constant, Term, Value, constant
from handlerlint.records import dataclass, replace

if TYPE_CHECKING:
    from typing_extensions import Self

_Item = TypeVar("_Item")

#: A number or a text that a value is above or below, and whether it is not that one itself.
Bound = tuple["int | float | str", bool]

#: The classes that decoded JSON can be of.
JSON_KINDS = frozenset(computing.FALSE_JSON)
NONE_KIND = frozenset({"types.NoneType"})
SCALARS = frozenset({"builtins.str", "builtins.int", "builtins.float", "builtins.bool"})


def _either(left: frozenset[_Item] | None, right: frozenset[_Item] | None) -> frozenset[_Item] | None:
    """What either of two paths allows: mostly, both have come by one and the same set."""
    return left if left is right else (None if left is None or right is None else left | right)


def _both(left: frozenset[_Item], right: frozenset[_Item]) -> frozenset[_Item]:
    """What two paths have found both; terms are compared in all their depth, so never with themselves."""
    if left is right or not left:
        return left
    found = left & right
    return left if len(found) == len(left) else found


def _weaker(one: Bound | None, other: Bound | None, outer: Callable[[Any, Any], Any]) -> Bound | None:
    """The bound that two paths keep: the outer one of theirs."""
    if one == other:
        return one
    if one is None or other is None or isinstance(one[0], str) != isinstance(other[0], str):
        return None
    if one[0] == other[0]:
        return one[0], False  # on one of them, it may be that one itself
    return one if outer(one[0], other[0]) == one[0] else other


@dataclass(frozen=True, slots=True)
class Facts(Record):
    """What a path has assumed of the value that a term names.

    `among` are constants one of which it equals, `differs` those that it does not; `kinds` the classes that decoded
    JSON may be of, `holds` those of all that it holds (a list in it has an element); `apart` are the terms of values
    that it does not equal.
    `asked` are predicates of what is computed from it, with their outcomes. `version` grows with each change of it, so
    that what was read before has another name.
    """

    among: frozenset[Value] | None = None
    differs: frozenset[Value] = frozenset()
    truth: bool | None = None
    kinds: frozenset[str] | None = None
    holds: frozenset[str] | None = None
    lower: Bound | None = None
    upper: Bound | None = None
    version: int = 0
    apart: frozenset[Term] = frozenset()
    asked: frozenset[tuple[Term, bool]] = frozenset()

    is_assumption = True

    def joined(self, other: Self) -> Facts:
        """What both paths know."""
        return Facts(
            _either(self.among, other.among),
            self._both_differ(other),
            self.truth if self.truth is other.truth else None,
            _either(self.kinds, other.kinds),
            _either(self.holds, other.holds),
            _weaker(self.lower, other.lower, min),
            _weaker(self.upper, other.upper, max),
            self.version if self.version == other.version else max(self.version, other.version) + 1,
            _both(self.apart, other.apart),
            _both(self.asked, other.asked),
        )

    def _both_differ(self, other: Self) -> frozenset[Value]:
        """What neither equals: what is false is not "a", though nobody has asked."""
        if self.differs is other.differs:
            return self.differs
        found = self.differs & other.differs
        for one, another in ((self, other), (other, self)):
            found |= {option for option in one.differs - found if not another.may_be(option)}
        return found

    def widened(self, other: Self) -> Record:
        return self.joined(other)

    def differs_plainly(self, other: Self) -> bool:
        return True

    def elsewhere(self) -> Record:
        """The other path knows nothing of the value."""
        return NO_FACTS

    # --- what follows from what is known -----------------------------------------------------------------

    def answer(self, predicate: Term) -> bool | None:
        """Whether a predicate of this value holds; None where that is open."""
        match predicate:
            case ("true", _):
                return self.is_true()
            case ("among", _, options):
                return self._is_among(cast("frozenset[Value]", options))
            case ("kind", _, kinds):
                return self._is_of_kind(cast("frozenset[str]", kinds))
            case ("below", _, ("constant", bound), strictly):
                return self._is_below(cast("Constant", bound), bool(strictly))
            case _:
                return self.truth

    def is_true(self) -> bool | None:
        """Whether the value is true; None where that is open."""
        if self.truth is not None:
            return self.truth
        verdicts = {_truth(option) for option in self.among or ()}
        if len(verdicts) == 1:
            return verdicts.pop()
        if self._is_scalar() and not self._false_ones():
            return True
        if self.asked and all(self._is_ruled_out(value) for value in computing.FALSE_VALUES):
            return True
        if self.kinds == NONE_KIND:
            return False
        return True if self._is_beyond_zero() else None

    def has_elements(self) -> bool | None:
        """Whether something is true that has this length; None where that is open."""
        if self.among is None and self.lower is None and self.upper is None:
            return None
        if not self.may_be(Constant(0, "int")):
            return True
        is_none = self.among is not None and all(not _truth(one) for one in self.among)
        no_more = self.upper is not None and replace(self, lower=None)._fits(0) and not self._fits(1)
        return False if no_more or is_none else None

    def may_be(self, option: Value) -> bool:
        """Whether the value can be a constant."""
        if _is_in(option, self.differs) or (self.among is not None and not _is_in(option, self.among)):
            return False
        if not isinstance(option, Constant):
            return True
        if self.truth is not None and bool(option.value) is not self.truth:
            return False
        if self.kinds is not None and self.kinds.isdisjoint(_kinds_of(option)):
            return False
        if self._is_ruled_out(option.value):
            return False
        return (self.lower is None and self.upper is None) or self._fits(option.value)

    def _is_among(self, options: frozenset[Value]) -> bool | None:
        if self.among is not None and all(_is_in(one, options) for one in self.among):
            return True
        if not any(self.may_be(option) for option in options):
            return False
        if self.truth is False and self._is_scalar():
            return True if all(_is_in(one, options) for one in self._false_ones()) else None
        return True if self.kinds == NONE_KIND and _is_in(NONE, options) else None

    def is_apart_from(self, other: Self) -> bool:
        """Whether something lies between all that the one may be and all that the other may be: neither is that."""
        return _is_above(self.lower, other.upper) or _is_above(other.lower, self.upper)

    @property
    def possible_kinds(self) -> frozenset[str]:
        """The classes that decoded JSON may still be of."""
        known = self.kinds or JSON_KINDS
        if self.among is not None and all(isinstance(one, Constant) for one in self.among):
            return known & frozenset(kind for one in self.among for kind in _kinds_of(one))
        return known - NONE_KIND if self.truth or _is_in(NONE, self.differs) else known

    def _is_of_kind(self, kinds: frozenset[str]) -> bool | None:
        known = self.possible_kinds
        if known <= kinds:
            return True
        return False if known.isdisjoint(kinds) else None

    def _is_below(self, bound: Constant, strictly: bool) -> bool | None:
        """Whether the value is certainly less than a constant (or at most that), or certainly not."""
        limit = bound.value
        try:
            if self.among is not None and all(isinstance(one, Constant) for one in self.among):
                constants = (one.value for one in self.among if isinstance(one, Constant))
                verdicts = {_compared(value, limit, strictly) for value in constants}
                return verdicts.pop() if len(verdicts) == 1 else None
            if self.truth is False:  # of what is false, only zero compares with a number, and "" with a text
                return _compared("" if isinstance(limit, str) else 0, limit, strictly)
            if self.upper is not None:
                high, excluded = self._tightened(self.upper)
                if _compared(high, limit, strictly and not excluded):
                    return True
            if self.lower is not None:
                low, excluded = self._tightened(self.lower)
                if _compared(limit, low, not (excluded or strictly)):
                    return False
        except TypeError:
            return None
        return None

    def _tightened(self, bound: Bound) -> Bound:
        """A bound that excludes itself where the value is known not to be that one."""
        limit, excluded = bound
        return limit, excluded or _is_in(constant(limit), self.differs)

    def _fits(self, value: object) -> bool:
        """Whether a number or a text lies within the bounds."""
        try:
            if self.lower is not None:
                low, excluded = self.lower
                if _compared(value, low, not excluded):
                    return False
            if self.upper is not None:
                high, excluded = self.upper
                if _compared(high, value, not excluded):
                    return False
        except TypeError:
            return False  # what has been compared with a number is no text
        return True

    def _is_beyond_zero(self) -> bool:
        """Whether the value lies above or below a number so that it is not zero."""
        numbers = (bound is not None and not isinstance(bound[0], str) for bound in (self.lower, self.upper))
        return any(numbers) and not self._fits(0)

    def _is_scalar(self) -> bool:
        """Whether the value is known to be a text, a number or null."""
        return self.kinds is not None and self.kinds <= SCALARS | NONE_KIND

    def _false_ones(self) -> list[Constant]:
        """The constants that a text, number or null can be if it is false."""
        false = (constant(value) for kind in self.kinds or () for value in computing.FALSE_JSON[kind])
        return [one for one in false if replace(self, truth=None).may_be(one)]

    def _is_ruled_out(self, value: object) -> bool:
        """Whether something was asked of what is computed from the value that had another answer for this one."""
        return any(outcome not in computing.answers(predicate, value) for predicate, outcome in self.asked)

    # --- what is known with one answer more --------------------------------------------------------------

    def given(self, predicate: Term, outcome: bool) -> Facts:
        """What is known of the value where an open predicate of it holds, or does not."""
        match predicate:
            case ("true", _):
                found = replace(self, truth=outcome)
                return found.without_null() if outcome else found
            case ("among", _, options):
                return self._among(cast("frozenset[Value]", options), outcome)
            case ("kind", _, kinds):
                before, asked = self.kinds or JSON_KINDS, cast("frozenset[str]", kinds)
                return replace(self, kinds=before & asked if outcome else before - asked)
            case ("below", _, ("constant", Constant(value=int() | float() | str() as bound)), strictly):
                if outcome:
                    return replace(self, upper=(bound, bool(strictly)))
                return replace(self, lower=(bound, not strictly))
            case _:
                return replace(self, truth=outcome)

    def _among(self, options: frozenset[Value], outcome: bool) -> Facts:
        """What is known of a value that equals one of some constants, or none of them."""
        if outcome:
            return replace(self, among=frozenset(option for option in options if self.may_be(option)))
        if self.among is not None:
            return replace(self, among=frozenset(one for one in self.among if not _is_in(one, options)))
        differing = replace(self, differs=self.differs | options)
        return differing.without_null() if _is_in(NONE, options) else differing

    def with_what_follows(self, *, is_json: bool) -> Facts:
        """What is known, with truth and classes: where paths meet, these may be all that they share."""
        found = self
        if self.truth is None:
            verdicts = {_truth(one) for one in self.among or ()}
            if len(verdicts) == 1 or self._is_beyond_zero():
                found = replace(self, truth=verdicts.pop() if len(verdicts) == 1 else True)
        if is_json and self.among and all(isinstance(one, Constant) for one in self.among):
            held = frozenset(kind for one in self.among for kind in _kinds_of(one))
            found = replace(found, kinds=held if self.kinds is None else held & self.kinds)
        return found

    def without_null(self) -> Facts:
        """What is known of the value if it is not null."""
        return self if self.kinds is None else replace(self, kinds=self.kinds - NONE_KIND)

    def or_null(self) -> Facts:
        """What is known of the value if it may be null as well."""
        return replace(self, kinds=(self.kinds or JSON_KINDS) | NONE_KIND)


def _is_above(lower: Bound | None, upper: Bound | None) -> bool:
    if lower is None or upper is None:
        return False
    try:
        return lower[0] > upper[0]  # type: ignore[operator]
    except TypeError:
        return False


#: Of a value of which nothing is assumed.
NO_FACTS = Facts()


def _truth(option: Value) -> bool | None:
    return bool(option.value) if isinstance(option, Constant) else None


def _is_in(option: Value, options: frozenset[Value]) -> bool:
    """Whether a value equals one of the options, which are as many as a chain of `elif` has branches."""
    if option in options:
        return True
    if not isinstance(option, Constant) or isinstance(option.value, (str, bytes, NoneType)):
        return False
    return any(_equal(option, other) for other in options)  # numbers of different classes


def _equal(left: Value, right: Value) -> bool:
    if isinstance(left, Constant) and isinstance(right, Constant):
        return bool(left.value == right.value)
    return left == right


def _kinds_of(option: Value) -> frozenset[str]:
    """The classes of JSON that a value which equals a constant can be of: `1`, `1.0` and `True` are equal."""
    if not isinstance(option, Constant) or option.value is None:
        return NONE_KIND if isinstance(option, Constant) else JSON_KINDS
    if not isinstance(option.value, (int, float)):
        return frozenset({f"builtins.{option.kind}"})
    numbers = {"builtins.float"}
    if option.value == option.value // 1:
        numbers.add("builtins.int")
    if option.value in (0, 1):
        numbers.add("builtins.bool")
    return frozenset(numbers)


def _compared(value: object, limit: object, strictly: bool) -> bool:
    """Whether one is less than the other, or at most that; raises TypeError for a number and a text."""
    return bool(value < limit if strictly else value <= limit)  # type: ignore[operator]
