"""A way in for old projects: a baseline, comments that silence, comments that are not needed any more, `init`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .program import run

BAD = "def handler(event):\n    return {}\n"
GOOD = "def handler(event, context):\n    return {}\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "app.py").write_text(BAD)
    (tmp_path / "template.yaml").write_text(
        "Transform: AWS::Serverless-2016-10-31\n"
        "Resources:\n"
        + "".join(
            f"  {name}:\n    Type: AWS::Serverless::Function\n    Properties:\n"
            f"      Runtime: python3.13\n      CodeUri: src/\n      Handler: {handler}\n"
            for name, handler in (("One", "app.handler"), ("Two", "missing.handler"))
        )
    )
    return tmp_path


def codes(project: Path, *options: str) -> list[str]:
    done = run("check", "--no-cache", "--output-format=json", *options, folder=project)
    assert "internal error" not in done.stderr
    return [finding["code"] for finding in json.loads(done.stdout)]


def test_a_baseline_knows_old_findings_on_other_lines(project: Path) -> None:
    assert sorted(codes(project)) == ["HL102", "HL201"]
    done = run("--write-baseline", folder=project)
    assert (done.returncode, done.stdout) == (0, "2 findings written to handlerlint-baseline.json.\n")
    (project / "src" / "app.py").write_text("\n\n# moved\n" + BAD)
    done = run("--baseline=handlerlint-baseline.json", folder=project)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "No problems in 2 functions; 2 known from the baseline.\n"
    (project / "src" / "app.py").write_text(BAD + "\n\ndef lambda_handler(event):\n    return {}\n")
    (project / "handlerlint.toml").write_text('baseline = "handlerlint-baseline.json"\n')
    template = project / "template.yaml"
    template.write_text(template.read_text().replace("missing.handler", "app.lambda_handler"))
    assert codes(project) == ["HL201"]
    assert codes(project / "src") == ["HL201"], (
        "names are relative to the baseline, not to the working folder"
    )


def test_a_baseline_counts_findings_that_are_alike(project: Path) -> None:
    """One more of a kind is new, and it is the last of them in the file."""
    twice = "def handler(event, context):\n    if event['one']:\n        return {1}\n    return {2}\n"
    (project / "src" / "app.py").write_text(twice)
    run("--write-baseline", folder=project)
    known = json.loads((project / "handlerlint-baseline.json").read_text())
    assert [(entry["code"], entry["count"]) for entry in known["findings"]] == [("HL102", 1), ("HL301", 2)]
    (project / "src" / "app.py").write_text(
        "\n" + twice.replace("    if", "    if event['three']:\n        return {3}\n    if")
    )
    done = run("--baseline=handlerlint-baseline.json", "--output-format=json", folder=project)
    assert [finding["location"]["row"] for finding in json.loads(done.stdout)] == [7]


def test_entries_that_match_nothing_are_told_of(project: Path) -> None:
    run("--write-baseline", folder=project)
    (project / "src" / "app.py").write_text(GOOD)
    stale = "handlerlint: hint: no longer in the project, but in the baseline: src/app.py: HL201 "
    assert run("--baseline=handlerlint-baseline.json", folder=project).stderr.startswith(stale)
    done = run("--baseline=handlerlint-baseline.json", "template.yaml", folder=project)
    assert done.stderr == "", "of a file that is not asked for"
    assert run("--baseline=handlerlint-baseline.json", "--select=HL1", folder=project).stderr == ""


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"version": 1, "findings": [1]}', '{"version": 2}'])
def test_what_is_no_baseline_is_said_in_a_line(content: str, project: Path) -> None:
    (project / "known.json").write_text(content)
    done = run("--baseline=known.json", folder=project)
    assert done.returncode == 2
    assert done.stderr.startswith("handlerlint: error: the baseline ") and done.stderr.count("\n") == 1


def test_each_finding_is_silenced_where_a_comment_can_stand(project: Path) -> None:
    done = run("--add-noqa", folder=project)
    assert (done.returncode, done.stdout) == (0, "2 findings silenced.\n")
    assert (project / "src" / "app.py").read_text() == BAD.replace(":", ":  # noqa: HL201", 1)
    assert "Handler: missing.handler  # noqa: HL102\n" in (project / "template.yaml").read_text()
    assert codes(project) == []
    assert run("--add-noqa", folder=project).stdout == "0 findings silenced.\n"


def test_comments_that_are_there_are_kept(project: Path) -> None:
    file = project / "src" / "app.py"
    file.write_text('def handler(event):  # noqa: E501, F401  # why\n    """\n    Text.\n    """\n')
    run("--add-noqa", folder=project)
    assert file.read_text().startswith("def handler(event):  # noqa: E501, F401, HL201  # why\n")
    file.write_text('def handler(event, context):\n    return {1: """\n""", 2: {1}}\n')
    run("--add-noqa", folder=project)
    assert (
        file.read_text() == 'def handler(event, context):\n    return {1: """\n""", 2: {1}}  # noqa: HL301\n'
    )


def test_formats_without_comments_are_left(project: Path) -> None:
    (project / "template.yaml").unlink()
    template = {
        "Transform": "AWS::Serverless-2016-10-31",
        "Resources": {
            "One": {
                "Type": "AWS::Serverless::Function",
                "Properties": {"Runtime": "python3.13", "CodeUri": "src/", "Handler": "missing.handler"},
            }
        },
    }
    (project / "template.json").write_text(json.dumps(template))
    (project / "src" / "app.py").unlink()
    done = run("--add-noqa", folder=project)
    assert done.stdout == "0 findings silenced; 1 left: no comment can stand there.\n"
    assert json.loads((project / "template.json").read_text()) == template


UNUSED = [
    (
        "def handler(event, context):  # noqa: HL201\n    return {}\n",
        "def handler(event, context):\n    return {}\n",
    ),
    (
        "def handler(event, context):  # noqa: E501, HL201, HL3  # why\n    return {}\n",
        "def handler(event, context):  # noqa: E501  # why\n    return {}\n",
    ),
    ("# flake8: noqa: HL3\n" + GOOD, "\n" + GOOD),
    (
        "def handler(event, context):\n    return {  # noqa: HL301\n        1: {1},  # noqa: HL301, HL302\n    }\n",
        "def handler(event, context):\n    return {  # noqa: HL301\n        1: {1},  # noqa: HL301\n    }\n",
    ),
]
USED = [
    "def handler(event):  # noqa: HL201\n    return {}\n",
    "def handler(event):  # noqa: HL2\n    return {}\n",
    "def handler(event):  # noqa\n    return {}\n",
    "def handler(event, context):  # noqa: E501\n    return {}\n",
    "def handler(event, context):  # noqa: HL207\n    return {}\n",
    "def handler(event, context):\n    return '# noqa: HL301'\n",
    "# flake8: noqa: HL201\n" + BAD,
]


@pytest.mark.parametrize("text", USED)
def test_comments_that_silence_something_are_left(text: str, project: Path) -> None:
    (project / "src" / "app.py").write_text(text)
    assert "HL003" not in codes(project, "--extend-select=HL003")


@pytest.mark.parametrize(("text", "mended"), UNUSED)
def test_comments_that_silence_nothing(text: str, mended: str, project: Path) -> None:
    file = project / "src" / "app.py"
    file.write_text(text)
    assert "HL003" not in codes(project)
    assert codes(project, "--extend-select=HL003").count("HL003") == 1
    run("--extend-select=HL003", folder=project)
    kept = run("--extend-select=HL003", "--output-format=concise", folder=project).stdout
    assert "HL003" in kept, "of kept results, too"
    run("--fix", "--extend-select=HL003", folder=project)
    assert file.read_text() == mended


def test_of_a_handler_that_is_not_known_nothing_is_unused(project: Path) -> None:
    (project / "src" / "app.py").write_text(GOOD.replace(":", ":  # noqa: HL201", 1))
    template = project / "template.yaml"
    template.write_text(template.read_text() + "      Layers: [!ImportValue libraries]\n")
    text = template.read_text().replace("CodeUri: src/", "CodeUri: s3://bucket/key", 1)
    template.write_text(text)
    assert "HL003" not in codes(project, "--extend-select=HL003")


def test_init_writes_what_is_read_again(project: Path) -> None:
    before = codes(project)
    done = run("init", folder=project)
    assert (done.returncode, done.stdout) == (0, "Written: handlerlint.toml\n")
    text = (project / "handlerlint.toml").read_text()
    assert "template.yaml: 2 functions" in text
    assert codes(project) == before
    assert run("init", folder=project).returncode == 2
    assert (project / "handlerlint.toml").read_text() == text
    lines = [line.removeprefix("# ") for line in text.splitlines() if " = " in line]
    (project / "handlerlint.toml").write_text("\n".join(line for line in lines if "python =" not in line))
    assert run("functions", folder=project).returncode == 0, "each line that is commented out is right, too"


def test_what_is_looked_at(project: Path) -> None:
    shown = run("--show-settings", "--ignore=HL2", folder=project).stdout
    assert "# configuration: none\n" in shown and '"HL102"' in shown and '"HL201"' not in shown
    assert run("--show-files", folder=project).stdout == "src/app.py\ntemplate.yaml\n"
    assert "app.handler: checked in" in run("-v", "--no-cache", folder=project).stderr


def test_one_thing_at_a_time(project: Path) -> None:
    done = run("--fix", "--add-noqa", folder=project)
    assert (done.returncode, done.stderr) == (
        2,
        "handlerlint: error: --fix and --add-noqa cannot be combined\n",
    )
