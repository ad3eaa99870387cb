"""Which functions an OpenAPI definition of API Gateway invokes, and how; called by `connections`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from handlerlint.functions.cloudformation.events import flag_or_none, text_or_none
from handlerlint.functions.cloudformation.includes import included_file
from handlerlint.functions.cloudformation.intrinsics import Resolver
from handlerlint.functions.cloudformation.references import References
from handlerlint.functions.cloudformation.template import Resource, Template
from handlerlint.functions.documents.nodes import MapNode, Node, Scalar
from handlerlint.functions.documents.reading import read_mapping
from handlerlint.functions.found import joined
from handlerlint.functions.model import EventSource

_INTEGRATION = "x-amazon-apigateway-integration"
_AUTHORIZER = "x-amazon-apigateway-authorizer"


def api_definition(resource: Resource, template: Template) -> MapNode | None:
    """The OpenAPI definition of an API resource: in the template, or in a local file."""
    resolver, properties = template.resolver, resource.properties
    for key in ("DefinitionBody", "Body"):
        body = properties.get(key)
        if isinstance(body, MapNode):
            included = included_file(body, resolver, template.folder)
            return _read(included) if included is not None else resolver.map_of(body)
    location = resolver.text(properties.get("DefinitionUri"))
    if isinstance(location, Scalar) and not location.text.startswith("s3://"):
        return _read(joined(template.folder, location.text))
    return None


def _read(path: Path) -> MapNode | None:
    document = read_mapping(path)
    return document.root if document is not None and isinstance(document.root, MapNode) else None


def sources_in_definition(
    definition: MapNode, is_http: bool, resolver: Resolver, references: References
) -> Iterator[tuple[str, EventSource]]:
    """Every function that an integration or an authorizer of the definition names."""
    for path in resolver.map_of(definition.get("paths")).entries.values():
        for method in resolver.map_of(path).entries.values():
            integration = resolver.map_of(resolver.map_of(method).get(_INTEGRATION))
            source = _integration_source(integration, is_http, resolver)
            for name in references.functions(integration.get("uri")):
                yield name, source
    schemes = (definition.get("securityDefinitions"), definition.at("components", "securitySchemes"))
    for scheme in schemes:
        for node in resolver.map_of(scheme).entries.values():
            yield from _authorizer_sources(node, is_http, resolver, references)


def _integration_source(integration: MapNode, is_http: bool, resolver: Resolver) -> EventSource:
    kind = text_or_none(integration.get("type"), resolver, None)
    proxy = None if kind is None else kind.lower() == "aws_proxy"
    if not is_http:
        return EventSource("api", {"proxy": proxy})
    version = text_or_none(integration.get("payloadFormatVersion"), resolver, "1.0")
    return EventSource("http-api", {"proxy": proxy, "payload_format_version": version})


def _authorizer_sources(
    node: Node, is_http: bool, resolver: Resolver, references: References
) -> Iterator[tuple[str, EventSource]]:
    authorizer = resolver.map_of(resolver.map_of(node).get(_AUTHORIZER))
    kind = text_or_none(authorizer.get("type"), resolver, None)
    properties: dict[str, object] = {
        "api": "http-api" if is_http else "api",
        "type": None if kind is None else kind.upper(),
    }
    if is_http:
        properties["payload_format_version"] = text_or_none(
            authorizer.get("authorizerPayloadFormatVersion"), resolver, None
        )
        properties["simple_responses"] = flag_or_none(
            authorizer.get("enableSimpleResponses"), resolver, default=False
        )
    for name in references.functions(authorizer.get("authorizerUri")):
        yield name, EventSource("authorizer", properties)
