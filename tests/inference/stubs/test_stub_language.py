"""What a stub may say, and how it is understood: generics, overloads, special classes, imports, mistakes."""

from __future__ import annotations

import sys

import pytest

from handlerlint.inference.stubs import Argument, StubFunction, StubStore
from handlerlint.inference.stubs.types import (
    INT,
    NONE,
    STR,
    UNKNOWN,
    ModuleType,
    NamedType,
    Type,
    describe,
)

from .conftest import MakeStore
from .evaluation import TypeEvaluator

HEAD = (
    "import sys\nfrom collections.abc import Callable, Iterable, Iterator, Awaitable\n"
    "from contextlib import contextmanager\nfrom dataclasses import dataclass\nfrom datetime import datetime\n"
    "from enum import Enum\n"
    "from typing import (Any, ClassVar, Final, Generic, Literal, NamedTuple, NewType, NoReturn, ParamSpec, Protocol,\n"
    "    TypeAlias, TypedDict, TypeVar, Union, Optional, Annotated, overload)\n"
    "from typing_extensions import Self, Concatenate\n"
    "T = TypeVar('T')\nK = TypeVar('K')\nP = ParamSpec('P')\nS = TypeVar('S', str, bytes)\n"
    "D = TypeVar('D', default=int)\nB = TypeVar('B', bound=datetime)\n"
)

