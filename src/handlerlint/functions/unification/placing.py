"""Functions whose code is out of reach, but lies in the project: found by their handler strings.

Called by `discovery`. What is uploaded to a bucket, or copied to a folder by a build, has its source in the project
more often than not. Where exactly one file can be meant, it is taken; that it is the one remains a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from handlerlint.functions.found import ProjectFiles, is_inside
from handlerlint.functions.model import LambdaFunction
from handlerlint.functions.python_modules import (
    code_root_and_module,
    files_by_module,
    is_test,
    module_ends,
    module_path,
)
from handlerlint.functions.request import DiscoveryRequest
from handlerlint.functions.sources import CDK_CONFIGURATION, PULUMI_NAMES
from handlerlint.functions.unification.uniting import plain_name
from handlerlint.project.view import is_file, matches
from handlerlint.project.walking import folders_upwards
from handlerlint.records import replace

# Whatever puts the code where it is: it may add modules of the user's own.
DEPLOYMENT = "deployment"

# A project has its templates beside its code, or in a folder of their own beside it.
_LEVELS = 2
_APPLICATIONS = (CDK_CONFIGURATION, *PULUMI_NAMES)
_MODULE = re.compile(r"[\w-]+(?:/[\w-]+)*")
_IN_ARCHIVE = "the code is in an archive"
# These have no configuration that is above its code, or run their own handler.
_EXPLICIT = ("argument", "configuration")
_NOT_PLACED = (*_EXPLICIT, "convention", "zappa")
_NO_OWNERS = (*_NOT_PLACED, "container")


def placed(
    functions: Sequence[LambdaFunction], files: ProjectFiles, request: DiscoveryRequest
) -> list[LambdaFunction]:
    """The functions; those without a known code root have the folder of the one module that they can mean."""
    search = _Search(functions, files, request)
    found = {
        index: path for index, one in enumerate(functions) if (path := search.module_of(one)) is not None
    }
    doubtful = set(_ambiguous(functions, found))
    return [
        function if index not in found or index in doubtful else _at(function, found[index])
        for index, function in enumerate(functions)
    ]


def _at(function: LambdaFunction, path: Path) -> LambdaFunction:
    levels = module_path(function.handler or "").count("/") + (path.name == "__init__.py")
    root, around = path.parents[levels], code_root_and_module(path)[0]
    return replace(
        function,
        code_root=root,
        # A module in a package of the project may have others of the project beside it when it is deployed.
        import_path=function.import_path if around == root else (*function.import_path, around),
        unresolved=None,
        build=function.build or DEPLOYMENT,
        unknown_content=function.unresolved or "the code root is unknown",
        is_inferred=True,
    )


class _Search:
    """Looks for the modules of handler strings among the files that no function's code root covers."""

    def __init__(
        self, functions: Iterable[LambdaFunction], files: ProjectFiles, request: DiscoveryRequest
    ) -> None:
        functions = tuple(functions)
        self._files = files
        self._request = request
        self._covered = {one.code_root for one in functions if one.source.kind not in _EXPLICIT}
        self._owners = {
            function.source.path.parent
            for function in functions
            if function.source.path is not None and function.source.kind not in _NO_OWNERS
        }
        self._by_module: dict[str, list[str]] | None = None
        self._defines: dict[tuple[Path, str], bool] = {}

    def module_of(self, function: LambdaFunction) -> Path | None:
        """The one file that a function without a known code root can mean, near its configuration."""
        handler, source = function.handler, function.source.path
        is_out_of_reach = function.code_root is None and function.inline_code is None
        if not is_out_of_reach or not handler or source is None or function.source.kind in _NOT_PLACED:
            return None
        module, attribute = module_path(handler), handler.rpartition(".")[2]
        if _IN_ARCHIVE in (function.unresolved or "") or function.has_wrapper:
            return None  # an archive of the project that holds something else, as has been seen
        if _MODULE.fullmatch(module) is None:
            return None
        candidates = [
            path for path in self._named(module) if not is_test(path, ()) and self._has(path, attribute)
        ]
        for folder in _scopes(source, function.source.kind):
            near = [path for path in candidates if is_inside(path, folder)]
            if near:
                return near[0] if len(near) == 1 and self._is_free(near[0], folder) else None
        return None

    def _named(self, module: str) -> Iterator[Path]:
        if self._by_module is None:
            self._by_module = files_by_module(self._files.paths)
        ends = module_ends(module)
        names = self._by_module.get(module.rpartition("/")[2], ())
        return (Path(path) for path in names if path.endswith(ends))

    def _has(self, path: Path, attribute: str) -> bool:
        """Whether a module binds the name, as far as its lines tell."""
        if (path, attribute) not in self._defines:
            self._defines[path, attribute] = matches(path, _binding(attribute))
        return self._defines[path, attribute]

    def _is_free(self, path: Path, folder: Path) -> bool:
        """Whether no function is known to have the file, and no configuration is nearer to it than `folder`."""
        if not self._covered.isdisjoint(path.parents):
            return False
        between = path.parents[: len(path.parents) - len(folder.parents) - 1]
        return self._owners.isdisjoint(between)


def _scopes(source: Path, kind: str) -> list[Path]:
    """The folders in which the code may lie that a file configures, the nearest first."""
    folders = folders_upwards(source)
    for level, folder in enumerate(folders):
        # The files of an application may lie anywhere in its folder, which its paths are relative to.
        if kind in ("cdk", "pulumi") and any(is_file(folder / name) for name in _APPLICATIONS):
            return folders[: level + 1]
    return folders[:_LEVELS]


def _binding(attribute: str) -> re.Pattern[bytes]:
    name = re.escape(attribute)
    definition = rf"(?:async[ \t]+)?def[ \t]+{name}[ \t]*\("
    assignment = rf"{name}[ \t]*(?::[^=\n]+)?=(?!=)"
    imported = rf"from[ \t]+[\w.]+[ \t]+import[ \t]+[^\n]*\b{name}\b"
    return re.compile(rf"^(?:{definition}|{assignment}|{imported})".encode(), re.MULTILINE)


def _ambiguous(functions: Sequence[LambdaFunction], found: dict[int, Path]) -> Iterator[int]:
    """Functions that one tool configures under several names or in several folders, and that can mean one file only.

    Each may have code of its own elsewhere, unless they are known to have the same.
    """
    claims: dict[tuple[str, Path], list[int]] = {}
    for index, path in found.items():
        claims.setdefault((functions[index].source.kind, path), []).append(index)
    for indices in claims.values():
        names = {plain_name(functions[index].name) for index in indices}
        reasons = {functions[index].unresolved for index in indices}
        folders = {source.parent for index in indices if (source := functions[index].source.path) is not None}
        names_a_place = len(reasons) == 1 and "does not exist" in (next(iter(reasons)) or "")
        if len(folders) > 1 or (len(names) > 1 and not names_a_place):
            yield from indices
