"""Each sample event against a description of it that is not ours: Powertools' models and data classes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from aws_lambda_powertools.utilities import data_classes
from aws_lambda_powertools.utilities.data_classes import (
    active_mq_event,
    cognito_user_pool_event,
    rabbit_mq_event,
)
from aws_lambda_powertools.utilities.data_classes.appsync_authorizer_event import AppSyncAuthorizerEvent
from aws_lambda_powertools.utilities.data_classes.code_deploy_lifecycle_hook_event import (
    CodeDeployLifecycleHookEvent,
)
from aws_lambda_powertools.utilities.data_classes.connect_contact_flow_event import ConnectContactFlowEvent
from aws_lambda_powertools.utilities.data_classes.secrets_manager_event import SecretsManagerEvent
from aws_lambda_powertools.utilities.parser import models
from aws_lambda_powertools.utilities.parser.models import cognito
from pydantic import BaseModel

from handlerlint.errors import UserError
from handlerlint.functions.model import EventSource
from handlerlint.invoke.event_kinds import kinds_of
from handlerlint.invoke.sample_events import FOLDER, SAMPLES, sample_event, samples_for

MODELS: dict[str, type[BaseModel]] = {
    "alb": models.AlbModel,
    "api": models.APIGatewayProxyEventModel,
    "appsync": models.AppSyncResolverEventModel,
    "authorizer-http-api": models.ApiGatewayAuthorizerRequestV2,
    "authorizer-http-api-v1": models.ApiGatewayAuthorizerRequest,
    "authorizer-request": models.ApiGatewayAuthorizerRequest,
    "authorizer-token": models.ApiGatewayAuthorizerToken,
    "bedrock-agent": models.BedrockAgentEventModel,
    "cloud-watch-logs": models.CloudWatchLogsModel,
    "cloudformation-custom-resource": models.CloudFormationCustomResourceCreateModel,
    "cloudformation-custom-resource-delete": models.CloudFormationCustomResourceDeleteModel,
    "cloudformation-custom-resource-update": models.CloudFormationCustomResourceUpdateModel,
    "cognito-create-auth-challenge": cognito.CognitoCreateAuthChallengeTriggerModel,
    "cognito-custom-email-sender": cognito.CognitoCustomEmailSenderTriggerModel,
    "cognito-custom-message": cognito.CognitoCustomMessageTriggerModel,
    "cognito-custom-sms-sender": cognito.CognitoCustomSMSSenderTriggerModel,
    "cognito-define-auth-challenge": cognito.CognitoDefineAuthChallengeTriggerModel,
    "cognito-post-authentication": cognito.CognitoPostAuthenticationTriggerModel,
    "cognito-post-confirmation": cognito.CognitoPostConfirmationTriggerModel,
    "cognito-pre-authentication": cognito.CognitoPreAuthenticationTriggerModel,
    "cognito-pre-sign-up": cognito.CognitoPreSignupTriggerModel,
    "cognito-pre-token-generation": cognito.CognitoPreTokenGenerationTriggerModelV1,
    "cognito-user-migration": cognito.CognitoMigrateUserTriggerModel,
    "dynamodb": models.DynamoDBStreamModel,
    "event-bridge": models.EventBridgeModel,
    "firehose": models.KinesisFirehoseModel,
    "function-url": models.LambdaFunctionUrlModel,
    "http-api": models.APIGatewayProxyEventV2Model,
    "http-api-v1": models.APIGatewayProxyEventModel,
    "kinesis": models.KinesisDataStreamModel,
    "msk": models.KafkaMskEventModel,
    "s3": models.S3Model,
    "s3-batch": models.S3BatchOperationModel,
    "s3-removed": models.S3Model,
    "schedule": models.EventBridgeModel,
    "self-managed-kafka": models.KafkaSelfManagedEventModel,
    "ses": models.SesModel,
    "sns": models.SnsModel,
    "sqs": models.SqsModel,
    "sqs-fifo": models.SqsModel,
    "web-socket": models.APIGatewayWebSocketMessageEventModel,
    "web-socket-connect": models.APIGatewayWebSocketConnectEventModel,
    "web-socket-disconnect": models.APIGatewayWebSocketDisconnectEventModel,
}

READERS: dict[str, Callable[[Any], object]] = {
    "alb-multi-value": lambda event: data_classes.ALBEvent(event).multi_value_headers["host"],
    "appsync-authorizer": lambda event: AppSyncAuthorizerEvent(event).request_context.operation_name,
    "authorizer-web-socket": lambda event: (
        data_classes.APIGatewayWebSocketEvent(event).request_context.connection_id
    ),
    "cloud-watch-alarm": lambda event: (
        data_classes.CloudWatchAlarmEvent(event).alarm_data.configuration.metrics[0].metric_stat.stat
    ),
    "code-deploy-hook": lambda event: CodeDeployLifecycleHookEvent(event).deployment_id,
    "code-pipeline": lambda event: data_classes.CodePipelineJobEvent(event).decoded_user_parameters["stage"],
    "config-rule": lambda event: data_classes.AWSConfigRuleEvent(event).invoking_event["configurationItem"][
        "resourceId"
    ],
    "cognito-pre-token-generation-v2": lambda event: (
        cognito_user_pool_event.PreTokenGenerationV2TriggerEvent(event).request.group_configuration
    ),
    "cognito-verify-auth-challenge": lambda event: (
        cognito_user_pool_event.VerifyAuthChallengeResponseTriggerEvent(event).request.challenge_answer
    ),
    "connect": lambda event: ConnectContactFlowEvent(event).contact_data.channel,
    "mq": lambda event: active_mq_event.ActiveMQEvent(event).message.json_data["orderId"],
    "rabbit-mq": lambda event: (
        rabbit_mq_event.RabbitMQEvent(event).rmq_messages_by_queue["orders::/"][0].json_data["orderId"]
    ),
    "secrets-manager": lambda event: SecretsManagerEvent(event).step,
    # Powertools' model has single strings for headers here; in version 2 they are lists
    # (docs.aws.amazon.com/vpc-lattice/latest/ug/lambda-functions.html).
    "vpc-lattice": lambda event: data_classes.VPCLatticeEventV2(event).request_context.service_arn,
}

# What nobody describes as a class; the parts that AWS's documentation calls required are named here.
REQUIRED = {
    "alexa-skill": ("version", "session.sessionId", "context.System.application", "request.type"),
    "cloudfront": (
        "Records.0.cf.config.eventType",
        "Records.0.cf.request.uri",
        "Records.0.cf.request.headers",
    ),
    "cloudfront-response": ("Records.0.cf.response.status", "Records.0.cf.request.origin.custom"),
    "document-db": ("eventSourceArn", "events.0.event.operationType", "events.0.event.ns.coll"),
    "iot-rule": ("temperature",),  # whatever the rule's statement selects
    "lex": ("sessionState.intent.name", "bot.localeId", "invocationSource", "interpretations.0.intent"),
    "schedule-v2": ("detail-type", "source", "time", "resources.0"),
    "step-functions": ("orderId",),  # whatever the state before hands on
}


def content(name: str) -> Any:
    return json.loads(sample_event(name).payload)


def test_every_sample_is_described() -> None:
    assert sorted(SAMPLES) == sorted(path.stem for path in FOLDER.glob("*.json"))
    assert sorted(SAMPLES) == sorted([*MODELS, *READERS, *REQUIRED])


@pytest.mark.parametrize("name", MODELS)
def test_sample_fits_its_model(name: str) -> None:
    MODELS[name].model_validate(content(name))


@pytest.mark.parametrize("name", READERS)
def test_sample_can_be_read(name: str) -> None:
    assert READERS[name](content(name))


@pytest.mark.parametrize("name", REQUIRED)
def test_sample_has_what_is_required(name: str) -> None:
    for path in REQUIRED[name]:
        value = content(name)
        for part in path.split("."):
            value = value[int(part) if part.isdigit() else part]
        assert value is not None


@pytest.mark.parametrize(
    ("kind", "properties", "samples"),
    [
        ("api", {"proxy": True}, ("api",)),
        ("api", {"proxy": False}, ()),
        ("http-api", {"payload_format_version": "1.0"}, ("http-api-v1",)),
        ("http-api", {"payload_format_version": "2.0"}, ("http-api",)),
        ("http-api", {"payload_format_version": None}, ("http-api", "http-api-v1")),
        ("authorizer", {"api": "api", "type": "TOKEN"}, ("authorizer-token",)),
        ("authorizer", {"api": "http-api", "payload_format_version": "2.0"}, ("authorizer-http-api",)),
        (
            "cognito",
            {"triggers": ("PreSignUp", "CustomMessage")},
            ("cognito-pre-sign-up", "cognito-custom-message"),
        ),
        ("cognito", {"triggers": ()}, ()),
        ("cloud-front", {}, ()),  # who does not know the trigger does not know the event
        (
            "cloud-front",
            {"triggers": ("viewer-request", "origin-response")},
            ("cloudfront", "cloudfront-response"),
        ),
        ("event-bridge-rule", {}, ()),
        ("alb", {"multi_value_headers": True}, ("alb-multi-value",)),
        ("sqs", {}, ("sqs",)),
        ("event-source-mapping", {}, ()),
    ],
)
def test_samples_for_an_event_source(
    kind: str, properties: dict[str, object], samples: tuple[str, ...]
) -> None:
    assert samples_for([EventSource(kind, properties)]) == samples


def test_every_sample_is_recognized_or_nobodys() -> None:
    """An event of the user's is given to the function whose event source sends such events."""
    for name in SAMPLES:
        for kind in kinds_of(content(name)):
            assert kind
    assert kinds_of(content("sqs-fifo")) == ("sqs",)
    assert kinds_of(content("api")) == ("api", "api-gateway", "http-api")
    assert kinds_of(content("authorizer-token")) == ("authorizer",)
    assert kinds_of([1]) == kinds_of("x") == kinds_of({"a": 1}) == ()


def test_unknown_sample() -> None:
    with pytest.raises(UserError, match="no sample event 'sqss'; did you mean 'sqs'"):
        sample_event("sqss")
