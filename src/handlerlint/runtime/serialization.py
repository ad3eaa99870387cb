"""What `json.dumps` and the runtime client take, as data; inference asks `judge`, rules take the messages.

`json.dumps` is the standard library's. The runtime client's marshaller (awslambdaric 4.2.2,
lambda_runtime_marshaller.py) hands bytes on as they are when they are the whole response, and gives the rest to
simplejson with a `default` for Decimal. Both test with `isinstance`, so subclasses are taken like their bases.
A test runs every row through the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from handlerlint.records import dataclass


class Position(Enum):
    """Where a value stands: it is the whole response, it is in a container, or it is a key of a dict."""

    WHOLE = "whole"
    VALUE = "value"
    KEY = "key"


class Verdict(Enum):
    """What comes of a value."""

    TAKEN = "taken"
    IF_UTF_8 = "taken if it is valid UTF-8"
    FAILS = "fails"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What `json.dumps` and what the runtime client make of a value of some class."""

    json: Verdict
    client: Verdict

    @property
    def json_fails(self) -> bool:
        """Whether `json.dumps` raises, whatever the value."""
        return self.json is Verdict.FAILS

    @property
    def client_fails(self) -> bool:
        """Whether the runtime client answers with a MarshalError, whatever the value."""
        return self.client is Verdict.FAILS


TAKEN = Outcome(Verdict.TAKEN, Verdict.TAKEN)
CLIENT_ONLY = Outcome(Verdict.FAILS, Verdict.TAKEN)
CLIENT_IF_UTF_8 = Outcome(Verdict.FAILS, Verdict.IF_UTF_8)
FAILS = Outcome(Verdict.FAILS, Verdict.FAILS)

# What an object has that simplejson turns into a dict by calling it (`namedtuple_as_object`); a tuple with it,
# such as a namedtuple, is an array for `json.dumps` and an object for the runtime client.
AS_DICT_METHOD = "_asdict"
AS_DICT = CLIENT_ONLY
NAMED_TUPLE = TAKEN

# Classes that are taken somewhere, by qualified name as typeshed has it. All others fail everywhere.
_VALUES: dict[str, Outcome] = {
    **dict.fromkeys(
        (
            *("builtins.str", "builtins.int", "builtins.float", "builtins.bool", "builtins.None"),
            *("builtins.list", "builtins.tuple", "builtins.dict", "types.NoneType"),
        ),
        TAKEN,
    ),
    **dict.fromkeys(("decimal.Decimal", "_decimal.Decimal"), CLIENT_ONLY),
    "simplejson.raw_json.RawJSON": CLIENT_ONLY,
    "builtins.bytes": CLIENT_IF_UTF_8,
}
_WHOLE: dict[str, Outcome] = {"builtins.bytes": CLIENT_ONLY}
_KEYS: dict[str, Outcome] = {
    **dict.fromkeys(
        (
            *("builtins.str", "builtins.int", "builtins.float", "builtins.bool", "builtins.None"),
            "types.NoneType",
        ),
        TAKEN,
    ),
    "builtins.bytes": CLIENT_IF_UTF_8,
}


def judge(order: Sequence[str], position: Position) -> Outcome:
    """What comes of an instance of a class, given its method resolution order as qualified names.

    The class that is taken decides wherever it stands in the order: that is how `isinstance` tests, and how an
    Enum with `str` mixed in is taken. Objects with `_asdict()` are not known by class: see `AS_DICT`.
    """
    tables = {Position.WHOLE: (_WHOLE, _VALUES), Position.VALUE: (_VALUES,), Position.KEY: (_KEYS,)}[position]
    for name in order:
        for table in tables:
            if name in table:
                return table[name]
    return FAILS


# What other serializers take, by class. orjson 3.13 (README, "Types") takes no subclass of float, tuple, datetime or
# UUID, which is left open here; data classes it knows by their fields. boto3 1.44 (dynamodb/types.py, TypeSerializer)
# makes attributes of these, and of sets by their elements.
_JSON_CLASSES = (
    "builtins.str",
    "builtins.int",
    "builtins.bool",
    "builtins.list",
    "builtins.tuple",
    "builtins.dict",
)
_NONE = ("builtins.None", "builtins.NoneType", "types.NoneType")
_OTHERS: dict[str, frozenset[str]] = {
    "orjson": frozenset(
        {
            *_JSON_CLASSES,
            *_NONE,
            *("builtins.float", "enum.Enum", "uuid.UUID", "orjson.Fragment"),
            *("datetime.datetime", "datetime.date", "datetime.time"),
        }
    ),
    "dynamodb": frozenset(
        {
            *_JSON_CLASSES,
            *_NONE,
            *("decimal.Decimal", "_decimal.Decimal", "builtins.bytes", "builtins.bytearray"),
            *("boto3.dynamodb.types.Binary", "typing.Mapping", "typing.AbstractSet"),
            *("collections.abc.Mapping", "collections.abc.Set"),
        }
    ),
}
OTHER_SERIALIZERS = frozenset(_OTHERS)
_OTHER_KEYS = {"orjson": frozenset({"builtins.str"})}


