"""The pipeline: what is grouped, merged, suppressed, sorted, selected, and what becomes of our own failures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from handlerlint.configuration import load_settings
from handlerlint.errors import UserError
from handlerlint.linter import Result, Run, lint
from handlerlint.records import replace
from handlerlint.settings import FileIgnores

HEADER = "Transform: AWS::Serverless-2016-10-31\nResources:\n"
RETURNS_A_SET = "def handler(event, context):\n    return {1}\n"


def function(name: str, handler: str = "app.handler", more: str = "") -> str:
    return (
        f"  {name}:\n    Type: AWS::Serverless::Function\n    Properties:\n"
        f"      Handler: {handler}\n      Runtime: python3.13\n      CodeUri: src\n{more}"
    )


def project(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def run(folder: Path, *paths: Path, unsaved: Mapping[Path, str] | None = None, **changes: Any) -> Result:
    settings = load_settings(paths or [folder], working_folder=folder, isolated=True)
    return lint(replace(settings, use_cache=False, **changes), unsaved=unsaved)


def codes(result: Result) -> list[str]:
    return [finding.code for finding in result.findings]


def test_nothing_to_lint(tmp_path: Path) -> None:
    assert run(tmp_path) == Result((), ())


def test_clean(tmp_path: Path) -> None:
    project(
        tmp_path,
        {"template.yaml": HEADER + function("A"), "src/app.py": "def handler(event, context): return 1\n"},
    )
    result = run(tmp_path)
    assert (result.findings, result.failures) == ((), ())
    assert [found.name for found in result.functions] == ["A"]


def test_functions_that_share_a_handler_give_one_finding(tmp_path: Path) -> None:
    template = HEADER + function("A") + function("B") + function("C", more="      Timeout: 9\n")
    project(tmp_path, {"template.yaml": template, "src/app.py": RETURNS_A_SET})
    (finding,) = run(tmp_path).findings
    assert (finding.code, finding.functions) == ("HL301", ("A", "B", "C"))


def test_one_defect_reached_by_two_handlers_is_one_finding(tmp_path: Path) -> None:
    shared = "def handler(event, context):\n    return {1}\n"
    project(
        tmp_path,
        {
            "template.yaml": HEADER + function("A", "a.handler") + function("B", "b.handler"),
            "src/a.py": "from shared import handler\n",
            "src/b.py": "from shared import handler\n",
            "src/shared.py": shared,
        },
    )
    (finding,) = run(tmp_path).findings
    assert (finding.filename, finding.functions) == ("src/shared.py", ("A", "B"))


def test_the_same_handler_in_two_runtimes(tmp_path: Path) -> None:
    old = function("Old").replace("python3.13", "python3.9")
    source = "def handler(event, context):\n    match event:\n        case _:\n            return 1\n"
    project(tmp_path, {"template.yaml": HEADER + old + function("New"), "src/app.py": source})
    (finding,) = run(tmp_path).findings
    assert (finding.code, finding.functions) == ("HL001", ("Old",))


def test_in_order_of_file_and_place(tmp_path: Path) -> None:
    source = "def handler(event, context):\n    if event:\n        return {1}\n    return {2}\n"
    template = HEADER + function("Z", "zzz.handler") + function("A", "missing") + function("B")
    project(tmp_path, {"template.yaml": template, "src/app.py": source})
    result = run(tmp_path)
    places = [(found.filename, found.span.start.row) for found in result.findings]
    assert places == [("src/app.py", 3), ("src/app.py", 4), ("template.yaml", 6), ("template.yaml", 12)]
    assert codes(result) == ["HL301", "HL301", "HL102", "HL101"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ["HL301", "HL102"]),
        ({"select": ("HL1",)}, ["HL102"]),
        ({"select": ("HL301",)}, ["HL301"]),
        ({"ignore": ("HL3",)}, ["HL102"]),
        ({"select": ()}, []),
        ({"extend_select": ("HL207",)}, ["HL207", "HL301", "HL102"]),
    ],
)
def test_selection(tmp_path: Path, changes: dict[str, object], expected: list[str]) -> None:
    template = HEADER + function("A") + function("B", "gone.handler")
    source = RETURNS_A_SET.replace("event", "first")
    project(tmp_path, {"template.yaml": template, "src/app.py": source})
    assert codes(run(tmp_path, **changes)) == expected


def test_per_file_ignores(tmp_path: Path) -> None:
    project(tmp_path, {"template.yaml": HEADER + function("A"), "src/app.py": RETURNS_A_SET})
    ignores = (FileIgnores("src/*.py", ("HL3",), tmp_path),)
    assert run(tmp_path, per_file_ignores=ignores).findings == ()


def test_unknown_code(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="HL999"):
        run(tmp_path, select=("HL999",))


@pytest.mark.parametrize("comment", ["  # noqa", "  # noqa: HL301", "  # noqa: HL3"])
def test_suppressed(tmp_path: Path, comment: str) -> None:
    source = f"def handler(event, context):\n    return {{1}}{comment}\n"
    project(tmp_path, {"template.yaml": HEADER + function("A"), "src/app.py": source})
    assert run(tmp_path).findings == ()


def test_suppressed_inside_a_string_over_several_lines(tmp_path: Path) -> None:
    source = 'def handler(event, context):\n    return {"""\n"""}  # noqa: HL301\n'
    project(tmp_path, {"template.yaml": HEADER + function("A"), "src/app.py": source})
    assert run(tmp_path).findings == ()


SEVERAL = """\
def handler(event, context):
    return {{{}
        "id": 1,{}
        "a": {{1}},{}
        "b": {{2}},
    }}{}
