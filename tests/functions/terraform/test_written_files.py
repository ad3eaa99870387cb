"""Modules that Terraform itself writes (`local_file`) before it packs them: their text is linted where it stands."""

from __future__ import annotations

import pytest

from ...program import run
from ..conftest import MakeProject

FUNCTION = """\
resource "aws_lambda_function" "this" {
  handler  = "HANDLER"
  runtime  = "python3.12"
  filename = data.archive_file.code.output_path
}
data "archive_file" "code" {
  type        = "zip"
  SOURCE
  output_path = "${path.module}/code.zip"
}
"""
FOLDER = 'source_dir = "${path.module}/src"'
MODULE = "def handler(event, context):\n    return {1}\n"
QUOTED = '"def handler(event, context):\\n    return {1}\\n"'
HEREDOC = f"<<EOT\n{MODULE}EOT"


def configured(*, source: str = FOLDER, handler: str = "app.handler") -> str:
    return FUNCTION.replace("SOURCE", source).replace("HANDLER", handler)


def written(
    content: str, *, path: str = "${path.module}/src/app.py", kind: str = "local_file", name: str = "code"
) -> str:
    return f'resource "{kind}" "{name}" {{\n  filename = "{path}"\n  content  = {content}\n}}\n'


def checked(make: MakeProject, text: str, **files: str) -> list[str]:
    root = make({"main.tf": text, "src/other.py": "def value():\n    return {2}\n", **files})
    found = run("--no-cache", "--output-format", "concise", "--quiet", folder=root)
    assert found.stderr == ""
    return [line.split(" [")[0] for line in found.stdout.splitlines()]


@pytest.mark.parametrize(
    "text",
    [
        written('<<EOT\ndef handler(event, context):\n    return {"${var.x}": {1}}\nEOT'),
        'variable "x" { default = "{1}" }\n'
        + written("<<EOT\ndef handler(event, context):\n    return ${var.x}\nEOT"),
        written('templatefile("app.tftpl", {})'),
        written("<<EOT\n%{ if true }\n" + MODULE + "%{ endif }\nEOT"),
        written(HEREDOC) + written(HEREDOC, kind="local_sensitive_file"),
        written(HEREDOC) + written(HEREDOC, path="${path.module}/src/${random_id.x.hex}.py", name="b"),
        written(HEREDOC, path="${path.module}/src/main.py"),
        written(HEREDOC, path="${path.module}/srcs/app.py"),
        written(HEREDOC).replace("content ", "count = 0\n  content "),
        written("<<EOT\nimport requests\nEOT"),
    ],
)
def test_nothing_is_said_of_what_is_not_known(project: MakeProject, text: str) -> None:
    assert [line for line in checked(project, configured() + text) if "HL3" in line] == []


def test_a_file_that_is_there_is_the_module(project: MakeProject) -> None:
    there = "\n\ndef handler(event, context):\n    return {1}\n"
    text = configured() + written(HEREDOC)
    assert checked(project, text, **{"src/app.py": there}) == ["src/app.py:4:12: HL301"]
    good = "def handler(event, context):\n    return 1\n"
    assert checked(project, text, **{"src/app.py": good}) == []


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (HEREDOC, "15:12"),
        ("<<-EOT\n      def handler(event, context):\n          return {1}\n  EOT", "15:18"),
        (QUOTED, "13:56"),
        # With other escapes, it does not stand there as it is: the place is the handler string.
        (QUOTED.replace("{1}", '{1} # \\"x\\"'), "2:15"),
    ],
)
@pytest.mark.parametrize("kind", ["local_file", "local_sensitive_file"])
def test_text_is_linted_where_it_stands(project: MakeProject, content: str, place: str, kind: str) -> None:
    assert checked(project, configured() + written(content, kind=kind)) == [f"main.tf:{place}: HL301"]


@pytest.mark.parametrize(
    ("source", "path", "handler"),
    [
        ('source_dir = "${path.module}/made"', "${path.module}/made/app.py", "app.handler"),
        (FOLDER, "${path.module}/src/pkg/app.py", "pkg.app.handler"),
        (FOLDER, "${path.module}/src/pkg/app.py", "pkg/app.handler"),
        ('source_file = "${path.module}/made.py"', "${path.module}/made.py", "made.handler"),
        ("source_file = local_file.code.filename", "${path.module}/made.py", "made.handler"),
    ],
)
def test_ways_to_write_and_pack(project: MakeProject, source: str, path: str, handler: str) -> None:
    text = configured(source=source, handler=handler) + written(HEREDOC, path=path)
    assert checked(project, text) == ["main.tf:15:12: HL301"]


def test_text_may_stand_in_another_file_and_use_what_lies_beside_it(project: MakeProject) -> None:
    module = "import other\n\n\ndef handler(event, context):\n    return other.value()\n"
    text = written(f"<<EOT\n{module}EOT")
    assert checked(project, configured(), **{"code.tf": text}) == ["code.tf:8:12: HL301"]
    report = run("invoke", "--handler", "app.handler", folder=project({"code.tf": text}))
    assert "HL901" in report.stdout  # named by hand, it is not there
    (project({}) / "event.json").write_text("{}", encoding="utf-8")
    report = run("invoke", "--event", "event.json", "--output-format", "concise", folder=project({}))
    assert "code.tf:8:5: HL903" in report.stdout


def test_text_of_an_archive_has_the_name_that_it_is_packed_as(project: MakeProject) -> None:
    source = f'source {{\n    filename = "app.py"\n    content  = {HEREDOC}\n  }}'
    assert checked(project, configured(source=source)) == ["main.tf:12:12: HL301"]
    text = configured(source=source, handler="main.handler")
    assert checked(project, text) == ["main.tf:2:15: HL102"]
