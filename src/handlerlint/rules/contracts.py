"""HL401 to HL415: does whoever invokes the function take what it returns?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import libcst as cst

from handlerlint.findings import RETURNED, Finding, Fix, Related, Severity
from handlerlint.functions.model import LambdaFunction
from handlerlint.inference.entry import BrokenContract, HandlerAnalysis
from handlerlint.inference.syntax.scopes import nodes_in
from handlerlint.records import replace
from handlerlint.rules.base import Rule, Subject
from handlerlint.rules.fixing.conversions import body_fix
from handlerlint.runtime.contracts import Certainty
from handlerlint.runtime.contracts.invokers import invokers_of


class _ContractRule(Rule):
    """A rule about an answer that an invoker of the function refuses."""

    def check(self, subject: Subject) -> Iterator[Finding]:
        if subject.analysis is None:
            return
        for broken in subject.analysis.broken:
            if broken.flaw.clause.code == self.code:
                yield replace(self._finding_for(subject, broken), fix=self.fix(subject.analysis, broken))

    def fix(self, analysis: HandlerAnalysis, broken: BrokenContract) -> Fix | None:
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
        functions = tuple(one.name for one in subject.functions if _concerns(one, broken))
        return replace(finding, severity=severity, functions=functions or finding.functions)


def _what(broken: BrokenContract) -> str:
    """What is wrong, as the beginning of a sentence, and for whom."""
    service = broken.contract.service
    if not broken.flaw.steps:
        name = broken.handler.name
        if broken.answer.is_end:
            return f"`{name}` can end here without returning, and {service} needs an answer"
        return f"`{name}` returns here what {service} does not take: {broken.flaw.what}"
    return f"in the answer to {service} {broken.flaw.what}"


def _concerns(function: LambdaFunction, broken: BrokenContract) -> bool:
    """Whether one of those who refuse the answer invokes this function."""
    invokers = chain.from_iterable(invokers_of(one.kind, one.properties) for one in function.events)
    return any(invoker in broken.invokers for invoker in invokers)


def _way(subject: Subject, broken: BrokenContract) -> Iterator[Related]:
    """Where the refused part was made, and where it is returned, but for the place of the finding."""
    answer = broken.answer
    seen: set[cst.CSTNode] = {answer.node}
    for step in answer.way:
        if step.node not in seen:
            seen.add(step.node)
            yield subject.related(step.what, step.file, step.node)
    if not answer.is_end and getattr(answer.statement, "value", None) is not answer.node:
        yield subject.related(RETURNED, broken.handler.file, answer.statement)


def _is_in_return(broken: BrokenContract) -> bool:
    return broken.answer.node in frozenset(nodes_in(broken.answer.statement)) and not broken.answer.is_end


class MissingStatusCode(_ContractRule):
    """
    ## What it does
    Finds answers to HTTP requests that are no object, or that lack `statusCode` where nothing stands for it: a handler
    that comes to its end without returning (often after an `except` that only logs), a helper's result that is not
    returned, plain data in place of an answer. It holds for REST and WebSocket APIs, HTTP APIs with payload format
    1.0, and load balancers. HTTP APIs with format 2.0 and function URLs take any JSON.

    Only paths count that an event of that invoker takes: `if event.get("source") == "warm-up": return` is fine.

    ## Why it is bad
    The function succeeds, and the client gets an error all the same: API Gateway answers with status 502, `{"message":
    "Internal server error"}`, and logs `Malformed Lambda proxy response`.

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


class BodyNotString(_ContractRule):
    """
    ## What it does
    Finds answers to HTTP requests with an object or a list as `body`. Behind a load balancer it finds `None`, too.

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

    def fix(self, analysis: HandlerAnalysis, broken: BrokenContract) -> Fix | None:
        answer = broken.answer
        if not _is_in_return(broken):
            return None
        return body_fix(analysis, answer.file, answer.node, getattr(answer.statement, "value", None))


class InvalidStatusCode(_ContractRule):
    """
    ## What it does
    Finds a `statusCode` that is an object, a list, or a text that is no number. A text of digits is fine.

    ## Why it is bad
    API Gateway, a function URL and a load balancer answer with status 502 (an HTTP API: 500).

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