CASES = [
    # Conditions, and names that only some version or platform has.
    ("if sys.version_info >= (3, 14):\n    x: int\nelse:\n    x: str\n", "lib.x", "str"),
    ("if sys.platform == 'win32':\n    x: int\nelif sys.platform == 'linux':\n    x: str\n", "lib.x", "str"),
    ("if sys.version_info < (3, 10):\n    x: int\n", "lib.x", "Never"),
    (
        "if not sys.platform.startswith('linux') or sys.version_info[0] < 3:\n    x: int\nelse:\n    x: str\n",
        "lib.x",
        "str",
    ),
    # Special forms.
    ("x: Optional[int]\n", "lib.x", "int | None"),
    ("x: Union[int, str, None]\n", "lib.x", "int | str | None"),
    ("x: 'list[int]'\n", "lib.x", "list[int]"),
    ("x: Annotated[int, 'note']\n", "lib.x", "int"),
    ("x: Final = 3\n", "lib.x", "int"),
    ("x: Literal['a', 'b']\n", "lib.x", "Literal['a'] | Literal['b']"),
    ("x: tuple[int, ...]\n", "lib.x", "tuple[*int]"),
    ("x: tuple[()]\n", "lib.x", "tuple[()]"),
    ("x: type[int]\n", "lib.x()", "int"),
    ("x: Callable[[int], str]\n", "lib.x(1)", "str"),
    ("x: int | Any\n", "lib.x", "Any"),
    ("def f() -> NoReturn: ...\n", "lib.f()", "Never"),
    ("def f() -> object: ...\n", "lib.f()", "Any"),
    ("JSON: TypeAlias = dict[str, 'JSON'] | None\nx: JSON\n", "lib.x", "dict[str, Any] | None"),
    ("Pair: TypeAlias = tuple[T, T]\nx: Pair[int]\n", "lib.x", "tuple[int, int]"),
    ("UserId = NewType('UserId', int)\nx: UserId\n", "lib.x", "int"),
    # Type variables.
    ("def f(x: T) -> list[T]: ...\n", "lib.f('a')", "list[str]"),
    ("def f(x: T, y: T) -> T: ...\n", "lib.f('a', 1)", "str | int"),
    ("def f(x: T | None) -> T: ...\n", "lib.f(None)", "Any"),
    ("def f(x: Iterable[T]) -> T: ...\n", "lib.f({'a': 1})", "str"),
    ("def f(x: S) -> S: ...\n", "lib.f(b'a')", "bytes"),
    ("def f(x: B) -> B: ...\n", "lib.f(lib.d)", "datetime.datetime"),
    ("def f(x: Callable[[int], T]) -> T: ...\n", "lib.f(lambda n: 'a')", "str"),
    ("def f(x: Callable[P, T]) -> Callable[P, list[T]]: ...\n", "lib.f(str)()", "list[str]"),
    ("def f(x: Callable[Concatenate[int, P], T]) -> Callable[P, T]: ...\n", "lib.f(str)()", "str"),
    ("def f(x: dict[K, T]) -> dict[T, K]: ...\n", "lib.f({'a': 1})", "dict[int, str]"),
    ("def f(x: type[T]) -> T: ...\n", "lib.f(int)", "int"),
    (
        "class A(Generic[T]):\n    def get(self) -> T: ...\n    def __init__(self, x: T) -> None: ...\n",
        "lib.A(1).get()",
        "int",
    ),
    ("class A(Generic[D]):\n    def get(self) -> D: ...\n", "lib.A().get()", "int"),
    ("class A(Generic[T]):\n    x: T\nclass C(A[list[K]]): ...\nx: C[int]\n", "lib.x.x", "list[int]"),
    ("class A:\n    def copy(self) -> Self: ...\nclass C(A): ...\n", "lib.C().copy()", "lib.C"),
    (
        "class A:\n    @classmethod\n    def make(cls) -> Self: ...\nclass C(A): ...\n",
        "lib.C.make()",
        "lib.C",
    ),
    (
        "class A:\n    @classmethod\n    def make(cls: type[T]) -> T: ...\nclass C(A): ...\n",
        "lib.C.make()",
        "lib.C",
    ),
    ("class A:\n    @staticmethod\n    def f() -> int: ...\n", "lib.A().f()", "int"),
    # Overloads: definite, by literal, unknown arguments.
    ("@overload\ndef f(x: int) -> str: ...\n@overload\ndef f(x: str) -> bytes: ...\n", "lib.f('a')", "bytes"),
    (
        "@overload\ndef f(x: int) -> str: ...\n@overload\ndef f(x: str) -> bytes: ...\n",
        "lib.f(lib.unknown)",
        "Any",
    ),
    (
        "@overload\ndef f(x: int) -> str: ...\n@overload\ndef f(x: str) -> str: ...\n",
        "lib.f(lib.unknown)",
        "str",
    ),
    (
        "@overload\ndef f(x: int) -> list[int]: ...\n@overload\ndef f(x: str) -> list[str]: ...\n",
        "lib.f(lib.unknown)",
        "list[Any]",
    ),
    (
        "@overload\ndef f(m: Literal[True]) -> int: ...\n@overload\ndef f(m: Literal[False] = ...) -> str: ...\n",
        "lib.f()",
        "str",
    ),
    (
        "@overload\ndef f(*, m: Literal[True]) -> int: ...\n@overload\ndef f(*, m: bool = ...) -> str: ...\n",
        "lib.f(m=lib.flag)",
        "Any",
    ),
    # What every overload takes alike decides nothing, however little is known of it.
    (
        "@overload\ndef f(x: int, *, t: Literal[True]) -> str: ...\n"
        "@overload\ndef f(x: int, *, t: None = ...) -> bytes: ...\n"
        "@overload\ndef f(x: int, *, t: bool | None = ...) -> Any: ...\n",
        "lib.f(lib.unknown)",
        "bytes",
    ),
    (
        "@overload\ndef f(x: int, *, t: Literal[True]) -> str: ...\n"
        "@overload\ndef f(x: str, *, t: bool = ...) -> bytes: ...\n",
        "lib.f(lib.unknown, t=True)",
        "Any",
    ),
    # Binding.
    ("def f(x: int) -> str: ...\n", "lib.f()", "Any"),
    ("def f(x: int) -> str: ...\n", "lib.f(1, 2)", "Any"),
    ("def f(x: int) -> str: ...\n", "lib.f(y=1)", "Any"),
    ("def f(x: int) -> str: ...\n", "lib.f('wrong')", "str"),
    ("def f(__x: int) -> str: ...\n", "lib.f(__x=1)", "Any"),
    ("def f(x: int, /, *, y: T) -> T: ...\n", "lib.f(1, y='a')", "str"),
    ("def f(*xs: T) -> T: ...\n", "lib.f(1, 2)", "int"),
    ("def f(x: int, *xs: T) -> T: ...\n", "lib.f(*(1, 'a'))", "str"),
    ("def f(**ys: T) -> T: ...\n", "lib.f(a=1)", "int"),
    ("def f(x: int, y: T) -> list[T]: ...\n", "lib.f(**{})", "list[Any]"),
    # Coroutines, context managers, decorators.
    ("async def f() -> int: ...\n", "lib.f()", "types.CoroutineType[Any, Any, int]"),
    ("async def f() -> int: ...\n", "awaited(lib.f())", "int"),
    ("@contextmanager\ndef f() -> Iterator[int]: ...\n", "enter(lib.f())", "int"),
    ("def strange(x: Any) -> Any: ...\n@strange\ndef f() -> int: ...\n", "lib.f()", "Any"),
    (
        "class A:\n    @property\n    def x(self) -> int: ...\n    @x.setter\n    def x(self, v: int) -> None: ...\n",
        "lib.A().x",
        "int",
    ),
    ("class A:\n    def __call__(self) -> int: ...\n", "lib.A()()", "int"),
    (
        "class D_:\n    def __get__(self, a: Any, b: Any) -> int: ...\nclass A:\n    x: ClassVar[D_]\n",
        "lib.A().x",
        "int",
    ),
    ("class A:\n    def f(self) -> int: ...\n    g = f\n", "lib.A().g()", "int"),
    ("class A:\n    def f(self) -> int: ...\n_a: A\nf = _a.f\n", "lib.f()", "int"),
    # Where one member of a union cannot do it, the value comes from the others.
    ("x: list[int] | None\n", "element_of(lib.x)", "int"),
    ("x: list[int] | None\n", "lib.x[0]", "int"),
    ("x: list[int] | None\n", "lib.x.copy()", "list[int]"),
    ("x: Callable[[], int] | None\n", "lib.x()", "int"),
    ("x: int | None\n", "lib.x + 1", "int"),
    ("x: int | None\n", "1.5 * lib.x", "float"),
    ("x: int | None\n", "lib.x == 1", "bool"),
    ("x: int | str\n", "lib.x + 'a'", "str"),
    ("x: int | None\n", "element_of(lib.x)", "Any"),
    # Classes of their own kind.
    ("class C(Enum):\n    RED = 1\n", "lib.C.RED", "lib.C.RED"),
    ("class C(Enum):\n    RED = 1\n", "lib.C.RED.value", "Literal[1]"),
    ("class C(Enum):\n    RED = 1\n    BLUE = 2\n", "lib.C(1).value", "int"),
    ("class C(Enum):\n    RED = 1\n    BLUE = 'b'\n", "lib.C(1).value", "Any"),
    ("class C(Enum):\n    RED = 1\n", "element_of(lib.C)", "lib.C"),
    ("class P_(NamedTuple):\n    x: int\n    y: str = ...\n", "lib.P_(1).y", "str"),
    ("class P_(NamedTuple):\n    x: int\n    y: str = ...\n", "lib.P_(1)[0]", "int"),
    ("class P_(NamedTuple):\n    x: int\n    y: str = ...\n", "lib.P_()", "Any"),
    ("class P_(NamedTuple):\n    x: int\n", "lib.P_(1)._asdict()", "dict[str, Any]"),
    ("class M(TypedDict):\n    title: str\n", "lib.M(title='a')['title']", "str"),
    ("class M(TypedDict):\n    title: str\n", "lib.M(title='a')['other']", "Any"),
    ("class M(TypedDict):\n    title: str\n", "lib.M(title='a').title", "Never"),
    ("M = TypedDict('M', {'a-b': int})\nx: M\n", "lib.x['a-b']", "int"),
    ("@dataclass\nclass A:\n    x: int\n", "lib.A(1).x", "int"),
    ("class A:\n    def __new__(cls, x: int) -> A: ...\nclass C(A): ...\n", "lib.C(1)", "lib.A"),
    (
        "class A:\n    def __add__(self, o: int) -> int: ...\n    def __radd__(self, o: int) -> str: ...\n",
        "1 + lib.A()",
        "str",
    ),
    ("class A:\n    def __add__(self, o: int) -> int: ...\n", "lib.A() + 'a'", "Any"),
    ("class A:\n    def __getitem__(self, i: int) -> str: ...\n", "element_of(lib.A())", "str"),
    ("class A:\n    def __getattr__(self, name: str) -> int: ...\n", "lib.A().anything", "int"),
    # Mistakes, and what nobody foresaw.
    ("class A(A): ...\n", "lib.A().x", "Never"),
    ("class A(C): ...\nclass C(A): ...\n", "lib.A().x", "Never"),
    ("x: not_defined\n", "lib.x", "Any"),
    ("x: 'not a type ['\n", "lib.x", "Any"),
    ("x: (lambda: 1)\n", "lib.x", "Any"),
    ("x = y\ny = x\n", "lib.x", "Any"),
    ("from lib import z as z\n", "lib.z", "Never"),
    ("from other import *\n", "lib.x", "Never"),
]


