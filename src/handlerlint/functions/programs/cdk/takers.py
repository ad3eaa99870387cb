"""What the constructs of the CDK that take a function make of it: kinds of event sources; used by `connections`.

Facts: docs.aws.amazon.com/cdk/api/v2/python, and docs.aws.amazon.com/solutions/latest/constructs for those of
`aws_solutions_constructs`; tests/functions/programs/cdk/test_synth.py compares with what the CDK synthesizes.
"""

from __future__ import annotations

from collections.abc import Mapping

from handlerlint.functions.documents.nodes import Unknown
from handlerlint.functions.event_sources import APP_SYNC_AUTHORIZER, Properties
from handlerlint.functions.model import EventSource
from handlerlint.functions.programs.cdk.results import Made, Symbol, Value

Arguments = Mapping[str, Value]

_SOLUTION = ("existing_lambda_obj", "lambda_function_props")

# Construct, without `aws_cdk.` and `_alpha`: the kind of event source, and the arguments that may be the function.
TAKERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "aws_apigateway.LambdaIntegration": ("api", ("0", "handler")),
    "aws_apigateway.LambdaRestApi": ("api", ("handler",)),
    "aws_apigateway.RequestAuthorizer": ("authorizer", ("handler",)),
    "aws_apigateway.TokenAuthorizer": ("authorizer", ("handler",)),
    "aws_apigatewayv2_authorizers.HttpLambdaAuthorizer": ("authorizer", ("1", "handler")),
    "aws_apigatewayv2_authorizers.WebSocketLambdaAuthorizer": ("authorizer", ("1", "handler")),
    "aws_apigatewayv2_integrations.HttpLambdaIntegration": ("http-api", ("1", "handler")),
    "aws_apigatewayv2_integrations.LambdaProxyIntegration": ("http-api", ("handler",)),
    "aws_apigatewayv2_integrations.LambdaWebSocketIntegration": ("web-socket", ("handler",)),
    "aws_apigatewayv2_integrations.WebSocketLambdaIntegration": ("web-socket", ("1", "handler")),
    "aws_appsync.CfnGraphQLApi.LambdaAuthorizerConfigProperty": ("authorizer", ("authorizer_uri",)),
    "aws_appsync.LambdaAuthorizerConfig": ("authorizer", ("handler",)),
    "aws_appsync.LambdaDataSource": ("app-sync", ("lambda_function",)),
    "aws_cloudfront.EdgeLambda": ("cloud-front", ("function_version",)),
    "aws_config.CustomRule": ("config-rule", ("lambda_function",)),
    "aws_elasticloadbalancingv2_targets.LambdaTarget": ("alb", ("0", "fn")),
    "aws_iot_actions.LambdaFunctionAction": ("iot-rule", ("0", "func")),
    "aws_kinesisfirehose.LambdaFunctionProcessor": ("firehose", ("0", "lambda_function")),
    "aws_lambda.FunctionUrl": ("function-url", ("function",)),
    "aws_logs_destinations.LambdaDestination": ("cloud-watch-logs", ("0", "fn")),
    "aws_pipes_targets.LambdaFunction": ("pipe", ("0", "lambda_function")),
    "aws_s3_notifications.LambdaDestination": ("s3", ("0", "fn")),
    "aws_s3objectlambda.AccessPoint": ("s3-object-lambda", ("handler",)),
    "aws_scheduler_targets.LambdaInvoke": ("schedule-v2", ("0", "func")),
    "aws_secretsmanager.RotationSchedule": ("secrets-manager", ("rotation_lambda",)),
    "aws_sns_subscriptions.LambdaSubscription": ("sns", ("0", "fn")),
    "aws_stepfunctions_tasks.LambdaInvoke": ("step-functions", ("lambda_function",)),
    "custom_resources.Provider": ("custom-resource", ("on_event_handler", "is_complete_handler")),
    "CustomResource": ("custom-resource", ("service_token",)),
    # The resources of CloudFormation that name a function somewhere in these properties.
    "aws_appsync.CfnDataSource": ("app-sync", ("lambda_config",)),
    "aws_bedrock.CfnAgent": ("bedrock-agent", ("action_groups",)),
    "aws_cloudfront.CfnDistribution": ("cloud-front", ("distribution_config",)),
    "aws_config.CfnConfigRule": ("config-rule", ("source",)),
    "aws_iot.CfnTopicRule": ("iot-rule", ("topic_rule_payload",)),
    "aws_kinesisfirehose.CfnDeliveryStream": (
        "firehose",
        ("extended_s3_destination_configuration", "http_endpoint_destination_configuration"),
    ),
    "aws_lambda.CfnUrl": ("function-url", ("target_function_arn",)),
    "aws_logs.CfnSubscriptionFilter": ("cloud-watch-logs", ("destination_arn",)),
    "aws_pipes.CfnPipe": ("pipe", ("target",)),
    "aws_s3.CfnBucket": ("s3", ("notification_configuration",)),
    "aws_s3objectlambda.CfnAccessPoint": ("s3-object-lambda", ("object_lambda_configuration",)),
    "aws_scheduler.CfnSchedule": ("schedule-v2", ("target",)),
    "aws_secretsmanager.CfnRotationSchedule": ("secrets-manager", ("rotation_lambda_arn",)),
    "aws_sns.CfnSubscription": ("sns", ("endpoint",)),
    # AWS Solutions Constructs.
    "ApiGatewayToLambda": ("api", _SOLUTION),
    "CloudFrontToApiGatewayToLambda": ("api", _SOLUTION),
    "CognitoToApiGatewayToLambda": ("api", _SOLUTION),
    "DynamoDBStreamsToLambda": ("dynamodb", _SOLUTION),
    "IotToLambda": ("iot-rule", _SOLUTION),
    "KinesisStreamsToLambda": ("kinesis", _SOLUTION),
    "S3ToLambda": ("s3", _SOLUTION),
    "SnsToLambda": ("sns", _SOLUTION),
    "SqsToLambda": ("sqs", _SOLUTION),
}

