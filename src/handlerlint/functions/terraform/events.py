"""Who invokes the functions of a Terraform module; called by `lambdas`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from handlerlint.functions.budget import OverBudget
from handlerlint.functions.event_sources import (
    APP_SYNC_AUTHORIZER,
    Properties,
    each_once,
    kind_of_arn,
    kind_of_principal,
)
from handlerlint.functions.model import ConfigurationSource, EventSource
from handlerlint.functions.terraform.modules import Module
from handlerlint.functions.terraform.syntax import Block, Body, Expression, token_text
from handlerlint.functions.terraform.values import Reference, Step, Value

Connections = dict[str, list[EventSource]]
"""The event sources of functions, by their addresses: of the resource, or of the module from the registry."""

_TRAVERSAL = re.compile(
    r"(?<![\w.])(aws_lambda_function|aws_lambda_alias|module|var|local)((?:\.[A-Za-z_][\w-]*|\[[^\]]*\])+)"
)
_STEP = re.compile(r"""\.([A-Za-z_][\w-]*)|\[(?:"([^"]*)"|(\d+))\]""")
_DEEPEST = 20


def connections_of(modules: Iterable[Module]) -> Connections:
    """The event sources that the uses of modules below one root configure, for functions of whichever of them."""
    connections: Connections = {}
    absent = {
        f"{module.address}{block.labels[1]}"
        for module in modules
        for block in module.files.of_type("aws_lambda_function")
        if module.is_absent(block)
    }
    for module in modules:
        _connect(module, connections, absent)
    for module in modules:
        _connect_permissions(module, connections, absent)
    return connections


def _connect(module: Module, connections: Connections, absent: set[str]) -> None:
    reader = _Reader(module)
    for (mode, kind, _), block in module.files.resources.items():
        read = READERS.get(kind) if mode == "resource" else None
        if read is not None:
            # A function that is switched off is read as if it were on, so what is switched with it counts.
            is_absent = module.is_absent(block)
            for address, source in read(reader, block):
                if not is_absent or address in absent:
                    _add(connections, address, source)


def _connect_permissions(module: Module, connections: Connections, absent: set[str]) -> None:
    """Add what is known from permissions only: they say less than what they are for, so they come last."""
    reader = _Reader(module)
    for block in module.files.of_type("aws_lambda_permission"):
        principal = reader.value(block, "principal")
        kind = kind_of_principal(principal) if isinstance(principal, str) else None
        if kind is not None:
            is_absent = module.is_absent(block)
            properties: Properties = {"triggers": ()} if kind == "cognito" else {}
            for address in reader.functions(block.body.attributes.get("function_name")):
                known = {other.kind for other in connections.get(address, ())}
                if kind not in known and (not is_absent or address in absent):
                    _add(connections, address, EventSource(kind, properties))


def _add(connections: Connections, address: str, source: EventSource) -> None:
    connections[address] = [*each_once((*connections.get(address, ()), source))]


def _functions_in(value: Value) -> Iterator[str]:
    """The addresses of the functions that a value refers to."""
    match value:
        case list():
            for item in value:
                yield from _functions_in(item)
        case dict():
            for item in value.values():
                yield from _functions_in(item)
        case Reference(type="aws_lambda_function", owner=Module()):
            yield f"{value.owner.address}{value.name}"
        case Reference(type="module", owner=Module()):
            yield f"{value.owner.address}module.{value.name}"
        case Reference(type="aws_lambda_alias", owner=Module()):
            alias = value.owner.files.resources.get(("resource", "aws_lambda_alias", value.name))
            if alias is not None:
                yield from _functions_named(value.owner, alias.body.attributes.get("function_name"))


def _functions_named(module: Module, expression: Expression, depth: int = 0) -> Iterator[str]:
    """The addresses of the functions that an expression names, as its value or in a part of a text."""
    if expression is None or depth > _DEEPEST:
        return
    module.budget.spend()
    found = list(_functions_in(module.value(expression)))
    if not found:
        for match in _TRAVERSAL.finditer(token_text(expression)):
            found.extend(_functions_behind(module, match, depth))
    yield from dict.fromkeys(found)


