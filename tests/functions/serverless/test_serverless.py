"""Functions of the Serverless Framework."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlerlint.functions.model import EventSource, LambdaFunction
from handlerlint.text import Span

from ..conftest import Discover

SERVICE = """\
service: mine
provider:
  name: aws
  runtime: python3.12
  stage: ${opt:stage, 'dev'}
  timeout: 20
  environment: {STAGE: "${self:provider.stage}", KEY: "${ssm:/key}"}
custom:
  module: app
  names: {dev: app.handler, list: [a, app.handler]}
  circle: ${self:custom.circle}
"""


def one(discovery: Discover, function: str, rest: str = "", **files: str) -> LambdaFunction:
    text = f"{SERVICE}{rest}functions:\n  hello: {function}\n"
    found = discovery({"serverless.yml": text, "app.py": "", **files})
    assert found.problems == ()
    (result,) = found.functions
    return result


@pytest.mark.parametrize(
    "text",
    [
        "functions: {a: {handler: app.h}}",
        "provider: {name: google, runtime: python312}\nfunctions: {a: {handler: app.h}}",
        "provider: {name: aws, runtime: nodejs22.x}\nfunctions: {a: {handler: app.h}}",
        "provider: {name: aws}\nfunctions: {a: {handler: app.h}}",
        "provider: {name: aws, runtime: '${opt:runtime}'}\nfunctions: {a: {handler: app.h}}",
        "provider: {name: aws, runtime: python3.13}\nfunctions: ${file(functions.js)}",
        "provider: {name: aws, runtime: python3.13}\nfunctions: []",
        "provider: [functions: 1]",
    ],
)
def test_nothing_is_found(discovery: Discover, text: str) -> None:
    found = discovery({"serverless.yml": text})
    assert (found.functions, found.problems) == ((), ())


def test_a_broken_file_is_one_problem(discovery: Discover) -> None:
    found = discovery({"serverless.yml": "provider:\n  name: aws\nfunctions:\n  a: b: c\n"})
    assert [(problem.path.name, problem.span) for problem in found.problems] == [
        ("serverless.yml", Span(4, 7, 4, 8))
    ]


def test_all_properties(discovery: Discover, tmp_path: Path) -> None:
    function = one(discovery, "{handler: src/app.handler, memorySize: 256, environment: {STAGE: '1', X: a}}")
    assert function.name == "hello"
    assert (function.handler, function.code_root) == ("src/app.handler", tmp_path)
    assert (function.runtime, function.timeout, function.memory) == ("python3.12", 20, 256)
    assert function.environment == {"STAGE": "1", "KEY": None, "X": "a"}
    assert function.source.kind == "serverless"
    assert function.source.span == Span(13, 20, 13, 35)


@pytest.mark.parametrize(
    "handler",
    [
        "${self:custom.module}.handler",
        "${self:custom.names.${self:provider.stage}}",
        "${self:custom.names.prod, 'app.handler'}",
        "${self:custom.names.prod, self:custom.names.dev}",
        "${opt:handler, env:HANDLER, 'app.handler'}",
        "${self:custom.names.list.1}",
        "${self:custom.names.${sls:stage}}",
        "${file(other.yml):module}.handler",
        "${file(./other.yml):names.${sls:stage}, 'x'}",
    ],
)
def test_variables(discovery: Discover, handler: str) -> None:
    other = "module: app\nnames:\n  dev: app.handler\n"
    function = one(discovery, f'{{handler: "{handler}"}}', **{"other.yml": other})
    assert (function.handler, function.unresolved) == ("app.handler", None)


@pytest.mark.parametrize(
    ("handler", "reason"),
    [
        ("${opt:handler}", "no value for `${opt:handler}`"),
        ("${self:custom.nowhere}", "no value for `custom.nowhere`"),
        ("${ssm:/handler, 'app.handler'}", "`${ssm:/handler}` is known only when it is deployed"),
        ("${file(missing.yml):x}", "no value for `file(missing.yml)`"),
        ("${file(code.js):x}", "`code.js` is a program"),
        ("${self:custom.circle}", "`${self:custom.circle}` refers to itself"),
        ("x${self:custom.names}", "`${self:custom.names}` is not text"),
        ("${self:custom.module", "`${self:custom.module` has no closing brace"),
    ],
)
def test_what_has_no_value_is_unresolved(discovery: Discover, handler: str, reason: str) -> None:
    function = one(discovery, f'{{handler: "{handler}"}}')
    assert (function.handler, function.unresolved) == (None, f"`handler`: {reason}")


@pytest.mark.parametrize(
    ("function", "rest", "root", "reason"),
    [
        ("{handler: a.h, module: svc}", "package: {individually: true}\n", "svc", None),
        ("{handler: a.h, module: svc, package: {individually: true}}", "", "svc", None),
        ("{handler: svc/a.h, module: svc}", "", "", None),
        ("{handler: a.h, module: gone}", "package: {individually: true}\n", None, "`gone` does not exist"),
        ("{handler: a.h, package: {artifact: a.zip}}", "", None, "the code is in an archive, `a.zip`"),
        ("{handler: a.h}", "package: {artifact: a.zip}\n", None, "the code is in an archive, `a.zip`"),
        ("{image: app}", "", None, "the code is in a container image"),
        ("{handler: wsgi_handler.handler}", "plugins: [serverless-wsgi]\n", "", "`wsgi_handler` is made by"),
    ],
)
def test_code_roots(
    discovery: Discover, tmp_path: Path, function: str, rest: str, root: str | None, reason: str | None
) -> None:
    found = one(discovery, function, rest, **{"svc/a.py": ""})
    assert found.code_root == (None if root is None else tmp_path / root)
    assert (found.unresolved or "").startswith(reason or "")
    assert (found.unresolved is None) is (reason is None)


@pytest.mark.parametrize(
    ("handler", "root"),
    [
        ("services/orders/app.h", ""),
        ("orders/app.h", "services"),
        ("app.h", "services/orders"),
        ("no.h", "services/orders"),
        ("no_dot", "services/orders"),
    ],
)
def test_a_service_that_is_deployed_from_a_folder_above(
    discovery: Discover, tmp_path: Path, handler: str, root: str
) -> None:
    text = f"{SERVICE}functions:\n  hello: {{handler: {handler}}}\n"
    found = discovery({".git/HEAD": "", "services/orders/serverless.yml": text, "services/orders/app.py": ""})
    assert [function.code_root for function in found.functions] == [tmp_path / root]


def test_functions_as_a_list_and_from_files(discovery: Discover, tmp_path: Path) -> None:
    text = SERVICE + "functions:\n  - a: {handler: one.h}\n  - ${file(more/functions.yml)}\n"
    found = discovery({"serverless.yml": text, "one.py": "", "more/functions.yml": "b:\n  handler: two.h\n"})
    assert [(f.name, f.handler, f.code_root) for f in found.functions] == [
        ("a", "one.h", tmp_path),
        ("b", "two.h", tmp_path),
    ]
    assert found.functions[1].source.path == tmp_path / "more/functions.yml"
    assert found.functions[1].source.span == Span(2, 12, 2, 17)


def test_plugins_that_build(discovery: Discover) -> None:
    assert one(discovery, "{handler: a.h}", "plugins: [serverless-python-requirements]\n").build is None
    assert one(discovery, "{handler: a.h}", "plugins:\n  - serverless-plugin-scripts\n").build == (
        "serverless-plugin-scripts"
    )


def test_layers(discovery: Discover, tmp_path: Path) -> None:
    layers = "layers: {shared: {path: layer}}\n"
    function = one(
        discovery,
        "{handler: a.h, layers: [{Ref: SharedLambdaLayer}, 'arn:x']}",
        layers,
        **{"layer/python/x.py": ""},
    )
    assert function.import_path == (tmp_path / "layer/python",)
    assert function.unknown_layers == ("arn:x",)


BATCH = {"report_batch_item_failures": True}
NO_BATCH = {"report_batch_item_failures": False}


@pytest.mark.parametrize(
    ("event", "kind", "properties"),
    [
        ("http: GET /", "api", {"proxy": True}),
        ("http: {path: /, method: get, integration: lambda}", "api", {"proxy": False}),
        ("httpApi: '*'", "http-api", {"proxy": True, "payload_format_version": "2.0"}),
        ("http: {path: /, method: get, async: true}", "api", {"proxy": False}),
        ("websocket: $connect", "web-socket", {"proxy": True, "route": "$connect"}),
        ("websocket: {route: hello}", "web-socket", {"proxy": True, "route": "hello"}),
        ("sqs: arn:aws:sqs:a:b:c", "sqs", NO_BATCH),
        ("sqs: {arn: x, functionResponseType: ReportBatchItemFailures}", "sqs", BATCH),
        ("stream: arn:aws:kinesis:a:b:c", "kinesis", NO_BATCH),
        ("stream: {type: dynamodb, arn: !GetAtt T.StreamArn}", "dynamodb", NO_BATCH),
        ("cognitoUserPool: {pool: x, trigger: PreSignUp}", "cognito", {"triggers": ("PreSignUp",)}),
        ("schedule: rate(1 hour)", "schedule", {}),
        ("alb: {multiValueHeaders: true}", "alb", {"multi_value_headers": True}),
    ],
)
def test_events(discovery: Discover, event: str, kind: str, properties: dict[str, object]) -> None:
    assert one(discovery, f"{{handler: a.h, events: [{{{event}}}]}}").events == (
        EventSource(kind, properties),
    )


def test_authorizers_and_urls(discovery: Discover) -> None:
    text = SERVICE.replace(
        "  timeout: 20\n", "  httpApi: {authorizers: {x: {functionName: second, type: request}}}\n"
    )
    text += """\