# Methods that take a function, and the same of them.
METHODS: dict[str, tuple[str, tuple[str, ...]]] = {
    "add_lambda_data_source": ("app-sync", ("1", "lambda_function")),
    "add_rotation_schedule": ("secrets-manager", ("rotation_lambda",)),
}

_EVENT_SOURCES = {
    "ApiEventSource": "api",
    "DynamoEventSource": "dynamodb",
    "KinesisConsumerEventSource": "kinesis",
    "KinesisEventSource": "kinesis",
    "ManagedKafkaEventSource": "msk",
    "S3EventSource": "s3",
    "S3EventSourceV2": "s3",
    "SelfManagedKafkaEventSource": "self-managed-kafka",
    "SnsEventSource": "sns",
    "SqsEventSource": "sqs",
}
_MAPPED = frozenset(
    {"sqs", "kinesis", "dynamodb", "msk", "mq", "self-managed-kafka", "document-db", "event-source-mapping"}
)
_MAPPED_FROM = {"aws_sqs": "sqs", "aws_kinesis": "kinesis", "aws_dynamodb": "dynamodb", "aws_msk": "msk"}


def taker_name(path: str) -> str:
    """The key in `TAKERS` for the dotted path of something imported."""
    if path.startswith("aws_solutions_constructs."):
        return path.rpartition(".")[2]
    module, _, name = path.removeprefix("aws_cdk.").rpartition(".")
    module = module.removeprefix("core").removesuffix("_alpha")
    return f"{module}.{name}" if module else name


def source_of_taker(name: str, arguments: Arguments) -> EventSource:
    """The event source that a construct of `TAKERS` makes of the function it is given."""
    kind = TAKERS[name][0]
    properties: Properties = {}
    if name in ("ApiGatewayToLambda", "CloudFrontToApiGatewayToLambda", "CognitoToApiGatewayToLambda"):
        properties = {"proxy": True}
    elif kind == "api":
        properties = {"proxy": _proxy(name, arguments)}
    elif kind == "http-api":
        properties = {"proxy": True, "payload_format_version": _payload_version(arguments)}
    elif kind == "web-socket":
        properties = {"proxy": True}
    elif kind == "authorizer":
        properties = _authorizer(name, arguments)
    elif kind == "function-url":
        return function_url(arguments)
    elif kind == "cloud-front":
        event = arguments.get("event_type")
        trigger = event.path.rpartition(".")[2].lower() if isinstance(event, Symbol) else None
        properties = {"triggers": () if trigger is None else (trigger.replace("_", "-"),)}
    elif kind in _MAPPED:
        # Solutions Constructs have settings of their own for what they map.
        properties = {"report_batch_item_failures": None}
    return EventSource(kind, properties)


