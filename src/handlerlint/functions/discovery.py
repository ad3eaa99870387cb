"""Which Lambda functions does a project configure? All sources in order; called by `linter`."""

from __future__ import annotations

import os
from pathlib import Path

from handlerlint.functions.convention.reading import functions_by_convention
from handlerlint.functions.explicit import from_command_line, from_configuration
from handlerlint.functions.found import Found, ProjectFiles, is_inside
from handlerlint.functions.keeping import Whole
from handlerlint.functions.model import ConfigurationProblem, Discovery
from handlerlint.functions.python_modules import is_test
from handlerlint.functions.request import DiscoveryRequest
from handlerlint.functions.scope import Scope
from handlerlint.functions.sources import is_wanted, sources_for
from handlerlint.functions.unification.images import with_images
from handlerlint.functions.unification.placing import placed
from handlerlint.functions.unification.stand_ins import without_stand_ins
from handlerlint.functions.unification.uniting import united
from handlerlint.functions.wrappers import wrapped
from handlerlint.project.view import is_folder
from handlerlint.project.walking import Tree, absolute, folders_upwards, project_root, walk
from handlerlint.records import replace


def discover(request: DiscoveryRequest) -> Discovery:
    """All functions that concern the given paths, and what could not be read on the way."""
    paths = tuple(Path(absolute(path)) for path in request.paths)
    request = replace(request, paths=paths, failures=[])
    scope = Scope(paths)
    files, found = _configured(request)
    if request.is_on("convention"):
        python = ProjectFiles(tuple(path for path in files.paths if scope.holds(path)), files.given)
        with request.alone(_root_of(request)):
            found.functions.extend(functions_by_convention(python, request, tuple(found.functions), files))
    functions = [function for function in found.functions if scope.concerns(function)]
    problems = [problem for problem in found.problems if scope.concerns_problem(problem)]
    hints = [hint for hint in found.hints if scope.concerns_problem(hint)]
    with request.alone(_root_of(request)):
        functions = united(without_stand_ins(functions, files))
    failures = tuple(dict.fromkeys(request.failures))
    return Discovery(tuple(functions), tuple(dict.fromkeys(problems)), tuple(dict.fromkeys(hints)), failures)


def _root_of(request: DiscoveryRequest) -> Path:
    """What a failure concerns that concerns no single file."""
    return request.project_root or request.paths[0]


def _configured(request: DiscoveryRequest) -> tuple[ProjectFiles, Found]:
    """The files of the projects that the paths lie in, and all that is configured there; kept from run to run."""
    keeper, root = request.keeper, _one_root(request)
    if keeper is None or root is None:
        return _looked_for(_trees(request), request)
    given = frozenset(str(path) for path in request.paths if not is_folder(path))
    question = _question(request)
    whole = keeper.whole(root, question)
    if whole is not None and whole.covers(request.paths, given, root):
        found = Found([*whole.functions], [*whole.problems], [*whole.hints])
        return ProjectFiles(whole.files(), given), found
    with keeper.keeping(root, question) as keep:
        trees = _trees(request)
        files, found = _looked_for(trees, request)
        whole = Whole(_by_folder(trees), (*found.functions,), (*found.problems,), (*found.hints,))
        if not request.failures and whole.covers(request.paths, given, root):
            keep(whole)
    return files, found


def _one_root(request: DiscoveryRequest) -> Path | None:
    """The one project that all paths lie in, if what is found there depends on none of them."""
    if request.handlers:
        return None
    roots = {_root(path if is_folder(path) else path.parent, request) for path in request.paths}
    return roots.pop() if len(roots) == 1 else None


def _question(request: DiscoveryRequest) -> str:
    """All that is configured in a tree depends on beside files; of the paths only whether they are tests."""
    paths = tuple(path for path in request.paths if is_folder(path) and is_test(path / "_", ()))
    disabled = request.disabled - {"convention"}  # which is looked for elsewhere
    return repr(replace(request, paths=paths, disabled=frozenset(sorted(disabled))))


def _by_folder(trees: list[Tree]) -> dict[str, tuple[str, ...]]:
    """The folders that were walked, and the names of the wanted files in each, in the order of the walks."""
    names: dict[str, list[str]] = {}
    for tree in trees:
        for file in tree.files:
            folder, _, name = file.rpartition(os.sep)
            names.setdefault(folder, []).append(name)
        for folder in sorted(tree.folders):
            names.setdefault(folder, [])
    return {folder: tuple(found) for folder, found in names.items()}


def _looked_for(trees: list[Tree], request: DiscoveryRequest) -> tuple[ProjectFiles, Found]:
    """The files of some trees, and all that they configure."""
    files, found = _project_files(trees, request)
    root = _root_of(request)
    found.functions.extend(from_command_line(request))
    found.functions.extend(from_configuration(request))
    names = {path.rpartition(os.sep)[2] for path in files.paths}
    if any(not path.endswith(".py") for path in files.given):
        names.add("template.yaml")  # the user may give a template any name
    for source in sources_for(names):
        with request.alone(root):
            found.extend(source.reader()(files, request))
    with request.alone(root):
        configured = [wrapped(function) for function in with_images(found.functions)]
        found.functions = placed(configured, files, request)
    return files, found


def _project_files(trees: list[Tree], request: DiscoveryRequest) -> tuple[ProjectFiles, Found]:
    """The files of each path's project, those in the folders above it, and the paths that are files."""
    given = frozenset(str(path) for path in request.paths if not is_folder(path))
    names = dict.fromkeys(name for tree in trees for name in tree.files)
    names.update(dict.fromkeys(sorted(given)))
    unreadable = dict.fromkeys(folder for tree in trees for folder in tree.unreadable)
    problems = [
        ConfigurationProblem(Path(folder), f"cannot be read: {reason}") for folder, reason in unreadable
    ]
    return ProjectFiles(tuple(names), given), Found(problems=problems)


def _trees(request: DiscoveryRequest) -> list[Tree]:
    """The walks over each path's project and, one folder deep, over the folders above it."""
    trees: list[Tree] = []
    walked: set[str] = set()

    def look_into(folder: Path, *, recursive: bool) -> None:
        if str(folder) not in walked:
            root = request.project_root
            tree = walk(folder, is_wanted, exclude=request.exclude, exclude_root=root, recursive=recursive)
            walked.update(tree.folders)
            trees.append(tree)

    named = [path for path in request.paths if is_folder(path)]
    folders = list(dict.fromkeys((*named, *(path.parent for path in request.paths if not is_folder(path)))))
    for folder in folders:
        root = _root(folder, request)
        if root is not None:
            look_into(root, recursive=True)
    for folder in named:
        # By itself, where it is outside a project, or in a folder that the project's walk passes over.
        look_into(folder, recursive=True)
    for folder in folders:
        for above in folders_upwards(folder):
            look_into(above, recursive=False)
    return trees


def _root(path: Path, request: DiscoveryRequest) -> Path | None:
    """The root of the project that a path lies in: where the configuration file is, if that is above it."""
    declared = request.project_root
    if declared is not None and request.configuration_file is not None and is_inside(path, declared):
        return declared
    return project_root(path)
