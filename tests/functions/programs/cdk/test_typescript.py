"""CDK applications in TypeScript and JavaScript (extra `cdk`)."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlerlint.functions.model import Discovery, EventSource, LambdaFunction
from handlerlint.text import Span

from ...conftest import Discover

pytest.importorskip("tree_sitter_typescript")

CONFIGURATION = '{"app": "npx ts-node bin/app.ts"}'
IMPORTS = """\
import * as cdk from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Function as Fn, Runtime } from 'aws-cdk-lib/aws-lambda';
import { PythonFunction } from '@aws-cdk/aws-lambda-python-alpha';
import * as path from 'path';
"""
PYTHON = "runtime: lambda.Runtime.PYTHON_3_12"
HANDLER = "def handler(event, context): ...\n"


def functions(discovery: Discover, body: str, imports: str = IMPORTS) -> tuple[LambdaFunction, ...]:
    return found(discovery, body, imports).functions


def found(discovery: Discover, body: str, imports: str = IMPORTS, name: str = "lib/stack.ts") -> Discovery:
    files = {"cdk.json": CONFIGURATION, name: imports + body, "code/index.py": HANDLER}
    return discovery(files, disabled=frozenset({"convention"}))


def new(properties: str, construct: str = "lambda.Function") -> str:
    return f"new {construct}(this, 'F', {{ {properties} }});\n"


@pytest.mark.parametrize(
    "body",
    [
        new(f"{PYTHON}, handler: 'index.handler', code: lambda.Code.fromAsset('code')"),
        new(
            f"{PYTHON}, handler: `index.handler`, code: lambda.Code.fromAsset(path.join(__dirname, '..', 'code'))"
        ),
        new(f"{PYTHON}, handler: 'index.handler', code: lambda.Code.fromAsset(__dirname + '/../code')"),
        new(f"{PYTHON}, handler: 'index.handler', code: lambda.Code.fromAsset(`${{__dirname}}/../code`)"),
        new(f"{PYTHON}, 'handler': 'index' + '.handler', code: new lambda.AssetCode('code')"),
        new(
            "runtime: Runtime.PYTHON_3_12, handler: 'index.handler', code: lambda.Code.fromAsset('./code')",
            "Fn",
        ),
        new("runtime: Runtime.PYTHON_3_12, entry: 'code'", "PythonFunction"),
        "const HANDLER = 'index.handler';\nconst common = { runtime: lambda.Runtime.PYTHON_3_12 };\n"
        + new("...common, handler: HANDLER as string, code: lambda.Code.fromAsset('code')"),
    ],
)
def test_what_is_literal(discovery: Discover, tmp_path: Path, body: str) -> None:
    (function,) = functions(discovery, body)
    assert (function.name, function.handler, function.runtime) == ("F", "index.handler", "python3.12")
    assert (function.code_root, function.unresolved) == (tmp_path / "code", None)
    assert function.source.kind == "cdk"


def test_javascript(discovery: Discover, tmp_path: Path) -> None:
    imports = "const lambda = require('@aws-cdk/aws-lambda');\nconst { Runtime } = require('aws-cdk-lib/aws-lambda');\n"
    body = new("runtime: Runtime.PYTHON_3_9, handler: 'index.handler', code: lambda.Code.asset('code')")
    (function,) = found(discovery, body, imports, "lib/stack.js").functions
    assert (function.code_root, function.runtime) == (tmp_path / "code", "python3.9")


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ("handler: `index.${id}`, code: lambda.Code.fromAsset('code')", "`handler`: not a literal"),
        ("handler: props.handler, code: lambda.Code.fromAsset('code')", "`handler`: not a literal"),
        ("handler: 'gone.handler', code: lambda.Code.fromAsset(props.folder)", "`code`: not a literal"),
        (
            "handler: 'gone.handler', code: lambda.Code.fromBucket(bucket, 'k')",
            "the code is in an S3 bucket",
        ),
        ("handler: 'gone.handler', ...props", "`code`: it may come with the arguments of `**`"),
        ("handler: changing, code: lambda.Code.fromAsset('code')", "`handler`: not a literal"),
    ],
)
def test_what_is_not_literal(discovery: Discover, properties: str, reason: str) -> None:
    (function,) = functions(discovery, "let changing = 'index.handler';\n" + new(f"{PYTHON}, {properties}"))
    assert function.unresolved == reason


@pytest.mark.parametrize(
    "body",
    [
        new(
            "runtime: lambda.Runtime.NODEJS_20_X, handler: 'index.handler', code: lambda.Code.fromAsset('code')"
        ),
        new("runtime: props.runtime, handler: 'index.handler', code: lambda.Code.fromAsset('code')"),
        new(f"{PYTHON}, handler: 'index.handler', code: lambda.Code.fromAsset('code')", "Other"),
        new(f"{PYTHON}, handler: 'index.handler', code: lambda.Code.fromAsset('code')", "lambda.Version"),
        "// " + new(f"{PYTHON}, handler: 'index.handler', code: lambda.Code.fromAsset('code')"),
        "new lambda.Function(this, 'F', props);\n",
    ],
)
def test_what_is_none_of_ours(discovery: Discover, body: str) -> None:
    assert functions(discovery, body) == ()


def test_what_may_come_beside_the_code(discovery: Discover) -> None:
    bundled = "code: lambda.Code.fromAsset('code', { bundling: { image } })"
    (function,) = functions(discovery, new(f"{PYTHON}, handler: 'index.handler', layers: [layer], {bundled}"))
    assert function.build == "bundling"
    assert function.unknown_layers == ("layers of the application",)


def test_place_and_hint(discovery: Discover) -> None:
    body = "/* é */ " + new(f"{PYTHON}, handler: 'index.other', code: lambda.Code.fromAsset('code')")
    discovered = found(discovery, body)
    (function,) = discovered.functions
    column = body.index("index.other") + 1
    assert function.source.span == Span(6, column, 6, column + len("index.other"))
    assert ["cdk synth" in hint.message for hint in discovered.hints] == [True]


@pytest.mark.parametrize(
    ("body", "handler"),
    [
        ("function make(given: string) {{ {} }}", None),
        ("names.map(given => {{ {} }});", None),
        ("function make() {{ const given = 'app.handler'; {} }}", "app.handler"),
        ("function make(given: string) {{}}\n{}", "index.handler"),
    ],
)
def test_the_innermost_scope_decides(discovery: Discover, body: str, handler: str | None) -> None:
    made = new(f"{PYTHON}, handler: given, code: lambda.Code.fromAsset('code')")
    (function,) = functions(discovery, "const given = 'index.handler';\n" + body.format(made))
    assert function.handler == handler


EVENT_IMPORTS = """\
import * as apigw from 'aws-cdk-lib/aws-apigateway';
import { WebSocketApi, PayloadFormatVersion } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration, WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as appsync from 'aws-cdk-lib/aws-appsync';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { LambdaTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import { SqsEventSource, DynamoEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as s3n from 'aws-cdk-lib/aws-s3-notifications';
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Provider } from 'aws-cdk-lib/custom-resources';
"""
CODE = f"{PYTHON}, handler: 'index.handler', code: lambda.Code.fromAsset('code')"


def events_of(discovery: Discover, statements: str, more: str = "") -> list[EventSource]:
    """The event sources of the function `fn` that a stack makes before it runs the statements."""
    body = f"""\
export class Shop extends cdk.Stack {{
  private readonly kept: lambda.Function;
  constructor(scope: Construct, id: string, props: ShopProps) {{
    super(scope, id, props);
    const fn = {new(CODE)}
    this.kept = fn;
    {statements}
  }}
}}
{more}"""
    made = functions(discovery, body, IMPORTS + EVENT_IMPORTS)
    assert len(made) == 1
    return list(made[0].events)


@pytest.mark.parametrize(
    "statements",
    [
        "new Unknown(this, 'X', { handler: fn });",
        "other.addEventSource(new SqsEventSource(queue));",
        "props.functions.forEach(fn => fn.addFunctionUrl());",
        "for (const fn of props.functions) { fn.addFunctionUrl(); }",
        "const use = (fn: lambda.Function) => { fn.addFunctionUrl(); };",
        "{ const fn = props.other; fn.addFunctionUrl(); }",
        "let other = fn; other = props.other; other.addFunctionUrl();",
        "this.kept = props.other; this.kept.addFunctionUrl();",
        "const all = { fn }; all.fn = props.other; all.fn.addFunctionUrl();",
        "const all = { fn }; if (props.other) { all.fn = props.other; } all.fn.addFunctionUrl();",
        "const all: Functions = {}; all.fn = fn; all.fn = props.other; all.fn.addFunctionUrl();",
        "const all = { fn }; all[props.name].addFunctionUrl();",
        "const all = { fn, other: props.other }; all.other.addFunctionUrl();",
        "new apigw.LambdaRestApi(this, 'A', props);",
        "fn.addPermission('P', { principal: props.principal });",
        "fn.grantInvoke(new iam.ServicePrincipal('appsync.amazonaws.com'));",
        "new appsync.GraphqlApi(this, 'A', { logConfig: { role: fn.role } });",
    ],
)
def test_nothing_invokes_it(discovery: Discover, statements: str) -> None:
    assert events_of(discovery, statements) == []


def test_the_object_of_another_class(discovery: Discover) -> None:
    other = "class Other { constructor(kept: lambda.Function) { this.kept.addFunctionUrl(); } }"
    assert events_of(discovery, "", other) == []


REPORTING = {"report_batch_item_failures": True}
SILENT = {"report_batch_item_failures": False}
NOT_KNOWN = {"report_batch_item_failures": None}
HTTP_2 = {"proxy": True, "payload_format_version": "2.0"}
URL = {"payload_format_version": "2.0", "invoke_mode": "BUFFERED"}


@pytest.mark.parametrize(
    ("statements", "kind", "properties"),
    [
        (
            "fn.addEventSource(new SqsEventSource(queue, { reportBatchItemFailures: true }));",
            "sqs",
            REPORTING,
        ),
        ("this.kept.addEventSource(new SqsEventSource(queue));", "sqs", SILENT),
        ("const all = { fn }; all.fn.addEventSource(new SqsEventSource(queue));", "sqs", SILENT),
        (
            "const all = { worker: fn }; all['worker'].addEventSource(new SqsEventSource(queue));",
            "sqs",
            SILENT,
        ),
        (
            "const all: Functions = {}; all.worker = fn; all.worker.addEventSource(new SqsEventSource(queue));",
            "sqs",
            SILENT,
        ),
        ("fn.addEventSource(new SqsEventSource(queue, { batchSize: 1 }));", "sqs", SILENT),
        ("fn.addEventSource(new SqsEventSource(queue, props.source));", "sqs", NOT_KNOWN),
        ("fn.addEventSource(new SqsEventSource(queue, { ...props.source }));", "sqs", NOT_KNOWN),
        (
            "const options = { reportBatchItemFailures: true };\n"
            "fn.addEventSource(new DynamoEventSource(table, { ...options }));",
            "dynamodb",
            REPORTING,
        ),
        ("new apigw.LambdaRestApi(this, 'A', { handler: fn });", "api", {"proxy": True}),
        ("new apigw.LambdaRestApi(this, 'A', { handler: fn, proxy: false });", "api", {"proxy": True}),
        ("api.root.addMethod('GET', new apigw.LambdaIntegration(fn));", "api", {"proxy": True}),
        ("new apigw.LambdaIntegration(fn, { proxy: false });", "api", {"proxy": False}),
        ("new apigw.LambdaIntegration(fn, props.options);", "api", {"proxy": None}),
        (
            "new apigw.TokenAuthorizer(this, 'T', { handler: fn });",
            "authorizer",
            {"api": "api", "type": "TOKEN"},
        ),
        (
            "api.addRoutes({ path: '/', integration: new HttpLambdaIntegration('I', fn) });",
            "http-api",
            HTTP_2,
        ),
        (
            "new HttpLambdaIntegration('I', fn, { payloadFormatVersion: PayloadFormatVersion.VERSION_1_0 });",
            "http-api",
            {"proxy": True, "payload_format_version": "1.0"},
        ),
        ("fn.addFunctionUrl();", "function-url", URL),
        ("fn.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.NONE });", "function-url", URL),
        (
            "fn.addFunctionUrl({ invokeMode: lambda.InvokeMode.RESPONSE_STREAM });",
            "function-url",
            {**URL, "invoke_mode": "RESPONSE_STREAM"},
        ),
        ("fn.addAlias('live').addFunctionUrl(props.url);", "function-url", {**URL, "invoke_mode": None}),
        (
            "const api = new WebSocketApi(this, 'W');\n"
            "api.addRoute('hello', { integration: new WebSocketLambdaIntegration('I', fn) });",
            "web-socket",
            {"proxy": True, "route": "hello"},
        ),
        (
            "new WebSocketApi(this, 'W', { connectRouteOptions: "
            "{ integration: new WebSocketLambdaIntegration('I', fn) } });",
            "web-socket",
            {"proxy": True, "route": "$connect"},
        ),
        ("new Rule(this, 'R', { schedule: s, targets: [new targets.LambdaFunction(fn)] });", "schedule", {}),
        (
            "const rule = new Rule(this, 'R', { schedule: Schedule.expression('rate(1 day)') });\n"
            "rule.addTarget(new targets.LambdaFunction(fn, { retryAttempts: 2 }));",
            "schedule",
            {},
        ),
        (
            "bucket.addEventNotification(s3.EventType.OBJECT_CREATED, new s3n.LambdaDestination(fn), { prefix: 'x' });",
            "s3",
            {},
        ),
        ("topic.addSubscription(new LambdaSubscription(fn));", "sns", {}),
        (
            "new cognito.UserPool(this, 'P', { lambdaTriggers: { preSignUp: fn, postConfirmation: this.kept } });",
            "cognito",
            {"triggers": ("PreSignUp", "PostConfirmation")},
        ),
        (
            "pool.addTrigger(cognito.UserPoolOperation.PRE_TOKEN_GENERATION, fn);",
            "cognito",
            {"triggers": ("PreTokenGeneration",)},
        ),
        (
            "new elb.ApplicationTargetGroup(this, 'T', { multiValueHeadersEnabled: true, "
            "targets: [new LambdaTarget(fn)] });",
            "alb",
            {"multi_value_headers": True},
        ),
        (
            "new cloudfront.Distribution(this, 'D', { defaultBehavior: { origin, edgeLambdas: [{ "
            "functionVersion: fn.currentVersion, eventType: cloudfront.LambdaEdgeEventType.ORIGIN_REQUEST }] } });",
            "cloud-front",
            {"triggers": ("origin-request",)},
        ),
        (
            "new appsync.GraphqlApi(this, 'A', { authorizationConfig: { defaultAuthorization: { "
            "authorizationType: appsync.AuthorizationType.LAMBDA, lambdaAuthorizerConfig: { handler: fn } } } });",
            "authorizer",
            {"api": "app-sync"},
        ),
        ("new Provider(this, 'P', { onEventHandler: fn });", "custom-resource", {}),
        ("fn.addPermission('P', { principal: new iam.ServicePrincipal('lex.amazonaws.com') });", "lex", {}),
    ],
)
def test_who_invokes_it(
    discovery: Discover, statements: str, kind: str, properties: dict[str, object]
) -> None:
    assert events_of(discovery, statements) == [EventSource(kind, properties)]


def test_tests_and_declarations_are_not_read(discovery: Discover) -> None:
    body = new(f"{PYTHON}, handler: 'index.handler', code: lambda.Code.fromAsset('code')")
    for name in ("test/stack.ts", "lib/stack.test.ts", "lib/stack.d.ts"):
        assert found(discovery, body, name=name).functions == ()


@pytest.mark.parametrize(
    ("environment", "after", "unresolved"),
    [
        ("", "", None),
        ("", "(f.node.defaultChild as CfnResource).addPropertyOverride('Handler', 'run.sh');\n", "override"),
        ("", "cfn.addPropertyOverride('Tags', []);\n", None),
        (", environment: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/bootstrap' }", "", "as a program"),
        (", environment: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/otel-instrument' }", "", None),
    ],
)
def test_what_else_may_be_started(
    discovery: Discover, environment: str, after: str, unresolved: str | None
) -> None:
    properties = f"{PYTHON}, handler: 'index.handler', code: lambda.Code.fromAsset('code'){environment}"
    (function,) = functions(discovery, new(properties) + after)
    assert function.unresolved is None if unresolved is None else unresolved in (function.unresolved or "")
