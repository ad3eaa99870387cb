"""The classes of libcst's nodes that are made faster are those that libcst makes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

# What can be seen of the classes, and of a tree and its nodes; run once with libcst's own classes, once with ours.
PROGRAM = """
import copy, dataclasses, inspect, json, pickle, sys
if sys.argv[1] == "ours":
    from handlerlint.libcst_classes import import_libcst, initializer, parse_module
    import_libcst()
else:
    from libcst import parse_module
import libcst as cst

assert dataclasses.dataclass.__module__ == "dataclasses"
classes = {value for value in vars(cst).values() if isinstance(value, type) and issubclass(value, cst.CSTNode)}
made = [cls for cls in classes if "_first_initializer" in cls.__init__.__qualname__]

def said(make):
    try:
        return repr(make())
    except Exception as error:
        return f"{type(error).__name__}: {error}"

def parameters(cls):
    called = initializer(cls) if cls in made else cls.__init__
    found = inspect.signature(called).parameters
    return [(name, one.default is inspect.Parameter.empty) for name, one in found.items()]

seen = {cls.__name__: (parameters(cls), [field.name for field in dataclasses.fields(cls)]) for cls in classes}
tree = parse_module(open(sys.argv[2], encoding="utf-8").read())
name = cst.Name("x")
seen["behaviour"] = [
    repr(tree), tree.code, tree.deep_equals(tree.deep_clone()), pickle.loads(pickle.dumps(tree)).deep_equals(tree),
    said(lambda: cst.Name("")), said(lambda: cst.Name()), said(lambda: cst.Name("x", (), (), 1)),
    said(lambda: cst.Pass(semicolon=1)),
    said(lambda: cst.Call(name, whitespace_after_func=cst.SimpleWhitespace("?"))),
    said(lambda: setattr(name, "value", "y")), said(lambda: delattr(name, "value")),
    name == cst.Name("x"), hash(name) == hash(copy.copy(name)), said(lambda: name.with_changes(value="y")),
    said(lambda: dataclasses.replace(name, value="")), said(lambda: cst.If(name, cst.IndentedBlock([]))),
    said(lambda: tree.visit(cst.CSTTransformer()).code == tree.code), cst.Name.__match_args__, cst.Name.__slots__,
]
print(json.dumps([len(classes), len(made), seen], sort_keys=True, default=str))
"""


def described(whose: str) -> Any:
    command = [sys.executable, "-c", PROGRAM, whose, str(Path(__file__))]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def both() -> tuple[Any, Any]:
    return described("libcst's"), described("ours")


def test_nodes_are_what_libcst_makes_of_them(both: tuple[Any, Any]) -> None:
    theirs, ours = both
    assert ours[2] == theirs[2]


def test_nearly_all_classes_of_nodes_are_ours(both: tuple[Any, Any]) -> None:
    """A libcst that declares them in another way would be imported as slowly as without us."""
    theirs, ours = both
    assert theirs[1] == 0
    assert ours[1] > 0.9 * ours[0]
