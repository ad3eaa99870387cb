"""Configurations whose evaluation would take for ever, or all memory: what they say is not known, the rest is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from handlerlint.functions.budget import LONGEST_TEXT, Budget, OverBudget
from handlerlint.functions.model import whole_number
from handlerlint.functions.terraform.regular_expressions import tries

from .conftest import Discover

GOOD = """
resource "aws_lambda_function" "good" {
  function_name = "good"
  filename      = "good.zip"
  handler       = "app.handler"
  runtime       = "python3.13"
}
"""


def doubled(first: str, one: str, levels: int = 45) -> str:
    lines = [f"  v0 = {first}"]
    lines += [f"  v{level} = {one.replace('@', f'local.v{level - 1}')}" for level in range(1, levels)]
    return "\n".join([*lines, f"  x = local.v{levels - 1}"])


def reversed_order(text: str) -> str:
    return "\n".join(reversed(text.split("\n")))


TERRAFORM = {
    "two locals": "  x = local.y\n  y = local.x",
    "three in a circle": "  x = local.y\n  y = local.z\n  z = local.x",
    "chain": reversed_order(doubled('"a"', "@", 3000)),
    "doubled text": doubled('"aaaaaaaaaa"', '"${@}${@}"'),
    "doubled join": doubled('"aaaaaaaaaa"', 'join(@, ["a", @, @])'),
    "doubled format": doubled('"aaaaaaaaaa"', 'format("%s%s", @, @)'),
    "doubled replace": doubled('"aaaaaaaaaa"', 'replace(@, "a", @)'),
    "doubled heredoc": doubled('"aaaaaaaaaa"', "<<EOT\n${@}${@}\nEOT"),
    "doubled list": doubled("[1]", "concat(@, @)"),
    "nested list": doubled("[1]", "[@, @]"),
    "nested map": doubled("{}", "{ a = @, b = @ }"),
    "two nested lists": doubled("[1]", "[@, @]").replace("  x =", "  w =")
    + "\n  x = local.v44 == [local.v43]",
    "nested for": "  x = [for a in range(1000): [for b in range(1000): [for c in range(1000): a]]]",
    "format width": '  x = format("%999999999d", 1)',
    "format precision": '  x = format("%.999999999f", 1)',
    "text times number": '  x = "ab" * 999999999999',
    "modulo of a text": '  x = "%999999999d" % 1',
    "squares": doubled("99999999999", "@ * @"),
    "long number": f"  x = {'9' * 5000}",
    "regular expression": '  x = replace("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "/(a+)+$/", "x")',
    "regular expression of parts": '  x = regex("' + "a?" * 40 + "a" * 40 + '", "' + "a" * 40 + '")',
    "regular expression that goes back": r'  x = regex("(a*)*\\1b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")',
    "named expressions": '  x = replace("a", "//", "' + "a" * 1000 + '")',
}


@pytest.mark.parametrize("name", TERRAFORM)
def test_terraform(name: str, discovery: Discover) -> None:
    evil = GOOD.replace("good", "evil").replace('"app.handler"', "local.x")
    text = f"locals {{\n{TERRAFORM[name]}\n}}\n{evil}  timeout = length(local.x)\n}}\n{GOOD}".replace(
        "}\n  tim", "  tim"
    )
    found = discovery({"main.tf": text})
    assert found.failures == ()
    assert found.problems == ()
    evil_function, good = sorted(found.functions, key=lambda function: function.name)
    assert (good.name, good.handler) == ("good", "app.handler")
    assert evil_function.handler is None or len(evil_function.handler) < LONGEST_TEXT


def test_connections_of_terraform(discovery: Discover) -> None:
    """Locals that lead to twice as many others each, in the name of a function."""
    levels = "\n".join(
        f'  v{level} = "${{local.v{level + 1}}}${{local.v{level + 1}}}"' for level in range(40)
    )
    mapping = (
        'resource "aws_lambda_event_source_mapping" "m" {\n  event_source_arn = aws_sqs_queue.q.arn\n'
        '  function_name = "${local.v0}"\n}\n'
    )
    found = discovery({"main.tf": f'locals {{\n{levels}\n  v40 = "${{var.no}}"\n}}\n{mapping}{GOOD}'})
    assert (found.failures, [function.name for function in found.functions]) == ((), ["good"])


FUNCTION = (
    "Type: AWS::Serverless::Function, Properties: {CodeUri: ., Handler: app.handler, Runtime: python3.13"
)
LONG = "x" * 4000
SAM: dict[str, str] = {
    "join": f"  Evil: {{{FUNCTION}, FunctionName: !Join ['', [{', '.join(['!Ref P'] * 5000)}]]}}}}",
    "sub": f"  Evil: {{{FUNCTION}, FunctionName: !Sub '{'${P}' * 5000}'}}}}",
    "map in a circle": f"  Evil: {{{FUNCTION}, FunctionName: !FindInMap [M, a, b]}}}}",
    "long number": f"  Evil: {{{FUNCTION}, Timeout: {'9' * 5000}}}}}",
    "loops": "  Fn::ForEach::A:\n    - I\n    - !Split [',', !Ref Many]\n    - Fn::ForEach::B:\n        - J\n"
    "        - !Split [',', !Ref Many]\n        - Fn::ForEach::C:\n            - K\n"
    "            - !Split [',', !Ref Many]\n            - 'F${I}${J}${K}': {Type: AWS::SNS::Topic}\n",
}


@pytest.mark.parametrize("name", SAM)
def test_cloudformation(name: str, discovery: Discover) -> None:
    many = ",".join(map(str, range(2000)))
    text = (
        f"Parameters:\n  P: {{Type: String, Default: {LONG}}}\n  Many: {{Type: String, Default: '{many}'}}\n"
        "Mappings: {M: {a: {b: !FindInMap [M, a, b]}}}\nResources:\n"
        f"{SAM[name]}\n  Good: {{{FUNCTION}}}}}\n"
    )
    found = discovery({"template.yaml": text})
    assert (found.failures, found.problems) == ((), ())
    assert "Good" in [function.name for function in found.functions]


def test_handler_that_takes_too_much(discovery: Discover) -> None:
    evil = FUNCTION.replace("app.handler", f"!Sub '{'${P}' * 5000}'")
    text = f"Parameters:\n  P: {{Type: String, Default: {LONG}}}\nResources:\n  Evil: {{{evil}}}}}\n"
    (function,) = discovery({"template.yaml": text, "app.py": ""}).functions
    assert function.handler is None
    assert "exceeds the limit of steps" in (function.unresolved or "")


@pytest.mark.parametrize(
    "reference", ["${self:custom.v@}${self:custom.v@}", "${self:custom.v@, 'a'}-${self:custom.v@}"]
)
def test_serverless(reference: str, discovery: Discover) -> None:
    values = "\n".join(f"  v{level}: {reference.replace('@', str(level + 1))}" for level in range(29))
    text = (
        f"service: s\nprovider: {{name: aws, runtime: python3.13}}\ncustom:\n{values}\n  v29: aaaa\nfunctions:\n"
        "  evil: {handler: '${self:custom.v0}'}\n  good: {handler: app.handler}\n"
    )
    evil, good = discovery({"serverless.yml": text, "app.py": ""}).functions
    assert (evil.handler, good.handler) == (None, "app.handler")
    assert "exceeds the limit of steps" in (evil.unresolved or "")


def test_dockerfile(discovery: Discover) -> None:
    doubling = "ENV A=$A$A\n" * 50
    found = discovery(
        {
            "evil/Dockerfile": f"FROM public.ecr.aws/lambda/python:3.13\nENV A=a\n{doubling}CMD $A\n",
            "good/Dockerfile": 'FROM public.ecr.aws/lambda/python:3.13\nCOPY app.py ./\nCMD ["app.handler"]\n',
            "good/app.py": "",
        }
    )
    assert [function.handler for function in found.functions] == ["app.handler"]
    (problem,) = found.problems
    assert (problem.path.parent.name, problem.message) == (
        "evil",
        "evaluating it exceeds the limit of steps or text length",
    )


CDK: dict[str, Callable[[], list[str]]] = {
    "doubled text": lambda: ['v = "aaaa"', *["v = v + v"] * 45],
    "doubled f-string": lambda: [
        'v0 = "aaaa"',
        *[f'v{n} = f"{{v{n - 1}}}{{v{n - 1}}}"' for n in range(1, 16)],
        "v = v15",
    ],
    "doubled replace": lambda: [
        'v0 = "aaaa"',
        *[f'v{n} = v{n - 1}.replace("a", v{n - 1})' for n in range(1, 16)],
        "v = v15",
    ],
    "format width": lambda: ['v = "{:>999999999}".format("a")'],
    "long number": lambda: [f"v = 0x{'f' * 8000}", "v = str(v)"],
    "nested list": lambda: ["v0 = [1]", *[f"v{n} = [v{n - 1}, v{n - 1}]" for n in range(1, 16)], "v = v15"],
    "nested loops": lambda: (
        [f"{'    ' * n}for n{n} in [{', '.join(map(str, range(60)))}]:" for n in range(9)]
        + ["    " * 9 + "v = str(n8)"]
    ),
}


@pytest.mark.parametrize("name", CDK)
def test_cdk(name: str, discovery: Discover) -> None:
    body = "".join(f"        {line}\n" for line in CDK[name]())
    make = (
        "_lambda.Function(self, '{}', runtime=_lambda.Runtime.PYTHON_3_13, handler={}, "
        "code=_lambda.Code.from_asset('src'))"
    )
    text = (
        "from aws_cdk import Stack, aws_lambda as _lambda\nclass S(Stack):\n    def __init__(self, scope, id):\n"
        f"        super().__init__(scope, id)\n{body}        {make.format('evil', 'v')}\n"
        f"        {make.format('good', repr('app.handler'))}\nS(None, 'S')\n"
    )
    found = discovery({"app.py": text, "cdk.json": '{"app": "python app.py"}', "src/app.py": ""})
    assert found.failures == ()
    assert "app.handler" in [function.handler for function in found.functions]


def test_budget() -> None:
    budget = Budget()
    with pytest.raises(OverBudget):
        budget.spend_text(LONGEST_TEXT + 1)
    with pytest.raises(OverBudget), budget.one_value():
        while True:
            budget.spend()
    with budget.one_value():
        budget.spend()  # another value has its own steps
    rounds = 0
    while not budget.is_used_up:
        rounds += 1
        with pytest.raises(OverBudget), budget.one_value():
            budget.spend(10**9)
    assert 1 < rounds < 100


@pytest.mark.parametrize(
    ("pattern", "length", "expected"),
    [
        ("[^a-z-]", 100, 1),
        ("a*", 100, 101),
        ("(.*)-(.*)", 9, 100),
        ("^(foo|bar)$", 100, 2),
        ("a{3}", 100, 1),
        ("a?b?", 5, 4),
    ],
)
def test_tries_of_a_regular_expression(pattern: str, length: int, expected: int) -> None:
    assert tries(pattern, length) == expected


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a|a)*b", "(a*)*", r"(a)\1", "(?=a)b", "(?:a?){99}", "(.*){70}"]
)
def test_expressions_that_may_take_for_ever(pattern: str) -> None:
    assert tries(pattern, 100) > 10**12


@pytest.mark.parametrize(
    ("text", "number"),
    [("15", 15), (" 7 ", 7), ("²", None), ("٣", None), ("9" * 5000, None), ("-1", None), ("", None)],
)
def test_whole_number(text: str, number: int | None) -> None:
    assert whole_number(text) == number