def function_url(arguments: Arguments) -> EventSource:
    """A function URL with its `invoke_mode`."""
    mode: str | None = "BUFFERED"
    match arguments.get("invoke_mode", None if "**" not in arguments else Unknown("")):
        case Symbol(path):
            mode = path.rpartition(".")[2]
        case str(text):
            mode = text
        case None:
            pass
        case _:
            mode = None
    return EventSource("function-url", {"payload_format_version": "2.0", "invoke_mode": mode})


def source_of_event_source(value: Value) -> EventSource | None:
    """What `SqsEventSource(…)` and its like make of the function that they are added to."""
    if not isinstance(value, Made) or not value.path.startswith("aws_cdk.aws_lambda_event_sources."):
        return None
    kind = _EVENT_SOURCES.get(value.path.rpartition(".")[2])
    if kind is None:
        return None
    if kind == "api":
        return EventSource(kind, {"proxy": True})
    return EventSource(kind, _mapping(value.arguments) if kind in _MAPPED else {})


def source_of_mapping(arguments: Arguments) -> EventSource:
    """What an `EventSourceMapping` makes of its function."""
    source = arguments.get("event_source_arn")
    kind = None
    if isinstance(source, Made):
        kind = _MAPPED_FROM.get(source.path.removeprefix("aws_cdk.").partition(".")[0])
    return EventSource(kind or "event-source-mapping", _mapping(arguments))


def _mapping(arguments: Arguments) -> Properties:
    reports: Value = arguments.get("report_batch_item_failures", None if "**" in arguments else False)
    listed = arguments.get("function_response_types")  # of a CfnEventSourceMapping
    if listed is not None:
        is_known = isinstance(listed, list) and all(isinstance(item, str) for item in listed)
        reports = "ReportBatchItemFailures" in listed if is_known else None
    return {"report_batch_item_failures": reports if isinstance(reports, bool) else None}


def _proxy(name: str, arguments: Arguments) -> bool | None:
    # LambdaRestApi's own `proxy` says whether all paths go to the function, not how it is invoked.
    options: Value = arguments
    if name.endswith("LambdaRestApi"):
        given = arguments.get("integration_options")
        options = given.arguments if isinstance(given, Made) else given
        if options is None and "**" not in arguments:
            return True
    if not isinstance(options, Mapping) or "**" in options:
        return None
    proxy = options.get("proxy", True)
    return proxy if isinstance(proxy, bool) else None


def _payload_version(arguments: Arguments) -> str | None:
    version = arguments.get("payload_format_version")
    if isinstance(version, Symbol):
        return {"VERSION_1_0": "1.0", "VERSION_2_0": "2.0"}.get(version.path.rpartition(".")[2])
    return "2.0" if version is None and "**" not in arguments else None


def _authorizer(name: str, arguments: Arguments) -> Properties:
    """What the event source of an authorizer is like, by its class; what is None is not known."""
    if name.startswith("aws_appsync."):
        return dict(APP_SYNC_AUTHORIZER.properties)
    match name.rpartition(".")[2]:
        case "TokenAuthorizer":
            return {"api": "api", "type": "TOKEN"}
        case "RequestAuthorizer":
            return {"api": "api", "type": "REQUEST"}
        case "WebSocketLambdaAuthorizer":
            return {
                "api": "web-socket",
                "type": "REQUEST",
                "payload_format_version": None,
                "simple_responses": False,
            }
    types = arguments.get("response_types", None if "**" not in arguments else Unknown(""))
    simple: bool | None = None
    if types is None:
        simple = False  # aws-apigatewayv2-authorizers/lib/http/lambda.ts: the default is the IAM policy
    elif isinstance(types, list) and all(isinstance(item, Symbol) for item in types):
        simple = any(item.path.endswith(".SIMPLE") for item in types)
    version = None if simple is None else "2.0" if simple else "1.0"
    return {
        "api": "http-api",
        "type": "REQUEST",
        "payload_format_version": version,
        "simple_responses": simple,
    }
