"""What fixes write: each case is a file before and after, and a handler; what must not be touched first."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlerlint.findings import Edit
from handlerlint.fixes.texts import edited, text_of
from handlerlint.text import LINE_END, Span

from ..program import run

ALONE = ("--isolated", "--no-cache", "--handler", "app.handler")

UNTOUCHED = {
    "another class on one path": """\
from datetime import datetime

def handler(event, context):
    at = "never"
    if event.get("now"):
        at = datetime.now()
    return {"at": at}
""",
    "a value that is not known on one path": """\
from datetime import datetime
from store import load

def handler(event, context):
    at = datetime.now() if event.get("now") else load(event)
    return {"at": at}
""",
    "a set that may be missing": """\
def handler(event, context):
    tags = {event["tag"]} if event.get("tag") else None
    return {"tags": tags}
""",
    "the builtin is another function": """\
def list(values):
    return "".join(values)

def handler(event, context):
    return {"tags": map(str, [1])}
""",
    "bytes that are no text": """\
import gzip

def handler(event, context):
    return {"data": gzip.compress(b"a")}
""",
    "the name is taken": """\
asdict = None
from dataclasses import dataclass

@dataclass
class Point:
    x: int

def handler(event, context):
    return Point(1)
""",
    "what it is put into is read": """\
from datetime import datetime

def handler(event, context):
    answer = {"at": datetime.now()}
    print(answer["at"].year)
    return answer
""",
    "it is given to another function": """\
from datetime import datetime
from store import save

def handler(event, context):
    answer = {}
    answer["at"] = datetime.now()
    save(answer)
    return answer
""",
    "it has another name": """\
from datetime import datetime

def handler(event, context):
    answer = known = {"at": datetime.now()}
    print(known["at"].year)
    return answer
""",
    "another function shares it": """\
from datetime import datetime

def handler(event, context):
    answer = {}
    def year():
        return answer["at"].year
    answer["at"] = datetime.now()
    print(year())
    return answer
""",
    "it outlives the invocation": """\
from datetime import datetime

LAST = {}

def handler(event, context):
    if "at" in LAST:
        print(LAST["at"].year)
    LAST["at"] = datetime.now()
    return LAST
""",
    "a helper makes it for others, too": """\
from datetime import datetime

def made():
    return {"at": datetime.now()}

def handler(event, context):
    print(made()["at"].year)
    return made()
""",
    "it is gone through": """\
from datetime import datetime

def handler(event, context):
    rows = []
    rows.append({"at": datetime.now()})
    for row in rows:
        print(row["at"].year)
    return {"rows": rows}
""",
    "it changes after it was put there": """\
def handler(event, context):
    tags = set()
    answer = {"tags": tags}
    tags.add("a")
    return answer
""",
    "it is changed where it was put": """\
def handler(event, context):
    answer = {"tags": {"a"}}
    answer["tags"].add("b")
    return answer
""",
    "what gives its elements changes": """\
def handler(event, context):
    rows = [1]
    answer = {"rows": (row for row in rows), "all": {"a": 1}.keys()}
    rows.append(2)
    return answer
""",
    "only one of two values that come there": """\
from datetime import datetime

def handler(event, context):
    answer = {"at": event.get("at")}
    if event.get("now"):
        now = datetime.now() if event["now"] == 1 else "now"
        answer["at"] = now
    return answer
""",
    "a set of what is no JSON itself": """\
def handler(event, context):
    return {frozenset({1}), frozenset({2})}
""",
    "the context's name is a global": """\
context = _context = 1

def handler(event):
    return context + _context
""",
}

MENDED = {
    "a name, a call, an operation": (
        """\
from datetime import date, datetime, timedelta

def handler(event, context):
    now = datetime.now()
    return {
        "at": now, "day": date.today(), "half": (now),
        "end": now + timedelta(1), "left": now - now,
    }
""",
        """\
from datetime import date, datetime, timedelta

def handler(event, context):
    now = datetime.now()
    return {
        "at": now.isoformat(), "day": date.today().isoformat(), "half": (now).isoformat(),
        "end": (now + timedelta(1)).isoformat(), "left": (now - now).total_seconds(),
    }
""",
    ),
    "one that may be missing": (
        """\
from datetime import datetime

def handler(event, context):
    at = datetime.now() if event.get("now") else None
    return {"at": at}
""",
        """\
from datetime import datetime

def handler(event, context):
    at = datetime.now() if event.get("now") else None
    return {"at": at and at.isoformat()}
