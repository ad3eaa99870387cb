"""Holds each response against what the service that sent the event asks of it (HL908). Used by `command`."""

from __future__ import annotations

import json
from collections.abc import Sequence

from handlerlint.findings import Finding, Severity
from handlerlint.functions.model import EventSource, LambdaFunction
from handlerlint.invoke.certainty import asked_elsewhere
from handlerlint.invoke.event_kinds import kinds_of
from handlerlint.invoke.model import Invocation, Json
from handlerlint.invoke.places import Places
from handlerlint.rules.dynamic import ResponseContractBroken
from handlerlint.runtime.contracts import Certainty, Contract, Flaw, KnownJson, contracts_for, flaws_of

_SHOWN = 3  # flaws of one response that get a finding each


def examine(function: LambdaFunction, invocation: Invocation, places: Places) -> Sequence[Finding]:
    """What the service will refuse. Nothing where AWS or the network had a part: it may be another one there."""
    response = invocation.response
    if response is None or asked_elsewhere(invocation) is not None or not response.is_json:
        return ()
    event: Json = json.loads(invocation.event.payload)
    contracts = _contracts(function, event, is_generated=invocation.event.generated)
    found = flaws_of(contracts, KnownJson(response.value), event) if contracts else None
    if found is None:
        return ()
    contract, flaws = found
    return [_finding(function, invocation, places, contract, flaw) for flaw in flaws[:_SHOWN]]


def reason_not_to_examine(function: LambdaFunction, invocation: Invocation) -> str | None:
    """Why an answer was not held against the contract that there is for it."""
    reason = asked_elsewhere(invocation)
    if reason is None or not invocation.succeeded:
        return None
    event: Json = json.loads(invocation.event.payload)
    return reason if _contracts(function, event, is_generated=invocation.event.generated) else None


def _contracts(function: LambdaFunction, event: Json, *, is_generated: bool) -> tuple[Contract, ...]:
    """Those that may hold for the response; none where the event is not one that the function gets.

    A generated event without such a source is what the user asked for. Where it is not known whether an
    integration is a proxy, only an event of the user's own proves that it is.
    """
    kinds = kinds_of(event)
    sources = [source for source in function.events if source.kind in kinds and _sends(source, event)]
    if not sources:
        return contracts_for(event) if is_generated else ()
    if is_generated and any(source.properties.get("proxy", True) is None for source in sources):
        return ()
    each = [contracts_for(event, source.kind, source.properties) for source in sources]
    return tuple(dict.fromkeys(contract for some in each for contract in some)) if all(each) else ()


def _sends(source: EventSource, event: Json) -> bool:
    """Whether the payload format is that of the event, as far as both say."""
    known = source.properties.get("payload_format_version")
    version = event.get("version") if isinstance(event, dict) else None
    return known is None or version is None or known == version


def _finding(
    function: LambdaFunction, invocation: Invocation, places: Places, contract: Contract, flaw: Flaw
) -> Finding:
    """The finding for a response that the service refuses.

    It is an error where the user gave the event and the refusal is certain, else a warning.
    """
    response = invocation.response
    # A handler that returns null may just have come to its end.
    is_null = response is None or response.value is None
    place, returns = (places.end(), ()) if is_null else places.returned()
    event, clause = invocation.event, flaw.clause
    is_certain = clause.certainty is Certainty.ERROR and not event.generated
    file = () if event.path is None else (places.file_start("with this event", event.path),)
    return ResponseContractBroken.finding_for(
        (function.name,),
        function.handler,
        place,
        f"what `{invocation.handler}` returns breaks the contract of {contract.service} ({clause.code}): "
        f"{flaw.what}; {clause.answer or contract.answer}, for the event `{event.name}`",
        severity=None if is_certain else Severity.WARNING,
        value_path=f"return{flaw.path}",
        runtime_error=clause.error or (None if clause.answer else contract.error),
        help=clause.help,
        related=(*returns, *file),
    )