def _functions_behind(module: Module, traversal: re.Match[str], depth: int) -> Iterator[str]:
    """The addresses of the functions that a reference leads to, through arguments, locals and outputs of modules."""
    name, shown = traversal.groups()
    steps: tuple[Step, ...] = tuple(
        step or ((int(number),) if number else (key,)) for step, key, number in _STEP.findall(shown)
    )
    found = list(_functions_in(module.look_up(name, steps)))
    if found or not steps or not isinstance(steps[0], str):
        yield from found
        return
    if name == "var" and steps[0] in module.arguments:
        argument = module.arguments[steps[0]]
        found = list(_functions_named(argument.module, argument.expression, depth + 1))
    elif name == "local" and steps[0] in module.files.locals:
        found = list(_functions_named(module, module.files.locals[steps[0]][0], depth + 1))
    elif name == "module":
        for used in module.used(steps[0]).values():
            output = next(
                (used.files.outputs[step] for step in steps[1:] if step in used.files.outputs), None
            )
            if output is not None:
                found.extend(_functions_named(used, output.body.attributes.get("value"), depth + 1))
    yield from found


class _Reader:
    """Reads one resource after the other."""

    def __init__(self, module: Module) -> None:
        self.module = module

    def functions(self, expression: Expression) -> list[str]:
        """The addresses of the functions that an expression names."""
        try:
            with self.module.budget.one_value():
                return list(_functions_named(self.module, expression))
        except OverBudget:
            return []

    def value(self, block: Block, key: str) -> Value:
        """The value of an attribute."""
        return self.module.value(block.body.attributes.get(key))

    def setting(self, block: Block, key: str) -> Value:
        """The value of an attribute that decides what is done with the answer, where it is certain."""
        return self.module.certain(block.body.attributes.get(key))

    def in_body(self, body: Body) -> Iterator[str]:
        """The functions that stand anywhere in a block."""
        for expression in body.attributes.values():
            yield from self.functions(expression)
        for block in body.blocks:
            yield from self.in_body(block.body)

    def referred(self, block: Block, key: str, kind: str) -> Block | None:
        """The resource of a kind that an attribute refers to, in whichever module."""
        value = self.value(block, key)
        if isinstance(value, Reference) and isinstance(value.owner, Module):
            return value.owner.files.resources.get(("resource", kind, value.name))
        return None


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
    properties = {"report_batch_item_failures": _reports(reader.setting(block, "function_response_types"))}
    for name in reader.functions(block.body.attributes.get("function_name")):
        yield name, EventSource(kind or "event-source-mapping", properties, _unreported(block))


def _unreported(block: Block) -> tuple[ConfigurationSource, ...]:
    """Where a mapping is configured, if that says nothing of failures."""
    is_said = "function_response_types" in block.body.attributes
    return () if is_said else (ConfigurationSource("terraform", block.path, block.span),)


def _reports(types: Value) -> bool | None:
    if types is None:
        return False
    if not isinstance(types, list):
        return None
    is_known = all(isinstance(item, str) for item in types)
    return "ReportBatchItemFailures" in types or (False if is_known else None)


def _rest_integration(reader: _Reader, block: Block) -> _Found:
    kind = reader.setting(block, "type")
    proxy = kind == "AWS_PROXY" if isinstance(kind, str) else None
    for name in reader.functions(block.body.attributes.get("uri")):
        yield name, EventSource("api", {"proxy": proxy})


def _http_integration(reader: _Reader, block: Block) -> _Found:
    kind = reader.setting(block, "integration_type")
    proxy = kind == "AWS_PROXY" if isinstance(kind, str) else None
    if _protocol(reader, block) == "WEBSOCKET":
        routes = _routes_to(reader, block)
        sources = [EventSource("web-socket", {"proxy": proxy, "route": route}) for route in routes]
    else:
        # The provider's default, unlike SAM's (registry.terraform.io, aws_apigatewayv2_integration).
        version = reader.setting(block, "payload_format_version")
        known = "1.0" if version is None else version if isinstance(version, str) else None
        sources = [EventSource("http-api", {"proxy": proxy, "payload_format_version": known})]
    for name in reader.functions(block.body.attributes.get("integration_uri")):
        yield from ((name, source) for source in sources)


def _routes_to(reader: _Reader, integration: Block) -> list[str | None]:
    """The keys of the routes of a WebSocket API that lead to an integration; None for one that is not known."""
    named = re.compile(rf"\b{re.escape('.'.join(integration.labels))}\b")
    keys = [
        reader.value(route, "route_key")
        for route in reader.module.files.of_type("aws_apigatewayv2_route")
        if named.search(token_text(route.body.attributes.get("target")))
    ]
    return [key if isinstance(key, str) else None for key in keys] or [None]


def _protocol(reader: _Reader, block: Block) -> str:
    api = reader.referred(block, "api_id", "aws_apigatewayv2_api")
    protocol = None if api is None else reader.value(api, "protocol_type")
    return protocol if isinstance(protocol, str) else ""


def _http_api(reader: _Reader, block: Block) -> _Found:
    for name in reader.functions(block.body.attributes.get("target")):
        yield name, EventSource("http-api", {"proxy": True, "payload_format_version": "2.0"})


