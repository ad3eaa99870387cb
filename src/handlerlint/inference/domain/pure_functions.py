"""Pure functions of the standard library, evaluated on objects: what such a call gives, or raises, it does in Lambda.

Of an operand of which only the class is known, a few samples stand for all: what raises a TypeError for each of them
does so for any. An operand of which nothing is known does not matter where the same error is raised whatever it is.
Functions that read files, the clock or the locale are none, and none whose work has no bound.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import operator
import re
import struct
import sys
import warnings
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib import import_module
from itertools import chain, product
from math import prod
from types import MappingProxyType, MethodType
from typing import Any

from handlerlint.inference.domain.values import LONGEST_CONSTANT
from handlerlint.records import dataclass

#: What they raise because of what they are given; anything else is about this machine.
RAISED = (
    ArithmeticError,
    AttributeError,
    IndexError,
    KeyError,
    TypeError,
    ValueError,
    re.error,
    struct.error,
)

_CLASSES = ("str", "bytes", "int", "float", "bool", "list", "tuple", "dict", "set", "frozenset")
_BUILTINS = (
    *_CLASSES,
    *("abs", "bin", "chr", "divmod", "hash", "hex", "iter", "len", "max", "min", "oct", "ord", "reversed", "round"),
    *("enumerate", "range", "sorted", "sum"),
)  # fmt: skip

#: By module, the names of functions and classes that are pure.
_PURE: Mapping[str, str] = {
    "base64": "b16decode b32decode b64decode b64encode standard_b64decode standard_b64encode urlsafe_b64decode"
    " urlsafe_b64encode",
    "binascii": "a2b_base64 b2a_base64 hexlify unhexlify",
    "datetime": "date datetime time timedelta",
    "decimal": "Decimal",
    "hashlib": "md5 sha1 sha224 sha256 sha384 sha512",
    "hmac": "digest new",
    "html": "escape unescape",
    "ipaddress": "ip_address ip_network",
    "json": "loads",
    "math": "ceil cos exp fabs floor isclose isfinite isinf isnan log log10 log2 modf pow radians sin sqrt tan trunc",
    "re": "compile escape",
    "string": "Template",
    "textwrap": "dedent indent",
    "urllib.parse": "parse_qs parse_qsl quote quote_plus unquote unquote_plus",
    "uuid": "UUID",
}
# No `replace`: `date.replace` of a datetime with a time zone crashes Python 3.11.
_METHODS: Mapping[str, str] = {
    "datetime.date": "fromisoformat fromordinal isoformat",
    "datetime.datetime": "combine fromisoformat isoformat strptime",
    "datetime.time": "fromisoformat isoformat",
    "decimal.Decimal": "quantize",
    "string.Template": "substitute",
}
# The stubs name what C has under the module of C.
_STUB_NAMES = {f"_hashlib.openssl_{name}": f"hashlib.{name}" for name in _PURE["hashlib"].split()}


def _little(data: Any) -> Any:
    """Something of the same class: more of it need not be looked at."""
    return data[:0] if isinstance(data, (str, bytes)) else data


def _write(file: Any, data: object, *_: object) -> object:
    return file.write(_little(data))


def _update(digest: Any, data: object) -> object:
    return digest.update(_little(data))


def _derive(hash_name: object, password: Any, salt: Any, *_: object, **__: object) -> object:
    """A key of nothing: whether one can be made of such things."""
    return hashlib.pbkdf2_hmac("sha256", _little(password), _little(salt), 1)


def _push(heap: object, *_: object) -> None:
    """What takes a heap, which is a list (`_heapq`)."""
    if not isinstance(heap, list):
        raise TypeError("heap argument must be a list")


def _pack(layout: Any, *values: object) -> None:
    """Whether values fit a format that makes no long text of them."""
    if struct.calcsize(layout) < LONGEST_CONSTANT:
        struct.pack(layout, *values)


def _write_text(path: object, data: object, *_: object, **__: object) -> None:
    """What `Path.write_text` takes, or raises (`pathlib.py`)."""
    if not isinstance(data, str):
        raise TypeError(f"data must be str, not {type(data).__name__}")


def _open_url(url: object, data: object = None, *_: object, **__: object) -> None:
    """What is sent, or raised where that is text (`AbstractHTTPHandler.do_request_` in `urllib/request.py`)."""
    if isinstance(data, str):
        raise TypeError(
            "POST data should be bytes, an iterable of bytes, or a file object. It cannot be of type str."
        )


def searched(pattern: Any, string: object, *_: object, **__: object) -> object:
    """What a pattern finds in as good as nothing of a text: whether it can be asked of a text of this class at all."""
    return re.compile(pattern).match(_little(string))


def substituted(pattern: Any, written: object, string: object, *_: object, **__: object) -> object:
    """The same of a pattern that is replaced by something."""
    return searched(pattern, string)


def _tried(function: Callable[..., object]) -> Callable[..., None]:
    """A function that raises what another one does, and gives nothing."""

    def tried(*given: object, **named: object) -> None:
        function(*given, **named)

    return tried


_TRIED: Mapping[str, Callable[..., object]] = {
    "os._Environ.__setitem__": lambda key, value: [*map(_environment_text, (key, value))],
    "time.sleep": lambda seconds: seconds if isinstance(seconds, float) else operator.index(seconds),
    "_io.BytesIO": lambda data=b"": io.BytesIO(_little(data)),
    "_io.StringIO": lambda text="", *_, **__: io.StringIO(_little(text)),
    **dict.fromkeys(
        ("_io.BufferedWriter.write", "_io._BufferedIOBase.write", "_io._TextIOBase.write"), _write
    ),
    **dict.fromkeys(("_hashlib.HASH.update", "hmac.HMAC.update"), _update),
    **dict.fromkeys(
        (f"_heapq.{name}" for name in ("heapify", "heappop", "heappush", "heappushpop", "heapreplace")), _push
    ),
    "_struct.pack": _pack,
    "_hashlib.compare_digest": hmac.compare_digest,
    "_hashlib.pbkdf2_hmac": _derive,
    **dict.fromkeys(("gzip.decompress", "zlib.decompress"), lambda data, *_, **__: io.BytesIO(_little(data))),
    **dict.fromkeys(("heapq.nlargest", "heapq.nsmallest"), lambda n, iterable, key=None: iter(iterable)),
    "gzip.compress": lambda data, *_, **__: import_module("gzip").compress(_little(data)),
    "zlib.compress": lambda data, *_, **__: import_module("zlib").compress(_little(data)),
    "json.dump": lambda value, file, *_, **__: file.write(""),
    "json.load": lambda file, **_: file.read(),
    "builtins.filter": lambda function, several: iter(several),
    "builtins.map": lambda function, *several: [*map(iter, several)],
    "functools.reduce": lambda function, several, *_: iter(several),
    "pathlib.Path.write_bytes": lambda path, data: memoryview(data),
    "pathlib.Path.write_text": _write_text,
    "random.Random.choice": lambda several: several[0],
    "re.Pattern.sub": substituted,
    "re.Pattern.subn": substituted,
    **{
        f"re.Pattern.{name}": searched
        for name in ("findall", "finditer", "fullmatch", "match", "search", "split")
    },
    "urllib.request.urlopen": _open_url,
    **{
        f"re.Match.{name}": lambda match, *groups: [match[group] for group in groups]
        for name in ("end", "group", "span", "start")
    },
}
#: What else they do does not matter where they raise for what they are given.
STANDING_IN: Mapping[str, Callable[..., None]] = {name: _tried(function) for name, function in _TRIED.items()}
#: Of these the pattern alone is judged: to match it may take for ever.
COMPILING = frozenset(
    f"re.{name}" for name in ("findall", "finditer", "fullmatch", "match", "search", "split", "sub")
)


#: The versions in which a function took to other arguments than before; the longest prefix of a name counts.
_CHANGED: Mapping[str, tuple[tuple[int, int], ...]] = {
    "builtins.str.format": ((3, 10), (3, 11), (3, 14)),
    "builtins.bytearray.fromhex": ((3, 14),),
    "builtins.bytes.fromhex": ((3, 14),),
    "builtins.chr": ((3, 10),),
    "builtins.str.replace": ((3, 13),),
    "builtins.round": ((3, 14),),
    "datetime": ((3, 10),),
    "datetime.date.fromisoformat": ((3, 11),),
    "ipaddress": ((3, 10),),
    "re": ((3, 11),),
}


def _power(base: Any, exponent: Any) -> object:
    """`base ** exponent`, where the work has a bound."""
    if isinstance(base, int) and isinstance(exponent, int) and (abs(exponent) > 64 or abs(base) > 1 << 20):
        raise MemoryError
    return base**exponent


UNARY: Mapping[str, Callable[[Any], object]] = {
    "Minus": operator.neg,
    "Plus": operator.pos,
    "BitInvert": operator.invert,
}
OPERATORS: Mapping[str, Callable[[Any, Any], object]] = {
    "Add": operator.add,
    "Subtract": operator.sub,
    "Multiply": operator.mul,
    "Divide": operator.truediv,
    "FloorDivide": operator.floordiv,
    "Modulo": operator.mod,
    "Power": _power,
    "BitOr": operator.or_,
    "BitAnd": operator.and_,
    "BitXor": operator.xor,
    "LessThan": operator.lt,
    "LessThanEqual": operator.le,
    "GreaterThan": operator.gt,
    "GreaterThanEqual": operator.ge,
    "In": lambda item, container: item in container,
    "NotIn": lambda item, container: item not in container,
}


#: How each is written.
SYMBOLS: Mapping[str, str] = dict(
    pair.replace("_", " ").split(" ", 1)
    for pair in (
        *(
            "Add +",
            "Subtract -",
            "Multiply *",
            "Divide /",
            "FloorDivide //",
            "Modulo %",
            "Power **",
            "BitOr |",
            "BitAnd &",
        ),
        *("BitXor ^", "LessThan <", "LessThanEqual <=", "GreaterThan >", "GreaterThanEqual >=", "In in"),
        *("NotIn not_in", "Minus -", "Plus +", "BitInvert ~"),
    )
)


class Formattable:
    """Stands for whatever a text is formatted with: it takes each conversion, and has each item and attribute."""

    def __getattr__(self, name: str) -> Formattable:
        return self

    def __getitem__(self, key: object) -> Formattable:
        return self

    def __format__(self, how: str) -> str:
        return ""

    def __repr__(self) -> str:
        return ""

    def __int__(self) -> int:
        return 0

    def __index__(self) -> int:
        return 0

    def __float__(self) -> float:
        return 0.0


@dataclass(frozen=True, slots=True)
class Raised:
    """What a call raises."""

    error: Exception


def _environment_text(value: object) -> str:
    """What `os.environ` takes, or raises (`os.py`)."""
    if not isinstance(value, str):
        raise TypeError(f"str expected, not {type(value).__name__}")
    return value


def _compiled(pattern: str, *_: object) -> object:
    """A pattern compiled with the flags that forgive most."""
    try:
        return re.compile(pattern)
    except re.error:
        return re.compile(pattern, re.VERBOSE)


@cache
def find(name: str, owner: str | None = None) -> Callable[..., object] | None:
    """The function of a qualified name, if it is pure; a class method is taken from the class `owner`."""
    name = _STUB_NAMES.get(name, name)
    module, _, short = name.rpartition(".")
    if name in STANDING_IN:
        return STANDING_IN[name]
    if name in COMPILING:
        return _compiled
    if module == "builtins" and short in _BUILTINS:
        return getattr(import_module(module), short)  # type: ignore[no-any-return]
    if short in _PURE.get(module, "").split():
        return getattr(import_module(module), short)  # type: ignore[no-any-return]
    place, _, cls = module.rpartition(".")
    if (place == "builtins" and cls in _CLASSES) or short in _METHODS.get(module, "").split():
        holder = class_of(owner or module)
        return None if short.startswith("__") else getattr(holder, short, None)
    return None


@cache
def takes_instance(name: str) -> bool:
    """Whether a function that is called as a method of an instance is given that: no class or static method is."""
    from inspect import getattr_static
    from types import ClassMethodDescriptorType

    owner, _, short = name.rpartition(".")
    found = getattr_static(class_of(owner), short, None)
    return not isinstance(found, (staticmethod, classmethod, ClassMethodDescriptorType))


@cache
def class_of(name: str) -> type | None:
    """The class of a qualified name, if it is one of those that are known here."""
    module, _, short = name.rpartition(".")
    if name == "builtins.NoneType":
        return type(None)
    if name in samples():
        return type(samples()[name][0])
    if module == "builtins" and short in _CLASSES:
        return getattr(import_module(module), short)  # type: ignore[no-any-return]
    return None


def names() -> Iterator[str]:
    """The qualified names of all pure functions and classes."""
    yield from (f"builtins.{name}" for name in _BUILTINS)
    yield from (
        f"{owner}.{name}" for owner, short in (*_PURE.items(), *_METHODS.items()) for name in short.split()
    )
    for name in _CLASSES:
        cls = class_of(f"builtins.{name}")
        yield from (
            f"builtins.{name}.{each}" for each in dir(cls) if callable(getattr(cls, each)) and each[0] != "_"
        )
    yield from STANDING_IN


def _is_by_class(error: Exception) -> bool:
    """Whether an error is raised because of the class of an argument, whatever the argument is.

    Samples of other classes than builtin ones need not have all attributes.
    """
    owner = getattr(error, "obj", None)
    is_of_builtin = owner is not None and type(owner).__module__ == "builtins"
    return type(error) is TypeError or (type(error) is AttributeError and is_of_builtin)


@lru_cache(maxsize=1024)
def same_in(name: str, version: tuple[int, int], *, is_known: bool) -> bool:
    """Whether a function takes in a version what it takes here, as far as is known."""
    owners = [name, *(name[: end.start()] for end in re.finditer(r"\.", name))]
    changes = [change for owner in owners for change in _CHANGED.get(owner, ())]
    if not is_known:
        return not changes
    first, last = sorted((version, sys.version_info[:2]))
    return not any(first < change <= last for change in changes)


#: A function is tried with at most so many combinations of what its arguments may be: of two nothing need be known.
MOST_TRIES = 100_000


def raised(
    function: Callable[..., object], choices: Sequence[Sequence[object]], names: Sequence[str] = ()
) -> Exception | None:
    """What a function raises whichever of its `choices` each argument is; None if it may give something.

    The last arguments are passed by their `names`. With too many choices it is taken to give something.
    """
    is_exact = all(len(options) == 1 for options in choices)
    has_unknown = any(options is anything() for options in choices)
    count = len(choices) - len(names)
    is_tried = prod(map(len, choices)) <= MOST_TRIES
    first: Exception | None = None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for given in chain(_side_by_side(choices), product(*choices) if is_tried else ()):
            found = _attempted(function, given[:count], dict(zip(names, given[count:], strict=True)))
            if not isinstance(found, Raised) or not (is_exact or _is_by_class(found.error)):
                return None
            first = first or found.error
            if has_unknown and str(found.error) != str(first):
                return None
    return first if is_tried else None


def _side_by_side(choices: Sequence[Sequence[object]]) -> list[tuple[object, ...]]:
    """Each choice once, with those at the same place for the others: what a function takes is often of one class."""
    longest = max(map(len, choices), default=0)
    return [tuple(options[place % len(options)] for options in choices) for place in range(longest)]


def outcome(
    function: Callable[..., object],
    given: Sequence[object],
    keywords: Mapping[str, object],
    widest: int = LONGEST_CONSTANT,
) -> object | Raised | None:
    """What a pure function gives for these objects, or raises; None where that is not tried.

    Numbers beyond `widest` are not given to it: something may be made as long as they say.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _attempted(function, given, keywords, widest)