"""


@pytest.mark.parametrize(
    ("row", "left"),
    [(None, [4, 5]), (0, []), (1, [4, 5]), (2, [5]), (3, [])],
    ids=["nowhere", "first line", "another line", "own line", "last line"],
)
def test_suppressed_on_a_line_of_the_statement(tmp_path: Path, row: int | None, left: list[int]) -> None:
    comments = ["  # noqa: HL301" if number == row else "" for number in range(4)]
    files = {"template.yaml": HEADER + function("A"), "src/app.py": SEVERAL.format(*comments)}
    found = run(project(tmp_path, files)).findings
    assert [finding.span.start.row for finding in found] == left


def test_a_defect_with_several_origins_names_them_for_all_handlers(tmp_path: Path) -> None:
    handler = "from answers import answer\ndef handler(event, context):\n    return answer({NUMBER})\n"
    files = {
        "template.yaml": HEADER + function("A", "a.handler") + function("B", "b.handler"),
        "src/a.py": handler.replace("NUMBER", "1"),
        "src/b.py": handler.replace("NUMBER", "2"),
        "src/answers.py": "import json\ndef answer(content):\n    return json.dumps(content)\n",
    }
    (finding,) = run(project(tmp_path, files)).findings
    assert (finding.code, finding.functions) == ("HL311", ("A", "B"))
    assert list(dict.fromkeys(related.filename for related in finding.related)) == ["src/a.py", "src/b.py"]


def test_exceptions_of_three_modules_in_one_dump_are_one_finding_with_three_origins(tmp_path: Path) -> None:
    module = """\
from answers import answer
def get(event):
    try:
        return answer({"id": event["id"]})
    except KeyError as error:
        return answer({"error": error})
"""
    app = """\
import one, two, three
def handler(event, context):
    return {"one": one.get(event), "two": two.get(event), "three": three.get(event)}
"""
    files = {
        "template.yaml": HEADER + function("A"),
        "src/app.py": app,
        "src/answers.py": "import json\ndef answer(content):\n    return json.dumps(content)\n",
        **dict.fromkeys(("src/one.py", "src/two.py", "src/three.py"), module),
    }
    (finding,) = run(project(tmp_path, files)).findings
    caught = [related.filename for related in finding.related if related.message == "caught here"]
    assert (finding.filename, caught) == ("src/answers.py", ["src/one.py", "src/two.py", "src/three.py"])


def test_one_value_in_several_places_of_one_dump_is_one_finding_that_names_them(tmp_path: Path) -> None:
    source = """\
import json, datetime
def answer(content):
    return json.dumps(content)
def handler(event, context):
    now = datetime.datetime.now()
    return answer({
        "at": now,
        "log": [(1, now)],
    })
