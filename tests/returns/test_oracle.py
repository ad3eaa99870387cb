"""The runner of fixtures must fail where a fixture says something else than Lambda does."""

from __future__ import annotations

from pathlib import Path

import pytest

from . import oracle
from .fixtures import Fixture, MalformedFixture

HEADER = '# A case.\n# event: {"n": 1}\n'

HANDLER = "def lambda_handler(event, context):\n"

AGREE = [
    HANDLER + "    return event\n",
    HANDLER + "    return {1, 2}  # expect: HL301\n",
    HANDLER + "    return {(1, 2): 3}  # expect: HL302\n",
    HANDLER + "    return b'text'  # expect: HL306\n",
    HANDLER + "    return [float('nan')]  # expect: HL307\n",
    HANDLER + "    a = []\n    a.append(a)\n    return a  # expect: HL305\n",
    "async def load(): ...\n" + HANDLER + "    return load()  # expect: HL304\n",
    "from json import dumps\n" + HANDLER + "    return dumps({1, 2})  # expect: HL311\n",
    "import io, json\n" + HANDLER + "    json.dump({1}, io.StringIO())  # expect: HL311\n",
    "import json\n" + HANDLER + "    return json.JSONEncoder().encode({1})  # expect: HL311\n",
    """
import json
def lambda_handler(event, context):
    try:
        return json.dumps(  # expect: HL311
            {1}
        )
    except TypeError:
        return '{}'
""",
    """
import json
class Encoder(json.JSONEncoder):
    def default(self, o):
        return super().default(o)
def lambda_handler(event, context):
    return json.dumps({1}, cls=Encoder)  # expect: HL311
""",
    """
def lambda_handler(event, context):
    ids = {1}
    try:
        return {  # expect: HL301
            "ids": ids,
        }
    finally:
        ids = []
""",
    """
def lambda_handler(event, context):
    try:
        return {1}
    finally:
        return 1
""",
    "lambda_handler = lambda event, context: {1}  # expect: HL301\n",
    "# raises: KeyError\n" + HANDLER + "    return event['missing']\n",
    "# env: LIMIT=3\nimport os\n" + HANDLER + "    return int(os.environ['LIMIT'])\n",
]

TWO_RETURNS = """
def lambda_handler(event, context):
    if event['n'] > 1:
        return {1}  # expect: HL301
    return {2}
"""
HIDDEN_FAILURE = """
import json
def lambda_handler(event, context):
    try:
        return json.dumps({1})
    except TypeError:
        return '{}'
"""
DISAGREE = [
    (HANDLER + "    return event  # expect: HL301\n", "HL301 expected"),
    (HANDLER + "    return {1, 2}\n", "nothing expected"),
    (HANDLER + "    return {1, 2}  # expect: HL302\n", "HL302 expected"),
    (HANDLER + "    return b'text'\n", "HL306 not expected"),
    (HANDLER + "    return [float('inf')]\n", "HL307 not expected"),
    (HANDLER + "    return [1.5]  # expect: HL307\n", "HL307 expected"),
    (TWO_RETURNS, "HL301 expected"),
    (HIDDEN_FAILURE, "unexpected: TypeError"),
    ("import json\n" + HANDLER + "    return json.dumps([1])  # expect: HL311\n", "HL311 expected"),
    (HANDLER + "    return event['missing']\n", "got KeyError"),
    ("# raises: KeyError\n" + HANDLER + "    return event['n']\n", "got None"),
    ("import missing_module\n", "Unable to import module"),
    ("def handler(event, context): ...\n", "Handler 'lambda_handler' missing"),
    ("import os\n" + HANDLER + "    os._exit(3)\n", "ended the process"),
]


def fixture_of(folder: Path, source: str) -> Fixture:
    file = folder / "app.py"
    file.write_text(HEADER + source, encoding="utf-8")
    return Fixture("case/app", "case", file, (file,))


@pytest.mark.parametrize("source", AGREE)
def test_right_expectations_agree(tmp_path: Path, source: str) -> None:
    fixture = fixture_of(tmp_path, source)
    assert oracle.disagreements(fixture, oracle.run(fixture)) == []


@pytest.mark.parametrize(("source", "complaint"), DISAGREE)
def test_wrong_expectations_are_told(tmp_path: Path, source: str, complaint: str) -> None:
    fixture = fixture_of(tmp_path, source)
    assert complaint in "\n".join(oracle.disagreements(fixture, oracle.run(fixture)))


def test_one_fixture_leaves_nothing_to_the_next(tmp_path: Path) -> None:
    leaving = (
        "import json, os, sys\njson.dumps = None\njson.JSONEncoder.default = lambda *_: 0\n"
        "os.environ['LEFT'] = 'yes'\nsys.path.append('/left')\n"
        "def lambda_handler(event, context):\n    return 1\n"
    )
    looking = (
        "import json, os, sys\ndef lambda_handler(event, context):\n"
        "    left = 'LEFT' in os.environ or '/left' in sys.path\n"
        "    try:\n        json.dumps({1})  # expect: HL311\n"
        "    except TypeError:\n        return {json.dumps([left]): {1} if left else 0}\n"
    )
    for number, source in enumerate([leaving, looking]):
        folder = tmp_path / str(number)
        folder.mkdir()
        fixture = fixture_of(folder, source)
        assert oracle.disagreements(fixture, oracle.run(fixture)) == []


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("def lambda_handler(event, context): ...\n", "first line"),
        ("# A case.\ndef lambda_handler(event, context): ...\n", "no `# event:`"),
        ("# A case.\n# event: {'a': 1}\n", "not JSON"),
        ("# A case.\n# raises: KeyError\n# event: 1\n", "before the first event"),
    ],
)
def test_malformed_headers_are_told(tmp_path: Path, source: str, complaint: str) -> None:
    file = tmp_path / "app.py"
    file.write_text(source, encoding="utf-8")
    with pytest.raises(MalformedFixture, match=complaint):
        _ = Fixture("case/app", "case", file, (file,)).events


def test_unreadable_expectations_are_told(tmp_path: Path) -> None:
    fixture = fixture_of(tmp_path, "def lambda_handler(event, context):\n    return {1}  # expect HL301\n")
    with pytest.raises(MalformedFixture, match="unreadable expectation"):
        _ = fixture.expectations
