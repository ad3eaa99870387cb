"""HL411 to HL415: do queues, streams, authorizers, triggers and the like take what the function returns?"""

from __future__ import annotations

from collections.abc import Iterator

from handlerlint.findings import Finding, Fix, Severity
from handlerlint.functions.model import LambdaFunction
from handlerlint.inference.analysis import BrokenContract
from handlerlint.records import replace
from handlerlint.rules.base import Subject
from handlerlint.rules.fixing.event_sources import reporting_fix
from handlerlint.rules.http_answers import ContractRule, refusing_sources

# docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html: FunctionResponseTypes holds for SQS, Kinesis,
# DynamoDB streams and Kafka.
_DEAF = {"mq": "Amazon MQ", "document-db": "DocumentDB"}


def _is_deaf(function: LambdaFunction, kind: str) -> bool:
    """Whether the function has a source of this kind that is told to read failures, and does not."""
    return kind in _DEAF and any(
        source.kind == kind and source.properties.get("report_batch_item_failures") is True
        for source in function.events
    )


class InvalidBatchResponse(ContractRule):
    """
    ## What it does
    Finds partial batch responses for queues and streams (SQS, Kinesis, DynamoDB) with items that name no record:
    `itemIdentifier` is missing, misspelt, empty or not a string. It also finds failures that are returned although
    `ReportBatchItemFailures` is off. It warns if `ReportBatchItemFailures` is on for a source that does not support it
    (Amazon MQ, DocumentDB), or if it is on and an `except Exception` swallows the failure of a record.

    ## Why it is bad
    Lambda takes the whole batch as failed and delivers it again, including the records that succeeded. If
    `ReportBatchItemFailures` is off, nobody reads the answer: failed records count as done, and a queue deletes them.

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

    def fix(self, subject: Subject, broken: BrokenContract) -> Fix | None:
        return reporting_fix(
            subject,
            [(one, source) for one in subject.functions for source in refusing_sources(one, broken)],
        )

    def check(self, subject: Subject) -> Iterator[Finding]:
        yield from super().check(subject)
        for source in dict.fromkeys(one.kind for function in subject.functions for one in function.events):
            deaf = [function for function in subject.functions if _is_deaf(function, source)]
            if deaf:
                finding = self.finding(
                    replace(subject, functions=tuple(deaf)),
                    replace(subject, functions=tuple(deaf)).configured_place(),
                    f"`ReportBatchItemFailures` is on for {_DEAF[source]}, which does not read failures",
                    help="raise an exception: then the whole batch is delivered again",
                )
                yield replace(finding, severity=Severity.WARNING)


class InvalidAuthorizerResponse(ContractRule):
    """
    ## What it does
    Finds answers of a Lambda authorizer that are neither a policy nor, where simple responses are enabled, an object
    with `isAuthorized`. Examples are nothing at all, a string, a policy without statements, or `Effect` in lower case.
    For a REST API it also finds a list or an object in the `context`.

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


class TriggerEventNotReturned(ContractRule):
    """
    ## What it does
    Finds triggers of Cognito user pools that do not return the event, with its `response`.

    ## Why it is bad
    Cognito refuses what the user wants to do: `InvalidLambdaResponseException: Unrecognizable lambda output`. This is
    true of triggers that run afterwards, too (post confirmation, post authentication), but not of custom senders.

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


class InvalidTransformationRecord(ContractRule):
    """
    ## What it does
    Finds answers to Data Firehose that are not an object with a list `records`, and records in it without `recordId`,
    with a `result` other than `Ok`, `Dropped` or `ProcessingFailed`, or without `data` in base64.

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


class InvalidServiceResponse(ContractRule):
    """
    ## What it does
    Finds answers to CloudFront (Lambda@Edge) that are neither a request nor a response, that have an invalid status,
    or whose headers are not lists of objects with `key` and `value`.

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