""",
    ),
    "put into what is returned": (
        """\
from datetime import date, datetime

def handler(event, context):
    now = datetime.now()
    answer = {"at": now, "rows": []}
    if event.get("day"):
        answer["day"] = date.today()
    rows: list = []
    for number in range(3):
        row = {"number": number}
        row["at"] = now
        rows.append(row)
    if not rows:
        return {}
    print(now.year)
    answer["rows"] = rows
    return answer
""",
        """\
from datetime import date, datetime

def handler(event, context):
    now = datetime.now()
    answer = {"at": now.isoformat(), "rows": []}
    if event.get("day"):
        answer["day"] = date.today().isoformat()
    rows: list = []
    for number in range(3):
        row = {"number": number}
        row["at"] = now.isoformat()
        rows.append(row)
    if not rows:
        return {}
    print(now.year)
    answer["rows"] = rows
    return answer
""",
    ),
    "put into the argument of json.dumps": (
        """\
import json
from datetime import datetime

def handler(event, context):
    body = {"at": [datetime.now()]}
    return {"statusCode": 200, "body": json.dumps(body)}
""",
        """\
import json
from datetime import datetime

def handler(event, context):
    body = {"at": [datetime.now().isoformat()]}
    return {"statusCode": 200, "body": json.dumps(body)}
""",
    ),
    "put there by a comprehension": (
        """\
from datetime import datetime

def handler(event, context):
    rows = [{"id": one, "at": datetime.now()} for one in range(3)]
    answer = {"rows": rows}
    answer["tags"] = {"a", "b"}
    return answer
""",
        """\
from datetime import datetime

def handler(event, context):
    rows = [{"id": one, "at": datetime.now().isoformat()} for one in range(3)]
    answer = {"rows": rows}
    answer["tags"] = sorted({"a", "b"})
    return answer
""",
    ),
    "collections and iterators": (
        """\
def handler(event, context):
    keys = {"a": 1}.keys()
    return {"tags": {"b", "a"}, "some": {event["a"]}, "all": (x for x in "ab"), "keys": keys}
""",
        """\
def handler(event, context):
    keys = {"a": 1}.keys()
    return {"tags": sorted({"b", "a"}), "some": list({event["a"]}), "all": list(x for x in "ab"), "keys": list(keys)}
""",
    ),
    "a dataclass, imported beside it": (
        """\
\"\"\"Points.\"\"\"
from __future__ import annotations

from dataclasses import (
    dataclass,
)

@dataclass
class Point:
    x: int

def handler(event, context):
    return [Point(1), Point(2)]
""",
        """\
\"\"\"Points.\"\"\"
from __future__ import annotations

from dataclasses import (
    dataclass, asdict,
)

@dataclass
class Point:
    x: int

def handler(event, context):
    return [asdict(Point(1)), asdict(Point(2))]
""",
    ),
    "a member of an enum as key and as value": (
        """\
from enum import Enum

class Color(Enum):
    RED = "red"

def handler(event, context):
    return {Color.RED: Color.RED}
""",
        """\
from enum import Enum

class Color(Enum):
    RED = "red"

def handler(event, context):
    return {Color.RED.value: Color.RED.value}
""",
    ),
    "no parameters": (
        "def handler():\n    return 1\n",
        "def handler(event=None, context=None):\n    return 1\n",
    ),
    "one parameter, on lines of its own": (
        "def handler(\n    event: dict,  # the order\n) -> int:\n    return 1\n",
        "def handler(\n    event: dict, context=None,  # the order\n) -> int:\n    return 1\n",
    ),
    "keyword-only parameters": (
        "def handler(*, size=1):\n    return size\n",
        "def handler(event=None, context=None, *, size=1):\n    return size\n",
    ),
    "a positional-only parameter with a default": (
        "def handler(event={}, /):\n    return 1\n",
        "def handler(event={}, context=None, /):\n    return 1\n",
    ),
    "the body means another context": (
        "import context\n\ndef handler(event):\n    return context.name\n",
        "import context\n\ndef handler(event, _context=None):\n    return context.name\n",
    ),
    "swapped, with annotations": (
        'def handler(context: object, event: dict) -> str:\n    return event["name"]\n',
        'def handler(event: dict, context: object) -> str:\n    return event["name"]\n',
    ),
}

UNSAFE = {
    "a coroutine function": (
        """\
import os

@os.fspath
def other(): ...

async def handler(
    event: dict,
    context,
) -> dict:
    return {}
