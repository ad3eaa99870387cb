"""Is a file written for an older Python than today's? Asked by `resolution`, before HL001 where today's refuses it.

Where nothing configures a runtime, such a file is no mistake: it is a function of a runtime that is gone.
"""

from __future__ import annotations

import builtins
import re

from handlerlint.source.parsing import interpreter_problem

_TAB = 8  # what a tab reaches to a multiple of, docs.python.org/2/reference/lexical_analysis.html#indentation

# A text, its prefix kept, or a comment: neither says anything about the grammar.
_TEXT_OR_COMMENT = re.compile(
    r"""(?P<prefix>(?:(?<!\w)[A-Za-z]{1,3})?)
    (?:(?s:\"\"\".*?\"\"\"|'''.*?''')|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
    |\#[^\n]*""",
    re.VERBOSE,
)

# What only Python 2 takes. An operator or a keyword after `print` makes it the name that it is in Python 3.
_ONLY_PYTHON_2 = re.compile(
    r"""
    (?m:^|[;:])[ \t]*(?:print|exec)[ \t]+(?!(?:if|in|is|and|or|not|for|else|as|import)\b)[\w"'{`~]
    |^[ \t]*print[ \t]*["'`]
    |\bexcept\b[ \t]+[\w.]+[ \t]*,[ \t]*\w+[ \t]*:
    |\bexcept\b[ \t]*\([^()\n]*\)[ \t]*,[ \t]*\w+[ \t]*:
    |^[ \t]*raise[ \t]+[\w.]+[ \t]*,
    |`
    |<>
    |\b[uU][rR]["']
    |(?<![\w.])(?<![eE][+-])0+[1-7][0-7]*[lL]?\b(?![.jJ])
    |(?<![\w.])(?:[1-9][0-9]*|0[xX][0-9a-fA-F]+)[lL]\b
    |\bdef[ \t]+\w+[ \t]*\((?:[^()\n]*,)?[ \t]*\([\w, \t]+\)[^()\n]*\)[ \t]*:
    """,
    re.VERBOSE | re.MULTILINE,
)
# Python 2 binds the second name, Python 3.14 takes it for another exception (PEP 758).
_NAMED_BY_COMMA = re.compile(
    r"^[ \t]*except\b[ \t]*(?:[\w.]+|\([^()\n]*\))[ \t]*,[ \t]*([a-z_]\w*)[ \t]*:", re.MULTILINE
)
# Modules of the standard library that only Python 2 has (docs.python.org/3.12/library/2to3.html, fixer `imports`).
_MODULES_OF_PYTHON_2 = re.compile(
    r"""
    ^(?:import|from)[ \t]+
    (?:BaseHTTPServer|CGIHTTPServer|ConfigParser|Cookie|HTMLParser|Queue|SimpleHTTPServer|SimpleXMLRPCServer|SocketServer
    |StringIO|UserDict|__builtin__|cPickle|cStringIO|commands|cookielib|copy_reg|httplib|thread|urllib2|urlparse|xmlrpclib)
    \b
    """,
    re.VERBOSE | re.MULTILINE,
)
# `async` and `await` were plain names before Python 3.7.
_ONLY_BEFORE_3_7 = re.compile(
    r"""
    \.[ \t]*(?:async|await)\b
    |\b(?:async|await)[ \t]*(?:=|,|\))
    |\bimport[ \t]+(?:async|await)\b
    """,
    re.VERBOSE,
)
# What only Python 3 takes: with one of these in the same file no Python takes it at all.
_ONLY_PYTHON_3 = re.compile(
    r"""
    \b[fF][rR]?["']|\b[rR][fF]["']
    |\)[ \t]*->
    |:=
    |^[ \t]*(?:async[ \t]+(?:def|with|for)|nonlocal|await)\b
    |\byield[ \t]+from\b
    |^[ \t]*raise\b[^\n]*[ \t]from[ \t]
    |^[ \t]*def[ \t]+\w+[ \t]*\([^()\n=]*\w[ \t]*:
    |^[ \t]*(?!(?:else|try|finally)\b)\w+[ \t]*:[ \t]*[\w.\[\], |]+=
    """,
    re.VERBOSE | re.MULTILINE,
)
_ONLY_SINCE_3_6 = re.compile(r"^[ \t]*async[ \t]+(?:def|with|for)\b|:=", re.MULTILINE)


def older_python(text: str) -> str | None:
    """The Python that a file is written for which today's refuses: `Python 2`; None where there is none.

    The text alone is asked, since no interpreter at hand can parse it: one that today's Python refuses.
    """
    code = _TEXT_OR_COMMENT.sub(_emptied, text)
    if _ONLY_PYTHON_2.search(code):
        return None if _ONLY_PYTHON_3.search(code) else "Python 2"
    if _ONLY_BEFORE_3_7.search(code) and not _ONLY_SINCE_3_6.search(code):
        return "Python 3.6 or older"
    if _only_mixes_tabs_and_blanks(text) and not _ONLY_PYTHON_3.search(code):
        return "Python 2"
    return None


def is_for_python_2(text: str) -> bool:
    """Whether a file that today's Python takes is written for Python 2: it names an exception after a comma.

    Or it imports, whatever happens, what only Python 2 has; then it is not known what else it takes for granted.
    """
    code = _TEXT_OR_COMMENT.sub(_emptied, text)
    if _MODULES_OF_PYTHON_2.search(code):
        return True
    return any(
        not hasattr(builtins, name)
        and not re.search(rf"(?m)\b(?:as|class|import)[ \t]+{name}\b|^{name}\b", code)
        for name in _NAMED_BY_COMMA.findall(code)
    )


def _only_mixes_tabs_and_blanks(text: str) -> bool:
    """Whether Python takes the text as soon as its tabs are blanks, as Python 2 counts them."""
    return interpreter_problem(text.expandtabs(_TAB)) is None


def _emptied(match: re.Match[str]) -> str:
    """A text without what stands in it; nothing for a comment."""
    prefix = match.group("prefix")
    return "" if prefix is None else f'{prefix}""'
