"""Runs every fixture about return values through the real runtime client, and through the static pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from . import oracle
from .fixtures import Fixture, all_fixtures
from .matrix import DYNAMIC, STATIC
from .static import static_findings

FIXTURES = all_fixtures()
RecordProperty = Callable[[str, object], None]
EACH_FIXTURE = pytest.mark.parametrize("fixture", [pytest.param(f, id=f.name) for f in FIXTURES])


@EACH_FIXTURE
def test_lambda_does_what_the_fixture_expects(fixture: Fixture, record_property: RecordProperty) -> None:
    outcome = oracle.run(fixture)
    record_property(DYNAMIC, [fixture.name, oracle.is_bad(fixture, outcome)])
    disagreements = oracle.disagreements(fixture, outcome)
    assert not disagreements, "\n".join(disagreements)


@EACH_FIXTURE
def test_static_pass_finds_what_the_fixture_expects(
    fixture: Fixture, record_property: RecordProperty
) -> None:
    found = Counter(static_findings(fixture))
    record_property(STATIC, [fixture.name, bool(found)])
    expected = Counter(fixture.expectations)
    problems = [f"false alarm: {alarm}" for alarm in sorted((found - expected).elements())]
    problems += [f"missed: {miss}" for miss in sorted((expected - found).elements())]
    assert not problems, "\n".join(problems)
