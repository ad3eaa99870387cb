"""The contracts of what expects its event back, changed: Cognito's triggers, Lambda@Edge."""

from __future__ import annotations

from collections.abc import Iterator

from handlerlint.records import replace
from handlerlint.runtime.contracts.http import is_base64
from handlerlint.runtime.contracts.model import (
    ALL,
    CONTAINERS,
    ELEMENT,
    ENTRY,
    NO_LIST,
    NO_OBJECT,
    NO_OBJECT_NOR_NULL,
    Clause,
    Constants,
    Contract,
    Each,
    Json,
    Known,
    Problem,
    Refusal,
    Required,
    Shapes,
    Together,
    text_of,
)
from handlerlint.runtime.limits import MAXIMUM_ORIGIN_RESPONSE_BYTES, MAXIMUM_VIEWER_RESPONSE_BYTES

_RETURN_EVENT = "return the event: `return event`"
_COGNITO_PAGE = (
    "docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html: "
    '"The Lambda function returns the same event object back to Amazon Cognito with any changes in the response"'
)
_UNRECOGNIZABLE = "InvalidLambdaResponseException: Unrecognizable lambda output"

# Custom senders are asked for nothing (user-pool-lambda-custom-email-sender.html): see `contracts_for`. What the
# members of `response` must be is documented, what comes of others is not.
COGNITO = Contract(
    service="Cognito",
    answer="Cognito refuses what the user wants to do",
    error=_UNRECOGNIZABLE,
    clauses=(
        Clause(
            "cognito.root",
            "HL413",
            (),
            Shapes(NO_OBJECT, "an object"),
            f"{_COGNITO_PAGE}; stackoverflow.com/questions/42706896; github.com/aws-amplify/amplify-cli/issues/4341",
            _RETURN_EVENT,
        ),
        Clause("cognito.response", "HL413", (), Required("response"), _COGNITO_PAGE, _RETURN_EVENT),
        Clause(
            "cognito.response",
            "HL413",
            ("response",),
            Shapes(NO_OBJECT_NOR_NULL, "an object"),
            _COGNITO_PAGE,
            _RETURN_EVENT,
        ),
    ),
)

_CLOUDFRONT = "docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide"
_GENERATING = f"{_CLOUDFRONT}/lambda-generating-http-responses.html"
_HEADER_LISTS = (
    "CloudFront: The Lambda function returned an invalid entry in the headers object: Each header entry in the "
    "headers object must be an array"
)
_HEADER_VALUES = "github.com/aws-samples/cloudfront-authorization-at-edge/issues/12, CloudFront's own message"


def _is_status(constant: str | float) -> bool:
    """A number in place of a text is common, and taken."""
    try:
        return 200 <= int(constant) <= 599
    except (ValueError, OverflowError):
        return False


def _is_request_or_answer(response: Known, event: Json) -> Iterator[Problem]:
    if response.lacks("status") and response.lacks("uri"):
        yield (), "it is neither a request (`uri`) nor a response (`status`)"


def _texts_of_headers(entry: Known, event: Json) -> Iterator[Problem]:
    """`key` may be missing."""
    value = entry.member("value")
    if value is not None and value.shapes == {"list"}:
        texts = (element.shapes <= ALL - {"string"} for _, element in value.members())
        if any(texts):
            yield ("value",), "the value of a header is a list with an element that is not a string"
    elif entry.lacks("value") or (value is not None and value.shapes <= NO_LIST - {"string"}):
        yield ("value",), "the value of a header is not a string"


def _decodable(response: Known, event: Json) -> Iterator[Problem]:
    body = text_of(response.member("body"))
    if text_of(response.member("bodyEncoding")) == "base64" and body is not None and not is_base64(body):
        yield ("body",), "`bodyEncoding` is base64, but `body` is not"


def _no_content(response: Known, event: Json) -> Iterator[Problem]:
    status = response.member("status")
    if status is not None and status.constant in ("204", 204) and text_of(response.member("body")):
        yield ("body",), "a response with status 204 has no body"


def _fits(limit: int) -> Together:
    def test(response: Known, event: Json) -> Iterator[Problem]:
        size = len((text_of(response.member("body")) or "").encode("utf-8", "replace"))
        if size > limit:
            yield ("body",), f"`body` has {size} bytes, more than {limit}"

    return Together(test)


def _edge_clauses(limit: int) -> Iterator[Clause]:
    number = 'return a status such as `"200"`'
    headers = 'return lists: `"headers": {"location": [{"key": "Location", "value": "/"}]}`'
    for_answers = (
        ("status", ("status",), Shapes(CONTAINERS, "a number"), _GENERATING, number),
        ("status", ("status",), Constants(_is_status, "from 200 to 599"), _GENERATING, number),
        ("body", ("body",), Shapes(CONTAINERS, "a string"), _GENERATING, "serialize it: `json.dumps(…)`"),
        ("body", (), Together(_decodable), _GENERATING, "encode it: `base64.b64encode(content).decode()`"),
        ("body", (), Together(_no_content), _GENERATING, "leave the body out"),
        ("body", (), _fits(limit), f"{_CLOUDFRONT}/cloudfront-limits.html", "redirect to it instead"),
    )
    for name, at, refusal, source, help in for_answers:
        yield Clause(f"edge.{name}", "HL415", at, refusal, source, help, given="status")
    for_all: tuple[tuple[tuple[str | Each, ...], Refusal, str], ...] = (
        (("headers",), Shapes(NO_OBJECT_NOR_NULL, "an object"), _GENERATING),
        (("headers", ENTRY), Shapes(NO_LIST, "a list"), _HEADER_LISTS),
        (("headers", ENTRY, ELEMENT), Together(_texts_of_headers), _HEADER_VALUES),
    )
    for where, refused, source in for_all:
        yield Clause("edge.headers", "HL415", where, refused, source, headers)


def _edge(name: str, root: tuple[Clause, ...], limit: int) -> Contract:
    """What comes of null is not certain."""
    whole = f'return the {name}: `event["Records"][0]["cf"]["{name}"]`'
    clauses = (
        Clause(f"edge.{name}", "HL415", (), Shapes(NO_OBJECT_NOR_NULL, "an object"), _GENERATING),
        *root,
    )
    return Contract(
        service="CloudFront",
        answer="CloudFront answers with status 502",
        error="LambdaValidationError",
        clauses=(*(replace(clause, help=whole) for clause in clauses), *_edge_clauses(limit)),
    )


_REQUEST = (Clause("edge.request", "HL415", (), Together(_is_request_or_answer), _GENERATING),)
_RESPONSE = (
    Clause(
        "edge.response",
        "HL415",
        (),
        Required("status"),
        f"{_CLOUDFRONT}/lambda-updating-http-responses.html: a response has a status",
    ),
)

VIEWER_REQUEST = _edge("request", _REQUEST, MAXIMUM_VIEWER_RESPONSE_BYTES)
ORIGIN_REQUEST = _edge("request", _REQUEST, MAXIMUM_ORIGIN_RESPONSE_BYTES)
VIEWER_RESPONSE = _edge("response", _RESPONSE, MAXIMUM_VIEWER_RESPONSE_BYTES)
ORIGIN_RESPONSE = _edge("response", _RESPONSE, MAXIMUM_ORIGIN_RESPONSE_BYTES)
EDGE = {
    "viewer-request": VIEWER_REQUEST,
    "origin-request": ORIGIN_REQUEST,
    "viewer-response": VIEWER_RESPONSE,
    "origin-response": ORIGIN_RESPONSE,
}
