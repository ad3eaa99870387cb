"""Handlers whose result does not go straight to the runtime client: what fails there, and in which words.

Each is judged by the static pass and called the way Lambda calls it, with the real libraries.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3  # type: ignore[import-untyped]
import pytest
from awslambdaric.lambda_runtime_marshaller import to_json  # type: ignore[import-untyped]
from moto import mock_aws

from handlerlint.findings import Finding
from handlerlint.functions.model import ConfigurationSource, LambdaFunction
from handlerlint.linter import Run
from handlerlint.project.view import View
from handlerlint.rules import all_rules
from handlerlint.settings import Settings

_VERSION = f"python{sys.version_info.major}.{sys.version_info.minor}"


def findings(folder: Path, code: str, handler: str = "lambda_handler") -> list[Finding]:
    """What handlerlint says about a handler in `app.py`."""
    (folder / "app.py").write_text(code)
    function = LambdaFunction(
        name="function",
        handler=f"app.{handler}",
        code_root=folder,
        source=ConfigurationSource("argument", None),
        runtime=_VERSION,
    )
    run = Run(Settings(working_folder=folder, project_root=folder, paths=(folder,)), View())
    return list(run.check((function,), [rule() for rule in all_rules()]))


def handler_of(folder: Path, name: str = "lambda_handler") -> Callable[[Any, Any], Any]:
    """The handler in `app.py`, imported."""
    specification = importlib.util.spec_from_file_location("app", folder / "app.py")
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return getattr(module, name)  # type: ignore[no-any-return]


def lambda_context() -> Any:
    """The context that the runtime client would pass."""
    return importlib.import_module("awslambdaric.lambda_context").LambdaContext(
        "request", None, None, int(time.time() * 1000) + 60_000, "arn"
    )


# --- durable functions -----------------------------------------------------------------------------------

DURABLE = """\
import datetime, decimal, uuid
from aws_durable_execution_sdk_python import durable_execution, durable_step
from aws_durable_execution_sdk_python.config import StepConfig

DAY = datetime.date(2026, 3, 1)


@durable_step
def described(step, name, day=DAY):
    step.logger.info("describe")
    return {"name": name, "day": day}


@durable_execution
def lambda_handler(event, context):
"""


class Backend:
    """The service that durable functions report their steps to: it takes everything."""

    def checkpoint_durable_execution(self, **request: Any) -> dict[str, Any]:
        return {"CheckpointToken": "token", "NewExecutionState": {"Operations": []}}


def run_durable(folder: Path, payload: object, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the first invocation of a durable function comes to."""
    service = pytest.importorskip("aws_durable_execution_sdk_python.lambda_service")
    client = service.LambdaClient(client=Backend())
    monkeypatch.setattr(service.LambdaClient, "initialize_client", lambda: client)
    execution = {
        "Id": "execution",
        "Type": "EXECUTION",
        "Status": "STARTED",
        "StartTimestamp": 1_700_000_000_000,
        "ExecutionDetails": {"InputPayload": json.dumps(payload)},
    }
    event = {
        "DurableExecutionArn": "arn:aws:lambda:eu-west-1:123456789012:function:f:1/durable/execution",
        "CheckpointToken": "token",
        "InitialExecutionState": {"Operations": [execution], "NextMarker": ""},
    }
    return handler_of(folder)(event, lambda_context())  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    "body",
    [
        "return {'name': event['name'], 'day': DAY.isoformat()}",
        "return (1, 2, None)",
        "return context.step(described(event['name'], day='2026-03-01'))",
        "return context.step(lambda _: str(DAY), name='day')",
        "found = context.step(described(event['name']))\n    found['day'] = found['day'].isoformat()\n    return found",
        # What the serializer of a step makes of a value is the program's own affair.
        "class Text:\n"
        "        def serialize(self, value, _): return str(value)\n"
        "        def deserialize(self, data, _): return data\n"
        "    return context.step(described(event['name']), config=StepConfig(serdes=Text()))",
        "return context.run_in_child_context(lambda child: child.step(described('x'))['name'], name='child')",
    ],
)
def test_durable_function_that_succeeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    found = findings(tmp_path, DURABLE + "    " + body + "\n")
    outcome = run_durable(tmp_path, {"name": "Ada"}, monkeypatch)
    assert outcome["Status"] == "SUCCEEDED"
    assert found == []


