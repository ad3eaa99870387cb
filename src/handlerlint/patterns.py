"""Regular expressions that are compiled when they are first used. Used by every stage.

To compile one takes up to 2 ms, and a run uses few of those that the modules define.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:  # without importing `typing`
    from typing import Any, AnyStr


def pattern(expression: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """What `re.compile` gives, as far as its methods and attributes go."""
    made: Any = _Pattern(expression, flags)
    return made  # type: ignore[no-any-return]


class _Pattern:
    def __init__(self, expression: Any, flags: int) -> None:
        self._given = (expression, flags)

    def __getattr__(self, name: str) -> object:
        """Asked once for each name: the answer is kept as an attribute of the instance."""
        if name.startswith("__"):
            raise AttributeError(name)
        value = self.__dict__[name] = getattr(re.compile(*self._given), name)
        return value
