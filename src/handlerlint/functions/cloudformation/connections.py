"""Who invokes the functions of a template, as its other resources say: mappings, permissions, APIs, targets.

Called by `sam_functions` once a template; the kinds and properties are listed in docs/discovery.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from handlerlint.functions.cloudformation.events import (
    flag_or_none,
    mapping_properties,
    text_or_none,
    texts_of,
    unreported_in,
)
from handlerlint.functions.cloudformation.openapi import api_definition, sources_in_definition
from handlerlint.functions.cloudformation.references import References
from handlerlint.functions.cloudformation.template import Resource, Template
from handlerlint.functions.documents.nodes import ListNode, MapNode, Node, Scalar, Unknown, as_bool
from handlerlint.functions.event_sources import (
    APP_SYNC_AUTHORIZER,
    Properties,
    kind_of_arn,
    kind_of_principal,
)
from handlerlint.functions.model import EventSource

Connection = tuple[str, EventSource]
"""The logical id of a function, and one source of its events."""


def connections_of(template: Template) -> dict[str, list[EventSource]]:
    """The event sources of each function that other resources name, by logical id."""
    references = References(template)
    connections: dict[str, list[EventSource]] = {}
    for resource in template.resources.values():
        read = _READERS.get(resource.type)
        if read is None and resource.type.startswith("Custom::"):
            read = _READERS["AWS::CloudFormation::CustomResource"]
        if read is not None:
            for name, source in read(resource, template, references):
                connections.setdefault(name, []).append(source)
    # Permissions last: they say less than the resource that they are for.
    for resource in template.of_type("AWS::Lambda::Permission"):
        for name, source in _permission(resource, template, references):
            known = connections.setdefault(name, [])
            if source.kind not in {other.kind for other in known}:
                known.append(source)
    return connections


def _simple(kind: str, *path: str) -> Callable[[Resource, Template, References], Iterator[Connection]]:
    """A reader of a resource that names the function under `path` and says nothing else."""

    def read(resource: Resource, template: Template, references: References) -> Iterator[Connection]:
        node = resource.properties.at(*path) if path else resource.properties
        for name in references.functions(node):
            yield name, EventSource(kind)

    return read


_SOURCES_BY_TYPE = {
    "AWS::SQS::Queue": "sqs",
    "AWS::Kinesis::Stream": "kinesis",
    "AWS::Kinesis::StreamConsumer": "kinesis",
    "AWS::DynamoDB::Table": "dynamodb",
    "AWS::DynamoDB::GlobalTable": "dynamodb",
    "AWS::Serverless::SimpleTable": "dynamodb",
    "AWS::MSK::Cluster": "msk",
    "AWS::MSK::ServerlessCluster": "msk",
    "AWS::AmazonMQ::Broker": "mq",
    "AWS::DocDB::DBCluster": "document-db",
}


def _event_source_mapping(
    resource: Resource, template: Template, references: References
) -> Iterator[Connection]:
    properties, resolver = resource.properties, template.resolver
    arn_node = properties.get("EventSourceArn")
    kind = _SOURCES_BY_TYPE.get(references.resource_type(arn_node) or "")
    arn = resolver.text(arn_node)
    if kind is None and isinstance(arn, Scalar):
        kind = kind_of_arn(arn.text)
    if kind is None and properties.get("SelfManagedEventSource") is not None:
        kind = "self-managed-kafka"
    unreported = unreported_in(properties, resource)
    source = EventSource(kind or "event-source-mapping", mapping_properties(properties, resolver), unreported)
    for name in references.functions(properties.get("FunctionName")):
        yield name, source


def _permission(resource: Resource, template: Template, references: References) -> Iterator[Connection]:
    principal = template.resolver.text(resource.properties.get("Principal"))
    kind = kind_of_principal(principal.text) if isinstance(principal, Scalar) else None
    if kind is not None:
        properties: Properties = {"triggers": ()} if kind == "cognito" else {}
        for name in references.functions(resource.properties.get("FunctionName")):
            yield name, EventSource(kind, properties)


def _url(resource: Resource, template: Template, references: References) -> Iterator[Connection]:
    mode = text_or_none(resource.properties.get("InvokeMode"), template.resolver, "BUFFERED")
    for name in references.functions(resource.properties.get("TargetFunctionArn")):
        yield name, EventSource("function-url", {"payload_format_version": "2.0", "invoke_mode": mode})


def _rest_method(resource: Resource, template: Template, references: References) -> Iterator[Connection]:
    integration = template.resolver.map_of(resource.properties.get("Integration"))
    kind = text_or_none(integration.get("Type"), template.resolver, None)
    proxy = None if kind is None else kind == "AWS_PROXY"
    for name in references.functions(integration.get("Uri")):
        yield name, EventSource("api", {"proxy": proxy})


def _http_integration(resource: Resource, template: Template, references: References) -> Iterator[Connection]:
    properties, resolver = resource.properties, template.resolver
    proxy = text_or_none(properties.get("IntegrationType"), resolver, None) == "AWS_PROXY"
    if _is_web_socket(properties.get("ApiId"), template):
        routes = _routes_to(resource, template, references)
        sources = [EventSource("web-socket", {"proxy": proxy, "route": route}) for route in routes]
    else:
        # API Gateway's own default (docs.aws.amazon.com, CreateIntegration, payloadFormatVersion).
        version = text_or_none(properties.get("PayloadFormatVersion"), resolver, "1.0")
        sources = [EventSource("http-api", {"proxy": proxy, "payload_format_version": version})]
    for name in references.functions(properties.get("IntegrationUri")):
        yield from ((name, source) for source in sources)


def _routes_to(integration: Resource, template: Template, references: References) -> list[str | None]:
    """The keys of the routes of a WebSocket API that lead to an integration; None for one that is not known."""
    routes = [
        text_or_none(route.properties.get("RouteKey"), template.resolver, None)
        for route in template.of_type("AWS::ApiGatewayV2::Route")
        if references.is_named(integration.name, route.properties.get("Target"))
    ]
    return routes or [None]


def _is_web_socket(node: Node | None, template: Template) -> bool:
    match node:
        case MapNode() if isinstance(name := node.get("Ref"), Scalar):
            api = template.resources.get(name.text)
        case _:
            return False
    if api is None:
        return False
    protocol = template.resolver.text(api.properties.get("ProtocolType"))
    return isinstance(protocol, Scalar) and protocol.text == "WEBSOCKET"


def _http_api(resource: Resource, template: Template, references: References) -> Iterator[Connection]:
    for name in references.functions(resource.properties.get("Target")):
        # A quick-created API (docs.aws.amazon.com, HTTP APIs: "quick create" uses payload format 2.0).
        yield name, EventSource("http-api", {"proxy": True, "payload_format_version": "2.0"})
    yield from _definition(resource, template, references)


def _definition(resource: Resource, template: Template, references: References) -> Iterator[Connection]:
    is_http = resource.type in ("AWS::Serverless::HttpApi", "AWS::ApiGatewayV2::Api")
    definition = api_definition(resource, template)
    if definition is not None:
        yield from sources_in_definition(definition, is_http, template.resolver, references)


def _sam_api(resource: Resource, template: Template, references: References) -> Iterator[Connection]:
    """The authorizers of an `AWS::Serverless::Api` or `HttpApi`, and its OpenAPI definition."""
    resolver = template.resolver
    is_http = resource.type == "AWS::Serverless::HttpApi"
    auth = resolver.map_of(resource.properties.get("Auth"))
    for node in resolver.map_of(auth.get("Authorizers")).entries.values():
        authorizer = resolver.map_of(node)
        if is_http:
            properties: Properties = {
                "api": "http-api",
                "type": "REQUEST",
                "payload_format_version": text_or_none(
                    authorizer.get("AuthorizerPayloadFormatVersion"), resolver, None
                ),
                "simple_responses": flag_or_none(
                    authorizer.get("EnableSimpleResponses"), resolver, default=False
                ),
            }
        else:
            kind = text_or_none(authorizer.get("FunctionPayloadType"), resolver, "TOKEN")
            properties = {"api": "api", "type": kind}
        for name in references.functions(authorizer.get("FunctionArn")):
            yield name, EventSource("authorizer", properties)
    yield from _definition(resource, template, references)


def _rest_authorizer(resource: Resource, template: Template, references: References) -> Iterator[Connection]:
    kind = text_or_none(resource.properties.get("Type"), template.resolver, None)
    for name in references.functions(resource.properties.get("AuthorizerUri")):
        yield name, EventSource("authorizer", {"api": "api", "type": kind})


def _http_authorizer(resource: Resource, template: Template, references: References) -> Iterator[Connection]:
    properties, resolver = resource.properties, template.resolver
    web_socket = _is_web_socket(properties.get("ApiId"), template)
    source = EventSource(
        "authorizer",
        {
            "api": "web-socket" if web_socket else "http-api",
            "type": "REQUEST",
            "payload_format_version": text_or_none(
                properties.get("AuthorizerPayloadFormatVersion"), resolver, None
            ),
            "simple_responses": flag_or_none(
                properties.get("EnableSimpleResponses"), resolver, default=False
            ),
        },
    )
    for name in references.functions(properties.get("AuthorizerUri")):
        yield name, source


def _graph_api(resource: Resource, template: Template, references: References) -> Iterator[Connection]:
    """The authorizers of an AppSync API; the functions behind its fields are those of data sources."""
    more = resource.properties.get("AdditionalAuthenticationProviders")
    for node in (resource.properties.get("LambdaAuthorizerConfig"), more):
        for name in references.functions(node):
            yield name, APP_SYNC_AUTHORIZER


def _sam_graph_api(resource: Resource, template: Template, references: References) -> Iterator[Connection]:
    for name in references.functions(resource.properties.get("Auth")):
        yield name, APP_SYNC_AUTHORIZER
    for name in references.functions(resource.properties.at("DataSources", "Lambda")):
        yield name, EventSource("app-sync")


def _target_group(resource: Resource, template: Template, references: References) -> Iterator[Connection]:
    resolver = template.resolver
    multi_value = False
    attributes = resolver.resolve(resource.properties.get("TargetGroupAttributes"))
    for item in attributes.items if isinstance(attributes, ListNode) else ():
        attribute = resolver.map_of(item)
        if text_or_none(attribute.get("Key"), resolver, None) == "lambda.multi_value_headers.enabled":
            multi_value = as_bool(resolver.resolve(attribute.get("Value"))) or False
    for name in references.functions(resource.properties.get("Targets")):
        yield name, EventSource("alb", {"multi_value_headers": multi_value})


def _distribution(resource: Resource, template: Template, references: References) -> Iterator[Connection]:
    """Who is invoked is clear wherever the reference stands; for what, where it stands as usual."""
    resolver = template.resolver
    config = resolver.map_of(resource.properties.get("DistributionConfig"))
    others = resolver.items(config.get("CacheBehaviors"))
    behaviors = [config.get("DefaultCacheBehavior"), *(() if isinstance(others, Unknown) else others)]
    triggers: dict[str, list[str]] = {}
    for behavior in behaviors:
        associations = resolver.items(resolver.map_of(behavior).get("LambdaFunctionAssociations"))
        for item in () if isinstance(associations, Unknown) else associations:
            association = resolver.map_of(item)
            trigger = text_or_none(association.get("EventType"), resolver, None)
            for name in references.functions(association.get("LambdaFunctionARN")):
                triggers.setdefault(name, []).append(trigger or "")
    for name in references.functions(resource.properties.get("DistributionConfig")):
        known = tuple(filter(None, dict.fromkeys(triggers.get(name, ()))))
        yield name, EventSource("cloud-front", {"triggers": known})


def _rule(resource: Resource, template: Template, references: References) -> Iterator[Connection]:
    kind = "schedule" if resource.properties.get("ScheduleExpression") is not None else "event-bridge-rule"
    yield from _simple(kind, "Targets")(resource, template, references)


def _user_pool(resource: Resource, template: Template, references: References) -> Iterator[Connection]:
    triggers: dict[str, list[str]] = {}
    for trigger, node in template.resolver.map_of(resource.properties.get("LambdaConfig")).items():
        for name in references.functions(node):
            triggers.setdefault(name, []).append(trigger.removesuffix("Config"))
    for name, kinds in triggers.items():
        yield name, EventSource("cognito", {"triggers": tuple(kinds)})


def _sns_subscription(resource: Resource, template: Template, references: References) -> Iterator[Connection]:
    if "lambda" in texts_of(resource.properties.get("Protocol"), template.resolver):
        yield from _simple("sns", "Endpoint")(resource, template, references)


_READERS: dict[str, Callable[[Resource, Template, References], Iterator[Connection]]] = {
    "AWS::ApiGateway::Authorizer": _rest_authorizer,
    "AWS::ApiGateway::Method": _rest_method,
    "AWS::ApiGateway::RestApi": _definition,
    "AWS::ApiGatewayV2::Api": _http_api,
    "AWS::ApiGatewayV2::Authorizer": _http_authorizer,
    "AWS::ApiGatewayV2::Integration": _http_integration,
    "AWS::AppSync::DataSource": _simple("app-sync", "LambdaConfig"),
    "AWS::AppSync::GraphQLApi": _graph_api,
    "AWS::Bedrock::Agent": _simple("bedrock-agent", "ActionGroups"),
    "AWS::CloudFormation::CustomResource": _simple("custom-resource", "ServiceToken"),
    "AWS::CloudFront::Distribution": _distribution,
    "AWS::Cognito::UserPool": _user_pool,
    "AWS::Config::ConfigRule": _simple("config-rule", "Source"),
    "AWS::ElasticLoadBalancingV2::TargetGroup": _target_group,
    "AWS::Events::Rule": _rule,
    "AWS::IoT::TopicRule": _simple("iot-rule", "TopicRulePayload", "Actions"),
    "AWS::KinesisFirehose::DeliveryStream": _simple("firehose"),
    "AWS::Lambda::EventSourceMapping": _event_source_mapping,
    "AWS::Lambda::Url": _url,
    "AWS::Lex::BotAlias": _simple("lex"),
    "AWS::Logs::SubscriptionFilter": _simple("cloud-watch-logs", "DestinationArn"),
    "AWS::Pipes::Pipe": _simple("pipe", "Target"),
    "AWS::S3::Bucket": _simple("s3", "NotificationConfiguration"),
    "AWS::S3ObjectLambda::AccessPoint": _simple("s3-object-lambda", "ObjectLambdaConfiguration"),
    "AWS::SNS::Subscription": _sns_subscription,
    "AWS::SNS::Topic": _simple("sns", "Subscription"),
    "AWS::Scheduler::Schedule": _simple("schedule-v2", "Target", "Arn"),
    "AWS::SecretsManager::RotationSchedule": _simple("secrets-manager", "RotationLambdaARN"),
    "AWS::Serverless::Api": _sam_api,
    "AWS::Serverless::GraphQLApi": _sam_graph_api,
    "AWS::Serverless::HttpApi": _sam_api,
    "AWS::Serverless::StateMachine": _simple("step-functions"),
    "AWS::StepFunctions::StateMachine": _simple("step-functions"),
}