def evaluate(store: StubStore, expression: str) -> str:
    given: dict[str, Type] = {"lib": ModuleType("lib")}
    return describe(TypeEvaluator(store, given).evaluate(expression))


@pytest.mark.parametrize(("stub", "expression", "expected"), CASES)
def test_stub_is_understood(make_store: MakeStore, stub: str, expression: str, expected: str) -> None:
    common = "d: datetime\nunknown: Any\nflag: bool\n"
    assert evaluate(make_store(lib=HEAD + common + stub), expression) == expected


@pytest.mark.skipif(sys.version_info < (3, 12), reason="syntax of Python 3.12")
@pytest.mark.parametrize(
    ("stub", "expression", "expected"),
    [
        (
            "class A[T]:\n    def __init__(self, x: T) -> None: ...\n    def get(self) -> T: ...\n",
            "lib.A(1).get()",
            "int",
        ),
        ("def f[T](x: T) -> list[T]: ...\n", "lib.f(1)", "list[int]"),
        ("type Pair[T] = tuple[T, T]\nx: Pair[int]\n", "lib.x", "tuple[int, int]"),
        ("def f[T: (str, bytes)](x: T) -> T: ...\n", "lib.f(b'')", "bytes"),
    ],
)
def test_type_parameters_in_brackets(
    make_store: MakeStore, stub: str, expression: str, expected: str
) -> None:
    assert evaluate(make_store(lib=stub), expression) == expected


