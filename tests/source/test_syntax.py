"""HL001's judgement of files for each runtime version, compared with the real interpreters."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from handlerlint.source.files import SourceFile
from handlerlint.source.newer_syntax import first_newer
from handlerlint.source.parsing import SyntaxProblem
from handlerlint.source.syntax import problem_for
from handlerlint.text import Location

from . import interpreters

# What every version takes, however much it looks like something newer.
ANY_VERSION = (
    "",
    "\n",
    "\f\n",
    "x = 1\r\ny = 2\r\n",
    "def f():\n\treturn 1\n",
    "match = 1\ncase = 2\ntype = 3\nmatch[1:2]\nmatch (1)\ntype (x)\nprint(type)\nmatch, *rest = 1, 2\n",
    "type = type\nlazy = 1\n",
    "match.x = 1\nmatch -1\nmatch * a, b\n",
    "x = f'{a[\"b\"]}'\n",
    'x = f"""{a["b"]} {\'c\'} \\n"""\n',
    "x = f'\\n{x}\\t' rf'\\d{x}' f'{x!r:>{width}}'\n",
    "x = f'{{}} {{x}} #{x}# {x:#x} {\"#\"}'\n",
    "x = f'{x:%H:%M}' f'{(lambda x: 1)(2)}'\n",
    "x = f'''{\na\n}'''\n",
    "x = f'{a}' f'{b}'\n",
    'x = \'# f"{x["a"]}"\'\n# f"{x["a"]}"\n',
    "with (a): pass\nwith (a, b): pass\nwith (a) as b, (c) as d: pass\nwith (a,): pass\n",
    "with (\n    open(a)\n) as f: pass\n",
    "try: pass\nexcept (A, B): pass\nexcept C as d: pass\nexcept: pass\n",
    "a[1, 2]\na[(b := 1)]\na[b, c:d]\na[b * c]\na[(*b, c)]\n",
    "def f(*args: int, **kwargs: 'x') -> 1: return (1, *args)\n",
    "def f(a, *, b=1): yield (1, *a)\n",
    "for x in (*a, *b): pass\n[y for x in (*a, b) for y in x]\n",
    "{(x := 1)}\n{(y := x) for x in z}\n",
    "@a.b.c\n@a.b(1)\ndef f(): pass\n",
    "@app.get('/x', a[0])\ndef f(): pass\n",
    "async def f():\n  return [a for a in [x async for x in y]]\n",
    "async def f():\n  return [x async for x in y if [a for a in x]]\n",
    "async def f():\n  return ([x async for x in y], (a async for a in b))\n",
    "async def f():\n  return [[z for z in x] async for x in y]\n",
    "async def f():\n  return [[z async for z in x] async for x in y]\n",
    "async def f():\n  return [(z async for z in x) for x in y]\n",
    "print(a, end='')\nraise A(b) from c\nnonlocal_ = 1\n",
    "def f():\n  x = 1\n  def g():\n    nonlocal x\n    x = 2\n",
    "x: int\nx: 'a' = 1\ndef f(a: int = 1) -> None: ...\n",
    "from __future__ import annotations\nimport a\n",
    '"""doc"""\nfrom __future__ import annotations\n',
    "é = 'ü'\n𝐱 = 1\n",
    "x = '\\N{BULLET}'\n",
    "def f(): x = lambda *a, **k: (yield)\n",
    "class A(*c, metaclass=B): pass\n",
    "assert x, 'y'\ndel x, y\n",
    "while 1:\n  try: continue\n  finally: pass\n",
    "x = 1 if 2 else 3\n" * 50,
)