def takes(serializer: str, order: Sequence[str], position: Position) -> bool:
    """Whether one of the other serializers takes an instance of a class, given its method resolution order."""
    table = _OTHER_KEYS if position is Position.KEY else _OTHERS
    return not table[serializer].isdisjoint(order)


#: Functions that give bytes which are no UTF-8, whatever they are given, by their name in typeshed: how those begin.
#: RFC 1952 (gzip), RFC 1950 (zlib at its default level), the .xz file format, and the opcode PROTO of pickle.
BINARY_BEGINNINGS = {
    "gzip.compress": b"\x1f\x8b",
    "zlib.compress": b"x\x9c",
    "lzma.compress": b"\xfd7zXZ\x00",
    "_pickle.dumps": b"\x80",
}


def utf_8_error(data: bytes) -> str | None:
    """What the runtime client says about bytes in a response that begin like this; None if they may be text."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return str(error)
    return None


# --- what is said ----------------------------------------------------------------------------------------

MARSHAL_ERROR_TYPE = "Runtime.MarshalError"
CIRCULAR = "Circular reference detected"
NESTED_TOO_DEEPLY = "maximum recursion depth exceeded"
NOT_UTF_8 = "'utf-8' codec can't decode byte"
UNKNOWN_PART = "…"

# What a class is called at run time, where that is not its name in typeshed, on Linux.
_NAMES = {
    "pathlib.Path": "PosixPath",
    "pathlib.PurePath": "PurePosixPath",
    "types.AsyncGeneratorType": "async_generator",
    "types.BuiltinFunctionType": "builtin_function_or_method",
    "types.CellType": "cell",
    "types.CodeType": "code",
    "types.CoroutineType": "coroutine",
    "types.EllipsisType": "ellipsis",
    "types.FrameType": "frame",
    "types.FunctionType": "function",
    "types.GeneratorType": "generator",
    "types.MappingProxyType": "mappingproxy",
    "types.MethodType": "method",
    "types.ModuleType": "module",
    "types.TracebackType": "traceback",
}

_KEY_MESSAGE = "keys must be str, int, float, bool or None, not "
# `json.dumps` calls a key's class by its C name, which has the module's in front for these.
_C_NAMES = {
    "datetime.date": "datetime.date",
    "datetime.datetime": "datetime.datetime",
    "datetime.time": "datetime.time",
    "datetime.timedelta": "datetime.timedelta",
    "datetime.timezone": "datetime.timezone",
    "decimal.Decimal": "decimal.Decimal",
    "_decimal.Decimal": "decimal.Decimal",
    "re.Pattern": "re.Pattern",
    "functools.partial": "functools.partial",
    "types.SimpleNamespace": "types.SimpleNamespace",
}


def shown_class(qualified_name: str, short_name: str) -> str:
    """What both encoders call a class: `short_name` unless typeshed has another, or an abstract one."""
    if qualified_name.startswith(("typing.", "typing_extensions.", "collections.abc.")):
        return UNKNOWN_PART
    return _NAMES.get(qualified_name, short_name)


def value_message(class_name: str) -> str:
    """What both encoders say about a value of a class, given by its short name."""
    return f"Object of type {class_name} is not JSON serializable"


def client_key_message(class_name: str) -> str:
    """What the runtime client says about a key of a class, given by its short name."""
    return _KEY_MESSAGE + class_name


def json_key_message(qualified_name: str, class_name: str) -> str:
    """What `json.dumps` says about a key of a class, given by its qualified name and its short one."""
    return _KEY_MESSAGE + _C_NAMES.get(qualified_name, class_name)


def marshal_error(message: str) -> str:
    """What Lambda reports when the response does not serialize."""
    return f"{MARSHAL_ERROR_TYPE}: Unable to marshal response: {message}"


def dumps_error(message: str) -> str:
    """What `json.dumps` raises."""
    return f"{'ValueError' if message == CIRCULAR else 'TypeError'}: {message}"


def orjson_message(kind: str, class_name: str) -> str:
    """What `orjson.dumps` says about a value of a class, given by its short name, or about a key."""
    return "Dict key must be str" if kind == "key" else f"Type is not JSON serializable: {class_name}"
