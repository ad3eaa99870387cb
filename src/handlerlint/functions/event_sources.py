"""What kinds of event sources there are, and which of several is said best. Used by every source of functions."""

from __future__ import annotations

from collections.abc import Iterable

from handlerlint.functions.model import EventSource
from handlerlint.records import replace

Properties = dict[str, object]

APP_SYNC_AUTHORIZER = EventSource("authorizer", {"api": "app-sync"})

# What a permission says, and the kinds of what such a permission is for.
_SAID_BETTER = {
    "api-gateway": frozenset({"api", "http-api", "web-socket", "authorizer"}),
    "event-bridge-rule": frozenset({"schedule", "cloud-watch-event"}),
}


def each_once(sources: Iterable[EventSource]) -> tuple[EventSource, ...]:
    """The sources, of those that are alike one, with the places of all of them."""
    kept: list[EventSource] = []
    for source in sources:
        if source not in kept:
            kept.append(source)
            continue
        index = kept.index(source)
        places = (kept[index].unreported, source.unreported)
        both = tuple(dict.fromkeys((*places[0], *places[1]))) if all(places) else ()
        kept[index] = replace(kept[index], unreported=both)
    return tuple(kept)


def distinct(sources: Iterable[EventSource]) -> tuple[EventSource, ...]:
    """Each source once, what is said best: of an API its definition, of anything not the permission for it."""
    kept = each_once(sources)
    decided = {source.kind for source in kept if source.properties.get("proxy", False) is not None}
    kinds = {source.kind for source in kept}
    return tuple(
        source
        for source in kept
        if (source.kind not in decided or source.properties.get("proxy", False) is not None)
        and kinds.isdisjoint(_SAID_BETTER.get(source.kind, ()))
    )


_SOURCES_BY_SERVICE = {
    "sqs": "sqs",
    "kinesis": "kinesis",
    "dynamodb": "dynamodb",
    "kafka": "msk",
    "mq": "mq",
    "rds": "document-db",
}


def kind_of_arn(arn: str) -> str | None:
    """The kind of event source whose ARN, or the beginning of one, this is."""
    parts = arn.split(":")
    return _SOURCES_BY_SERVICE.get(parts[2]) if len(parts) > 2 and parts[0] == "arn" else None


_PRINCIPALS = {
    "alexa-appkit": "alexa-skill",
    "apigateway": "api-gateway",
    "batchoperations.s3": "s3-batch",
    "bedrock": "bedrock-agent",
    "cognito-idp": "cognito",
    "config": "config-rule",
    "elasticloadbalancing": "alb",
    "events": "event-bridge-rule",
    "iot": "iot-rule",
    "lex": "lex",
    "lexv2": "lex",
    "logs": "cloud-watch-logs",
    "s3": "s3",
    "secretsmanager": "secrets-manager",
    "sns": "sns",
}


def kind_of_principal(principal: str) -> str | None:
    """The kind of event source that a service with this principal invokes functions as."""
    return _PRINCIPALS.get(principal.removesuffix(".cn").removesuffix(".amazonaws.com"))
