"""How much work the evaluation of one configuration may be; held by the evaluator of every tool.

A configuration is a program in all but name: values name each other, loops nest, texts are put together. What
needs more than this is not known, as if it were decided elsewhere, and nobody waits for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from handlerlint.functions.documents.nodes import Unknown

Value = TypeVar("Value")

LONGEST_TEXT = 1_000_000
LARGEST_COLLECTION = 200_000
_LARGEST_INTEGER = 1 << 512  # the precision of Terraform's numbers; Python takes no text of 4,300 digits
_STEPS = 2_000_000
_STEPS_OF_ONE_VALUE = 100_000
_CHARACTERS_PER_STEP = 64

TOO_MUCH = Unknown("evaluating it exceeds the limit of steps or text length")


class OverBudget(Exception):
    """The value that is asked for takes too much; whoever asked takes `TOO_MUCH` for it."""


class Budget:
    """The steps that are left: for one configuration, and of these for the value that is asked for."""

    __slots__ = ("_each", "_left", "_of_this_value", "_sizes")

    def __init__(self, steps_of_one_value: int = _STEPS_OF_ONE_VALUE) -> None:
        self._left = _STEPS
        self._each = steps_of_one_value
        self._of_this_value: int | None = None
        # Members of collections count with all that is in them, as often as they are there.
        self._sizes: dict[int, tuple[int, object]] = {}

    @property
    def is_used_up(self) -> bool:
        """Whether nothing more will be evaluated of the configuration."""
        return self._left <= 0

    @contextmanager
    def one_value(self) -> Iterator[None]:
        """The evaluation of one value that somebody asks for, with all that it needs."""
        if self._of_this_value is not None:
            yield
            return
        self._of_this_value = start = min(self._left, self._each)
        try:
            yield
        finally:
            self._left -= start - max(self._of_this_value, 0)
            self._of_this_value = None

    def spend(self, steps: int = 1) -> None:
        """Work is done, or is to be done; raises OverBudget where it is too much."""
        if self._of_this_value is None:
            self._left -= steps
            left = self._left
        else:
            self._of_this_value -= steps
            left = self._of_this_value
        if left <= 0:
            raise OverBudget

    def spend_text(self, length: int) -> None:
        """A text of so many characters is made, or is to be made."""
        if length > LONGEST_TEXT:
            raise OverBudget
        self.spend(1 + length // _CHARACTERS_PER_STEP)

    def made(self, value: Value) -> Value:
        """The value, if it is not too large."""
        if isinstance(value, str):
            self.spend_text(len(value))
        elif isinstance(value, int):
            if abs(value) > _LARGEST_INTEGER:
                raise OverBudget
        elif isinstance(value, (list, dict)) and id(value) not in self._sizes:
            members = value.values() if isinstance(value, dict) else value
            size = 1 + sum(self._sizes.get(id(member), (1,))[0] for member in members)
            if size > LARGEST_COLLECTION:
                raise OverBudget
            self.spend(1 + len(value))
            self._sizes[id(value)] = size, value
        return value
