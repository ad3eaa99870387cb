"""Functions of SAM and CloudFormation templates."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlerlint.functions import discover
from handlerlint.functions.model import LambdaFunction
from handlerlint.functions.request import DiscoveryRequest
from handlerlint.text import Span

from ..conftest import Discover, MakeProject

HANDLER = "def lambda_handler(event, context):\n    return {}\n"


def one(found: object) -> LambdaFunction:
    functions = found.functions  # type: ignore[attr-defined]
    assert len(functions) == 1, functions
    return functions[0]  # type: ignore[no-any-return]


def sam(properties: str, rest: str = "") -> str:
    """A template with one function; `properties` are lines of `Name: value`."""
    lines = "".join(f"      {line}\n" for line in properties.strip().splitlines())
    return f"{rest}\nResources:\n  Hello:\n    Type: AWS::Serverless::Function\n    Properties:\n{lines}"


@pytest.mark.parametrize(
    "template",
    [
        "Resources:\n  Bucket:\n    Type: AWS::S3::Bucket\n",
        sam("Runtime: nodejs22.x\nHandler: app.handler"),
        sam("Runtime: provided.al2023\nHandler: bootstrap"),
        sam("Handler: app.handler"),  # no runtime, and no Python file there
        "AWS::Lambda::Function is only mentioned: Resources: here\n",
        "Resources:\n  - AWS::Lambda::Function\n",
        "Resources:\n  Hello:\n    Type: [AWS::Lambda::Function]\n",
        "",
    ],
)
def test_nothing_is_found(discovery: Discover, template: str) -> None:
    found = discovery({"template.yaml": template})
    assert found.functions == ()
    assert found.problems == ()


def test_a_function_with_all_properties(discovery: Discover, tmp_path: Path) -> None:
    template = """\
        AWSTemplateFormatVersion: "2010-09-09"
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Hello:
            Type: AWS::Serverless::Function
            Properties:
              CodeUri: src/hello/
              Handler: app.lambda_handler
              Runtime: python3.12
              Timeout: 7
              MemorySize: 512
              Environment:
                Variables:
                  TABLE: !Ref Table
                  STAGE: prod
              Events:
                Web:
                  Type: HttpApi
                Queue:
                  Type: SQS
                  Properties:
                    FunctionResponseTypes: [ReportBatchItemFailures]
          Table:
            Type: AWS::DynamoDB::Table
        """
    function = one(discovery({"template.yaml": template, "src/hello/app.py": HANDLER}, "src"))
    assert function.name == "Hello"
    assert function.handler == "app.lambda_handler"
    assert function.code_root == tmp_path / "src/hello"
    assert (function.runtime, function.runtime_given) == ("python3.12", True)
    assert (function.timeout, function.memory) == (7, 512)
    assert function.environment == {"TABLE": None, "STAGE": "prod"}
    assert [event.kind for event in function.events] == ["http-api", "sqs"]
    assert function.events[0].properties == {"proxy": True, "payload_format_version": "2.0"}
    assert function.events[1].properties == {"report_batch_item_failures": True}
    assert function.source.kind == "sam"
    assert function.source.path == tmp_path / "template.yaml"
    assert function.source.span == Span(8, 16, 8, 34)
    assert function.unresolved is None


GLOBALS = """\
Globals:
  Function:
    Runtime: python3.11
    Handler: app.handler
    CodeUri: src
    Timeout: 3
    Environment: {Variables: {A: "1", B: "1"}}
    Layers: [arn:one]
"""


def test_globals_are_merged(discovery: Discover, tmp_path: Path) -> None:
    template = sam("Timeout: 9\nEnvironment: {Variables: {B: '2'}}\nLayers: [arn:two]", GLOBALS)
    function = one(discovery({"template.yaml": template, "src/app.py": ""}))
    assert (function.handler, function.runtime) == ("app.handler", "python3.11")
    assert function.code_root == tmp_path / "src"
    assert function.timeout == 9
    assert function.environment == {"A": "1", "B": "2"}
    assert function.unknown_layers == ("arn:one", "arn:two")
    # The finding about the handler belongs to where it is written.
    assert function.source.span == Span(4, 14, 4, 25)


def test_globals_are_not_for_plain_lambda_functions(discovery: Discover) -> None:
    template = GLOBALS + "Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties: {Code: src}\n"
    assert discovery({"template.yaml": template, "src/app.py": ""}).functions == ()


INTRINSICS = """\
Parameters:
  Module: {Type: String, Default: app}
  Stage: {Type: String, Default: prod}
  Given: {Type: String}
  Names: {Type: CommaDelimitedList, Default: "one, app.handler"}
  Secret: {Type: "AWS::SSM::Parameter::Value<String>", Default: /name/of/it}
