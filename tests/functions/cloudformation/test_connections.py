"""Who invokes a function, wherever the template says it."""

from __future__ import annotations

import pytest

from handlerlint.functions.model import EventSource

from ..conftest import Discover

FUNCTION = """\
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: by-name
      AutoPublishAlias: live
      Runtime: python3.13
      Handler: app.handler
"""
OTHER = """\
  Queue: {Type: AWS::SQS::Queue}
  Table: {Type: AWS::DynamoDB::Table}
  Web: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: HTTP}}
  Socket: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: WEBSOCKET}}
  Hello:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Socket, RouteKey: hello, Target: !Join ["/", [integrations, !Ref More]]}
  Alias: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref F, Name: live}}
"""
URI = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${F.Arn}/invocations"


def found(discovery: Discover, resource: str, **files: str) -> list[EventSource]:
    """The event sources of F with one more resource, written in YAML's flow style."""
    template = FUNCTION + OTHER + (f"  More: {resource}\n" if resource else "")
    return list(discovery({"template.yaml": template, **files}).functions[0].events)


@pytest.mark.parametrize(
    "resource",
    [
        "",
        (
            "{Type: AWS::Lambda::Permission, Properties: "
            "{FunctionName: !Ref Queue, Principal: s3.amazonaws.com}}"
        ),
        "{Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref F, Principal: '123456789012'}}",
        "{Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: another, EventSourceArn: x}}",
        "{Type: AWS::SNS::Subscription, Properties: {Protocol: email, Endpoint: !Ref F}}",
        "{Type: AWS::IAM::Role, Properties: {Resource: !GetAtt F.Arn}}",
        "{Type: AWS::Serverless::Api, Properties: {DefinitionUri: missing.yaml}}",
        "{Type: AWS::ApiGateway::Method, Properties: {Integration: {Type: MOCK}}}",
        "{Type: AWS::AppSync::GraphQLApi, Properties: {LogConfig: {CloudWatchLogsRoleArn: !GetAtt F.Arn}}}",
        # A data source needs no permission, but many give one: it does not tell who invokes the function.
        "{Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref F, Principal: appsync.amazonaws.com}}",
    ],
)
def test_nobody_invokes_it(discovery: Discover, resource: str) -> None:
    assert found(discovery, resource) == []


MAPPING = "{Type: AWS::Lambda::EventSourceMapping, Properties: "
BATCH = {"report_batch_item_failures": True}
NO_BATCH = {"report_batch_item_failures": False}
HTTP_1 = {"proxy": True, "payload_format_version": "1.0"}