@pytest.mark.parametrize(
    ("body", "code", "path"),
    [
        ("return {'day': DAY}", "HL301", 'return["day"]'),
        ("return {'total': decimal.Decimal('1.5')}", "HL301", 'return["total"]'),
        ("return {'digest': b'abc'}", "HL301", 'return["digest"]'),
        ("return {DAY: 1}", "HL302", "return"),
        ("return {b'key': 1}", "HL302", "return"),
        ("parts = []\n    parts.append(parts)\n    return parts", "HL305", "return[0]"),
        ("return context.step(described(event['name']))", "HL301", 'return["day"]'),
        ("return [context.step(lambda _: uuid.uuid4(), name='number')]", "HL301", "return[0]"),
    ],
)
def test_durable_function_that_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, code: str, path: str
) -> None:
    found = findings(tmp_path, DURABLE + "    " + body + "\n")
    outcome = run_durable(tmp_path, {"name": "Ada"}, monkeypatch)
    assert outcome["Status"] == "FAILED"
    error = outcome["Error"]
    assert [(finding.code, finding.value_path, finding.runtime_error) for finding in found] == [
        (code, path, f"{error['ErrorType']}: {error['ErrorMessage']}")
    ]


def test_durable_function_that_returns_an_item(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = "boto3.resource('dynamodb', region_name='eu-west-1').Table('orders')"
    body = f"    return {table}.get_item(Key={{'id': event['id']}})['Item']\n"
    found = findings(tmp_path, "import boto3\n" + DURABLE + body)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        boto3.resource("dynamodb", region_name="eu-west-1").create_table(
            TableName="orders",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        ).put_item(Item={"id": "o-1", "total": Decimal("12.50")})
        error = run_durable(tmp_path, {"id": "o-1"}, monkeypatch)["Error"]
    assert [(finding.code, finding.runtime_error) for finding in found] == [
        ("HL312", f"{error['ErrorType']}: {error['ErrorMessage']}")
    ]


def test_encoder_of_the_runtime_that_the_program_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marshaller = importlib.import_module("awslambdaric.lambda_runtime_marshaller")
    monkeypatch.setattr(marshaller.Encoder, "default", marshaller.Encoder.default)  # put back at the end
    code = (
        "import datetime\nimport awslambdaric.lambda_runtime_marshaller as marshaller\n"
        "marshaller.Encoder.default = lambda self, value: str(value)\n"
        "def lambda_handler(event, context):\n    return {'day': datetime.date(2026, 3, 1)}\n"
    )
    assert findings(tmp_path, code) == []
    returned = handler_of(tmp_path)({}, lambda_context())
    assert marshaller.LambdaMarshaller().marshal_response(returned)[0] == '{"day": "2026-03-01"}'


def test_step_that_fails_is_not_blamed_on_the_return(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = "    return context.step(lambda _: {event['name']}, name='names')\n"
    found = findings(tmp_path, DURABLE + body)
    assert run_durable(tmp_path, {"name": "Ada"}, monkeypatch)["Status"] == "FAILED"
    assert found == []


def test_dumps_in_a_step_is_found(tmp_path: Path) -> None:
    body = "    return context.step(lambda _: json.dumps({'day': DAY}), name='text')\n"
    found = findings(tmp_path, "import json\n" + DURABLE + body)
    assert [finding.code for finding in found] == ["HL311"]


# --- idempotent handlers ---------------------------------------------------------------------------------

IDEMPOTENT = """\
import datetime
from dataclasses import dataclass
from aws_lambda_powertools.utilities.idempotency import BasePersistenceLayer, idempotent


class Nowhere(BasePersistenceLayer):
    def _get_record(self, idempotency_key): raise NotImplementedError
    def _put_record(self, data_record): pass
    def _update_record(self, data_record): pass
    def _delete_record(self, data_record): pass


@dataclass
class Point:
    x: int


@idempotent(persistence_store=Nowhere())
def lambda_handler(event, context):
"""


@pytest.mark.parametrize(
    "body", ["return {'day': '2026-03-01'}", "return None", "return {'amounts': (1, 2)}"]
)
def test_idempotent_handler_that_succeeds(tmp_path: Path, body: str) -> None:
    found = findings(tmp_path, IDEMPOTENT + f"    {body}\n")
    handler_of(tmp_path)({"id": 1}, lambda_context())
    assert found == []


def test_idempotent_handler_fails_where_its_result_is_stored(tmp_path: Path) -> None:
    found = findings(tmp_path, IDEMPOTENT + "    return {'day': datetime.date(2026, 3, 1)}\n")
    with pytest.raises(Exception, match="Failed to update") as failure:
        handler_of(tmp_path)({"id": 1}, lambda_context())
    assert [(finding.code, finding.runtime_error) for finding in found] == [
        ("HL301", f"{type(failure.value).__name__}: {failure.value}")
    ]


def test_idempotent_handler_hands_on_the_object_that_it_stores_as_a_dict(tmp_path: Path) -> None:
    found = findings(tmp_path, IDEMPOTENT + "    return Point(1)\n")
    assert type(handler_of(tmp_path)({"id": 1}, lambda_context())).__name__ == "Point"
    assert [(finding.code, finding.runtime_error) for finding in found] == [
        (
            "HL301",
            "Runtime.MarshalError: Unable to marshal response: Object of type Point is not JSON serializable",
        )
    ]


# --- embedded metrics and middlewares --------------------------------------------------------------------


@pytest.mark.parametrize("decorator", ["@metric_scope", "@metric_scope(flush_on_yield=True)"])
def test_metrics_are_a_third_argument(tmp_path: Path, decorator: str) -> None:
    code = (
        f"from aws_embedded_metrics import metric_scope\n\n\n{decorator}\n"
        "def lambda_handler(event, context, metrics):\n"
        "    metrics.put_metric('calls', 1, 'Count')\n"
        "    return {'names': {event['name']}}\n"
    )
    assert [finding.code for finding in findings(tmp_path, code)] == ["HL301"]


def test_metrics_without_a_parameter_of_that_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "function")  # metrics then go to the standard output
    code = (
        "from aws_embedded_metrics import metric_scope\n\n\n@metric_scope\n"
        "def lambda_handler(event, context, logger):\n    return 'ok'\n"
    )
    assert [finding.code for finding in findings(tmp_path, code)] == ["HL202"]
    pytest.importorskip("aws_embedded_metrics")
    with pytest.raises(TypeError, match="logger"):
        handler_of(tmp_path)({}, None)


# --- Chalice ---------------------------------------------------------------------------------------------

CHALICE = """\
import datetime, decimal, json
from chalice import Blueprint, Chalice, Response

app = Chalice(app_name="shop")
extra = Blueprint(__name__)
DAY = datetime.date(2026, 3, 1)


"""


def run_chalice(folder: Path, path: str) -> dict[str, Any]:
    """What Chalice answers to a GET request; it raises what `json.dumps` raises."""
    pytest.importorskip("chalice")
    event = {
        "requestContext": {"resourcePath": path, "httpMethod": "GET", "path": path},
        "pathParameters": {"name": "Ada"},
        "headers": {},
        "multiValueHeaders": {},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "stageVariables": None,
        "body": None,
        "isBase64Encoded": False,
    }
    return handler_of(folder, "app")(event, lambda_context())  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    "route",
    [
        '@app.route("/")\ndef index():\n    return {"total": decimal.Decimal("1.5"), "day": str(DAY)}\n',
        '@app.route("/")\ndef index():\n    return b"abc"\n',
        '@app.route("/")\ndef index():\n    return Response(body={"day": DAY.isoformat()})\n',
        '@app.route("/{name}")\ndef greet(name):\n    return {"hello": name}\n',
        # A middleware may make anything of what a route returns.
        '@app.middleware("all")\ndef mend(event, get_response):\n    response = get_response(event)\n'
        "    response.body = str(response.body)\n    return response\n\n\n"
        '@app.route("/")\ndef index():\n    return {"day": DAY}\n',
    ],
)
def test_chalice_route_that_succeeds(tmp_path: Path, route: str) -> None:
    found = findings(tmp_path, CHALICE + route, "app")
    assert run_chalice(tmp_path, "/{name}" if "{name}" in route else "/")["statusCode"] == 200
    assert found == []