Mappings:
  Handlers:
    prod: {name: app.handler}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsDev: !Not [!Condition IsProd]
  Both: !And [!Condition IsProd, !Not [{Condition: IsDev}]]
  Either: !Or [!Condition IsDev, !Equals [a, a]]
  Unclear: !Equals [!Ref Given, x]
  Circle: !Not [!Condition Circle]
"""


@pytest.mark.parametrize(
    "value",
    [
        '!Sub "${Module}.handler"',
        '!Sub ["${M}.handler", {M: !Ref Module}]',
        '{"Fn::Sub": "${Module}.handler"}',
        '!Join [".", [!Ref Module, handler]]',
        "!Join ['', [app, !Ref 'AWS::NoValue', .handler]]",
        "!FindInMap [Handlers, !Ref Stage, name]",
        "!FindInMap [Handlers, nowhere, name, {DefaultValue: app.handler}]",
        "!If [IsProd, app.handler, dev.handler]",
        "!If [IsDev, dev.handler, app.handler]",
        "!If [Both, app.handler, !Ref Given]",
        "!If [Either, app.handler, !Ref Given]",
        "!Select [1, !Ref Names]",
        "!Select [1, !Split ['|', 'x|app.handler']]",
        '"app.handler"',
        "!!str app.handler",
        "other.handler\nHandler: app.handler",
    ],
)
def test_intrinsic_functions_are_evaluated(discovery: Discover, value: str) -> None:
    template = sam(f"Runtime: python3.13\nCodeUri: .\nHandler: {value}", INTRINSICS)
    found = discovery({"template.yaml": template, "app.py": ""})
    assert found.problems == ()
    assert (one(found).handler, one(found).unresolved) == ("app.handler", None)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("!Ref Given", "parameter `Given` has no default"),
        ("!Sub '${Given}.handler'", "parameter `Given` has no default"),
        ("!Ref Secret", "parameter `Secret` is kept in Systems Manager"),
        ("!Ref Other", "`Other` is a resource"),
        ("!GetAtt Other.Name", "`Other.Name` is an attribute of a resource"),
        ("!Sub '${Other.Name}'", "`Other.Name` is an attribute of a resource"),
        ("!ImportValue x", "`Fn::ImportValue` is evaluated by CloudFormation only"),
        ("!If [Unclear, app.handler, b.handler]", "parameter `Given` has no default"),
        ("!If [Circle, app.handler, b.handler]", "condition `Circle` refers to itself"),
        ("!If [Nowhere, app.handler, b.handler]", "condition `Nowhere` is not defined"),
        ("!FindInMap [Handlers, test, name]", "`test` is not in the mappings"),
        ("!Select [7, [a, b]]", "`Fn::Select` has no such item"),
        ("!Select [x, [a, b]]", "`Fn::Select` has no such item"),
        ("!Split ['.', a.b]", "not a text"),
        ("[a, b]", "not a text"),
        ("'{{resolve:ssm:x}}'", "a dynamic reference (`{{resolve:…}}`) is evaluated by CloudFormation only"),
    ],
)
def test_what_the_template_does_not_decide_is_unresolved(
    discovery: Discover, value: str, reason: str
) -> None:
    template = sam(f"Runtime: python3.13\nCodeUri: .\nHandler: {value}", INTRINSICS)
    found = discovery({"template.yaml": template, "app.py": ""})
    assert found.problems == ()
    assert one(found).handler is None
    assert one(found).unresolved == f"`Handler`: {reason}"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("CodeUri: s3://bucket/key.zip", "the code is in an S3 bucket"),
        ("CodeUri: {Bucket: a, Key: b}", "the code is in an S3 bucket"),
        ("CodeUri: code.zip", "the code is in an archive, `code.zip`"),
        ("CodeUri: .build/", "`.build/` does not exist; a build step may make it"),
        ("CodeUri: !Ref Given", "`CodeUri`: parameter `Given` has no default"),
        ("CodeUri: {What: x}", "`CodeUri` does not name a location"),
        ("CodeUri: 'a\\0b'", "`a\\0b` does not exist; a build step may make it"),
        ("CodeUri: " + "a" * 5000, "the code location is not a path"),
        ("InlineCode: !Ref Given", "`InlineCode`: parameter `Given` has no default"),
        ("InlineCode: !Join ['', []]", "the inline code does nothing; it may be a placeholder"),
        (
            "InlineCode: '# is put here by the pipeline'",
            "the inline code does nothing; it may be a placeholder",
        ),
        (
            "PackageType: Image\nImageUri: x.dkr.ecr.us-east-1.amazonaws.com/y",
            "the code is in a container image",
        ),
        (
            "Environment: {Variables: {AWS_LAMBDA_EXEC_WRAPPER: /opt/bootstrap}}",
            "`AWS_LAMBDA_EXEC_WRAPPER` starts the handler as a program",
        ),
    ],
)
def test_code_out_of_reach(discovery: Discover, code: str, reason: str) -> None:
    template = sam(f"Runtime: python3.13\nHandler: app.handler\n{code}", INTRINSICS)
    found = discovery({"template.yaml": template, "code.zip": b"PK", "app.py": ""})
    assert found.problems == ()
    assert one(found).unresolved == reason


@pytest.mark.parametrize(
    ("code_uri", "code_root"),
    [
        ("src/", "src"),
        ("./src/a/..", "src"),
        ("src/app.py", "src"),
        (".", ""),
        ("~", ""),
        ("!Ref 'AWS::NoValue'", ""),
    ],
)
def test_code_roots(discovery: Discover, tmp_path: Path, code_uri: str, code_root: str) -> None:
    template = sam(f"Runtime: python3.13\nHandler: app.handler\nCodeUri: {code_uri}")
    assert one(discovery({"template.yaml": template, "src/app.py": ""})).code_root == tmp_path / code_root


def test_without_code_uri_the_template_folder_is_the_code_root(discovery: Discover, tmp_path: Path) -> None:
    template = sam("Runtime: python3.13\nHandler: app.handler")
    assert one(discovery({"deep/template.yaml": template, "deep/app.py": ""})).code_root == tmp_path / "deep"


def test_a_fragment_without_code_uri_and_code_is_unresolved(discovery: Discover, tmp_path: Path) -> None:
    template = sam("Runtime: python3.13\nHandler: app.handler")
    function = one(discovery({"docs/template.yaml": template, "docs/src/README.md": ""}))
    assert function.unresolved == "no other `CodeUri` than `docs`, which holds no Python file"
    # A folder that the template names is taken at its word.
    function = one(discovery({"docs/template.yaml": template + "      CodeUri: src\n"}))
    assert (function.code_root, function.unresolved) == (tmp_path / "docs/src", None)


PLAIN = """\
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Handler: index.handler
      Code: {code}