""",
        """\
import asyncio
import os

@os.fspath
def other(): ...

def handler(
    event: dict,
    context,
) -> dict:
    return asyncio.run(handler_async(event, context))


async def handler_async(
    event: dict,
    context,
) -> dict:
    return {}
""",
    ),
    "json.dumps": (
        """\
from datetime import datetime
from json import dumps as text

def handler(event, context):
    body = {"at": datetime.now()}
    print(body["at"].year)
    return {"statusCode": 200, "body": text(
        body,
        indent=2,
    )}
""",
        """\
from datetime import datetime
from json import dumps as text

def handler(event, context):
    body = {"at": datetime.now()}
    print(body["at"].year)
    return {"statusCode": 200, "body": text(
        body,
        indent=2, default=str,
    )}
""",
    ),
    "a response of the SDK": (
        """\
import boto3

s3 = boto3.client("s3")

def handler(event, context):
    return s3.list_buckets()
""",
        """\
import boto3
import json

s3 = boto3.client("s3")

def handler(event, context):
    return json.loads(json.dumps(s3.list_buckets(), default=str))
""",
    ),
    "swapped, and nothing tells which is which": (
        "def handler(context, event):\n    return event\n",
        "def handler(event, context):\n    return event\n",
    ),
}


def fixed(folder: Path, text: str, *options: str) -> str:
    file = folder / "app.py"
    file.write_bytes(text.encode())
    done = run("check", *ALONE, "--fix", *options, str(folder), folder=folder)
    assert "internal error" not in done.stderr and "error:" not in done.stderr
    return file.read_bytes().decode()


@pytest.mark.parametrize("text", UNTOUCHED.values(), ids=UNTOUCHED)
def test_what_is_not_certain_is_left(text: str, tmp_path: Path) -> None:
    assert fixed(tmp_path, text) == text


@pytest.mark.parametrize(("before", "after"), MENDED.values(), ids=MENDED)
def test_mended(before: str, after: str, tmp_path: Path) -> None:
    assert fixed(tmp_path, before) == after


@pytest.mark.parametrize(("before", "after"), UNSAFE.values(), ids=UNSAFE)
def test_unsafe(before: str, after: str, tmp_path: Path) -> None:
    assert fixed(tmp_path, before) == before
    assert fixed(tmp_path, before, "--unsafe-fixes") == after


BEFORE, AFTER = MENDED["a name, a call, an operation"]


@pytest.mark.parametrize(
    ("encode", "mode"),
    [
        (lambda text: text.replace("\n", "\r\n").encode(), 0o644),
        (lambda text: b"\xef\xbb\xbf" + text.encode(), 0o600),
        (lambda text: ("# -*- coding: latin-1 -*-\n# caf\xe9\n" + text).encode("latin-1"), 0o755),
        (lambda text: text.replace("    ", "\t").encode().rstrip(b"\n"), 0o644),
        (lambda text: ("# \N{GRINNING FACE}\x0c\n" + text).encode(), 0o644),
    ],
    ids=["CRLF", "byte order mark", "latin-1", "tabs and no last line end", "form feed"],
)
def test_all_else_stays(encode: object, mode: int, tmp_path: Path) -> None:
    assert callable(encode)
    file = tmp_path / "app.py"
    file.write_bytes(encode(BEFORE))
    file.chmod(mode)
    run("check", *ALONE, "--fix", str(tmp_path), folder=tmp_path)
    assert file.read_bytes() == encode(AFTER)
    assert sys.platform == "win32" or stat.S_IMODE(file.stat().st_mode) == mode
    assert [path.name for path in tmp_path.iterdir()] == ["app.py"]


def test_of_a_link_what_it_leads_to_is_written(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "code.py").write_text(BEFORE)
    (tmp_path / "app.py").symlink_to("real/code.py")
    run("check", *ALONE, "--fix", str(tmp_path), folder=tmp_path)
    assert (tmp_path / "app.py").is_symlink()
    assert (tmp_path / "real" / "code.py").read_text() == AFTER


def test_a_file_that_changes_meanwhile_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from handlerlint.commands import fixing

    file = tmp_path / "app.py"
    file.write_text(BEFORE)
    mended = fixing.mended

    def slowly(*arguments: object, **options: object) -> object:
        done = mended(*arguments, **options)  # type: ignore[arg-type]
        file.write_text("# somebody else\n" + BEFORE)
        return done

    monkeypatch.setattr(fixing, "mended", slowly)
    done = run("check", *ALONE, "--fix", str(tmp_path), folder=tmp_path)
    assert (done.returncode, done.stderr) == (
        2,
        "handlerlint: error: app.py: not fixed: it has changed meanwhile\n",
    )
    assert file.read_text() == "# somebody else\n" + BEFORE


def test_a_difference_is_shown_and_nothing_written(tmp_path: Path) -> None:
    file = tmp_path / "app.py"
    file.write_bytes(b"def handler():\r\n    return 1")
    done = run("check", *ALONE, "--diff", "--output-file", "diff", str(tmp_path), folder=tmp_path)
    assert done.returncode == 1
    assert (tmp_path / "diff").read_bytes().decode() == (
        "--- app.py\n+++ app.py\n@@ -1,2 +1,2 @@\n-def handler():\r\n+def handler(event=None, context=None):\r\n"
        "     return 1\n\\ No newline at end of file\n"
    )
    assert file.read_bytes() == b"def handler():\r\n    return 1"


TEMPLATES = {
    "template.yaml": (
        """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      CodeUri: .
      Handler: "orders.handler"  # the entry