# First version, source.
SINCE = (
    ((3, 8), "if (n := 1): pass\n"),
    ((3, 8), "def f(a, /, b): pass\n"),
    ((3, 8), "lambda a, /: 1\n"),
    ((3, 8), "x = f'{y=}'\n"),
    ((3, 8), "def f(): return 1, *a\n"),
    ((3, 8), "def f(): yield *a, 1\n"),
    ((3, 9), "@a[0].b\ndef f(): pass\n"),
    ((3, 9), "@a().b\ndef f(): pass\n"),
    ((3, 9), "@(a)\ndef f(): pass\n"),
    ((3, 9), "@(lambda f: f)\ndef f(): pass\n"),
    ((3, 9), "@(yield_ := a)\nclass A: pass\n"),
    ((3, 9), "for x in *a, *b: pass\n"),
    ((3, 9), "with (open(a) as f, open(b) as g): pass\n"),
    ((3, 9), "with (\n    open(a) as f,\n    open(b),\n): pass\n"),
    ((3, 10), "match x:\n  case {'a': 1, **r}: pass\n  case A(b=1) | [1, *_]: pass\n"),
    ((3, 10), "def f(x):\n  match x, y:\n    case 1, 2: pass\n"),
    ((3, 9), "{x := 1, 2}\n"),
    ((3, 9), "{y := x for x in z}\n"),
    ((3, 10), "a[x := 1]\n"),
    ((3, 11), "try: pass\nexcept* A: pass\n"),
    ((3, 11), "a[*b]\n"),
    ((3, 11), "a[1, *b]\n"),
    ((3, 11), "def f(*args: *Ts): pass\n"),
    ((3, 11), "async def f():\n  return [[x async for x in y] for z in w]\n"),
    ((3, 11), "async def f():\n  return {a: {x async for x in a} for a in b}\n"),
    ((3, 12), "type X = int\n"),
    ((3, 12), "type X[T] = list[T]\n"),
    ((3, 12), "def f[T: int, *Ts, **P](): pass\n"),
    ((3, 12), "class A[T](B): pass\n"),
    ((3, 12), "x = f'{a['b']}'\n"),
    ((3, 12), 'x = f"{x["y"]}"\n'),
    ((3, 12), 'x = f"{f"{f"{1}"}"}"\n'),
    ((3, 12), "x = f'{\"\\n\".join(y)}'\n"),
    ((3, 12), "x = f'''{\na  # comment\n}'''\n"),
    ((3, 12), "x = f'{(\na\n)}'\n"),
    ((3, 12), "x = f'{\na}'\n"),
    ((3, 12), 'x = f"""{"""a"""}"""\n'),
    ((3, 13), "type X[T = int] = list[T]\n"),
    ((3, 13), "class A[T = int]: pass\n"),
    ((3, 13), "def f[T = int](): pass\n"),
    ((3, 14), "try: pass\nexcept A, B: pass\n"),
    ((3, 14), "try: pass\nexcept* A, B: pass\n"),
    ((3, 14), "x = t'{y}'\n"),
)

# What no version takes.
NEVER = (
    "return 1\n",
    "class A:\n  return 1\n",
    "x = yield\n",
    "await x\n",
    "def f(): await x\n",
    "def f():\n  async with a: pass\n",
    "break\n",
    "def f(): continue\n",
    "if 1:\n  break\n",
    "nonlocal x\n",
    "def f():\n  nonlocal x\n",
    "def f(a):\n  global a\n",
    "def f():\n  x = 1\n  global x\n",
    "def f(a, a): pass\n",
    "f(a=1, a=2)\n",
    "import a\nfrom __future__ import annotations\n",
    "from __future__ import braces\n",
    "def f():\n  from a import *\n",
    "x = *a\n",
    "*a = b\n",
    "*a, *b = c\n",
    "x = '\\x1'\n",
    "x = b'é'\n",
    "x = 'a' b'c'\n",
    "1 = x\n",
    "f() = 1\n",
    "print 'x'\n",
    "exec 'x'\n",
    "raise A, 'b'\n",
    "x = 0777\n",
    "`a`\n",
    "a <> b\n",
    "def f(x):\nreturn x\n",
    "if x:\n        a = 1\n\tb = 2\n",
    "x = (\n",
    "x = '''\n",
    "def f(:\n",
    "class A\n  pass\n",
    "x = 1;;\n",
    "def f(a=1, b): pass\n",
    "f(a=1, 2)\n",
    "f'{}'\n",
    "f'{a b}'\n",
    "a $ b\n",
    "x = “y”\n",
    "try: pass\n",
    "try: pass\nexcept: pass\nexcept A: pass\n",
    "(" * 250 + ")" * 250 + "\n",
)


