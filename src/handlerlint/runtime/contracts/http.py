"""The contracts of what answers HTTP requests with a function: API Gateway, function URLs, load balancers.

"Observed on AWS" are the tests of LocalStack that its authors run against AWS itself and keep the answers of
(github.com/localstack/localstack, tests/aws/services/apigateway/test_apigateway_lambda.py and
lambda_/test_lambda.py, `validated`). SAM CLI is samcli/local/apigw/local_apigw_service.py of aws-sam-cli.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from handlerlint.records import replace
from handlerlint.runtime.contracts.model import (
    CONTAINERS,
    ENTRY,
    NO_LIST_NOR_NULL,
    NO_OBJECT,
    NO_OBJECT_NOR_NULL,
    Certainty,
    Clause,
    Constants,
    Contract,
    Json,
    Known,
    Problem,
    Required,
    Shapes,
    Together,
    text_of,
)

_ENVELOPE = 'return an object such as `{"statusCode": 200, "body": "…"}`'
_SERIALIZE = 'serialize it: `"body": json.dumps(…)`'
_NUMBER = "return a number such as 200"
_TEXTS = 'return an object of strings, such as `{"Content-Type": "text/html"}`'
_LISTS = "return an object of lists of strings"
_ENCODE = "encode the body: `base64.b64encode(content).decode()`"

# `base64Encoded` is taken by SAM CLI, "based on some trials": that it is refused is not certain.
_PROXY_KEYS = frozenset(
    ("statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded", "base64Encoded")
)


def _is_integer(constant: str | float) -> bool:
    try:
        int(constant)
    except (ValueError, OverflowError):
        return False
    return True


def is_base64(text: str) -> bool:
    """Whether a text is base64 with its padding; line breaks may stand in it."""
    try:
        base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _unknown_keys(response: Known) -> list[str]:
    return [key for key in response.known_keys() if key not in _PROXY_KEYS]


def _only_known_keys(response: Known, event: Json) -> Iterator[Problem]:
    unknown = [key for key in _unknown_keys(response) if key != "cookies"]
    if unknown and not response.lacks("statusCode"):
        rest = "it accepts only statusCode, headers, body and the like"
        yield (unknown[0],), f"`{unknown[0]}` is not a key that it knows: {rest}"


def _some_envelope(response: Known, event: Json) -> Iterator[Problem]:
    """A response without `statusCode` is taken as 200, but not one with a key that API Gateway does not know."""
    unknown = _unknown_keys(response)
    if unknown and response.lacks("statusCode"):
        yield ("statusCode",), f"`statusCode` is missing, and `{unknown[0]}` is not a key that it knows"


def _no_cookies(response: Known, event: Json) -> Iterator[Problem]:
    if response.member("cookies") is not None and not response.lacks("statusCode"):
        yield ("cookies",), "`cookies` is not a key that it knows: only HTTP APIs and function URLs do"


def _base64_is_base64(response: Known, event: Json) -> Iterator[Problem]:
    encoded = response.member("isBase64Encoded")
    if encoded is None or encoded.constant is not True:
        return
    body = text_of(response.member("body"))
    if body is not None and not is_base64(body):
        yield ("body",), "`isBase64Encoded` is true, but `body` is not base64"


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


def _binary_is_marked(response: Known, event: Json) -> Iterator[Problem]:
    encoded = response.member("isBase64Encoded")
    is_unmarked = response.lacks("isBase64Encoded") or (encoded is not None and encoded.constant is False)
    beginning = _BEGINNINGS.get(_content_type(response.member("headers")), b"")
    if not (is_unmarked and beginning and response.lacks("base64Encoded")):
        return
    body = text_of(response.member("body"))
    if body and is_base64(body) and base64.b64decode(body).startswith(beginning):
        yield ("isBase64Encoded",), "`body` is a file in base64, but `isBase64Encoded` is not set"


def _content_type(headers: Known | None) -> str:
    for name, value in headers.members() if headers is not None else ():
        is_it = isinstance(name, str) and name.lower() == "content-type"
        text = text_of(value) if is_it else None
        if text is not None:
            return text.partition(";")[0].strip().lower()
    return ""


def _headers_that_are_not_read(response: Known, event: Json) -> Iterator[Problem]:
    """Those that stand in `multiValueHeaders` only: some frameworks fill both."""
    headers, several = response.member("headers"), response.member("multiValueHeaders")
    if several is None or not (headers is None or headers.shapes == {"object"}):
        return
    read = {key.lower() for key in headers.known_keys()} if headers is not None else set()
    lost = next((key for key in several.known_keys() if key.lower() not in read), None)
    if lost is not None:
        yield ("multiValueHeaders", lost), "`multiValueHeaders` is not read in format 2.0"


def _has_entries(value: Known | None) -> bool:
    return value is not None and next(value.members(), None) is not None


_API_GATEWAY = "docs.aws.amazon.com/apigateway/latest/developerguide"
_PROXY_PAGE = f"{_API_GATEWAY}/set-up-lambda-proxy-integrations.html, output format"
_MALFORMED = "Execution failed due to configuration error: Malformed Lambda proxy response"

_FILE_AS_TEXT = Clause(
    "rest.base64.unmarked",
    "HL405",
    (),
    Together(_binary_is_marked),
    f"{_API_GATEWAY}/api-gateway-payload-encodings.html: only with `isBase64Encoded` the body is decoded",
    'Add `"isBase64Encoded": True`.',
    certainty=Certainty.WARNING,
    answer="the client gets the base64 text",
)
# Proxy integrations of REST and WebSocket APIs are alike. Not in here, for want of an observation: numbers and null
# as values of headers, a number as body, text that is no base64 (it depends on `binaryMediaTypes`).
_PROXY = (
    Clause(
        "rest.root",
        "HL401",
        (),
        Shapes(NO_OBJECT, "an object"),
        f"{_PROXY_PAGE}; observed on AWS: a text is 502",
        _ENVELOPE,
    ),
    Clause(
        "rest.body.object",
        "HL402",
        ("body",),
        Shapes(CONTAINERS, "a string"),
        f"{_PROXY_PAGE}; github.com/vincentsarago/lambda-proxy/issues/59",
        _SERIALIZE,
    ),
    Clause(
        "rest.status.text",
        "HL403",
        ("statusCode",),
        Shapes(CONTAINERS, "a number"),
        "observed on AWS: a statusCode that is no number is 502, a text of digits is taken",
        _NUMBER,
    ),
    Clause(
        "rest.status.text",
        "HL403",
        ("statusCode",),
        Constants(_is_integer, "a number"),
        'observed on AWS: `"test"` is 502, `"201"` is 201',
        _NUMBER,
    ),
    Clause(
        "rest.headers",
        "HL404",
        ("headers",),
        Shapes(NO_OBJECT_NOR_NULL, "an object"),
        "SAM CLI and LocalStack refuse it; github.com/reimagined/resolve/issues/802; observed on AWS: null is taken",
        _TEXTS,
    ),
    Clause(
        "rest.headers.values",
        "HL404",
        ("headers", ENTRY),
        Shapes(CONTAINERS, "a string"),
        f"{_PROXY_PAGE}: `headers` contains single values only; observed on AWS: a boolean is taken",
        _TEXTS,
    ),
    Clause(
        "rest.multi",
        "HL404",
        ("multiValueHeaders",),
        Shapes(NO_OBJECT_NOR_NULL, "an object"),
        "observed on AWS: what is no list in it is 502, null is taken",
        _LISTS,
    ),
    Clause(
        "rest.multi",
        "HL404",
        ("multiValueHeaders", ENTRY),
        Shapes(NO_LIST_NOR_NULL, "a list"),
        "observed on AWS: a text is 502",
        _LISTS,
    ),
    Clause(
        "rest.keys",
        "HL401",
        (),
        Together(_some_envelope),
        "observed on AWS: `{}` and headers alone are 200, an unknown key is 502",
        _ENVELOPE,
    ),
    Clause(
        "rest.keys",
        "HL406",
        (),
        Together(_only_known_keys),
        'observed on AWS: `{"statusCode": 200, "wrongValue": …}` is 502',
        "move it into the body",
    ),
)

REST_API = Contract(
    service="API Gateway (REST API)",
    answer='API Gateway answers with status 502, `{"message": "Internal server error"}`',
    error=_MALFORMED,
    clauses=(
        *_PROXY,
        Clause(
            "rest.cookies",
            "HL406",
            (),
            Together(_no_cookies),
            "502: github.com/nitrojs/nitro/issues/504, fastify/aws-lambda-fastify/issues/109, "
            "rails-lambda/lamby/issues/78, fujiwara/ridge/issues/25; SAM CLI wrongly takes it",
            'set them with `"multiValueHeaders": {"Set-Cookie": […]}`',
        ),
        _FILE_AS_TEXT,
    ),
)

_WEB_SOCKET_PAGE = f"{_API_GATEWAY}/apigateway-websocket-api-route-keys-connect-disconnect.html"
_WEB_SOCKET = (
    *(clause for clause in _PROXY if clause.id != "rest.keys"),
    *(
        replace(clause, id="ws.keys", source="github.com/middyjs/middy/issues/1219")
        for clause in _PROXY
        if clause.id == "rest.keys"
    ),
)
# Another statusCode than 2xx refuses a connection: that may be on purpose.
WEB_SOCKET_CONNECT = Contract(
    service="API Gateway (WebSocket API, $connect)",
    answer="the handshake fails with status 502",
    error=_MALFORMED,
    clauses=tuple(
        replace(clause, source=f"{_WEB_SOCKET_PAGE}: without a good answer the connection is not made")
        if clause.id == "rest.root"
        else clause
        for clause in _WEB_SOCKET
    ),
)
WEB_SOCKET_MESSAGE = Contract(
    service="API Gateway (WebSocket API)",
    answer='the client receives `{"message": "Internal server error"}`',
    error=_MALFORMED,
    clauses=_WEB_SOCKET,
)

_HTTP_API_PAGE = f"{_API_GATEWAY}/http-api-develop-integrations-lambda.html"
_WRONG_TYPE = 'github.com/aws/aws-lambda-go/pull/373, run by an engineer of AWS: wrong type for field "body"'
_HTTP_API_ERROR = "The response from the Lambda function doesn't match the format that API Gateway expects."
_ALWAYS_DECODED = Clause(
    "http2.base64",
    "HL405",
    (),
    Together(_base64_is_base64),
    "SAM CLI: an HTTP API decodes the body if `isBase64Encoded` is true, whatever the content type",
    _ENCODE,
    answer="the body cannot be decoded",
)
# Values of headers that are no texts, `headers` or `cookies` that are none, a number as body: not certain.
_FORMAT_2 = (
    Clause(
        "http2.status",
        "HL403",
        ("statusCode",),
        Shapes(CONTAINERS, "a number"),
        f"{_HTTP_API_PAGE}: statusCode is a number",
        _NUMBER,
    ),
    Clause(
        "http2.status",
        "HL403",
        ("statusCode",),
        Constants(_is_integer, "a number"),
        f"{_HTTP_API_PAGE}: statusCode is a number; SAM CLI refuses a word",
        _NUMBER,
    ),
    _ALWAYS_DECODED,
)
_BODY_OBJECT = Clause(
    "http2.body", "HL402", ("body",), Shapes(CONTAINERS, "a string"), _WRONG_TYPE, _SERIALIZE
)


def _only_with_status(*clauses: Clause) -> tuple[Clause, ...]:
    """Format 2.0 takes an object without statusCode as the body itself."""
    return tuple(replace(clause, given="statusCode") for clause in clauses)


HTTP_API_2 = Contract(
    service="API Gateway (HTTP API)",
    answer='API Gateway answers with status 500, `{"message": "Internal Server Error"}`',
    error=_HTTP_API_ERROR,
    clauses=_only_with_status(
        _BODY_OBJECT,
        *_FORMAT_2,
        Clause(
            "http2.multi",
            "HL404",
            (),
            Together(_headers_that_are_not_read),
            "github.com/awslabs/aws-lambda-go-api-proxy/issues/97",
            "return them in `headers`, several values joined by commas; cookies in `cookies`",
            certainty=Certainty.WARNING,
            answer="the headers are missing",
        ),
        _FILE_AS_TEXT,
    ),
)

_NOTHING_ASSUMED = (
    "repost.aws/knowledge-center/api-gateway-status-codes-http-api: with format 1.0 nothing is assumed; "
    "SAM CLI refuses it"
)
HTTP_API_1 = Contract(
    service="API Gateway (HTTP API, payload format 1.0)",
    answer='API Gateway answers with status 500, `{"message": "Internal Server Error"}`',
    error=_HTTP_API_ERROR,
    clauses=(
        Clause("http1.root", "HL401", (), Shapes(NO_OBJECT, "an object"), _NOTHING_ASSUMED, _ENVELOPE),
        Clause("http1.status", "HL401", (), Required("statusCode"), _NOTHING_ASSUMED, _ENVELOPE),
        Clause(
            "http1.status",
            "HL401",
            ("statusCode",),
            Shapes(frozenset(("null",)), "a number"),
            _NOTHING_ASSUMED,
            _ENVELOPE,
        ),
        replace(_BODY_OBJECT, id="http1.body"),
        *_FORMAT_2,
        _FILE_AS_TEXT,
    ),
)

# What becomes of an object as body is not certain here.
FUNCTION_URL = Contract(
    service="the function URL",
    answer="the function URL answers with status 502",
    error="Internal Server Error",
    clauses=_only_with_status(
        *(
            replace(
                clause,
                id="url.status",
                source="docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html: a number; "
                'observed on AWS: `"418"` and any JSON without statusCode are taken',
            )
            for clause in _FORMAT_2
            if clause.id == "http2.status"
        ),
        replace(
            _ALWAYS_DECODED,
            id="url.base64",
            source="docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html: the body is decoded",
        ),
        _FILE_AS_TEXT,
    ),
)

_ELB_PAGE = "docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html"
_LOAD_BALANCER = (
    Clause(
        "alb.root",
        "HL401",
        (),
        Shapes(NO_OBJECT, "an object"),
        f"{_ELB_PAGE}; load-balancer-access-logs.html: LambdaInvalidResponse",
        _ENVELOPE,
    ),
    Clause(
        "alb.status",
        "HL401",
        (),
        Required("statusCode"),
        "github.com/Adyen/adyen-commercetools/issues/1249: at least statusCode is expected",
        _ENVELOPE,
    ),
    Clause(
        "alb.status",
        "HL403",
        ("statusCode",),
        Shapes(CONTAINERS | {"null"}, "a number"),
        f"{_ELB_PAGE}: statusCode is a number",
        _NUMBER,
    ),
    Clause(
        "alb.status",
        "HL403",
        ("statusCode",),
        Constants(_is_integer, "a number"),
        f"{_ELB_PAGE}: statusCode is a number",
        _NUMBER,
    ),
    Clause(
        "alb.body",
        "HL402",
        ("body",),
        Shapes(CONTAINERS, "a string"),
        f"{_ELB_PAGE}: the body is a text",
        _SERIALIZE,
    ),
    Clause(
        "alb.body.null",
        "HL402",
        ("body",),
        Shapes(frozenset(("null",)), "a string"),
        "github.com/aws/aws-lambda-go/pull/438, run by an engineer of AWS: null is 502, a missing body 200; "
        "aws-powertools/powertools-lambda-python/issues/4671",
        'leave the body out, or return `""`',
    ),
    Clause(
        "alb.headers",
        "HL404",
        ("headers",),
        Shapes(NO_OBJECT_NOR_NULL, "an object"),
        f"{_ELB_PAGE}: an object of texts",
        _TEXTS,
    ),
    Clause(
        "alb.headers.number",
        "HL404",
        ("headers", ENTRY),
        Shapes(CONTAINERS | {"number"}, "a string"),
        'github.com/CodeGenieApp/serverless-express/issues/563: "The ALB will not accept a number in the '
        'content-length header"; pwrdrvr/lambda-dispatch/issues/52',
        "make it a string: `str(…)`",
    ),
    _FILE_AS_TEXT,
)


def _lost_headers(used: str, wanted: str, switch: str) -> Clause:
    def lost(response: Known, event: Json) -> Iterator[Problem]:
        if _has_entries(response.member(used)) and response.lacks(wanted):
            yield (
                (used,),
                f"it reads `{wanted}` and not `{used}`: multi-value headers of its target group are {switch}",
            )

    return Clause(
        "alb.multi",
        "HL404",
        (),
        Together(lost),
        f"{_ELB_PAGE}: multiValueHeaders if multi-value headers are enabled and headers otherwise; "
        "github.com/dougmoscrop/serverless-http/issues/283: the headers are missing",
        f"return `{wanted}`",
        certainty=Certainty.WARNING,
        answer="the headers are missing",
    )


LOAD_BALANCER = Contract(
    service="the load balancer",
    answer="the load balancer answers with status 502",
    error="LambdaInvalidResponse",
    clauses=(*_LOAD_BALANCER, _lost_headers("multiValueHeaders", "headers", "off")),
)
MULTI_VALUE_LOAD_BALANCER = replace(
    LOAD_BALANCER, clauses=(*_LOAD_BALANCER, _lost_headers("headers", "multiValueHeaders", "on"))
)
