"""What botocore's own parsers make of crafted responses is what the table says, protocol by protocol."""

from __future__ import annotations

import base64
import datetime
import io
import json
import struct
from dataclasses import dataclass, field
from typing import Any

import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.endpoint import convert_to_response_dict
from botocore.eventstream import EventStream
from botocore.model import OperationModel
from botocore.parsers import PROTOCOL_PARSERS, create_parser
from botocore.response import StreamingBody

from handlerlint.inference.sdk import service

from .conformance import contradictions
from .versions import IS_PACKED_VERSION

XML_HEADERS = {"content-type": "text/xml"}


class RawResponse(io.BytesIO):
    """The body of an HTTP response as urllib3 hands it on."""

    def stream(self, **_: object) -> Any:
        while chunk := self.read():
            yield chunk


@dataclass(frozen=True)
class Case:
    """A response on the wire, and the class of the Python object at each place that matters.

    The protocol is that of the body: a newer botocore may prefer another for the service."""

    service: str
    protocol: str
    operation: str
    python_name: str
    body: bytes
    classes: dict[str, type]
    headers: dict[str, str] = field(default_factory=dict)


def cbor_text(text: str) -> bytes:
    return (
        bytes([0x60 | len(text)]) + text.encode()
        if len(text) < 24
        else bytes([0x78, len(text)]) + text.encode()
    )


def cbor_timestamp(seconds: float) -> bytes:
    return b"\xc1\xfb" + struct.pack(">d", seconds)


METRIC_STATISTICS = (
    b"\xa2"
    + cbor_text("Label")
    + cbor_text("Errors")
    + cbor_text("Datapoints")
    + b"\x81\xa2"
    + cbor_text("Timestamp")
    + cbor_timestamp(1700000000)
    + cbor_text("Average")
    + b"\xfb"
    + struct.pack(">d", 1.5)
)

CASES = [
    Case(
        "s3",
        "rest-xml",
        "ListBuckets",
        "list_buckets",
        b"<R><Buckets><Bucket><Name>a</Name><CreationDate>2024-01-01T00:00:00Z</CreationDate></Bucket></Buckets></R>",
        {"Buckets.0.Name": str, "Buckets.0.CreationDate": datetime.datetime},
    ),
    Case(
        "s3",
        "rest-xml",
        "GetObject",
        "get_object",
        b"content",
        {
            "Body": StreamingBody,
            "LastModified": datetime.datetime,
            "ContentLength": int,
            "Metadata": dict,
            "DeleteMarker": bool,
        },
        {
            "last-modified": "Wed, 01 Jan 2025 00:00:00 GMT",
            "content-length": "7",
            "x-amz-meta-a": "b",
            "x-amz-delete-marker": "true",
        },
    ),
    Case(
        "lambda",
        "rest-json",
        "Invoke",
        "invoke",
        b"{}",
        {"Payload": StreamingBody, "StatusCode": int, "FunctionError": str},
        {"x-amz-function-error": "Unhandled"},
    ),
    Case(
        "polly",
        "rest-json",
        "SynthesizeSpeech",
        "synthesize_speech",
        b"\xff\xfb",
        {"AudioStream": StreamingBody},
    ),
    Case(
        "dynamodb",
        "json",
        "GetItem",
        "get_item",
        json.dumps({"Item": {"b": {"B": base64.b64encode(b"\xff").decode()}, "n": {"N": "1"}}}).encode(),
        {"Item.b.B": bytes, "Item.n.N": str},
    ),
    Case(
        "dynamodb",
        "json",
        "DescribeTable",
        "describe_table",
        b'{"Table": {"CreationDateTime": 1.7e9, "ItemCount": 3}}',
        {"Table.CreationDateTime": datetime.datetime, "Table.ItemCount": int},
    ),
    Case(
        "kinesis",
        "json",
        "GetRecords",
        "get_records",
        b'{"Records": [{"Data": "/w==", "PartitionKey": "k", "ApproximateArrivalTimestamp": 1}]}',
        {"Records.0.Data": bytes, "Records.0.ApproximateArrivalTimestamp": datetime.datetime},
    ),
    Case(
        "ec2",
        "ec2",
        "DescribeSnapshots",
        "describe_snapshots",
        b"<R><snapshotSet><item><snapshotId>s</snapshotId><startTime>2024-01-01T00:00:00Z</startTime>"
        b"<encrypted>true</encrypted><volumeSize>8</volumeSize></item></snapshotSet></R>",
        {
            "Snapshots.0.StartTime": datetime.datetime,
            "Snapshots.0.Encrypted": bool,
            "Snapshots.0.VolumeSize": int,
        },
        XML_HEADERS,
    ),
    Case(
        "sts",
        "query",
        "AssumeRole",
        "assume_role",
        b"<R><AssumeRoleResult><Credentials><AccessKeyId>a</AccessKeyId>"
        b"<Expiration>2024-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></R>",
        {"Credentials.Expiration": datetime.datetime},
        XML_HEADERS,
    ),
    Case(
        "cloudwatch",
        "smithy-rpc-v2-cbor",
        "GetMetricStatistics",
        "get_metric_statistics",
        METRIC_STATISTICS,
        {"Datapoints.0.Timestamp": datetime.datetime, "Datapoints.0.Average": float},
        {"smithy-protocol": "rpc-v2-cbor"},
    ),
    Case(
        "bedrock-runtime",
        "rest-json",
        "InvokeModel",
        "invoke_model",
        b"{}",
        {"body": StreamingBody, "contentType": str},
        {"content-type": "application/json"},
    ),
    Case(
        "bedrock-runtime",
        "rest-json",
        "ConverseStream",
        "converse_stream",
        b"",
        {"stream": EventStream},
    ),
    Case("s3", "rest-xml", "SelectObjectContent", "select_object_content", b"", {"Payload": EventStream}),
    Case(
        "lex-runtime",
        "rest-json",
        "PostContent",
        "post_content",
        b"sound",
        {"audioStream": StreamingBody, "slots": dict},
        {"x-amz-lex-slots": base64.b64encode(b'{"city": null}').decode()},
    ),
]


def parsed(case: Case) -> dict[str, Any]:
    """What a client would return, short of the handlers that run after the call."""
    model = botocore.session.get_session().get_service_model(case.service)
    operation: OperationModel = model.operation_model(case.operation)
    raw = RawResponse(case.body)
    http = AWSResponse("https://example.com", 200, case.headers, raw)
    response = convert_to_response_dict(http, operation)
    parser = create_parser(case.protocol)
    result: dict[str, Any] = parser.parse(response, operation.output_shape)
    return result


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.service}.{case.python_name}")
def test_parsed_response_is_what_the_table_says(case: Case) -> None:
    response = parsed(case)
    for path, expected in case.classes.items():
        value: Any = response
        for part in path.split("."):
            value = value[int(part)] if isinstance(value, list) else value[part]
        assert type(value) is expected, path
    known = service(case.service)
    assert known is not None
    operation = known.operation(case.python_name)
    assert operation is not None
    assert contradictions(operation.response, response) == []


def test_every_protocol_of_botocore_is_covered() -> None:
    covered = {case.protocol for case in CASES}
    assert covered <= set(PROTOCOL_PARSERS)
    assert covered == set(PROTOCOL_PARSERS) or not IS_PACKED_VERSION