def _attempted(
    function: Callable[..., object],
    given: Sequence[object],
    keywords: Mapping[str, object],
    widest: int = LONGEST_CONSTANT,
) -> object | Raised | None:
    if _is_much(given, widest) or _is_much(keywords.values(), widest):
        return None
    try:
        return function(*map(_copied, given), **keywords)
    except RAISED as error:
        return Raised(error)
    except (LookupError, MemoryError, RecursionError):
        return None  # an encoding that somebody may register, or too much for this machine


def _copied(value: object) -> object:
    return value.copy() if isinstance(value, (list, dict, set)) else value


def _is_much(given: Iterable[object], widest: int) -> bool:
    """Whether the work may have no bound: a number or a width in a format that text is made as long as."""
    return any(
        (isinstance(value, int) and abs(value) > widest)
        or (isinstance(value, str) and "%" in value and re.search(r"%[^%]*?(?:\*|\d{4})", value) is not None)
        or (
            isinstance(value, str)
            and "{" in value
            and re.search(r"\{[^{}]*:[^{}]*(?:\d{4}|$)", value) is not None
        )
        or (isinstance(value, str) and "%Z" in value)  # the names of this machine's time zone
        for value in given
    )


class _ClientError(Exception):
    response: Mapping[str, object] = {}
    operation_name = ""


