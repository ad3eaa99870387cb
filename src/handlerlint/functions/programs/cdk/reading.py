"""Which folders are CDK applications, and what they make; called by `discovery`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from handlerlint.functions.cloudformation.synthesized import functions_of_output
from handlerlint.functions.documents.malformed import MalformedDocument
from handlerlint.functions.documents.nodes import MapNode, Scalar
from handlerlint.functions.documents.reading import Document, parse, read_bytes
from handlerlint.functions.event_sources import each_once
from handlerlint.functions.found import Found, ProjectFiles
from handlerlint.functions.model import ConfigurationProblem, ConfigurationSource, LambdaFunction
from handlerlint.functions.programs.cdk.python_apps import functions_of_app, uses_the_cdk
from handlerlint.functions.programs.cdk.typescript_apps import SUFFIXES, functions_of_typescript
from handlerlint.functions.python_modules import holds_module, is_test
from handlerlint.functions.request import DiscoveryRequest
from handlerlint.functions.sources import CDK_CONFIGURATION
from handlerlint.project.view import is_folder
from handlerlint.records import replace

# How those files are named that hold stacks and constructs: not every Python file is to be read for them.
_FRAGMENT = re.compile(r"stack|construct|cdk", re.IGNORECASE)
_IS_ABSENT = "does not exist"
_PYTHON = re.compile(r"\bpython|\.py\b|\buv run\b|\bpoetry run\b")


def read(files: ProjectFiles, request: DiscoveryRequest) -> Found:
    """The functions of all applications among the files."""
    found = Found()
    if not request.is_on("cdk"):
        return found
    applications = {path.parent: path for path in files.named(CDK_CONFIGURATION)}
    python = _python_files(files, set(applications))
    scripts = _scripts(files, set(applications))
    for folder in [folder for folder in python if folder not in applications]:
        with request.alone(folder):
            found.functions.extend(_functions(folder, python[folder], request))
    for folder, path in applications.items():
        with request.alone(path):
            document = _read(path, found)
            if document is not None and isinstance(document.root, MapNode):
                ours = python.get(folder, []), scripts.get(folder, [])
                _read_application(folder, document.root, path, ours, (files, request), found)
    for folder, paths in _fragments(files, python, request).items():
        with request.alone(folder):
            found.functions.extend(map(_without_application, _functions(folder, paths, request)))
    return found


def _functions(folder: Path, paths: list[Path], request: DiscoveryRequest) -> Iterable[LambdaFunction]:
    """The functions that the Python files of one application make, or have made when they were the same."""
    return request.kept(("cdk", folder, paths), partial(functions_of_app, folder, paths, request))


def _fragments(
    files: ProjectFiles, owned: dict[Path, list[Path]], request: DiscoveryRequest
) -> dict[Path, list[Path]]:
    """Stacks and constructs of which no application is in the tree, by their folders."""
    known = {path for paths in owned.values() for path in paths}
    fragments: dict[Path, list[Path]] = {}
    for path in files.ending(".py"):
        if path not in known and _FRAGMENT.search(path.stem) and not is_test(path, request.paths):
            fragments.setdefault(path.parent, []).append(path)
    return fragments


def _without_application(function: LambdaFunction) -> LambdaFunction:
    """A function whose paths start at a folder that is not known: beside the file, if its module is there."""
    root, handler = function.code_root, function.handler
    if root is None and (function.inline_code is not None or _IS_ABSENT not in (function.unresolved or "")):
        return function
    if root is not None and handler is not None and holds_module(root, handler):
        return function
    return replace(function, code_root=None, unresolved="no `cdk.json` says which folder its paths start at")


def _read(path: Path, found: Found) -> Document | None:
    try:
        return parse(path, read_bytes(path))
    except MalformedDocument as error:
        found.problems.append(error.problem(path))
    except OSError as error:
        found.problems.append(
            ConfigurationProblem(path, f"cannot be read: {error.strerror or 'unknown error'}")
        )
    return None


def _python_files(files: ProjectFiles, folders: set[Path]) -> dict[Path, list[Path]]:
    """The Python files of each application: those whose nearest `cdk.json` upwards is its own.

    Where there is none, the nearest folder upwards with an `app.py` that uses the CDK is the application's.
    """
    paths = list(files.ending(".py"))
    scripts = {path.parent for path in paths if path.name == "app.py" and uses_the_cdk(path)}
    owners: dict[Path, list[Path]] = {}
    for path in paths:
        owner = _nearest(path, folders) or _nearest(path, scripts)
        if owner is not None:
            owners.setdefault(owner, []).append(path)
    return owners


def _scripts(files: ProjectFiles, folders: set[Path]) -> dict[Path, list[Path]]:
    """The TypeScript and JavaScript files of each application, by the nearest `cdk.json` upwards."""
    owners: dict[Path, list[Path]] = {}
    for path in files.ending(*SUFFIXES) if folders else ():
        owner = _nearest(path, folders)
        if owner is not None:
            owners.setdefault(owner, []).append(path)
    return owners


def _nearest(path: Path, folders: set[Path]) -> Path | None:
    """The nearest of the folders that a file lies in."""
    return next((folder for folder in path.parents if folder in folders), None)


def _read_application(
    folder: Path,
    root: MapNode,
    path: Path,
    sources: tuple[list[Path], list[Path]],
    context: tuple[ProjectFiles, DiscoveryRequest],
    found: Found,
) -> None:
    """Put the functions of one application into `found`: from its source where it is in Python, and as synthesized.

    `root` is the content of `cdk.json` at `path`, `sources` are its Python files and its scripts; an application in
    another language that was not synthesized is a hint to do so.
    """
    files, request = context
    python, scripts = sources
    command, output_name = root.get("app"), root.get("output")
    output = folder / (output_name.text if isinstance(output_name, Scalar) else "cdk.out")
    synthesized = list(functions_of_output(output, files, request, found)) if is_folder(output) else []
    if not isinstance(command, Scalar) or _PYTHON.search(command.text):
        found.functions.extend(_united(list(_functions(folder, python, request)), synthesized))
        return
    found.functions.extend(synthesized)
    if is_folder(output):
        return
    message = "the application is not in Python: run `cdk synth` to have its functions found"
    if scripts and _scripts_can_be_read():
        key = ("cdk scripts", folder, scripts)
        make = partial(functions_of_typescript, folder, scripts, request)
        found.functions.extend(request.kept(key, make))
        message += ", also those that are not literal"
    elif scripts:
        message += ", or install `handlerlint[cdk]` for those that are literal"
    found.hints.append(ConfigurationProblem(path, message, command.span))


def _scripts_can_be_read() -> bool:
    """Whether the extra `cdk` is installed."""
    return all(find_spec(name) is not None for name in ("tree_sitter", "tree_sitter_typescript"))


def _united(written: list[LambdaFunction], synthesized: list[LambdaFunction]) -> list[LambdaFunction]:
    """Each function once: what is written in the source, with what synthesis knows better."""
    united: list[LambdaFunction] = []
    remaining = list(synthesized)
    for function in written:
        twin = next((other for other in remaining if _is_same(function, other)), None)
        if twin is None:
            united.append(function)
            continue
        remaining.remove(twin)
        united.append(_with_twin(function, twin))
    return [*united, *remaining]


def _is_same(written: LambdaFunction, synthesized: LambdaFunction) -> bool:
    if written.name != synthesized.name:
        return False
    agree = written.handler is None or written.handler == synthesized.handler
    return agree and (
        written.code_root is None
        or synthesized.code_root is None
        or written.code_root == synthesized.code_root
    )


def _with_twin(written: LambdaFunction, synthesized: LambdaFunction) -> LambdaFunction:
    origins: tuple[ConfigurationSource, ...] = (written.source, synthesized.source)
    both = each_once((*synthesized.events, *written.events))
    merged = replace(written, origins=origins, events=both, environment=synthesized.environment)
    if synthesized.runtime_given:
        merged = replace(merged, runtime=synthesized.runtime, runtime_given=True)
    if merged.code_root is None and merged.inline_code is None and synthesized.code_root is not None:
        merged = replace(merged, code_root=synthesized.code_root, unresolved=None)
    if merged.unknown_layers and not synthesized.unknown_layers:
        merged = replace(merged, import_path=synthesized.import_path, unknown_layers=(), bare_layers=())
    if merged.handler is None:
        merged = replace(merged, handler=synthesized.handler, unresolved=synthesized.unresolved)
    return merged
