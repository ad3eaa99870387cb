"""How often Python may try a regular expression of Terraform's at one place of a text; for `builtins`.

Terraform's own (RE2) take time in proportion to the text. Python's go back and try again: `(a+)+$` for longer than
anybody waits. What has that many ways is not evaluated.
"""

from __future__ import annotations

import sys
from typing import Any

if sys.version_info >= (3, 11):
    from re import _constants, _parser
else:
    import sre_constants as _constants
    import sre_parse as _parser

_MOST = 1 << 64
_REPEATS = tuple(
    getattr(_constants, name)
    for name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")
    if hasattr(_constants, name)
)
_ONE_WAY = (
    *(_constants.LITERAL, _constants.NOT_LITERAL, _constants.ANY, _constants.IN),
    *(_constants.AT, _constants.CATEGORY, _constants.RANGE),
)


def tries(pattern: str, length: int) -> int:
    """The ways in which the expression can go through a text of that length; re.error where it is none."""
    return _ways(_parser.parse(pattern), length)


def _ways(items: Any, length: int) -> int:
    """Of a sequence: the product of its parts."""
    product = 1
    for operation, argument in items:
        product = min(product * _ways_of(operation, argument, length), _MOST)
    return product


def _ways_of(operation: Any, argument: Any, length: int) -> int:
    if operation in _ONE_WAY:
        return 1
    if operation is _constants.SUBPATTERN:
        return _ways(argument[3], length)
    if operation is _constants.BRANCH:
        return min(sum(_ways(branch, length) for branch in argument[1]), _MOST)
    if operation in _REPEATS:
        least, most, repeated = argument
        inner = _ways(repeated, length)
        times: int = min(int(most), length)
        if inner == 1:
            return max(times - int(least) + 1, 1)
        return _MOST if times > 64 else min((inner + 1) ** times, _MOST)
    return _MOST  # what looks around or back, which RE2 does not know
