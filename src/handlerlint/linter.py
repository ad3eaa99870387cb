"""The pipeline, and the one place that sees every stage: settings in, findings out.

Called by the command line and the integrations.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from handlerlint.caching.results import Kept, KeptGroup
from handlerlint.errors import UserError, described
from handlerlint.extensions import culprit, stub_folders, use_plugins
from handlerlint.findings import Finding, from_plain, to_plain
from handlerlint.functions import discover, request_from
from handlerlint.functions.keeping import Keeper
from handlerlint.functions.model import Discovery, EventSource, LambdaFunction
from handlerlint.functions.scope import Scope
from handlerlint.libcst_classes import import_libcst
from handlerlint.packaging.handlers import resolve_handler
from handlerlint.packaging.releases import older_libraries
from handlerlint.parallel import Checked, CheckGroups, Group, Unchecked, checked_by_processes, process_count
from handlerlint.project.looks import CONTENT, Looks, digest
from handlerlint.project.view import View, is_folder, view_for_process, viewing
from handlerlint.project.walking import absolute
from handlerlint.records import dataclass, replace
from handlerlint.rules import all_rules, codes_with_checks, known_codes
from handlerlint.rules.base import Rule, Subject
from handlerlint.selection import Selection, select_rules
from handlerlint.settings import Settings, display_name
from handlerlint.source.files import SourceFiles
from handlerlint.source.resolution import ResolvedModule, Unresolved
from handlerlint.source.suppressions import Suppressions

if TYPE_CHECKING:
    from handlerlint.caching.memory import MemoryCache
    from handlerlint.caching.results import ResultCache
    from handlerlint.inference.analysis import HandlerAnalysis
    from handlerlint.inference.interpreter.loading import Loads
    from handlerlint.inference.stubs.store import StubStore
    from handlerlint.runtime.contracts.invokers import Invoker
    from handlerlint.source.resolution import Resolution


def _debug(message: str, *arguments: object, error: BaseException | None = None) -> None:
    """Write into the debug log; where nobody has imported `logging` yet, nobody reads it."""
    logging = sys.modules.get("logging")
    if logging is not None:
        logging.getLogger(__name__).debug(message, *arguments, exc_info=error)


@dataclass(frozen=True, slots=True)
class Result:
    """What a run came to.

    `failures` are defects of handlerlint itself, one line each with the file that it could not deal with; the
    other files were linted all the same. `hints` say, a line each, what would let more functions be found.
    `unchecked` are functions that nothing, or not all, is known of: in which way, and a line with the reason.
    """

    findings: tuple[Finding, ...]
    functions: tuple[LambdaFunction, ...]
    failures: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    unchecked: tuple[Unchecked, ...] = ()


def hints_of(discovery: Discovery, settings: Settings) -> tuple[str, ...]:
    """What would let more functions be found, each with the file that it is about."""
    folder = settings.working_folder
    return tuple(f"{display_name(hint.path, folder)}: {hint.message}" for hint in discovery.hints)


def failures_of(discovery: Discovery, settings: Settings) -> tuple[str, ...]:
    """What handlerlint could not deal with while it looked for functions, each with the file that it is about."""
    folder = settings.working_folder
    return tuple(f"{display_name(path, folder)}: {message}" for path, message in discovery.failures)


def lint(
    settings: Settings,
    *,
    unsaved: Mapping[Path, str] | None = None,
    discovery: Discovery | None = None,
    jobs: int = 1,
    cache: ResultCache | None = None,
    before_group: Callable[[int, int], None] | None = None,
) -> Result:
    """Lint everything that concerns the paths of the settings, or the functions of `discovery` if given.

    `unsaved` are texts that an editor has not written yet, in place of the files'. Up to `jobs` processes
    share the work where there is enough of it. What `cache` holds for functions that nothing has changed for
    is taken from there, and the result is kept in it; it must be made for these settings, and there must be
    nothing unsaved. `before_group` is called as `Run` says. Raises UserError for an unknown rule code.
    """
    with viewing(_view(settings, unsaved, cache)) as view:
        if discovery is None:
            keeper = None if cache is None else Keeper(cache)
            discovery = discover(request_from(settings, keeper))
        run = Run(settings, view)
        run.before_group = before_group or run.before_group
        return linted(run, discovery, jobs, cache)


def _view(settings: Settings, unsaved: Mapping[Path, str] | None, cache: ResultCache | None) -> View:
    """The view of a run: what it looks at is noted for the cache, and for who asks which files were looked at."""
    if cache is not None:
        return View(looks=cache.looks())
    return View(unsaved, Looks() if _UNUSED in select_rules(settings, known_codes()).codes else None)


def linted(run: Run, discovery: Discovery, jobs: int, cache: ResultCache | MemoryCache | None) -> Result:
    """Lint what was discovered; groups that the cache has kept are not looked at again.

    Failures of our own are part of the result, not raised.
    """
    settings = run.settings
    selection = select_rules(settings, known_codes())
    findings: list[Finding] = []
    if discovery.problems:
        from handlerlint.rules.configuration import configuration_findings

        findings.extend(configuration_findings(discovery.problems, settings.working_folder))
    codes = selection.codes & codes_with_checks()
    groups = group(discovery.functions)
    keys = ["" if cache is None else group_key(functions, codes, settings) for functions in groups]
    kept = {} if cache is None else cache.groups(keys)
    new = [index for index, key in enumerate(keys) if key not in kept]
    _debug("%d functions in %d groups, %d of them kept", len(discovery.functions), len(groups), len(kept))
    checked = dict(zip(new, _checked(run, [groups[index] for index in new], codes, jobs), strict=True))
    unchecked: list[Unchecked] = []
    focus = _focus(settings)
    for index, functions in enumerate(groups):
        known = checked.get(index)
        said = map(from_plain, kept[keys[index]].findings) if known is None else known.findings
        findings += said if focus is None else focus.of(functions, said)
        lack = kept[keys[index]].unchecked if known is None else known.unchecked
        if lack is not None:
            unchecked += ((lack[0], f"{_named(one, settings)}: {lack[1]}") for one in functions)
    run.failures.clear()
    visible = [*run.shown(_merged(findings), selection)]
    if _UNUSED in selection.codes:
        judged = _judged_files(
            run, groups, [checked.get(index) or kept[key] for index, key in enumerate(keys)]
        )
        judged = judged if focus is None else filter(focus.scope.holds, judged)
        visible += run.shown([*run.unused_suppressions(judged, selection)], selection)
    shown = tuple(_in_order(visible))
    failures = failures_of(discovery, settings) + tuple(run.failures)
    failures += tuple(failure for result in checked.values() for failure in result.failures)
    hints = hints_of(discovery, settings)
    if cache is not None and not failures:
        result = Kept(tuple(map(to_plain, shown)), len(discovery.functions), hints, tuple(unchecked))
        failures = _keep(run, cache, result, kept, {keys[index]: checked[index] for index in new})
    return Result(shown, discovery.functions, failures, hints, tuple(unchecked))


def _focus(settings: Settings) -> _Focus | None:
    """What a run over files alone is about; a folder is about all that it concerns."""
    paths = [Path(absolute(path)) for path in settings.paths]
    return None if any(map(is_folder, paths)) else _Focus(Scope(paths), settings.working_folder)


@dataclass(frozen=True, slots=True)
class _Focus:
    """Files that the user named: which findings are about them."""

    scope: Scope
    working_folder: Path

    def of(self, functions: Group, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The findings that are in the files, or lead through them; all of functions that have their handler there."""
        are_meant = any(map(self.scope.is_meant, functions))
        for finding in findings:
            places = (finding.filename, *(related.filename for related in finding.related))
            if are_meant or any(self.scope.holds(self.working_folder / name) for name in places):
                yield finding


