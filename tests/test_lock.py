"""The lock of the tests fits pyproject.toml, on every Python, and the AWS SDK that the packed table was made from."""

from __future__ import annotations

import re
import sys
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import yaml
from install_peers import PACKAGES, constraints
from packaging.requirements import Requirement
from packaging.version import Version

from handlerlint.inference.sdk.pack import open_packed_file

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parent.parent
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PYTHONS = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["classifiers"]))
LOCK = (ROOT / "constraints.txt").read_text("utf-8").splitlines()


def locked(python: str, lock: list[str] = LOCK) -> dict[str, Version]:
    """The version of each package on Linux with that Python; each is named once."""
    environment = {"python_version": python, "python_full_version": f"{python}.1", "sys_platform": "linux"}
    versions: dict[str, Version] = {}
    for requirement in map(Requirement, lock):
        if requirement.marker is None or requirement.marker.evaluate(environment):
            assert requirement.name not in versions
            ((specifier,)) = requirement.specifier
            assert specifier.operator == "=="
            versions[requirement.name] = Version(specifier.version)
    return versions


@pytest.mark.parametrize("python", PYTHONS)
def test_all_that_the_project_asks_for_is_locked(python: str) -> None:
    """`python tools/lock.py` makes it so."""
    versions = locked(python)
    environment = {"python_version": python, "python_full_version": f"{python}.1", "extra": "dev"}
    asked = [*PROJECT["dependencies"], *chain.from_iterable(PROJECT["optional-dependencies"].values())]
    for requirement in map(Requirement, asked):
        if requirement.marker is None or requirement.marker.evaluate(environment):
            name = re.sub(r"[-_.]+", "-", requirement.name).lower()
            assert name == PROJECT["name"] or versions[name] in requirement.specifier


@pytest.mark.parametrize("peer", PACKAGES)
def test_what_comes_with_a_peer_is_locked(peer: str) -> None:
    lines = constraints(peer).read_text("utf-8").splitlines()
    assert set(PACKAGES[peer]) <= {f"{name}=={version}" for name, version in locked("3.13", lines).items()}


@pytest.mark.parametrize(
    "lock", [ROOT / "constraints.txt", *map(constraints, PACKAGES)], ids=lambda lock: lock.name
)
def test_a_lock_says_nothing_of_where_packages_come_from(lock: Path) -> None:
    assert not re.search(r"://|--|@|\[", lock.read_text("utf-8"))


def test_the_sdk_is_the_one_that_the_table_was_made_from() -> None:
    """`python tools/build_sdk_table.py --newest` makes it so."""
    versions = locked(PYTHONS[-1])
    assert {name: str(versions[name]) for name in ("boto3", "botocore")} == open_packed_file().index["source"]


def test_workflows_run_every_python_and_the_command_of_the_readme() -> None:
    workflows = ROOT / ".github" / "workflows"

    def pythons(workflow: str, job: str) -> list[str]:
        jobs = yaml.safe_load((workflows / f"{workflow}.yml").read_text("utf-8"))["jobs"]
        found: list[str] = jobs[job]["strategy"]["matrix"]["python"]
        return found

    assert pythons("tests", "suite") == pythons("release", "wheel") == PYTHONS
    assert set(pythons("newest", "suite")) <= set(PYTHONS)
    (command,) = re.findall(
        r"^python3 -m venv .*bin/pytest.*$", (ROOT / "README.md").read_text("utf-8"), re.M
    )
    assert " -c constraints.txt " in command
