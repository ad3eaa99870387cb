"""Whether what a handler returns certainly meets a contract, whatever else may be learned of it. Used by `entry`.

A contract is broken where that is certain of what is known. Asked the same of values of which everything that is
asked must be known, it tells that nothing more can be learned: then the handler need not be interpreted once more
with the events of those who invoke it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from handlerlint.inference.checks.contracts import KnownValue
from handlerlint.inference.checks.describing import Part
from handlerlint.records import dataclass
from handlerlint.runtime.contracts import Contract, flaws_of
from handlerlint.runtime.contracts.model import ALL, Known, Shape, Step

#: What lies deeper in an answer is not known: no service looks at it.
_DEEPEST = 3
_OBJECT = frozenset(("object",))
_WITHOUT_CONSTANT = frozenset(("null", "list", "object"))


class _NotKnown(Exception):
    """Something is asked that is not known yet."""


def are_met(contracts: tuple[Contract, ...], answers: Sequence[Part]) -> bool:
    """Whether no answer breaks all of the contracts, nor would if more were known of the event.

    It is not known where there is none, nor what is asked of all answers together (that some report a failure).
    """
    if not answers or any(contract.unreported is not None for contract in contracts):
        return False
    # Most paths return what another one returns, too.
    found = {_settled(KnownValue(*answer, is_whole=True)) for answer in answers}
    try:
        return not any(
            flaws_of(contracts, alternative, None) for value in found for alternative in value.alternatives()
        )
    except _NotKnown:
        return False


@dataclass(frozen=True, slots=True)
class _Settled:
    """What is known of a value for good: anything else that is asked of it is an exception.

    `entries` are all of an object, None where it is not known which there are; `among` the values that it is one of.
    Where it `stays_unknown`, it may be anything whatever is learned of the event.
    """

    known_shapes: frozenset[Shape] = ALL
    text: str | int | float | None = None
    way: tuple[str, ...] = ()
    entries: tuple[tuple[str, _Settled], ...] | None = None
    among: tuple[_Settled, ...] = ()
    stays_unknown: bool = False

    def alternatives(self) -> Iterator[Known]:
        """Each value that it may be."""
        yield from self.among or (self,)

    @property
    def shapes(self) -> frozenset[Shape]:
        """The one shape that it has."""
        if len(self.known_shapes) != 1 and not self.stays_unknown:
            raise _NotKnown
        return self.known_shapes

    @property
    def constant(self) -> str | int | float | None:
        """The text, number or boolean that it is; None for all other shapes."""
        if self.text is None and not (self.stays_unknown or self.shapes <= _WITHOUT_CONSTANT):
            raise _NotKnown
        return self.text

    @property
    def keys_in_event(self) -> tuple[str, ...]:
        """The keys under which it was read from the event: a value from elsewhere may be of the event as well."""
        if not (self.way or self.stays_unknown):
            raise _NotKnown
        return self.way

    def known_keys(self) -> Iterator[str]:
        """All keys of an object."""
        return (key for key, _ in self._entries())

    def lacks(self, key: str) -> bool:
        """Whether it is an object without that key."""
        return self.shapes == _OBJECT and self.member(key) is None

    def members(self) -> Iterator[tuple[Step, Known]]:
        """All members of an object; of a list it is not known how many elements there are."""
        if self.shapes == {"list"}:
            raise _NotKnown
        yield from self._entries()

    def member(self, key: str) -> Known | None:
        """The member of an object under a key."""
        return next((value for known, value in self._entries() if known == key), None)

    def _entries(self) -> tuple[tuple[str, _Settled], ...]:
        if self.shapes != _OBJECT:
            return ()
        if self.entries is None:
            raise _NotKnown
        return self.entries


def _settled(value: KnownValue, depth: int = 0) -> _Settled:
    """What of a value stays as it is."""
    if depth > _DEEPEST:
        return _Settled()
    alternatives = tuple(value.alternatives())
    if len(alternatives) > 1:
        return _Settled(among=tuple(_settled(one, depth) for one in alternatives))
    if value.is_of_unknown_code:
        return _Settled(stays_unknown=True)
    entries = None
    if value.has_all_keys:
        members = value.members()
        entries = tuple((str(key), _settled(member, depth + 1)) for key, member in members)
    return _Settled(value.shapes, value.constant, value.keys_in_event, entries)