def _judged_files(
    run: Run, groups: Sequence[Group], results: Sequence[Checked | KeptGroup]
) -> Iterator[Path]:
    """The user's files of which all that there is to find was found."""
    judged: set[str] = set()
    doubtful: set[str] = set()
    for functions, result in zip(groups, results, strict=True):
        failed = isinstance(result, Checked) and bool(result.failures)
        files = doubtful if failed or result.unchecked is not None else judged
        files.update(key[1:] for key in result.looks if key[0] == CONTENT and key.endswith(".py"))
        files.update(str(one.source.path) for one in functions if one.source.path is not None)
    for name in sorted(judged - doubtful):
        path = Path(name)
        if path.is_relative_to(run.settings.project_root) and "site-packages" not in path.parts:
            yield path


def _named(function: LambdaFunction, settings: Settings) -> str:
    """A function as a line names it: its handler, and where it is configured."""
    source = function.source
    place = source.kind if source.path is None else display_name(source.path, settings.working_folder)
    row = "" if source.span is None else f":{source.span.row}"
    return f"{function.name} ({function.handler or 'no handler'}), {place}{row}"


def _keep(
    run: Run,
    cache: ResultCache | MemoryCache,
    result: Kept,
    kept: dict[str, KeptGroup],
    new: Mapping[str, Checked],
) -> tuple[str, ...]:
    """Keep what a run came to; a defect in that costs the next run its time, and never this one its report."""
    seen = run.seen
    assert seen is not None
    try:
        if seen.failure is None:
            for known in kept.values():
                seen.add(known.looks)
            groups = kept | {key: run.kept(checked) for key, checked in new.items()}
            cache.keep(result, groups, seen, news=bool(new))
    except Exception as error:
        seen.failure = f"{type(error).__name__}: {error}"
    return () if seen.failure is None else (f"the result is not kept: {seen.failure}",)


