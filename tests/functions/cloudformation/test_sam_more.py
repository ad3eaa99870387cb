"""Templates that take things from elsewhere: loops, includes, archives, samconfig.toml."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from handlerlint.text import Span

from ..conftest import Discover, MakeProject

FUNCTION = (
    "{Type: AWS::Serverless::Function, Properties: {Runtime: python3.13, Handler: HANDLER, CodeUri: .}}"
)


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        (
            "  Fn::ForEach::Each: [Name, [a, b], {'${Name}Function': BODY}]",
            {"aFunction": "a.h", "bFunction": "b.h"},
        ),
        ("  Fn::ForEach::Each: [Name, !Ref Names, {'F&{Name}': BODY}]", {"Fx1": "x-1.h", "Fy": "y.h"}),
        (
            "  Fn::ForEach::Outer: [Name, [a], {'Fn::ForEach::Inner': [Z, [p, q], {'${Name}${Z}': BODY}]}]",
            {"ap": "a.h", "aq": "a.h"},
        ),
        ("  Fn::ForEach::Each: [Name, !Ref Nothing, {'${Name}F': BODY}]", {}),
        ("  Fn::ForEach::Each: [Name, [a]]", {}),
    ],
)
def test_loops(discovery: Discover, resources: str, expected: dict[str, str]) -> None:
    parameters = (
        "Parameters: {Names: {Type: CommaDelimitedList, Default: 'x-1, y'}, Nothing: {Type: String}}\n"
    )
    body = FUNCTION.replace("HANDLER", "!Sub '${Name}.h'")
    template = (
        f"{parameters}Transform: AWS::LanguageExtensions\nResources:\n{resources.replace('BODY', body)}\n"
    )
    found = discovery({"template.yaml": template})
    assert found.problems == ()
    assert {function.name: function.handler for function in found.functions} == expected


def test_a_loop_may_refer_to_its_variable(discovery: Discover) -> None:
    body = FUNCTION.replace("HANDLER", "!Ref Name")
    template = f"Resources:\n  Fn::ForEach::Each: [Name, [a.b], {{'F': {body}}}]\n"
    assert discovery({"template.yaml": template}).functions[0].handler == "a.b"


def test_resources_that_are_included(discovery: Discover, tmp_path: Path) -> None:
    template = """\
        Resources:
          Queue: {Type: "AWS::SQS::Queue", Also: AWS::Lambda::Function}
          Fn::Transform: {Name: AWS::Include, Parameters: {Location: parts/more.yaml}}
        """
    more = "More: " + FUNCTION.replace("HANDLER", "app.handler").replace("CodeUri: .", "CodeUri: src")
    found = discovery({"template.yaml": template, "parts/more.yaml": more, "src/app.py": ""})
    assert [function.code_root for function in found.functions] == [tmp_path / "src"]
    source = found.functions[0].source
    assert (source.path, source.span) == (tmp_path / "parts/more.yaml", Span(1, 84, 1, 95))


SAM_CONFIG = """\
version = 0.1
[default.global.parameters]
stack_name = "x"
[default.build.parameters]
parameter_overrides = 'Module="early" Second=two.handler'
[default.deploy.parameters]
parameter_overrides = OVERRIDES
template_file = "TEMPLATE"
[prod.deploy.parameters]
parameter_overrides = "Module=prod"
"""


@pytest.mark.parametrize(
    ("overrides", "named", "handlers"),
    [
        ('"Module=late"', "infra/app.yaml", ["late.handler", "two.handler"]),
        ("""'Module="la te"'""", "infra/app.yaml", ["la te.handler", "two.handler"]),
        ('["Module=late", "Second=2"]', "infra/app.yaml", ["late.handler", "2"]),
        ('"ParameterKey=Module,ParameterValue=late"', "infra/app.yaml", ["late.handler", "two.handler"]),
        ('""', "infra/app.yaml", ["early.handler", "two.handler"]),
        ("7", "infra/app.yaml", ["early.handler", "two.handler"]),
        ('"Module=late"', "other.yaml", ["app.handler", None]),
        ('"Module=late"', ".aws-sam/build/template.yaml", ["app.handler", None]),
        ("nonsense", "infra/app.yaml", ["app.handler", None]),
    ],
)
def test_parameters_of_samconfig(
    discovery: Discover, overrides: str, named: str, handlers: list[str | None]
) -> None:
    template = "Parameters: {Module: {Type: String, Default: app}, Second: {Type: String}}\nResources:\n"
    template += "  A: " + FUNCTION.replace("HANDLER", "!Sub '${Module}.handler'") + "\n"
    template += "  B: " + FUNCTION.replace("HANDLER", "!Ref Second") + "\n"
    config = SAM_CONFIG.replace("OVERRIDES", overrides).replace("TEMPLATE", named)
    found = discovery({"infra/app.yaml": template, "samconfig.toml": config})
    assert [function.handler for function in found.functions] == handlers


@pytest.mark.parametrize(
    ("member", "beside", "root"),
    [
        ("index.py", "src/index.py", "src"),
        ("index.py", "src/code/index.py", "src/code"),
        ("pkg/__init__.py", "src/pkg/__init__.py", None),
        ("index.py", "index.py", None),
        ("index.py", "src/lambda/deeper/index.py", None),
        ("other.py", "src/index.py", None),
    ],
)
def test_an_archive_is_looked_into(
    discovery: Discover, project: MakeProject, tmp_path: Path, member: str, beside: str, root: str | None
) -> None:
    project({beside: "def handler(event, context):\n    pass\n", "src/other.txt": ""})
    with zipfile.ZipFile(tmp_path / "src/code.zip", "w") as new:
        new.writestr(member, "def handler(event, context):\r\n    pass\r\n")
    template = "Resources:\n  A: " + FUNCTION.replace("HANDLER", "index.handler").replace(
        ": .", ": src/code.zip"
    )
    (function,) = discovery({"template.yaml": template}, disabled=frozenset({"convention"})).functions
    assert function.code_root == (None if root is None else tmp_path / root)


def test_an_archive_that_is_none(discovery: Discover) -> None:
    template = "Resources:\n  A: " + FUNCTION.replace("HANDLER", "index.handler").replace(": .", ": code.zip")
    found = discovery({"template.yaml": template, "code.zip": b"PK no"})
    assert [function.unresolved for function in found.functions] == ["the code is in an archive, `code.zip`"]