def test_file_that_does_not_parse_is_no_stub(make_store: MakeStore) -> None:
    store = make_store(lib="def f(:\n")
    assert store.module("lib") is None
    assert store.attribute(ModuleType("lib"), "f") == UNKNOWN


def test_re_exports(make_store: MakeStore) -> None:
    store = make_store(
        lib="from other import a as a, b\nimport sys\nfrom more import *\n",
        other="a: int\nb: str\n",
        more="from other import *\nx: int\n_hidden: int\n__all__ = ['x', 'b']\n__all__ += ['_listed']\n_listed: str\n",
    )
    assert store.attribute(ModuleType("lib"), "a") == INT
    assert store.attribute(ModuleType("lib"), "x") == INT
    assert store.attribute(ModuleType("lib"), "_listed") == STR
    assert store.canonical("lib.a") == "other.a"
    # Imported for the stub's own use: whether the module has it at run time is not said.
    assert store.attribute(ModuleType("lib"), "b") == UNKNOWN
    assert store.attribute(ModuleType("lib"), "sys") == UNKNOWN


def test_submodule_and_function_of_one_name(make_store: MakeStore) -> None:
    store = make_store(
        **{
            "lib.__init__": "from lib.date import Date as Date\ndef date() -> Date: ...\n",
            "lib.date": "class Date: ...\n",
        }
    )
    assert evaluate(store, "lib.date()") == "lib.date.Date"


def test_imports_in_a_circle(make_store: MakeStore) -> None:
    store = make_store(lib="from other import x as x\n", other="from lib import x as x\n")
    assert store.lookup("lib.x") is None
    stars = make_store(lib="from other import *\n", other="from lib import *\ny: int\n")
    assert stars.attribute(ModuleType("lib"), "y") == INT


def test_lookup_gives_the_plain_description(make_store: MakeStore) -> None:
    store = make_store(lib="def f(a: int, /, b: str = ..., *args: int, c: bool, **rest: str) -> None: ...\n")
    function = store.lookup("lib.f")
    assert isinstance(function, StubFunction)
    (signature,) = function.signatures
    assert [(each.name, each.kind.name, each.has_default) for each in signature.parameters] == [
        ("a", "POSITIONAL_ONLY", False),
        ("b", "POSITIONAL", True),
        ("args", "VAR_POSITIONAL", False),
        ("c", "KEYWORD_ONLY", False),
        ("rest", "VAR_KEYWORD", False),
    ]
    assert signature.result == NONE


def test_deep_generics_come_to_an_end(make_store: MakeStore) -> None:
    store = make_store(
        lib=HEAD + "class Node(Protocol[T]):\n    def next(self) -> Node[list[T]]: ...\n"
        "class Chain:\n    def next(self) -> Chain: ...\ndef f(x: Node[T]) -> T: ...\n"
    )
    argument = Argument(NamedType("lib.Chain"))
    assert describe(store.call(store.value("lib.f") or UNKNOWN, [argument])) == "Any"