def _rest_authorizer(reader: _Reader, block: Block) -> _Found:
    kind = reader.setting(block, "type")
    known = "TOKEN" if kind is None else kind if isinstance(kind, str) else None
    for name in reader.functions(block.body.attributes.get("authorizer_uri")):
        yield name, EventSource("authorizer", {"api": "api", "type": known})


def _http_authorizer(reader: _Reader, block: Block) -> _Found:
    version = reader.setting(block, "authorizer_payload_format_version")
    is_said = "enable_simple_responses" in block.body.attributes
    simple = reader.setting(block, "enable_simple_responses") if is_said else False
    properties: Properties = {
        "api": "web-socket" if _protocol(reader, block) == "WEBSOCKET" else "http-api",
        "type": "REQUEST",
        "payload_format_version": version if isinstance(version, str) else None,
        "simple_responses": simple if isinstance(simple, bool) else None,
    }
    for name in reader.functions(block.body.attributes.get("authorizer_uri")):
        yield name, EventSource("authorizer", properties)


def _url(reader: _Reader, block: Block) -> _Found:
    mode = reader.setting(block, "invoke_mode")
    shown = "BUFFERED" if mode is None else mode if isinstance(mode, str) else None
    for name in reader.functions(block.body.attributes.get("function_name")):
        yield name, EventSource("function-url", {"payload_format_version": "2.0", "invoke_mode": shown})


def _event_target(reader: _Reader, block: Block) -> _Found:
    rule = reader.referred(block, "rule", "aws_cloudwatch_event_rule")
    is_scheduled = rule is not None and "schedule_expression" in rule.body.attributes
    kind = "schedule" if is_scheduled else "event-bridge-rule"
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


def _distribution(reader: _Reader, block: Block) -> _Found:
    """Who is invoked is clear wherever the reference stands; for what, where it stands as usual."""
    triggers: dict[str, list[str]] = {name: [] for name in reader.in_body(block.body)}
    for kind in ("default_cache_behavior", "ordered_cache_behavior"):
        for behavior in block.body.of_type(kind):
            for association in behavior.body.of_type("lambda_function_association"):
                trigger = reader.value(association, "event_type")
                for name in reader.functions(association.body.attributes.get("lambda_arn")):
                    triggers.setdefault(name, []).extend([trigger] if isinstance(trigger, str) else [])
    for name, known in triggers.items():
        yield name, EventSource("cloud-front", {"triggers": tuple(dict.fromkeys(known))})


def _balanced(reader: _Reader, block: Block) -> _Found:
    """A target of a load balancer; whether it gets lists of headers, its group says."""
    group = reader.referred(block, "target_group_arn", "aws_lb_target_group")
    said = False if group is None else reader.setting(group, "lambda_multi_value_headers_enabled") or False
    properties: Properties = (
        {"multi_value_headers": said} if group is not None and isinstance(said, bool) else {}
    )
    for name in dict.fromkeys(reader.in_body(block.body)):
        yield name, EventSource("alb", properties)


def _graph_authorizer(reader: _Reader, block: Block) -> _Found:
    """The functions of an AppSync API: those behind its fields are of `aws_appsync_datasource`."""
    for name in dict.fromkeys(reader.in_body(block.body)):
        yield name, APP_SYNC_AUTHORIZER


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


READERS: dict[str, Callable[[_Reader, Block], _Found]] = {
    "aws_api_gateway_authorizer": _rest_authorizer,
    "aws_api_gateway_integration": _rest_integration,
    "aws_apigatewayv2_api": _http_api,
    "aws_apigatewayv2_authorizer": _http_authorizer,
    "aws_apigatewayv2_integration": _http_integration,
    "aws_appsync_datasource": _anywhere("app-sync"),
    "aws_appsync_graphql_api": _graph_authorizer,
    "aws_cloudfront_distribution": _distribution,
    "aws_cloudwatch_event_target": _event_target,
    "aws_cloudwatch_log_subscription_filter": _anywhere("cloud-watch-logs"),
    "aws_cognito_user_pool": _user_pool,
    "aws_config_config_rule": _anywhere("config-rule"),
    "aws_iot_topic_rule": _anywhere("iot-rule"),
    "aws_kinesis_firehose_delivery_stream": _anywhere("firehose"),
    "aws_lambda_event_source_mapping": _mapping,
    "aws_lambda_function_url": _url,
    "aws_lb_target_group_attachment": _balanced,
    "aws_s3_bucket_notification": _anywhere("s3"),
    "aws_s3control_object_lambda_access_point": _anywhere("s3-object-lambda"),
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
