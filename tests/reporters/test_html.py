"""The HTML report, read back by Python's parser: what it holds, and what no name of a project gets into it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from handlerlint.cli import main
from handlerlint.findings import Finding
from handlerlint.records import replace
from handlerlint.reporters import Details, Report, render
from handlerlint.rows import ConfiguredAt, FunctionRow, InvocationRow
from handlerlint.text import Span

from ..program import run
from .samples import FIXABLE, SERIALIZATION, TEXTS

VOID = {"meta", "wbr"}
CREATE = FunctionRow(
    name="CreateOrder",
    handler="app.lambda_handler",
    code_root="src",
    module_path="src/app.py",
    function_line=6,
    runtime="python3.13",
    events=({"kind": "sqs"}, {"kind": "api", "proxy": True}, {"kind": "sqs"}),
    status="ok",
    reason=None,
    source=ConfiguredAt("sam", "template.yaml", 7),
    origins=(ConfiguredAt("sam", "template.yaml", 7), ConfiguredAt("cdk", "packaged.yaml", 9)),
)
GONE = replace(CREATE, name="Gone", handler="gone.run", status="unresolved", reason="it is in `s3://bucket`")
RUN = InvocationRow(
    "CreateOrder",
    "app.lambda_handler",
    "order",
    "failed",
    "error",
    "KeyError: 'id'",
    3,
    (0.5, 1.25, 9.0),
    143.2,
    38.4,
)
EVIL = "<script>alert(1)</script>\"'&lt;<img src=x onerror=y>\u202e\x1b[2J\x9b\u2066\ud800`<b>`"


class Page(HTMLParser):
    """The elements of a page in order: the name of each, its attributes, and the text in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str], list[str]]] = []
        self._open: list[int] = []
        self.feed(text)
        self.close()
        assert self._open == [], "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}, []))
        if tag not in VOID:
            self._open.append(len(self.elements) - 1)

    def handle_endtag(self, tag: str) -> None:
        assert self.elements[self._open.pop()][0] == tag

    def handle_data(self, data: str) -> None:
        for index in self._open:
            self.elements[index][2].append(data)

    def texts(self, tag: str, class_: str = "") -> list[str]:
        """The text of each element of this name and class."""
        return [
            "".join(text)
            for name, attributes, text in self.elements
            if name == tag and class_ in attributes.get("class", "")
        ]

    def rows(self, section: str) -> list[list[str]]:
        """The cells of the tables below a heading."""
        rows: list[list[str]] = []
        is_here = False
        for name, _, text in self.elements:
            if name == "h2":
                is_here = "".join(text) == section
            elif is_here and name == "tr":
                rows.append([])
            elif is_here and name == "td":
                rows[-1].append("".join(text))
        return rows[1:]


def page(*findings: Finding, details: Details) -> Page:
    return Page(render("html", Report(findings, TEXTS.get, 12, details=details)))


def test_findings_are_shown_with_their_places_marked() -> None:
    shown = page(SERIALIZATION, FIXABLE, details=Details("shop"))
    assert shown.texts("title") == shown.texts("h1") == ["handlerlint: shop"]
    assert shown.texts("h3") == [
        'HL301 error return["created"] is a datetime',
        "HL103 warning no 'handlr' in app.py: 100% sure",
    ]
    assert shown.texts("mark") == ['load(event["id"])', 'order["created"]', "datetime.datetime.now()"]
    assert shown.texts("mark", "related") == ['load(event["id"])', "datetime.datetime.now()"]
    assert shown.texts("pre")[0].splitlines() == [
        ' 7     order = load(event["id"])',
        "       ↑ load() is called here",
        "   …",
        "10     return {",
        '11         "statusCode": 200,',
        '12         "created": order["created"],',
        '13         "x": 1,',
        '14         "y": 2,',
    ]
    assert shown.texts("p", "place") == [
        "src/app.py:12:20",
        "src/shared/store.py:5:24",
        "template.yaml:3:16",
    ]
    assert [*zip(shown.texts("dt"), shown.texts("dd"), strict=True)] == [
        ("in Lambda", "Runtime.MarshalError: Unable to marshal response"),
        ("functions", "CreateOrder, GetOrder"),
        ("help", 'write order["created"].isoformat()'),
        ("rule", "HL301 unserializable-return-value"),
        ("fix (safe)", "Write 'app.handler'"),
        ("rule", "HL103 handler-function-not-found"),
    ]