def group_key(functions: Group, codes: frozenset[str], settings: Settings) -> str:
    """Stands for all that the findings of a group depend on beside files."""
    text = repr((functions, sorted(codes), str(settings.working_folder)))
    return digest(text.encode("utf-8", "surrogateescape")).hex()


def _checked(run: Run, groups: list[Group], codes: frozenset[str], jobs: int) -> list[Checked]:
    """What comes of each group; where there are many, several processes take their parts."""
    processes = process_count(len(groups), jobs)
    if processes == 1:
        return list(run.check_all(groups, codes))
    import_libcst()
    import handlerlint.inference.entry  # noqa: F401  # once, for all processes

    found: dict[int, Checked] = {}
    arguments = (run.settings, run.view.unsaved, codes, None if run.seen is None else run.seen.another())
    parts = checked_by_processes(groups, processes, _checker, arguments, run.before_group)
    for part, (results, seen) in parts:
        found.update(zip(part, results, strict=True))
        if seen is not None and run.seen is not None:
            run.seen.add(seen.looks)
            run.seen.shared |= seen.shared
            run.seen.failure = run.seen.failure or seen.failure
    return [found[index] for index in range(len(groups))]


def _checker(
    settings: Settings, unsaved: Mapping[Path, str], codes: Collection[str], seen: Looks | None
) -> CheckGroups:
    """What one of several processes does with the parts that it is given."""
    use_plugins(settings.use_plugins)
    view = View(unsaved, seen)
    view_for_process(view)
    run = Run(settings, view)
    return lambda groups: (list(run.check_all(groups, codes)), seen)


def group(functions: Iterable[LambdaFunction]) -> list[tuple[LambdaFunction, ...]]:
    """The functions, those together that agree on all that resolution and analysis depend on."""
    groups: dict[tuple[object, ...], list[LambdaFunction]] = {}
    for function in functions:
        key = (
            function.handler,
            function.code_root,
            function.packed_file,
            function.import_path,
            function.runtime,
            function.runtime_given,
            function.unresolved,
            function.build,
            function.unknown_layers,
            function.bare_layers,
            function.unknown_content,
            function.inline_code,
            function.source.path if function.inline_code is not None else None,
            function.has_wrapper,
        )
        groups.setdefault(key, []).append(function)
    return [tuple(members) for members in groups.values()]


def _invokers(functions: Group) -> tuple[Invoker, ...]:
    """Who certainly invokes one of the functions, and asks something of the answer."""
    sources = [source for function in functions for source in function.events]
    if not sources:
        return ()
    from handlerlint.runtime.contracts.invokers import invokers_of

    found = (invoker for source in sources for invoker in invokers_of(source.kind, source.properties))
    return tuple(dict.fromkeys(found))


def _are_several(sources: Iterable[EventSource]) -> bool:
    """Whether events of several kinds come; what a rule makes of one is of another kind."""
    return len({(source.kind, source.properties.get("passes_event")) for source in sources}) > 1


