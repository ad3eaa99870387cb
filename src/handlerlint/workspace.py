"""A project that is linted again and again by one process: by the language server, a watch, the passes of `--fix`.

Each time only what a change concerns is looked at: the functions that are configured, if a file has changed that
says so, and the groups of functions that have looked at what has changed, on the disk or in an editor.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from handlerlint.caching.memory import MemoryCache
from handlerlint.functions import discover, request_from
from handlerlint.linter import Result, Run, group_key, linted
from handlerlint.packaging.handlers import resolve_handler
from handlerlint.project.looks import CONTENT, MATCH, Unsaved, path_of
from handlerlint.project.view import View, real_path, viewing
from handlerlint.records import dataclass
from handlerlint.rules import codes_with_checks, known_codes
from handlerlint.selection import select_rules
from handlerlint.source.bindings import binding_of
from handlerlint.source.resolution import ResolvedModule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from handlerlint.functions.model import Discovery, LambdaFunction
    from handlerlint.parallel import Checked, Group
    from handlerlint.project.looks import State
    from handlerlint.settings import Settings
    from handlerlint.source.files import SourceFile
    from handlerlint.text import Span


@dataclass(frozen=True, slots=True)
class Definition:
    """The file in which a function's handler is defined, and its name there."""

    function: LambdaFunction
    file: SourceFile
    name: str

    @property
    def span(self) -> Span | None:
        """Where the name is bound: in its `def`, its assignment, its import."""
        import libcst as cst

        node = None if self.file.tree is None else binding_of(self.file.tree, self.name)
        if node is None:
            return None
        return self.file.span(node.name if isinstance(node, cst.FunctionDef) else node)


class Workspace:
    """One project under one configuration. `discovery` is what the last lint has found to be configured."""

    def __init__(self, settings: Settings, ignored: tuple[str, ...] = ()) -> None:
        self.settings = settings
        self.discovery: Discovery | None = None
        self._cache = MemoryCache(ignored)
        self._seen_by_discovery: Mapping[str, State] = {}
        self._run: Run | None = None
        self._returned: dict[tuple[object, ...], str | None] = {}

    def lint(
        self,
        unsaved: Mapping[Path, str] | None = None,
        *,
        jobs: int = 1,
        before_group: Callable[[int, int], None] | None = None,
    ) -> Result:
        """What there is to say now, with unsaved texts in place of files.

        `before_group` is called as `linter.Run` says. Where it raises, what has been found so far is kept.
        """
        texts = unsaved or {}
        self._cache.begin(Unsaved({real_path(path): text for path, text in texts.items()}))
        looks = self._cache.looks()
        with viewing(View(texts, looks)) as view:
            discovery = self.discovery
            if discovery is None or not self._cache.holds(self._seen_by_discovery):
                discovery = discover(request_from(self.settings))
                self._seen_by_discovery = dict(looks.looks)
            self.discovery, earlier = discovery, self._run
            run = self._run = Run(self.settings, view, earlier)
            self._returned.clear()
            if before_group is not None:
                run.before_group, run.after_group = before_group, self._keep
            return linted(run, discovery, jobs, self._cache)

    def _keep(self, functions: Group, checked: Checked) -> None:
        """Keep a group at once: the run may be ended before its end."""
        run = self._run
        if run is not None and run.seen is not None and not checked.failures:
            codes = select_rules(self.settings, known_codes()).codes & codes_with_checks()
            key = group_key(functions, codes, self.settings)
            shared = {name: run.seen.looks[name] for name in run.seen.shared}
            self._cache.keep_group(key, run.kept(checked), shared)

    def definitions(self) -> Iterator[Definition]:
        """Where the handlers of the functions are defined, as the last lint has seen the files."""
        run = self._run
        if run is None or self.discovery is None:
            return
        with viewing(run.view):
            for function in self.discovery.functions:
                resolution = resolve_handler(function, run.files)
                if isinstance(resolution, ResolvedModule) and resolution.module.file is not None:
                    yield Definition(function, resolution.module.file, resolution.attribute)

    def may_return(self, function: LambdaFunction) -> str | None:
        """What a function's handler may return, as the last lint has seen the files; None where that is not known."""
        run = self._run
        if run is None:
            return None
        key = (function.handler, function.code_root, function.import_path, function.runtime)
        if key not in self._returned:
            with viewing(run.view):
                analysis = run.subject((function,)).analysis
                self._returned[key] = None if analysis is None else analysis.may_return
                run.free_memory()
        return self._returned[key]

    def files_read(self) -> set[Path]:
        """The files that the last lint, or an earlier one whose results still hold, has read."""
        looks = {*self._seen_by_discovery, *self._cache.looked_at()}
        return {Path(path_of(key)) for key in looks if key[0] in (CONTENT, MATCH)}
