"""From bytes to text and from text to a syntax tree, never with a crash. Used by `files` only."""

from __future__ import annotations

import codecs
import io
import re
import sys
import tokenize
import warnings
from typing import TYPE_CHECKING

from handlerlint.deep_stack import (
    MOST_OPEN_BRACKETS,
    bracket_depth_exceeds,
    is_shallow,
    is_too_deep,
    on_deep_stack,
)
from handlerlint.libcst_classes import import_libcst, parse_module
from handlerlint.records import dataclass, replace
from handlerlint.text import FILE_START, LINE_END, Location

if TYPE_CHECKING:
    import libcst as cst

# What Python 3.10 and 3.11 say about f-strings that 3.12 refuses, too.
_FORMATTED_STRING_MESSAGES = (
    "f-string: empty expression",
    "f-string: invalid conversion character",
    "f-string: invalid syntax. Perhaps you forgot a comma",
    "f-string: single '}'",
)


# Syntax that libcst is known not to take although Python 3.12 or 3.14 does.
_BEYOND_LIBCST = re.compile(r"""\b(?:[tT][rR]|[rR][tT])['"]""")
_FORMATTED_STRING = re.compile(r"""\b(?:[fF][rR]?|[rR][fF])['"]""")


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """Why the text is no Python, and where.

    `certain` is false where handlerlint cannot parse it but Python may.
    """

    place: Location
    message: str
    certain: bool = True


def decode(data: bytes) -> tuple[str, SyntaxProblem | None]:
    """The text of a source file as Python reads it: a BOM, a coding cookie, else UTF-8.

    With a problem, the text is a readable approximation.
    """
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError as error:
        problem = _undecodable(data) or SyntaxProblem(FILE_START.start, error.msg)
        return data.decode("utf-8", "replace"), problem
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        return data.decode("utf-8", "replace"), _undecodable_at(error, encoding)
    except (LookupError, ValueError) as error:
        return data.decode("utf-8", "replace"), SyntaxProblem(FILE_START.start, f"encoding problem: {error}")
    if "\0" in text:
        return text, SyntaxProblem(_place(text, text.index("\0")), "source code cannot contain null bytes")
    return text, None


def parse(text: str) -> cst.Module | SyntaxProblem:
    """The tree of `text`, or why there is none."""
    if bracket_depth_exceeds(text, MOST_OPEN_BRACKETS):
        problem = interpreter_problem(text)
        if problem is not None:
            return problem
    if is_too_deep(text):
        return SyntaxProblem(FILE_START.start, "too deeply nested to be analysed", certain=False)
    import_libcst()
    import libcst as cst

    try:
        return parse_module(text) if is_shallow(text) else on_deep_stack(lambda: parse_module(text))
    except (cst.ParserSyntaxError, cst.CSTValidationError) as error:
        return _explain(text, getattr(error, "raw_line", 1))
    except (RecursionError, MemoryError):
        return SyntaxProblem(FILE_START.start, "too deeply nested to be analysed", certain=False)


def interpreter_problem(text: str) -> SyntaxProblem | None:
    """What the Python that runs handlerlint says about `text`; it compiles the text and never runs it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<source>", "exec", dont_inherit=True)  # it guards its own stack
    except SyntaxError as error:
        place = Location(max(error.lineno or 1, 1), max(error.offset or 1, 1))
        return SyntaxProblem(place, error.msg)
    except (RecursionError, MemoryError):
        return SyntaxProblem(FILE_START.start, "too deeply nested to be compiled", certain=False)
    except (ValueError, OverflowError) as error:
        return SyntaxProblem(FILE_START.start, str(error))
    return None


def _explain(text: str, libcst_row: int) -> SyntaxProblem:
    """Why libcst rejects `text`, in the words of Python itself where it agrees."""
    problem = interpreter_problem(text)
    if problem is None:
        return SyntaxProblem(Location(libcst_row, 1), "cannot be analysed", certain=False)
    if _may_be_newer(text, problem):
        return replace(problem, certain=False)
    return problem


def _may_be_newer(text: str, problem: SyntaxProblem) -> bool:
    """Whether a newer Python than the running one may take what both it and libcst refuse."""
    if _BEYOND_LIBCST.search(text):
        return True
    if sys.version_info >= (3, 12) or not _FORMATTED_STRING.search(text):
        return False
    if problem.message.startswith(_FORMATTED_STRING_MESSAGES):
        return False
    lines = LINE_END.split(text)
    in_string = problem.message.startswith(("f-string", "unterminated"))
    return in_string or _FORMATTED_STRING.search(lines[min(problem.place.row, len(lines)) - 1]) is not None


def _undecodable(data: bytes) -> SyntaxProblem | None:
    """The first byte that is not valid UTF-8, as a problem."""
    try:
        data.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        return _undecodable_at(error, "utf-8")
    return None


def _undecodable_at(error: UnicodeDecodeError, encoding: str) -> SyntaxProblem:
    before = bytes(error.object[: error.start]).decode(encoding, "replace").removeprefix("\ufeff")
    byte = error.object[error.start] if error.start < len(error.object) else 0
    name = "UTF-8" if encoding.startswith("utf-8") else encoding
    message = f"byte 0x{byte:02x} is not {name}"
    return SyntaxProblem(
        _place(before, len(before)),
        f"{message} and no other encoding is declared" if name == "UTF-8" else message,
    )


def _place(text: str, offset: int) -> Location:
    """The place of an offset in `text`."""
    lines = LINE_END.split(text[:offset])
    return Location(len(lines), len(lines[-1]) + 1)
