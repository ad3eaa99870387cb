"""Plugins: the example of docs/plugins.md is installed and used; what is wrong with one is said in one line."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "plugin"
PAGE = (ROOT / "docs" / "plugins.md").read_text("utf-8")


def install(source: Path, folder: Path) -> Path:
    """What `pip install --target` does with the plugin: its packages, and its metadata; no build backend is asked."""
    project = tomllib.loads((source / "pyproject.toml").read_text("utf-8"))["project"]
    name, version = project["name"], project["version"]
    for package in (source / "src").iterdir():
        shutil.copytree(package, folder / package.name, ignore=shutil.ignore_patterns("__pycache__"))
    metadata = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    lines = [
        f"[{group}]\n" + "".join(f"{point} = {target}\n" for point, target in points.items())
        for group, points in project["entry-points"].items()
    ]
    (metadata / "entry_points.txt").write_text("\n".join(lines))
    return folder


@pytest.fixture
def plugins(tmp_path: Path) -> Path:
    """A folder of `sys.path` with the example in it."""
    return install(EXAMPLE, tmp_path / "site")


def python(*arguments: str, folder: Path, path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(path), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def block(title: str) -> str:
    (text,) = re.findall(rf'```\w+ title="{re.escape(title)}"\n(.*?)```', PAGE, re.DOTALL)
    return str(text)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A handler that answers through the library, as the page shows it."""
    folder = tmp_path / "project"
    (folder / ".git").mkdir(parents=True)
    (folder / "app.py").write_text(block("app.py"))
    return folder


def test_the_page_shows_the_example() -> None:
    for title, text in re.findall(r'```(?:toml|python) title="([^"]+)"\n(.*?)```', PAGE, re.DOTALL):
        if title != "app.py":
            assert text in (EXAMPLE / title).read_text("utf-8"), title


def test_the_page_shows_the_output(project: Path, plugins: Path) -> None:
    done = python("handlerlint", "--select", "HL3", folder=project, path=plugins)
    assert (done.stdout, done.stderr) == (block("handlerlint --select HL3"), "")


def test_the_tests_of_the_example_pass(plugins: Path) -> None:
    arguments = ("pytest", "-q", "-p", "no:cacheprovider", "tests")
    done = python(*arguments, folder=EXAMPLE, path=plugins)
    assert done.returncode == 0, done.stdout


TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
"""
FUNCTION = """\
  Function{0}:
    Type: AWS::Serverless::Function
    Properties: {{Handler: app{0}.lambda_handler, Runtime: python3.13, CodeUri: .}}
