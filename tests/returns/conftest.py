"""Ends the process that runs fixtures."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from . import oracle


@pytest.fixture(scope="session", autouse=True)
def child_process_ends() -> Iterator[None]:
    yield
    oracle.close()
