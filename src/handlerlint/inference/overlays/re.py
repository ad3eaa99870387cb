"""re: how many groups there are in what a known pattern finds."""

from __future__ import annotations

import re

from handlerlint.inference.core.registry import Call, overlay
from handlerlint.inference.domain.values import Instance, StubValue, TupleValue, Value
from handlerlint.inference.objects import patterns
from handlerlint.inference.types import queries


@overlay("re.Match.groups")
def _groups(call: Call) -> Value | None:
    assert isinstance(call.function, StubValue)
    receiver = call.function.receiver
    pattern = patterns.pattern_of(receiver.term) if isinstance(receiver, Instance) else None
    found = queries.call(call.frame, call.state, call.function, call.arguments, call.node)
    if pattern is None or not isinstance(found, TupleValue) or found.rest is None:
        return found
    try:
        count = re.compile(pattern).groups
    except re.error:
        return found
    return TupleValue((found.rest,) * count, None, call.frame.step(call.node))
