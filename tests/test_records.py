"""Our data classes beside the standard library's: the same definitions, the same behaviour."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from handlerlint import records


class Definitions:
    """The same classes, by either module."""

    def __init__(self, dataclass: Callable[..., Any], field: Callable[..., Any]) -> None:
        @dataclass(frozen=True, slots=True)
        class Frozen:
            """A value."""

            name: str
            size: int = 3
            tags: list[str] = field(default_factory=list)

            @property
            def label(self) -> str:
                return f"{self.name}/{self.size}"

        @dataclass(frozen=True, slots=True)
        class Child(Frozen):
            size: int = 4
            extra: object = None

        @dataclass(frozen=True, slots=True, order=True)
        class Place:
            row: int
            column: int

        @dataclass(slots=True)
        class Mutable:
            items: list[int]
            total: int = 0

        @dataclass(frozen=True, slots=True, eq=False)
        class Identity:
            name: str

        @dataclass(frozen=True, slots=True)
        class Chosen:
            name: str
            note: str = field(default="", compare=False)
            secret: str = field(default="", repr=False)

        @dataclass(frozen=True, slots=True)
        class Empty:
            pass

        self.Frozen, self.Child, self.Place, self.Mutable = Frozen, Child, Place, Mutable
        self.Identity, self.Chosen, self.Empty = Identity, Chosen, Empty


@records.dataclass(frozen=True, slots=True)
class Picklable:
    name: str
    size: int = 3


STANDARD = Definitions(dataclasses.dataclass, dataclasses.field)
OURS = Definitions(records.dataclass, records.field)
BOTH = [pytest.param(OURS, id="ours"), pytest.param(STANDARD, id="standard")]


@pytest.mark.parametrize("made", BOTH)
def test_construction(made: Any) -> None:
    value = made.Frozen("a")
    assert (value.name, value.size, value.tags, value.label) == ("a", 3, [], "a/3")
    assert made.Frozen("a", size=5, tags=["x"]).tags == ["x"]
    assert made.Frozen("a").tags is not made.Frozen("b").tags
    child = made.Child("c", extra=1)
    assert (child.name, child.size, child.extra) == ("c", 4, 1)
    for arguments in ((), ("a", 1, [], "more")):
        with pytest.raises(TypeError, match=r"__init__\(\)"):
            made.Frozen(*arguments)
    made.Empty()


@pytest.mark.parametrize("made", BOTH)
def test_frozen_records_cannot_be_changed(made: Any) -> None:
    value = made.Frozen("a")
    with pytest.raises(AttributeError, match="cannot assign to field 'name'"):
        value.name = "b"
    with pytest.raises(AttributeError, match="cannot delete field 'name'"):
        del value.name
    mutable = made.Mutable([1])
    mutable.total = 9
    assert mutable.total == 9
    with pytest.raises(AttributeError):
        mutable.other = 1


@pytest.mark.parametrize("made", BOTH)
def test_equality_hash_and_order(made: Any) -> None:
    assert made.Frozen("a", 1) == made.Frozen("a", 1) != made.Frozen("a", 2)
    assert made.Frozen("a") != made.Child("a", 3), "another class is another value"
    assert made.Frozen("a") != "a"
    assert hash(made.Place(1, 2)) == hash(made.Place(1, 2))
    assert len({made.Place(1, 2), made.Place(1, 2), made.Place(2, 1)}) == 2
    assert made.Place(1, 9) < made.Place(2, 1) <= made.Place(2, 1)
    assert sorted([made.Place(2, 1), made.Place(1, 2)])[0].row == 1
    with pytest.raises(TypeError):
        _ = made.Place(1, 2) < (1, 2)
    assert made.Identity("a") != made.Identity("a")
    assert len({made.Identity("a"), made.Identity("a")}) == 2
    assert made.Mutable([1]) == made.Mutable([1])
    with pytest.raises(TypeError, match="unhashable"):
        hash(made.Mutable([1]))
    assert made.Chosen("a", "x") == made.Chosen("a", "y")
    assert hash(made.Chosen("a", "x")) == hash(made.Chosen("a", "y"))
    assert made.Empty() == made.Empty()
    assert hash(made.Empty()) == hash(made.Empty())


@pytest.mark.parametrize("made", BOTH)
def test_repr_and_patterns(made: Any) -> None:
    assert repr(made.Place(1, 2)).endswith("Place(row=1, column=2)")
    assert repr(made.Chosen("a", secret="x")).endswith("Chosen(name='a', note='')")
    match made.Place(1, 2):
        case made.Place(row, column):
            assert (row, column) == (1, 2)
        case _:
            pytest.fail("no match by position")
    assert made.Frozen.__doc__ == "A value."
    assert made.Frozen.__name__ == "Frozen"
    assert not hasattr(made.Frozen("a"), "__dict__")


@pytest.mark.parametrize(
    ("made", "replace"),
    [
        pytest.param(OURS, records.replace, id="ours"),
        pytest.param(STANDARD, dataclasses.replace, id="standard"),
    ],
)
def test_replace(made: Any, replace: Callable[..., Any]) -> None:
    value = made.Frozen("a", 5)
    assert replace(value, name="b") == made.Frozen("b", 5)
    assert replace(made.Child("a", extra=1), size=2) == made.Child("a", 2, extra=1)
    with pytest.raises(TypeError, match="unexpected keyword argument 'nothing'"):
        replace(value, nothing=1)


def test_copies_and_pickles() -> None:
    value = Picklable("a", 5)
    assert pickle.loads(pickle.dumps(value)) == value
    assert copy.copy(value) == copy.deepcopy(value) == value
