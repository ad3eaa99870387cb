"""Terraform modules that give each other packages, functions and switches through arguments and outputs."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlerlint.functions.model import EventSource, LambdaFunction

from ..conftest import Discover

HANDLER = "def handler(event, context):\n    return None\n"
FUNCTION = """\
variable "handler" { default = "app.handler" }
variable "package" { default = "missing.zip" }
variable "create_url" { default = true }
variable "create" { default = true }
resource "aws_lambda_function" "this" {
  count    = var.create ? 1 : 0
  handler  = var.handler
  runtime  = "python3.13"
  filename = var.package
}
resource "aws_lambda_function_url" "this" {
  count         = var.create_url ? 1 : 0
  function_name = aws_lambda_function.this[0].function_name
}
output "arn" { value = try(aws_lambda_function.this[0].arn, "") }
output "invoke_arn" { value = aws_lambda_function.this[0].invoke_arn }
"""
ARCHIVE = """\
variable "folder" {}
data "archive_file" "this" {
  type        = "zip"
  source_dir  = "${path.module}/../../${var.folder}"
  output_path = "${path.module}/this.zip"
}
output "path" { value = data.archive_file.this.output_path }
"""
API = """\
variable "function" {}
resource "aws_apigatewayv2_integration" "this" {
  integration_type       = "AWS_PROXY"
  integration_uri        = "${var.function}"
  payload_format_version = "2.0"
}
"""


def functions(discovery: Discover, main: str, **more: str) -> tuple[LambdaFunction, ...]:
    files = {
        "main.tf": main,
        "modules/function/main.tf": FUNCTION,
        "modules/archive/main.tf": ARCHIVE,
        "modules/api/main.tf": API,
        "src/app.py": HANDLER,
        "other/app.py": HANDLER,
        **more,
    }
    found = discovery(files, disabled=frozenset({"convention"}))
    assert found.problems == ()
    return found.functions


def test_a_package_from_another_module(discovery: Discover, tmp_path: Path) -> None:
    main = """\
module "archive" {
  source   = "./modules/archive"
  for_each = toset(["src", "other"])
  folder   = each.key
}
module "function" {
  source     = "./modules/function"
  package    = module.archive["other"].path
  create_url = false
}
"""
    (found,) = functions(discovery, main)
    assert (found.code_root, found.unresolved, found.events) == (tmp_path / "other", None, ())


def test_an_object_in_a_bucket_of_a_package_from_another_module(discovery: Discover, tmp_path: Path) -> None:
    main = """\
module "archive" {
  source = "./modules/archive"
  folder = "src"
}
resource "aws_s3_object" "code" {
  key    = "code.zip"
  source = module.archive.path
}
resource "aws_lambda_function" "this" {
  handler = "app.handler"
  runtime = "python3.13"
  s3_key  = aws_s3_object.code.key
}
"""
    found = functions(discovery, main)
    assert [function.code_root for function in found if function.name == "this"] == [tmp_path / "src", None]


HTTP = EventSource("http-api", {"proxy": True, "payload_format_version": "2.0"})
INTEGRATION = """\
resource "aws_apigatewayv2_integration" "this" {{
  integration_type       = "AWS_PROXY"
  integration_uri        = {}
  payload_format_version = "2.0"
}}
"""


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (INTEGRATION.format("module.one.invoke_arn"), [[HTTP], []]),
        (INTEGRATION.format("module.two.arn"), [[], [HTTP]]),
        (INTEGRATION.format('"arn:${module.two.arn}/invocations"'), [[], [HTTP]]),
        (INTEGRATION.format("local.target") + "locals {\n  target = module.one.arn\n}\n", [[HTTP], []]),
        ('module "api" {\n  source   = "./modules/api"\n  function = module.one.arn\n}\n', [[HTTP], []]),
        (
            'module "api" {\n  source   = "./modules/api"\n  function = "x/${module.two.invoke_arn}/y"\n}\n',
            [[], [HTTP]],
        ),
        (INTEGRATION.format("module.one.no_such_output"), [[], []]),
        (INTEGRATION.format("module.no_such_module.arn"), [[], []]),
        (INTEGRATION.format("local.itself") + "locals {\n  itself = local.itself\n}\n", [[], []]),
    ],
)
def test_who_invokes_the_function_of_a_module(
    discovery: Discover, more: str, expected: list[list[EventSource]]
) -> None:
    use = 'module "{}" {{\n  source     = "./modules/function"\n  create_url = false\n}}\n'
    found = functions(discovery, use.format("one") + use.format("two") + more)
    assert [list(function.events) for function in found] == expected


def test_what_is_created_no_times_invokes_nothing(discovery: Discover) -> None:
    main = """\
