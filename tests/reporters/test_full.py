"""The format for people, as it is printed."""

from __future__ import annotations

import re

import pytest

from handlerlint.findings import ErrorFrom, Finding, Severity
from handlerlint.records import replace
from handlerlint.reporters import Report, render
from handlerlint.text import Span

from .samples import FIXABLE, SERIALIZATION, report


def shown(finding: Finding) -> str:
    return render("full", report(finding, with_summary=False))


def test_nothing_found() -> None:
    assert render("full", report()) == "No problems in 12 functions.\n"
    assert render("full", report(functions=1)) == "No problems in 1 function.\n"
    assert render("full", report(functions=0)).startswith("No Lambda functions found: ")
    lacks = ("2 not resolved", "1 of 3 invocations not judged")
    noted = replace(report(), notes=lacks)
    assert render("full", noted) == f"No problems in 12 functions; {'; '.join(lacks)}.\n"
    assert render("full", replace(noted, function_count=0)).startswith(
        "No function was checked; 2 not resolved;"
    )
    assert render("full", report(with_summary=False)) == ""


def test_places_in_two_files() -> None:
    assert (
        shown(SERIALIZATION)
        == """\
HL301 error: return["created"] is a datetime
  --> src/app.py:12:20
   |
 7 |     order = load(event["id"])
   |             ----------------- load() is called here
...
10 |     return {
11 |         "statusCode": 200,
12 |         "created": order["created"],
   |                    ^^^^^^^^^^^^^^^^
13 |         "x": 1,
14 |         "y": 2,
   |
  ::: src/shared/store.py:5:24
   |
 5 |     return {"created": datetime.datetime.now()}
   |                        ----------------------- made here
   |
   = in Lambda: Runtime.MarshalError: Unable to marshal response
   = functions: CreateOrder, GetOrder
   = help: write order["created"].isoformat()

"""
    )


def test_place_of_several_lines() -> None:
    finding = replace(SERIALIZATION, span=Span(10, 5, 16, 6), related=(), functions=(), help=None)
    assert (
        shown(finding)
        == """\
HL301 error: return["created"] is a datetime
  --> src/app.py:10:5
   |
 8 |       city = "日本", order["x"]
 9 |
10 | /     return {
11 | |         "statusCode": 200,
12 | |         "created": order["created"],
...
15 | |         "z": 3,
16 | |     }
   | |_____^
   |
   = in Lambda: Runtime.MarshalError: Unable to marshal response

"""
    )


def test_carets_stand_under_wide_characters_and_tabs() -> None:
    finding = replace(SERIALIZATION, span=Span(8, 15, 8, 25), related=(), functions=(), help=None)
    lines = shown(finding).splitlines()
    assert lines[5:7] == [
        '   8 |     city = "日本", order["x"]',
        "     |                    ^^^^^^^^^^",
    ] or lines[5:7] == [
        ' 8 |     city = "日本", order["x"]',
        "   |                    ^^^^^^^^^^",
    ]


def test_error_is_said_by_who_says_it() -> None:
    assert "= in Lambda: Runtime.MarshalError" in shown(SERIALIZATION)
    assert "= in AWS: Runtime.MarshalError" in shown(replace(SERIALIZATION, error_from=ErrorFrom.AWS))


def test_file_that_cannot_be_read_has_no_frame() -> None:
    assert (
        shown(FIXABLE)
        == """\
HL103 warning: no 'handlr' in app.py: 100% sure
 --> template.yaml:3:16
  = fix (safe): Write 'app.handler'

"""
    )


@pytest.mark.parametrize(
    "place", [Span(99, 1, 99, 2), Span(17, 1, 17, 1), Span(12, 500, 12, 501), Span(1, 1, 99, 1)]
)
def test_place_outside_of_the_text_is_no_failure(place: object) -> None:
    """The file may have changed since it was read."""
    assert isinstance(place, type(SERIALIZATION.span))
    assert "HL301 error" in shown(replace(SERIALIZATION, span=place))


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_rows_are_those_of_python(newline: str) -> None:
    text = newline.join(["first = '\u2028'", "\fsecond = '\x1c'", "third = 3"])
    finding = replace(SERIALIZATION, filename="a.py", span=Span(3, 9, 3, 10), related=())
    output = render("full", Report((finding,), {"a.py": text}.get))
    assert "3 | third = 3\n  |         ^\n" in output


def test_long_line_is_cut_round_the_place() -> None:
    text = f"x = [{'1, ' * 3000}now(), {'2, ' * 3000}]"
    start = text.index("now()") + 1
    finding = replace(SERIALIZATION, filename="a.py", span=Span(1, start, 1, start + 5), related=())
    lines = render("full", Report((finding,), {"a.py": text}.get)).splitlines()
    source, marks = lines[3], lines[4]
    assert len(source) < 160
    assert source[marks.index("^") : marks.rindex("^") + 1] == "now()"


def test_control_characters_never_reach_the_terminal() -> None:
    text = "x = '\x1b[31m\x9b'"
    finding = replace(
        SERIALIZATION, message="a\x1b]0;b\x07\nc", filename="\x1b.py", span=Span(1, 1, 1, 2), related=()
    )
    output = render("full", Report((finding,), {"\x1b.py": text}.get))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x80-\x9f]", output)


def test_colours_change_nothing_but_colours() -> None:
    plain = render("full", report(SERIALIZATION, FIXABLE))
    colored = render("full", report(SERIALIZATION, FIXABLE, colored=True))
    assert colored != plain
    assert re.sub(r"\x1b\[[\d;]*m", "", colored) == plain


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ([SERIALIZATION], "1 error in 12 functions."),
        ([SERIALIZATION, SERIALIZATION], "2 errors in 12 functions."),
        ([FIXABLE], "1 warning in 12 functions; 1 fixable."),
        ([SERIALIZATION, FIXABLE, FIXABLE], "1 error and 2 warnings in 12 functions; 2 fixable."),
    ],
)
def test_summary(findings: list[Finding], expected: str) -> None:
    assert render("full", report(*findings)).splitlines()[-1] == expected
    assert render("concise", report(*findings)).splitlines()[-1] == expected


def test_concise() -> None:
    assert render("concise", report(SERIALIZATION, FIXABLE, with_summary=False)) == (
        'src/app.py:12:20: HL301 [error] return["created"] is a datetime\n'
        "template.yaml:3:16: HL103 [warning] no 'handlr' in app.py: 100% sure [fixable]\n"
    )


def test_severity_is_a_word_not_a_colour_alone() -> None:
    assert shown(replace(SERIALIZATION, severity=Severity.WARNING)).startswith("HL301 warning: ")