"""


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("{S3Bucket: a, S3Key: b}", "the code is in an S3 bucket"),
        ("{ImageUri: a}", "the code is in a container image"),
        ("~", "no `Code`"),
        ("./src", None),
        ("src", None),
    ],
)
def test_plain_cloudformation(discovery: Discover, code: str, reason: str | None) -> None:
    function = one(discovery({"stack.yml": PLAIN.format(code=code), "src/index.py": ""}))
    assert function.unresolved == reason
    assert function.source.kind == "cloudformation"


INLINE = """\
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Handler: index.handler
      Code:
        ZipFile: |
          import json

          def handler(event, context):
              return json.dumps("é")
"""


def test_inline_code_knows_where_its_lines_stand(discovery: Discover) -> None:
    function = one(discovery({"stack.yml": INLINE}))
    assert function.code_root is None
    assert function.unresolved is None
    inline = function.inline_code
    assert inline is not None
    assert inline.text.startswith("import json\n\ndef handler")
    assert inline.lines == ((9, 11), (10, 11), (11, 11), (12, 11))


@pytest.mark.parametrize(
    ("value", "text", "lines"),
    [
        ("'def handler(e, c): pass'", "def handler(e, c): pass", ((7, 24),)),
        ('"def handler(e, c):\\n  pass"', "def handler(e, c):\n  pass", ()),
        (
            '!Join ["\\n", ["def handler(e, c):", "  return 1"]]',
            "def handler(e, c):\n  return 1",
            ((7, 38), (7, 60)),
        ),
        ('!Join [" ", ["def handler(e, c):", "return 1"]]', "def handler(e, c): return 1", ()),
        ("!Sub \"def handler(e, c): return '${AWS::Region}'\"", "def handler(e, c): return 'us-east-1'", ()),
        ("!Sub 'def handler(e, c): pass'", "def handler(e, c): pass", ((7, 29),)),
    ],
)
def test_inline_code_in_other_forms(
    discovery: Discover, value: str, text: str, lines: tuple[tuple[int, int], ...]
) -> None:
    inline = one(discovery({"stack.yml": PLAIN.format(code=f"{{ZipFile: {value}}}")})).inline_code
    assert inline is not None
    assert (inline.text, inline.lines) == (text, lines)


def test_inline_code_wins_over_code_uri_from_globals(discovery: Discover) -> None:
    template = sam("InlineCode: 'def handler(e, c): pass'", GLOBALS)
    assert one(discovery({"template.yaml": template})).inline_code is not None


@pytest.mark.parametrize(
    ("metadata", "build"),
    [
        ("BuildMethod: makefile", "makefile"),
        ("BuildMethod: python3.13", None),
        ("BuildMethod: python-uv", None),
    ],
)
def test_build_steps(discovery: Discover, metadata: str, build: str | None) -> None:
    template = sam("Runtime: python3.13\nHandler: app.handler") + f"    Metadata:\n      {metadata}\n"
    assert one(discovery({"template.yaml": template})).build == build


LAYERS = """\
  Built:
    Type: AWS::Serverless::LayerVersion
    Metadata: {BuildMethod: python3.13}
    Properties: {ContentUri: layers/built}
  Ready:
    Type: AWS::Lambda::LayerVersion
    Properties: {Content: layers/ready}
  Made:
    Type: AWS::Serverless::LayerVersion
    Metadata: {BuildMethod: makefile}
    Properties: {ContentUri: layers/built}