class _LambdaContext:
    pass


class _StreamingBody:
    def read(self, amount: int | None = None) -> bytes:
        return b""

    def __iter__(self) -> Iterator[bytes]:
        return iter((b"",))


#: Classes of libraries that need not be installed here: none has an operator, items, or anything else that a function
#: could ask for.
OPAQUE: Mapping[str, type] = {
    "awslambdaric.lambda_context.LambdaContext": _LambdaContext,
    "botocore.exceptions.ClientError": _ClientError,
    "botocore.response.StreamingBody": _StreamingBody,
}
for _name, _cls in OPAQUE.items():
    _cls.__name__ = _cls.__qualname__ = _name.rpartition(".")[2]


class _Coroutine:
    """Stands for what calling an `async def` gives: it can be awaited, and nothing else."""

    def __await__(self) -> Iterator[object]:
        return iter(())


_Coroutine.__name__ = _Coroutine.__qualname__ = "coroutine"


def _give_nothing(*given: object, **named: object) -> None:
    """Another one."""


def _answer(*given: object, **named: object) -> int:
    """A function that takes whatever it is given, as one may that is passed to be called: a key to sort by, a hook."""
    return 0


async def _give_later() -> AsyncIterator[object]:
    """An asynchronous generator, of which nothing is asked but what it can do."""
    yield None