functions:
  main: {handler: a.h, url: true, events: [{http: {path: /, method: get, authorizer: first}}]}
  first: {handler: a.first}
  second: {handler: a.second}
"""
    main, first, second = discovery({"serverless.yml": text}).functions
    assert [event.kind for event in main.events] == ["api", "function-url"]
    assert first.events == (EventSource("authorizer", {"api": "api", "type": "TOKEN"}),)
    assert second.events[0].properties["payload_format_version"] == "2.0"


APP_SYNC = """\
plugins: [serverless-appsync-plugin]
appSync:
  name: shop
  authentication: {type: AWS_LAMBDA, config: {functionName: guard}}
  additionalAuthentications:
    - {type: API_KEY}
    - {type: AWS_LAMBDA, config: {functionName: second}}
  dataSources:
    - items: {type: AWS_LAMBDA, config: {functionName: items}}
      table: {type: AMAZON_DYNAMODB, config: {tableName: guard}}
    - users: {type: AWS_LAMBDA, config: {function: {handler: users.h}}}
  resolvers:
    Query.price: {kind: UNIT, dataSource: {type: AWS_LAMBDA, config: {functionName: price}}}
"""
OLD_APP_SYNC = """\
custom:
  appSync:
    - authenticationType: AWS_LAMBDA
      lambdaAuthorizerConfig: {functionName: guard}
      additionalAuthenticationProviders:
        - {authenticationType: AWS_LAMBDA, lambdaAuthorizerConfig: {functionName: second}}
      dataSources:
        - {type: AWS_LAMBDA, name: a, config: {functionName: items}}
        - {type: AWS_LAMBDA, name: b, config: {functionName: price}}