module "with" { source = "./modules/function" }
module "without" {
  source     = "./modules/function"
  create_url = false
}
resource "aws_lambda_event_source_mapping" "none" {
  for_each         = { for key, value in {} : key => value }
  function_name    = module.with.arn
  event_source_arn = "arn:aws:sqs:eu-west-1:123456789012:queue"
}
"""
    found = functions(discovery, main)
    assert [[event.kind for event in function.events] for function in found] == [["function-url"], []]


def test_a_function_that_its_user_switches_off(discovery: Discover) -> None:
    main = """\
module "off" {
  source = "./modules/function"
  create = false
}
module "on" { source = "./modules/function" }
"""
    assert [function.name for function in functions(discovery, main)] == ["module.on.this"]


def test_a_function_that_is_off_by_default_counts(discovery: Discover) -> None:
    text = FUNCTION.replace('"create" { default = true }', '"create" { default = false }')
    main = 'module "some" { source = "./modules/function" }\n'
    text = text.replace("var.create_url ? 1 : 0", "var.create ? 1 : 0")
    (found,) = functions(discovery, main, **{"modules/function/main.tf": text})
    assert found.name == "module.some.this"
    assert [event.kind for event in found.events] == ["function-url"]


@pytest.mark.parametrize(
    ("main", "place"),
    [
        ('module "m" {\n  source  = "./modules/function"\n  handler = "app.main"\n}\n', ("main.tf", 3, 14)),
        (
            'locals {\n  name = "app.main"\n}\n'
            'module "m" {\n  source  = "./modules/function"\n  handler = local.name\n}\n',
            ("main.tf", 2, 11),
        ),
        (
            'module "m" {\n  source  = "./modules/function"\n  handler = "app.${terraform.workspace}"\n}\n',
            ("main.tf", 3, 14),
        ),
        ('module "m" { source = "./modules/function" }\n', ("modules/function/main.tf", 1, 33)),
    ],
)
def test_the_handler_stands_where_it_is_written(
    discovery: Discover, tmp_path: Path, main: str, place: tuple[str, int, int]
) -> None:
    (found,) = functions(discovery, main)
    position = found.source.span
    assert found.source.path is not None and position is not None
    assert (found.source.path.relative_to(tmp_path).as_posix(), position.row, position.column) == place


def test_a_permission_says_nothing_that_is_known_better(discovery: Discover) -> None:
    main = """\
module "function" {
  source     = "./modules/function"
  create_url = false
}
resource "aws_cloudwatch_event_rule" "hourly" { schedule_expression = "rate(1 hour)" }
resource "aws_cloudwatch_event_target" "hourly" {
  rule = aws_cloudwatch_event_rule.hourly.name
  arn  = module.function.arn
}
resource "aws_lambda_permission" "hourly" {
  function_name = module.function.arn
  principal     = "events.amazonaws.com"
}
resource "aws_lambda_permission" "topic" {
  function_name = module.function.arn
  principal     = "sns.amazonaws.com"
}
"""
    (found,) = functions(discovery, main)
    assert [event.kind for event in found.events] == ["schedule", "sns"]
