"""Classes that only a stub describes, with the real ones beside it: what the runtime client makes of them."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest
from awslambdaric.lambda_runtime_exception import FaultException
from awslambdaric.lambda_runtime_marshaller import LambdaMarshaller

from handlerlint.functions.model import ConfigurationSource, LambdaFunction
from handlerlint.linter import Run
from handlerlint.project.view import View
from handlerlint.rules import all_rules
from handlerlint.settings import Settings

REAL = """\
class Row:
    def _asdict(self): return {"a": 1}
class Child(Row): pass
class Plain: pass
def row(): return Row()
def child(): return Child()
def plain(): return Plain()
"""
STUB = """\
class Row:
    def _asdict(self) -> dict[str, int]: ...
class Child(Row): ...
class Plain: ...
def row() -> Row: ...
def child() -> Child: ...
def plain() -> Plain: ...
"""


@pytest.mark.parametrize(
    ("returned", "codes"),
    [
        ("rows.row()", ["HL306"]),
        ("[rows.child()]", ["HL306"]),
        ("{'row': rows.Row()}", ["HL306"]),
        ("Derived()", []),
        ("rows.plain()", ["HL301"]),
        ("json.dumps(rows.row())", ["HL311"]),
    ],
)
def test_class_that_becomes_an_object(tmp_path: Path, returned: str, codes: list[str]) -> None:
    for name, text in (("stubs/rows.pyi", STUB), ("libraries/rows.py", REAL), ("code/app.py", "")):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)
    code = f"import json, rows\nclass Derived(rows.Row): pass\ndef handler(event, context):\n    return {returned}\n"
    (tmp_path / "code" / "app.py").write_text(code)
    source = ConfigurationSource("argument", None)
    function = LambdaFunction("function", "app.handler", tmp_path / "code", source)
    settings = Settings(tmp_path, tmp_path, (tmp_path,), stubs=(tmp_path / "stubs",))
    found = Run(settings, View()).check((function,), [rule() for rule in all_rules()])
    assert [finding.code for finding in found if finding.code != "HL108"] == codes
    assert fails(returned, tmp_path / "libraries" / "rows.py") is (codes in (["HL301"], ["HL311"]))


def fails(returned: str, library: Path) -> bool:
    specification = importlib.util.spec_from_file_location("rows", library)
    assert specification is not None and specification.loader is not None
    rows = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(rows)
    names = {"json": json, "rows": rows, "Derived": type("Derived", (rows.Row,), {})}
    try:
        LambdaMarshaller().marshal_response(eval(returned, names))
    except (FaultException, TypeError):
        return True
    return False
