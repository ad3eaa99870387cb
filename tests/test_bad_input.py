"""Input that is broken, hostile or strange, through the real program.

Each gives a finding or one clear line and the right exit status, the other files are still linted, and
nothing ever ends in a traceback.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .program import run

WRONG = "def lambda_handler(event):\n    return {}\n"
RIGHT = "def lambda_handler(event, context):\n    return {}\n"
ARGUMENTS = ("--no-cache", "--output-format=json", ".")


class Project:
    """A project with one function that is known to be wrong (HL201), beside what a test adds."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / ".git").mkdir()
        self.add_function("other", WRONG)

    def add_function(self, name: str, source: str | bytes, runtime: str = "python3.13") -> Path:
        """A template of its own for each function, so that a broken one breaks nothing else."""
        folder = self.root / name
        folder.mkdir()
        (folder / "template.yaml").write_text(template(runtime), "utf-8")
        path = folder / "app.py"
        path.write_bytes(source.encode() if isinstance(source, str) else source)
        return path

    def check(self) -> list[dict[str, Any]]:
        """The findings but for the known one, after the checks that hold for any input."""
        return self._others(run(*ARGUMENTS, folder=self.root))

    def check_apart(self, **options: Any) -> list[dict[str, Any]]:
        """The same in a process of its own, for input that may end it, hold it up, or that needs a process."""
        done = subprocess.run(
            [sys.executable, "-m", "handlerlint", *ARGUMENTS],
            cwd=self.root,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
            **options,
        )
        return self._others(done)

    def _others(self, done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
        assert (done.returncode, done.stderr) == (1, "")
        found = json.loads(done.stdout)
        known = [finding for finding in found if finding["filename"] == "other/app.py"]
        assert [finding["code"] for finding in known] == ["HL201"], "the other files are still linted"
        return [finding for finding in found if finding not in known]


def template(runtime: str = "python3.13") -> str:
    return (
        "Transform: AWS::Serverless-2016-10-31\n"
        "Resources:\n"
        "  Function:\n"
        "    Type: AWS::Serverless::Function\n"
        "    Properties:\n"
        "      CodeUri: .\n"
        "      Handler: app.lambda_handler\n"
        f"      Runtime: {runtime}\n"
    )


def places(findings: list[dict[str, Any]]) -> list[tuple[str, str, int, int]]:
    return [
        (item["code"], item["filename"], item["location"]["row"], item["location"]["column"])
        for item in findings
    ]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    root = tmp_path / "project"
    root.mkdir()
    return Project(root)


# --- templates --------------------


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("Transform: AWS::Serverless-2016-10-31\nResources:\n  A: [1\n  B: {\n", None),
        ("Transform: AWS::Serverless-2016-10-31\nResources:\n\tType: AWS::Serverless::Function\n", 3),
        ("Resources:\n  A: {Type: AWS::Serverless::Function, Name: \0}\n", 2),
        ("Resources:\n  A: *nowhere\n  B: {Type: AWS::Serverless::Function}\n", 2),
    ],
)
def test_template_that_is_no_yaml(project: Project, text: str, row: int | None) -> None:
    (project.root / "template.yaml").write_text(text)
    ((code, filename, found_row, _),) = places(project.check())
    assert (code, filename) == ("HL002", "template.yaml")
    assert row is None or found_row == row


def test_template_that_is_no_utf8(project: Project) -> None:
    text = template().encode() + b"      Description: \xff\xfe\n"
    (project.root / "template.yaml").write_bytes(text)
    assert [finding["code"] for finding in project.check()] == ["HL002"]


def test_yaml_bomb(project: Project) -> None:
    """Nine levels of ten aliases each are a billion values."""
    levels = [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, 10)]
    bomb = "\n".join(["a0: &a0 [x, x, x, x, x, x, x, x, x, x]", *levels, template()])
    (project.root / "template.yaml").write_text(bomb + "      Description: *a9\n")
    assert {finding["code"] for finding in project.check_apart()} <= {"HL002", "HL102"}