KEPT = """\
class Store:
    def __init__(self):
        self.rows = {}


STORE = Store()


@app.route("/fill")
def fill():
    STORE.rows["a"] = 1
    return {}


@app.route("/")
def index():
    return {"a": STORE.rows["a"]}
"""


def test_what_another_route_has_kept(tmp_path: Path) -> None:
    assert findings(tmp_path, CHALICE + KEPT, "app") == []
    assert run_chalice(tmp_path, "/fill")["statusCode"] == 200


def test_what_no_route_has_kept(tmp_path: Path) -> None:
    text = CHALICE + KEPT.replace('STORE.rows["a"] = 1', "pass")
    assert [finding.code for finding in findings(tmp_path, text, "app")] == ["HL321"]


@pytest.mark.parametrize(
    ("route", "code"),
    [
        ('@app.route("/")\ndef index():\n    return {"day": DAY}\n', "HL301"),
        ('@app.route("/")\ndef index():\n    return {"digest": b"abc"}\n', "HL301"),
        ('@app.route("/")\ndef index():\n    return {DAY: 1}\n', "HL302"),
        ('@app.route("/{name}")\ndef greet(name):\n    return {name}\n', "HL301"),
        ('@app.route("/")\ndef index():\n    return Response(body={"day": DAY})\n', "HL301"),
        (
            '@extra.route("/")\ndef index():\n    return [DAY]\n\n\napp.register_blueprint(extra)\n',
            "HL301",
        ),
    ],
)
def test_chalice_route_that_fails(tmp_path: Path, route: str, code: str) -> None:
    found = findings(tmp_path, CHALICE + route, "app")
    with pytest.raises(TypeError) as failure:
        run_chalice(tmp_path, "/{name}" if "{name}" in route else "/")
    assert [(one.code, one.runtime_error) for one in found] == [(code, f"TypeError: {failure.value}")]


