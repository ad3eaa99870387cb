"""Functions of Terraform and OpenTofu configurations."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlerlint.functions.documents.malformed import MalformedDocument
from handlerlint.functions.model import Discovery, EventSource, LambdaFunction
from handlerlint.functions.terraform.syntax import parse_terraform, span_of
from handlerlint.text import Span

from ..conftest import Discover

HANDLER = "def handler(event, context):\n    return None\n"
ARCHIVE = """\
data "archive_file" "code" {
  type        = "zip"
  source_dir  = "${path.module}/src"
  output_path = "${path.module}/code.zip"
}
"""
FILES = {"src/app.py": HANDLER, "other/app.py": HANDLER}


def function(attributes: str, *, name: str = "this") -> str:
    lines = "".join(f"  {line}\n" for line in attributes.strip().splitlines())
    return f'resource "aws_lambda_function" "{name}" {{\n{lines}}}\n'


BASE = 'handler = "app.handler"\nruntime = "python3.12"\nfilename = data.archive_file.code.output_path'


def read(discovery: Discover, text: str, **files: str) -> Discovery:
    return discovery({"main.tf": text, **FILES, **files}, disabled=frozenset({"convention"}))


def one(discovery: Discover, text: str, **files: str) -> LambdaFunction:
    found = read(discovery, text, **files)
    assert found.problems == ()
    assert len(found.functions) == 1, found.functions
    return found.functions[0]


@pytest.mark.parametrize(
    "text",
    [
        'resource "aws_s3_bucket" "aws_lambda_function" {}\n',
        function('handler = "app.handler"\nruntime = "nodejs22.x"\nfilename = "a.zip"'),
        function('handler = "bootstrap"\nruntime = "provided.al2023"\nfilename = "a.zip"'),
        '# aws_lambda_function\nvariable "x" {}\n',
        'module "x" {\n  source = "terraform-aws-modules/lambda/aws"\n  create_layer = true\n}\n',
    ],
)
def test_nothing_is_found(discovery: Discover, text: str) -> None:
    found = read(discovery, text)
    assert (found.functions, found.problems) == ((), ())


def test_all_properties(discovery: Discover, tmp_path: Path) -> None:
    more = 'timeout = 7\nmemory_size = 512\nlayers = ["arn:x"]\n'
    more += 'environment {\n  variables = {\n    A = "1"\n    B = aws_sqs_queue.q.url\n  }\n}'
    found = one(discovery, ARCHIVE + function(f"{BASE}\n{more}"))
    assert (found.name, found.handler, found.runtime) == ("this", "app.handler", "python3.12")
    assert found.code_root == tmp_path / "src"
    assert (found.timeout, found.memory) == (7, 512)
    assert found.environment == {"A": "1", "B": None}
    assert found.unknown_layers == ("arn:x",)
    assert found.source.kind == "terraform"
    assert found.source.path == tmp_path / "main.tf"
    assert found.source.span == Span(7, 14, 7, 25)


VALUES = """\
variable "module" { default = "app" }
variable "given" { type = string }
variable "handlers" {
  default = { a = "app.handler", b = ["x", "app.handler"] }
}
locals {
  name    = "handler"
  full    = "${var.module}.${local.name}"
  circle  = local.circle
  queue   = aws_sqs_queue.q.name
}
"""


@pytest.mark.parametrize(
    "value",
    [
        '"app.handler"',
        '"${var.module}.handler"',
        "local.full",
        "var.handlers.a",
        'var.handlers["a"]',
        "var.handlers.b[1]",
        'format("%s.%s", var.module, local.name)',
        'join(".", ["app", "handler"])',
        'replace("app/handler", "/", ".")',
        'var.module == "app" ? local.full : var.given',
        'var.given ? "app.handler" : "app.handler"',
        'true || var.given ? "app.handler" : 1',
        'lookup(var.handlers, "zz", "app.handler")',
        'try(var.handlers.zz, "app.handler")',
        'coalesce("", "app.handler")',
        'lower("APP.handler")',
        '[for key, value in var.handlers : value if key == "a"][0]',
        '{ for name in ["app"] : name => "${name}.handler" }["app"]',
        'element(concat(["x"], ["app.handler"]), 1)',
        'trimsuffix(basename("src/app.handler.py"), ".py")',
        "(local.full)",
        "merge(var.handlers, { c = local.full }).c",
        "var.handlers.b.1",
        '"app.${substr("my-handler", 3, -1)}"',
    ],
)
def test_expressions(discovery: Discover, value: str) -> None:
    found = one(discovery, VALUES + ARCHIVE + function(BASE.replace('"app.handler"', value)))
    assert (found.handler, found.unresolved) == ("app.handler", None)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("var.given", "`handler`: variable `given` has no default"),
        ('"${var.given}.handler"', "`handler`: variable `given` has no default"),
        ("var.nowhere", "`handler`: variable `nowhere` has no default"),
        ("local.circle", "`handler`: `local.circle` refers to itself"),
        ("local.nowhere", "`handler`: `local.nowhere` is not defined"),
        ("local.queue", "`handler` is known only when it is applied"),
        ('"x${aws_sqs_queue.q.name}"', "`handler`: `${aws_sqs_queue.q.name}` is not text"),
        ("each.value", "`handler`: `each` of a collection that is not known"),
        ('templatefile("x", {})', "`handler`: the function `templatefile` is not evaluated"),
        ("split(1, 2)", "`handler`: `split` of these values"),
        ("null", "no `handler`"),
        ("7 / 0", "`handler`: `/` of these values"),
    ],
)
def test_what_is_known_only_later_is_unresolved(discovery: Discover, value: str, reason: str) -> None:
    found = one(discovery, VALUES + ARCHIVE + function(BASE.replace('"app.handler"', value)))
    assert (found.handler, found.unresolved) == (None, reason)


def test_values_from_tfvars(discovery: Discover) -> None:
    text = VALUES + ARCHIVE + function(BASE.replace('"app.handler"', "var.given"))
    assert one(discovery, text, **{"terraform.tfvars": 'given = "one"\n'}).handler == "one"
    assert one(discovery, text, **{"x.auto.tfvars.json": '{"given": "two"}'}).handler == "two"
    assert one(discovery, text, **{"prod.tfvars": 'given = "three"\n'}).handler == "two", (
        "only with -var-file"
    )


def archive(attributes: str) -> str:
    return f'data "archive_file" "code" {{\n  type = "zip"\n  output_path = "code.zip"\n{attributes}\n}}\n'


@pytest.mark.parametrize(
    ("archive_text", "filename", "root"),
    [
        (archive('  source_dir = "src"'), '"code.zip"', "src"),
        (archive('  source_dir = "src"'), '"./code.zip"', "src"),
        (archive('  source_dir = "${path.root}/src/"'), "data.archive_file.code.output_path", "src"),
        (archive('  source_file = "src/app.py"'), "data.archive_file.code.output_path", "src"),
        (
            archive('  source_dir = "src"').replace("data", "resource", 1),
            "archive_file.code.output_path",
            "src",
        ),
        (
            archive(
                '  source {\n    content = file("${path.module}/src/app.py")\n    filename = "app.py"\n  }'
            ),
            "data.archive_file.code.output_path",
            "src",
        ),
        (
            archive('  source_content = file("src/app.py")\n  source_content_filename = "app.py"'),
            "data.archive_file.code.output_path",
            "src",
        ),
        (
            archive('  count = 1\n  source_dir = "src"'),
            "data.archive_file.code[0].output_path",
            "src",
        ),
        ("", '"src"', "src"),
    ],
)
def test_packages(discovery: Discover, tmp_path: Path, archive_text: str, filename: str, root: str) -> None:
    text = archive_text + function(f'handler = "app.handler"\nruntime = "python3.13"\nfilename = {filename}')
    found = one(discovery, text)
    assert (found.code_root, found.unresolved) == (tmp_path / root, None)


def test_objects_in_a_bucket(discovery: Discover, tmp_path: Path) -> None:
    bucket = 'resource "aws_s3_object" "code" {\n  key = "k.zip"\n  source = data.archive_file.code.output_path\n}\n'
    for key in ("aws_s3_object.code.key", '"k.zip"'):
        attributes = f'handler = "app.handler"\nruntime = "python3.13"\ns3_bucket = "b"\ns3_key = {key}'
        assert one(discovery, ARCHIVE + bucket + function(attributes)).code_root == tmp_path / "src"


def test_the_hash_says_which_archive_it_is(discovery: Discover, tmp_path: Path) -> None:
    attributes = 'handler = "app.handler"\nruntime = "python3.13"\nfilename = var.given\n'
    attributes += "source_code_hash = data.archive_file.code.output_base64sha256"
    assert one(discovery, VALUES + ARCHIVE + function(attributes)).code_root == tmp_path / "src"


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        ('image_uri = "x"', "the code is in a container image"),
        ('package_type = "Image"\nimage_uri = var.given', "the code is in a container image"),
        ('s3_bucket = "a"\ns3_key = "b"', "the code is in an S3 bucket"),
        ('filename = "gone.zip"', "`gone.zip` does not exist; a build step may make it"),
        ("filename = var.given", "variable `given` has no default"),
        ("filename = data.http.x.body", "`http.x` is known only when it is applied"),
        ("role = 1", "no `filename`, `s3_key` or `image_uri`"),
    ],
)
def test_code_out_of_reach(discovery: Discover, attributes: str, reason: str) -> None:
    text = function(f'handler = "app.handler"\nruntime = "python3.13"\n{attributes}')
    assert one(discovery, VALUES + text).unresolved == reason


@pytest.mark.parametrize(
    ("handler", "ignored", "is_known"),
    [
        ("other.main", "filename, source_code_hash", False),
        ("other.main", "tags", True),
        ("app.handler", "filename", True),
    ],
)
def test_an_archive_may_stand_in_for_what_is_deployed_later(
    discovery: Discover, handler: str, ignored: str, is_known: bool
) -> None:
    lifecycle = f"lifecycle {{\n  ignore_changes = [{ignored}]\n}}"
    found = one(discovery, ARCHIVE + function(f"{BASE}\n{lifecycle}".replace("app.handler", handler)))
    assert (found.code_root is not None) is is_known


def test_code_in_the_configuration(discovery: Discover) -> None:
    source = '  source {\n    filename = "index.py"\n    content = <<-EOT\n'
    source += "      def handler(e, c):\n        pass\n    EOT\n  }"
    found = one(discovery, archive(source) + function(BASE.replace("app.", "index.")))
    assert found.inline_code is not None
    assert found.inline_code.text == "def handler(e, c):\n  pass\n"


def test_a_script_may_change_the_folder(discovery: Discover) -> None:
    text = archive('  source_dir = "src"\n  depends_on = [null_resource.install]')
    assert one(discovery, text + function(BASE)).build == "local-exec"


def test_each_instance_is_a_function(discovery: Discover, tmp_path: Path) -> None:
    text = """\
