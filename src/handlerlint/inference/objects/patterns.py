"""Regular expressions, found by the names of what they find."""

from __future__ import annotations

from handlerlint.inference.domain import pure_functions
from handlerlint.inference.domain.values import Constant


def pattern_of(found: object) -> str | bytes | None:
    """The pattern, without flags, by which what has this name was found."""
    match found:
        case ("each", by, _) | ("method", by, *_):
            return pattern_of(by)
        case (str(name), ("constant", Constant(value=str() | bytes() as pattern)), _) if (
            name in pure_functions.COMPILING
        ):
            return pattern
        case ("re.compile", ("constant", Constant(value=str() | bytes() as pattern))):
            return pattern
        case _:
            return None
