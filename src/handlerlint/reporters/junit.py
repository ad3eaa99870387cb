"""JUnit's XML, which every build server shows: a file is a suite, a finding a failed case of it."""

from __future__ import annotations

from collections import defaultdict
from xml.etree import ElementTree

from handlerlint.findings import Finding
from handlerlint.reporters.report import Report
from handlerlint.reporters.style import printable


def render(report: Report) -> str:
    """The suites; without findings one case that passed: some servers take an empty report for a failure."""
    by_file: dict[str, list[Finding]] = defaultdict(list)
    for finding in report.findings:
        by_file[finding.filename].append(finding)
    total = len(report.findings)
    root = ElementTree.Element("testsuites", _counts("handlerlint", max(total, 1), total))
    for filename, findings in by_file.items():
        suite = ElementTree.SubElement(root, "testsuite", _counts(filename, len(findings), len(findings)))
        for finding in findings:
            _case(suite, finding)
    if not by_file:
        suite = ElementTree.SubElement(root, "testsuite", _counts("handlerlint", 1, 0))
        ElementTree.SubElement(suite, "testcase", {"name": "no findings", "classname": "handlerlint"})
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _counts(name: str, tests: int, failures: int) -> dict[str, str]:
    return {"name": printable(name), "tests": str(tests), "failures": str(failures), "errors": "0"}


def _case(suite: ElementTree.Element, finding: Finding) -> None:
    start = finding.span.start
    place = f"{finding.filename}:{start.row}:{start.column}"
    case = ElementTree.SubElement(
        suite,
        "testcase",
        {"name": f"{finding.code} {printable(place)}", "classname": printable(finding.filename)},
    )
    failure = ElementTree.SubElement(
        case, "failure", {"type": finding.severity.value, "message": printable(finding.message)}
    )
    notes = (f"{place}: {finding.message}", finding.runtime_error, finding.help)
    failure.text = printable("\n".join(note for note in notes if note is not None))
