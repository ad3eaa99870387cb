"""Who invokes the functions of a CDK application, where functions are handed from one place to another.

The fixture `cdk-python-connections` has the constructs that can be compared with what the CDK synthesizes.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from handlerlint.functions.model import EventSource, LambdaFunction

from ...conftest import Discover

HEADER = """\
from aws_cdk import App, Stack, aws_apigateway, aws_apigatewayv2_authorizers, aws_apigatewayv2_integrations
from aws_cdk import aws_apigatewayv2, aws_appsync, aws_s3objectlambda
from aws_cdk import aws_cloudfront, aws_cognito, aws_events, aws_events_targets, aws_iam, aws_lambda, aws_logs
from aws_cdk import aws_lambda_destinations, aws_lambda_event_sources, aws_scheduler_targets, aws_sqs, custom_resources
from aws_cdk.aws_lambda_python_alpha import PythonFunction, PythonFunctionProps
from aws_solutions_constructs.aws_s3_lambda import S3ToLambda
from constructs import Construct

PYTHON = dict(runtime=aws_lambda.Runtime.PYTHON_3_12, code=aws_lambda.Code.from_asset("src"))
"""
MAKE = """

def make(scope, name):
    return aws_lambda.Function(scope, name, handler="app.handler", **PYTHON)
"""
CLASSES = """

class Service(Construct):
    def __init__(self, scope, id, name):
        super().__init__(scope, id)
        self.name = name
        self.function = make(self, name)
        self.other = make(self, name + "Other")

    @property
    def main(self):
        return self.function

    def consume(self, queue):
        self.function.add_event_source(aws_lambda_event_sources.SqsEventSource(queue))


class Derived(Service):
    def __init__(self, scope, id):
        super().__init__(scope, id, "Derived")


"""
STACK = """

class Shop(Stack):
    def __init__(self, scope, id, **kwargs):
        super().__init__(scope, id, **kwargs)
        BODY


