"""A project as one sees it who looks at single files: discovered once a process. Used by `flake8`.

Says which functions have their handler in a file; no Python is parsed for that.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from handlerlint.caching.results import result_cache
from handlerlint.configuration import load_settings
from handlerlint.functions import Discovery, discover, request_from
from handlerlint.functions.convention.reading import functions_by_convention
from handlerlint.functions.found import ProjectFiles
from handlerlint.functions.keeping import Keeper
from handlerlint.integrations.settings import folder_settings
from handlerlint.project.looks import Looks
from handlerlint.project.view import View, real_path, viewing
from handlerlint.project.walking import project_root
from handlerlint.records import dataclass, replace
from handlerlint.runtime.handler_string import MalformedString, parse_handler
from handlerlint.settings import Settings
from handlerlint.source.files import SourceFiles
from handlerlint.source.modules import FoundModule
from handlerlint.source.resolution import Unresolved, module_finder

if TYPE_CHECKING:
    from collections.abc import Iterable

    from handlerlint.functions.model import LambdaFunction
    from handlerlint.linter import Run


@dataclass(slots=True)
class Project:
    """The settings, and what is configured, by the file that holds the handler's module; `looks` led to that.

    `earlier_run` was over another file: the next one shares its stubs, and what it has parsed.
    """

    settings: Settings
    configured: tuple[LambdaFunction, ...]
    by_file: dict[str, list[LambdaFunction]]
    looks: Looks
    earlier_run: Run | None = None

    def functions_in(self, path: Path) -> Discovery:
        """The functions whose handler is in the file `path` (absolute), as the current view has it."""
        found = tuple(self.by_file.get(real_path(path), ()))
        request = request_from(self.settings)
        if not found and request.is_on("convention"):
            found = tuple(functions_by_convention(ProjectFiles((str(path),)), request, self.configured))
        return Discovery(found)


def project_of(path: Path) -> Project:
    """The project that the file `path` (absolute) belongs to. Raises UserError for a wrong configuration."""
    settings = folder_settings(path.parent)
    if settings.configuration_file is None and project_root(path.parent) is None:
        # A file on its own: what lies around it is none of its business.
        return _discovered(replace(settings, paths=(path,)))
    return _project(settings.project_root, settings.configuration_file)


@lru_cache(maxsize=64)
def _project(root: Path, configuration_file: Path | None) -> Project:
    isolated = configuration_file is None
    return _discovered(load_settings([root], configuration_file=configuration_file, isolated=isolated))


def _discovered(settings: Settings) -> Project:
    cache = result_cache(settings, alone=True)
    if cache is not None:
        cache.prune()
    keeper = None if cache is None else Keeper(cache)
    request = request_from(settings, keeper)
    looks = Looks() if cache is None else cache.looks()
    with viewing(View(looks=looks)):
        configured = discover(replace(request, disabled=request.disabled | {"convention"})).functions
        make = partial(_files_of, configured)
        files = make() if keeper is None else keeper.of_tree("modules", configured, make)
    by_file: dict[str, list[LambdaFunction]] = defaultdict(list)
    for function, path in zip(configured, files, strict=True):
        if path is not None:
            by_file[path].append(function)
    return Project(settings, configured, dict(by_file), looks)


def _files_of(functions: Iterable[LambdaFunction]) -> tuple[str | None, ...]:
    """The file of each function's module."""
    files = SourceFiles()
    return tuple(_file_of(function, files) for function in functions)


def _file_of(function: LambdaFunction, files: SourceFiles) -> str | None:
    """The file of the module that the handler string names."""
    if function.handler is None or function.inline_code is not None:
        return None
    handler = parse_handler(function.handler)
    finder = module_finder(function, files)
    if isinstance(handler, MalformedString) or isinstance(finder, Unresolved):
        return None
    found = finder.find(handler.module)
    if not isinstance(found, FoundModule) or found.file is None:
        return None
    return real_path(found.file.path)