SCHEDULED = {
    "version": "0",
    "account": "1",
    "region": "eu-west-1",
    "detail": {"a": 1},
    "detail-type": "t",
    "source": "s",
    "time": "2026-03-01T00:00:00Z",
    "id": "1",
    "resources": [],
    "Records": [],
}


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (
            "@app.lambda_function()\ndef work(event, context):\n    return {'id': context.aws_request_id, **event}\n",
            None,
        ),
        ("@app.lambda_function()\ndef work(event, context=None, more=1):\n    return str(DAY)\n", None),
        ("@app.schedule('rate(1 hour)')\ndef work(event):\n    return event.to_dict()\n", None),
        ("@app.on_cw_event({})\ndef work(event, spare=None):\n    return [event.detail, event.time]\n", None),
        (
            "@app.on_sqs_message(queue='q')\ndef work(event):\n    return [record.body for record in event]\n",
            None,
        ),
        # A middleware may make anything of what a function returns.
        (
            "@app.middleware('all')\ndef mend(event, get_response):\n    return str(get_response(event))\n\n\n"
            "@app.lambda_function()\ndef work(event, context):\n    return DAY\n",
            None,
        ),
        ("@app.lambda_function()\ndef work(event, context):\n    return Response(body='a')\n", "HL301"),
        ("@app.lambda_function()\ndef work(event, context):\n    return {'day': DAY}\n", "HL301"),
        ("@app.schedule('rate(1 hour)')\ndef work(event):\n    return DAY\n", "HL301"),
        ("@app.on_cw_event({})\ndef work(event):\n    return {'event': event}\n", "HL301"),
        ("@app.on_sns_message('t')\ndef work(event, context):\n    return None\n", "HL202"),
        ("@app.lambda_function()\ndef work(event):\n    return None\n", "HL201"),
        ("@app.schedule('rate(1 hour)')\ndef work():\n    return None\n", "HL201"),
        (
            "@extra.schedule('rate(1 hour)')\ndef work(event):\n    return {DAY}\n\n\napp.register_blueprint(extra)\n",
            "HL301",
        ),
    ],
)
def test_functions_beside_the_routes_of_chalice(tmp_path: Path, function: str, expected: str | None) -> None:
    found = findings(tmp_path, CHALICE + function, "work")
    event = SCHEDULED
    if "sns" in function:
        event = {"Records": [{"Sns": {"Message": "m", "Subject": "s", "MessageAttributes": {}}}]}
    error = None
    try:
        to_json(handler_of(tmp_path, "work")(event, lambda_context()))
    except TypeError as failure:
        error = f"TypeError: {failure}"
    assert [one.code for one in found] == ([] if expected is None else [expected])
    assert (error is None) == (expected is None)
    if expected is not None and expected.startswith("HL2"):
        assert found[0].runtime_error == error


