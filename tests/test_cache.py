"""Results of earlier runs: used where nothing has changed, and never where anything has that they depend on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from handlerlint import linter
from handlerlint.caching import results as cache
from handlerlint.cli import main
from handlerlint.findings import Finding
from handlerlint.functions import keeping
from handlerlint.parallel import Group
from handlerlint.project import looks
from handlerlint.rules.base import Rule, Subject
from handlerlint.rules.signature import TooFewParameters

FIXTURES = Path(__file__).parent / "fixtures"
EXAMPLES = Path(__file__).parents[1] / "examples"
WRONG_VALUE = "def value():\n    return {1, 2}\n"

PROJECT = {
    ".git/HEAD": "ref: refs/heads/main\n",
    "handlerlint.toml": 'stubs = ["stubs"]\nignore = ["HL108"]\n',
    "template.yaml": """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Common:
    Type: AWS::Serverless::LayerVersion
    Properties: {ContentUri: layers/common}
  First:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: src/first, Handler: app.handler, Runtime: python3.13}
  Second:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/second
      Handler: app.handler
      Runtime: python3.13
      Layers: [!Ref Common]
  Third:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: dist/third, Handler: app.handler, Runtime: python3.13}
""",
    "dist/nothing.txt": "",
    "src/first/app.py": """\
from helper import load
from absent import thing

def handler(event, context):
    return {"value": load(), "thing": thing}
""",
    "src/first/helper.py": "from deep import value\n\ndef load():\n    return value()\n",
    "src/first/deep.py": "def value():\n    return 1\n",
    "src/second/app.py": """\
from shared import made
from typed import parse

def handler(event, context):
    return [made(), parse(event)]
""",
    "layers/common/python/shared.py": "def made():\n    return 1\n",
    "stubs/typed.pyi": "def parse(event: object) -> int: ...\n",
    "tools/lambda_function.py": "def lambda_handler(event):\n    return None\n",
}


@pytest.fixture(scope="session")
def caches(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache folder for all tests: the stubs in it are compiled once."""
    return tmp_path_factory.mktemp("caches")


