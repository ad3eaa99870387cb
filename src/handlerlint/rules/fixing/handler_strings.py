"""Fixes of a handler string where it is configured, in YAML, JSON, HCL, TOML: its letters, and nothing around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlerlint.findings import Edit, Fix
from handlerlint.rules.fixing.edits import fix_of
from handlerlint.text import Span, text_at

if TYPE_CHECKING:
    from handlerlint.rules.base import Subject


def handler_string_fix(subject: Subject, suggestion: str | None) -> Fix | None:
    """The string that is meant in place of the one that is configured; None where that is not written as it is."""
    source, handler = subject.function.source, subject.function.handler
    text = None if suggestion is None or source.path is None else subject.text_of(source.path)
    span = source.span
    if suggestion is None or text is None or span is None or handler is None:
        return None
    written = text_at(text, span) or ""
    if len(subject.function.origins) > 1 or span.row != span.end_row or written.count(handler) != 1:
        return None
    before, _, after = written.partition(handler)
    if (before, after) not in (("", ""), ('"', '"'), ("'", "'")):
        return None  # a tag, an intrinsic function, a part of a longer text
    column = span.column + len(before)
    edit = Edit(suggestion, Span.at(span.row, column, len(handler)))
    return fix_of(f"set the handler to `{suggestion}`", [edit], safe=False)