class Run:
    """What the stages of one run share: files, stubs, failures. `view` is the current one.

    What `earlier`, a run with the same settings, has parsed is used where the text is the same. `before_group` is
    called before each group is checked, and again and again while other processes check them, with how many have been
    and how many there are; it may raise to end the run.
    """

    def __init__(self, settings: Settings, view: View, earlier: Run | None = None) -> None:
        self.settings = settings
        self.view = view
        self.seen = view.looks
        known = None if earlier is None else earlier.files
        self.files: SourceFiles = SourceFiles((settings.working_folder, settings.project_root), known)
        self.failures: list[str] = []
        self.before_group: Callable[[int, int], None] = lambda done, total: None
        self.after_group: Callable[[Group, Checked], None] = lambda group, checked: None
        self.unchecked: Unchecked | None = None
        self._stubs: dict[tuple[tuple[int, int], frozenset[str]], StubStore] = (
            {} if earlier is None else earlier._stubs
        )
        self._loads: Loads | None = None
        self._suppressions: dict[str, Suppressions] = {}

    def check_all(self, groups: Sequence[Group], codes: Collection[str]) -> Iterator[Checked]:
        """What the rules with these codes say of each group of functions."""
        rules = [rule() for rule in all_rules(codes)]
        for number, functions in enumerate(groups):
            self.before_group(number, len(groups))
            self.failures.clear()
            self.unchecked = None
            watched: AbstractContextManager[set[str]] = nullcontext(set())
            start = perf_counter()
            with watched if self.seen is None else self.seen.group() as looks:
                findings = tuple(self.check(functions, rules))
            _debug("%s: checked in %.0f ms", functions[0].handler, (perf_counter() - start) * 1000)
            checked = Checked(findings, tuple(self.failures), frozenset(looks), self.unchecked)
            self.after_group(functions, checked)
            yield checked

    def kept(self, checked: Checked) -> KeptGroup:
        """What is kept of a group that has been watched."""
        assert self.seen is not None
        looks = {key: self.seen.looks[key] for key in checked.looks}
        return KeptGroup(tuple(map(to_plain, checked.findings)), looks, checked.unchecked)

    def check(self, functions: tuple[LambdaFunction, ...], rules: Iterable[Rule]) -> Iterator[Finding]:
        """The findings of all rules for functions that share a handler; a failure is noted, not raised.

        Raises UserError for a plugin that cannot be used.
        """
        try:
            subject = self.subject(functions)
            self.unchecked = _unchecked(subject)
            for rule in rules:
                for finding in rule.check(subject):
                    if not isinstance(finding, Finding):
                        raise TypeError(f"{rule.code} found {finding!r}, which is no Finding")
                    yield finding
        except UserError:  # a plugin that cannot be used
            raise
        except Exception as error:
            self.unchecked = "not analysed", "handlerlint itself failed on it"
            self.note_failure(functions[0], error)
        finally:
            self.free_memory()

    def subject(self, functions: tuple[LambdaFunction, ...], *, invoke: bool = True) -> Subject:
        """What rules look at: the functions, where their handler leads, and what is known about it.

        Without `invoke` that is only whether the handler is there and can be called, which costs a part of it all.
        """
        resolution = resolve_handler(functions[0], self.files)
        analysis = self._analysis(functions, resolution, invoke=invoke)
        return Subject(functions, resolution, analysis, self.settings.working_folder, self._text_of)

    def _text_of(self, path: Path) -> str:
        return self.files.load(path).text

    def shown(self, findings: Iterable[Finding], selection: Selection) -> Iterator[Finding]:
        """The findings that are selected and that no comment suppresses."""
        for finding in findings:
            path = self.settings.working_folder / finding.filename
            try:
                is_shown = selection.keeps(finding.code, path) and not self._is_suppressed(finding, path)
            except Exception as error:
                self.failures.append(f"{finding.filename}: {described(error)}")
                is_shown = True
            if is_shown:
                yield finding

    def unused_suppressions(self, files: Iterable[Path], selection: Selection) -> Iterator[Finding]:
        """The comments in these files that have silenced nothing; to be asked after `shown`."""
        from handlerlint.rules.suppressions import unused_suppressions

        for path in files:
            filename = display_name(path, self.settings.working_folder)
            suppressions = self._suppressions_of(filename, path)
            yield from unused_suppressions(
                filename, self.files.load(path).text, suppressions, selection.codes
            )

    def note_failure(self, function: LambdaFunction, error: Exception) -> None:
        """Keep a defect of ours, with the place in our code, for the user to report."""
        place = function.code_root or function.source.path
        shown = display_name(place, self.settings.working_folder) if place is not None else function.name
        owner = culprit(error)
        blame = "" if owner is None else f" in the {owner}"
        self.failures.append(f"{shown}: handler {function.handler}: {described(error)}{blame}")

        _debug("%s", self.failures[-1], error=error)

    def free_memory(self) -> None:
        """Between two handlers: nothing refers to a node any more but what is remembered about scopes."""
        if self.files.trim():
            from handlerlint.inference.syntax.scopes import forget_scopes

            forget_scopes()
            self._loads = None

    def _analysis(self, functions: Group, resolution: Resolution, *, invoke: bool) -> HandlerAnalysis | None:
        if not isinstance(resolution, ResolvedModule):
            return None
        from handlerlint.inference.entry import analyse
        from handlerlint.inference.interpreter.loading import Loads

        self._loads = self._loads or Loads()
        function = functions[0]
        return analyse(
            resolution.module,
            resolution.attribute,
            resolution.finder,
            self._stubs_for(function.python_version, older_libraries(resolution.finder.roots)),
            function.python_version,
            version_is_known=function.runtime_given,
            invoke=invoke,
            invokers=_invokers(functions) if invoke else (),
            is_shared=_are_several(source for function in functions for source in function.events),
            loads=self._loads,
        )

    def _stubs_for(self, version: tuple[int, int], without: frozenset[str]) -> StubStore:
        """The stubs for a Python version, but for some libraries; shared by all handlers of the run."""
        if (version, without) not in self._stubs:
            from handlerlint.inference.stubs.store import StubStore

            settings = self.settings
            self._stubs[version, without] = StubStore(
                version,
                folders=(*settings.stubs, *stub_folders()),
                environment=settings.python,
                use_cache=settings.use_cache,
                without=without,
            )
        return self._stubs[version, without]

    def _is_suppressed(self, finding: Finding, path: Path) -> bool:
        found = self._suppressions_of(finding.filename, path)
        rows = {finding.span.start.row}
        if finding.around is not None:
            rows |= {finding.around.start.row, finding.around.end.row}
        hiding = [row for row in rows if found.hide(finding.code, row)]  # each of them is used
        return bool(hiding)

    def _suppressions_of(self, filename: str, path: Path) -> Suppressions:
        found = self._suppressions.get(filename)
        if found is None:
            text = self.files.load(path).text
            found = self._suppressions[filename] = Suppressions(text, is_python=path.suffix == ".py")
        return found


