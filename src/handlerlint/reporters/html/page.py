"""The page: how much was found, the findings, what came of invocations, and the functions of the project."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from handlerlint import __version__
from handlerlint.findings import Finding, Severity
from handlerlint.reporters.html.frames import frames
from handlerlint.reporters.html.markup import Markup, breakable, element, joined, prose
from handlerlint.reporters.html.stylesheet import stylesheet
from handlerlint.reporters.report import Details, Report, summary
from handlerlint.rows import FunctionRow, InvocationRow

# Nothing is loaded and nothing runs, whatever a name of the project might try.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def render(report: Report) -> str:
    """The whole page. The same report makes the same page: it does not say when it was made."""
    details = report.details or Details("")
    sections = [
        section
        for section in (
            _section("Findings", len(report.findings), _findings(report, details)),
            _section("Invocations", len(details.invocations), _invocations(details)),
            _section("Functions", len(details.functions), _functions(report, details)),
            _section("Not checked", len(details.unchecked), _list(map(": ".join, details.unchecked))),
            _section("Notes", len(details.hints), _list(details.hints)),
        )
        if section is not None
    ]
    title = f"handlerlint: {details.project}" if details.project else "handlerlint"
    head = (
        Markup('<meta charset="utf-8">'),
        Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'),
        Markup('<meta name="color-scheme" content="light dark">'),
        element("title", title),
        element("style", Markup(stylesheet())),
    )
    body = (
        element("header", element("h1", title), element("p", prose(summary(report)))),
        element("nav", joined((link for link, _ in sections), " "), aria_label="Sections"),
        element("main", joined((section for _, section in sections), "\n")),
        element("footer", f"handlerlint {__version__}"),
    )
    parts = (element("head", joined(head, "\n")), element("body", joined(body, "\n")))
    return f'<!DOCTYPE html>\n<html lang="en">\n{joined(parts, chr(10))}\n</html>\n'


def _section(title: str, count: int, content: Iterable[Markup]) -> tuple[Markup, Markup] | None:
    """A link to a section, and the section; None where it would be empty."""
    if not count:
        return None
    name = title.lower().replace(" ", "-")
    link = element("a", title, " ", element("span", str(count), class_="count"), href=f"#{name}")
    return link, element("section", joined((element("h2", title), *content), "\n"), id=name)


def _findings(report: Report, details: Details) -> Iterator[Markup]:
    anchors: dict[tuple[str, str | None], str] = {}
    for number, function in enumerate(details.functions, 1):  # of two with one name the handler tells
        anchors[function.name, function.handler] = anchors[function.name, None] = f"#function-{number}"
    for number, finding in enumerate(report.findings, 1):
        kind = "error" if finding.severity is Severity.ERROR else "warning"
        title = (
            element("a", finding.code, href=finding.url, title=finding.name),
            " ",
            element("span", finding.severity.value, class_=f"badge {kind}"),
            " ",
            prose(finding.message),
        )
        parts = (element("h3", *title), *frames(finding, report), _notes(finding, anchors))
        yield element("article", joined(parts, "\n"), id=f"finding-{number}", class_=kind)


def _notes(finding: Finding, anchors: dict[tuple[str, str | None], str]) -> Markup:
    notes: list[tuple[str, Markup]] = []
    if finding.runtime_error is not None:
        notes.append((f"in {finding.error_from.value}", element("code", finding.runtime_error)))
    if finding.functions:
        links = [
            element("a", name, href=anchors.get((name, finding.handler), anchors.get((name, None))))
            for name in finding.functions
        ]
        notes.append(("function" if len(links) == 1 else "functions", joined(links, ", ")))
    if finding.help is not None:
        notes.append(("help", prose(finding.help)))
    if finding.fix is not None:
        notes.append((f"fix ({finding.fix.applicability.value})", prose(finding.fix.message)))
    rule = element("a", f"{finding.code} {finding.name}", href=finding.url)
    shown = (joined((element("dt", title), element("dd", text))) for title, text in (*notes, ("rule", rule)))
    return element("dl", joined(shown, "\n"))


def _functions(report: Report, details: Details) -> Iterator[Markup]:
    rows = (
        _function(number, function, report.findings) for number, function in enumerate(details.functions, 1)
    )
    headings = ("function", "handler", "where it is", "runtime", "invoked by", "configured in", "findings")
    yield _table(headings, rows)


def _function(number: int, function: FunctionRow, findings: Sequence[Finding]) -> tuple[str, list[Markup]]:
    """The anchor of a function, and its cells."""
    name = [element("strong", function.name)]
    if function.status != "ok":
        style = "error" if function.status == "error" else "warning"
        name += [Markup(" "), element("span", function.status, class_=f"badge {style}")]
    if function.reason is not None:
        name.append(element("p", prose(function.reason), class_="said"))
    places = [str(function.source), *(str(place) for place in function.origins if place != function.source)]
    links = [
        element("a", finding.code, href=f"#finding-{index}", title=finding.name)
        for index, finding in enumerate(findings, 1)
        if function.name in finding.functions and finding.handler in (None, function.handler)
    ]
    cells = [
        joined(name),
        breakable(function.handler or "-"),
        breakable(function.where),
        element("code", function.runtime),
        element("code", function.invokers),
        joined(map(breakable, places), ", "),
        joined(links, ", ") if links else Markup("-"),
    ]
    return f"function-{number}", cells


def _invocations(details: Details) -> Iterator[Markup]:
    headings = ("function", "event", "outcome", "duration", "init", "memory")
    yield _table(headings, (("", _invocation(row)) for row in details.invocations))


def _invocation(row: InvocationRow) -> list[Markup]:
    style = {"ok": "good", "failed": "error", "unjudged": "warning"}[row.kind]
    times = f" × {row.count}" if row.count > 1 else ""
    outcome = [element("span", f"{row.outcome}{times}", class_=f"badge {style}")]
    if row.reason is not None:
        outcome.append(element("p", prose(row.reason), class_="said"))
    for title, text in (("Response", row.response), ("Log", row.logs)):
        if text.strip():
            lines = "\n".join(text.splitlines())
            shown = element("pre", lines, tabindex="0", aria_label=title)
            outcome.append(element("details", element("summary", title), shown))
    return [
        joined([element("strong", row.function), element("p", breakable(row.handler), class_="said")]),
        breakable(row.event),
        joined(outcome),
        joined(_durations(row)),
        _measured(row.init_duration, "ms", 0),
        _measured(row.memory_mb, "MB", 0),
    ]


def _durations(row: InvocationRow) -> Iterator[str]:
    if row.durations is None:
        yield "-"
        return
    least, middle, most = row.durations
    yield f"{middle:.1f} ms"
    if row.count > 1:
        yield element("p", f"median; least {least:.1f}, p99 {most:.1f}", class_="said")


def _measured(number: float | None, unit: str, digits: int) -> Markup:
    return joined(["-" if number is None else f"{number:.{digits}f} {unit}"])


def _table(headings: Sequence[str], rows: Iterable[tuple[str, list[Markup]]]) -> Markup:
    """A table, each row with an anchor or none. A cell knows its heading: on a narrow page it stands before it."""
    head = element("tr", *(element("th", heading, scope="col") for heading in headings))
    body = (
        element(
            "tr",
            *(
                element("td", element("div", cell), data_label=name)
                for name, cell in zip(headings, cells, strict=True)
            ),
            id=anchor,
        )
        for anchor, cells in rows
    )
    table = element("table", element("thead", head), "\n", element("tbody", joined(body, "\n")))
    return element("div", table, class_="scrolled")


def _list(lines: Iterable[str]) -> Iterator[Markup]:
    yield element("ul", joined((element("li", prose(line)) for line in lines), "\n"))
