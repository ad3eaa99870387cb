"""simplejson: what `dumps` would fail at. It takes what the runtime client takes, which is made of it."""

from __future__ import annotations

from handlerlint.inference.checks import dumping
from handlerlint.inference.checks.walk import Walk
from handlerlint.inference.core.registry import Call, overlay
from handlerlint.inference.domain.values import NONE, UnionValue, Unknown, Value, constant

#: Options that change the text alone, and those with which more is taken, by the value at which nothing more is.
_NEUTRAL = frozenset(
    {"ensure_ascii", "check_circular", "indent", "separators", "bigint_as_string", "int_as_string_bitcount"}
)
_TAKES_MORE = {
    "for_json": False,
    "iterable_as_array": False,
    "namedtuple_as_object": True,
    "tuple_as_array": True,
    "use_decimal": True,
    "encoding": "utf-8",
}
_JUDGED = frozenset(
    {*_NEUTRAL, *_TAKES_MORE, "obj", "fp", "default", "skipkeys", "allow_nan", "ignore_nan", "sort_keys"}
)


@overlay("simplejson.dumps", "simplejson.dump")
def _dumps(call: Call) -> Value | None:
    function = call.argument("default")
    if call.passed - _JUDGED or not all(_is_usual(call, name) for name in _TAKES_MORE):
        return None
    if isinstance(function, (Unknown, UnionValue)):
        return None
    convert = None
    if function is not None and function != NONE:
        convert = dumping.calling(call.frame, call.state, function, (), call.node)
    skip_keys = dumping.option(call, "skipkeys", default=False, unknown=True)
    # Which of the two is the default of `allow_nan` has changed (3.19).
    allow_nan = dumping.option(call, "allow_nan", default=True, unknown=True)
    allow_nan = allow_nan or dumping.option(call, "ignore_nan", default=False, unknown=True)
    walk = Walk(call.frame, call.state, "client", convert, skip_keys, allow_nan)
    return dumping.dump(call, walk, {"": call.required("obj")}, call.name)


def _is_usual(call: Call, option: str) -> bool:
    value = call.argument(option)
    return value is None or value == constant(_TAKES_MORE[option])
