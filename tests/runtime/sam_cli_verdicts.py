"""Run by SAM CLI's own Python: what `sam local start-api` makes of responses, a JSON list on standard input."""

import json
import logging
import sys

from flask import Flask, request
from samcli.local.apigw.authorizers.lambda_authorizer import LambdaAuthorizer
from samcli.local.apigw.local_apigw_service import LocalApigwService
from samcli.local.apigw.route import Route

METHOD = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/test/POST/orders/A-1001"


def judge(kind, response):
    text = json.dumps(response)
    if kind == "http-api":
        LocalApigwService._parse_v2_payload_format_lambda_output(text, [], request)
    elif kind in ("api", "http-api-v1"):
        route = Route.API if kind == "api" else Route.HTTP
        LocalApigwService._parse_v1_payload_format_lambda_output(text, [], request, route)
    else:
        is_simple = kind == "simple"
        authorizer = LambdaAuthorizer("a", "REQUEST", "f", [], "2.0", None, is_simple)
        authorizer.is_valid_response(text, METHOD)


def verdict(kind, response):
    try:
        judge(kind, response)
    except Exception as error:
        return type(error).__name__
    return None


logging.disable(logging.CRITICAL)
with Flask(__name__).test_request_context("/"):
    print(json.dumps([verdict(kind, response) for kind, response in json.load(sys.stdin)]))