@cache
def samples() -> Mapping[str, tuple[object, ...]]:
    """A few instances of each class, of all that a function may tell apart by class alone."""
    return {**_values(), **_instruments()}


def _instruments() -> Mapping[str, tuple[object, ...]]:
    """Instances of classes that do something with values."""
    from pathlib import Path
    from string import Template
    from urllib.parse import urlparse, urlsplit

    return {
        "_hashlib.HASH": (hashlib.sha256(), hashlib.md5()),
        "_io.BufferedReader": (io.BufferedReader(io.BytesIO()),) * 2,
        "_io.BufferedWriter": (io.BufferedWriter(io.BytesIO()),) * 2,
        "_io.BytesIO": (io.BytesIO(), io.BytesIO(b"a")),
        "_io.StringIO": (io.StringIO(), io.StringIO("a")),
        "_io.TextIOWrapper": (io.TextIOWrapper(io.BytesIO()),) * 2,
        "collections.deque": (deque(), deque("a")),
        "hmac.HMAC": (hmac.new(b"a", b"", "sha256"),) * 2,
        "pathlib.Path": (Path("a"), Path("b")),
        "re.Pattern": (re.compile("a"), re.compile(b"a")),
        "string.Template": (Template(""), Template("$a")),
        "types.AsyncGeneratorType": (_give_later(),) * 2,
        "types.MappingProxyType": (MappingProxyType({}), MappingProxyType({"a": 1})),
        "urllib.parse.ParseResult": (urlparse(""), urlparse("http://a/b")),
        "urllib.parse.SplitResult": (urlsplit(""), urlsplit("http://a/b")),
        "re.Pattern, builtins.bytes": (re.compile(b"a"), re.compile(b"")),
        "re.Pattern, builtins.str": (re.compile("a"), re.compile("")),
    }


