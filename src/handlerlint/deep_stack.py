"""Where text may be parsed by libcst without the end of the process: its parser recurses in native code.

Used by `source` and by the readers of CDK programs.
"""

from __future__ import annotations

import contextvars
import re
import sys
import threading
import warnings
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")

_NO_BRACKETS = bytes(byte for byte in range(256) if byte not in b"()[]{}")
# libcst's parser takes some 10 KB of stack for each level of nesting; Windows gives a thread 1 MB.
_STACK_BYTES = 64 * 1024 * 1024
_RECURSION_LIMIT = 20_000
_LONG_LINE = re.compile(r"[^\n]{4000}")
# CPython's tokenizer allows this many open brackets (MAXLEVEL in Parser/lexer/state.h).
MOST_OPEN_BRACKETS = 200


def on_deep_stack(function: Callable[[], Result]) -> Result:
    """Call `function` where deep recursion neither ends the process nor stops early.

    The main thread's stack may be as small as 1 MB and cannot grow, so a thread with a large one does the
    work; starting it costs about 0.1 ms.
    """
    results: list[Result] = []
    errors: list[BaseException] = []

    context = contextvars.copy_context()

    def run() -> None:
        try:
            results.append(context.run(function))
        except BaseException as error:
            errors.append(error)

    stack_size = threading.stack_size(_STACK_BYTES)
    old_limit = sys.getrecursionlimit()
    try:
        thread = threading.Thread(target=run, name="handlerlint-parse")
        sys.setrecursionlimit(max(old_limit, _RECURSION_LIMIT))
        thread.start()
        thread.join()
    finally:
        threading.stack_size(stack_size)
        sys.setrecursionlimit(old_limit)
    if errors:
        raise errors[0]
    return results[0]


def is_shallow(text: str) -> bool:
    """Whether the main thread's stack, 8 MB on these systems, surely does for parsing `text`.

    Without brackets a level takes 1 KB of stack and two characters, one if all stands on one line; another
    thread's memory is new to the process, which makes parsing some tenth slower.
    """
    return (
        len(text) < 16_000
        and sys.platform in ("linux", "darwin")
        and threading.current_thread() is threading.main_thread()
        and _LONG_LINE.search(text) is None
        and not bracket_depth_exceeds(text, 100)
    )


def bracket_depth_exceeds(text: str, depth: int) -> bool:
    """Whether brackets may be nested deeper than `depth`; those in strings and comments count, too.

    Each round removes the innermost pairs; all of it runs in C, some 50 µs for a file of 20 KB.
    """
    brackets = text.encode("utf-8", "surrogatepass").translate(None, _NO_BRACKETS)
    for _ in range(depth):
        shorter = brackets.replace(b"()", b"").replace(b"[]", b"").replace(b"{}", b"")
        if len(shorter) == len(brackets):
            return len(brackets) > depth
        brackets = shorter
    return bool(brackets)


def is_too_deep(text: str) -> bool:
    """Whether an expression on one line is nested deeper than Python itself compiles; it guards its own stack."""
    if _LONG_LINE.search(text) is None:
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<source>", "exec", dont_inherit=True)
    except (RecursionError, MemoryError):
        return True
    except (SyntaxError, ValueError, OverflowError) as error:
        return "too many nested" in str(error)
    return False