"""


def test_layers(discovery: Discover, tmp_path: Path) -> None:
    layers = "Layers: [!Ref Built, !Ref Ready, !Ref Made, 'arn:aws:lambda:x', !Ref 'AWS::NoValue']"
    template = sam(f"Runtime: python3.13\nHandler: app.handler\n{layers}") + LAYERS
    files = {"template.yaml": template, "layers/built/shared.py": "", "layers/ready/python/other.py": ""}
    function = one(discovery(files))
    assert function.import_path == (tmp_path / "layers/built", tmp_path / "layers/ready/python")
    assert function.unknown_layers == ("`Made` is a resource", "arn:aws:lambda:x")


PARENT = """\
Resources:
  Child:
    Type: AWS::Serverless::Application
    Properties:
      Location: child/template.yaml
      Parameters: {Module: parent}
  Again:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./child/template.yaml
      Parameters: {Module: !GetAtt Child.Outputs.Name}
  Remote:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: "https://s3.amazonaws.com/x/y.yaml"}
  Missing:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: missing.yaml}
"""


def test_nested_templates_get_their_arguments(discovery: Discover, tmp_path: Path) -> None:
    child = sam(
        "Runtime: python3.13\nCodeUri: .\nHandler: !Sub '${Module}.handler'",
        "Parameters:\n  Module: {Type: String, Default: child}\n",
    )
    found = discovery({"template.yaml": PARENT, "child/template.yaml": child, "child/app.py": ""})
    assert found.problems == ()
    assert [function.handler for function in found.functions] == ["parent.handler", None]
    assert found.functions[0].code_root == tmp_path / "child"


def test_templates_that_nest_each_other(discovery: Discover) -> None:
    def nesting(other: str) -> str:
        return sam("Runtime: python3.13\nHandler: app.handler") + (
            f"  Next:\n    Type: AWS::Serverless::Application\n    Properties: {{Location: {other}}}\n"
        )

    found = discovery({"a.yaml": nesting("b.yaml"), "b.yaml": nesting("a.yaml"), "c.yaml": nesting("c.yaml")})
    assert len(found.functions) == 1, "the same function of three files is one function"
    assert len(found.functions[0].origins) == 3


JSON = """\
{
\t"Description": "\\ud83d\\ude00",
\t"Resources": {
\t\t"F": {
\t\t\t"Type": "AWS::Lambda::Function",
\t\t\t"Properties": {"Runtime": "python3.13", "Handler": "index.handler", "Code": "."}
\t\t}
\t}
}
"""


def test_json_with_tabs_and_escapes(discovery: Discover) -> None:
    function = one(discovery({"stack.template": JSON}))
    assert function.handler == "index.handler"
    assert function.source.span == Span(6, 56, 6, 69)


def test_aliases_and_merge_keys(discovery: Discover) -> None:
    template = """\
        Shared: &shared {Runtime: python3.13, Handler: app.one}
        Resources:
          F:
            Type: AWS::Serverless::Function
            Properties:
              <<: *shared
              Handler: app.two
          G:
            Type: AWS::Serverless::Function
            Properties: *shared
        """
    found = discovery({"template.yaml": template})
    assert [function.handler for function in found.functions] == ["app.two", "app.one"]


def test_the_last_of_two_equal_keys_counts(discovery: Discover) -> None:
    template = sam("Runtime: nodejs22.x\nHandler: a.b") + (
        "  Hello:\n    Type: AWS::Serverless::Function\n    Properties: {Runtime: python3.13, Handler: c.d}\n"
    )
    assert one(discovery({"template.yaml": template})).handler == "c.d"


def test_a_source_can_be_turned_off(project: MakeProject) -> None:
    root = project({"template.yaml": sam("Runtime: python3.13\nHandler: app.handler")})
    assert discover(DiscoveryRequest(paths=(root,), disabled=frozenset({"sam"}))).functions == ()


STAND_IN = """\
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Handler: HANDLER
      Code:
        ZipFile: |
          def lambda_handler(event, context): ...