def test_dumps_in_chalice_routes_and_event_handlers(tmp_path: Path) -> None:
    route = (
        '@app.route("/")\ndef index():\n    return json.dumps({"day": DAY})\n\n\n'
        '@app.schedule("rate(1 hour)")\ndef hourly(event):\n    return json.dumps({"day": DAY})\n'
    )
    assert [(one.code, one.span.start.row) for one in findings(tmp_path, CHALICE + route, "app")] == [
        ("HL311", 11)
    ]
    assert [(one.code, one.span.start.row) for one in findings(tmp_path, CHALICE + route, "hourly")] == [
        ("HL311", 16)
    ]
    assert run_chalice(tmp_path, "/")["statusCode"] == 500


@pytest.mark.parametrize(
    ("handler", "expected"),
    [
        ("lambda_handler = Mangum(app)\n", ["HL311"]),
        (
            "import adapter\n\n\ndef lambda_handler(event, context):\n    return adapter.serve(app, event)\n",
            ["HL311"],
        ),
        ("def lambda_handler(event, context):\n    return {}\n", []),
    ],
)
def test_dumps_in_routes_of_fastapi(tmp_path: Path, handler: str, expected: list[str]) -> None:
    code = (
        "import json\nfrom fastapi import FastAPI\nfrom mangum import Mangum\n\napp = FastAPI()\n\n\n"
        '@app.get("/tags")\nasync def tags(limit: int = 10):\n    return json.dumps({"tags": {"new"}})\n\n\n'
        '@app.get("/names")\nasync def names(limit: int = 10):\n    return {"names": {"Ada"}}\n\n\n'
    )
    assert [finding.code for finding in findings(tmp_path, code + handler)] == expected


def test_dumps_in_functions_of_a_custom_resource(tmp_path: Path) -> None:
    code = (
        "import json\nfrom crhelper import CfnResource\n\nhelper = CfnResource()\n\n\n"
        "@helper.create\ndef create(event, context):\n    print(json.dumps({'tags': {'new'}}))\n\n\n"
        "@helper.delete\ndef delete(event, context):\n    print(json.dumps(event))\n\n\n"
        "def lambda_handler(event, context):\n    helper(event, context)\n"
    )
    assert [(finding.code, finding.span.start.row) for finding in findings(tmp_path, code)] == [("HL311", 9)]


def test_routes_and_durable_functions_below_another_decorator(tmp_path: Path) -> None:
    body = '    return {"day": DAY, "text": json.dumps({"day": DAY})}\n'
    route = f'import checks\n\n\n@app.route("/")\n@checks.signed_in\ndef index():\n{body}'
    assert [finding.code for finding in findings(tmp_path, CHALICE + route, "app")] == ["HL311"]
    durable = DURABLE.replace("@durable_execution\n", "@durable_execution\n@checks.signed_in\n")
    code = "import json, checks\n" + durable + body
    assert [finding.code for finding in findings(tmp_path, code)] == ["HL311"]


def test_subclass_of_chalice_may_serialize_in_its_own_way(tmp_path: Path) -> None:
    code = CHALICE.replace(
        'app = Chalice(app_name="shop")', "class Shop(Chalice):\n    pass\n\n\napp = Shop('shop')"
    )
    route = '@app.route("/")\ndef index():\n    return {"day": DAY}\n'
    assert findings(tmp_path, code + route, "app") == []


# --- resolvers of Powertools -----------------------------------------------------------------------------

RESOLVER = """\
import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, AppSyncResolver, Response, content_types
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

DAY = date(2026, 3, 1)
app = APIGatewayRestResolver()


@dataclass
class Order:
    day: object


def lambda_handler(event, context):
    return app.resolve(event, context)


@app.get("/<name>")
"""
REQUEST = {"httpMethod": "GET", "path": "/a", "headers": {}, "requestContext": {"stage": "prod"}}


