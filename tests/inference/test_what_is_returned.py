"""What a handler may return, as an editor shows it: the types, joined over the paths, in one short line."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlerlint.settings import ConfiguredFunction, Settings
from handlerlint.workspace import Workspace

CASES = {
    "nothing": ("    print(event)\n", "None"),
    "one of the event's values": ("    return event['name']\n", "JSON"),
    "what is not known": ("    import shop\n    return shop.orders(event)\n", "Any"),
    "several types": (
        """\
    if event.get("no"):
        return "no"
    if event.get("all"):
        return [1, "a"]
    if event.get("none"):
        return []
""",
        "str | list[int | str] | None",
    ),
    "the same keys on all paths": (
        """\
    if "id" not in event:
        return {"statusCode": 400, "body": None}
    return {"statusCode": 200, "body": str(event["id"])}
""",
        '{"statusCode": int, "body": str | None}',
    ),
    "a key that may be missing, and others": (
        """\
    answer = {"ok": True}
    if "id" in event:
        answer["id"] = event["id"]
    if event.get("error"):
        return {"error": "no"}
    return answer
""",
        '{"error": str} | {"ok": bool, "id": JSON} | {"ok": bool}',
    ),
    "classes": (
        """\
    import datetime, decimal
    class Order: pass
    return {"at": datetime.datetime.now(), "total": decimal.Decimal(1), "order": Order()}
""",
        '{"at": datetime, "total": Decimal, "order": Order}',
    ),
    "more than fits into a line": (
        f"    part = {{{', '.join(f'{chr(97 + number) * 12!r}: 1' for number in range(8))}}}\n"
        "    return {'first': part, 'second': [part]}\n",
        '{"first": dict, "second": list}',
    ),
    "a dict in itself": (
        "    answer = {}\n    answer['me'] = answer\n    return answer\n",
        '{"me": {"me": {"me": dict}}}',
    ),
}


def may_return(text: str, folder: Path) -> str | None:
    (folder / "app.py").write_text(text)
    function = ConfiguredFunction("app.handler", folder)
    workspace = Workspace(Settings(folder, folder, (folder,), functions=(function,), sources=()))
    return workspace.may_return(workspace.lint().functions[0])


@pytest.mark.parametrize("case", CASES)
def test_types(case: str, tmp_path: Path) -> None:
    body, wanted = CASES[case]
    assert may_return(f"def handler(event, context):\n{body}", tmp_path) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("async def handler(event, context):\n    return 1\n", "coroutine"),
        ("def handler(event, context):\n    yield 1\n", "generator"),
        ("handler = 1\n", None),
        ("from library import decorated\n\n@decorated\ndef handler(event, context):\n    return 1\n", None),
        ("def handler(event, context:\n", None),
    ],
)
def test_other_handlers(text: str, wanted: str | None, tmp_path: Path) -> None:
    assert may_return(text, tmp_path) == wanted