@pytest.mark.parametrize(
    ("resource", "kind", "properties"),
    [
        (MAPPING + "{FunctionName: !Ref F, EventSourceArn: !GetAtt Queue.Arn}}", "sqs", NO_BATCH),
        (
            MAPPING + "{FunctionName: !GetAtt F.Arn, EventSourceArn: !GetAtt Table.StreamArn, "
            "FunctionResponseTypes: [ReportBatchItemFailures]}}",
            "dynamodb",
            BATCH,
        ),
        (MAPPING + "{FunctionName: by-name, EventSourceArn: 'arn:aws:kinesis:a:b:c'}}", "kinesis", NO_BATCH),
        (
            MAPPING + "{FunctionName: !Ref Alias, EventSourceArn: !Ref Elsewhere}}",
            "event-source-mapping",
            NO_BATCH,
        ),
        (
            MAPPING + "{FunctionName: !Ref FAliaslive, SelfManagedEventSource: {}}}",
            "self-managed-kafka",
            NO_BATCH,
        ),
        (
            MAPPING + "{FunctionName: !Ref F.Alias, SelfManagedEventSource: {}}}",
            "self-managed-kafka",
            NO_BATCH,
        ),
        (
            "{Type: AWS::CloudFront::Distribution, Properties: {DistributionConfig: {DefaultCacheBehavior: "
            "{LambdaFunctionAssociations: [{EventType: viewer-request, LambdaFunctionARN: !Ref F.Version}]}}}}",
            "cloud-front",
            {"triggers": ("viewer-request",)},
        ),
        (
            "{Type: AWS::Lambda::Permission, Properties: {FunctionName: !Sub '${F.Arn}:live', "
            "Principal: events.amazonaws.com}}",
            "event-bridge-rule",
            {},
        ),
        (
            "{Type: AWS::Lambda::Permission, Properties: "
            "{FunctionName: 'arn:aws:lambda:a:b:function:by-name:live', "
            "Principal: apigateway.amazonaws.com}}",
            "api-gateway",
            {},
        ),
        (
            "{Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !Ref F, AuthType: NONE}}",
            "function-url",
            {"payload_format_version": "2.0", "invoke_mode": "BUFFERED"},
        ),
        (
            f"{{Type: AWS::ApiGateway::Method, Properties: "
            f"{{Integration: {{Type: AWS_PROXY, Uri: !Sub '{URI}'}}}}}}",
            "api",
            {"proxy": True},
        ),
        (
            "{Type: AWS::ApiGateway::Method, Properties: {Integration: {Type: AWS, Uri: "
            "!Join ['', ['arn:aws:x/', !GetAtt F.Arn, /invocations]]}}}",
            "api",
            {"proxy": False},
        ),
        (
            "{Type: AWS::ApiGatewayV2::Integration, Properties: "
            "{ApiId: !Ref Web, IntegrationType: AWS_PROXY, "
            "IntegrationUri: !GetAtt F.Arn}}",
            "http-api",
            HTTP_1,
        ),
        (
            "{Type: AWS::ApiGatewayV2::Integration, Properties: "
            "{ApiId: !Ref Socket, IntegrationType: AWS_PROXY, "
            "IntegrationUri: !GetAtt F.Arn}}",
            "web-socket",
            {"proxy": True, "route": "hello"},
        ),
        (
            "{Type: AWS::ApiGatewayV2::Authorizer, Properties: "
            "{ApiId: !Ref Web, AuthorizerUri: !GetAtt F.Arn, "
            "AuthorizerPayloadFormatVersion: '2.0', EnableSimpleResponses: true}}",
            "authorizer",
            {"api": "http-api", "type": "REQUEST", "payload_format_version": "2.0", "simple_responses": True},
        ),
        (
            "{Type: AWS::Serverless::Api, Properties: "
            "{Auth: {Authorizers: {A: {FunctionArn: !GetAtt F.Arn}}}}}",
            "authorizer",
            {"api": "api", "type": "TOKEN"},
        ),
        (
            "{Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {Targets: [{Id: !GetAtt F.Arn}], "
            "TargetGroupAttributes: [{Key: lambda.multi_value_headers.enabled, Value: true}]}}",
            "alb",
            {"multi_value_headers": True},
        ),
        (
            "{Type: AWS::Cognito::UserPool, Properties: {LambdaConfig: {PreSignUp: !GetAtt F.Arn, "
            "PreTokenGenerationConfig: {LambdaArn: !GetAtt F.Arn}}}}",
            "cognito",
            {"triggers": ("PreSignUp", "PreTokenGeneration")},
        ),
        (
            "{Type: AWS::S3::Bucket, Properties: {NotificationConfiguration: "
            "{LambdaConfigurations: [{Function: !GetAtt F.Arn}]}}}",
            "s3",
            {},
        ),
        (
            "{Type: AWS::SNS::Subscription, Properties: {Protocol: lambda, Endpoint: !GetAtt F.Arn}}",
            "sns",
            {},
        ),
        ("{Type: AWS::Events::Rule, Properties: {Targets: [{Arn: !GetAtt F.Arn}]}}", "event-bridge-rule", {}),
        (
            "{Type: AWS::Events::Rule, Properties: {ScheduleExpression: x, Targets: [{Arn: !GetAtt F.Arn}]}}",
            "schedule",
            {},
        ),
        (
            "{Type: AWS::AppSync::GraphQLApi, Properties: {AuthenticationType: AWS_LAMBDA, "
            "LambdaAuthorizerConfig: {AuthorizerUri: !GetAtt F.Arn}}}",
            "authorizer",
            {"api": "app-sync"},
        ),
        (
            "{Type: AWS::AppSync::GraphQLApi, Properties: {AuthenticationType: API_KEY, "
            "AdditionalAuthenticationProviders: [{AuthenticationType: AWS_LAMBDA, "
            "LambdaAuthorizerConfig: {AuthorizerUri: !GetAtt F.Arn}}]}}",
            "authorizer",
            {"api": "app-sync"},
        ),
        (
            "{Type: AWS::Serverless::GraphQLApi, Properties: {Auth: {Type: AWS_LAMBDA, "
            "LambdaAuthorizer: {AuthorizerUri: !GetAtt F.Arn}}}}",
            "authorizer",
            {"api": "app-sync"},
        ),
        (
            "{Type: AWS::S3ObjectLambda::AccessPoint, Properties: {ObjectLambdaConfiguration: "
            "{TransformationConfigurations: [{Actions: [GetObject], ContentTransformation: "
            "{AwsLambda: {FunctionArn: !GetAtt F.Arn}}}]}}}",
            "s3-object-lambda",
            {},
        ),
        (
            "{Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref F, "
            "Principal: batchoperations.s3.amazonaws.com}}",
            "s3-batch",
            {},
        ),
        ("{Type: Custom::Thing, Properties: {ServiceToken: !GetAtt F.Arn}}", "custom-resource", {}),
        (
            "{Type: AWS::StepFunctions::StateMachine, Properties: "
            "{DefinitionSubstitutions: {A: !GetAtt F.Arn}}}",
            "step-functions",
            {},
        ),
    ],
)
def test_one_source(discovery: Discover, resource: str, kind: str, properties: dict[str, object]) -> None:
    assert found(discovery, resource) == [EventSource(kind, properties)]