def test_a_place_of_several_lines_is_marked_in_each() -> None:
    tall = replace(SERIALIZATION, span=Span(10, 5, 16, 6), related=())
    shown = page(tall, details=Details("shop"))
    assert shown.texts("mark") == [
        "return {",
        '"statusCode": 200,',
        '"created": order["created"],',
        '"z": 3,',
        "}",
    ]


@pytest.mark.parametrize(
    "span",
    [Span(99, 1, 99, 2), Span(17, 1, 17, 1), Span(12, 500, 12, 501), Span(1, 1, 99, 1), Span(2, 1, 2, 1)],
)
def test_a_place_outside_of_the_text_is_no_failure(span: Span) -> None:
    assert page(replace(SERIALIZATION, span=span), details=Details("")).texts("article")


def test_a_long_line_is_cut_round_the_place() -> None:
    text = f"x = [{'1, ' * 3000}now(), {'2, ' * 3000}]"
    start = text.index("now()") + 1
    finding = replace(SERIALIZATION, filename="a.py", span=Span(1, start, 1, start + 5), related=())
    shown = Page(render("html", Report((finding,), {"a.py": text}.get)))
    assert shown.texts("mark") == ["now()"]
    assert len(shown.texts("pre")[0]) < 450


def test_functions_and_what_came_of_them() -> None:
    skipped = InvocationRow("Gone", "gone.run", "-", "unjudged", "not run", "it is in `s3://bucket`")
    details = Details(
        "shop", (CREATE, GONE), (RUN, skipped), (("not resolved", "Gone"),), ("run `cdk synth`",)
    )
    shown = page(SERIALIZATION, details=details)
    where = ["src/app.py:6", "python3.13", "sqs, api", "template.yaml:7, packaged.yaml:9"]
    assert shown.rows("Functions") == [
        ["CreateOrder", "app.lambda_handler", *where, "HL301"],
        ["Gone unresolvedit is in s3://bucket", "gone.run", *where, "-"],
    ]
    assert shown.rows("Invocations") == [
        [
            "CreateOrderapp.lambda_handler", "order", "error × 3KeyError: 'id'", "1.2 msmedian; least 0.5, p99 9.0",
            "143 ms", "38 MB",
        ],
        ["Gonegone.run", "-", "not runit is in s3://bucket", "-", "-", "-"],
    ]  # fmt: skip
    assert shown.texts("li") == ["not resolved: Gone", "run cdk synth"]
    anchors = [attributes["id"] for _, attributes, _ in shown.elements if "id" in attributes]
    assert len(anchors) == len(set(anchors))
    links = [attributes["href"] for _, attributes, _ in shown.elements if "href" in attributes]
    inside = [link[1:] for link in links if link.startswith("#")]
    assert set(inside) <= set(anchors)
    assert {"function-1", "finding-1"} <= set(inside)
    assert all(
        link.startswith("https://handlerlint.readthedocs.io/rules/") for link in links if link[0] != "#"
    )


