"""Does a function's runtime take a source file? The check behind HL001, called by `resolution`.

libcst takes the syntax of the newest Python, whichever Python handlerlint runs on. So the tree says what is
too new for the runtime, and the running interpreter's compiler finds what no Python takes.
"""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from typing import TYPE_CHECKING

from handlerlint.records import replace
from handlerlint.source.parsing import SyntaxProblem, interpreter_problem
from handlerlint.text import Span

if TYPE_CHECKING:
    from handlerlint.source.files import ReadProblem, SourceFile

Version = tuple[int, int]

# What CPython's compiler says about trees that every version refuses, from Python/compile.c, codegen.c,
# symtable.c, future.c and Parser/action_helpers.c of 3.10 to 3.14.
_STABLE_MESSAGES = r"""
    'return'\ outside\ function
    |'yield(?:\ from)?'\ (?:outside|inside)
    |'await'\ outside
    |'async\ (?:with|for)'\ outside\ async\ function
    |asynchronous\ comprehension\ outside
    |'break'\ outside\ loop
    |'continue'\ not\ properly\ in\ loop
    |'break',\ 'continue'\ and\ 'return'\ cannot\ appear\ in\ an\ except\*\ block
    |'return'\ with\ value\ in\ async\ generator
    |nonlocal\ declaration\ not\ allowed\ at\ module\ level
    |no\ binding\ for\ nonlocal
    |name\ '.*'\ is\ (?:parameter\ and|nonlocal\ and|used\ prior\ to|assigned\ to\ before)
    |annotated\ name\ '.*'\ can't\ be
    |duplicate\ argument
    |keyword\ argument\ repeated
    |from\ __future__\ imports\ must\ occur
    |not\ a\ chance
    |import\ \*\ only\ allowed\ at\ module\ level
    |cannot\ (?:assign\ to|delete)\ __debug__
    |can't\ use\ starred\ expression\ here
    |starred\ assignment\ target\ must\ be
    |multiple\ starred\ expressions
    |too\ many\ statically\ nested\ blocks
    |too\ many\ levels\ of\ indentation
    |assignment\ expression\ (?:cannot|within)
    |alternative\ patterns\ bind\ different\ names
    |multiple\ assignments\ to\ name
    |(?:name\ capture\ '.*'|wildcard)\ makes\ remaining\ patterns\ unreachable
    |\(unicode\ error\)
    |\(value\ error\)
    |bytes\ can\ only\ contain\ ASCII
    |cannot\ mix\ bytes\ and\ nonbytes
    |default\ 'except:'\ must\ be\ last
    """


@lru_cache(maxsize=4)  # many functions may have their handlers in one file
def problem_for(file: SourceFile, version: Version) -> SyntaxProblem | ReadProblem | None:
    """Why Python `version` does not take the file; None if it does, as far as can be known."""
    if file.problem is not None:
        return file.problem
    running = sys.version_info[:2]
    refused = interpreter_problem(file.text)
    if refused is None and running <= version:
        return None  # what an older Python takes, a newer one takes
    too_new = _first_too_new(file, version)
    if too_new is not None:
        return too_new
    if refused is None or not re.match(_STABLE_MESSAGES, refused.message, re.VERBOSE):
        return None
    if running < version and (_depends_on_version(refused) or _first_too_new(file, running) is not None):
        return None
    return replace(refused, place=file.moved(Span.at(*refused.place)).start)


def _depends_on_version(problem: SyntaxProblem) -> bool:
    """Whether a newer Python may take what the running one refuses."""
    message = problem.message
    return "unknown Unicode character name" in message or message.startswith("asynchronous comprehension")


def _first_too_new(file: SourceFile, version: Version) -> SyntaxProblem | None:
    """The first construct that came after `version`."""
    from handlerlint.source.newer_syntax import first_newer

    tree = file.tree
    newer = None if tree is None else first_newer(tree, file.text, version)
    if newer is None:
        return None
    needed = f"{newer.since[0]}.{newer.since[1]}"
    return SyntaxProblem(file.span(newer.node).start, f"{newer.construct} need Python {needed} or newer")
