"""Types from stubs: what the interpreter needs to ask, and nothing of how it is answered."""

from __future__ import annotations

from handlerlint.inference.stubs.model import (
    Answer,
    Argument,
    StubClass,
)
from handlerlint.inference.stubs.store import StubStore
from handlerlint.inference.stubs.types import StubFunction

__all__ = [
    "Answer",
    "Argument",
    "StubClass",
    "StubFunction",
    "StubStore",
]
