"""What the static pass says to a fixture, in the words of its expectations. Used by `test_returns.py`."""

from __future__ import annotations

from importlib.util import find_spec

from .fixtures import Expectation, Fixture

STATIC_PASS_EXISTS = (
    find_spec("handlerlint.linter") is not None and find_spec("handlerlint.inference.analysis") is not None
)


def static_findings(fixture: Fixture) -> list[Expectation]:
    """Every finding about serialization, sorted."""
    raise NotImplementedError
