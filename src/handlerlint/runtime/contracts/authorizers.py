"""The contracts of Lambda authorizers: an IAM policy, or a boolean where an API is told to expect one."""

from __future__ import annotations

from collections.abc import Iterator

from handlerlint.records import replace
from handlerlint.runtime.contracts.model import (
    ALL,
    CONTAINERS,
    ELEMENT,
    ENTRY,
    NO_OBJECT,
    Certainty,
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
    alike,
    one_of,
)

_POLICY_HELP = (
    'return `{"principalId": …, "policyDocument": {"Version": "2012-10-17", "Statement": [{"Action": '
    '"execute-api:Invoke", "Effect": "Allow", "Resource": event["methodArn"]}]}}`'
)
_SIMPLE_HELP = 'return `{"isAuthorized": True}`'
_ALLOW_DENY = "say `Allow` or `Deny`"

_API_GATEWAY = "docs.aws.amazon.com/apigateway/latest/developerguide"
_OUTPUT_PAGE = f"{_API_GATEWAY}/api-gateway-lambda-authorizer-output.html"
_HTTP_PAGE = f"{_API_GATEWAY}/http-api-lambda-authorizer.html"
_GRAMMAR = "docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html"
_STATEMENT = ("policyDocument", "Statement")


def _is_complete(statement: Known, event: Json) -> Iterator[Problem]:
    """One problem for all that is missing, which mostly is misspelt."""
    missing = [
        key
        for key in ("Effect", "Action", "Resource")
        if statement.lacks(key) and (key == "Effect" or statement.lacks(f"Not{key}"))
    ]
    if missing:
        shown, near = ", ".join(f"`{key}`" for key in missing), [alike(statement, key) for key in missing]
        there = f" (there is {', '.join(f'`{key}`' for key in near if key)})" if any(near) else ""
        yield tuple(missing) if len(missing) == 1 else (), f"the statement has no {shown}{there}"


def _statement_clauses(at: tuple[str | Each, ...]) -> Iterator[Clause]:
    """Of one statement; `Statement` may be a list of them, or one."""
    parts: tuple[tuple[tuple[str | Each, ...], Refusal, str], ...] = (
        (at, Together(_is_complete), _POLICY_HELP),
        ((*at, "Effect"), Shapes(ALL - {"string"}, "`Allow` or `Deny`"), _ALLOW_DENY),
        (
            (*at, "Effect"),
            Constants(one_of("Allow", "Deny"), "`Allow` or `Deny`"),
            _ALLOW_DENY,
        ),
    )
    for place, refusal, help in parts:
        yield Clause("auth.rest.statement", "HL412", place, refusal, f"{_GRAMMAR}; SAM CLI", help)


_POLICY_CLAUSES = (
    Clause("auth.rest.policy", "HL412", (), Required("policyDocument"), _OUTPUT_PAGE, _POLICY_HELP),
    Clause(
        "auth.rest.policy",
        "HL412",
        ("policyDocument",),
        Shapes(NO_OBJECT, "an object"),
        _OUTPUT_PAGE,
        _POLICY_HELP,
    ),
    Clause(
        "auth.rest.statement", "HL412", ("policyDocument",), Required("Statement"), _GRAMMAR, _POLICY_HELP
    ),
    Clause(
        "auth.rest.statement",
        "HL412",
        _STATEMENT,
        Shapes(ALL - CONTAINERS, "a list of statements"),
        _GRAMMAR,
        _POLICY_HELP,
    ),
    Clause(
        "auth.rest.statement",
        "HL412",
        (*_STATEMENT, ELEMENT),
        Together(lambda statement, event: _is_statement(statement)),
        _GRAMMAR,
        _POLICY_HELP,
    ),
    *_statement_clauses(_STATEMENT),
    *_statement_clauses((*_STATEMENT, ELEMENT)),
)

# Not certain: a missing `principalId`, which the page asks for and requests without are let through.
REST_AUTHORIZER = Contract(
    service="API Gateway (authorizer)",
    answer="API Gateway answers every request with status 500",
    error="AuthorizerConfigurationException",
    clauses=(
        Clause(
            "auth.rest.root",
            "HL412",
            (),
            Shapes(NO_OBJECT, "an object"),
            'dev.to/marcogrcr, "API Gateway + Lambda authorizer + Lambda proxy integration failure modes"; '
            "github.com/serverless/examples/issues/557",
            f'{_POLICY_HELP} For status 401 raise `Exception("Unauthorized")`.',
        ),
        *_POLICY_CLAUSES,
        Clause(
            "auth.rest.context",
            "HL412",
            ("context", ENTRY),
            Shapes(CONTAINERS, "a string, number or boolean"),
            f'{_OUTPUT_PAGE}: "you cannot set a JSON object or array as a valid value of any key in the context"',
            "serialize it: the context takes strings, numbers and booleans",
            error="Can not deserialize instance of java.lang.String out of START_ARRAY token",
        ),
    ),
)

_HTTP_POLICY = (
    f"{_HTTP_PAGE}: an IAM policy with format 1.0, and with 2.0 unless simple responses are enabled"
)
HTTP_POLICY_AUTHORIZER = Contract(
    service="API Gateway (authorizer of an HTTP API)",
    answer="API Gateway answers every request with status 500",
    clauses=(
        Clause("auth.http.policy", "HL412", (), Shapes(NO_OBJECT, "an object"), _HTTP_POLICY, _POLICY_HELP),
        *(
            replace(clause, id="auth.http.policy", source=_HTTP_POLICY)
            if clause.id == "auth.rest.policy"
            else clause
            for clause in _POLICY_CLAUSES
        ),
    ),
)


def _is_statement(statement: Known) -> Iterator[Problem]:
    if statement.shapes <= NO_OBJECT:
        yield (), "the statement is not an object"


def _no_word(response: Known, event: Json) -> Iterator[Problem]:
    """A policy is no answer where simple responses are enabled either, but what comes of it is not known."""
    if response.lacks("isAuthorized") and response.lacks("policyDocument"):
        yield ("isAuthorized",), "`isAuthorized` is missing"


def _simple(id: str, source: str) -> tuple[Clause, ...]:
    return (
        Clause(id, "HL412", (), Shapes(NO_OBJECT, "an object"), source, _SIMPLE_HELP),
        Clause(id, "HL412", (), Together(_no_word), source, _SIMPLE_HELP),
        Clause(id, "HL412", ("isAuthorized",), Shapes(ALL - {"boolean"}, "a boolean"), source, _SIMPLE_HELP),
    )


SIMPLE_AUTHORIZER = Contract(
    service="API Gateway (authorizer with simple responses)",
    answer="API Gateway answers every request with status 500",
    clauses=_simple(
        "auth.simple", f'{_HTTP_PAGE}: "a response in an invalid format" is status 500; SAM CLI refuses it'
    ),
)

APPSYNC_AUTHORIZER = Contract(
    service="AppSync (authorizer)",
    answer="AppSync refuses the call",
    clauses=tuple(
        replace(clause, certainty=Certainty.WARNING)
        for clause in _simple(
            "auth.appsync",
            "docs.aws.amazon.com/appsync/latest/devguide/security-authz.html: `isAuthorized` is needed",
        )
    ),
)
