"""Prints how fast functions are found, as ratios of times taken in one run: they hold on any machine.

    python benchmarks/discovery.py [--rounds N] [--check] [--only NAME]

First, what a thousand YAML files of other kinds cost, against reading them. Then, for each tool, what ten times as
many functions cost: about ten times as much, or something grows with the square. Needs the extra `dev`.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median

from handlerlint.functions import DiscoveryRequest, discover
from handlerlint.source.files import SourceFiles
from handlerlint.source.resolution import resolve

OTHER_FILES = 1000
OTHER_SECONDS = 0.5  # of processor time, in all
READING_LIMIT = 6.0  # times as long as walking over the same files and reading them
FEW, MANY = 100, 1000
GROWTH_LIMIT = 20.0  # for ten times as many; a square would be 100

Files = dict[str, str]
HANDLER = "def handler(event, context):\n    return {}\n"

KUBERNETES = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: service-{number}
  labels: {{app: service-{number}}}
spec:
  replicas: 3
  template:
    spec:
      containers:
        - name: main
          image: example.org/service:{number}
          resources:
            limits: {{cpu: 500m, memory: 256Mi}}
"""
WORKFLOW = """\
name: build {number}
on: [push]
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: make test-{number}
"""


def other_files() -> Files:
    """YAML files that configure no function."""
    texts = (KUBERNETES, WORKFLOW, KUBERNETES * 10, "# a comment\n" * 200 + WORKFLOW)
    return {
        f"deploy/{number % 40}/{number}.yaml": texts[number % len(texts)].format(number=number)
        for number in range(OTHER_FILES)
    }


def sam(count: int) -> Files:
    lines = [
        "Transform: AWS::Serverless-2016-10-31",
        "Globals: {Function: {Runtime: python3.13}}",
        "Resources:",
    ]
    for number in range(count):
        lines += [
            f"  F{number}:",
            "    Type: AWS::Serverless::Function",
            f"    Properties: {{Handler: app.handler, CodeUri: src/{number % 10}/, Layers: [!Ref L]}}",
            f"  P{number}:",
            "    Type: AWS::Lambda::Permission",
            f"    Properties: {{FunctionName: !Ref F{number}, Principal: s3.amazonaws.com}}",
        ]
    lines += ["  L:", "    Type: AWS::Serverless::LayerVersion", "    Properties: {ContentUri: layer}"]
    return {"template.yaml": "\n".join(lines) + "\n", **_roots(10)}


def templates(count: int) -> Files:
    one = (
        "Resources:\n  F:\n    Type: AWS::Serverless::Function\n"
        "    Properties: {Runtime: python3.13, Handler: app.handler, CodeUri: .}\n"
    )
    return {
        name: text
        for number in range(count)
        for name, text in ((f"s/{number}/template.yaml", one), (f"s/{number}/app.py", HANDLER))
    }


def nested(count: int) -> Files:
    stacks = "".join(
        f"  S{number}:\n    Type: AWS::CloudFormation::Stack\n"
        f"    Properties: {{TemplateURL: inner.yaml, Parameters: {{Name: n{number}}}}}\n"
        for number in range(count)
    )
    inner = (
        "Parameters: {Name: {Type: String}}\nResources:\n  F:\n    Type: AWS::Serverless::Function\n"
        "    Properties: {Runtime: python3.13, Handler: !Sub 'app.${Name}', CodeUri: src/0}\n"
    )
    return {"template.yaml": f"Resources:\n{stacks}", "inner.yaml": inner, **_roots(1)}


def serverless(count: int) -> Files:
    functions = "".join(
        f"  f{number}:\n    handler: src/{number % 10}/app.handler\n    events: [{{http: 'GET /{number}'}}]\n"
        for number in range(count)
    )
    head = (
        "service: s\nprovider: {name: aws, runtime: python3.13, stage: '${opt:stage, \"dev\"}'}\nfunctions:\n"
    )
    return {"serverless.yml": head + functions, **_roots(10)}


