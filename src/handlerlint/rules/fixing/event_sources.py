"""Fixes of an event source where it is configured, in YAML, JSON, HCL: a setting more, and nothing around it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from handlerlint.findings import Edit, Fix
from handlerlint.records import replace
from handlerlint.rules.fixing.edits import fix_of, insertion
from handlerlint.settings import display_name
from handlerlint.text import LINE_END

if TYPE_CHECKING:
    from collections.abc import Iterable

    from handlerlint.functions.model import ConfigurationSource, EventSource, LambdaFunction
    from handlerlint.rules.base import Subject
    from handlerlint.text import Span

_SWITCH = "ReportBatchItemFailures"
# How the setting is called, and whether it is a list; what a synthesized CDK application says is not written by hand.
_SETTINGS = {
    "cloudformation": ("FunctionResponseTypes", True),
    "serverless": ("functionResponseType", False),
    "terraform": ("function_response_types", True),
}
_WRITTEN_IN = frozenset({"sam", *_SETTINGS})
_KEY = re.compile(r"""(["']?)[\w<.:-]+\1\s*:(\s|$)""")
_LIST_ITEM = re.compile(r"\s*(?:- +)+")
_SHORT_FORM = re.compile(r"""(?P<before>\s*(?:- +)*)[\w]+:(?P<space> +)["']?""")


def reporting_fix(subject: Subject, sources: Iterable[tuple[LambdaFunction, EventSource]]) -> Fix | None:
    """Switch `ReportBatchItemFailures` on for all these sources of the functions; None where one of them cannot be."""
    places: dict[ConfigurationSource, None] = {}
    for function, source in sources:
        if source.properties.get("report_batch_item_failures") is not False or not source.unreported:
            return None
        if function.origins or function.source.kind not in _WRITTEN_IN:
            return None
        places |= dict.fromkeys(source.unreported)
    paths = {place.path for place in places}
    path = paths.pop() if len(paths) == 1 else None
    text = None if path is None else subject.text_of(path)
    if path is None or text is None:
        return None
    edits = [_edit(place, LINE_END.split(text)) for place in places]
    made = [edit for edit in edits if edit is not None]
    if len(made) < len(edits):
        return None
    shown = display_name(path, subject.working_folder)
    fix = fix_of(f"switch `{_SWITCH}` on in {shown}", dict.fromkeys(made), safe=False)
    return replace(fix, filename=shown)


def _edit(place: ConfigurationSource, rows: list[str]) -> Edit | None:
    """The setting, added to the mapping or block at a place; None where that is written in another way."""
    span = place.span
    if span is None or span.end_row > len(rows):
        return None
    key, is_list = _SETTINGS[place.kind]
    line, before = rows[span.row - 1][span.column - 1 :], rows[span.row - 1][: span.column - 1]
    if line.startswith("{"):
        return _in_braces(key, is_list, span, rows)
    if place.kind == "terraform":
        return _in_block(key, span, rows)
    short = _SHORT_FORM.fullmatch(before)
    if short is not None and not _KEY.match(line):
        return _in_place_of_arn(key, short, span) if place.kind == "serverless" else None
    if not _KEY.match(line):
        return None
    return _in_lines(key, is_list, before, span, rows)


def _in_braces(key: str, is_list: bool, span: Span, rows: list[str]) -> Edit | None:
    """Before the first key between braces: what is between the brace and that key is behind the setting, too."""
    rest = [rows[span.row - 1][span.column :], *rows[span.row :]]
    row = next((index for index, line in enumerate(rest) if line.strip()), len(rest))
    first = rest[row].lstrip() if row < len(rest) else "}"
    if first.startswith(("}", "#", "<<")):
        return None
    quote = first[0] if first[0] in "\"'" else ""
    value = f"{quote}{_SWITCH}{quote}"
    column = len(rest[row]) - len(first)
    space = "\n" * row + rest[row][:column] or " "
    content = f"{quote}{key}{quote}: {f'[{value}]' if is_list else value},{space}"
    return insertion(span.row + row, column + 1 + (span.column if row == 0 else 0), content)


def _in_lines(key: str, is_list: bool, before: str, span: Span, rows: list[str]) -> Edit | None:
    """Before the first key of a mapping in lines of its own, and before the comments of that key."""
    indent = " " * len(before)
    content = f"{key}:\n{indent}  - {_SWITCH}\n" if is_list else f"{key}: {_SWITCH}\n"
    if _LIST_ITEM.fullmatch(before):
        return insertion(span.row, span.column, content + indent)
    if before.strip():
        return None
    row = span.row
    while row > 1 and rows[row - 2].lstrip()[:1] in ("", "#"):
        row -= 1
    return insertion(row, 1, indent + content)


def _in_place_of_arn(key: str, short: re.Match[str], span: Span) -> Edit:
    """A mapping in place of an ARN that stands alone behind the kind of the event source."""
    indent = " " * (len(short["before"]) + 2)
    start = short.start("space") + 1
    space = len(short["space"])
    content = f"\n{indent}{key}: {_SWITCH}\n{indent}arn: "
    return Edit(content, span._replace(column=start, end_row=span.row, end_column=start + space))


def _in_block(key: str, span: Span, rows: list[str]) -> Edit | None:
    """At the end of a block of HCL, by itself: the columns of the attributes above stay as `terraform fmt` has them."""
    last = rows[span.end_row - 1][: span.end_column - 1]
    if last.strip() != "}" or span.row == span.end_row:
        return None
    indent = last[: last.index("}")]
    above = rows[span.end_row - 2].strip()
    blank = "" if not above or above.endswith("{") else "\n"
    return insertion(span.end_row, 1, f'{blank}{indent}  {key} = ["{_SWITCH}"]\n')