data "archive_file" "code" {
  for_each    = toset(["src", "other"])
  source_dir  = "${path.module}/${each.key}"
  output_path = "${each.key}.zip"
}
""" + function(
        'for_each = { src = "app.handler", other = "app.main" }\nruntime = "python3.13"\nhandler = each.value\n'
        "filename = data.archive_file.code[each.key].output_path"
    )
    found = read(discovery, text).functions
    assert [(f.name, f.handler, f.code_root) for f in found] == [
        ('this["src"]', "app.handler", tmp_path / "src"),
        ('this["other"]', "app.main", tmp_path / "other"),
    ]


def test_created_no_times_still_counts(discovery: Discover) -> None:
    assert one(discovery, ARCHIVE + function("count = 0\n" + BASE)).name == "this"
    assert len(read(discovery, ARCHIVE + function("count = 2\n" + BASE)).functions) == 2


MODULE = """\
variable "handler" {}
variable "source_dir" {}
data "archive_file" "code" {
  type = "zip"
  source_dir = var.source_dir
  output_path = "${path.module}/x.zip"
}
resource "aws_lambda_function" "this" {
  handler = var.handler
  runtime = "python3.13"
  filename = data.archive_file.code.output_path
}
"""


def test_local_modules_get_their_arguments(discovery: Discover, tmp_path: Path) -> None:
    main = """\