"""


@pytest.mark.parametrize("api", [APP_SYNC, OLD_APP_SYNC])
def test_app_sync(discovery: Discover, api: str) -> None:
    text = SERVICE.replace("custom:\n", api if api is OLD_APP_SYNC else f"{api}custom:\n")
    functions = "".join(f"  {name}: {{handler: a.h}}\n" for name in ("guard", "second", "items", "price"))
    found = discovery({"serverless.yml": f"{text}functions:\n{functions}"})
    authorizer, data_source = (EventSource("authorizer", {"api": "app-sync"}),), (EventSource("app-sync"),)
    known = {"guard": authorizer, "second": authorizer, "items": data_source, "price": data_source}
    if api is APP_SYNC:
        known["users"] = data_source
    assert {function.name: function.events for function in found.functions} == known


OVERRIDABLE = """\
service: sample
provider:
  name: aws
  runtime: python3.12
PACKAGE
functions:
  hello:
    handler: HANDLER
    MODULE
"""


@pytest.mark.parametrize(
    ("individually", "files", "root", "is_certain"),
    [
        ("true", {"fn/app.py": ""}, "fn", True),
        ("true", {"app.py": "", "fn/x.py": ""}, "fn", True),
        ("false", {"fn/app.py": ""}, ".", True),
        ("${self:custom.no}", {"fn/app.py": ""}, ".", True),
        ("${env:individually, false}", {"fn/app.py": ""}, "fn", True),
        ("${opt:individually, 'false'}", {"fn/app.py": ""}, "fn", True),
        ("${self:custom.maybe}", {"fn/app.py": ""}, "fn", True),
        ("${env:individually, true}", {"app.py": "", "fn/x.py": ""}, ".", True),
        ("${env:individually}", {"app.py": "", "fn/x.py": ""}, ".", True),
        ("${env:individually, false}", {"fn/x.py": ""}, "fn", True),
    ],
)
def test_packaging_that_who_deploys_may_change(
    discovery: Discover,
    tmp_path: Path,
    individually: str,
    files: dict[str, str],
    root: str,
    is_certain: bool,
) -> None:
    package = f"package:\n  individually: {individually}\ncustom:\n  no: false\n  maybe: ${{env:x, false}}"
    text = OVERRIDABLE.replace("PACKAGE", package).replace("MODULE", "module: fn")
    function = discovery({"serverless.yml": text.replace("HANDLER", "app.hello"), **files}).functions[0]
    assert function.code_root == (tmp_path / root).resolve()
    assert (function.unresolved is None) is is_certain


@pytest.mark.parametrize(
    ("handler", "is_certain"),
    [
        ("app.hello", True),
        ("${self:custom.handler}", True),
        ("${opt:handler, 'src.app.hello'}", True),
        ("${opt:handler, 'app.hello'}", False),
        ("${env:FOLDER, 'old'}/app.hello", False),
        ("${self:provider.stage, 'x'}/app.hello", False),
        ("${sls:stage}/app.hello", False),
    ],
)
def test_a_handler_that_who_deploys_may_change(discovery: Discover, handler: str, is_certain: bool) -> None:
    text = OVERRIDABLE.replace("PACKAGE", "custom:\n  handler: app.hello").replace("    MODULE\n", "")
    files = {"serverless.yml": text.replace("HANDLER", handler), "src/app.py": ""}
    assert (discovery(files).functions[0].unresolved is None) is is_certain


@pytest.mark.parametrize(
    ("runtime", "is_given"), [("python3.9", True), ("${env:RUNTIME, 'python3.9'}", False)]
)
def test_a_runtime_that_who_deploys_may_change(discovery: Discover, runtime: str, is_given: bool) -> None:
    text = OVERRIDABLE.replace("PACKAGE\n", "").replace("    MODULE\n", "").replace("HANDLER", "app.f")
    function = discovery({"serverless.yml": text.replace("python3.12", runtime), "app.py": ""}).functions[0]
    assert (function.runtime, function.runtime_given) == ("python3.9", is_given)
