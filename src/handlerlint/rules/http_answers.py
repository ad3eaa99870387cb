"""HL401 to HL406: does whoever passes HTTP requests on to the function take what it returns?"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from handlerlint.findings import RETURNED, ErrorFrom, Finding, Fix, Related, Severity
from handlerlint.functions.model import EventSource, LambdaFunction
from handlerlint.inference.analysis import BrokenContract
from handlerlint.inference.syntax.scopes import nodes_in
from handlerlint.records import replace
from handlerlint.rules.base import Rule, Subject
from handlerlint.rules.fixing.conversions import body_fix
from handlerlint.runtime.contracts import Certainty
from handlerlint.runtime.contracts.invokers import invokers_of


class ContractRule(Rule):
    """A rule about an answer that an invoker of the function refuses."""

    error_from = ErrorFrom.AWS

    def check(self, subject: Subject) -> Iterator[Finding]:
        if subject.analysis is None:
            return
        for broken in subject.analysis.broken:
            if broken.flaw.clause.code == self.code:
                yield replace(self._finding_for(subject, broken), fix=self.fix(subject, broken))

    def fix(self, subject: Subject, broken: BrokenContract) -> Fix | None:
        """What makes the answer one that is taken, if that is known."""
        return None

    def _finding_for(self, subject: Subject, broken: BrokenContract) -> Finding:
        answer, contract, clause = broken.answer, broken.contract, broken.flaw.clause
        finding = self.finding(
            subject,
            subject.place(answer.file, answer.node, answer.statement if _is_in_return(broken) else None),
            f"{_what(broken)}: {clause.answer or contract.answer}",
            value_path=f"return{broken.flaw.path}",
            runtime_error=clause.error or (None if clause.answer else contract.error),
            help=clause.help,
            related=_way(subject, broken),
        )
        severity = Severity.ERROR if clause.certainty is Certainty.ERROR else Severity.WARNING
        functions = tuple(one.name for one in subject.functions if refusing_sources(one, broken))
        return replace(finding, severity=severity, functions=functions or finding.functions)


def _what(broken: BrokenContract) -> str:
    """What is wrong, as the beginning of a sentence, and for whom."""
    service = broken.contract.service
    if broken.answer.is_swallowed:
        return f"`ReportBatchItemFailures` is on for {service}, and no failure is ever reported"
    if not broken.flaw.steps:
        name = broken.handler.name
        if broken.answer.is_end:
            return f"`{name}` can end here without returning, and {service} needs an answer"
        return f"`{name}` returns here what {service} does not accept: {broken.flaw.what}"
    return f"in the answer to {service} {broken.flaw.what}"


def refusing_sources(function: LambdaFunction, broken: BrokenContract) -> list[EventSource]:
    """The event sources of a function that refuse the answer."""
    return [
        source
        for source in function.events
        if any(invoker in broken.invokers for invoker in invokers_of(source.kind, source.properties))
    ]


def _way(subject: Subject, broken: BrokenContract) -> Iterator[Related]:
    """Where the refused part was made, and where it is returned, but for the place of the finding."""
    answer = broken.answer
    seen: set[cst.CSTNode] = {answer.node}
    for step in answer.way:
        if step.node not in seen:
            seen.add(step.node)
            yield subject.related(step.what, step.file, step.node)
    if (
        not (answer.is_end or answer.is_swallowed)
        and getattr(answer.statement, "value", None) is not answer.node
    ):
        yield subject.related(RETURNED, broken.handler.file, answer.statement)


def _is_in_return(broken: BrokenContract) -> bool:
    return broken.answer.node in frozenset(nodes_in(broken.answer.statement)) and not broken.answer.is_end


class MissingStatusCode(ContractRule):
    """
    ## What it does
    Finds answers to HTTP requests that are not an object, or that lack a `statusCode` which has no default. Often a
    handler ends without returning (after an `except` that only logs), does not return what a helper has made, or
    returns plain data. It holds for REST and WebSocket APIs, HTTP APIs with payload format 1.0, and load balancers.
    HTTP APIs with payload format 2.0 and function URLs accept any JSON.

    If it is not known who invokes the function, the rule warns of a Powertools resolver whose answer is not returned.

    Only paths count that an event of that service can take: `if event.get("source") == "warm-up": return` is fine.

    ## Why it is bad
    The function succeeds, but the client gets an error: a REST API answers with status 502, `{"message": "Internal
    server error"}`, and logs `Malformed Lambda proxy response`.

    ## Example
    ```python
    # template.yaml
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Orders:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: python3.13
          CodeUri: .
          Handler: app.lambda_handler
          Events:
            Get: {Type: Api, Properties: {Path: /orders, Method: get}}
    # app.py
    import json


    def lambda_handler(event, context):
        try:
            order = json.loads(event["body"])
            return {"statusCode": 200, "body": order["id"]}
        except KeyError as error:
            print(error)
    ```

    ## Use instead
    ```python
    # template.yaml
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Orders:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: python3.13
          CodeUri: .
          Handler: app.lambda_handler
          Events:
            Get: {Type: Api, Properties: {Path: /orders, Method: get}}
    # app.py
    import json


    def lambda_handler(event, context):
        try:
            order = json.loads(event["body"])
            return {"statusCode": 200, "body": order["id"]}
        except KeyError as error:
            print(error)
            return {"statusCode": 400, "body": "no id"}
    ```
    """

    code = "HL401"
    name = "missing-status-code"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Finding]:
        yield from super().check(subject)
        if subject.analysis is None or any(function.events for function in subject.functions):
            return  # who invokes it decides
        for unreturned in subject.analysis.unreturned:
            finding = self.finding(
                subject,
                subject.place(unreturned.handler.file, unreturned.call),
                f"`{unreturned.handler.name}` does not return the answer that is made here",
                help="return it: `return app.resolve(event, context)`",
            )
            yield replace(finding, severity=Severity.WARNING)


class BodyNotString(ContractRule):
    """
    ## What it does
    Finds answers to HTTP requests whose `body` is an object or a list; behind a load balancer also `None`.

    ## Why it is bad
    The body must be a string. A REST API answers with status 502 and logs `Malformed Lambda proxy response`, an HTTP
    API with status 500.

    ## Example
    ```python
    # template.yaml
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Orders:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: python3.13
          CodeUri: .
          Handler: app.lambda_handler
          Events:
            Get: {Type: Api, Properties: {Path: /orders, Method: get}}
    # app.py
    def lambda_handler(event, context):
        return {"statusCode": 200, "body": {"ok": True}}
    ```

    ## Use instead
    ```python
    # template.yaml
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Orders:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: python3.13
          CodeUri: .
          Handler: app.lambda_handler
          Events:
            Get: {Type: Api, Properties: {Path: /orders, Method: get}}
    # app.py
    import json


    def lambda_handler(event, context):
        return {"statusCode": 200, "body": json.dumps({"ok": True})}
    ```
    """

    code = "HL402"
    name = "body-not-string"
    severity = Severity.ERROR

    def fix(self, subject: Subject, broken: BrokenContract) -> Fix | None:
        answer = broken.answer
        if subject.analysis is None or not _is_in_return(broken):
            return None
        return body_fix(subject.analysis, answer.file, answer.node, getattr(answer.statement, "value", None))


class InvalidStatusCode(ContractRule):
    """
    ## What it does
    Finds a `statusCode` that is an object, a list, or a string that is not a number. A string of digits is fine.

    ## Why it is bad
    A REST API, a function URL and a load balancer answer with status 502, an HTTP API with status 500.

    ## Example
    ```python
    # template.yaml
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Orders:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: python3.13
          CodeUri: .
          Handler: app.lambda_handler
          FunctionUrlConfig: {AuthType: NONE}
    # app.py
    def lambda_handler(event, context):
        return {"statusCode": "OK", "body": "done"}
    ```

    ## Use instead
    ```python
    # template.yaml
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Orders:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: python3.13
          CodeUri: .
          Handler: app.lambda_handler
          FunctionUrlConfig: {AuthType: NONE}
    # app.py
    def lambda_handler(event, context):
        return {"statusCode": 200, "body": "done"}
    ```
    """

    code = "HL403"
    name = "invalid-status-code"
    severity = Severity.ERROR


class InvalidHeaders(ContractRule):
    """
    ## What it does
    Finds `headers` that are not an object of single values, and `multiValueHeaders` that are not an object of lists;
    behind a load balancer also a number as the value of a header. It warns of headers that nobody reads:
    `multiValueHeaders` in payload format 2.0, and whichever of the two the load balancer's target group does not use.

    ## Why it is bad
    A REST API or a load balancer answers with status 502. The client does not get headers that are not read.

    ## Example
    ```python
    # template.yaml
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Orders:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: python3.13
          CodeUri: .
          Handler: app.lambda_handler
          Events:
            Get: {Type: Api, Properties: {Path: /orders, Method: get}}
    # app.py
    def lambda_handler(event, context):
        return {"statusCode": 200, "headers": {"Set-Cookie": ["a=1", "b=2"]}, "body": "done"}
    ```

    ## Use instead
    ```python
    # template.yaml
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Orders:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: python3.13
          CodeUri: .
          Handler: app.lambda_handler
          Events:
            Get: {Type: Api, Properties: {Path: /orders, Method: get}}
    # app.py
    def lambda_handler(event, context):
        return {"statusCode": 200, "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]}, "body": "done"}
    ```
    """

    code = "HL404"
    name = "invalid-headers"
    severity = Severity.ERROR


class BinaryBodyNotEncoded(ContractRule):
    """
    ## What it does
    Finds a `body` that is not base64 although `isBase64Encoded` is true, behind an HTTP API or a function URL. It
    warns of a file in base64 without that flag.

    ## Why it is bad
    HTTP APIs and function URLs always decode such a body, which fails here. Without the flag the client gets the
    base64 text in place of the file. A REST API decodes only the media types in its `binaryMediaTypes`, which
    handlerlint does not know.

    ## Example
    ```python
    # template.yaml
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Orders:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: python3.13
          CodeUri: .
          Handler: app.lambda_handler
          FunctionUrlConfig: {AuthType: NONE}
    # app.py
    def lambda_handler(event, context):
        return {"statusCode": 200, "body": "not found!", "isBase64Encoded": True}
    ```

    ## Use instead
    ```python
    # template.yaml
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Orders:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: python3.13
          CodeUri: .
          Handler: app.lambda_handler
          FunctionUrlConfig: {AuthType: NONE}
    # app.py
    def lambda_handler(event, context):
        return {"statusCode": 200, "body": "not found!"}
    ```
    """

    code = "HL405"
    name = "binary-body-not-encoded"
    severity = Severity.ERROR


class UnknownResponseKey(ContractRule):
    """
    ## What it does
    Finds keys other than `statusCode`, `headers`, `multiValueHeaders`, `body` and `isBase64Encoded` in the answer to a
    REST or WebSocket API. So `cookies` is found, too: only HTTP APIs and function URLs know it.

    ## Why it is bad
    The API refuses the whole answer: status 502, `Malformed Lambda proxy response`.

    ## Example
    ```python
    # template.yaml
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Orders:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: python3.13
          CodeUri: .
          Handler: app.lambda_handler
          Events:
            Get: {Type: Api, Properties: {Path: /orders, Method: get}}
    # app.py
    def lambda_handler(event, context):
        return {"statusCode": 400, "message": "no such order"}
    ```

    ## Use instead
    ```python
    # template.yaml
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Orders:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: python3.13
          CodeUri: .
          Handler: app.lambda_handler
          Events:
            Get: {Type: Api, Properties: {Path: /orders, Method: get}}
    # app.py
    def lambda_handler(event, context):
        return {"statusCode": 400, "body": "no such order"}
    ```
    """

    code = "HL406"
    name = "unknown-response-key"
    severity = Severity.ERROR
