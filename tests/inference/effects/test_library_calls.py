"""The table of effects names functions as stubs define them: a row under another name would never be read."""

from __future__ import annotations

import pytest

from handlerlint.inference.core.registry import qualified_name
from handlerlint.inference.effects.library_calls import EFFECTS, Raises, effects_of
from handlerlint.inference.stubs import StubStore
from handlerlint.inference.stubs.types import NamedType

STORE = StubStore((3, 13))


@pytest.mark.parametrize("name", [name for name in EFFECTS if not name.endswith("*")])
def test_a_row_is_named_as_the_stub_names_its_function(name: str) -> None:
    owner, _, short = name.rpartition(".")
    defined = STORE.value(name) or STORE.attribute(NamedType(owner), short)
    assert defined is not None
    assert qualified_name(defined) == name


@pytest.mark.parametrize("name", [name for name in EFFECTS if name.endswith("*")])
def test_a_prefix_begins_with_what_stubs_define(name: str) -> None:
    owner = name.removesuffix("*").rpartition(".")[0]
    assert STORE.canonical(owner) is not None or STORE.module(owner) is not None


def test_the_row_of_a_function_counts_before_that_of_a_prefix() -> None:
    assert effects_of("random.Random.shuffle").changes_arguments
    assert effects_of("random.Random.choice").raises is Raises.NEVER
    assert effects_of("csv.reader").raises is Raises.PERHAPS


@pytest.mark.parametrize("name", ["operator.setitem", "heapq.heappush", "bisect.insort", "random.shuffle"])
def test_it_does_not_matter_where_a_function_is_imported_from(name: str) -> None:
    defined = STORE.value(name)
    assert defined is not None
    assert effects_of(qualified_name(defined)).changes_arguments