def terraform(count: int) -> Files:
    blocks = "".join(
        f"""
resource "aws_lambda_function" "f{number}" {{
  function_name = "f{number}"
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = data.archive_file.a{number}.output_path
}}
data "archive_file" "a{number}" {{
  type        = "zip"
  source_dir  = "${{path.module}}/src/{number % 10}"
  output_path = "a{number}.zip"
}}
resource "aws_lambda_permission" "p{number}" {{
  function_name = aws_lambda_function.f{number}.function_name
  principal     = "s3.amazonaws.com"
}}
"""
        for number in range(count)
    )
    return {"main.tf": 'provider "aws" {}\n' + blocks, **_roots(10)}


def cdk(count: int) -> Files:
    calls = "".join(
        f'        f{number} = lambda_.Function(self, "F{number}", runtime=RUNTIME, handler="app.handler",\n'
        f'            code=lambda_.Code.from_asset("src/{number % 10}"))\n'
        f"        f{number}.add_function_url()\n"
        for number in range(count)
    )
    app = (
        "from aws_cdk import App, Stack, aws_lambda as lambda_\nRUNTIME = lambda_.Runtime.PYTHON_3_13\n"
        f"class Main(Stack):\n    def __init__(self, scope, id):\n        super().__init__(scope, id)\n{calls}"
        'Main(App(), "Main")\n'
    )
    return {"cdk.json": '{"app": "python3 app.py"}', "app.py": app, **_roots(10)}


def typescript_applications(count: int) -> Files:
    """Applications of which each has a script of its own: whose it is, is asked of each."""
    return {
        name: text
        for number in range(count)
        for name, text in (
            (f"{number}/cdk.json", '{"app": "npx ts-node app.ts"}'),
            (f"{number}/app.ts", "export const number = 1;\n"),
            (f"{number}/app.py", HANDLER),
        )
    }


def synthesized(count: int) -> Files:
    resources = {
        f"F{number}ABCDEF01": {
            "Type": "AWS::Lambda::Function",
            "Properties": {"Handler": "app.handler", "Runtime": "python3.13", "Code": {"S3Key": "x.zip"}},
            "Metadata": {
                "aws:cdk:path": f"Main/F{number}/Resource",
                "aws:asset:path": f"asset.{number}",
            },
        }
        for number in range(count)
    }
    files = {
        "cdk.json": '{"app": "npx x"}',
        "cdk.out/Main.template.json": json.dumps({"Resources": resources}),
    }
    for number in range(count):
        text = f"NUMBER = {number}\n{HANDLER}"
        files |= {f"cdk.out/asset.{number}/app.py": text, f"src/{number}/app.py": text}
    return files


def pulumi(count: int) -> Files:
    calls = "".join(
        f'lambda_.Function("f{number}", runtime="python3.13", handler="app.handler",'
        f' code=pulumi.FileArchive("src/{number % 10}"))\n'
        for number in range(count)
    )
    program = f"import pulumi\nfrom pulumi_aws import lambda_\n{calls}"
    return {"Pulumi.yaml": "name: x\nruntime: python\n", "__main__.py": program, **_roots(10)}


def chalice(count: int) -> Files:
    functions = "".join(
        f"@app.lambda_function()\ndef f{number}(event, context): ...\n" for number in range(count)
    )
    return {
        ".chalice/config.json": "{}",
        "app.py": f"from chalice import Chalice\napp = Chalice('x')\n{functions}",
    }


def containers(count: int) -> Files:
    text = 'FROM public.ecr.aws/lambda/python:3.13\nCOPY app.py ${LAMBDA_TASK_ROOT}\nCMD ["app.handler"]\n'
    return {
        name: content
        for number in range(count)
        for name, content in ((f"i/{number}/Dockerfile", text), (f"i/{number}/app.py", HANDLER))
    }


