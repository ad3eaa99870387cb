"""time: what a clock shows is later than the year 2020, so a time of 0 has always passed."""

from __future__ import annotations

from handlerlint.inference.core.registry import Call, overlay
from handlerlint.inference.domain import constraints, terms
from handlerlint.inference.domain.values import Instance, Value, constant

#: 2020-09-13, in seconds.
_PAST = 1_600_000_000


@overlay("time.time", "time.time_ns")
def _now(call: Call) -> Value | None:
    kind = "float" if call.name == "time.time" else "int"
    past = terms.term_of(constant(_PAST if kind == "float" else _PAST * 10**9))
    term = ("call", id(call.node), call.frame.context)
    call.state.heap.trace.open = True
    if past is not None:
        constraints.assume(call.state, terms.is_below(past, term, strictly=True), True)
    return Instance(f"builtins.{kind}", origin=call.frame.step(call.node), is_true=True, term=term)
