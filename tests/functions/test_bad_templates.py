"""Templates that cannot be read: one problem with its place, and the other files all the same."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import pytest

from handlerlint.project import view
from handlerlint.text import Span

from .conftest import Discover, MakeProject

GOOD = """\
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.13, Handler: a.b}
"""
MARKER = "# AWS::Serverless::Function\nResources:\n"
BOMB = (
    MARKER
    + "a: &a [x,x,x,x,x,x,x,x,x]\n"
    + "".join(
        f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]\n"
        for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
)


# What follows "not YAML: " are the words of the library, unless ours say more.
@pytest.mark.parametrize(
    ("content", "message", "row", "column"),
    [
        (MARKER + "  a: [1\n  b: 2\n", "not YAML: ", 4, 4),
        (MARKER + "  a: b: c\n", "not YAML: ", 3, 7),
        (MARKER + "\ta: 1\n", "not YAML: ", 3, 1),
        (MARKER + "  a: \x07\n", "not YAML: ", 3, 6),
        (
            MARKER + "  a: %stage%\n",
            "not YAML: `%stage%` looks like a placeholder: this is a template for",
            3,
            6,
        ),
        (MARKER + "  a: ***\n", "not YAML: `***` looks like a placeholder", 3, 7),
        (MARKER + "  @body@\n", "not YAML: `@body@` looks like a placeholder", 3, 3),
        (MARKER + "  a: `{{resolve:x}}`\n", "not YAML: ", 3, 6),
        (MARKER + "  a: *b\n", "undefined alias `*b`", 3, 6),
        (MARKER + "  a: &a [*a]\n", "alias `*a` refers to itself", 3, 10),
        (
            MARKER + "  a: !!python/object:os.system x\n",
            "tag `!!python/object:os.system` has no meaning",
            3,
            6,
        ),
        (
            MARKER + "  a: !!python/object/apply:os.system [ls]\n",
            "tag `!!python/object/apply:os.system`",
            3,
            6,
        ),
        (MARKER + "  a: " + "[" * 600 + "]" * 600, "nested more than 400 levels deep", 3, 404),
        (BOMB, "more than 1,000,000 values after all aliases are expanded", 9, 4),
        (b"# AWS::Lambda::Function\nResources: \xe9\xff\n", "not UTF-8 text", 2, 12),
        (
            "# AWS::Lambda::Function\nResources:\n" + "x" * (10 * 1024 * 1024),
            "larger than 10 MB: not read",
            None,
            0,
        ),
    ],
    ids=lambda value: str(value)[:30],
)
def test_one_problem_and_the_rest_is_found(
    discovery: Discover, tmp_path: Path, content: str | bytes, message: str, row: int | None, column: int
) -> None:
    found = discovery({"bad.yaml": content, "good.yaml": GOOD})
    assert [problem.path for problem in found.problems] == [tmp_path / "bad.yaml"]
    assert found.problems[0].message.startswith(message)
    place = found.problems[0].span
    assert (None if place is None else (place.row, place.column)) == (None if row is None else (row, column))
    assert [function.handler for function in found.functions] == ["a.b"]


@pytest.mark.parametrize(
    ("content", "message", "row", "column"),
    [
        (
            '{"Resources": {"a": "AWS::Lambda::Function",}}',
            "not JSON: expected a key in double quotes",
            1,
            45,
        ),
        ('{"Resources": {"a": "AWS::Lambda::Function"}', "not JSON: expected `,` or `}`", 1, 45),
        ('{"Resources": {"a" "AWS::Lambda::Function"}}', "not JSON: expected `:`", 1, 20),
        ('{"Resources": "AWS::Lambda::Function"}\n x', "not JSON: text after the end", 2, 2),
        ('{"Resources": "AWS::Lambda::Function', "not JSON: Unterminated string starting at", 1, 15),
        ('{"Resources": "AWS::Lambda::Function", "a": ' + "[" * 5000, "nested more than 400 levels", 1, 444),
        ('{"Resources": AWS::Lambda::Function}', "not JSON: expected a value", 1, 15),
    ],
)
def test_bad_json(discovery: Discover, content: str, message: str, row: int, column: int) -> None:
    problem = discovery({"bad.json": content}).problems[0]
    assert problem.message.startswith(message)
    assert problem.span == Span(row, column, row, problem.span.end_column if problem.span else 0)
    assert problem.span is not None
    assert problem.span.column == column


@pytest.mark.parametrize(
    "content",
    [
        "no: [AWS, template\n",  # broken, but nothing says that it configures a function
        "{% if x %}\nResources:\n  a: AWS::Lambda::Function: b\n{% endif %}\n",
        "Resources:\n  {{ cookiecutter.name }}: AWS::Lambda::Function: b\n",
        b"\xff\xfe\x00",
    ],
)
def test_what_is_no_template_is_no_problem(discovery: Discover, content: str | bytes) -> None:
    found = discovery({"template.yaml": content})
    assert (found.functions, found.problems) == ((), ())


def test_the_yaml_library_may_refuse_deep_nesting_first(discovery: Discover) -> None:
    """It has a limit of its own, in its own words."""
    found = discovery({"bad.yaml": MARKER + "  a: " + "[" * 20_000, "good.yaml": GOOD})
    assert [problem.path.name for problem in found.problems] == ["bad.yaml"]
    assert found.problems[0].span is not None
    assert [function.handler for function in found.functions] == ["a.b"]


def test_two_hundred_levels_are_fine(discovery: Discover) -> None:
    found = discovery({"template.yaml": GOOD + "Deep: " + "[" * 200 + "]" * 200 + "\n"})
    assert (len(found.functions), found.problems) == (1, ())


@pytest.mark.parametrize(
    "content", [b"\xef\xbb\xbf" + GOOD.encode(), GOOD.encode("utf-16"), GOOD.replace("\n", "\r\n").encode()]
)
def test_other_encodings_and_line_ends(discovery: Discover, content: bytes) -> None:
    found = discovery({"template.yaml": content})
    assert (len(found.functions), found.problems) == (1, ())
    assert found.functions[0].source.span == Span(4, 48, 4, 51)


def test_a_named_file_that_is_no_text_is_reported(discovery: Discover) -> None:
    found = discovery({"template.yaml": "Resources: {% x %}\n  a: AWS::Lambda::Function"}, "template.yaml")
    assert len(found.problems) == 1


def test_a_file_that_cannot_be_opened(
    discovery: Discover, project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = view.open_file

    def refuse(path: Path | str) -> BinaryIO:
        if Path(path).name in ("template.yaml", "other.yaml"):
            raise PermissionError(13, "Permission denied", str(path))
        if Path(path).name == "gone.yaml":
            raise FileNotFoundError(2, "No such file or directory", str(path))
        return original(path)

    project({"template.yaml": GOOD, "other.yaml": GOOD, "gone.yaml": GOOD, "good.yml": GOOD})
    monkeypatch.setattr(view, "open_file", refuse)
    found = discovery({})
    # Only a name that says so makes an unreadable file a template.
    assert [(problem.path.name, problem.message) for problem in found.problems] == [
        ("template.yaml", "cannot be read: Permission denied")
    ]
    assert len(found.functions) == 1


@pytest.mark.parametrize(
    "value",
    ["(" * 5000 + "1" + ")" * 5000, "-" * 50_000 + "1", "x" + ".y" * 50_000, "lambda: " * 20_000 + "1"],
    ids=["brackets", "signs", "attributes", "functions"],
)
def test_program_nested_too_deep_for_its_parser(discovery: Discover, value: str) -> None:
    """libcst's parser would end the process."""
    program = "from aws_cdk import aws_lambda as l\n{}l.Function(None, 'a', handler='app.h', runtime='python3.13')\n"
    found = discovery(
        {"cdk.json": '{"app": "python app.py"}', "app.py": program.format(f"v = {value}\n"), "a.yaml": GOOD}
    )
    assert (found.failures, [function.name for function in found.functions]) == ((), ["F"])


@pytest.mark.parametrize("source", [b"# coding: klingon\n", b"# caf\xe9\n"])
def test_program_in_no_encoding(discovery: Discover, source: bytes) -> None:
    program = (
        b"from aws_cdk import aws_lambda as l\nl.Function(None, 'a', handler='app.h', runtime='python3.13')\n"
    )
    found = discovery({"cdk.json": '{"app": "python app.py"}', "app.py": source + program, "a.yaml": GOOD})
    assert (found.failures, [function.name for function in found.functions]) == ((), ["F"])
