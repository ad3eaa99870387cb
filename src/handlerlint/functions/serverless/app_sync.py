"""Who the AppSync API of a service invokes: its authorizers and data sources; called by `serverless`.

Facts: the plugin serverless-appsync-plugin, doc/authentication.md and doc/dataSources.md; `custom.appSync` is how its
first version was configured (doc/upgrading-from-v1.md).
"""

from __future__ import annotations

from collections.abc import Iterator

from handlerlint.functions.documents.nodes import ListNode, MapNode, Node, Scalar
from handlerlint.functions.event_sources import APP_SYNC_AUTHORIZER
from handlerlint.functions.model import EventSource
from handlerlint.functions.serverless.variables import Variables
from handlerlint.records import dataclass

_DATA_SOURCE = EventSource("app-sync")


@dataclass(frozen=True, slots=True)
class Invoked:
    """A function that AppSync invokes: one of the service by its name, or with a definition of its own."""

    name: str
    source: EventSource
    definition: MapNode | None = None


def invoked_by_app_sync(root: MapNode, variables: Variables) -> Iterator[Invoked]:
    """The functions behind the fields of the service's APIs, and those that authorize calls of them."""
    old = variables.resolve(variables.map_of(root.get("custom")).get("appSync"))
    for api in (root.get("appSync"), *(old.items if isinstance(old, ListNode) else (old,))):
        if not isinstance(api, (Scalar, MapNode)):
            continue
        details = variables.map_of(api)
        yield from _authorizers(details, variables)
        for name, node in variables.merged(details.get("dataSources")).entries.items():
            yield from _function(name, node, _DATA_SOURCE, variables)
        for node in variables.items(details.get("dataSources")):
            yield from _function("", node, _DATA_SOURCE, variables)
        for key in ("resolvers", "pipelineFunctions"):
            for name, node in variables.merged(details.get(key)).entries.items():
                yield from _function(name, variables.map_of(node).get("dataSource"), _DATA_SOURCE, variables)


def _authorizers(api: MapNode, variables: Variables) -> Iterator[Invoked]:
    providers = (
        api,  # as it was configured first
        api.get("authentication"),
        *variables.items(api.get("additionalAuthentications") or api.get("additionalAuthentication")),
        *variables.items(api.get("additionalAuthenticationProviders")),
    )
    for node in providers:
        provider = variables.map_of(node)
        old = provider.get("lambdaAuthorizerConfig")
        if old is not None:
            yield from _configured("", old, APP_SYNC_AUTHORIZER, variables)
        if node is not api:
            yield from _function("Authorizer", node, APP_SYNC_AUTHORIZER, variables)


def _function(name: str, node: Node | None, source: EventSource, variables: Variables) -> Iterator[Invoked]:
    """The function of something that says with its `type` that it has one."""
    details = variables.map_of(node)
    kind = variables.text(details.get("type"))
    if isinstance(kind, Scalar) and kind.text == "AWS_LAMBDA":
        yield from _configured(name, details.get("config"), source, variables)


def _configured(name: str, node: Node | None, source: EventSource, variables: Variables) -> Iterator[Invoked]:
    config = variables.map_of(node)
    known = variables.text(config.get("functionName"))
    if isinstance(known, Scalar):
        yield Invoked(known.text, source)
    elif name and config.get("function") is not None:
        yield Invoked(name, source, variables.map_of(config.get("function")))
