"""Who invokes the functions of a Terraform module; called by `lambdas`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from handlerlint.functions.connections import kind_of_arn, kind_of_principal
from handlerlint.functions.events import Properties
from handlerlint.functions.model import EventSource
from handlerlint.functions.terraform.modules import Module
from handlerlint.functions.terraform.syntax import Block, Body, Expression, token_text
from handlerlint.functions.terraform.values import Reference, Value

Connections = dict[str, list[EventSource]]

_FUNCTION = re.compile(r"\b(aws_lambda_function|aws_lambda_alias|module)\.([A-Za-z_][\w-]*)")


def connections_of(module: Module) -> Connections:
    """The event sources of the module's functions, by resource name, or by `module.name`."""
    connections: Connections = {}
    reader = _Reader(module)
    for (mode, kind, _), block in module.files.resources.items():
        read = _READERS.get(kind) if mode == "resource" else None
        if read is not None:
            for name, source in read(reader, block):
                _add(connections, name, source)
    for block in module.files.of_type("aws_lambda_permission"):
        principal = module.value(block.body.attributes.get("principal"))
        known_kind = kind_of_principal(principal) if isinstance(principal, str) else None
        if known_kind is not None:
            properties: Properties = {"triggers": ()} if known_kind == "cognito" else {}
            for name in reader.functions(block.body.attributes.get("function_name")):
                if known_kind not in {other.kind for other in connections.get(name, [])}:
                    _add(connections, name, EventSource(known_kind, properties))
    return connections


def _add(connections: Connections, name: str, source: EventSource) -> None:
    known = connections.setdefault(name, [])
    if source not in known:
        known.append(source)


