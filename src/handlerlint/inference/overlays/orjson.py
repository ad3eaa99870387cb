"""orjson: what `dumps` would fail at."""

from __future__ import annotations

from handlerlint.inference.checks import dumping
from handlerlint.inference.checks.walk import Walk
from handlerlint.inference.core.registry import Call, overlay
from handlerlint.inference.domain.values import NONE, UnionValue, Unknown, Value


@overlay("orjson.dumps")
def _dumps(call: Call) -> Value | None:
    function, option = call.argument("default"), call.argument("option")
    if isinstance(function, (Unknown, UnionValue)):
        return None
    convert = None
    if function is not None and function != NONE:
        convert = dumping.calling(call.frame, call.state, function, (), call.node)
    # OPT_NON_STR_KEYS may be among the options.
    walk = Walk(call.frame, call.state, "orjson", convert, skip_keys=option not in (None, NONE))
    return dumping.dump(call, walk, {"": call.required("__obj")}, call.name)