_UNUSED = "HL003"
_MOST_RELATED = 40  # places of one finding, in as many functions as it may be


def _unchecked(subject: Subject) -> Unchecked | None:
    """Why there may be more to say than the rules do."""
    if isinstance(subject.resolution, Unresolved):
        return "not resolved", subject.resolution.reason
    if subject.analysis is not None and not subject.analysis.complete:
        return "not analysed", "interpreting it exceeds the limit of steps or depth for one handler"
    return None


def _merged(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The same defect found for several subjects is one finding that names all functions, and all origins."""
    merged: dict[tuple[object, ...], Finding] = {}
    for finding in findings:
        key = (finding.code, finding.filename, finding.span, finding.message)
        known = merged.setdefault(key, finding)
        functions = dict.fromkeys(
            (*known.functions, *finding.functions)
        )  # several templates may use one name
        more = (replace(item, is_step=False) for item in finding.related)  # the steps of one way are told
        related = dict.fromkeys((*known.related, *more))
        merged[key] = replace(known, functions=tuple(functions), related=tuple(related)[:_MOST_RELATED])
    return iter(merged.values())


def _in_order(findings: Iterable[Finding]) -> list[Finding]:
    """By file and place, as people read them."""
    return sorted(
        findings,
        key=lambda finding: (finding.filename, finding.span, finding.code, finding.message),
    )
