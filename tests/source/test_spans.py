"""Places of nodes, held against libcst's own provider."""

from __future__ import annotations

from pathlib import Path

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider

from handlerlint.source.spans import spans_of

RETURNS = Path(__file__).parents[1] / "fixtures" / "returns"
GROUPS = sorted(path for path in RETURNS.iterdir() if path.is_dir())

EVERY_SHAPE = '''\
#!/usr/bin/env python
"""Documentation
of two lines."""

@decorated  # comment
async def f(a, /, b: int = 1, *c, d=(2, ), **e) -> "x":
\treturn [*a], {**b, 'ä': "\\
"}; pass

class C ( object ) :
    x : int = 3 ;

    def g(self): return (
        lambda: (yield)
    )
try:
    a[1:2, ...] += not b if c else d
except* (E, F) as g:
    with (open(x)) as y, z: del q
else:
    match a:
        case [1, *_] | {"k": v, **rest} if v: f"{v!r:>{w}} {x}" "y"
'''


def libcst_says(tree: cst.Module) -> dict[cst.CSTNode, object]:
    found = MetadataWrapper(tree, unsafe_skip_copy=True).resolve(PositionProvider)
    return {
        node: ((place.start.line, place.start.column + 1), (place.end.line, place.end.column + 1))
        for node, place in found.items()
    }


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_shape_of_code(line_end: str) -> None:
    tree = cst.parse_module(EVERY_SHAPE.replace("\n", line_end))
    assert spans_of(tree) == libcst_says(tree)


@pytest.mark.parametrize(
    "text", ["", "\n", "# comment", "a", "a\n\n", "\ufeffa = 1\n", "\tif_ = 1\n".lstrip()]
)
def test_small_files(text: str) -> None:
    tree = cst.parse_module(text)
    assert spans_of(tree) == libcst_says(tree)


@pytest.mark.parametrize("group", GROUPS, ids=lambda path: str(path.name))
def test_handlers_as_people_write_them(group: Path) -> None:
    for path in sorted(group.rglob("*.py"))[:8]:
        tree = cst.parse_module(path.read_bytes())
        assert spans_of(tree) == libcst_says(tree), path
