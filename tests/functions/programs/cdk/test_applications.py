"""Functions of AWS CDK applications: from the source of Python ones, and from what was synthesized."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from handlerlint.functions.model import Discovery, EventSource, InlineCode, LambdaFunction
from handlerlint.text import Span

from ...conftest import Discover

HANDLER = "def handler(event, context):\n    return None\n"
CDK = '{"app": "python3 app.py"}'
STACK = """\
import os
from pathlib import Path
from aws_cdk import App, Stack, aws_lambda as lambda_, aws_lambda_event_sources as sources
from aws_cdk import aws_apigateway, aws_lambda_python_alpha as python
from constructs import Construct
import settings

NAME = "app"
COMMON = {"runtime": lambda_.Runtime.PYTHON_3_12, "handler": "app.handler"}


class MyStack(Stack):
    def __init__(self, scope: Construct, id: str, folder="code/a", **kwargs) -> None:
        super().__init__(scope, id, **kwargs)
        BODY


MyStack(App(), "MyStack")
"""


def read(discovery: Discover, body: str, rest: str = "", **files: str) -> Discovery:
    text = STACK.replace("BODY", "\n        ".join(body.split("\n"))) + rest
    project = {"cdk.json": CDK, "infra/stack.py": text, "infra/settings.py": 'FOLDER = "code/a"\n'}
    return discovery(
        {**project, "code/a/app.py": HANDLER, "code/b/app.py": HANDLER, **files},
        disabled=frozenset({"convention"}),
    )


def one(discovery: Discover, body: str, rest: str = "", **files: str) -> LambdaFunction:
    found = read(discovery, body, rest, **files)
    assert found.problems == ()
    assert len(found.functions) == 1, found.functions
    return found.functions[0]


PLAIN = 'lambda_.Function(self, "F", runtime=lambda_.Runtime.PYTHON_3_12, handler=HANDLER, code=CODE)'
ASSET = 'lambda_.Code.from_asset("code/a")'


def plain(handler: str = '"app.handler"', code: str = ASSET) -> str:
    return PLAIN.replace("HANDLER", handler).replace("CODE", code)


@pytest.mark.parametrize(
    "body",
    [
        "pass",
        plain().replace("PYTHON_3_12", "NODEJS_22_X"),
        'lambda_.Function.from_function_name(self, "F", "name")',
        'Function(self, "F", runtime=lambda_.Runtime.PYTHON_3_12, handler="a.b", code=None)',
        'lambda_.LayerVersion(self, "L", code=lambda_.Code.from_asset("x"))',
    ],
)
def test_nothing_is_found(discovery: Discover, body: str) -> None:
    found = read(discovery, body)
    assert (found.functions, found.problems) == ((), ())


def test_all_properties(discovery: Discover, tmp_path: Path) -> None:
    body = (
        "lambda_.Function(\n    self, 'F', runtime=lambda_.Runtime.PYTHON_3_12,\n    handler='app.handler',\n"
    )
    body += f"    code={ASSET}, memory_size=512, environment={{'A': '1', 'B': table.name}},\n)"
    function = one(discovery, body)
    assert (function.name, function.handler, function.runtime) == ("F", "app.handler", "python3.12")
    assert function.code_root == tmp_path / "code/a"
    assert (function.memory, function.environment) == (512, {"A": "1", "B": None})
    assert function.source.kind == "cdk"
    assert function.source.path == tmp_path / "infra/stack.py"
    assert function.source.span == Span(17, 22, 17, 33)


@pytest.mark.parametrize(
    "handler",
    [
        '"app.handler"',
        '"app" ".handler"',
        '"app" + ".handler"',
        'f"{NAME}.handler"',
        '"{}.handler".format(NAME)',
        '"{name}.handler".format(name="app")',
        '{"a": "app.handler"}["a"]',
        '["x", "app.handler"][1]',
        'COMMON["handler"]',
        'COMMON.get("handler")',
        '"app.handler" if True else "x"',
        '".".join(["app"]) if False else "app.handler"',
        "dict(a='app.handler')['a']",
    ],
)
def test_expressions(discovery: Discover, handler: str) -> None:
    function = one(discovery, plain(handler))
    assert (function.handler, function.unresolved) == ("app.handler", None)


@pytest.mark.parametrize(
    "code",
    [
        'lambda_.Code.from_asset("code/a")',
        'lambda_.Code.from_asset(path="code/a")',
        'lambda_.Code.asset("./code/a/")',
        'lambda_.AssetCode("code/a")',
        "lambda_.Code.from_asset(settings.FOLDER)",
        "lambda_.Code.from_asset(folder)",
        'lambda_.Code.from_asset(os.path.join(os.path.dirname(__file__), "..", "code", "a"))',
        'lambda_.Code.from_asset(str(Path(__file__).parent.parent / "code" / "a"))',
        'lambda_.Code.from_asset(str(Path(__file__).resolve().parents[1].joinpath("code/a")))',
        'lambda_.Code.from_asset(os.path.abspath("code/a"))',
    ],
)
def test_code_roots(discovery: Discover, tmp_path: Path, code: str) -> None:
    assert one(discovery, plain(code=code)).code_root == tmp_path / "code/a"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (plain("unknown"), "`handler`: `unknown` is not known"),
        (plain("self.node.path"), "`handler`: `self.node.path` is not known"),
        (plain("os.environ['X']"), "`handler`: an item that is not known"),
        (plain(code='lambda_.Code.from_asset("gone")'), "`gone` does not exist; a build step may make it"),
        (plain(code='lambda_.Code.from_bucket(b, "k")'), "the code is in an S3 bucket"),
        (plain(code="lambda_.S3Code(b, 'k')"), "the code is in an S3 bucket"),
        (plain(code="make_code()"), "`code`: the result of `make_code`"),
        (plain(code='lambda_.Code.from_asset(unknown("x"))'), "`code`: the result of `unknown`"),
        (
            'lambda_.DockerImageFunction(self, "F", code=lambda_.DockerImageCode.from_ecr(r))',
            "the code is in a container image",
        ),
    ],
)
def test_what_is_not_known_is_unresolved(discovery: Discover, body: str, reason: str) -> None:
    assert one(discovery, body).unresolved == reason


@pytest.mark.parametrize(
    ("arguments", "handler"),
    [
        ('entry="code/a", runtime=lambda_.Runtime.PYTHON_3_12', "index.handler"),
        (
            'entry="code/a", index="pkg/app.py", handler="main", runtime=lambda_.Runtime.PYTHON_3_12',
            "pkg.app.main",
        ),
    ],
)
def test_python_function(discovery: Discover, tmp_path: Path, arguments: str, handler: str) -> None:
    function = one(discovery, f'python.PythonFunction(self, "F", {arguments})')
    assert (function.handler, function.code_root) == (handler, tmp_path / "code/a")


def test_bundling_is_a_build_step(discovery: Discover) -> None:
    body = plain(code='lambda_.Code.from_asset("code/a", bundling=BundlingOptions(image=x))')
    assert one(discovery, body).build == "bundling"


def test_inline_code(discovery: Discover, tmp_path: Path) -> None:
    function = one(discovery, plain('"index.handler"', 'lambda_.Code.from_inline("def handler(e, c): pass")'))
    assert function.inline_code is not None
    assert function.inline_code.text == "def handler(e, c): pass"
    body = 'with open("code/b/app.py") as file:\n    text = file.read()\n'
    body += 'with open("code/a/app.py") as file:\n    text = file.read()\n'
    function = one(discovery, body + plain('"index.handler"', "lambda_.InlineCode(text)"))
    # The file itself is what the user edits.
    assert (function.handler, function.code_root) == ("index.handler", None)
    assert function.inline_code == InlineCode(HANDLER, ((1, 1), (2, 1), (3, 1)), tmp_path / "code/a/app.py")


def test_a_file_that_is_put_inline_is_found_once(discovery: Discover, tmp_path: Path) -> None:
    body = plain('"index.lambda_handler"', 'lambda_.InlineCode(open("code/a/app.py").read())')
    text = STACK.replace("BODY", body)
    source = "def lambda_handler(event, context):\n    return None\n"
    found = discovery({"cdk.json": CDK, "infra/stack.py": text, "code/a/app.py": source})
    assert [function.handler for function in found.functions] == ["index.lambda_handler"]


@pytest.mark.parametrize("code", ['open("gone.py").read()', 'open("code/a/app.py").read().replace("a", "b")'])
def test_a_file_that_is_put_inline_may_be_unknown(discovery: Discover, code: str) -> None:
    function = one(discovery, plain('"index.handler"', f"lambda_.InlineCode({code})"))
    assert function.inline_code is None
    assert function.unresolved is not None


def test_spread_arguments(discovery: Discover) -> None:
    assert one(discovery, f'lambda_.Function(self, "F", code={ASSET}, **COMMON)').handler == "app.handler"
    body = f'props = dict(COMMON, memory_size=128)\nlambda_.Function(self, "F", code={ASSET}, **props)'
    assert one(discovery, body).memory == 128


def test_loops(discovery: Discover, tmp_path: Path) -> None:
    body = 'for name, folder in (("A", "code/a"), ("B", "code/b")):\n    lambda_.Function(\n'
    body += "        self, name, code=lambda_.Code.from_asset(folder), **COMMON\n    )"
    found = read(discovery, body).functions
    assert [(f.name, f.code_root) for f in found] == [("A", tmp_path / "code/a"), ("B", tmp_path / "code/b")]


HELPERS = """

