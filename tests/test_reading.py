"""The one reader of the user's files: what is no regular file is refused, not waited for."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from handlerlint.project.looks import CONTENT, look
from handlerlint.project.view import TooLarge, read_file, read_start, read_text
from handlerlint.source.files import SourceFiles
from handlerlint.source.parsing import SyntaxProblem


def test_a_regular_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbfcaf\xe9")
    assert read_file(path) == b"\xef\xbb\xbfcaf\xe9"
    assert read_text(path) == "caf\ufffd"
    assert read_start(path, 3) == b"\xef\xbb\xbf"
    assert read_file(path, 7) == read_file(path)
    with pytest.raises(TooLarge):
        read_file(path, 6)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_what_is_no_regular_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "zero").symlink_to("/dev/zero")
    (tmp_path / "link").symlink_to("pipe")
    for name in ("pipe", "zero", "link", ".", "nul\0l", "absent"):
        with pytest.raises(OSError):
            read_file(f"{tmp_path}/{name}")
        assert look(CONTENT, f"{tmp_path}/{name}")[0] is None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes in folders")
def test_pipes_where_any_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever name a reader looks for, listed first or not."""
    from handlerlint.cli import main

    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / "lambda_function.py").write_text("import x\ndef lambda_handler(event):\n    pass\n")
    names = (
        *(
            "pyproject.toml",
            "handlerlint.toml",
            ".gitignore",
            "template.yaml",
            "samconfig.toml",
            "serverless.yml",
        ),
        *(
            "main.tf",
            "terraform.tfvars",
            "cdk.json",
            "app.py",
            "Pulumi.yaml",
            "zappa_settings.json",
            "Dockerfile",
        ),
        *("requirements.txt", "Pipfile", "Pipfile.lock", "poetry.lock", "uv.lock", "setup.py", "setup.cfg"),
        *("Makefile", "build.sh", "buildspec.yml", "package.zip", "x.py"),
    )
    (tmp_path / ".chalice").mkdir()
    for name in (*names, ".chalice/config.json"):
        os.mkfifo(tmp_path / name)
    assert main(["-q", "-j1", "."]) == 1


def test_a_source_above_the_limit(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_bytes(b"#" * (10 * 1024 * 1024) + b"\n")
    problem = SourceFiles().load(tmp_path / "app.py").problem
    assert isinstance(problem, SyntaxProblem)
    assert (problem.message, problem.certain) == ("larger than 10 MB: not read", False)