module "one" {
  source     = "./modules/function"
  handler    = "app.handler"
  source_dir = "${path.module}/../src"
}
module "more" {
  source     = "./modules/function"
  for_each   = { a = "app.first", b = "app.second" }
  handler    = each.value
  source_dir = "../other"
}
module "elsewhere" { source = "git::https://example.com/x.git" }
"""
    files = {"infra/main.tf": main, "infra/modules/function/main.tf": MODULE, **FILES}
    found = discovery(files, disabled=frozenset({"convention"})).functions
    assert [(f.name, f.handler, f.code_root) for f in found] == [
        ("module.one.this", "app.handler", tmp_path / "src"),
        ('module.more["a"].this', "app.first", tmp_path / "other"),
        ('module.more["b"].this', "app.second", tmp_path / "other"),
    ]


def test_modules_that_use_each_other(discovery: Discover) -> None:
    text = 'module "again" {\n  source = "../b"\n}\n' + ARCHIVE + function(BASE)
    files = {
        "a/main.tf": text,
        "b/main.tf": text.replace("../b", "../a"),
        "a/src/app.py": "",
        "b/src/app.py": "",
    }
    assert discovery(files, disabled=frozenset({"convention"})).problems == ()


UPLOADED = """
resource "aws_s3_object" "code" {
  bucket = "b"
  key    = "code.zip"
  source = data.archive_file.code.output_path
}
data "archive_file" "code" {
  type        = "zip"
  source_dir  = "${path.module}/src"
  output_path = "code.zip"
}
"""


@pytest.mark.parametrize(
    ("arguments", "root", "reason"),
    [
        ('source_path = "src"', "src", None),
        ('source_path = "${path.module}/src"', "src", None),
        ('source_path = "src/app.py"', "src", None),
        ('source_path = ["other/missing", "src"]', "src", None),
        ('source_path = [{ path = "src", pip_requirements = true }]', "src", None),
        ('source_path = [{ path = "src", prefix_in_zip = "x" }]', None, "`prefix_in_zip` moves the code"),
        ('create_package = false\nlocal_existing_package = "gone.zip"', None, "`gone.zip` does not exist"),
        ('s3_existing_package = { bucket = "b", key = "other.zip" }', None, "the code is in an S3 bucket"),
        ('s3_existing_package = { bucket = "b", key = aws_s3_object.code.key }', "src", None),
        ('s3_existing_package = { bucket = "b", key = "code.zip" }', "src", None),
        ("s3_existing_package = var.package", None, "no `source_path`"),
        ('package_type = "Image"\nimage_uri = "x"', None, "the code is in a container image"),
        ("create_package = false", None, "no `source_path`"),
        ("source_path = []", None, "an empty `source_path`"),
    ],
)
def test_the_module_of_the_registry(
    discovery: Discover, tmp_path: Path, arguments: str, root: str | None, reason: str | None
) -> None:
    lines = f'source = "terraform-aws-modules/lambda/aws"\nhandler = "app.handler"\nruntime = "python3.13"\n{arguments}'
    text = 'module "f" {\n' + "".join(f"  {line}\n" for line in lines.splitlines()) + "}\n"
    found = one(discovery, text + UPLOADED)
    assert found.code_root == (None if root is None else tmp_path / root)
    assert (found.unresolved or "").startswith(reason or "")
    assert (found.unresolved is None) is (reason is None)


BATCH = {"report_batch_item_failures": True}
RESOURCES = """\
resource "aws_sqs_queue" "q" {}
resource "aws_apigatewayv2_api" "web" { protocol_type = "HTTP" }
resource "aws_apigatewayv2_api" "socket" { protocol_type = "WEBSOCKET" }
resource "aws_apigatewayv2_route" "hello" {
  route_key = "hello"
  target    = "integrations/${aws_apigatewayv2_integration.x.id}"
}
resource "aws_lambda_alias" "live" { function_name = aws_lambda_function.this.function_name }
resource "aws_cloudwatch_event_rule" "hourly" { schedule_expression = "rate(1 hour)" }
"""


@pytest.mark.parametrize(
    ("resource", "kind", "properties"),
    [
        (
            '"aws_lambda_event_source_mapping" "x" {\n  event_source_arn = aws_sqs_queue.q.arn\n'
            "  function_name = aws_lambda_function.this.arn\n"
            '  function_response_types = ["ReportBatchItemFailures"]\n}',
            "sqs",
            BATCH,
        ),
        (
            '"aws_lambda_event_source_mapping" "x" {\n  event_source_arn = aws_sqs_queue.q.arn\n'
            "  function_name = aws_lambda_function.this.arn\n"
            "  function_response_types = [data.external.types.result]\n}",
            "sqs",
            {"report_batch_item_failures": None},
        ),
        (
            '"aws_lambda_event_source_mapping" "x" {\n  event_source_arn = aws_sqs_queue.q.arn\n'
            "  function_name = aws_lambda_function.this.arn\n"
            '  function_response_types = var.types\n}\nvariable "types" { default = [] }',
            "sqs",
            {"report_batch_item_failures": None},
        ),
        (
            '"aws_api_gateway_integration" "x" {\n  type = var.type\n'
            '  uri = aws_lambda_function.this.invoke_arn\n}\nvariable "type" { default = "AWS_PROXY" }',
            "api",
            {"proxy": None},
        ),
        (
            '"aws_lambda_permission" "x" {\n  function_name = aws_lambda_alias.live.arn\n'
            '  principal = "s3.amazonaws.com"\n}',
            "s3",
            {},
        ),
        (
            '"aws_api_gateway_integration" "x" {\n  type = "AWS_PROXY"\n'
            "  uri = aws_lambda_function.this.invoke_arn\n}",
            "api",
            {"proxy": True},
        ),
        (
            '"aws_apigatewayv2_integration" "x" {\n  api_id = aws_apigatewayv2_api.web.id\n'
            '  integration_type = "AWS_PROXY"\n  integration_uri = aws_lambda_function.this.invoke_arn\n}',
            "http-api",
            {"proxy": True, "payload_format_version": "1.0"},
        ),
        (
            '"aws_apigatewayv2_integration" "x" {\n  api_id = aws_apigatewayv2_api.socket.id\n'
            '  integration_type = "AWS_PROXY"\n  integration_uri = "${aws_lambda_function.this.arn}"\n}',
            "web-socket",
            {"proxy": True, "route": "hello"},
        ),
        (
            '"aws_cloudwatch_event_target" "x" {\n  rule = aws_cloudwatch_event_rule.hourly.name\n'
            "  arn = aws_lambda_function.this.arn\n}",
            "schedule",
            {},
        ),
        (
            '"aws_cognito_user_pool" "x" {\n  lambda_config {\n'
            "    pre_sign_up = aws_lambda_function.this.arn\n  }\n}",
            "cognito",
            {"triggers": ("PreSignUp",)},
        ),
        (
            '"aws_s3_bucket_notification" "x" {\n  lambda_function {\n'
            "    lambda_function_arn = aws_lambda_function.this.arn\n  }\n}",
            "s3",
            {},
        ),
        (
            '"aws_appsync_graphql_api" "x" {\n  additional_authentication_provider {\n'
            "    lambda_authorizer_config {\n      authorizer_uri = aws_lambda_function.this.arn\n    }\n  }\n}",
            "authorizer",
            {"api": "app-sync"},
        ),
        (
            '"aws_s3control_object_lambda_access_point" "x" {\n  configuration {\n'
            "    transformation_configuration {\n      content_transformation {\n        aws_lambda {\n"
            "          function_arn = aws_lambda_function.this.arn\n        }\n      }\n    }\n  }\n}",
            "s3-object-lambda",
            {},
        ),
        (
            '"aws_lambda_permission" "x" {\n  function_name = aws_lambda_function.this.function_name\n'
            '  principal     = "batchoperations.s3.amazonaws.com"\n}',
            "s3-batch",
            {},
        ),
        (
            '"aws_lambda_function_url" "x" {\n  function_name = aws_lambda_function.this.function_name\n}',
            "function-url",
            {"payload_format_version": "2.0", "invoke_mode": "BUFFERED"},
        ),
    ],
)
def test_events(discovery: Discover, resource: str, kind: str, properties: dict[str, object]) -> None:
    text = ARCHIVE + function(BASE) + RESOURCES + f"resource {resource}\n"
    assert one(discovery, text).events == (EventSource(kind, properties),)


@pytest.mark.parametrize(
    ("path", "build"),
    [
        ("${path.module}/src/made.py", "local_file"),
        ("${path.module}/src/pkg/${each.key}.py", "local_file"),
        ("${path.module}/src/${random_id.x.hex}.py", "local_file"),
        ("${path.module}/srcs/made.py", None),
        ("${path.module}/kube.config", None),
    ],
)
def test_files_that_terraform_writes_before_it_packs(
    discovery: Discover, path: str, build: str | None
) -> None:
    written = f'resource "local_file" "code" {{\n  filename = "{path}"\n  content = "x = 1"\n'
    written += '  for_each = toset(["a", "b"])\n}\n' if "each" in path else "}\n"
    assert one(discovery, ARCHIVE + function(BASE) + written).build == build


def test_heredocs_with_blanks_behind_their_marks(discovery: Discover) -> None:
    text = 'locals {\n  policy = <<EOF \n{ "a": 1 }\nEOF  \n}\n' + ARCHIVE + function(BASE)
    assert one(discovery, text).handler == "app.handler"


def test_a_broken_file_is_one_problem(discovery: Discover, tmp_path: Path) -> None:
    found = read(discovery, ARCHIVE + function(BASE), **{"broken.tf": 'resource "x" {\n  a = = 1\n}\n'})
    assert [(p.path, p.message, p.span) for p in found.problems] == [
        (tmp_path / "broken.tf", "not HCL: expected a value, found `=`", Span(2, 7, 2, 8))
    ]
    assert len(found.functions) == 1


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ('v = "x" }\n', "`}` cannot stand here", (1, 9)),
        ("v = [1 2]\n", "expected `,` or `]`, found `2`", (1, 8)),
        ("v {\n  a = 1\n", "expected `}`, found the end of the file", (3, 1)),
        ("v =\n", "expected a value, found the end of the line", (1, 4)),
        ("v { a: 1 }", "expected a name, a text in quotes, `=` or `{`, found `:`", (1, 6)),
        ("v = %stage%\n", "`%stage%` looks like a placeholder: this is a template for another tool", (1, 5)),
        ("{{ v }}\n", "`{{ v }}` looks like a placeholder: this is a template for another tool", (1, 1)),
    ],
)
def test_what_is_no_hcl(text: str, message: str, place: tuple[int, int]) -> None:
    with pytest.raises(MalformedDocument) as raised:
        parse_terraform(Path("main.tf"), text.encode())
    position = raised.value.span
    assert position is not None
    assert (raised.value.message, position.row, position.column) == (f"not HCL: {message}", *place)


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ('v = /* x */ "1"\n', [(1, 14)]),
        ("v = /* x\n\n*/ 1\nw = 2\n", [(3, 4), (4, 5)]),
        ("v /* x */ = 1 /* y */\nw = [1, /* x */ 2]\n", [(1, 13), (2, 5)]),
        ("v = { /* x */ a = /* y */ 2 }\n", [(1, 5)]),
        ('v = "/* x */"\nw = "${f("/* \\"x */") /* y */}"\n', [(1, 6), (2, 6)]),
        ('v = "$${x} /* "\nw = /* x */ "*/"\n', [(1, 6), (2, 14)]),
        ('v = <<E\n/* "x */\n  E\nw = /* x */ 2\n', [(1, 5), (4, 13)]),
        ('# it\'s " /*\nv = /* " */ 1 // " /*\nw = 1 # */\n', [(2, 13), (3, 5)]),
        ("/* x\n*/\nv = 1\n", [(3, 5)]),
    ],
)
def test_comments_between_the_words_of_a_line(text: str, marks: list[tuple[int, int]]) -> None:
    body = parse_terraform(Path("main.tf"), text.encode())
    assert [span_of(value)[:2] for value in body.attributes.values()] == marks


def test_comments_between_labels(discovery: Discover) -> None:
    text = (ARCHIVE + function(BASE)).replace('function" "this"', 'function" /* a\nb */ "this" /* c */')
    found = one(discovery, text)
    assert (found.name, found.handler) == ("this", "app.handler")


def test_broken_files_elsewhere_are_not_read(discovery: Discover) -> None:
    found = read(discovery, ARCHIVE + function(BASE), **{"vpc/broken.tf": "resource {{{\n"})
    assert found.problems == ()


def test_json(discovery: Discover, tmp_path: Path) -> None:
    text = """\
{
  "data": {"archive_file": {"code": {"source_dir": "${path.module}/src", "output_path": "code.zip"}}},
  "resource": {
    "aws_lambda_function": {
      "this": {
        "handler": "app.handler",
        "runtime": "python3.13",
        "filename": "${data.archive_file.code.output_path}",
        "environment": [{"variables": {"A": "1"}}]
      }
    }
  }
}
"""
    (found,) = discovery({"main.tf.json": text, **FILES}, disabled=frozenset({"convention"})).functions
    assert found.code_root == tmp_path / "src"
    assert found.environment == {"A": "1"}
    assert found.source.span == Span(6, 21, 6, 32)


REUSABLE = """\
variable "handler" { default = "index.handler" }
variable "runtime" { default = "python3.9" }
locals { handler = var.handler }
resource "aws_lambda_function" "this" {
  function_name = "this"
  handler       = local.handler
  runtime       = var.runtime
  filename      = data.archive_file.code.output_path
}
resource "aws_lambda_function" "that" {
  function_name = "that"
  handler       = local.handler
  runtime       = "python3.12"
  filename      = data.archive_file.code.output_path
}
data "archive_file" "code" {
  type        = "zip"
  source_dir  = "${path.module}/src"
  output_path = "code.zip"
}
"""


@pytest.mark.parametrize(
    ("files", "is_certain"),
    [
        ({}, False),
        ({"versions.tf": 'terraform {\n  required_version = ">= 1.5"\n}\n'}, False),
        ({"src/index.py": ""}, True),
        ({"main.tf": 'provider "aws" {}\n'}, True),
        ({"main.tf": 'terraform {\n  backend "s3" {}\n}\n'}, True),
        ({"terraform.tfvars": 'handler = "index.handler"\nruntime = "python3.9"\n'}, True),
        ({".terraform.lock.hcl": ""}, True),
    ],
)
def test_defaults_of_a_module_for_others_to_use(
    discovery: Discover, files: dict[str, str], is_certain: bool
) -> None:
    found = discovery({"lambda.tf": REUSABLE, "src/app.py": "", **files}).functions
    assert [function.unresolved is None for function in found] == [is_certain] * 2
    if "src/index.py" not in files:
        assert [function.runtime_given for function in found] == [is_certain, True]


def test_defaults_of_a_module_that_is_used_count(discovery: Discover) -> None:
    files = {
        "module/lambda.tf": REUSABLE,
        "module/src/app.py": "",
        "main.tf": 'module "m" { source = "./module" }',
    }
    found = discovery(files).functions
    assert [(function.unresolved, function.runtime_given) for function in found] == [(None, True)] * 2
