"""Whether what a handler returns certainly meets a contract, whatever else may be learned of it. Used by `entry`.

A contract is broken where that is certain of what is known. Asked the same of values of which everything that is
asked must be known, it tells that nothing more can be learned: then the handler need not be interpreted once more
with the events of those who invoke it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from handlerlint.inference.checks.contracts import KnownValue
from handlerlint.inference.checks.describing import Part
from handlerlint.runtime.contracts import Contract, flaws_of
from handlerlint.runtime.contracts.model import Known, Shape, Step

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
    try:
        return not any(
            flaws_of(contracts, alternative, None)
            for frame, state, value in answers
            for alternative in _EntirelyKnown(frame, state, value, is_whole=True).alternatives()
        )
    except _NotKnown:
        return False


class _EntirelyKnown(KnownValue):
    """A value of which one may ask only what is known of it; all else is an exception."""

    __slots__ = ()

    @property
    def shapes(self) -> frozenset[Shape]:
        """The one shape that it has."""
        found = super().shapes
        if len(found) != 1:
            raise _NotKnown
        return found

    @property
    def constant(self) -> str | int | float | None:
        """The text, number or boolean that it is; None for all other shapes."""
        found = super().constant
        if found is None and not self.shapes <= _WITHOUT_CONSTANT:
            raise _NotKnown
        return found

    @property
    def keys_in_event(self) -> tuple[str, ...]:
        """The keys under which it was read from the event: a value from elsewhere may be of the event as well."""
        found = super().keys_in_event
        if not found:
            raise _NotKnown
        return found

    def known_keys(self) -> Iterator[str]:
        """All keys of an object."""
        if self.shapes == _OBJECT and not self.has_all_keys:
            raise _NotKnown
        return super().known_keys()

    def lacks(self, key: str) -> bool:
        """Whether it is an object without that key."""
        return self.shapes == _OBJECT and self.member(key) is None

    def members(self) -> Iterator[tuple[Step, Known]]:
        """All members of an object; of a list it is not known how many elements there are."""
        if self.shapes <= {"list", "object"} and not self.has_all_keys:
            raise _NotKnown
        return super().members()

    def member(self, key: str) -> Known | None:
        """The member of an object under a key."""
        found = super().member(key)
        if found is None and self.shapes == _OBJECT and not super().lacks(key):
            raise _NotKnown
        return found
