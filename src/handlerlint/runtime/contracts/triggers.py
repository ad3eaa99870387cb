"""The contracts of what expects its event back, changed: Cognito's triggers, Lambda@Edge."""

from __future__ import annotations

from collections.abc import Iterator

from handlerlint.runtime.contracts.http import is_base64
from handlerlint.runtime.contracts.model import (
    CONTAINERS,
    NO_OBJECT,
    NO_OBJECT_NOR_NULL,
    Contract,
    Field,
    Flaw,
    Json,
    named,
    shape_of,
    step,
)

_RETURN_EVENT = "Return the event: `return event`."

# Custom senders are asked for nothing (user-pool-lambda-custom-email-sender.html): see `contracts_for`.
COGNITO = Contract(
    service="Cognito",
    answer="Cognito refuses what the user wants to do",
    error="InvalidLambdaResponseException: Unrecognizable lambda output",
    sources=(
        "docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html: "
        "the function sends the event back, with a response in it",
        "stackoverflow.com/questions/42706896: the error",
    ),
    root_code="HL413",
    root_help=_RETURN_EVENT,
    fields=(Field("response", NO_OBJECT, "HL413", "an object", _RETURN_EVENT, required=True),),
)


def _header_values_are_texts(response: Json, event: Json) -> Iterator[Flaw]:
    """Whether a header may be a text in place of a list is not certain: CloudFront's message speaks of both."""
    headers = response.get("headers") if isinstance(response, dict) else None
    for name, entries in headers.items() if isinstance(headers, dict) else ():
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            if isinstance(entry, dict) and shape_of(entry.get("value")) not in ("string", "list"):
                what = f"the value of the header `{name}` is {named(entry.get('value'))}, not a string"
                yield Flaw("HL404", step("headers", name, index, "value"), what, "Make it a string.")


def _answer_flaws(response: Json, event: Json) -> Iterator[Flaw]:
    """Of a response for the viewer, whether it is made by the function or changed by it."""
    if not isinstance(response, dict) or "status" not in response:
        return
    status = response["status"]
    if shape_of(status) in CONTAINERS or (isinstance(status, str) and not status.isdigit()):
        yield Flaw("HL403", step("status"), "`status` is no number", 'Return a status such as `"200"`.')
    elif isinstance(status, str) and not 200 <= int(status) <= 599:
        yield Flaw("HL403", step("status"), f"`status` is {status}, not from 200 to 599", None)
    body = response.get("body")
    if shape_of(body) in CONTAINERS:
        mend = "Serialize it: `json.dumps(…)`."
        yield Flaw("HL402", step("body"), f"`body` is {named(body)}, not a string", mend)
    elif response.get("bodyEncoding") == "base64" and isinstance(body, str) and not is_base64(body):
        yield Flaw("HL405", step("body"), "`bodyEncoding` is base64, but `body` is not", None)


def _is_request_or_answer(response: Json, event: Json) -> Iterator[Flaw]:
    if isinstance(response, dict) and "status" not in response and "uri" not in response:
        what = "it is neither a request (`uri`) nor a response (`status`)"
        mend = 'Return `event["Records"][0]["cf"]["request"]`, or a response with a `status`.'
        yield Flaw("HL413", "", what, mend)


_EDGE_SOURCES = (
    "docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-generating-http-responses.html: the "
    "response object, of which `status` is needed",
    "docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-updating-http-responses.html: a status "
    "from 200 to 599",
    "github.com/aws-samples/cloudfront-authorization-at-edge/issues/12: the error for a header's value",
)
_EDGE_HEADERS = Field("headers", NO_OBJECT_NOR_NULL, "HL404", "an object")

EDGE_REQUEST = Contract(
    service="CloudFront",
    answer="CloudFront answers with status 502",
    error="LambdaValidationError",
    sources=_EDGE_SOURCES,
    refused=NO_OBJECT_NOR_NULL,  # what comes of null is not certain
    root_code="HL413",
    root_help='Return the request: `event["Records"][0]["cf"]["request"]`.',
    fields=(_EDGE_HEADERS,),
    checks=(_is_request_or_answer, _header_values_are_texts, _answer_flaws),
)

EDGE_RESPONSE = Contract(
    service="CloudFront",
    answer="CloudFront answers with status 502",
    error="LambdaValidationError",
    sources=_EDGE_SOURCES,
    refused=NO_OBJECT_NOR_NULL,  # what comes of null is not certain
    root_code="HL413",
    root_help='Return the response: `event["Records"][0]["cf"]["response"]`.',
    fields=(
        Field(
            "status",
            frozenset(),
            "HL413",
            "a number",
            'Return the response: `event["Records"][0]["cf"]["response"]`.',
            required=True,
        ),
        _EDGE_HEADERS,
    ),
    checks=(_header_values_are_texts, _answer_flaws),
)
