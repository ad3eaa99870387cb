"""random: the same elements in another order, or some of them."""

from __future__ import annotations

from handlerlint.inference.core.registry import Call, overlay
from handlerlint.inference.domain.values import NONE, Value
from handlerlint.inference.objects import iterating, lists
from handlerlint.records import replace


@overlay("random.Random.shuffle")
def _shuffle(call: Call) -> Value | None:
    return NONE if lists.disorder(call.state, call.required("x")) else None


@overlay("random.Random.sample")
def _sample(call: Call) -> Value | None:
    iteration = iterating.iterate(call.frame, call.state, call.required("population"), call.node)
    return lists.in_unknown_order(call.frame, call.state, replace(iteration, selects=True), call.node)
