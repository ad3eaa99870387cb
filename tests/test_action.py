"""action.yml and the workflows: what their schemas allow, and what the scripts of the action do in bash."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest
import yaml

ROOT = Path(__file__).parent.parent
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS: dict[str, dict[str, Any]] = {step["name"]: step for step in ACTION["runs"]["steps"]}
BASH = shutil.which("bash") or "bash"


def schema_errors(kind: str, *files: Path) -> str:
    """What a schema of SchemaStore says against some files."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{kind}"]
    done = subprocess.run([*command, *files], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr if done.returncode else "none"


def test_the_schemas_of_actions_and_workflows_are_kept(tmp_path: Path) -> None:
    assert schema_errors("github-actions", ROOT / "action.yml") == "none"
    workflows = sorted((ROOT / ".github/workflows").glob("*.yml"))
    blocks = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/ci.md").read_text("utf-8"), re.DOTALL)
    shown = [block for block in blocks if "runs-on:" in block]
    (gitlab,) = (block for block in blocks if "codequality:" in block)
    (tmp_path / "gitlab.yml").write_text(gitlab)
    assert schema_errors("gitlab-ci", tmp_path / "gitlab.yml") == "none"
    assert len(workflows) >= 3 and len(shown) >= 2
    for number, block in enumerate(shown):
        workflows.append(tmp_path / f"{number}.yml")
        workflows[-1].write_text(block)
    assert schema_errors("github-workflows", *workflows) == "none"
    workflows[-1].write_text(shown[-1].replace("runs-on:", "runs_on:"))
    assert "runs_on" in schema_errors("github-workflows", workflows[-1])


class Runner:
    """Runs steps of the action as GitHub's runner does: their scripts, with the inputs in the environment."""

    def __init__(self, folder: Path, **inputs: str) -> None:
        self.inputs = {name: given["default"] for name, given in ACTION["inputs"].items()}
        assert inputs.keys() <= self.inputs.keys()
        self.inputs.update(inputs)
        self.folder = folder
        self.temporary = folder / "temporary"
        self.temporary.mkdir()
        self.outputs: dict[str, dict[str, str]] = {}

    def run(self, name: str) -> subprocess.CompletedProcess[str]:
        """What a step prints, and its exit status; its outputs are kept."""
        step = STEPS[name]
        output_file = self.temporary / "output"
        output_file.write_text("")
        environment = {
            **{key: value for key, value in os.environ.items() if key not in ("FORCE_COLOR", "NO_COLOR")},
            **{key: self.evaluated(value) for key, value in step["env"].items()},
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_OUTPUT": str(output_file),
            "RUNNER_TEMP": str(self.temporary),
        }
        # What `shell: bash` stands for, by GitHub's page "Workflow syntax".
        assert step["shell"] == "bash"
        done = subprocess.run(
            [BASH, "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if "id" in step:
            lines = output_file.read_text().splitlines()
            self.outputs[step["id"]] = dict(line.split("=", 1) for line in lines)
        return done

    def evaluated(self, text: str) -> str:
        """A value of the environment with its expressions replaced: those that the action has."""

        def value(match: re.Match[str]) -> str:
            place, name = match[1], match[2]
            if place == "inputs":
                return self.inputs[name]
            return self.outputs[place.split(".")[1]].get(name, "")

        replaced = re.sub(r"\$\{\{ (inputs|steps\.\w+\.outputs)\.([\w-]+) \}\}", value, text)
        assert "${{" not in replaced
        return replaced

    def check(self) -> tuple[int, list[str]]:
        """The exit status and the lines of the step that checks, with the handlerlint of these tests."""
        self.outputs["install"] = {"program": str(Path(sys.executable).with_name("handlerlint"))}
        done = self.run("Check")
        assert done.returncode == 0, done.stderr
        first, *lines, last = done.stdout.splitlines()
        assert first == f"::add-matcher::{ROOT}/.github/problem-matcher.json"
        assert last == "::remove-matcher owner=handlerlint::"
        status = int(self.outputs["check"]["exit-code"])
        assert self.run("Exit status").returncode == status
        return status, lines


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for folder in ("good one", "bad"):
        (tmp_path / folder).mkdir()
    (tmp_path / "good one" / "app.py").write_text("def lambda_handler(event, context):\n    return {}\n")
    (tmp_path / "bad" / "app.py").write_text("def lambda_handler(event, context):\n    return {1}\n")
    return tmp_path


needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="the scripts are for bash")


@needs_bash
def test_findings_are_lines_that_the_problem_matcher_reads(project: Path) -> None:
    runner = Runner(project, paths="bad\n")
    status, (line, summary) = runner.check()
    assert (status, summary) == (1, "1 error in 1 function; 1 fixable.")
    (matcher,) = json.loads((ROOT / ".github/problem-matcher.json").read_text())["problemMatcher"]
    (pattern,) = matcher["pattern"]
    expression = re.compile(pattern.pop("regexp"), re.ASCII)
    assert expression.match(summary) is None
    match = expression.match(line)
    assert match is not None
    assert {name: match[group] for name, group in pattern.items()} == {
        "file": "bad/app.py",
        "line": "2",
        "column": "12",
        "code": "HL301",
        "severity": "error",
        "message": "the handler returns a `set`, which the Lambda runtime cannot serialize [fixable]",
    }
    assert "sarif-file" not in runner.outputs["check"]


@needs_bash
@pytest.mark.parametrize(
    ("inputs", "status", "count"),
    [
        ({"paths": "good one"}, 0, 0),
        ({"paths": "good one\n\nbad\n"}, 1, 1),
        ({}, 1, 1),
        ({"args": "--exit-zero"}, 0, 1),
        ({"args": "--select HL2\n  --ignore *"}, 2, 0),  # no pattern for the shell: a code that there is not
        ({"paths": "none"}, 2, 0),
        ({"paths": "bad; touch hacked $(touch hacked)"}, 2, 0),
    ],
)
def test_inputs(project: Path, inputs: dict[str, str], status: int, count: int) -> None:
    found, lines = Runner(project, **inputs).check()
    assert found == status
    assert sum(": HL301 [error] " in line for line in lines) == count
    assert not (project / "hacked").exists()


@needs_bash
@pytest.mark.parametrize("inputs", [{"sarif-file": "out put.sarif"}, {"upload-sarif": "true"}])
def test_sarif_is_written_where_the_next_step_looks(project: Path, inputs: dict[str, str]) -> None:
    runner = Runner(project, **inputs)
    assert runner.check()[0] == 1
    written = runner.folder / runner.outputs["check"]["sarif-file"]
    assert json.loads(written.read_text())["runs"][0]["results"][0]["ruleId"] == "HL301"
    upload = STEPS["Upload SARIF"]
    assert runner.evaluated(upload["with"]["sarif_file"]) == runner.outputs["check"]["sarif-file"]

    runner.inputs["paths"] = "none"
    assert runner.check()[0] == 2
    assert "sarif-file" not in runner.outputs["check"], "nothing is uploaded that was not written"


@needs_bash
def test_the_action_installs_itself(project: Path, without_peer: Callable[[str], NoReturn]) -> None:
    """It takes a quarter of a minute, and packages: where peers are required."""
    if os.environ.get("HANDLERLINT_PEERS") != "required":
        without_peer("peers are not required")
    runner = Runner(project)
    done = runner.run("Install handlerlint")
    assert done.returncode == 0, done.stderr
    version = subprocess.run(
        [runner.outputs["install"]["program"], "--version"], capture_output=True, text=True, check=True
    )
    assert version.stdout.startswith("handlerlint ")