def test_no_name_becomes_a_part_of_the_page() -> None:
    related = tuple(replace(item, message=EVIL, filename=EVIL) for item in SERIALIZATION.related)
    finding = replace(
        SERIALIZATION, message=EVIL, filename=EVIL, functions=(EVIL,), handler=EVIL, runtime_error=EVIL, help=EVIL,
        span=Span(1, 1, 1, len(EVIL)), related=related,
    )  # fmt: skip
    function = replace(
        CREATE, name=EVIL, handler=EVIL, module_path=EVIL, runtime=EVIL, reason=EVIL, events=({"kind": EVIL},),
        source=ConfiguredAt("sam", EVIL, 1), origins=(),
    )  # fmt: skip
    ran = replace(RUN, function=EVIL, handler=EVIL, event=EVIL, reason=EVIL, response=EVIL, logs=EVIL)
    details = Details(EVIL, (function,), (ran,), ((EVIL, EVIL),), (EVIL,))
    evil = Report((finding,), {EVIL: f"{EVIL}\n" * 30}.get, 12, notes=(EVIL,), details=details)
    text = render("html", evil)
    assert not re.search("[\ud800-\udfff\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    shown = Page(text)
    plain = Report(
        (SERIALIZATION,), TEXTS.get, 12, details=Details("", (GONE,), (replace(RUN, logs="x", response="y"),))
    )
    tags = {name for name, _, _ in Page(render("html", plain)).elements}
    assert {name for name, _, _ in shown.elements} <= tags | {"ul", "li"}, "no element but ours"
    names = {name for _, attributes, _ in shown.elements for name in attributes}
    assert names <= {
        "lang", "charset", "name", "content", "http-equiv", "class", "id", "href", "title", "tabindex", "aria-label",
        "scope", "data-label",
    }  # fmt: skip
    assert "".join(shown.texts("body")).count("<script>alert(1)</script>") > 30


def test_it_is_one_file_that_loads_nothing() -> None:
    text = render("html", Report((SERIALIZATION,), TEXTS.get, details=Details("shop", (CREATE,), (RUN,))))
    assert not re.search(r"url\(|@import|<(?:script|link|img|iframe|object)\b", text)
    assert "default-src 'none'" in text
    assert text.startswith("<!DOCTYPE html>\n")


def test_check_writes_it(tmp_path: Path) -> None:
    (tmp_path / "lambda_function.py").write_text("def lambda_handler(event):\n    return {}\n")
    run("--output=html:report.html", "--no-cache", folder=tmp_path)
    shown = Page((tmp_path / "report.html").read_text("utf-8"))
    assert shown.texts("h1") == [f"handlerlint: {tmp_path.name}"]
    assert shown.texts("header")[0].endswith("1 error in 1 function; 1 fixable.")
    ((_, handler, where, *_, findings),) = shown.rows("Functions")
    assert (handler, where, findings) == ("lambda_function.lambda_handler", "lambda_function.py:1", "HL201")


@pytest.mark.parametrize("command", [("invoke", "--repeat=2"), ("check", "--invoke", "--no-cache")])
def test_what_came_of_invocations_is_in_it(
    tmp_path: Path,
    command: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.py").write_text(
        "def handler(event, context):\n    print('<b>')\n    return event['id']\n"
    )
    (tmp_path / "events").mkdir()
    for name, event in (("good", '{"id": 1}'), ("bad", "{}")):
        (tmp_path / "events" / f"{name}.json").write_text(event)
    assert main([*command, "--handler=app.handler", "--output=html:report.html"]) == 1
    assert capsys.readouterr().out == ""
    shown = Page((tmp_path / "report.html").read_text("utf-8"))
    (bad, good) = shown.rows("Invocations")
    times = " × 2" * (command[0] == "invoke")
    assert bad[1] == "bad"
    assert bad[2].startswith(f"error{times}KeyError: 'id'Log<b>\n[ERROR] KeyError: 'id'")
    assert good[1:3] == ["good", f"ok{times}Response1Log<b>"]
    assert re.match(r"\d+\.\d ms", good[3])
    assert re.fullmatch(r"\d+ ms", bad[4])
    assert [row[1:3] for row in shown.rows("Functions")] == [["app.handler", "app.py:1"]]


def test_functions_that_are_kept_are_those_of_today(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    project = tmp_path / "project"
    (project / "src").mkdir(parents=True)
    (project / ".git").mkdir()
    app, template = project / "src" / "app.py", project / "template.yaml"
    app.write_text("def handler(event, context):\n    return {}\n")
    template.write_text(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  One:\n    Type: AWS::Serverless::Function\n"
        "    Properties: {Runtime: python3.13, CodeUri: src/, Handler: app.handler}\n"
    )

    def shown() -> list[list[str]]:
        text = run("--output-format=html", folder=project).stdout
        assert text == run("--output-format=html", folder=project).stdout
        assert text == run("--output-format=html", "--no-cache", folder=project).stdout
        return [row[:4] for row in Page(text).rows("Functions")]

    assert shown() == [["One", "app.handler", "src/app.py:1", "python3.13"]]
    app.write_text("\ndef handler(event, context):\n    return {}\n")
    assert shown() == [["One", "app.handler", "src/app.py:2", "python3.13"]]
    template.write_text(template.read_text().replace("python3.13", "python3.12").replace("One", "Two"))
    assert shown() == [["Two", "app.handler", "src/app.py:2", "python3.12"]]
