"""datetime: which datetimes have a time zone. All else the stubs know."""

from __future__ import annotations

from handlerlint.inference.core.registry import Call, overlay
from handlerlint.inference.domain.values import NONE, Constant, Instance, StubValue, Value
from handlerlint.inference.objects import class_facts
from handlerlint.inference.objects.datetimes import AWARE, DATETIME, NAIVE, awareness
from handlerlint.inference.stubs.types import LiteralType


def _made(call: Call, kind: LiteralType | None) -> Value | None:
    return None if kind is None else Instance(DATETIME, (kind,), call.frame.step(call.node), is_exact=True)


def _of_zone(call: Call, zone: Value | None) -> LiteralType | None:
    """What a datetime with this `tzinfo` is; None where it may be None, or something else."""
    if zone is None or zone == NONE:
        return NAIVE
    is_zone = (
        isinstance(zone, Instance)
        and "datetime.tzinfo" in class_facts.class_of(call.frame, call.state, zone)[0]
    )
    return AWARE if is_zone else None


@overlay("datetime.datetime.utcnow", "datetime.datetime.utcfromtimestamp", "datetime.datetime.today")
def _without_zone(call: Call) -> Value | None:
    return _made(call, NAIVE)


@overlay("datetime.datetime.now", "datetime.datetime.fromtimestamp")
def _in_zone(call: Call) -> Value | None:
    return _made(call, _of_zone(call, call.argument("tz")))


@overlay("datetime.datetime")
def _constructed(call: Call) -> Value | None:
    return _made(call, _of_zone(call, call.argument("tzinfo")))


@overlay("datetime.datetime.astimezone")
def _converted(call: Call) -> Value | None:
    return _made(call, AWARE)


@overlay("datetime.datetime.replace")
def _replaced(call: Call) -> Value | None:
    receiver = call.function.receiver if isinstance(call.function, StubValue) else None
    if "tzinfo" not in call.passed:
        return _made(call, awareness(receiver))
    made = _made(call, _of_zone(call, call.argument("tzinfo")))
    if made is None and awareness(receiver) is not None:
        return Instance(DATETIME, (), call.frame.step(call.node))  # to the stub it is what the old one was
    return made


@overlay("datetime.datetime.strptime")
def _parsed(call: Call) -> Value | None:
    """A format with an offset gives a time zone; `%Z` names one, which is not kept."""
    template = call.argument("format")
    if not isinstance(template, Constant) or not isinstance(template.value, str):
        return None
    return _made(call, AWARE if "%z" in template.value else NAIVE)


@overlay("datetime.datetime.combine")
def _combined(call: Call) -> Value | None:
    """A time of day that is made here without a time zone gives none, unless one is given."""
    if "tzinfo" in call.passed:
        return _made(call, _of_zone(call, call.argument("tzinfo")))
    match call.argument("time"):
        case Instance(class_name="datetime.time", arguments=(kind,), is_exact=True) if kind == NAIVE:
            return _made(call, NAIVE)
        case _:
            return None


@overlay("datetime.time")
def _time_of_day(call: Call) -> Value | None:
    kind = _of_zone(call, call.argument("tzinfo"))
    step = call.frame.step(call.node)
    return None if kind is None else Instance("datetime.time", (kind,), step, is_exact=True)


@overlay("datetime.datetime.date")
def _day(call: Call) -> Value | None:
    return Instance("datetime.date", (), call.frame.step(call.node), is_exact=True)