@pytest.mark.parametrize(
    ("route", "replaced"),
    [
        ("def get(name):\n    return {'name': name, 'total': Decimal('1.5'), 'day': str(DAY)}\n", ""),
        ("def get(name):\n    return Order(Decimal(1)), 201\n", ""),
        ("def get(name):\n    return Response(200, content_types.TEXT_PLAIN, str(DAY))\n", ""),
        (
            "def get(name):\n    return Response(200, content_types.APPLICATION_JSON, json.dumps([str(DAY)]))\n",
            "",
        ),
        (
            "def get(name):\n    return {'day': DAY}\n",
            "serializer=lambda value: json.dumps(value, default=str)",
        ),
        ("def get(name) -> dict:\n    return {'day': DAY}\n", "enable_validation=True"),
    ],
)
def test_powertools_route_that_succeeds(tmp_path: Path, route: str, replaced: str) -> None:
    code = RESOLVER.replace("APIGatewayRestResolver()", f"APIGatewayRestResolver({replaced})")
    assert findings(tmp_path, code + route) == []
    assert handler_of(tmp_path)(REQUEST, lambda_context())["statusCode"] in (200, 201)


@pytest.mark.parametrize(
    "route",
    [
        "def get(name):\n    return {'day': DAY}\n",
        "def get(name):\n    return [{name}], 201\n",
        "def get(name):\n    return Order(DAY)\n",
        "def get(name):\n    return Response(200, content_types.APPLICATION_JSON, {'day': DAY})\n",
        "def get(name):\n    return Response(status_code=200, content_type='application/json', body=[b'a'])\n",
    ],
)
def test_powertools_route_that_fails(tmp_path: Path, route: str) -> None:
    found = findings(tmp_path, RESOLVER + route)
    with pytest.raises(TypeError) as failure:
        handler_of(tmp_path)(REQUEST, lambda_context())
    assert [(one.code, one.runtime_error) for one in found] == [("HL301", f"TypeError: {failure.value}")]


def test_powertools_route_of_an_application_that_does_not_answer(tmp_path: Path) -> None:
    code = RESOLVER.replace("return app.resolve", "return APIGatewayRestResolver(serializer=str).resolve")
    assert findings(tmp_path, code + "def get(name):\n    return {'day': DAY}\n") == []


@pytest.mark.parametrize(
    ("result", "expected"), [("str(DAY)", []), ("DAY", ["HL301"]), ("{'n': {name}}", ["HL301"])]
)
def test_field_of_appsync(tmp_path: Path, result: str, expected: list[str]) -> None:
    resolver = "@app.resolver(type_name='Query', field_name='get')\n"
    code = RESOLVER.replace("APIGatewayRestResolver()", "AppSyncResolver()").replace(
        '@app.get("/<name>")\n', resolver
    )
    found = findings(tmp_path, code + f"def get(name):\n    return {result}\n")
    event = {
        "info": {"parentTypeName": "Query", "fieldName": "get"},
        "arguments": {"name": "a"},
        "request": {"headers": {}},
    }
    answer = handler_of(tmp_path)(event, lambda_context())
    assert [one.code for one in found] == expected
    try:
        to_json(answer)
    except TypeError:
        assert expected
    else:
        assert not expected


# --- classes ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "class lambda_handler:\n    def __init__(self, event, context):\n        self.event = event\n",
            ["HL301"],
        ),
        (
            "class lambda_handler(dict):\n    def __init__(self, event, context):\n        super().__init__(a=1)\n",
            [],
        ),
        (
            "class lambda_handler:\n    def __new__(cls, event, context):\n        return {'a': 1}\n\n"
            "    def __init__(self, event, context):\n        pass\n",
            [],
        ),
        (
            "class lambda_handler:\n    def __init__(self, event, context):\n        pass\n\n"
            "    def _asdict(self):\n        return {'a': 1}\n",
            [],
        ),
    ],
)
def test_class_that_is_the_handler(tmp_path: Path, body: str, expected: list[str]) -> None:
    assert [one.code for one in findings(tmp_path, body) if one.code != "HL306"] == expected
    error = None
    try:
        to_json(handler_of(tmp_path)({}, lambda_context()))
    except TypeError as failure:
        error = failure
    assert (error is not None) == bool(expected)


def test_class_of_another_module_that_is_the_handler(tmp_path: Path) -> None:
    (tmp_path / "work.py").write_text(
        "\n\n\nclass Work:\n    def __init__(self, event, context):\n        pass\n"
    )
    (found,) = findings(tmp_path, "from work import Work as lambda_handler\n")
    assert (found.code, Path(found.filename).name, found.span.start.row) == ("HL301", "work.py", 4)
