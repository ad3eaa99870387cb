"""Discoveries that are kept: what is found for a path is the same with and without them, whatever has changed."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from handlerlint import linter
from handlerlint.caching.results import result_cache
from handlerlint.configuration import load_settings
from handlerlint.findings import from_plain
from handlerlint.functions import discovery as discovering
from handlerlint.functions.keeping import decoded, encoded
from handlerlint.functions.model import Discovery
from handlerlint.linter import Result, lint

PROJECTS = Path(__file__).parents[1] / "fixtures" / "projects"
CDK = """\
from aws_cdk import App, Stack, aws_lambda

class Main(Stack):
    def __init__(self, scope, name):
        super().__init__(scope, name)
        aws_lambda.Function(self, "F", runtime=aws_lambda.Runtime.PYTHON_3_13, handler="app.handler",
            code=aws_lambda.Code.from_asset("src"))

Main(App(), "Main")
"""
SERVERLESS = (
    "service: s\nprovider: {name: aws, runtime: python3.13}\nfunctions: {f: {handler: app.handler}}\n"
)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """All projects of the fixtures in one tree, with a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    folder = tmp_path / "tree"
    shutil.copytree(PROJECTS, folder)
    (folder / ".git").mkdir()
    (folder / ".gitignore").write_text("ignored/\n")
    other = folder / "other"
    other.mkdir()
    (other / "app.py").write_text(
        "from helper import load\n\ndef handler(event, context):\n    return load()\n"
    )
    (other / "helper.py").write_text("def load():\n    return {1, 2}\n")
    (other / "readme.json").write_text("{}")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """One entry for each time that a tree was searched."""
    found: list[object] = []
    original = discovering._trees
    monkeypatch.setattr(discovering, "_trees", lambda request: found.append(1) or original(request))
    return found


def run(path: Path, *, kept: bool) -> Result:
    """Lint one path, by what is kept of other runs or by nothing."""
    settings = load_settings([path])
    result = lint(settings, cache=result_cache(settings) if kept else None)
    assert result.failures == ()
    return result


def compared(path: Path) -> Result:
    """What a run finds with the help of earlier ones, which is what it finds without."""
    settings = load_settings([path])
    cache = result_cache(settings)
    earlier = None if cache is None else cache.earlier()
    result = run(path, kept=True)
    assert result == run(path, kept=False)
    assert earlier is None or tuple(map(from_plain, earlier.findings)) == result.findings
    return result


def test_the_looks_of_a_tree_are_held_once_for_all_paths(tree: Path, tmp_path: Path) -> None:
    """What is kept of one file is small, and holds no longer when the tree does not."""
    for number in range(200):
        (tree / f"{number}.json").write_text("{}")
    one, other = tree / "other" / "app.py", tree / "other" / "helper.py"
    compared(one)
    compared(other)
    sizes = {file.name.partition("-")[0]: file.stat().st_size for file in tmp_path.rglob("caches/**/*-*")}
    assert sizes["run"] < 6_000 < sizes["tree"]
    (tree / "other" / "serverless.yml").write_text(SERVERLESS)
    compared(other)  # the tree is kept anew
    (cache,) = filter(None, [result_cache(load_settings([one]))])
    assert cache.earlier() is None
    compared(one)


def test_a_file_has_the_findings_that_a_run_over_the_tree_shows(tree: Path) -> None:
    everything = run(tree, kept=True)
    files = sorted(tree.rglob("*.py"))
    for path in random.Random(7).sample(files, 8):
        name = path.relative_to(tree).as_posix()
        shown = {finding for finding in compared(path).findings if finding.filename == name}
        assert shown >= {finding for finding in everything.findings if finding.filename == name}
        compared(path.parent)


def test_a_tree_is_searched_once_for_all_of_its_paths(tree: Path, searches: list[object]) -> None:
    for path in sorted(tree.rglob("*.py"))[:5]:
        run(path, kept=True)
        run(path.parent, kept=True)
    assert len(searches) == 1


def write(name: str, text: str) -> Callable[[Path], object]:
    def change(tree: Path) -> None:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text)

    return change


@pytest.mark.parametrize(
    ("change", "is_searched"),
    [
        (write("other/app.py", "def handler(event):\n    return 1\n"), False),
        (write("other/helper.py", "def load():\n    return 1\n"), False),
        (write("cdk-python/app.py", "from aws_cdk import App\nApp()\n"), True),
        (write("other/app.py", CDK), True),
        (write("other/serverless.yml", SERVERLESS), True),
        (write("other/readme.json", '{"Resources": {"F": {"Type": "AWS::Lambda::Function"}}}'), True),
        (write(".gitignore", "other/\n"), True),
        (lambda tree: shutil.rmtree(tree / "terraform"), True),
        (write("handlerlint.toml", 'exclude = ["sam-globals"]\n'), True),
    ],
    ids=[
        "handler",
        "module",
        "application",
        "new application",
        "new file",
        "template",
        "ignored",
        "gone",
        "settings",
    ],
)
def test_every_change_is_seen(
    change: Callable[[Path], object], is_searched: bool, tree: Path, searches: list[object]
) -> None:
    path = tree / "other/app.py"
    compared(path)
    change(tree)
    searches.clear()
    run(path, kept=True)
    assert bool(searches) == is_searched
    compared(path)
    compared(tree)


def test_paths_that_a_walk_passes_by_are_searched(tree: Path) -> None:
    compared(tree)
    write("ignored/deep/lambda_function.py", "def lambda_handler(event):\n    return 1\n")(tree)
    compared(tree / "ignored/deep")
    assert [finding.code for finding in compared(tree / "ignored/deep/lambda_function.py").findings] == [
        "HL201"
    ]
    write("other/broken.yaml", "Resources: {F: {Type: AWS::Lambda::Function, [\n")(tree)
    assert [finding.code for finding in compared(tree / "other/broken.yaml").findings] == ["HL002"]


@pytest.mark.parametrize("folder", sorted(PROJECTS.iterdir()), ids=lambda folder: str(folder.name))
def test_what_is_kept_is_what_was_found(folder: Path) -> None:
    found: Discovery = discovering.discover(linter.request_from(load_settings([folder])))
    kept = decoded(encoded((found.functions, found.problems)))
    assert repr(kept) == repr((found.functions, found.problems))
