"""The sample events of our own making: which there are, and which fit a function's event sources.

One JSON file each in `samples/`. Used by `command` and by `handlerlint events`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from handlerlint.errors import UserError
from handlerlint.functions.model import EventSource
from handlerlint.invoke.model import Event
from handlerlint.suggestions import did_you_mean

FOLDER = Path(__file__).parent / "samples"

# The name of each sample, and who sends it. The names are those of our event sources where there is one.
SAMPLES = {
    "alb": "Application Load Balancer",
    "alb-multi-value": "Application Load Balancer with multi-value headers",
    "alexa-skill": "Alexa Skills Kit",
    "api": "API Gateway REST API, Lambda proxy integration",
    "appsync": "AppSync, direct resolver",
    "appsync-authorizer": "AppSync, Lambda authorizer",
    "authorizer-http-api": "API Gateway HTTP API, Lambda authorizer, payload 2.0",
    "authorizer-http-api-v1": "API Gateway HTTP API, Lambda authorizer, payload 1.0",
    "authorizer-request": "API Gateway REST API, Lambda authorizer of type REQUEST",
    "authorizer-token": "API Gateway REST API, Lambda authorizer of type TOKEN",
    "authorizer-web-socket": "API Gateway WebSocket API, Lambda authorizer",
    "bedrock-agent": "Bedrock agent, action group",
    "cloud-watch-alarm": "CloudWatch alarm action",
    "cloud-watch-logs": "CloudWatch Logs subscription",
    "cloudformation-custom-resource": "CloudFormation custom resource, Create",
    "cloudformation-custom-resource-delete": "CloudFormation custom resource, Delete",
    "cloudformation-custom-resource-update": "CloudFormation custom resource, Update",
    "cloudfront": "CloudFront (Lambda@Edge), viewer request",
    "cloudfront-response": "CloudFront (Lambda@Edge), origin response",
    "code-deploy-hook": "CodeDeploy life-cycle hook",
    "code-pipeline": "CodePipeline invoke action",
    "cognito-create-auth-challenge": "Cognito, create auth challenge",
    "cognito-custom-email-sender": "Cognito, custom email sender",
    "cognito-custom-message": "Cognito, custom message",
    "cognito-custom-sms-sender": "Cognito, custom SMS sender",
    "cognito-define-auth-challenge": "Cognito, define auth challenge",
    "cognito-post-authentication": "Cognito, post authentication",
    "cognito-post-confirmation": "Cognito, post confirmation",
    "cognito-pre-authentication": "Cognito, pre authentication",
    "cognito-pre-sign-up": "Cognito, pre sign-up",
    "cognito-pre-token-generation": "Cognito, pre token generation, version 1",
    "cognito-pre-token-generation-v2": "Cognito, pre token generation, version 2",
    "cognito-user-migration": "Cognito, user migration",
    "cognito-verify-auth-challenge": "Cognito, verify auth challenge response",
    "config-rule": "AWS Config custom rule",
    "connect": "Amazon Connect contact flow",
    "document-db": "DocumentDB change stream",
    "dynamodb": "DynamoDB stream",
    "event-bridge": "EventBridge event bus",
    "firehose": "Data Firehose transformation",
    "function-url": "function URL",
    "http-api": "API Gateway HTTP API, payload 2.0",
    "http-api-v1": "API Gateway HTTP API, payload 1.0",
    "iot-rule": "IoT rule",
    "kinesis": "Kinesis data stream",
    "lex": "Lex V2 code hook",
    "mq": "Amazon MQ, ActiveMQ",
    "msk": "Managed Streaming for Apache Kafka",
    "rabbit-mq": "Amazon MQ, RabbitMQ",
    "s3": "S3, object created",
    "s3-batch": "S3 Batch Operations",
    "s3-removed": "S3, object removed",
    "schedule": "EventBridge rule with a schedule",
    "schedule-v2": "EventBridge Scheduler",
    "secrets-manager": "Secrets Manager rotation",
    "self-managed-kafka": "self-managed Apache Kafka",
    "ses": "SES receipt rule",
    "sns": "SNS topic",
    "sqs": "SQS standard queue",
    "sqs-fifo": "SQS FIFO queue",
    "step-functions": "Step Functions task",
    "vpc-lattice": "VPC Lattice, version 2",
    "web-socket": "API Gateway WebSocket API, message",
    "web-socket-connect": "API Gateway WebSocket API, $connect",
    "web-socket-disconnect": "API Gateway WebSocket API, $disconnect",
}

# Kinds of event sources that send what another one's sample shows, and everyday names of samples.
_SAME_AS = {
    "api-gateway": ("api",),
    "cloud-watch-event": ("event-bridge",),
    "cloudformation": ("cloudformation-custom-resource",),
    "cloudwatch-logs": ("cloud-watch-logs",),
    "cognito": ("cognito-pre-sign-up",),
    "config": ("config-rule",),
    "custom-resource": ("cloudformation-custom-resource",),
    "event-bridge-rule": ("event-bridge",),
    "eventbridge": ("event-bridge",),
    "iot": ("iot-rule",),
    "kafka": ("msk",),
    "rest-api": ("api",),
    "scheduler": ("schedule-v2",),
    "websocket": ("web-socket",),
}

# A trigger's name in SAM, CloudFormation and the Serverless Framework, and the sample's.
_COGNITO_TRIGGERS = {
    "PreSignUp": "pre-sign-up",
    "PostConfirmation": "post-confirmation",
    "PreAuthentication": "pre-authentication",
    "PostAuthentication": "post-authentication",
    "PreTokenGeneration": "pre-token-generation",
    "UserMigration": "user-migration",
    "CustomMessage": "custom-message",
    "DefineAuthChallenge": "define-auth-challenge",
    "CreateAuthChallenge": "create-auth-challenge",
    "VerifyAuthChallengeResponse": "verify-auth-challenge",
    "CustomEmailSender": "custom-email-sender",
    "CustomSMSSender": "custom-sms-sender",
    "CustomSmsSender": "custom-sms-sender",
}


@cache
def sample_event(name: str) -> Event:
    """The sample of that name. Raises UserError where there is none."""
    known = name if name in SAMPLES else _SAME_AS.get(name, ("",))[0]
    if not known:
        hint = did_you_mean(name, (*SAMPLES, *_SAME_AS))
        raise UserError(f"no sample event '{name}'{hint} (`handlerlint events` lists them)")
    return Event(known, (FOLDER / f"{known}.json").read_bytes(), generated=True)


def samples_for(sources: Iterable[EventSource]) -> tuple[str, ...]:
    """The names of the samples that a function with these event sources may get, each once."""
    return tuple(dict.fromkeys(name for source in sources for name in _samples_of(source)))


def _samples_of(source: EventSource) -> tuple[str, ...]:
    """The names of the samples that an event source may send; none where its event is made by configuration."""
    properties = source.properties
    if _is_made_by_configuration(source):
        return ()
    match source.kind:
        case "http-api":
            return _BY_FORMAT.get(properties.get("payload_format_version"), ("http-api",))
        case "alb" if properties.get("multi_value_headers") is True:
            return ("alb-multi-value",)
        case "authorizer":
            return _authorizer_samples(properties)
        case "cloud-front":
            return _edge_samples(properties.get("triggers"))
        case "cognito":
            return _cognito_samples(properties.get("triggers"))
        case "web-socket":
            return _web_socket_samples(properties.get("route"))
        case kind if kind in SAMPLES:
            return (kind,)
        case kind:
            return _SAME_AS.get(kind, ())


#: The samples of HTTP APIs by the version of their format, where that is not 2.0 or not known.
_BY_FORMAT: Mapping[object, tuple[str, ...]] = {"1.0": ("http-api-v1",), None: ("http-api", "http-api-v1")}


def _is_made_by_configuration(source: EventSource) -> bool:
    """Whether it is not AWS alone that decides what the event of a source looks like."""
    match source.kind:
        case "event-bridge-rule" | "cloud-watch-event" | "iot-rule" | "step-functions":
            return True  # a pattern, a statement, or the state before decides what is sent
        case "api" | "web-socket":
            return source.properties.get("proxy") is False  # a mapping template makes the event
        case "schedule" | "schedule-v2":
            return source.properties.get("input") is not None
        case _:
            return False


def _authorizer_samples(properties: Mapping[str, object]) -> tuple[str, ...]:
    match properties.get("api"), properties.get("type"), properties.get("payload_format_version"):
        case "api", "REQUEST", _:
            return ("authorizer-request",)
        case "api", "TOKEN", _:
            return ("authorizer-token",)
        case "app-sync", _, _:
            return ("appsync-authorizer",)
        case "web-socket", _, _:
            return ("authorizer-web-socket",)
        case "http-api", _, "1.0":
            return ("authorizer-http-api-v1",)
        case "http-api", _, "2.0":
            return ("authorizer-http-api",)
    return ()


def _web_socket_samples(route: object) -> tuple[str, ...]:
    """Those of a route; of all where it is not known which."""
    by_route = {"$connect": "web-socket-connect", "$disconnect": "web-socket-disconnect"}
    if route is None:
        return ("web-socket-connect", "web-socket", "web-socket-disconnect")
    return (by_route.get(str(route), "web-socket"),)


def _edge_samples(triggers: object) -> tuple[str, ...]:
    names = triggers if isinstance(triggers, (tuple, list)) else ()
    samples = {"viewer-request": "cloudfront", "origin-response": "cloudfront-response"}
    return tuple(samples[name] for name in names if name in samples)


def _cognito_samples(triggers: object) -> tuple[str, ...]:
    names = triggers if isinstance(triggers, (tuple, list)) else ()
    return tuple(f"cognito-{_COGNITO_TRIGGERS[name]}" for name in names if name in _COGNITO_TRIGGERS)
