"""The rows of `handlerlint functions` and of the HTML report: each function, whether its handler resolves, to what."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from handlerlint.caching.results import result_cache
from handlerlint.errors import UserError
from handlerlint.functions import discover, request_from
from handlerlint.functions.keeping import Keeper
from handlerlint.linter import Run, failures_of, group, hints_of
from handlerlint.project.view import View, viewing
from handlerlint.records import dataclass
from handlerlint.rows import ConfiguredAt, FunctionRow, from_plain, to_plain
from handlerlint.rules import all_rules
from handlerlint.settings import Settings, display_name
from handlerlint.source.resolution import NamespaceResolved, ResolvedModule, SyntaxBroken, Unresolved

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from libcst import CSTNode

    from handlerlint.functions.model import ConfigurationSource, EventSource, LambdaFunction
    from handlerlint.rows import Status
    from handlerlint.rules.base import Rule, Subject

# The rules that say whether the handler string leads to something that can be called.
_RESOLUTION = ("HL001", "HL101", "HL102", "HL103", "HL104", "HL105", "HL106")


def listed_functions(
    settings: Settings, before_group: Callable[[int, int], None], keeper: Keeper | None = None
) -> tuple[list[FunctionRow], tuple[str, ...], list[str]]:
    """All functions that concern the paths, in the order of discovery, hints, and failures of handlerlint itself.

    `before_group` is called as `linter.Run` says.
    """
    discovery = discover(request_from(settings, keeper))
    found, failures = rows_of(discovery.functions, settings, before_group)
    return found, hints_of(discovery, settings), [*failures_of(discovery, settings), *failures]


def rows_of(
    found: Sequence[LambdaFunction], settings: Settings, before_group: Callable[[int, int], None]
) -> tuple[list[FunctionRow], list[str]]:
    """The rows of functions that are known already, and failures of handlerlint itself."""
    run = Run(settings, View())
    rules = [rule() for rule in all_rules(_RESOLUTION)]
    verdicts: dict[int, _Verdict] = {}
    groups = group(found)
    for number, functions in enumerate(groups):
        before_group(number, len(groups))
        try:
            verdict = _verdict(run.subject(functions, invoke=False), rules, settings.working_folder)
        except UserError:  # a plugin that cannot be used
            raise
        except Exception as error:
            run.note_failure(functions[0], error)
            verdict = _Verdict("unresolved", "handlerlint failed")
        run.free_memory()
        verdicts.update((id(function), verdict) for function in functions)
    rows = [_row(function, verdicts[id(function)], settings.working_folder) for function in found]
    return rows, run.failures


def kept_functions(settings: Settings) -> tuple[FunctionRow, ...]:
    """The rows that `listed_functions` gives, or has given, if all that it looks at is as it was."""
    cache = result_cache(settings)
    if cache is None:
        return tuple(listed_functions(settings, lambda done, total: None)[0])
    content = cache.held("functions")
    if content is not None:
        return tuple(map(from_plain, content))
    looks = cache.looks()
    with viewing(View(looks=looks)):
        rows, _, failures = listed_functions(settings, lambda done, total: None, Keeper(cache))
    if not failures and looks.failure is None:
        cache.hold("functions", tuple(map(to_plain, rows)), looks)
    return tuple(rows)


def as_object(item: FunctionRow) -> dict[str, object]:
    """One function with the keys of the documented format."""
    return {
        "name": item.name,
        "handler": item.handler,
        "code_root": item.code_root,
        "module_path": item.module_path,
        "function_line": item.function_line,
        "runtime": item.runtime,
        "events": list(item.events),
        "status": item.status,
        "reason": item.reason,
        "source": _place_object(item.source),
        "origins": [_place_object(origin) for origin in item.origins],
    }


def _place_object(place: ConfiguredAt) -> dict[str, object]:
    return {"kind": place.kind, "path": place.path, "line": place.line}


@dataclass(frozen=True, slots=True)
class _Verdict:
    status: Status
    reason: str | None = None
    module_path: str | None = None
    function_line: int | None = None


def _verdict(subject: Subject, rules: list[Rule], folder: Path) -> _Verdict:
    resolution = subject.resolution
    if isinstance(resolution, Unresolved):
        return _Verdict("unresolved", resolution.reason)
    module_path, line = _place(subject, folder)
    for rule in rules:
        for finding in rule.check(subject):
            return _Verdict("error", finding.message, module_path, line)
    if isinstance(resolution, NamespaceResolved):
        return _Verdict("error", f"`{resolution.package.name}` is a folder without code")
    return _Verdict("ok", _guess(subject, module_path), module_path, line)


def _guess(subject: Subject, module_path: str | None) -> str | None:
    """Why the module is taken for the function's, where that is not certain."""
    function = subject.function
    if not function.is_inferred:
        return None
    return f"{function.unknown_content}; `{module_path}` is the only file nearby that matches the handler"


def _place(subject: Subject, folder: Path) -> tuple[str | None, int | None]:
    """The file that the handler string names, and the line where it binds the handler."""
    match subject.resolution:
        case SyntaxBroken(file=file):
            return display_name(file.path, folder), None
        case ResolvedModule(module=module, attribute=attribute) if module.file is not None:
            file = module.file
        case _:
            return None, None
    callables = subject.analysis.callables if subject.analysis is not None else ()
    if len(callables) == 1 and callables[0].file is file:
        node: CSTNode | None = callables[0].node
    else:  # what is called is in another file: behind an import, or the wrapper of a decorator
        from handlerlint.source.bindings import binding_of

        node = None if file.tree is None else binding_of(file.tree, attribute)
    return display_name(file.path, folder), None if node is None else file.span(node)[0]


def _row(function: LambdaFunction, verdict: _Verdict, folder: Path) -> FunctionRow:
    return FunctionRow(
        name=function.name,
        handler=function.handler,
        code_root=None if function.code_root is None else display_name(function.code_root, folder),
        module_path=verdict.module_path,
        function_line=verdict.function_line,
        runtime=function.runtime,
        events=tuple(_event(event) for event in function.events),
        status=verdict.status,
        reason=verdict.reason,
        source=_configured(function.source, folder),
        origins=tuple(_configured(origin, folder) for origin in function.origins or (function.source,)),
    )


def _configured(source: ConfigurationSource, folder: Path) -> ConfiguredAt:
    return ConfiguredAt(
        source.kind,
        None if source.path is None else display_name(source.path, folder),
        None if source.span is None else source.span.row,
    )


def _event(event: EventSource) -> dict[str, object]:
    return {"kind": event.kind, **{key: _plain(value) for key, value in event.properties.items()}}


def _plain(value: object) -> object:
    """A property as JSON has it."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case dict():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_plain(item) for item in value]
        case _:
            return str(value)