"""


@pytest.mark.parametrize("is_project", [True, False])
@pytest.mark.parametrize(
    ("handler", "files", "is_stand_in"),
    [
        ("lambda_function.lambda_handler", {}, False),
        ("index.handler", {"deploy/index.py": ""}, False),
        ("scan.lambda_handler", {"deploy/rescan.py": "", "deploy/scan.txt": ""}, False),
        ("jobs.scan.lambda_handler", {"scan.py": "", "src/scan.py": ""}, False),
        (
            "scan.lambda_handler",
            {"deploy/run.sh": "aws lambda update-function-configuration --handler x.f"},
            False,
        ),
        ("scan.lambda_handler", {"deploy/run.sh": "aws lambda update-function-code --zip-file $1"}, True),
        ("scan.lambda_handler", {"Makefile": "\taws lambda update-function-code --zip-file $1"}, True),
        ("scan.lambda_handler", {"scripts/ship.py": "client.update_function_code(ZipFile=data)"}, True),
        ("scan.lambda_handler", {"deploy/steps.ipynb": '{"source": ["aws.update_function_code(x)"]}'}, True),
        ("index.other", {"Makefile": "\taws lambda update-function-code --zip-file $1"}, False),
        ("scan.lambda_handler", {"deploy/scan.py": ""}, True),
        ("scan.lambda_handler", {"scan.py": ""}, True),
        ("scan.lambda_handler", {"src/scan/__init__.py": ""}, True),
        ("jobs.scan.lambda_handler", {"src/jobs/scan.py": ""}, True),
        ("jobs/scan.lambda_handler", {"src/jobs/scan.py": ""}, True),
    ],
)
def test_inline_code_in_the_place_of_what_is_deployed_later(
    tmp_path: Path, handler: str, files: dict[str, str], is_stand_in: bool, is_project: bool
) -> None:
    if is_project:
        (tmp_path / ".git").mkdir()
    for name, text in {"deploy/template.yaml": STAND_IN.replace("HANDLER", handler), **files}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = [
        function
        for function in discover(DiscoveryRequest(paths=(tmp_path,))).functions
        if function.source.kind == "cloudformation"
    ]
    assert [function.unresolved is not None for function in found] == [is_stand_in]
