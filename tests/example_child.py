"""Runs one handler of the example on one event through awslambdaric; started by `test_examples.py`.

Prints what the runtime would send to Lambda: the response, or the error.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import boto3
from awslambdaric import bootstrap  # type: ignore[import-untyped]
from awslambdaric.lambda_runtime_client import LambdaRuntimeClient  # type: ignore[import-untyped]
from awslambdaric.lambda_runtime_exception import FaultException  # type: ignore[import-untyped]
from moto import mock_aws


class PrintingClient(LambdaRuntimeClient):  # type: ignore[misc]
    """Stands in for the Runtime API: what would be posted is printed."""

    def post_invocation_result(self, invoke_id: str, result_data: Any, *_: Any) -> None:
        print(json.dumps({"response": json.loads(result_data)}))

    def post_invocation_error(self, invoke_id: str, error_response_data: str, *_: Any) -> None:
        print(json.dumps({"error": json.loads(error_response_data)}))


def main(handler_string: str) -> None:
    """Handle the event on standard input, in the working folder, with a bucket of one order."""
    os.environ |= {"AWS_DEFAULT_REGION": "eu-central-1", "AWS_REGION": "eu-central-1"}
    os.environ |= {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
    os.environ["ORDERS_BUCKET"] = "orders"
    sys.path.insert(0, os.getcwd())  # noqa: PTH109
    with mock_aws():
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="orders", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        order = {"id": "41", "article": "teapot", "quantity": 2, "created": "2026-03-01T08:00:00+00:00"}
        s3.put_object(Bucket="orders", Key="41.json", Body=json.dumps(order))
        try:
            handler = bootstrap._get_handler(handler_string)
        except FaultException as fault:  # the error of the initialization
            print(json.dumps({"error": {"errorType": fault.exception_type, "errorMessage": fault.msg}}))
            return
        bootstrap.handle_event_request(
            PrintingClient("127.0.0.1:0"),
            handler,
            "1",
            sys.stdin.read(),
            "application/json",
            None,
            None,
            "arn:aws:lambda:eu-central-1:123456789012:function:example",
            0,
            None,
            bootstrap.StandardLogSink(),
        )


if __name__ == "__main__":
    main(sys.argv[1])
