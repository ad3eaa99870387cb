"""Libraries that are deployed in an older release than the stubs of handlerlint tell of."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from handlerlint.configuration import load_settings
from handlerlint.linter import lint
from handlerlint.packaging import releases
from handlerlint.packaging.releases import older_libraries

HANDLER = """\
import jwt


def lambda_handler(event, context):
    return {"token": jwt.encode({"sub": "1"}, "secret", algorithm="HS256").decode("utf-8")}
"""


@pytest.mark.parametrize(
    ("name", "text", "is_older"),
    [
        ("requirements.txt", "PyJWT==1.7.1\n", True),
        ("requirements.txt", "PyJWT~=1.7.1\n", True),
        ("requirements.txt", "pyjwt>=1.5,<2\n", True),
        ("requirements.txt", "pyjwt<2.0.0  # old\n", True),
        ("requirements.txt", "pyjwt<=1.7\n", True),
        ("requirements.txt", "PyJWT[crypto]==1.7.1 ; python_version > '3.8'\n", True),
        ("requirements.txt", "PyJWT\n", False),
        ("requirements.txt", "PyJWT>=1.7.1\n", False),
        ("requirements.txt", "PyJWT==2.1.0\n", False),
        ("requirements.txt", "pyjwt<2.1\n", False),
        ("requirements.txt", "pyjwt<3\n", False),
        ("requirements.txt", "jwt==1.3.1\n", False),
        ("pyproject.toml", '[project]\ndependencies = ["pyjwt<2"]\n', True),
        ("pyproject.toml", '[tool.poetry.dependencies]\npyjwt = "^1.7"\n', True),
        ("pyproject.toml", '[tool.poetry.dependencies]\npyjwt = {version = "1.7.1"}\n', True),
        ("pyproject.toml", '[tool.poetry.dependencies]\npyjwt = "*"\n', False),
        ("Pipfile", '[packages]\nPyJWT = "==1.7.1"\n', True),
        ("poetry.lock", '[[package]]\nname = "pyjwt"\nversion = "1.7.1"\n', True),
        ("poetry.lock", '[[package]]\nname = "pyjwt"\nversion = "2.8.0"\n', False),
        ("jwt/__init__.py", "__version__ = '1.7.1'\n", True),
    ],
)
def test_what_a_release_says_is_taken_where_it_is_deployed(
    tmp_path: Path, name: str, text: str, is_older: bool
) -> None:
    for file, content in {"lambda_function.py": HANDLER, name: text}.items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(content, "utf-8")
    assert older_libraries([tmp_path]) == (frozenset({"jwt"}) if is_older else frozenset())
    codes = {finding.code for finding in lint(load_settings([tmp_path], working_folder=tmp_path)).findings}
    assert ("HL321" in codes) is not is_older


def test_the_stubs_are_of_the_releases_that_are_said() -> None:
    stubs = Path(releases.__file__).parent.parent / "stubs"
    for module, (name, major) in releases.SINCE.items():
        first = (stubs / module / "__init__.pyi").read_text("utf-8").splitlines()[0]
        match = re.match(r"# ([\w-]+) (\d+)\.", first)
        assert match is not None
        assert (match[1].lower(), int(match[2])) == (name, major)