class _Reader:
    """Reads one resource after the other."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self._aliases = {
            block.labels[1]: function
            for block in module.files.of_type("aws_lambda_alias")
            for function in self._direct(block.body.attributes.get("function_name"))
        }

    def functions(self, expression: Expression) -> Iterator[str]:
        """The names of the functions whose references stand in an expression."""
        for kind, name in _references(expression):
            if kind == "aws_lambda_alias":
                if name in self._aliases:
                    yield self._aliases[name]
            else:
                yield f"module.{name}" if kind == "module" else name

    def value(self, block: Block, key: str) -> Value:
        """The value of an attribute."""
        return self.module.value(block.body.attributes.get(key))

    def in_body(self, body: Body) -> Iterator[str]:
        """The functions that stand anywhere in a block."""
        for expression in body.attributes.values():
            yield from self.functions(expression)
        for block in body.blocks:
            yield from self.in_body(block.body)

    @staticmethod
    def _direct(expression: Expression) -> Iterator[str]:
        return (name for kind, name in _references(expression) if kind == "aws_lambda_function")


def _references(expression: Expression) -> list[tuple[str, str]]:
    if expression is None:
        return []
    return list(dict.fromkeys(_FUNCTION.findall(token_text(expression))))


_SOURCES = {
    "aws_sqs_queue": "sqs",
    "aws_kinesis_stream": "kinesis",
    "aws_kinesis_stream_consumer": "kinesis",
    "aws_dynamodb_table": "dynamodb",
    "aws_msk_cluster": "msk",
    "aws_mq_broker": "mq",
    "aws_docdb_cluster": "document-db",
}

_Found = Iterator[tuple[str, EventSource]]


def _mapping(reader: _Reader, block: Block) -> _Found:
    arn = reader.value(block, "event_source_arn")
    kind: str | None = None
    if isinstance(arn, Reference):
        kind = _SOURCES.get(arn.type)
    elif isinstance(arn, str):
        kind = kind_of_arn(arn)
    elif next(block.body.of_type("self_managed_event_source"), None) is not None:
        kind = "self-managed-kafka"
    properties = {"report_batch_item_failures": _reports(reader.value(block, "function_response_types"))}
    for name in reader.functions(block.body.attributes.get("function_name")):
        yield name, EventSource(kind or "event-source-mapping", properties)


def _reports(types: Value) -> bool | None:
    if types is None:
        return False
    return "ReportBatchItemFailures" in types if isinstance(types, list) else None


def _rest_integration(reader: _Reader, block: Block) -> _Found:
    kind = reader.value(block, "type")
    proxy = kind == "AWS_PROXY" if isinstance(kind, str) else None
    for name in reader.functions(block.body.attributes.get("uri")):
        yield name, EventSource("api", {"proxy": proxy})


def _http_integration(reader: _Reader, block: Block) -> _Found:
    kind = reader.value(block, "integration_type")
    proxy = kind == "AWS_PROXY" if isinstance(kind, str) else None
    if _protocol(reader, block) == "WEBSOCKET":
        source = EventSource("web-socket", {"proxy": proxy})
    else:
        # The provider's default, unlike SAM's (registry.terraform.io, aws_apigatewayv2_integration).
        version = reader.value(block, "payload_format_version")
        known = "1.0" if version is None else version if isinstance(version, str) else None
        source = EventSource("http-api", {"proxy": proxy, "payload_format_version": known})
    for name in reader.functions(block.body.attributes.get("integration_uri")):
        yield name, source


def _protocol(reader: _Reader, block: Block) -> str:
    api = reader.value(block, "api_id")
    if isinstance(api, Reference):
        for candidate in reader.module.files.of_type("aws_apigatewayv2_api"):
            if candidate.labels[1] == api.name:
                protocol = reader.value(candidate, "protocol_type")
                return protocol if isinstance(protocol, str) else ""
    return ""


def _http_api(reader: _Reader, block: Block) -> _Found:
    for name in reader.functions(block.body.attributes.get("target")):
        yield name, EventSource("http-api", {"proxy": True, "payload_format_version": "2.0"})


def _rest_authorizer(reader: _Reader, block: Block) -> _Found:
    kind = reader.value(block, "type")
    known = "TOKEN" if kind is None else kind if isinstance(kind, str) else None
    for name in reader.functions(block.body.attributes.get("authorizer_uri")):
        yield name, EventSource("authorizer", {"api": "api", "type": known})


def _http_authorizer(reader: _Reader, block: Block) -> _Found:
    version = reader.value(block, "authorizer_payload_format_version")
    properties: Properties = {
        "api": "web-socket" if _protocol(reader, block) == "WEBSOCKET" else "http-api",
        "type": "REQUEST",
        "payload_format_version": version if isinstance(version, str) else None,
        "simple_responses": reader.value(block, "enable_simple_responses") is True,
    }
    for name in reader.functions(block.body.attributes.get("authorizer_uri")):
        yield name, EventSource("authorizer", properties)


def _url(reader: _Reader, block: Block) -> _Found:
    mode = reader.value(block, "invoke_mode")
    shown = "BUFFERED" if mode is None else mode if isinstance(mode, str) else None
    for name in reader.functions(block.body.attributes.get("function_name")):
        yield name, EventSource("function-url", {"payload_format_version": "2.0", "invoke_mode": shown})


def _event_target(reader: _Reader, block: Block) -> _Found:
    rule = reader.value(block, "rule")
    kind = "event-bridge-rule"
    if isinstance(rule, Reference):
        for candidate in reader.module.files.of_type("aws_cloudwatch_event_rule"):
            if candidate.labels[1] == rule.name and "schedule_expression" in candidate.body.attributes:
                kind = "schedule"
    for name in reader.functions(block.body.attributes.get("arn")):
        yield name, EventSource(kind)


def _user_pool(reader: _Reader, block: Block) -> _Found:
    triggers: dict[str, list[str]] = {}
    for configuration in block.body.of_type("lambda_config"):
        for key, expression in configuration.body.attributes.items():
            for name in reader.functions(expression):
                triggers.setdefault(name, []).append("".join(part.title() for part in key.split("_")))
    for name, kinds in triggers.items():
        yield name, EventSource("cognito", {"triggers": tuple(kinds)})


def _subscription(reader: _Reader, block: Block) -> _Found:
    if reader.value(block, "protocol") == "lambda":
        for name in reader.functions(block.body.attributes.get("endpoint")):
            yield name, EventSource("sns")


def _anywhere(kind: str) -> Callable[[_Reader, Block], _Found]:
    """A reader of a resource that names the function somewhere and says nothing else."""

    def read(reader: _Reader, block: Block) -> _Found:
        for name in dict.fromkeys(reader.in_body(block.body)):
            yield name, EventSource(kind)

    return read


_READERS: dict[str, Callable[[_Reader, Block], _Found]] = {
    "aws_api_gateway_authorizer": _rest_authorizer,
    "aws_api_gateway_integration": _rest_integration,
    "aws_apigatewayv2_api": _http_api,
    "aws_apigatewayv2_authorizer": _http_authorizer,
    "aws_apigatewayv2_integration": _http_integration,
    "aws_appsync_datasource": _anywhere("app-sync"),
    "aws_cloudwatch_event_target": _event_target,
    "aws_cloudwatch_log_subscription_filter": _anywhere("cloud-watch-logs"),
    "aws_cognito_user_pool": _user_pool,
    "aws_config_config_rule": _anywhere("config-rule"),
    "aws_iot_topic_rule": _anywhere("iot-rule"),
    "aws_kinesis_firehose_delivery_stream": _anywhere("firehose"),
    "aws_lambda_event_source_mapping": _mapping,
    "aws_lambda_function_url": _url,
    "aws_lb_target_group_attachment": _anywhere("alb"),
    "aws_s3_bucket_notification": _anywhere("s3"),
    "aws_scheduler_schedule": _anywhere("schedule-v2"),
    "aws_secretsmanager_secret_rotation": _anywhere("secrets-manager"),
    "aws_sfn_state_machine": _anywhere("step-functions"),
    "aws_sns_topic_subscription": _subscription,
}


def registry_events(block: Block, module: Module, names: dict[str, Value]) -> Iterator[EventSource]:
    """The event sources among the arguments of terraform-aws-modules/lambda/aws."""
    attributes = block.body.attributes
    mappings = module.value(attributes.get("event_source_mapping"), names)
    for mapping in mappings.values() if isinstance(mappings, dict) else ():
        if isinstance(mapping, dict):
            arn = mapping.get("event_source_arn")
            kind = _SOURCES.get(arn.type) if isinstance(arn, Reference) else None
            if isinstance(arn, str):
                kind = kind_of_arn(arn)
            reports = _reports(mapping.get("function_response_types"))
            yield EventSource(kind or "event-source-mapping", {"report_batch_item_failures": reports})
    triggers = module.value(attributes.get("allowed_triggers"), names)
    for trigger in triggers.values() if isinstance(triggers, dict) else ():
        if isinstance(trigger, dict):
            # `service` is the short form of `principal` (variables.tf, allowed_triggers).
            principal = trigger.get("principal", f"{trigger.get('service')}.amazonaws.com")
            kind = kind_of_principal(principal) if isinstance(principal, str) else None
            if kind is not None:
                yield EventSource(kind)
    if module.value(attributes.get("create_lambda_function_url"), names) is True:
        yield EventSource("function-url", {"payload_format_version": "2.0", "invoke_mode": "BUFFERED"})