def make(scope, name, folder, handler="app.handler"):
    return lambda_.Function(scope, name, runtime=lambda_.Runtime.PYTHON_3_12, handler=handler,
                            code=lambda_.Code.from_asset(folder))


class Api(Construct):
    def __init__(self, scope, id, *, folder: str, **props):
        super().__init__(scope, id)
        self.folder = folder
        self.build(**props)

    def build(self, handler):
        lambda_.Function(self, "Api", runtime=lambda_.Runtime.PYTHON_3_11, handler=handler,
                         code=lambda_.Code.from_asset(self.folder))


class Standard(lambda_.Function):
    def __init__(self, scope, id, folder):
        super().__init__(scope, id, runtime=lambda_.Runtime("python3.13"), handler="app.handler",
                         code=lambda_.Code.from_asset(folder))


class Again(Construct):
    def __init__(self, scope, id):
        Again(self, "x")
"""


def test_helpers_pass_arguments_on(discovery: Discover, tmp_path: Path) -> None:
    body = 'make(self, "One", "code/a")\nmake(self, "Two", folder="code/b", handler="app.main")\n'
    body += 'Api(self, "Api", folder="code/b", handler="app.api")\nStandard(self, "Three", "code/a")'
    found = {(f.name, f.handler, f.code_root, f.runtime) for f in read(discovery, body, HELPERS).functions}
    assert found == {
        ("One", "app.handler", tmp_path / "code/a", "python3.12"),
        ("Two", "app.main", tmp_path / "code/b", "python3.12"),
        ("Api", "app.api", tmp_path / "code/b", "python3.11"),
        ("Three", "app.handler", tmp_path / "code/a", "python3.13"),
    }


def test_helpers_in_another_file(discovery: Discover, tmp_path: Path) -> None:
    helper = "from aws_cdk import aws_lambda\n\ndef make(scope, folder):\n"
    helper += (
        '    aws_lambda.Function(scope, "X", runtime=aws_lambda.Runtime.PYTHON_3_12, handler="app.handler",\n'
    )
    helper += "                        code=aws_lambda.Code.from_asset(folder))\n"
    function = one(discovery, 'helper.make(self, "code/b")', **{"infra/helper.py": helper})
    assert function.code_root == tmp_path / "code/b"


EVENTS = f"fn = {plain()}\n"


@pytest.mark.parametrize(
    ("body", "kind", "properties"),
    [
        (
            "fn.add_event_source(sources.SqsEventSource(queue, report_batch_item_failures=True))",
            "sqs",
            {"report_batch_item_failures": True},
        ),
        (
            "fn.add_event_source(sources.DynamoEventSource(table))",
            "dynamodb",
            {"report_batch_item_failures": False},
        ),
        ("aws_apigateway.LambdaRestApi(self, 'A', handler=fn, proxy=False)", "api", {"proxy": True}),
        ("aws_apigateway.LambdaIntegration(fn, proxy=False)", "api", {"proxy": False}),
        (
            "fn.add_function_url()",
            "function-url",
            {"payload_format_version": "2.0", "invoke_mode": "BUFFERED"},
        ),
        (
            "aws_apigateway.TokenAuthorizer(self, 'A', handler=fn)",
            "authorizer",
            {"api": "api", "type": "TOKEN"},
        ),
    ],
)
def test_events(discovery: Discover, body: str, kind: str, properties: dict[str, object]) -> None:
    assert one(discovery, EVENTS + body).events == (EventSource(kind, properties),)


@pytest.mark.parametrize(
    "text", ["def broken(:\n", "x = 1\n", "\xff", "import aws_cdk\nclass A(aws_lambda.F): ..."]
)
def test_files_that_are_of_no_use(discovery: Discover, text: str) -> None:
    assert (
        len(read(discovery, plain(), **{"infra/other.py": "# import aws_cdk lambda\n" + text}).functions) == 1
    )


def test_a_broken_cdk_json_is_one_problem(discovery: Discover) -> None:
    found = discovery({"cdk.json": '{"app": }'})
    assert [problem.span for problem in found.problems] == [Span(1, 9, 1, 10)]


OUTPUT = {
    "Resources": {
        "F4A31": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Runtime": "python3.12",
                "Handler": "app.handler",
                "Code": {"S3Bucket": {"Fn::Sub": "cdk-${AWS::AccountId}"}, "S3Key": "abc.zip"},
            },
            "Metadata": {
                "aws:cdk:path": "Stack/F/Resource",
                "aws:asset:path": "asset.abc",
                "aws:asset:property": "Code",
            },
        },
        "Own": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Runtime": "python3.11",
                "Handler": "index.handler",
                "Code": {"ZipFile": "def handler(): 1"},
            },
            "Metadata": {"aws:cdk:path": "Stack/Custom::CDKBucketDeployment/Resource"},
        },
        "Url": {
            "Type": "AWS::Lambda::Url",
            "Properties": {"TargetFunctionArn": {"Fn::GetAtt": ["F4A31", "Arn"]}},
        },
    }
}


def synthesized(source: str = HANDLER) -> dict[str, str]:
    return {"cdk.out/Stack.template.json": json.dumps(OUTPUT), "cdk.out/asset.abc/app.py": source}


def test_what_was_synthesized_is_led_back_to_the_source(discovery: Discover, tmp_path: Path) -> None:
    files = {"cdk.json": '{"app": "npx ts-node bin/app.ts"}', "src/fn/app.py": HANDLER, **synthesized()}
    (function,) = discovery(files).functions
    assert (function.name, function.handler, function.code_root) == ("F", "app.handler", tmp_path / "src/fn")
    assert [event.kind for event in function.events] == ["function-url"]
    assert function.source.kind == "cdk"


def test_without_metadata_the_hash_says_which_asset_it_is(discovery: Discover, tmp_path: Path) -> None:
    plain_output = json.loads(json.dumps(OUTPUT))
    plain_output["Resources"].pop("Own")
    plain_output["Resources"]["FA1B2C3D4"] = plain_output["Resources"].pop("F4A31")
    del plain_output["Resources"]["FA1B2C3D4"]["Metadata"]
    files = {
        "cdk.json": '{"app": "node x.js"}',
        "src/fn/app.py": HANDLER,
        "cdk.out/asset.abc/app.py": HANDLER,
    }
    (function,) = discovery({**files, "cdk.out/Stack.template.json": json.dumps(plain_output)}).functions
    assert (function.name, function.code_root) == ("F", tmp_path / "src/fn")


def test_an_asset_without_its_source_is_unresolved(discovery: Discover) -> None:
    files = {"cdk.json": '{"app": "node x.js"}', "src/fn/app.py": "# changed\n", **synthesized()}
    (function,) = discovery(files).functions
    assert function.code_root is None
    assert function.unresolved is not None
    assert "cdk synth" in function.unresolved


def test_source_and_synthesis_are_one_function(discovery: Discover, tmp_path: Path) -> None:
    function = one(discovery, plain(), **synthesized())
    assert [origin.path.name for origin in function.origins if origin.path] == [
        "stack.py",
        "Stack.template.json",
    ]
    assert [event.kind for event in function.events] == ["function-url"]
    assert function.code_root == tmp_path / "code/a"


def test_another_language_that_was_not_synthesized_gives_a_hint(discovery: Discover) -> None:
    found = discovery({"cdk.json": '{"app": "npx ts-node bin/app.ts"}'})
    assert [hint.message for hint in found.hints] == [
        "the application is not in Python: run `cdk synth` to have its functions found"
    ]
    assert found.problems == ()


def test_without_cdk_json_the_folder_of_app_py_counts(discovery: Discover, tmp_path: Path) -> None:
    app = "from aws_cdk import aws_lambda as lambda_\n" + plain().replace("code/a", "src") + "\n"
    (function,) = discovery({"service/app.py": app, "service/src/app.py": ""}).functions
    assert function.code_root == tmp_path / "service/src"


LAYERED = """\
lambda_.Function(self, "F", runtime=lambda_.Runtime.PYTHON_3_12, handler="app.handler",
    code=lambda_.Code.from_asset("code/a"), layers=LAYERS)"""
COMMON_LAYER = 'common = lambda_.LayerVersion(self, "L", code=lambda_.Code.from_asset("layers/common"))\n'


@pytest.mark.parametrize(
    ("before", "layers", "folders", "unknown"),
    [
        ("", "[]", [], []),
        ("", "None", [], []),
        (COMMON_LAYER, "[common]", ["layers/common/python"], []),
        ("self." + COMMON_LAYER, "[self.common]", ["layers/common/python"], []),
        (
            'entry = python.PythonLayerVersion(self, "L", entry="layers/entry")\n',
            "[entry]",
            ["layers/entry"],
            [],
        ),
        (
            COMMON_LAYER
            + 'arn = lambda_.LayerVersion.from_layer_version_arn(self, "A", "arn:aws:lambda:x")\n',
            "[common, arn]",
            ["layers/common/python"],
            ["arn:aws:lambda:x"],
        ),
        ("", "[kwargs['layer']]", [], ["layers of the application"]),
        ("", "kwargs['layers']", [], ["layers of the application"]),
        (COMMON_LAYER.replace("layers/common", "layers/absent"), "[common]", [], ["LayerVersion"]),
        (COMMON_LAYER.replace("layers/common", "layers/entry"), "[common]", [], ["LayerVersion"]),
        (COMMON_LAYER.replace('common")', 'common", bundling=x)'), "[common]", [], ["LayerVersion"]),
        (
            'entry = python.PythonLayerVersion(self, "L", entry="layers/entry", bundling=x)\n',
            "[entry]",
            [],
            ["PythonLayerVersion"],
        ),
        (
            COMMON_LAYER + "layers = [common]\nlayers.append(other)\n",
            "layers",
            ["layers/common/python"],
            ["layers that are added later"],
        ),
        (
            COMMON_LAYER + "self.function.add_layers(other)\n",
            "[common]",
            ["layers/common/python"],
            ["layers that are added later"],
        ),
    ],
)
def test_layers(
    discovery: Discover, tmp_path: Path, before: str, layers: str, folders: list[str], unknown: list[str]
) -> None:
    files = {"layers/common/python/shared.py": "x = 1\n", "layers/entry/shared.py": "x = 1\n"}
    function = one(discovery, before + LAYERED.replace("LAYERS", layers), **files)
    assert function.import_path == tuple(tmp_path / folder for folder in folders)
    assert function.unknown_layers == tuple(unknown)


@pytest.mark.parametrize(
    "override",
    [
        'cfn.add_property_override("Handler", "app.main")',
        "cfn.add_override('Properties.Code.S3Key', key)",
    ],
)
def test_an_override_may_change_the_handler(discovery: Discover, override: str) -> None:
    function = one(discovery, f"{override}\n" + LAYERED.replace("LAYERS", "[]"))
    assert function.unresolved == "an override of the template may change the handler"


def test_layers_of_what_was_synthesized(discovery: Discover, tmp_path: Path) -> None:
    layer = {
        "Type": "AWS::Lambda::LayerVersion",
        "Properties": {"Content": {"S3Bucket": "b", "S3Key": "two.zip"}},
        "Metadata": {"aws:asset:path": "asset.two"},
    }
    function = {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Handler": "app.handler",
            "Runtime": "python3.12",
            "Code": {"S3Bucket": "b", "S3Key": "one.zip"},
            "Layers": [{"Ref": "L"}],
        },
        "Metadata": {"aws:asset:path": "asset.one", "aws:cdk:path": "Stack/F/Resource"},
    }
    files = {
        "cdk.json": '{"app": "npx ts-node app.ts"}',
        "cdk.out/Stack.template.json": json.dumps({"Resources": {"L": layer, "F": function}}),
        "cdk.out/asset.one/app.py": HANDLER,
        "cdk.out/asset.two/python/shared.py": "x = 1\n",
        "code/a/app.py": HANDLER,
        "layers/common/python/shared.py": "x = 1\n",
    }
    (found,) = discovery(files, disabled=frozenset({"convention"})).functions
    assert (found.code_root, found.unknown_layers) == (tmp_path / "code/a", ())
    assert found.import_path == (tmp_path / "layers/common/python",)


@pytest.mark.parametrize(
    ("timeout", "seconds"),
    [
        ("Duration.seconds(30)", 30),
        ("Duration.minutes(2)", 120),
        ("Duration.millis(5)", None),
        ("Duration.seconds(kwargs['x'])", None),
        ("duration", None),
    ],
)
def test_time_outs(discovery: Discover, timeout: str, seconds: int | None) -> None:
    body = LAYERED.replace("LAYERS", f"[], timeout={timeout}")
    rest = "\nfrom aws_cdk import Duration\n"
    assert one(discovery, body, rest).timeout == seconds


def test_an_alternative_to_what_is_not_known_is_not_taken_for_certain(discovery: Discover) -> None:
    body = LAYERED.replace("LAYERS", "[]").replace('"app.handler"', 'kwargs["handler"] or "app.absent"')
    assert one(discovery, body).handler is None


FRAGMENT = STACK.replace('MyStack(App(), "MyStack")\n', "")


@pytest.mark.parametrize(
    ("asset", "root", "reason"),
    [
        ("src", "service/src", None),
        # A folder of that name may be meant somewhere else.
        ("other", None, "no `cdk.json` says which folder its paths start at"),
        ("gone", None, "no `cdk.json` says which folder its paths start at"),
    ],
)
def test_a_stack_without_an_application(
    discovery: Discover, tmp_path: Path, asset: str, root: str | None, reason: str | None
) -> None:
    stack = FRAGMENT.replace("BODY", plain(code=f'lambda_.Code.from_asset("{asset}")'))
    files = {
        "service/orders_stack.py": stack,
        "service/src/app.py": HANDLER,
        "service/other/x.py": "",
        "service/second/app.py": HANDLER,
        "tests/orders_stack.py": stack,
        "service/orders.py": stack,
    }
    (function,) = discovery(files, disabled=frozenset({"convention"})).functions
    assert (function.handler, function.unresolved) == ("app.handler", reason)
    assert function.code_root == (None if root is None else tmp_path / root)
