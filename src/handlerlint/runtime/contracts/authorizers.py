"""The contracts of Lambda authorizers: an IAM policy, or a boolean where an HTTP API is told to expect one."""

from __future__ import annotations

from collections.abc import Iterator

from handlerlint.runtime.contracts.model import (
    CONTAINERS,
    NO_OBJECT,
    Contract,
    Field,
    Flaw,
    Json,
    named,
    step,
)

_POLICY_HELP = (
    'Return `{"principalId": …, "policyDocument": {"Version": "2012-10-17", "Statement": [{"Action": '
    '"execute-api:Invoke", "Effect": "Allow", "Resource": event["methodArn"]}]}}`.'
)


def _statements(response: Json, event: Json) -> Iterator[Flaw]:
    """What every statement of an IAM policy has (docs.aws.amazon.com/IAM/latest/UserGuide, policy grammar)."""
    policy = response.get("policyDocument") if isinstance(response, dict) else None
    if not isinstance(policy, dict):
        return
    place = step("policyDocument", "Statement")
    if "Statement" not in policy:
        yield Flaw("HL412", place, "the policy has no `Statement`", _POLICY_HELP)
        return
    found = policy["Statement"]
    for index, statement in enumerate(found if isinstance(found, list) else [found]):
        here = place + step(index) if isinstance(found, list) else place
        if not isinstance(statement, dict):
            yield Flaw("HL412", here, f"the statement is {named(statement)}, not an object", _POLICY_HELP)
            continue
        if statement.get("Effect") not in ("Allow", "Deny"):
            effect = statement.get("Effect")
            what = f"`Effect` is {'missing' if effect is None else f'`{effect}`'}, not Allow or Deny"
            yield Flaw("HL412", here + step("Effect"), what, _POLICY_HELP)
        for key in ("Action", "Resource"):
            if key not in statement and f"Not{key}" not in statement:
                yield Flaw("HL412", here + step(key), f"the statement has no `{key}`", _POLICY_HELP)


_PAGE = "docs.aws.amazon.com/apigateway/latest/developerguide"
_POLICY = Field("policyDocument", NO_OBJECT, "HL412", "an object", _POLICY_HELP, required=True)

# Whether `principalId` may be missing is not certain: the page asks for it, but requests without it are let
# through (dev.to/marcogrcr, "API Gateway + Lambda authorizer + Lambda proxy integration failure modes").
REST_AUTHORIZER = Contract(
    service="API Gateway (authorizer)",
    answer="API Gateway answers every request with status 500",
    error="AuthorizerConfigurationException",
    sources=(
        f"{_PAGE}/api-gateway-lambda-authorizer-output.html: the policy is needed; the values of the context are "
        "no objects and no lists",
        "SAM CLI, samcli/local/apigw/authorizers/lambda_authorizer.py: what a policy must have",
    ),
    root_code="HL412",
    root_help=_POLICY_HELP,
    fields=(
        _POLICY,
        Field(
            "context",
            frozenset(),
            "HL412",
            "an object",
            "Serialize it: the context takes strings, numbers and booleans.",
            values=CONTAINERS,
        ),
    ),
    checks=(_statements,),
)

HTTP_POLICY_AUTHORIZER = Contract(
    service="API Gateway (authorizer of an HTTP API)",
    answer="API Gateway answers every request with status 500",
    sources=(
        f"{_PAGE}/http-api-lambda-authorizer.html: an IAM policy with format 1.0, and with 2.0 unless simple "
        "responses are enabled",
    ),
    root_code="HL412",
    root_help=_POLICY_HELP,
    fields=(_POLICY,),
    checks=(_statements,),
)


def _says_whether(response: Json, event: Json) -> Iterator[Flaw]:
    """A policy is no answer here either, but what comes of it is not known."""
    if not isinstance(response, dict) or "policyDocument" in response:
        return
    allowed = response.get("isAuthorized")
    if not isinstance(allowed, bool):
        what = f"`isAuthorized` is {'missing' if 'isAuthorized' not in response else named(allowed)}, not a boolean"
        yield Flaw("HL412", step("isAuthorized"), what, 'Return `{"isAuthorized": True}`.')


SIMPLE_AUTHORIZER = Contract(
    service="API Gateway (authorizer with simple responses)",
    answer="API Gateway lets no request through",
    sources=(
        f"{_PAGE}/http-api-lambda-authorizer.html, simple responses",
        "SAM CLI, samcli/local/apigw/authorizers/lambda_authorizer.py: isAuthorized is a boolean",
    ),
    root_code="HL412",
    root_help='Return `{"isAuthorized": True}`.',
    checks=(_says_whether,),
)
