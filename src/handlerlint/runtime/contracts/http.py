"""The contracts of what answers HTTP requests with a function: API Gateway, function URLs, load balancers.

"Observed on AWS" are the tests of LocalStack that its authors run against AWS itself and keep the answers of
(github.com/localstack/localstack, tests/aws/services/apigateway/test_apigateway_lambda.py, `validated`).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from handlerlint.runtime.contracts.model import (
    CONTAINERS,
    NO_LIST_NOR_NULL,
    NO_OBJECT_NOR_NULL,
    Contract,
    Field,
    Flaw,
    Json,
    step,
)

_SERIALIZE = 'Serialize it: `"body": json.dumps(…)`.'
_NO_BODY_OBJECT = Field("body", CONTAINERS, "HL402", "a string", _SERIALIZE)
_STATUS = Field("statusCode", CONTAINERS, "HL403", "a number", "Return a number such as 200.")
_HEADERS = Field(
    "headers",
    NO_OBJECT_NOR_NULL,
    "HL404",
    "an object",
    'Return an object of strings, such as `{"Content-Type": "text/html"}`.',
    values=CONTAINERS,
)
_MULTI_VALUE_HEADERS = Field(
    "multiValueHeaders",
    NO_OBJECT_NOR_NULL,
    "HL404",
    "an object",
    "Return an object of lists of strings.",
    values=NO_LIST_NOR_NULL,
)
_ENVELOPE = 'Return an object such as `{"statusCode": 200, "body": "…"}`.'
_PROXY_KEYS = frozenset(
    # `base64Encoded` and `cookies` are taken by SAM CLI, too (samcli/local/apigw/local_apigw_service.py).
    ("statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded", "base64Encoded", "cookies")
)


def _only_known_keys(response: Json, event: Json) -> Iterator[Flaw]:
    """A response without `statusCode` is taken as 200, but not one with a key that API Gateway does not know."""
    if not isinstance(response, dict):
        return
    unknown = [key for key in response if key not in _PROXY_KEYS]
    if unknown and "statusCode" not in response:
        what = f"`statusCode` is missing, and `{unknown[0]}` is no key that it knows"
        yield Flaw("HL401", step("statusCode"), what, _ENVELOPE)
    elif unknown:
        what = f"`{unknown[0]}` is no key that it knows: it takes none but statusCode, headers, body and the like"
        yield Flaw(None, step(unknown[0]), what, "Move it into the body.")


def _status_is_number(response: Json, event: Json) -> Iterator[Flaw]:
    status = response.get("statusCode") if isinstance(response, dict) else None
    if isinstance(status, str) and not _is_integer(status):
        what = f"`statusCode` is the text `{status[:40]}`, not a number"
        yield Flaw("HL403", step("statusCode"), what, "Return a number such as 200.")


def _is_integer(text: str) -> bool:
    try:
        int(text)
    except ValueError:
        return False
    return True


def _base64_is_base64(response: Json, event: Json) -> Iterator[Flaw]:
    """What is said to be base64 is decoded, so it has to be."""
    if isinstance(response, dict) and response.get("isBase64Encoded") is True:
        body = response.get("body")
        if isinstance(body, str) and not is_base64(body):
            what = "`isBase64Encoded` is true, but `body` is not base64"
            mend = "Encode the body: `base64.b64encode(content).decode()`."
            yield Flaw("HL405", step("body"), what, mend, "the body cannot be decoded")


# The first bytes of files of these types, from their formats' own specifications.
_BEGINNINGS = {
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "image/gif": b"GIF8",
    "image/webp": b"RIFF",
    "application/pdf": b"%PDF-",
    "application/zip": b"PK\x03\x04",
    "application/gzip": b"\x1f\x8b",
}


def _binary_is_marked(response: Json, event: Json) -> Iterator[Flaw]:
    """A picture in base64 that is not said to be: the client gets the text of it."""
    if not isinstance(response, dict) or response.get("isBase64Encoded") or "base64Encoded" in response:
        return
    beginning, body = _BEGINNINGS.get(_content_type(response.get("headers")), b""), response.get("body")
    if (
        beginning
        and isinstance(body, str)
        and is_base64(body)
        and base64.b64decode(body).startswith(beginning)
    ):
        what = "`body` is a file in base64, and `isBase64Encoded` does not say so"
        mend = 'Add `"isBase64Encoded": True`.'
        yield Flaw("HL405", step("isBase64Encoded"), what, mend, "the client gets the text")


def _content_type(headers: Json) -> str:
    if isinstance(headers, dict):
        for name, value in headers.items():
            if name.lower() == "content-type" and isinstance(value, str):
                return value.partition(";")[0].strip().lower()
    return ""


def is_base64(text: str) -> bool:
    """Whether a text is base64 with its padding; line breaks may stand in it."""
    try:
        base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


_API_GATEWAY_PAGE = "docs.aws.amazon.com/apigateway/latest/developerguide"

REST_API = Contract(
    service="API Gateway (REST API)",
    answer="API Gateway answers with status 502",
    error="Execution failed due to configuration error: Malformed Lambda proxy response",
    sources=(
        f"{_API_GATEWAY_PAGE}/set-up-lambda-proxy-integrations.html, output format",
        "repost.aws/knowledge-center/malformed-502-api-gateway",
        "observed on AWS: `{}` and a missing statusCode are 200; a text, an unknown key, a statusCode that is no "
        "number and a text in multiValueHeaders are 502; headers may be null, their values boolean, statusCode a "
        "text of digits",
    ),
    root_code="HL401",
    root_help=_ENVELOPE,
    fields=(_NO_BODY_OBJECT, _STATUS, _HEADERS, _MULTI_VALUE_HEADERS),
    checks=(_only_known_keys, _status_is_number, _binary_is_marked),
)

WEB_SOCKET_API = Contract(
    service="API Gateway (WebSocket API)",
    answer="API Gateway answers with `Internal server error`",
    error="Execution failed due to configuration error: Malformed Lambda proxy response",
    sources=(
        f"{_API_GATEWAY_PAGE}/apigateway-websocket-api-integrations.html: the proxy integration of REST APIs",
        "github.com/middyjs/middy/issues/1219: a response with further keys is `Internal server error`",
    ),
    root_code="HL401",
    root_help='Return `{"statusCode": 200}`.',
    fields=(_NO_BODY_OBJECT, _STATUS, _HEADERS),
    checks=(_only_known_keys, _status_is_number),
)

# An engineer of AWS ran it: github.com/aws/aws-lambda-go/pull/373.
_HTTP_API_ERROR = "The response from the Lambda function doesn't match the format that API Gateway expects."
_HTTP_API_PAGE = f"{_API_GATEWAY_PAGE}/http-api-develop-integrations-lambda.html"

HTTP_API_1 = Contract(
    service="API Gateway (HTTP API, payload format 1.0)",
    answer="API Gateway answers with status 500",
    error=_HTTP_API_ERROR,
    sources=(
        f"{_HTTP_API_PAGE}, response format 1.0",
        "repost.aws/knowledge-center/api-gateway-status-codes-http-api: with format 1.0 nothing is assumed",
        "github.com/aws/aws-lambda-go/pull/373: the error for a body that is no string",
        "SAM CLI, samcli/local/apigw/local_apigw_service.py: the response is an object, statusCode is there",
    ),
    root_code="HL401",
    root_help=_ENVELOPE,
    fields=(
        Field("statusCode", CONTAINERS, "HL401", "a number", _ENVELOPE, required=True),
        _NO_BODY_OBJECT,
        _HEADERS,
        _MULTI_VALUE_HEADERS,
    ),
    checks=(_status_is_number, _base64_is_base64, _binary_is_marked),
)


HTTP_API_2 = Contract(
    service="API Gateway (HTTP API)",
    answer="API Gateway answers with status 500",
    error=_HTTP_API_ERROR,
    sources=(
        f"{_HTTP_API_PAGE}, response format 2.0: valid JSON without statusCode becomes the body",
        "github.com/aws/aws-lambda-go/pull/373: the error for a body that is no string",
    ),
    refused=frozenset(),
    only_with="statusCode",
    fields=(_NO_BODY_OBJECT, _STATUS, _HEADERS),
    checks=(_status_is_number, _base64_is_base64, _binary_is_marked),
)

FUNCTION_URL = Contract(
    service="the function URL",
    answer="the function URL answers with status 502",
    sources=(
        "docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html: as HTTP APIs with format 2.0",
        "observed on AWS (tests/aws/services/lambda_/test_lambda.py): any JSON is 200; an object as body is taken",
    ),
    refused=frozenset(),
    only_with="statusCode",
    fields=(_STATUS,),
    checks=(_status_is_number, _base64_is_base64, _binary_is_marked),
)

LOAD_BALANCER = Contract(
    service="the load balancer",
    answer="the load balancer answers with status 502",
    error="LambdaInvalidResponse",
    sources=(
        "docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html: the response is "
        "JSON with the status code, and the body a text; load-balancer-access-logs.html: LambdaInvalidResponse",
        "github.com/awsdocs/elb-application-load-balancers-user-guide/issues/33: statusCode alone is taken",
        "github.com/aws-powertools/powertools-lambda-python/issues/4671: null as body is 502",
    ),
    root_code="HL401",
    root_help=_ENVELOPE,
    fields=(
        Field("statusCode", CONTAINERS | {"null"}, "HL401", "a number", _ENVELOPE, required=True),
        Field("body", CONTAINERS | {"null"}, "HL402", "a string", _SERIALIZE),
        _HEADERS,
    ),
    checks=(_status_is_number, _base64_is_base64, _binary_is_marked),
)
