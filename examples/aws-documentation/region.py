"""Tells an HTTP client in which region it was answered."""

import json
import os


def lambda_handler(event, context):
    body = {"region": os.environ["AWS_REGION"]}
    return {
        "statusCode": 200,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps(body),
    }