def judge(source: str, version: tuple[int, int]) -> SyntaxProblem | None:
    problem = problem_for(SourceFile(Path("app.py"), source), version)
    assert problem is None or isinstance(problem, SyntaxProblem)
    return problem


@pytest.mark.parametrize("version", interpreters.VERSIONS)
@pytest.mark.parametrize("source", ANY_VERSION)
def test_silent(source: str, version: tuple[int, int]) -> None:
    assert judge(source, version) is None


@pytest.mark.parametrize("version", interpreters.VERSIONS)
@pytest.mark.parametrize(("since", "source"), SINCE)
def test_newer_syntax(since: tuple[int, int], source: str, version: tuple[int, int]) -> None:
    problem = judge(source, version)
    assert (problem is None) == (version >= since)
    if problem is not None:
        assert re.search(r" need Python 3\.\d+ or newer$", problem.message)


@pytest.mark.parametrize("source", NEVER)
def test_never_valid(source: str) -> None:
    for version in interpreters.VERSIONS:
        problem = judge(source, version)
        assert problem is not None
        assert problem.certain


@pytest.mark.parametrize("version", interpreters.VERSIONS)
def test_the_tables_agree_with_the_interpreter(version: tuple[int, int]) -> None:
    if interpreters.interpreter(version) is None:
        pytest.skip(f"no python{version[0]}.{version[1]} here")
    sources = [*ANY_VERSION, *(source for _, source in SINCE), *NEVER]
    expected = [
        *(True for _ in ANY_VERSION),
        *(version >= since for since, _ in SINCE),
        *(False for _ in NEVER),
    ]
    errors = interpreters.compile_errors(version, sources)
    wrong = [
        (source, error)
        for source, valid, error in zip(sources, expected, errors, strict=True)
        if valid != (error is None)
    ]
    assert wrong == []


@pytest.mark.parametrize("source", [source for _, source in SINCE])
def test_the_walk_alone_finds_newer_syntax(source: str) -> None:
    """The running interpreter may be older than all of this: the tree must say it."""
    file = SourceFile(Path("app.py"), source)
    since = next(since for since, text in SINCE if text == source)
    assert file.tree is not None
    older = first_newer(file.tree, source, (since[0], since[1] - 1))
    assert older is not None
    assert older.since == since
    assert first_newer(file.tree, source, since) is None


@pytest.mark.parametrize("source", ANY_VERSION)
def test_the_walk_alone_finds_nothing_in_old_syntax(source: str) -> None:
    file = SourceFile(Path("app.py"), source)
    assert file.tree is not None
    assert first_newer(file.tree, source, (3, 8)) is None


def test_place_and_words() -> None:
    problem = judge('def handler(event, context):\n    return f"é{event["x"]}"\n', (3, 11))
    assert problem == SyntaxProblem(
        Location(2, 12),
        "f-strings that use their own quotes, or line breaks, in an expression need Python 3.12 or newer",
    )
    problem = judge("import a\n\nreturn 1\n", (3, 13))
    assert problem == SyntaxProblem(Location(3, 1), "'return' outside function")


def test_a_name_that_only_newer_unicode_has_is_left_alone() -> None:
    source = "x = '\\N{NO SUCH CHARACTER}'\n"
    assert judge(source, (3, 99)) is None
    older = (3, 8) if sys.version_info >= (3, 8) else (3, 7)
    assert judge(source, older) is not None


def test_what_only_libcst_refuses_is_uncertain() -> None:
    problem = judge("class A(metaclass=B, *c): pass\n", (3, 13))
    assert problem is not None
    assert not problem.certain