"""
    files = {"template.yaml": HEADER + function("A"), "src/app.py": source}
    (finding,) = run(project(tmp_path, files)).findings
    assert [related.span.start.row for related in finding.related] == [5, 7, 8]


def test_a_tuple_is_shown_with_its_brackets(tmp_path: Path) -> None:
    source = "def handler(event, context):\n    return {(1, 2): 3}\n"
    files = {"template.yaml": HEADER + function("A"), "src/app.py": source}
    (finding,) = run(project(tmp_path, files)).findings
    assert (finding.span.start.column, finding.span.end.column) == (13, 19)


def test_parts_that_are_alike_are_counted(tmp_path: Path) -> None:
    rows = "".join(f"        {{'at': datetime(2024, 1, {day})}},\n" for day in range(1, 31))
    source = f"from datetime import datetime\ndef handler(event, context):\n    return [\n{rows}    ]\n"
    files = {"template.yaml": HEADER + function("A"), "src/app.py": source}
    found = run(project(tmp_path, files)).findings
    assert [finding.span.start.row for finding in found] == list(range(4, 14))
    assert [finding.message.partition("; ")[2] for finding in found] == [""] * 9 + ["and 20 more like it"]
    assert [finding.value_path for finding in found[:2]] == ['return[0]["at"]', 'return[1]["at"]']
    assert found[0].related[-1].message == "returned here"


def test_a_template_that_cannot_be_read_stops_nothing(tmp_path: Path) -> None:
    project(
        tmp_path,
        {
            "broken/template.yaml": HEADER + "  A:\n   - x\n  y: [\n",
            "template.yaml": HEADER + function("A"),
            "src/app.py": RETURNS_A_SET,
        },
    )
    assert codes(run(tmp_path)) == ["HL002", "HL301"]


def test_a_defect_of_ours_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    template = HEADER + function("A", "bad.handler") + function("B")
    project(tmp_path, {"template.yaml": template, "src/app.py": RETURNS_A_SET, "src/bad.py": RETURNS_A_SET})
    real = Run.subject

    def failing(self: Run, functions: Any) -> Any:
        if functions[0].name == "A":
            raise KeyError("inner")
        return real(self, functions)

    monkeypatch.setattr(Run, "subject", failing)
    result = run(tmp_path)
    assert codes(result) == ["HL301"]
    (failure,) = result.failures
    assert failure.startswith("src: handler bad.handler: KeyError: 'inner' (at test_linter.py:")


def test_trees_do_not_pile_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlerlint.source.files._MOST_PARSED", 10)
    names = ("a", "b", "c")
    files = {f"src/{name}.py": f"from shared import load\n{RETURNS_A_SET}" for name in names}
    template = HEADER + "".join(function(name.upper(), f"{name}.handler") for name in names)
    project(tmp_path, {"template.yaml": template, "src/shared.py": "def load(): return 1\n", **files})
    assert codes(run(tmp_path)) == ["HL301"] * 3


def test_text_that_an_editor_has_not_saved(tmp_path: Path) -> None:
    project(tmp_path, {"template.yaml": HEADER + function("A"), "src/app.py": RETURNS_A_SET})
    unsaved = {tmp_path / "src/app.py": RETURNS_A_SET.replace("{1}", "[1]")}
    assert run(tmp_path, unsaved=unsaved).findings == ()
    unsaved = {tmp_path / "src/app.py": RETURNS_A_SET.replace("{1}", "{1}  # noqa")}
    assert run(tmp_path, unsaved=unsaved).findings == ()
    assert codes(run(tmp_path)) == ["HL301"]


def test_a_path_outside_the_working_folder_is_shown_in_full(tmp_path: Path) -> None:
    folder = project(tmp_path / "p", {"template.yaml": HEADER + function("A"), "src/app.py": RETURNS_A_SET})
    other = tmp_path / "elsewhere"
    other.mkdir()
    settings = load_settings([folder], working_folder=other, isolated=True)
    (finding,) = lint(replace(settings, use_cache=False)).findings
    assert finding.filename == (folder / "src/app.py").as_posix()


def test_a_folder_as_handler(tmp_path: Path) -> None:
    template = HEADER + function("A", "api.handler")
    project(tmp_path, {"template.yaml": template, "src/api/handler.py": RETURNS_A_SET})
    (finding,) = run(tmp_path).findings
    assert finding.code == "HL103"
    assert finding.message == (
        "`api` is a folder, so there is no function `handler` in it; `api.handler` is a module"
    )


def test_nothing_of_the_project_is_imported_or_run(tmp_path: Path) -> None:
    source = "import pathlib\npathlib.Path(__file__).with_name('was-run').touch()\n" + RETURNS_A_SET
    project(tmp_path, {"template.yaml": HEADER + function("A"), "src/app.py": source})
    assert codes(run(tmp_path)) == ["HL301"]
    assert not (tmp_path / "src/was-run").exists()


def test_of_a_named_file_its_own_findings_are_shown(tmp_path: Path) -> None:
    uses = "from shared import load\n\ndef handler(event, context):\n    return load()\n"
    files = {
        "template.yaml": HEADER + function("A", "a.handler") + function("B", "b.handler"),
        "src/a.py": uses,
        "src/b.py": RETURNS_A_SET,
        "src/shared.py": "def load():\n    return {1}\n",
        "src/unused.py": "",
    }
    project(tmp_path, files)

    def places(name: str) -> list[tuple[str, tuple[str, ...]]]:
        return [(finding.filename, finding.functions) for finding in run(tmp_path, tmp_path / name).findings]

    assert places("src/unused.py") == []
    assert places("src/b.py") == [("src/b.py", ("B",))]
    assert places("src/shared.py") == places("src/a.py") == [("src/a.py", ("A",))]
    assert places("src") == places("template.yaml") == [("src/a.py", ("A",)), ("src/b.py", ("B",))]
