"""The example applications: what is said of them, that Lambda's own runtime client agrees, and the README."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
EVENTS = {
    "CreateOrder": "create-order",
    "GetOrder": "get-order",
    "ChangeOrder": "change-order",
    "ListOrders": "list-orders",
    "FulfilOrders": "fulfil-orders",
    "NightlyReport": "nightly-report",
    "RefreshPrices": "refresh-prices",
}


def handlerlint(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "handlerlint", *arguments],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@cache
def findings() -> dict[str, dict[str, Any]]:
    """The findings of `handlerlint src/` in `examples/`, by function."""
    done = handlerlint("src/", "--output-format=json", folder=EXAMPLES)
    assert (done.returncode, done.stderr) == (1, "")
    return {finding["functions"][0]: finding for finding in json.loads(done.stdout)}


def in_lambda(handler: str, event: str, code_root: Path) -> dict[str, Any]:
    """What the real runtime client answers."""
    done = subprocess.run(
        [sys.executable, "-B", "-W", "ignore", ROOT / "tests" / "example_child.py", handler],
        cwd=code_root,
        input=event,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def test_what_is_found() -> None:
    places = {
        name: (finding["code"], finding["filename"], finding["location"]["row"])
        for name, finding in findings().items()
    }
    assert places == {
        "GetOrder": ("HL103", "template.yaml", 41),
        "ChangeOrder": ("HL401", "src/orders/change.py", 19),
        "ListOrders": ("HL201", "src/orders/browse.py", 7),
        "FulfilOrders": ("HL301", "src/orders/fulfil.py", 32),
        "NightlyReport": ("HL301", "src/jobs/report.py", 10),
        "RefreshPrices": ("HL204", "src/jobs/prices.py", 11),
    }


def test_date_is_followed_through_the_shared_module() -> None:
    finding = findings()["NightlyReport"]
    assert finding["value_path"] == 'return["report"]["generated_at"]'
    assert any(place["filename"] == "src/shared/summary.py" for place in finding["related"])


@pytest.mark.parametrize("name", EVENTS)
def test_lambda_says_the_same(name: str) -> None:
    """A function with a finding fails with just the error that the finding announces; the others succeed.

    Where it is the answer that is refused, Lambda takes it, and it is none of API Gateway's.
    """
    listed = json.loads(handlerlint("functions", "src/", "--output-format=json", folder=EXAMPLES).stdout)
    (function,) = (item for item in listed if item["name"] == name)
    event = (EXAMPLES / "events" / f"{EVENTS[name]}.json").read_text("utf-8")
    answer = in_lambda(function["handler"], event, EXAMPLES / function["code_root"])
    finding = findings().get(name)
    if finding is None:
        assert answer["response"]["statusCode"] in (200, 201)
    elif finding["code"] == "HL401":
        assert answer == {"response": None}
    else:
        error = answer["error"]
        assert f"{error['errorType']}: {error['errorMessage']}" == finding["runtime_error"]


def test_every_function_has_an_event() -> None:
    listed = json.loads(handlerlint("functions", "src/", "--output-format=json", folder=EXAMPLES).stdout)
    assert {item["name"] for item in listed} == set(EVENTS)


@pytest.mark.parametrize(
    ("handler", "event", "response"),
    [
        (
            "greeting.lambda_handler",
            {"first_name": "Ada", "last_name": "Lovelace"},
            {"message": "Hello Ada Lovelace!"},
        ),
        (
            "region.lambda_handler",
            {"httpMethod": "GET"},
            {
                "statusCode": 200,
                "headers": {"Content-Type": "application/json"},
                "body": '{"region": "eu-central-1"}',
            },
        ),
        ("calculation.lambda_handler", {"action": "square", "number": 9}, {"result": 81}),
        ("calculation.lambda_handler", {"action": "root", "number": 9}, {"error": "unknown action root"}),
    ],
)
def test_handlers_of_the_aws_documentation(handler: str, event: object, response: object) -> None:
    folder = EXAMPLES / "aws-documentation"
    assert in_lambda(handler, json.dumps(event), folder) == {"response": response}


def test_handlers_of_the_aws_documentation_are_clean() -> None:
    done = handlerlint("aws-documentation", folder=EXAMPLES)
    assert (done.returncode, done.stdout, done.stderr) == (0, "No problems in 3 functions.\n", "")


# --- README ----------------------------------------------------------------------------------------------


README = (ROOT / "README.md").read_text("utf-8")


def test_readme_has_exactly_two_commands_for_a_fresh_machine() -> None:
    commands = re.findall(r"^python3 -m venv .*$", README, re.MULTILINE)
    assert len(commands) == 2
    assert commands[0].endswith("handlerlint examples/")
    assert ".venv/bin/pytest" in commands[1]
    assert "README.md" in (ROOT / ".ci" / "run").read_text("utf-8")