"""
    ),
    "main.tf": (
        """\
resource "aws_lambda_function" "orders" {
  function_name = "orders"
  runtime       = "python3.13"
  filename      = data.archive_file.code.output_path
  handler       = "orders.handler" # the entry
}

data "archive_file" "code" {
  type        = "zip"
  source_dir  = "."
  output_path = "code.zip"
}
"""
    ),
    "serverless.yml": (
        """\
service: shop
provider: {name: aws, runtime: python3.13}
functions:
  orders: {handler: orders.handler, timeout: 3}  # the entry
"""
    ),
    "template.json": (
        """\
{"AWSTemplateFormatVersion": "2010-09-09", "Transform": "AWS::Serverless-2016-10-31",
 "Resources": {"Orders": {"Type": "AWS::Serverless::Function",
  "Properties": {"Runtime": "python3.13", "CodeUri": ".", "Handler": "orders.handler"}}}}
"""
    ),
}


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_handler_string(name: str, tmp_path: Path) -> None:
    text = TEMPLATES[name]
    (tmp_path / name).write_text(text)
    (tmp_path / "order.py").write_text("def handler(event, context):\n    return 1\n")
    run("check", "--fix", "--no-cache", str(tmp_path), folder=tmp_path)
    assert (tmp_path / name).read_text() == text
    run("check", "--fix", "--unsafe-fixes", "--no-cache", str(tmp_path), folder=tmp_path)
    assert (tmp_path / name).read_text() == text.replace("orders.handler", "order.handler")


def test_a_handler_string_that_is_put_together_is_left(tmp_path: Path) -> None:
    text = TEMPLATES["template.yaml"].replace('"orders.handler"', '!Sub "orders.${AWS::Region}"')
    (tmp_path / "template.yaml").write_text(text)
    (tmp_path / "order.py").write_text("def handler(event, context):\n    return 1\n")
    run("check", "--fix", "--unsafe-fixes", "--no-cache", str(tmp_path), folder=tmp_path)
    assert (tmp_path / "template.yaml").read_text() == text


def test_unsafe_fixes_alone_do_nothing(tmp_path: Path) -> None:
    done = run("check", "--unsafe-fixes", str(tmp_path), folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")


@given(st.text("ab\r\n\x0c\u2028é", max_size=40), st.data())
def test_edits_change_nothing_else(text: str, data: st.DataObject) -> None:
    rows = LINE_END.split(text)
    offsets = [0, *(match.end() for match in LINE_END.finditer(text))]
    row = data.draw(st.integers(1, len(rows)))
    start = data.draw(st.integers(0, len(rows[row - 1])))
    end = data.draw(st.integers(start, len(rows[row - 1])))
    after = edited(text, [Edit("X", Span(row, start + 1, row, end + 1))])
    begin = offsets[row - 1]
    assert after == text[: begin + start] + "X" + text[begin + end :]


@given(st.binary(max_size=30))
def test_bytes_become_the_same_bytes_again(data: bytes) -> None:
    found = text_of(data, is_python=True)
    assert found is None or found.data == data


def test_edits_that_overlap_are_refused() -> None:
    edits = [Edit("x", Span(1, 1, 1, 3)), Edit("y", Span(1, 2, 1, 4))]
    assert edited("abcd", edits) is None
    assert edited("abcd", [Edit("x", Span(2, 3, 2, 3))]) is None
