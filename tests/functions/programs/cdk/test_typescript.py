"""CDK applications in TypeScript and JavaScript (extra `cdk`)."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlerlint.functions.model import Discovery, LambdaFunction
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
        ("handler: given, code: lambda.Code.fromAsset('code')", "`handler`: not a literal"),
    ],
)
def test_what_is_not_literal(discovery: Discover, properties: str, reason: str) -> None:
    body = (
        "let changing = 'index.handler';\nconst given = 'index.handler';\nfunction make(given: string) {}\n"
    )
    (function,) = functions(discovery, body + new(f"{PYTHON}, {properties}"))
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


def test_tests_and_declarations_are_not_read(discovery: Discover) -> None:
    body = new(f"{PYTHON}, handler: 'index.handler', code: lambda.Code.fromAsset('code')")
    for name in ("test/stack.ts", "lib/stack.test.ts", "lib/stack.d.ts"):
        assert found(discovery, body, name=name).functions == ()