def test_yaml_that_holds_itself(project: Project) -> None:
    text = template() + "  Circle: &circle\n    Type: AWS::Serverless::Function\n    Properties: *circle\n"
    (project.root / "other" / "template.yml").write_text(text)
    project.check()


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.mkdir ['owned']", "!!python/name:os.system"])
def test_python_tags_make_no_objects(project: Project, tag: str) -> None:
    (project.root / "template.yaml").write_text(f"{template()}      Description: {tag}\n")
    project.check()
    assert not (project.root / "owned").exists()


def test_template_above_10_megabytes(project: Project) -> None:
    filling = "# " + "x" * 98 + "\n"
    (project.root / "template.yaml").write_text(template() + filling * 110_000)
    ((code, filename, _, _),) = places(project.check())
    assert (code, filename) == ("HL002", "template.yaml")


def test_template_nested_200_levels(project: Project) -> None:
    deep = "".join(f"{' ' * level}k:\n" for level in range(8, 208)) + " " * 208 + "v: 1\n"
    (project.root / "other" / "template.yml").write_text(template() + "      Tags:\n" + deep)
    project.check()
    (project.root / "template.json").write_text(
        '{"Resources": {"A": {"Type": "AWS::Serverless::Function", "Properties": '
        + "[" * 5000
        + "]" * 5000
        + "}}}"
    )
    project.check()


# --- Python files --------------------


def test_source_that_is_no_utf8(project: Project) -> None:
    project.add_function("bad", b"# caf\xe9\n" + RIGHT.encode())
    assert places(project.check())[0][:2] == ("HL001", "bad/app.py")


@pytest.mark.parametrize(
    "source",
    [
        b"# -*- coding: latin-1 -*-\nname = 'caf\xe9'\n",
        b"#!/usr/bin/env python\n# vim: set fileencoding=iso-8859-15 :\nname = '\xa4'\n",
        b"\xef\xbb\xbf# with a byte order mark\nname = 'caf\xc3\xa9'\n",
        b"name = 1\r\n\r\n",
        b"name = 1\r\r",
        b"name = 1\n\x0c\n",
        b"if True:\n\tname = 1\n",
        b"name = '\xe2\x80\xa8'\n",
    ],
    ids=["latin-1", "iso-8859-15", "bom", "crlf", "cr", "form feed", "tabs", "line separator"],
)
def test_unusual_text_is_read_as_python_does(project: Project, source: bytes) -> None:
    newline = b"\r\n" if b"\r\n" in source else b"\r" if b"\r" in source else b"\n"
    rows = source.count(newline)
    project.add_function("odd", source + WRONG.encode().replace(b"\n", newline))
    ((code, filename, row, _),) = places(project.check())
    assert (code, filename, row) == ("HL201", "odd/app.py", rows + 1)


def test_unknown_coding_cookie(project: Project) -> None:
    project.add_function("bad", b"# coding: klingon\n" + RIGHT.encode())
    assert places(project.check())[0][:2] == ("HL001", "bad/app.py")


def test_empty_file(project: Project) -> None:
    project.add_function("bad", "")
    assert [finding["code"] for finding in project.check()] == ["HL103"]


def test_null_bytes(project: Project) -> None:
    project.add_function("bad", b"x = 1\0\n" + RIGHT.encode())
    assert places(project.check())[0][:2] == ("HL001", "bad/app.py")


def test_python_2(project: Project) -> None:
    project.add_function("bad", "def lambda_handler(event, context):\n    print 'hello'\n")
    assert places(project.check())[0][:3] == ("HL001", "bad/app.py", 2)


DEEP = (
    "value = " + "(" * 200 + "1" + ")" * 200,
    "value = " + "[" * 200 + "]" * 200,
    "value = " + "{1: " * 200 + "1" + "}" * 200,
    "value = " + "-" * 2000 + "1",
    "value = " + " + ".join(["1"] * 500),
    "value = x" + ".y" * 2000,
    "value = x" + "()" * 500,
    "value = " + "not " * 500 + "1",
    "value = " + "1 if 2 else " * 500 + "3",
    "value = str(" + "lambda: " * 200 + "1)",
    "".join(f"{' ' * level}if x:\n" for level in range(99)) + " " * 99 + "value = 1",
    "if x: pass\n" + "elif x: value = 1\n" * 500,
)


