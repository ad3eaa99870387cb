"""What Powertools for AWS Lambda returns to each service is taken: an independent word on every contract."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from aws_lambda_powertools.event_handler import (
    ALBResolver,
    APIGatewayHttpResolver,
    APIGatewayRestResolver,
    LambdaFunctionUrlResolver,
)
from aws_lambda_powertools.event_handler.api_gateway import ApiGatewayResolver, Response
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes import (
    KinesisFirehoseDataTransformationResponse,
    KinesisFirehoseEvent,
    S3BatchOperationEvent,
    S3BatchOperationResponse,
)
from aws_lambda_powertools.utilities.data_classes.api_gateway_authorizer_event import (
    APIGatewayAuthorizerResponse,
    APIGatewayAuthorizerResponseV2,
)

from handlerlint.invoke.sample_events import sample_event
from handlerlint.runtime.contracts import KnownJson, contracts_for, flaws_of

RESOLVERS: dict[str, Callable[[], ApiGatewayResolver]] = {
    "api": APIGatewayRestResolver,
    "http-api": APIGatewayHttpResolver,
    "http-api-v1": APIGatewayRestResolver,
    "alb": ALBResolver,
    "alb-multi-value": ALBResolver,
    "function-url": LambdaFunctionUrlResolver,
}
ANSWERS: dict[str, Callable[[], object]] = {
    "object": lambda: {"ok": True},
    "status": lambda: ({"made": 1}, 201),
    "cookies": lambda: Response(200, "text/html", "<p>", headers={"x": "y"}, cookies=[]),
    "bytes": lambda: Response(200, "image/png", b"\x89PNG\r\n\x1a\n"),
    "failure": lambda: 1 / 0,
}


def event_of(name: str) -> Any:
    return json.loads(sample_event(name).payload)


def assert_taken(name: str, response: Any, properties: Mapping[str, object] | None = None) -> None:
    event, given = event_of(name), json.loads(json.dumps(response))
    contracts = contracts_for(event, None, properties or {})
    assert contracts
    assert flaws_of(contracts, KnownJson(given), event) is None


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("name", RESOLVERS)
def test_http(name: str, answer: str) -> None:
    app = RESOLVERS[name]()
    app.not_found(lambda error: ANSWERS[answer]())
    try:
        response = app.resolve(event_of(name), None)  # type: ignore[arg-type]
    except ZeroDivisionError:
        return  # no response at all
    assert_taken(name, response)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("sqs", EventType.SQS),
        ("kinesis", EventType.KinesisDataStreams),
        ("dynamodb", EventType.DynamoDBStreams),
    ],
)
def test_partial_batches(name: str, kind: EventType) -> None:
    seen: list[object] = []

    def process(record: object) -> None:
        seen.append(record)
        if len(seen) == 1:
            raise ValueError("the first one fails")

    processor = BatchProcessor(event_type=kind, raise_on_entire_batch_failure=False)
    response = process_partial_response(
        event=event_of(name), record_handler=process, processor=processor, context=None
    )
    assert response["batchItemFailures"]
    assert_taken(name, response, {"report_batch_item_failures": True})


def test_authorizers() -> None:
    policy = APIGatewayAuthorizerResponse("mia", "eu-west-1", "123456789012", "api", "test", {"user": "mia"})
    policy.allow_all_routes()
    for name in ("authorizer-token", "authorizer-request", "authorizer-web-socket", "authorizer-http-api-v1"):
        assert_taken(name, policy.asdict())
    simple = APIGatewayAuthorizerResponseV2(authorize=True, context={"user": "mia"}).asdict()
    assert_taken("authorizer-http-api", simple, {"simple_responses": True})
    assert_taken("authorizer-http-api", simple)


def test_firehose() -> None:
    response = KinesisFirehoseDataTransformationResponse()
    for index, record in enumerate(KinesisFirehoseEvent(event_of("firehose")).records):
        result = "Dropped" if index else "Ok"
        response.add_record(record.build_data_transformation_response(result=result, data=record.data))  # type: ignore[arg-type]
    assert_taken("firehose", response.asdict())


def test_s3_batch() -> None:
    event = S3BatchOperationEvent(event_of("s3-batch"))
    response = S3BatchOperationResponse(event.invocation_schema_version, event.invocation_id)
    response.add_result(event.task.build_task_batch_response("Succeeded", "done"))
    assert_taken("s3-batch", response.asdict())
