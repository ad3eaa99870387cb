"""A table of the AWS SDK that lacks things says less, and nothing that is wrong.

That is what the table is to an SDK that is newer: its operations and members are unknown, as those are that are taken
away here. The handlers are those of the fixtures, which are also run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from handlerlint.inference.sdk import service
from handlerlint.inference.sdk.pack import PackedFile, Section

from . import static
from .fixtures import SDK_ROOT, all_fixtures

FIXTURES = [fixture for fixture in all_fixtures() if SDK_ROOT in fixture.entry.parents]


def without_operations(sections: list[str], kept: int) -> None:
    lines = sections[Section.OPERATIONS].split("\n")
    sections[Section.OPERATIONS] = "\n".join(lines[kept::2])
    sections[Section.INPUTS] = "\n".join(sections[Section.INPUTS].split("\n")[kept::2])


def without_members(sections: list[str], kept: int) -> None:
    lines = sections[Section.STRUCTURES].split("\n")
    sections[Section.STRUCTURES] = "\n".join(",".join(line.split(",")[kept::2]) for line in lines)


def without_parameters(sections: list[str], kept: int) -> None:
    lines = sections[Section.INPUT_STRUCTURES].split("\n")
    sections[Section.INPUT_STRUCTURES] = "\n".join(",".join(line.split(",")[kept::2]) for line in lines)


def without_the_rest(sections: list[str], kept: int) -> None:
    for section in (Section.PAGINATORS, Section.WAITERS, Section.EXCEPTIONS, Section.RESOURCES):
        sections[section] = ""


@pytest.fixture
def forgetful() -> Iterator[None]:
    """What is kept of the table between two questions is of this test alone."""
    service.cache_clear()
    static._run.cache_clear()
    yield
    service.cache_clear()
    static._run.cache_clear()


@pytest.mark.usefixtures("forgetful")
@pytest.mark.parametrize(
    ("thinned", "kept"),
    [
        (without_operations, 1),
        *((without_members, 0), (without_members, 1)),
        *((without_parameters, 0), (without_parameters, 1)),
        (without_the_rest, 0),
    ],
)
def test_what_is_unknown_makes_no_finding(
    monkeypatch: pytest.MonkeyPatch, thinned: Callable[[list[str], int], None], kept: int
) -> None:
    whole = PackedFile.sections

    def sections(packed: PackedFile, name: str) -> tuple[str, ...] | None:
        texts = whole(packed, name)
        if texts is None:
            return None
        changed = list(texts)
        thinned(changed, kept)
        return tuple(changed)

    monkeypatch.setattr(PackedFile, "sections", sections)
    lost = 0
    for fixture in FIXTURES:
        # By place: where the worst of several parts is unknown, the next is named.
        found, expected = (
            Counter((finding.filename, finding.row) for finding in findings)
            for findings in (static.static_findings(fixture), fixture.expectations)
        )
        assert found - expected == Counter(), fixture.name
        lost += (expected - found).total()
    assert lost > 0