@cache
def _values() -> Mapping[str, tuple[object, ...]]:
    """Instances of classes of values."""
    from datetime import date, datetime, time, timedelta, timezone
    from decimal import ROUND_HALF_UP, Decimal
    from uuid import UUID

    noon = datetime(2020, 1, 1, 12)
    naive = (noon, noon + timedelta(days=40))
    parts: tuple[tuple[object, ...], ...] = ((), (1,), ("a",), (b"a",), (("a", 1),), (None,), ((),))
    return {
        "builtins.bool": (True, False),
        "builtins.bytes": (b"", b"a", b"1"),
        "builtins.dict": ({}, {"a": 1}, {1: "a"}, {"a": {}}),
        "builtins.float": (0.0, 1.5),
        "builtins.frozenset": tuple(map(frozenset, parts)),
        "builtins.int": (0, 1, -1, 2, True),
        "builtins.list": (*map(list, parts), [[]], [{}]),
        "builtins.set": tuple(map(set, parts)),
        "builtins.str": ("", "a", "1", "ab", "%s", "{}", ROUND_HALF_UP),
        "builtins.tuple": (*parts, ([],), ({},)),
        "datetime.date": (date(2020, 1, 1), noon),
        "datetime.date, exact": (date(2020, 1, 1), date(2020, 2, 1)),
        "datetime.datetime": (noon, noon.replace(tzinfo=timezone.utc)),
        "datetime.datetime, aware": tuple(one.replace(tzinfo=timezone.utc) for one in naive),
        "datetime.datetime, naive": naive,
        "datetime.time": (time(), time(tzinfo=timezone.utc)),
        "datetime.timedelta": (timedelta(), timedelta(1)),
        "decimal.Decimal": (Decimal(), Decimal("1.5")),
        "_collections_abc.dict_items": ({}.items(), {1: "a"}.items()),
        "_collections_abc.dict_keys": ({}.keys(), {1: "a"}.keys()),
        "_collections_abc.dict_values": ({}.values(), {1: "a"}.values()),
        # What is used up stays used up: those without an element are the same each time that they are tried.
        "builtins.filter": (filter(None, ()),) * 2,
        "builtins.map": (map(str, ()),) * 2,
        "builtins.zip": (zip(),) * 2,
        "types.GeneratorType": ((one for one in ""),) * 2,
        "types.BuiltinFunctionType": ("".format, "{}".format),
        "types.CoroutineType": (_Coroutine(),) * 2,
        "types.FunctionType": (_give_nothing, _answer),
        "types.MethodType": (Formattable().__int__, MethodType(_answer, ())),
        **{name: (cls(),) * 2 for name, cls in OPAQUE.items()},
        "uuid.UUID": (UUID(int=1), UUID(int=2)),
    }