class InvalidHeaders(_ContractRule):
    """
    ## What it does
    Finds `headers` that are no object of single values, `multiValueHeaders` that are no object of lists, and behind a
    load balancer a number as the value of a header. It warns of headers that nobody reads: `multiValueHeaders` in
    payload format 2.0, and the one of the two that the load balancer's target group does not use.

    ## Why it is bad
    A REST API or a load balancer answers with status 502. Headers that are not read are missing.

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


class BinaryBodyNotEncoded(_ContractRule):
    """
    ## What it does
    Finds a `body` that is no base64 though `isBase64Encoded` is true, behind an HTTP API or a function URL. It warns
    of a file in base64 that lacks the flag.

    ## Why it is bad
    HTTP APIs and function URLs always decode such a body, and cannot. Without the flag the client gets the base64 text
    in place of the file. A REST API decodes only what `binaryMediaTypes` names: that is not known here.

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


class UnknownResponseKey(_ContractRule):
    """
    ## What it does
    Finds keys beside `statusCode`, `headers`, `multiValueHeaders`, `body` and `isBase64Encoded` in the answer to a REST
    or WebSocket API. `cookies` is one of them: only HTTP APIs and function URLs know it.

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


class InvalidBatchResponse(_ContractRule):
    """
    ## What it does
    Finds partial-batch responses of queues and streams (SQS, Kinesis, DynamoDB) with items that name no record:
    `itemIdentifier` is missing, misspelt, empty or no text. It also finds failures that are returned though
    `ReportBatchItemFailures` is off.

    ## Why it is bad
    Lambda takes the whole batch as failed and delivers it again, with the records that were done. With the switch off
    nobody reads the answer: the records that failed count as done, and a queue deletes them.

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
            Queue:
              Type: SQS
              Properties:
                Queue: arn:aws:sqs:eu-west-1:123456789012:orders
                FunctionResponseTypes: [ReportBatchItemFailures]
    # app.py
    import json


    def lambda_handler(event, context):
        failed = []
        for record in event["Records"]:
            try:
                print(json.loads(record["body"])["id"])
            except Exception:
                failed.append({"messageId": record["messageId"]})
        return {"batchItemFailures": failed}
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
            Queue:
              Type: SQS
              Properties:
                Queue: arn:aws:sqs:eu-west-1:123456789012:orders
                FunctionResponseTypes: [ReportBatchItemFailures]
    # app.py
    import json


    def lambda_handler(event, context):
        failed = []
        for record in event["Records"]:
            try:
                print(json.loads(record["body"])["id"])
            except Exception:
                failed.append({"itemIdentifier": record["messageId"]})
        return {"batchItemFailures": failed}
    ```
    """

    code = "HL411"
    name = "invalid-batch-response"
    severity = Severity.ERROR


class InvalidAuthorizerResponse(_ContractRule):
    """
    ## What it does
    Finds what a Lambda authorizer returns that API Gateway takes neither for a policy nor, where simple responses are
    enabled, for `isAuthorized`: nothing at all, a text, a policy without statements, `Effect` in lower case, a list or
    an object in the `context` of a REST API.

    ## Why it is bad
    API Gateway answers every request with status 500, for a REST API with `AuthorizerConfigurationException`. To refuse
    a request with status 401, an authorizer of a REST API raises `Exception("Unauthorized")`.

    ## Example
    ```python
    # template.yaml
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Api:
        Type: AWS::Serverless::Api
        Properties:
          StageName: test
          Auth:
            Authorizers:
              Token: {FunctionArn: !GetAtt Authorizer.Arn}
      Authorizer:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: python3.13
          CodeUri: .
          Handler: app.lambda_handler
    # app.py
    def lambda_handler(event, context):
        if event["authorizationToken"] != "secret":
            return "Unauthorized"
        statement = {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": event["methodArn"]}
        return {"principalId": "me", "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
    ```

    ## Use instead
    ```python
    # template.yaml
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Api:
        Type: AWS::Serverless::Api
        Properties:
          StageName: test
          Auth:
            Authorizers:
              Token: {FunctionArn: !GetAtt Authorizer.Arn}
      Authorizer:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: python3.13
          CodeUri: .
          Handler: app.lambda_handler
    # app.py
    def lambda_handler(event, context):
        if event["authorizationToken"] != "secret":
            raise Exception("Unauthorized")
        statement = {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": event["methodArn"]}
        return {"principalId": "me", "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
    ```
    """

    code = "HL412"
    name = "invalid-authorizer-response"
    severity = Severity.ERROR


class TriggerEventNotReturned(_ContractRule):
    """
    ## What it does
    Finds triggers of Cognito user pools that do not return the event with its `response`.

    ## Why it is bad
    Cognito refuses what the user wants to do: `InvalidLambdaResponseException: Unrecognizable lambda output`. That
    holds for triggers after the fact, too (post confirmation, post authentication), and not for custom senders.

    ## Example
    ```python
    # template.yaml
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Users: {Type: AWS::Cognito::UserPool}
      Confirm:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: python3.13
          CodeUri: .
          Handler: app.lambda_handler
          Events:
            SignUp: {Type: Cognito, Properties: {UserPool: !Ref Users, Trigger: PreSignUp}}
    # app.py
    def lambda_handler(event, context):
        event["response"]["autoConfirmUser"] = True
    ```

    ## Use instead
    ```python
    # template.yaml
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Users: {Type: AWS::Cognito::UserPool}
      Confirm:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: python3.13
          CodeUri: .
          Handler: app.lambda_handler
          Events:
            SignUp: {Type: Cognito, Properties: {UserPool: !Ref Users, Trigger: PreSignUp}}
    # app.py
    def lambda_handler(event, context):
        event["response"]["autoConfirmUser"] = True
        return event
    ```
    """

    code = "HL413"
    name = "trigger-event-not-returned"
    severity = Severity.ERROR


class InvalidTransformationRecord(_ContractRule):
    """
    ## What it does
    Finds answers to Data Firehose that are no object with a list `records`, and records in it without `recordId`, with
    another `result` than `Ok`, `Dropped` or `ProcessingFailed`, or without `data` in base64.

    ## Why it is bad
    Data Firehose takes the transformation as failed, tries again, and writes the records to `processing-failed/`.

    ## Example
    ```python
    # template.yaml
    Resources:
      Stream:
        Type: AWS::KinesisFirehose::DeliveryStream
        Properties:
          ExtendedS3DestinationConfiguration:
            ProcessingConfiguration:
              Enabled: true
              Processors:
                - Type: Lambda
                  Parameters: [{ParameterName: LambdaArn, ParameterValue: !GetAtt Transform.Arn}]
      Transform:
        Type: AWS::Lambda::Function
        Properties:
          Runtime: python3.13
          Code: .
          Handler: app.lambda_handler
    # app.py
    def lambda_handler(event, context):
        return {
            "records": [
                {"recordId": record["recordId"], "result": "OK", "data": record["data"]} for record in event["records"]
            ]
        }
    ```

    ## Use instead
    ```python
    # template.yaml
    Resources:
      Stream:
        Type: AWS::KinesisFirehose::DeliveryStream
        Properties:
          ExtendedS3DestinationConfiguration:
            ProcessingConfiguration:
              Enabled: true
              Processors:
                - Type: Lambda
                  Parameters: [{ParameterName: LambdaArn, ParameterValue: !GetAtt Transform.Arn}]
      Transform:
        Type: AWS::Lambda::Function
        Properties:
          Runtime: python3.13
          Code: .
          Handler: app.lambda_handler
    # app.py
    def lambda_handler(event, context):
        return {
            "records": [
                {"recordId": record["recordId"], "result": "Ok", "data": record["data"]} for record in event["records"]
            ]
        }
    ```
    """

    code = "HL414"
    name = "invalid-transformation-record"
    severity = Severity.ERROR


class InvalidServiceResponse(_ContractRule):
    """
    ## What it does
    Finds answers to CloudFront (Lambda@Edge) that are neither a request nor a response, that have a status which is
    none, or headers that are no lists of `key` and `value`.

    ## Why it is bad
    CloudFront answers with status 502, `LambdaValidationError`.

    ## Example
    ```python
    # template.yaml
    Resources:
      Distribution:
        Type: AWS::CloudFront::Distribution
        Properties:
          DistributionConfig:
            Enabled: true
            DefaultCacheBehavior:
              LambdaFunctionAssociations:
                - {EventType: viewer-request, LambdaFunctionARN: !Ref EdgeVersion}
      EdgeVersion: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref Edge}}
      Edge:
        Type: AWS::Lambda::Function
        Properties:
          Runtime: python3.13
          Code: .
          Handler: app.lambda_handler
    # app.py
    def lambda_handler(event, context):
        return {"status": "301", "headers": {"location": "https://example.com/"}}
    ```

    ## Use instead
    ```python
    # template.yaml
    Resources:
      Distribution:
        Type: AWS::CloudFront::Distribution
        Properties:
          DistributionConfig:
            Enabled: true
            DefaultCacheBehavior:
              LambdaFunctionAssociations:
                - {EventType: viewer-request, LambdaFunctionARN: !Ref EdgeVersion}
      EdgeVersion: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref Edge}}
      Edge:
        Type: AWS::Lambda::Function
        Properties:
          Runtime: python3.13
          Code: .
          Handler: app.lambda_handler
    # app.py
    def lambda_handler(event, context):
        return {"status": "301", "headers": {"location": [{"key": "Location", "value": "https://example.com/"}]}}
    ```
    """

    code = "HL415"
    name = "invalid-service-response"
    severity = Severity.ERROR
