"""Types from stubs: what the interpreter needs to ask, and nothing of how it is answered."""

from __future__ import annotations

from handlerlint.inference.stubs.model import (
    Answer,
    Argument,
    Member,
    StubAlias,
    StubClass,
    StubModule,
    StubVariable,
)
from handlerlint.inference.stubs.store import StubStore
from handlerlint.inference.stubs.types import ParameterKind, StubFunction, StubParameter, StubSignature

__all__ = [
    "Answer",
    "Argument",
    "Member",
    "ParameterKind",
    "StubAlias",
    "StubClass",
    "StubFunction",
    "StubModule",
    "StubParameter",
    "StubSignature",
    "StubStore",
    "StubVariable",
]