def test_deep_nesting(project: Project) -> None:
    """What Python's own parser refuses is a syntax error; the rest is analysed, or passed over."""
    for number, source in enumerate(DEEP):
        indented = "".join(f"    {line}\n" for line in ("x = event", *source.splitlines(), "return value"))
        project.add_function(f"outside{number}", f"x = 1\n{source}\n{RIGHT}")
        project.add_function(f"inside{number}", f"def lambda_handler(event, context):\n{indented}")
    assert {finding["code"] for finding in project.check_apart()} <= {"HL001"}


# --- files and folders --------------------


def test_links_that_lead_nowhere_or_in_circles(project: Project) -> None:
    root = project.root
    (root / "loop").symlink_to(root)
    (root / "first.py").symlink_to("second.py")
    (root / "second.py").symlink_to("first.py")
    (root / "dangling.py").symlink_to("nowhere.py")
    (root / "template.yml").symlink_to("nowhere.yml")
    path = project.add_function("linked", RIGHT)
    path.unlink()
    path.symlink_to(path)
    assert {finding["code"] for finding in project.check_apart()} <= {"HL002", "HL102"}


def test_path_that_is_a_circle(project: Project) -> None:
    (project.root / "circle.py").symlink_to("circle.py")
    done = subprocess.run(
        [sys.executable, "-m", "handlerlint", "circle.py"],
        cwd=project.root,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "handlerlint: error: 'circle.py' cannot be read: Too many levels of symbolic links\n"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes in folders")
def test_pipes_are_not_read(project: Project) -> None:
    """Opening one would wait for ever."""
    os.mkfifo(project.root / "module.py")
    os.mkfifo(project.root / "template.yaml")
    path = project.add_function("pipe", RIGHT)
    path.unlink()
    os.mkfifo(path)
    assert {finding["code"] for finding in project.check_apart()} <= {"HL102"}


def test_folder_named_like_a_file(project: Project) -> None:
    (project.root / "template.yaml").mkdir()
    path = project.add_function("folder", RIGHT)
    path.unlink()
    path.mkdir()
    (path.parent / "other.py").write_text(RIGHT)  # what is packaged from there is Python
    assert [finding["code"] for finding in project.check()] == ["HL102"]


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of Unix")
def test_unreadable_folder_and_file(project: Project) -> None:
    closed = project.root / "closed"
    closed.mkdir()
    path = project.add_function("secret", RIGHT)
    closed.chmod(0)
    path.chmod(0)
    try:
        found = project.check_apart(preexec_fn=_without_privileges)
    finally:
        closed.chmod(0o700)
    assert {finding["code"] for finding in found} <= {"HL001", "HL002", "HL102"}


def _without_privileges() -> None:
    """Take from root what makes every file readable (Linux: CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH)."""
    if os.geteuid() == 0 and sys.platform == "linux":
        import ctypes

        drop_from_bounding_set = 24  # PR_CAPBSET_DROP of linux/prctl.h
        for capability in (1, 2):
            ctypes.CDLL(None).prctl(drop_from_bounding_set, capability, 0, 0, 0)


def test_strange_names(project: Project) -> None:
    project.add_function("ümläut and space", WRONG)
    name = os.fsdecode(b"not-utf8-\xff")
    try:
        project.add_function(name, WRONG)
    except (OSError, UnicodeError):
        pytest.skip("this file system takes no such name")
    assert [finding["code"] for finding in project.check_apart()] == ["HL201", "HL201"]


# --- code of the project is never run --------------------


def test_no_code_of_the_project_is_imported(project: Project) -> None:
    owned = project.root / "owned"
    attack = f"open({str(owned)!r}, 'w').close()\n"
    project.add_function("attack", attack + RIGHT)
    for name in ("yaml", "libcst", "json", "typeshed_client", "sitecustomize", "conftest"):
        (project.root / f"{name}.py").write_text(attack)
        (project.root / "attack" / f"{name}.py").write_text(attack)
    (project.root / "setup.py").write_text(attack)
    project.check_apart()
    assert not owned.exists()
