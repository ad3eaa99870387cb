"""What the server answers: diagnostics, code actions, hovers, definitions, references, lenses. Called by `server`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from handlerlint.findings import Applicability, Edit, Finding, Severity
from handlerlint.fixes.comments import silencing_fix
from handlerlint.fixes.texts import edited
from handlerlint.project.view import is_folder
from handlerlint.rules.catalogue import entries
from handlerlint.runtime.contracts.invokers import invokers_of
from handlerlint.server.texts import Texts, holds, uri_of
from handlerlint.settings import display_name
from handlerlint.text import FILE_START

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from handlerlint.functions.model import ConfigurationSource, LambdaFunction
    from handlerlint.server.projects import Project
    from handlerlint.text import Location
    from handlerlint.workspace import Definition

SOURCE = "handlerlint"
INVOKE = "handlerlint.invoke"
FIX_ALL = "source.fixAll.handlerlint"
_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
}
_CODE = re.compile(r"\b[A-Z]{1,3}\d{3}\b")
_MOST_LENSES = 4


def diagnostic(finding: Finding, path: Path, project: Project, texts: Texts) -> types.Diagnostic:
    """A finding as a diagnostic, with the places that led to it."""
    message = finding.message
    if finding.runtime_error is not None:
        message += f"\nin {finding.error_from.value}: {finding.runtime_error}"
    if finding.help is not None:
        message += f"\nhelp: {finding.help}"
    related = []
    for item in finding.related:
        place = project.path(item.filename)
        location = types.Location(uri_of(place), texts.range(place, item.span))
        related.append(types.DiagnosticRelatedInformation(location, item.message))
    return types.Diagnostic(
        range=texts.range(path, finding.span),
        message=message,
        severity=_SEVERITIES[finding.severity],
        code=finding.code,
        code_description=None if finding.url is None else types.CodeDescription(finding.url),
        source=SOURCE,
        related_information=related,
    )


def actions(
    project: Project, path: Path, wanted: types.Range, kinds: Iterable[str] | None, texts: Texts
) -> Iterator[types.CodeAction]:
    """The fixes of the findings in a range, and a comment that silences each; all safe fixes of the file at once."""
    findings = project.findings.get(path, [])
    asked = None if kinds is None else tuple(getattr(kind, "value", kind) for kind in kinds)
    if _is_asked_for(types.CodeActionKind.QuickFix.value, asked):
        start, end = (texts.location(path, place) for place in (wanted.start, wanted.end))
        for finding in findings:
            if finding.span.start <= end and start <= finding.span.end:
                yield from _quick_fixes(finding, path, project, texts)
    if _is_asked_for(FIX_ALL, asked):
        edits = _all_safe_edits(findings, path, texts)
        if edits:
            title = "Fix all that handlerlint can safely fix"
            yield types.CodeAction(title, FIX_ALL, edit=types.WorkspaceEdit({uri_of(path): edits}))


def _is_asked_for(kind: str, asked: tuple[str, ...] | None) -> bool:
    return asked is None or any(f"{kind}.".startswith(f"{one}.") for one in asked)


def _quick_fixes(finding: Finding, path: Path, project: Project, texts: Texts) -> Iterator[types.CodeAction]:
    shown = [diagnostic(finding, path, project, texts)]
    if finding.fix is not None:
        is_safe = finding.fix.applicability is Applicability.SAFE
        title = f"handlerlint: {finding.fix.message}{'' if is_safe else ' (may change the meaning)'}"
        place = path if finding.fix.filename is None else project.path(finding.fix.filename)
        edit = types.WorkspaceEdit({uri_of(place): _text_edits(finding.fix.edits, place, texts)})
        yield types.CodeAction(
            title, types.CodeActionKind.QuickFix, shown, is_preferred=is_safe or None, edit=edit
        )
    silence = silencing_fix(finding, "\n".join(texts.lines(path)))
    if silence is not None:
        edit = types.WorkspaceEdit({uri_of(path): _text_edits(silence.edits, path, texts)})
        title = f"handlerlint: silence {finding.code} with `# noqa`"
        yield types.CodeAction(title, types.CodeActionKind.QuickFix, shown, edit=edit)


def _all_safe_edits(findings: Iterable[Finding], path: Path, texts: Texts) -> list[types.TextEdit]:
    """The edits of all safe fixes that can be made together."""
    text = "\n".join(texts.lines(path))
    edits: list[Edit] = []
    for finding in findings:
        fix = finding.fix
        if fix is not None and fix.applicability is Applicability.SAFE and fix.filename is None:
            together = [*edits, *(edit for edit in fix.edits if edit not in edits)]
            if edited(text, together) is not None:
                edits = together
    return _text_edits(edits, path, texts)


def _text_edits(edits: Iterable[Edit], path: Path, texts: Texts) -> list[types.TextEdit]:
    return [types.TextEdit(texts.range(path, edit.span), edit.content) for edit in edits]


# --- functions and their handlers ------------------------------------------------------------------------


def hover(project: Project, path: Path, place: Location, texts: Texts) -> types.Hover | None:
    """The page of a rule, at its code or at a finding; the functions of a handler, at its name or its string."""
    found = _functions_at(project, path, place)
    if found:
        return types.Hover(_markdown("\n\n---\n\n".join(_described(one, project) for one in found)))
    line = texts.lines(path)[place.row - 1] if place.row <= len(texts.lines(path)) else ""
    codes = [
        match.group() for match in _CODE.finditer(line) if match.start() < place.column <= match.end() + 1
    ]
    codes += [finding.code for finding in project.findings.get(path, ()) if holds(finding.span, place)]
    pages = [page for code in dict.fromkeys(codes) if (page := _page(code))]
    return types.Hover(_markdown("\n\n---\n\n".join(pages))) if pages else None


def _markdown(text: str) -> types.MarkupContent:
    return types.MarkupContent(types.MarkupKind.Markdown, text)


def _page(code: str) -> str:
    """The documentation of a rule; empty if there is none of that code."""
    entry = entries().get(code)
    return "" if entry is None else entry.page


def _functions_at(project: Project, path: Path, place: Location) -> list[LambdaFunction]:
    """The functions whose handler, or whose handler string, stands at a place."""
    configured = [
        function
        for function in _functions(project)
        if any(_is_at(source, path, place) for source in sources_of(function))
    ]
    return configured or [one.function for one in _defined_at(project, path, place)]


def _functions(project: Project) -> tuple[LambdaFunction, ...]:
    discovery = project.workspace.discovery
    return () if discovery is None else discovery.functions


def sources_of(function: LambdaFunction) -> tuple[ConfigurationSource, ...]:
    """All places that configure a function."""
    return function.origins or (function.source,)


def _is_at(source: ConfigurationSource, path: Path, place: Location) -> bool:
    return (
        source.kind != "convention"
        and source.path == path
        and source.span is not None
        and holds(source.span, place)
    )


def _defined_at(project: Project, path: Path, place: Location) -> list[Definition]:
    return [
        one
        for one in project.definitions()
        if one.file.path == path and one.span is not None and holds(one.span, place)
    ]


def _described(function: LambdaFunction, project: Project) -> str:
    """A function for people: its name, runtime, who invokes it, what it may return, its place and limits."""
    source = function.source
    where = "" if source.path is None else display_name(source.path, project.root)
    row = "" if source.span is None else f":{source.span.row}"
    lines = [f"**{function.name}**: a Lambda function", "", f"- handler `{function.handler}`"]
    lines.append(f"- runtime `{function.runtime}`{'' if function.runtime_given else ' (none is configured)'}")
    if function.events:
        kinds = dict.fromkeys(event.kind for event in function.events)
        lines.append(f"- invoked by {', '.join(f'`{kind}`' for kind in kinds)}")
    returned = project.workspace.may_return(function)
    if returned is not None:
        lines.append(f"- may return `{returned}`")
    lines += [f"- {asked}" for asked in dict.fromkeys(_demands(function))]
    lines.append(f"- configured in {where}{row} ({source.kind})")
    if function.timeout is not None or function.memory is not None:
        limits = [f"{function.timeout} s"] * (function.timeout is not None)
        limits += [f"{function.memory} MB"] * (function.memory is not None)
        lines.append(f"- limits: {', '.join(limits)}")
    if function.unresolved is not None:
        lines.append(f"- not resolved: {function.unresolved}")
    return "\n".join(lines)


def _demands(function: LambdaFunction) -> Iterator[str]:
    """What each of those who invoke a function asks of its answer, and does where it gets another one."""
    for event in function.events:
        for invoker in invokers_of(event.kind, event.properties):
            asked = [contract.demand for contract in invoker.contracts if contract.demand is not None]
            if asked:
                first = invoker.contracts[0]
                yield f"{first.service} takes {' or '.join(asked)}; else {first.answer}"


def definitions(project: Project, path: Path, place: Location, texts: Texts) -> list[types.Location]:
    """From a handler string to the function."""
    names = {id(function) for function in _functions_at(project, path, place)}
    found = {}
    for one in project.definitions():
        if id(one.function) in names:
            uri = uri_of(one.file.path)
            found[uri, one.name] = types.Location(uri, texts.range(one.file.path, one.span or FILE_START))
    return list(found.values())


def references(project: Project, path: Path, place: Location, texts: Texts) -> list[types.Location]:
    """From a handler to the strings that name it."""
    found = []
    for one in _defined_at(project, path, place):
        for source in sources_of(one.function):
            if source.path is not None and source.kind != "convention":
                span = texts.range(source.path, source.span or FILE_START)
                found.append(types.Location(uri_of(source.path), span))
    return found


def lenses(project: Project, path: Path, texts: Texts) -> Iterator[types.CodeLens]:
    """At each handler of a file: which functions it is of, and its sample events to be run."""
    by_name: dict[str, list[Definition]] = {}
    for one in project.definitions():
        if one.file.path == path and one.file.inline_code is None and one.span is not None:
            by_name.setdefault(one.name, []).append(one)
    for found in by_name.values():
        span = found[0].span
        assert span is not None
        place = texts.range(path, span)
        names = ", ".join(dict.fromkeys(one.function.name for one in found))
        yield types.CodeLens(place, types.Command(f"Lambda: {names}", ""))
        function = found[0].function
        for event in _events(function, project)[:_MOST_LENSES]:
            arguments = [str(project.root), function.name, str(event)]
            yield types.CodeLens(
                place, types.Command(f"run with event {event.stem}", INVOKE, arguments=arguments)
            )


def _events(function: LambdaFunction, project: Project) -> list[Path]:
    """The files with sample events beside the template, and in the project's own folder."""
    from handlerlint.invoke.user_events import EVENT_FOLDER, event_files

    folders = [source.path.parent for source in sources_of(function) if source.path is not None]
    found = (folder / EVENT_FOLDER for folder in dict.fromkeys((*folders, project.root)))
    return list(dict.fromkeys(path for folder in found if is_folder(folder) for path in event_files(folder)))
