"""How to mend a value that does not serialize: one line of advice by class."""

from __future__ import annotations

from handlerlint.inference.domain.problem import Problem

_BY_KIND = {
    "key": "make the key a string, with `str(...)` or an f-string",
    "coroutine": "run it: `asyncio.run(...)`, or `await` it in an `async` function that is run so",
    "circular": "return only the parts you need, without the reference back",
    "order": "make the keys strings, or remove `sort_keys`",
    "nan": "return None, or a string",
    "range": "return None, or a string",
}
_BY_CLASS = {
    "datetime.datetime": "write `.isoformat()`",
    "datetime.date": "write `.isoformat()`",
    "datetime.time": "write `.isoformat()`",
    "datetime.timedelta": "write `.total_seconds()`",
    "decimal.Decimal": "write `str(...)` to keep every digit, or `float(...)`",
    "uuid.UUID": "write `str(...)`",
    "builtins.set": "write `sorted(...)` or `list(...)`",
    "builtins.frozenset": "write `sorted(...)` or `list(...)`",
    "collections.deque": "write `list(...)`",
    "builtins.bytes": "write `.decode()` for text, `base64.b64encode(...).decode()` for binary data",
    "builtins.bytearray": "write `.decode()` for text, `base64.b64encode(...).decode()` for binary data",
    "builtins.memoryview": "write `base64.b64encode(...).decode()`",
    "builtins.complex": "write `str(...)`, or its `real` and `imag` parts",
    "re.Match": "take what matched: `.group()` or `.groupdict()`",
    "re.Pattern": "write `.pattern`",
    "types.SimpleNamespace": "write `vars(...)`",
    "types.MappingProxyType": "write `dict(...)`",
    "collections.ChainMap": "write `dict(...)`",
    "collections.UserDict": "write `dict(...)`",
    "enum.Enum": "write `.value` or `.name`",
    "types.function": "call it",
    "types.method": "call it",
    "types.builtin_function_or_method": "call it",
    "os._Environ": "write `dict(os.environ)`, and mind that it may contain secrets",
    "awslambdaric.lambda_context.LambdaContext": "use the part you need, such as `context.aws_request_id`",
}

_PATHS = ("pathlib.",)
#: What iterates over something, or shows it: `list(...)` has the elements.
ITERATORS = frozenset(
    {
        "builtins.map",
        "builtins.filter",
        "builtins.zip",
        "builtins.enumerate",
        "builtins.reversed",
        "builtins.range",
        "types.GeneratorType",
        "_collections_abc.dict_keys",
        "_collections_abc.dict_values",
        "_collections_abc.dict_items",
        "collections.abc.Iterator",
    }
)


def article(name: str) -> str:
    """The name of a class with its indefinite article, as code."""
    vowel = name[:1].lower() in "aeio" or name.startswith(("un", "Un"))
    return f"{'an' if vowel else 'a'} `{name}`"


def help_for(problem: Problem, in_dumps: bool = False) -> str:
    """What to write instead."""
    if in_dumps and problem.response is not None:
        if problem.short_name in ("StreamingBody", "EventStream"):
            return "read the stream first, and pass only the members you need"
        return "pass `default=str`, or keep only the members you need"
    advice = _advice(problem)
    if in_dumps and problem.kind == "value":
        return f"{advice}; or pass `default=str`"
    return advice


def _advice(problem: Problem) -> str:
    """How a value becomes one that serializes, by what is wrong with it."""
    name = problem.class_name
    known = _BY_KIND.get(problem.kind) or _BY_CLASS.get(name)
    if known is not None:
        return known
    if name in ITERATORS or name.endswith("_iterator"):
        return "write `list(...)`"
    if name.startswith(_PATHS):
        return "write `str(...)`"
    if problem.origin is not None and problem.origin.what == "caught here":
        return "an exception cannot be serialized: let it propagate with `raise`, or return `str(...)` of it"
    if problem.is_exception:
        return "an exception cannot be serialized: `raise` it, or return `str(...)` of it"
    if problem.is_dataclass:
        return "write `dataclasses.asdict(...)`"
    return "return plain data: dict, list, str, int, float, bool or None"