#: What special methods give that must be of a certain class.
_GIVEN: Mapping[str, object] = {
    **dict.fromkeys(("__len__", "__int__", "__index__", "__hash__", "__length_hint__"), 0),
    **dict.fromkeys(("__bool__", "__contains__"), True),
    "__float__": 0.0,
    "__complex__": 0j,
    "__bytes__": b"",
    "__format__": "",
}


def _no_item(*_: object) -> object:
    raise IndexError


@lru_cache(maxsize=256)
def instances_of(name: str, special: frozenset[str]) -> tuple[object, ...]:
    """Two instances of a class that has these special methods, whatever they do."""

    def method(given: object) -> Callable[..., object]:
        return lambda *_, **__: given

    names = {one: method(_GIVEN[one] if one in _GIVEN else Formattable()) for one in special}
    if "__iter__" in special:
        names["__iter__"] = lambda *_: iter(())
    if "__getitem__" in special:
        names["__getitem__"] = _no_item  # whatever else it gave, iterating over it would have no end
    cls = type(name, (), dict(names))
    return (cls(), cls())


class _Match:
    """What a pattern finds: it has the groups of that."""

    def __init__(self, pattern: re.Pattern[Any]) -> None:
        self.groups = {*range(pattern.groups + 1), *pattern.groupindex}

    def __getitem__(self, group: object) -> None:
        if group not in self.groups:
            raise IndexError("no such group")


@lru_cache(maxsize=256)
def match_of(pattern: str | bytes) -> tuple[object] | None:
    """The one sample of what a pattern finds; None where it finds nothing."""
    try:
        return (_Match(re.compile(pattern)),)
    except re.error:
        return None


@lru_cache(maxsize=256)
def members_of(name: str) -> tuple[object, ...]:
    """Two members of an Enum of this name."""
    from enum import Enum

    found = Enum(name, ["A", "B"])  # type: ignore[misc]
    return (found["A"], found["B"])


@lru_cache(maxsize=256)
def made_of(name: str, given: object) -> tuple[object] | None:
    """What a pure class makes of a constant; None where that raises, or the class is none."""
    cls = find(name)
    found = None if cls is None else outcome(cls, (given,), {})
    return None if found is None or isinstance(found, Raised) else (found,)


@cache
def anything() -> tuple[object, ...]:
    """What stands for an argument of which nothing is known: of each class something true and something false."""
    several = [value for each in _values().values() for value in (each[0], each[-1])]
    return (None, object(), bytearray(b"a"), object, hashlib.sha256, *several)


@lru_cache(maxsize=1024)
def refusal(name: str, left: str, right: str) -> Exception | None:
    """What an operator raises between any instances of two classes."""
    return raised(OPERATORS[name], (samples()[left], samples()[right]))
