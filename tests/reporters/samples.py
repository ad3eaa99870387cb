"""Findings as rules make them, for the tests of the reporters."""

from __future__ import annotations

from handlerlint.findings import Applicability, Edit, Finding, Fix, Related, Severity
from handlerlint.reporters import Report
from handlerlint.text import Span

APP = """import json

from shared.store import load


def lambda_handler(event, context):
    order = load(event["id"])
\tcity = "日本", order["x"]

    return {
        "statusCode": 200,
        "created": order["created"],
        "x": 1,
        "y": 2,
        "z": 3,
    }
"""

STORE = """import datetime


def load(key):
    return {"created": datetime.datetime.now()}
"""

TEXTS = {"src/app.py": APP, "src/shared/store.py": STORE}


SERIALIZATION = Finding(
    code="HL301",
    name="unserializable-return-value",
    severity=Severity.ERROR,
    message='return["created"] is a datetime',
    filename="src/app.py",
    span=Span(12, 20, 12, 36),
    functions=("CreateOrder", "GetOrder"),
    handler="app.lambda_handler",
    value_path='return["created"]',
    runtime_error="Runtime.MarshalError: Unable to marshal response",
    url="https://handlerlint.readthedocs.io/rules/unserializable-return-value/",
    help='write order["created"].isoformat()',
    related=(
        Related("load() is called here", "src/app.py", Span(7, 13, 7, 30)),
        Related("made here", "src/shared/store.py", Span(5, 24, 5, 47)),
    ),
)

FIXABLE = Finding(
    code="HL103",
    name="handler-function-not-found",
    severity=Severity.WARNING,
    message="no 'handlr' in app.py: 100% sure",
    filename="template.yaml",
    span=Span(3, 16, 3, 26),
    fix=Fix(Applicability.SAFE, "Write 'app.handler'", (Edit("app.handler", Span(3, 16, 3, 26)),)),
)


def report(
    *findings: Finding, functions: int = 12, colored: bool = False, with_summary: bool = True
) -> Report:
    return Report(findings, TEXTS.get, functions, colored, with_summary)