@pytest.fixture
def results(caches: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the results are kept; empty."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(caches))
    folder = caches / "handlerlint" / cache.FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    return folder


@pytest.fixture
def project(tmp_path: Path, results: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in PROJECT.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Runs the program in this process: what it prints."""

    def printed(*arguments: str) -> str:
        status = main([*arguments, "-j1", "."])
        shown = capsys.readouterr()
        assert shown.err == ""
        assert status in (0, 1)
        return shown.out

    return printed


def write(name: str, text: str) -> Callable[[Path], object]:
    def change(project: Path) -> None:
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)

    return change


def replaced(name: str, old: str, new: str) -> Callable[[Path], object]:
    def change(project: Path) -> None:
        text = (project / name).read_text()
        assert old in text
        (project / name).write_text(text.replace(old, new))

    return change


def same_size_and_time(project: Path) -> None:
    """As an archive or `rsync -t` may leave it."""
    path = project / "src/first/app.py"
    before = path.stat()
    path.write_text(path.read_text().replace('load(), "thing": thing', '{1},    "thing": None '))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert path.stat().st_mtime_ns == before.st_mtime_ns


def linked_folder(project: Path) -> None:
    (project / "other").mkdir()
    (project / "other/app.py").write_text("def handler(event):\n    return 1\n")
    shutil.rmtree(project / "src/second")
    (project / "src/second").symlink_to(project / "other", target_is_directory=True)


CHANGES: dict[str, Callable[[Path], object]] = {
    "the handler": replaced("src/first/app.py", "(event, context)", "(event)"),
    "same size and time": same_size_and_time,
    "two imports away": write("src/first/deep.py", WRONG_VALUE),
    "a missing import is there now": write("src/first/absent.py", "thing = {1}\n"),
    "a module is gone": lambda project: (project / "src/first/app.py").unlink(),
    "the template": replaced("template.yaml", "Handler: app.handler, Run", "Handler: app.main, Run"),
    "another template": write(
        "more/template.yml",
        "Resources:\n  More:\n    Type: AWS::Serverless::Function\n"
        "    Properties: {CodeUri: ., Handler: nothing, Runtime: python3.13}\n",
    ),
    "the settings": write("handlerlint.toml", 'stubs = ["stubs"]\nignore = ["HL108", "HL201"]\n'),
    "what git ignores": write(".gitignore", "tools/\n"),
    "what git ignores there": write("tools/.gitignore", "*.py\n"),
    "a suppression": replaced("tools/lambda_function.py", "(event):", "(event):  # noqa: HL201"),
    "the layer": write("layers/common/python/shared.py", WRONG_VALUE.replace("value", "made")),
    "a new handler": write("jobs/lambda_function.py", "def lambda_handler():\n    return 1\n"),
    "a stub": write("stubs/typed.pyi", "def parse(event: object) -> set[int]: ...\n"),
    "a module in place of the stub": write("src/second/typed.py", "def parse(event):\n    return {1}\n"),
    "a code root that a build has made": write("dist/third/app.py", "def handler(event):\n    return 1\n"),
    "a package in place of a module": write("src/first/deep/__init__.py", WRONG_VALUE),
    "a folder that is a link now": linked_folder,
}


@pytest.mark.parametrize("trust_times", [False, True], ids=["just written", "settled"])
@pytest.mark.parametrize("name", CHANGES)
def test_every_change_is_seen(
    name: str, trust_times: bool, project: Path, run: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if trust_times:
        monkeypatch.setattr(looks, "_SETTLED_NANOSECONDS", 0)
    before = run()
    CHANGES[name](project)
    after = run()
    assert after == run("--no-cache")
    assert after != before, "a change that says nothing tests nothing"
    assert run() == after


@pytest.fixture
def analysed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The code roots of all handlers that are analysed; the name of one that has none."""
    names: list[str] = []
    check = linter.Run.check

    def noted(run: linter.Run, functions: Group, rules: list[Rule]) -> Iterator[Finding]:
        names.append(str(functions[0].code_root or functions[0].name).rpartition(os.sep)[2])
        yield from check(run, functions, rules)

    monkeypatch.setattr(linter.Run, "check", noted)
    return names


def test_unchanged_project_is_not_analysed_again(
    project: Path, run: Callable[..., str], analysed: list[str]
) -> None:
    first = run()
    assert sorted(analysed) == ["Third", "first", "second", "tools"]
    analysed.clear()
    assert run() == first
    assert run("--output-format=concise") == run("--output-format=concise", "--no-cache", "--exit-zero")
    analysed.clear()
    os.utime(project / "src/first/app.py")
    assert run() == first, "a new time is no new content"
    assert analysed == []


@pytest.mark.parametrize(
    ("name", "concerned"),
    [
        ("two imports away", ["first"]),
        ("a missing import is there now", ["first"]),
        ("the layer", ["second"]),
        ("a new handler", ["jobs"]),
        ("a suppression", ["tools"]),
        ("the settings", ["Third", "first", "second", "tools"]),
        ("what git ignores", []),
        ("a stub", ["Third", "first", "second", "tools"]),
    ],
)
def test_only_what_a_change_concerns_is_analysed_again(
    name: str, concerned: list[str], project: Path, run: Callable[..., str], analysed: list[str]
) -> None:
    run()
    analysed.clear()
    CHANGES[name](project)
    run()
    assert sorted(analysed) == concerned


def test_handlers_of_one_module_depend_on_all_that_it_loads(
    project: Path, run: Callable[..., str], analysed: list[str]
) -> None:
    with (project / "src/first/app.py").open("a") as app:
        app.write("\ndef other(event, context):\n    return 1\n")
    with (project / "template.yaml").open("a") as template:
        template.write(
            "  Other:\n    Type: AWS::Serverless::Function\n"
            "    Properties: {CodeUri: src/first, Handler: app.other, Runtime: python3.13}\n"
        )
    run()
    analysed.clear()
    CHANGES["two imports away"](project)
    run()
    assert analysed == ["first", "first"]


def test_paths_share_what_is_kept(project: Path, analysed: list[str], results: Path) -> None:
    main(["-j1", "-q", "."])
    analysed.clear()
    main(["-j1", "-q", "src/first/app.py"])
    main(["-j1", "-q", "src/second"])
    assert analysed == []


def test_failures_of_ours_are_not_kept(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(rule: TooFewParameters, subject: Subject) -> Iterator[Finding]:
        raise RuntimeError("broken on purpose")

    with monkeypatch.context() as patched:
        patched.setattr(TooFewParameters, "check", broken)
        assert [main(["-j1", "."]), main(["-j1", "."])] == [2, 2]
        assert capsys.readouterr().err.count("broken on purpose") == 8  # of four functions, twice
    assert main(["-j1", "-q", "."]) == 1
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"",
        lambda data: data[:40],
        lambda data: data[:-1] + bytes([data[-1] ^ 1]),
        lambda data: data.replace(b"hlcache", b"another"),
        lambda data: os.urandom(500),
    ],
    ids=["empty", "cut off", "one bit", "foreign", "noise"],
)
def test_spoilt_files_are_passed_over(
    spoil: Callable[[bytes], bytes], project: Path, run: Callable[..., str], results: Path
) -> None:
    first = run()
    files = list(results.iterdir())
    assert {path.name.partition("-")[0] for path in files} == {"run", "groups", "tree"}
    for path in files:
        path.write_bytes(spoil(path.read_bytes()))
    assert run() == first
    assert run() == first


def test_another_version_does_not_read_what_this_one_wrote(
    project: Path, run: Callable[..., str], analysed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run()
    analysed.clear()
    monkeypatch.setattr(cache, "__version__", "99.0")
    run()
    assert len(analysed) == 4


def test_no_cache_neither_reads_nor_writes(project: Path, run: Callable[..., str], results: Path) -> None:
    run("--no-cache")
    assert not results.exists()


def test_folder_does_not_grow_for_ever(
    project: Path, run: Callable[..., str], results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results.mkdir(parents=True)
    for number in range(5):
        (results / f"run-{number}").write_bytes(b"x" * 1000)
        os.utime(results / f"run-{number}", (number, number))
    monkeypatch.setattr(cache, "_MOST_BYTES", 30_000)
    run()
    kept = {path.name for path in results.iterdir()}
    assert sum(path.stat().st_size for path in results.iterdir()) <= 30_000
    assert "run-0" not in kept or len(kept) == 8


def program(*arguments: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "handlerlint", *arguments]
    return subprocess.run(
        command, cwd=folder, env=os.environ | variables, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("make_place", ["file", "read-only folder"])
def test_place_that_cannot_be_written(make_place: str, project: Path, tmp_path: Path) -> None:
    place = tmp_path / "caches"
    if make_place == "file":
        place.write_text("")
    else:
        place.mkdir(mode=0o500)
    plain = program("--no-cache", ".", folder=project)
    assert plain.returncode == 1
    for _ in range(2):
        done = program(".", folder=project, XDG_CACHE_HOME=str(place))
        assert (done.returncode, done.stdout, done.stderr) == (1, plain.stdout, "")


def test_two_programs_at_once(project: Path) -> None:
    plain = program("--no-cache", ".", folder=project).stdout
    command = [sys.executable, "-m", "handlerlint", "."]
    started = [
        subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, text=True, env=os.environ)
        for _ in range(3)
    ]
    assert [process.communicate()[0] for process in started] == [plain] * 3
    assert program(".", folder=project).stdout == plain


def test_second_run_imports_nothing_that_costs(project: Path) -> None:
    listed = "import sys; from handlerlint.cli import main; main(['.']); print(*sys.modules, file=sys.stderr)"
    command = [sys.executable, "-c", listed]
    first, second = (
        subprocess.run(command, cwd=project, capture_output=True, text=True, check=True, env=os.environ)
        for _ in range(2)
    )
    assert first.stdout == second.stdout != ""
    modules = set(second.stderr.split())
    assert "handlerlint.caching.results" in modules
    costly = {"libcst", "yaml", "rich", "dataclasses", "inspect"}
    costly |= {f"handlerlint.{name}" for name in ("linter", "functions", "inference", "source", "rules")}
    assert modules & costly == set()


def test_several_processes_keep_what_one_keeps(
    tmp_path: Path, results: Path, capsys: pytest.CaptureFixture[str], analysed: list[str]
) -> None:
    (tmp_path / ".git").mkdir()
    for number in range(18):
        folder = tmp_path / f"service{number:02}"
        folder.mkdir()
        (folder / "lambda_function.py").write_text(
            "import near\ndef lambda_handler(event, _): return near.x\n"
        )
        (folder / "near.py").write_text("x = 1\n")

    def printed(*arguments: str) -> str:
        main([*arguments, str(tmp_path)])
        return capsys.readouterr().out

    printed("-j2")
    assert printed("-j1") == printed("-j1", "--no-cache", "-q") + "No problems in 18 functions.\n"
    analysed.clear()
    (tmp_path / "service07/near.py").write_text("x = {1}\n")
    wrong = printed("-j2")
    assert analysed == ["service07"]
    assert "1 error in 18 functions" in wrong
    assert wrong == printed("--no-cache", "-j1")


@pytest.mark.parametrize("jobs", ["-j1", "-j2"])
@pytest.mark.parametrize(
    ("value", "expected"),
    [("1", ""), ("{1}  # noqa: HL301", ""), ("{1}", "src/m03.py:2:12: HL301")],
    ids=["no finding", "suppressed", "finding"],
)
def test_processes_and_kept_results_and_suppressions_together(
    jobs: str, value: str, expected: str, tmp_path: Path, results: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The handlers are files that only the processes open, and that this one then looks into for `noqa`."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "src").mkdir()
    lines = ["Transform: AWS::Serverless-2016-10-31", "Resources:"]
    for number in range(16):
        name = f"m{number:02}"
        handler = f"{{CodeUri: src, Handler: {name}.handler, Runtime: python3.13}}"
        lines += [f"  F{number}:", "    Type: AWS::Serverless::Function", f"    Properties: {handler}"]
        (tmp_path / f"src/{name}.py").write_text("def handler(event, context):\n    return 1\n")
    (tmp_path / "template.yaml").write_text("\n".join(lines) + "\n")
    wrong = tmp_path / "src/m03.py"
    wrong.write_text(f"def handler(event, context):\n    return {value}\n")

    def shown(*arguments: str) -> tuple[int, str, str]:
        status = main([jobs, "-q", "--output-format=concise", *arguments, str(tmp_path)])
        return status, *capsys.readouterr()

    fresh = shown("--no-cache")
    assert (fresh[0], fresh[2]) == (1 if expected else 0, "")
    assert fresh[1].startswith(f"{tmp_path.as_posix()}/{expected}" if expected else "")
    assert bool(fresh[1]) is bool(expected)
    assert [shown(), shown()] == [fresh, fresh]
    (tmp_path / "src/m09.py").write_text("def handler(event, context):\n    return 2\n")
    assert shown() == fresh
    wrong.write_text("def handler(event):\n    return 1\n")
    assert "HL201" in shown()[1]


def test_code_root_among_what_is_installed_beside_us(
    project: Path, run: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which files lie there is in the key of all results; a code root is looked at all the same."""
    monkeypatch.syspath_prepend(str(project / "env/site-packages"))
    code = project / "env/site-packages/service/app.py"
    code.parent.mkdir(parents=True)
    code.write_text("def handler(event, context):\n    return {1}\n")
    replaced("template.yaml", "src/first", "env/site-packages/service")(project)
    assert "env/site-packages/service/app.py:2:12" in run()
    code.write_text("def handler(event, context):\n    return 1\n")
    assert "env/site-packages" not in run()


def test_a_file_with_two_names(project: Path, run: Callable[..., str]) -> None:
    """Which of its names is analysed first, or was by an earlier run, makes no difference."""
    (project / "src/first/one.py").write_text("def handler(event, context):\n    return {1}\n")
    (project / "src/first/link.py").symlink_to("one.py")
    replaced("template.yaml", "src/first, Handler: app", "src/first, Handler: one")(project)
    run()
    replaced("template.yaml", "src/second\n      Handler: app", "src/first\n      Handler: link")(project)
    cached = run("--output-format=concise")
    assert cached == run("--output-format=concise", "--no-cache")
    assert cached.count("src/first/one.py:2:12: HL301") == 1
    assert "link.py" not in cached
    replaced("template.yaml", "Handler: one", "Handler: absent")(project)
    assert "src/first/one.py:2:12: HL301" in run("--output-format=concise", "--no-cache")


def test_no_home(project: Path, run: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    """In a container with a user that it does not know."""
    pwd = pytest.importorskip("pwd")

    def unknown(user: int) -> object:
        raise KeyError(f"getpwuid(): uid not found: {user}")

    plain = run("--no-cache")
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    assert run() == plain
    assert not (project / "~").exists()


def test_a_defect_in_keeping_loses_no_report(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], results: Path
) -> None:
    def broken(*arguments: object, **named: object) -> None:
        raise KeyError("broken on purpose")

    plain = main(["-j1", "--no-cache", "."]), capsys.readouterr().out
    line = "handlerlint: internal error: the result is not kept: KeyError: 'broken on purpose'\n"
    for place in (looks.Looks, "_see"), (keeping, "encoded"), (cache.ResultCache, "keep"):
        with monkeypatch.context() as patched:
            patched.setattr(*place, broken)
            assert main(["-j1", "."]) == 2
        assert capsys.readouterr() == (plain[1], line)
        assert not [*results.glob("run-*"), *results.glob("groups-*")]


PROJECTS = [EXAMPLES, *sorted((FIXTURES / "projects").iterdir())]


@pytest.mark.parametrize("folder", PROJECTS, ids=lambda folder: str(folder.name))
def test_kept_results_look_the_same(
    folder: Path, results: Path, run: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first run is the one that looks; the others show in each format what it has kept."""
    monkeypatch.chdir(folder)
    formats = ("concise", "json", "full", "sarif", "github", "gitlab", "junit", "html")
    first = run("--output-format=concise")
    assert results.is_dir()
    kept = {name: run(f"--output-format={name}") for name in formats}
    assert kept["concise"] == first
    for name in ("json", "full", "html"):
        assert run("--no-cache", f"--output-format={name}") == kept[name]
