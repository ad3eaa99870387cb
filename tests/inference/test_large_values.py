"""Texts, numbers and collections that a few lines make larger than any memory: their type is known, no more."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlerlint.configuration import load_settings
from handlerlint.linter import lint

HEX = "0x" + "f" * 8000
DOUBLING = {
    "sum": ("'ab'", "v + v"),
    "formatted text": ("'ab'", "f'{v}{v}'"),
    "replace": ("'aa'", "v.replace('a', v)"),
    "join": ("'ab'", "v.join([v, v])"),
    "percent": ("'ab'", "'%s%s' % (v, v)"),
    "format": ("'ab'", "'{}{}'.format(v, v)"),
    "bytes": ("b'ab'", "v + v"),
    "square": ("99999999999", "v * v"),
    "tuple": ("(1, 2)", "v + v"),
    "starred tuple": ("(1, 2)", "(*v, *v)"),
    "nested tuple": ("(1, 2)", "(v, v)"),
    "list": ("[1, 2]", "v + v"),
    "starred list": ("[1, 2]", "[*v, *v]"),
    "list times 16": ("[1, 2]", "v * 16"),
    "nested list": ("[1, 2]", "[v, v]"),
    "nested dict": ("{}", "{'a': v, 'b': v}"),
}
ONCE = {
    "width": "'a'.zfill(99999999999)",
    "text times number": "'a' * 99999999999",
    "bytes of a size": "bytes(99999999999)",
    "range": "list(range(10**12))",
    "power": "9 ** 9 ** 9 ** 9",
    "shift": "1 << 99999999999",
    "number as text": f"str({HEX})",
    "number in a text": f"f'{{{HEX}}}'",
    "negative number": f"str(-{HEX})",
    "number as a key": f"{{{HEX}: 1}}",
    "number as an index": f"[1, 2][{HEX}:]",
    "number of an infinite": "1e999999",
}
CASES = {
    **{name: [f"v = {first}", *[f"v = {step}"] * 45] for name, (first, step) in DOUBLING.items()},
    **{name: [f"v = {value}"] for name, value in ONCE.items()},
}


@pytest.mark.parametrize("name", CASES)
def test_large_values(name: str, tmp_path: Path) -> None:
    body = "".join(f"    {line}\n" for line in (*CASES[name], "return {'value': v, 'wrong': {1}}"))
    (tmp_path / "lambda_function.py").write_text(f"def lambda_handler(event, context):\n{body}")
    result = lint(load_settings([tmp_path]))
    assert result.failures == ()
    assert 'return["wrong"]' in [finding.value_path for finding in result.findings]