Shop(App(), "Shop")
"""
HANDLER = "def handler(event, context):\n    return None\n"


def functions(discovery: Discover, body: str, rest: str = "") -> dict[str, LambdaFunction]:
    classes = CLASSES if "Service(" in body or "Derived(" in body else ""
    classes = MAKE + classes if classes or "make(" in body else ""
    text = HEADER + classes + rest + STACK.replace("BODY", "\n        ".join(body.split("\n")))
    files = {"cdk.json": '{"app": "python3 app.py"}', "app.py": text, "src/app.py": HANDLER}
    found = discovery(files, disabled=frozenset({"convention"}))
    assert found.problems == ()
    return {function.name: function for function in found.functions}


def invoked(discovery: Discover, body: str, rest: str = "") -> dict[str, list[str]]:
    """The kinds of event sources of each function that has any."""
    found = functions(discovery, body, rest)
    return {
        name: [event.kind for event in function.events] for name, function in found.items() if function.events
    }


@pytest.mark.parametrize(
    "body",
    [
        'f = make(self, "F")\naws_cognito.UserPoolClient(self, "C", handler=f)',
        'f = make(self, "F")\nunknown.LambdaIntegration(f)',
        'f = make(self, "F")\naws_lambda_destinations.LambdaDestination(f)',
        'f = make(self, "F")\nf.add_permission("P", principal=kwargs["who"])',
        'f = make(self, "F")\nf.add_permission("P", principal=aws_iam.AccountPrincipal("1"))',
        # An authorizer of AWS IoT has that principal, too.
        'f = make(self, "F")\nf.grant_invoke(aws_iam.ServicePrincipal("iot.amazonaws.com"))',
        'f = make(self, "F")\naws_lambda.CfnPermission(self, "P", function_name="F", principal="s3.amazonaws.com")',
        # Which function it is that `name` means is not known.
        'f = make(self, "F")\naws_apigateway.LambdaIntegration(kwargs["f"].function)',
        # A function as the scope of a construct is not what that construct invokes.
        'f = make(self, "F")\naws_apigateway.TokenAuthorizer(f, "T", handler=kwargs["g"])',
        'f = make(self, "F")\naws_lambda.FunctionUrl(f, "U", function=kwargs["g"])',
        # The role, and the dead letters, are other things.
        'f = make(self, "F")\naws_logs.CfnSubscriptionFilter(self, "S", destination_arn=f.role.role_arn)',
        'f = make(self, "F")\nother = unknown(f)\nother.add_function_url()',
        'f = make(self, "F")\nf = unknown\nf.add_function_url()',
        'f = make(self, "F")\naws_events_targets.SfnStateMachine(f)',
    ],
)
def test_nothing_invokes_it(discovery: Discover, body: str) -> None:
    assert invoked(discovery, body) == {}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('make(self, "F").add_function_url()', {"F": ["function-url"]}),
        ('one = Service(self, "S", "One")\naws_apigateway.LambdaIntegration(one.function)', {"One": ["api"]}),
        ('one = Service(self, "S", "One")\naws_apigateway.LambdaIntegration(one.main)', {"One": ["api"]}),
        ('Service(self, "S", "One").consume(aws_sqs.Queue(self, "Q"))', {"One": ["sqs"]}),
        (
            'one = Derived(self, "D")\none.consume(queue)\naws_apigateway.LambdaIntegration(one.other)',
            {"Derived": ["sqs"], "DerivedOther": ["api"]},
        ),
        # One of two objects of a class.
        (
            'one = Service(self, "S", "One")\ntwo = Service(self, "T", "Two")\ntwo.consume(queue)',
            {"Two": ["sqs"]},
        ),
        (
            'services = {n: Service(self, n, n) for n in ["One", "Two"]}\nservices["Two"].main.add_function_url()',
            {"Two": ["function-url"]},
        ),
        ('f = make(self, "F")\nf.add_alias("live").add_function_url()', {"F": ["function-url"]}),
        (
            'f = make(self, "F")\nversion = aws_lambda.Version(self, "V", lambda_=f)\n'
            'alias = aws_lambda.Alias(self, "A", version=version)\naws_apigateway.LambdaIntegration(alias)',
            {"F": ["api"]},
        ),
        # Of two functions that a name may mean, each.
        (
            'if kwargs["x"]:\n    f = make(self, "F")\nelse:\n    f = make(self, "G")\nf.add_function_url()',
            {},
        ),
        (
            'if kwargs["x"]:\n    f = aws_lambda.Function(self, "F", handler="app.handler", **PYTHON)\n'
            'else:\n    f = aws_lambda.Function(self, "G", handler="app.handler", **PYTHON)\nf.add_function_url()',
            {"F": ["function-url"], "G": ["function-url"]},
        ),
        (
            'f = make(self, "F")\ncustom_resources.Provider(self, "P", on_event_handler=f)',
            {"F": ["custom-resource"]},
        ),
        (
            'f = make(self, "F")\nf.add_permission("P", aws_iam.ServicePrincipal("apigateway.amazonaws.com"))',
            {"F": ["api-gateway"]},
        ),
        # A permission says less than what it is for.
        (
            'f = make(self, "F")\nf.grant_invoke(aws_iam.ServicePrincipal("apigateway.amazonaws.com"))\n'
            "aws_apigateway.LambdaIntegration(f)",
            {"F": ["api"]},
        ),
        (
            'f = make(self, "F")\nf.add_event_source_mapping("M", event_source_arn=kwargs["arn"])',
            {"F": ["event-source-mapping"]},
        ),
    ],
)
def test_functions_that_are_handed_on(discovery: Discover, body: str, expected: dict[str, list[str]]) -> None:
    assert invoked(discovery, body) == expected


TARGET = "aws_events_targets.LambdaFunction(f)"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (f'aws_events.Rule(self, "R", schedule=kwargs["s"], targets=[{TARGET}])', "schedule"),
        (
            f'target = {TARGET}\naws_events.Rule(self, "R", schedule=kwargs["s"], targets=[target])',
            "schedule",
        ),
        (f'aws_events.Rule(self, "R", schedule=None, targets=[{TARGET}])', "event-bridge-rule"),
        (f'rule = aws_events.Rule(self, "R", schedule=kwargs["s"])\nrule.add_target({TARGET})', "schedule"),
        (
            f'rule = aws_events.Rule(self, "R", event_pattern=p)\nrule.add_target({TARGET})',
            "event-bridge-rule",
        ),
        (f"bucket.on_cloud_trail_put_object('x', target={TARGET})", "event-bridge-rule"),
        (f"kwargs['rule'].add_target({TARGET})", "event-bridge-rule"),
        ("aws_scheduler_targets.LambdaInvoke(f)", "schedule-v2"),
    ],
)
def test_rules(discovery: Discover, body: str, kind: str) -> None:
    assert invoked(discovery, f'f = make(self, "F")\n{body}') == {"F": [kind]}


SOCKETS = "api = aws_apigatewayv2.WebSocketApi(self, 'A'"
INTEGRATION = 'aws_apigatewayv2_integrations.WebSocketLambdaIntegration("I", f)'


@pytest.mark.parametrize(
    ("body", "routes"),
    [
        (f'{SOCKETS})\napi.add_route("hello", integration={INTEGRATION})', ["hello"]),
        (f'{SOCKETS})\napi.add_route(kwargs["key"], integration={INTEGRATION})', [None]),
        (f"integration = {INTEGRATION}", [None]),
        (
            f"integration = {INTEGRATION}\n{SOCKETS}, connect_route_options={{'integration': integration}},"
            "default_route_options=aws_apigatewayv2.WebSocketRouteOptions(integration=integration))",
            ["$connect", "$default"],
        ),
        (
            f'aws_apigatewayv2.WebSocketRoute(self, "R", route_key="go", integration={INTEGRATION})',
            ["go"],
        ),
    ],
)
def test_routes_of_sockets(discovery: Discover, body: str, routes: list[str | None]) -> None:
    events = functions(discovery, f'f = make(self, "F")\n{body}')["F"].events
    assert [(event.kind, event.properties.get("route")) for event in events] == [
        ("web-socket", route) for route in routes
    ]


@pytest.mark.parametrize(
    ("body", "kind", "properties"),
    [
        (
            'aws_appsync.GraphqlApi(self, "A", authorization_config=aws_appsync.AuthorizationConfig('
            "default_authorization=aws_appsync.AuthorizationMode("
            "lambda_authorizer_config=aws_appsync.LambdaAuthorizerConfig(handler=f))))",
            "authorizer",
            {"api": "app-sync"},
        ),
        (
            'aws_s3objectlambda.CfnAccessPoint(self, "P", object_lambda_configuration='
            "aws_s3objectlambda.CfnAccessPoint.ObjectLambdaConfigurationProperty(transformation_configurations=["
            "{'content_transformation': {'AwsLambda': {'FunctionArn': f.function_arn}}}]))",
            "s3-object-lambda",
            {},
        ),
        (
            "f.add_permission('P', principal=aws_iam.ServicePrincipal('batchoperations.s3.amazonaws.com'))",
            "s3-batch",
            {},
        ),
        (
            "aws_cloudfront.EdgeLambda(function_version=f.current_version, "
            "event_type=aws_cloudfront.LambdaEdgeEventType.VIEWER_REQUEST)",
            "cloud-front",
            {"triggers": ("viewer-request",)},
        ),
        (
            "aws_cloudfront.EdgeLambda(function_version=f.current_version, event_type=kwargs['x'])",
            "cloud-front",
            {"triggers": ()},
        ),
    ],
)
def test_more_sources(discovery: Discover, body: str, kind: str, properties: dict[str, object]) -> None:
    assert functions(discovery, f'f = make(self, "F")\n{body}')["F"].events == (
        EventSource(kind, properties),
    )


def test_a_helper_that_adds_targets(discovery: Discover) -> None:
    helper = f"\ndef add(rule, f):\n    rule.add_target({TARGET})\n"
    body = 'add(aws_events.Rule(self, "R", schedule=s), make(self, "F"))\n'
    body += 'add(aws_events.Rule(self, "S", event_pattern=p), make(self, "G"))'
    assert invoked(discovery, body, helper) == {"F": ["schedule"], "G": ["event-bridge-rule"]}


@pytest.mark.parametrize(
    ("types", "version", "simple"),
    [
        ("", "1.0", False),
        (", response_types=[aws_apigatewayv2_authorizers.HttpLambdaResponseType.SIMPLE]", "2.0", True),
        (", response_types=[aws_apigatewayv2_authorizers.HttpLambdaResponseType.IAM]", "1.0", False),
        (", response_types=kwargs['types']", None, None),
        (", **kwargs['more']", None, None),
    ],
)
def test_authorizers(discovery: Discover, types: str, version: str | None, simple: bool | None) -> None:
    body = f'f = make(self, "F")\naws_apigatewayv2_authorizers.HttpLambdaAuthorizer("A", f{types})'
    (event,) = functions(discovery, body)["F"].events
    assert event.properties["payload_format_version"] == version
    assert event.properties["simple_responses"] is simple


@pytest.mark.parametrize(
    ("call", "name", "value"),
    [
        (
            "f.add_function_url(invoke_mode=aws_lambda.InvokeMode.RESPONSE_STREAM)",
            "invoke_mode",
            "RESPONSE_STREAM",
        ),
        ("f.add_function_url(invoke_mode=kwargs['mode'])", "invoke_mode", None),
        (
            "f.add_event_source(aws_lambda_event_sources.SqsEventSource(q, **kwargs['x']))",
            "report_batch_item_failures",
            None,
        ),
        (
            "aws_apigateway.LambdaRestApi(self, 'A', handler=f, integration_options=kwargs['x'])",
            "proxy",
            None,
        ),
        ("aws_apigateway.LambdaIntegration(f, **kwargs['x'])", "proxy", None),
        (
            "aws_apigatewayv2_integrations.HttpLambdaIntegration('A', f, payload_format_version=kwargs['x'])",
            "payload_format_version",
            None,
        ),
    ],
)
def test_properties_that_are_not_known(discovery: Discover, call: str, name: str, value: object) -> None:
    (event,) = functions(discovery, f'f = make(self, "F")\n{call}')["F"].events
    assert event.properties[name] == value


def test_functions_that_a_structure_describes(discovery: Discover, tmp_path: Path) -> None:
    props = 'aws_lambda.FunctionProps(handler="app.handler", **PYTHON)'
    body = f'stored = S3ToLambda(self, "Uploads", lambda_function_props={props})\n'
    body += "stored.lambda_function.add_function_url()"
    (function,) = functions(discovery, body).values()
    assert (function.name, function.handler, function.code_root) == (
        "Uploads",
        "app.handler",
        tmp_path / "src",
    )
    assert {event.kind for event in function.events} == {"s3", "function-url"}


@pytest.mark.parametrize(
    "body",
    [
        'aws_cloudfront.FunctionProps(code=aws_cloudfront.FunctionCode.from_inline("x"), handler="app.handler")',
        "aws_lambda.FunctionProps(description='x')",
    ],
)
def test_structures_that_describe_no_function(discovery: Discover, body: str) -> None:
    assert functions(discovery, body) == {}


PROPS = 'PythonFunctionProps(entry="src", index="app.py", runtime=aws_lambda.Runtime.PYTHON_3_12)'


@pytest.mark.parametrize(
    "more",
    [
        '    return PythonFunction(scope, id, **props.__dict__["_values"])\n',
        "    return PythonFunction(scope, id, **props._values)\n",
        "    more = {k: v for k, v in props._values.items()}\n    more['tracing'] = 1\n"
        "    return PythonFunction(scope, id, **more)\n",
        # What it does with the structure is not known: the structure itself is the function.
        "    return PythonFunction(scope, id, **unknown(props))\n",
    ],
)
def test_structures_that_are_unpacked(discovery: Discover, tmp_path: Path, more: str) -> None:
    helper = f"\ndef traced(scope, id, props):\n{more}"
    (function,) = functions(discovery, f'traced(self, "F", props={PROPS})', helper).values()
    assert (function.name, function.handler, function.code_root) == ("F", "app.handler", tmp_path / "src")


@pytest.mark.parametrize(
    ("call", "handler"),
    [
        ('PythonFunction(self, "F", **kwargs["more"])', None),
        ('PythonFunction(self, "F", entry="src", **kwargs["more"])', None),
        ('PythonFunction(self, "F", entry="src", handler="main", **kwargs["more"])', None),
        (
            'PythonFunction(self, "F", entry="src", index="app.py", handler="main", **kwargs["more"])',
            "app.main",
        ),
        ('PythonFunction(self, "F", entry="src", **PYTHON)', "index.handler"),
        ('aws_lambda.Function(self, "F", **{**PYTHON, **kwargs["more"]})', None),
        (
            'props = dict(PYTHON)\nprops["handler"] = "app.handler"\naws_lambda.Function(self, "F", **props)',
            "app.handler",
        ),
        (
            'props = dict(PYTHON, handler="app.handler")\nif kwargs["x"]:\n    props["handler"] = "app.other"\n'
            'aws_lambda.Function(self, "F", **props)',
            None,
        ),
    ],
)
def test_arguments_that_are_not_known(discovery: Discover, call: str, handler: str | None) -> None:
    function = functions(discovery, call)["F"]
    assert function.handler == handler
    assert (function.unresolved is None) is (handler is not None)