def convention(count: int) -> Files:
    return {
        f"s/{number}/lambda_function.py": HANDLER.replace("handler", "lambda_handler")
        for number in range(count)
    }


def inline(count: int) -> Files:
    functions = "".join(
        f"  F{number}:\n    Type: AWS::Lambda::Function\n    Properties:\n      Runtime: python3.13\n"
        f"      Handler: module{number}.handler\n      Code:\n        ZipFile: |\n          def handler(e, c): ...\n"
        for number in range(count)
    )
    return {"template.yaml": f"Resources:\n{functions}", **{f"m/{n}.py": "" for n in range(count)}}


FORMATS: Mapping[str, Callable[[int], Files]] = {
    one.__name__: one
    for one in (
        sam,
        templates,
        nested,
        serverless,
        terraform,
        cdk,
        typescript_applications,
        synthesized,
        pulumi,
        chalice,
        containers,
        convention,
        inline,
    )
}


def _roots(count: int) -> Files:
    return {f"src/{number}/app.py": HANDLER for number in range(count)} | {
        "layer/python/shared.py": "x = 1\n"
    }


def project(folder: Path, files: Files) -> Path:
    (folder / ".git").mkdir(parents=True)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def seconds(work: Callable[[], object], rounds: int) -> float:
    """The processor time of one call, the median of some."""
    times = []
    for _ in range(rounds):
        gc.collect()
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return median(times)


def find(root: Path) -> int:
    """Discovery and resolution of all functions of a project; how many there are."""
    functions = discover(DiscoveryRequest(paths=(root,))).functions
    files = SourceFiles()
    for function in functions:
        resolve(function, files)
    return len(functions)


def read_all(root: Path) -> None:
    for folder, _, names in os.walk(root):
        for name in names:
            Path(folder, name).read_bytes()


def cost_of_other_files(folder: Path, rounds: int) -> bool:
    alone = project(folder / "alone", templates(1))
    among = project(folder / "among", templates(1) | other_files())
    find(alone)
    ours = seconds(lambda: find(among), rounds) - seconds(lambda: find(alone), rounds)
    reading = seconds(lambda: read_all(among), rounds) - seconds(lambda: read_all(alone), rounds)
    holds = ours <= OTHER_SECONDS and ours <= READING_LIMIT * reading
    print(
        f"{OTHER_FILES} other YAML files: {ours:.3f} s (limit {OTHER_SECONDS} s), "
        f"{ours / reading:.1f} times reading them (limit {READING_LIMIT:.0f}){'' if holds else '  TOO SLOW'}"
    )
    return holds


def growth(name: str, folder: Path, rounds: int) -> bool:
    make = FORMATS[name]
    few = project(folder / f"{name}-few", make(FEW))
    many = project(folder / f"{name}-many", make(MANY))
    counts = find(few), find(many)
    if counts != (FEW, MANY):
        print(f"{name}: found {counts} functions instead of {(FEW, MANY)}")
        return False
    times = seconds(lambda: find(few), rounds), seconds(lambda: find(many), rounds)
    ratio = times[1] / times[0]
    holds = ratio <= GROWTH_LIMIT
    print(
        f"{name:<12} {FEW}: {times[0]:.3f} s, {MANY}: {times[1]:.3f} s, "
        f"{ratio:.1f} times (limit {GROWTH_LIMIT:.0f}){'' if holds else '  TOO SLOW'}"
    )
    return holds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--check", action="store_true", help="exit with 1 where a limit is exceeded")
    parser.add_argument("--only", choices=sorted(FORMATS), help="only the growth for this tool")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        names = [arguments.only] if arguments.only else list(FORMATS)
        verdicts = [] if arguments.only else [cost_of_other_files(folder, arguments.rounds)]
        verdicts += [growth(name, folder, arguments.rounds) for name in names]
    return int(arguments.check and not all(verdicts))


if __name__ == "__main__":
    sys.exit(main())