"""


def test_several_processes_know_plugins(project: Path, plugins: Path) -> None:
    template = TEMPLATE + "".join(FUNCTION.format(number) for number in range(16))
    (project / "template.yaml").write_text(template)
    for number in range(16):
        shutil.copy(project / "app.py", project / f"app{number}.py")
    done = python(
        *("handlerlint", "-j2", "--ignore=HL108", "--statistics", "--sources=sam"),
        folder=project,
        path=plugins,
    )
    assert done.stdout == (
        "16  ACM001  service-name-missing\n16  HL301  unserializable-return-value (16 fixable)\n"
    )
    (plugins / "handlerlint_acme" / "overlays.py").write_text("import no_such_module")
    done = python("handlerlint", "-j2", folder=project, path=plugins)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(
        "handlerlint: error: plugin 'acme' of handlerlint-acme 1.0: 'handlerlint_acme.overlays' cannot be imported: "
        "ModuleNotFoundError: No module named 'no_such_module' (at "
    )
    assert done.stderr.count("\n") == 1


def test_codes_of_plugins(project: Path, plugins: Path) -> None:
    (project / "template.yaml").write_text(TEMPLATE + FUNCTION.format(""))

    def codes(*arguments: str) -> list[str]:
        done = python("handlerlint", "--output-format=json", *arguments, folder=project, path=plugins)
        return [item["code"] for item in json.loads(done.stdout or "[]")] or [done.stderr]

    assert codes("--select=ACM") == ["ACM001"]
    assert codes("--select=ACM", "--isolated") == ["handlerlint: error: unknown rule code 'ACM'\n"]
    assert codes("--select=ACM", "--per-file-ignores=*.yaml:ACM0") == [""]
    (project / "handlerlint.toml").write_text('ignore = ["acm001", "HL1"]\n')
    assert codes() == ["HL301"]
    (project / "handlerlint.toml").unlink()
    done = python("handlerlint", "--select=ACM", "--add-noqa", folder=project, path=plugins)
    assert done.stdout == "1 finding silenced.\n"
    assert "  # noqa: ACM001\n" in (project / "template.yaml").read_text()
    assert codes("--select=ACM,HL003") == [""]


def test_sarif_has_the_page_of_a_plugins_rule(project: Path, plugins: Path) -> None:
    (project / "template.yaml").write_text(TEMPLATE + FUNCTION.format(""))
    done = python("handlerlint", "--select=ACM", "--output-format=sarif", folder=project, path=plugins)
    (run,) = json.loads(done.stdout)["runs"]
    (result,) = run["results"]
    rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert result["ruleId"] == rule["id"] == "ACM001"
    assert "\n## Why it is bad\n" in rule["help"]["markdown"]


def test_the_page_of_a_rule(plugins: Path, tmp_path: Path) -> None:
    done = python("handlerlint", "rule", "acm001", folder=tmp_path, path=plugins)
    assert done.stdout.startswith(
        "# service-name-missing (ACM001)\n\nLevel: warning.\n\n## What it does\nChecks"
    )
    last = python("handlerlint", "rules", folder=tmp_path, path=plugins).stdout.splitlines()[-1]
    assert last.endswith("Checks that each function sets the environment variable `ACME_SERVICE`.")
    (*_, item) = json.loads(
        python("handlerlint", "rules", "--output-format=json", folder=tmp_path, path=plugins).stdout
    )
    assert (item["code"], item["url"]) == (
        "ACM001",
        "https://wiki.acme.example/handlerlint/service-name-missing",
    )


RULE = '''\
from handlerlint.plugins import Plugin, Rule, Severity

class Named(Rule):
    """## What it does
    Finds handlers."""

    code = "ACM001"
    name = "is-a-handler"
    severity = Severity.ERROR

    def check(self, subject):
        for one in subject.analysis.callables:
            yield self.finding(subject, subject.place(one.file, one.node.name), "a handler")

plugin = Plugin(rules=(Named,))
'''


def test_a_plugin_that_changes_is_asked_again(project: Path, plugins: Path) -> None:
    """As one that is being written does."""
    code = plugins / "handlerlint_acme" / "__init__.py"
    outputs = []
    for text in (RULE, RULE, RULE.replace('"a handler"', '"the handler"')):
        code.write_text(text)
        outputs.append(python("handlerlint", "--select=ACM", folder=project, path=plugins).stdout)
    assert outputs[0] == outputs[1]
    assert outputs[0].startswith("ACM001 error: a handler\n --> app.py:5:5\n")
    assert outputs[2].startswith("ACM001 error: the handler\n")


def test_flake8(project: Path, plugins: Path) -> None:
    code = plugins / "handlerlint_acme" / "__init__.py"
    code.write_text(RULE)
    arguments = ("flake8", "--isolated", "--select=HL,ACM", "app.py")
    assert python(*arguments, folder=project, path=plugins).stdout == "app.py:5:5: ACM001 a handler\n"
    code.write_text("plugin = 1")
    assert python(*arguments, folder=project, path=plugins).stdout == (
        "app.py:1:1: HL002 plugin 'acme' of handlerlint-acme 1.0: "
        "'handlerlint_acme:plugin' is no handlerlint.plugins.Plugin, but an object of the class int\n"
    )


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("", "'handlerlint_acme:plugin' is no handlerlint.plugins.Plugin, but there is nothing of that name"),
        (
            "1 / 0",
            "'handlerlint_acme' cannot be imported: ZeroDivisionError: division by zero (at __init__.py:1)",
        ),
        (RULE.replace("(Named,)", "[Named]"), "rules: expected a tuple of classes, found [<class"),
        (
            RULE.replace("rules=(Named,)", "overlays={'a': 1}"),
            "overlays: expected a dict of names of packages",
        ),
        (
            RULE.replace("rules=(Named,)", "stubs='stubs'"),
            "stubs: expected the path of a folder, found 'stubs'",
        ),
        (
            RULE.replace("(Named,)", "(int,)"),
            "rule int: expected a subclass of handlerlint.plugins.Rule that has `check`",
        ),
        (
            RULE.replace("check", "chekc"),
            "rule Named: expected a subclass of handlerlint.plugins.Rule that has `check`",
        ),
        (
            RULE.replace("ACM001", "HL999"),
            "rule Named: code: expected one to three capital letters, but not HL, and three digits, found 'HL999'",
        ),
        (RULE.replace("is-a-handler", "Named"), "rule Named: name: expected small words with hyphens"),
        (
            RULE.replace("is-a-handler", "async-handler"),
            "rule Named: 'async-handler' is taken by handlerlint itself",
        ),
        (
            RULE.replace("(Named,)", "(Named, Named)"),
            "rule Named: 'ACM001' is taken by plugin 'acme' of handlerlint-acme 1.0",
        ),
        (
            RULE.replace("Severity.ERROR", "'error'"),
            "rule Named: severity: expected handlerlint.plugins.Severity",
        ),
    ],
)
def test_a_wrong_plugin(plugins: Path, tmp_path: Path, code: str, message: str) -> None:
    (plugins / "handlerlint_acme" / "__init__.py").write_text(code)
    done = python("handlerlint", "rules", folder=tmp_path, path=plugins)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"handlerlint: error: plugin 'acme' of handlerlint-acme 1.0: {message}")
    assert done.stderr.count("\n") == 1


def test_two_overlays_of_one_function(project: Path, plugins: Path) -> None:
    overlays = plugins / "handlerlint_acme" / "overlays.py"
    overlays.write_text(overlays.read_text().replace("acme_tools.clock.now", "acme_tools.http.respond"))
    done = python("handlerlint", folder=project, path=plugins)
    assert "ValueError: there is an overlay of 'acme_tools.http.respond' already" in done.stderr
    assert done.returncode == 2


def test_a_rule_that_fails_stops_nothing_else(project: Path, plugins: Path) -> None:
    for name, code in (("rules.py", "        1 / 0\n"), ("overlays.py", "    1 / 0\n")):
        file = plugins / "handlerlint_acme" / name
        text = file.read_text()
        file.write_text(re.sub(r'(def (?:check|now)\(.*\n    .*"""\n)', rf"\1{code}", text))
        done = python("handlerlint", folder=project, path=plugins)
        assert done.returncode == 2
        assert done.stderr.startswith(
            "handlerlint: internal error: .: handler app.lambda_handler: ZeroDivisionError"
        )
        assert done.stderr.endswith(" in the plugin 'acme' of handlerlint-acme 1.0\n")
        file.write_text(text)