DEFINITION = """\
openapi: "3.0"
paths:
  /:
    get:
      x-amazon-apigateway-integration: {type: KIND, uri: {Fn::Sub: "URI"}}
"""


def test_an_included_definition_says_whether_it_is_a_proxy(discovery: Discover) -> None:
    api = (
        "{Type: AWS::Serverless::Api, Properties: {DefinitionBody: "
        "{Fn::Transform: {Name: AWS::Include, Parameters: {Location: api.yaml}}}}}"
    )
    for kind, proxy in (("aws_proxy", True), ("aws", False)):
        definition = DEFINITION.replace("KIND", kind).replace("URI", URI)
        assert found(discovery, api, **{"api.yaml": definition}) == [EventSource("api", {"proxy": proxy})]


def test_the_definition_decides_what_the_event_leaves_open(discovery: Discover) -> None:
    event = "      Events: {A: {Type: Api, Properties: {RestApiId: !Ref Mine, Path: /, Method: get}}}\n"
    api = "  Mine: {Type: AWS::Serverless::Api, Properties: {DefinitionUri: api.yaml}}\n"
    files = {
        "template.yaml": FUNCTION + event + api,
        "api.yaml": DEFINITION.replace("KIND", "aws").replace("URI", URI),
    }
    assert discovery(files).functions[0].events == (EventSource("api", {"proxy": False}),)
    files["api.yaml"] = "paths: {}\n"
    assert discovery(files).functions[0].events == (EventSource("api", {"proxy": None}),)


def test_events_in_the_function_itself(discovery: Discover) -> None:
    template = (
        FUNCTION
        + """\
      FunctionUrlConfig: {AuthType: NONE}
      Events:
        A: {Type: Api, Properties: {Path: /, Method: get}}
        B: {Type: HttpApi, Properties: {PayloadFormatVersion: "1.0"}}
        C: {Type: Cognito, Properties: {Trigger: PreSignUp}}
        D: {Type: Schedule, Properties: {Schedule: rate(1 minute)}}
        E: {Type: Unheard, Properties: {}}
        G: {Type: Kinesis, Properties: {FunctionResponseTypes: !Ref Unknown}}
"""
    )
    assert list(discovery({"template.yaml": template}).functions[0].events) == [
        EventSource("api", {"proxy": True}),
        EventSource("http-api", HTTP_1),
        EventSource("cognito", {"triggers": ("PreSignUp",)}),
        EventSource("schedule"),
        EventSource("kinesis", {"report_batch_item_failures": None}),
        EventSource("function-url", {"payload_format_version": "2.0", "invoke_mode": "BUFFERED"}),
    ]


def test_a_permission_adds_nothing_to_a_source_that_is_known(discovery: Discover) -> None:
    resource = (
        "{Type: AWS::S3::Bucket, Properties: {NotificationConfiguration: {L: [{Function: !GetAtt F.Arn}]}}}\n"
        "  Allowed: {Type: AWS::Lambda::Permission, "
        "Properties: {FunctionName: !Ref F, Principal: s3.amazonaws.com}}"
    )
    assert found(discovery, resource) == [EventSource("s3")]
