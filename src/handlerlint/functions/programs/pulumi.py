"""Functions of Pulumi programs in Python (`Pulumi.yaml`), from their source; called by `discovery`.

Facts: pulumi.com/registry/packages/aws/api-docs/lambda/function and …/aws-native/api-docs/lambda/function; a
relative path starts at the folder of `Pulumi.yaml`, or at its `main` (pulumi.com/docs/iac/concepts/projects).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from handlerlint.functions.documents.malformed import MalformedDocument
from handlerlint.functions.documents.nodes import MapNode, Node, Scalar
from handlerlint.functions.documents.reading import parse, read_bytes
from handlerlint.functions.found import Found, ProjectFiles, joined
from handlerlint.functions.model import LambdaFunction
from handlerlint.functions.request import DiscoveryRequest
from handlerlint.functions.sources import PULUMI_NAMES
from handlerlint.libcst_classes import import_libcst

_MAKES_FUNCTIONS = re.compile(rb"pulumi_aws(?:_native)?[\s\S]*?lambda_")
_OF_PULUMI = re.compile(rb"(?m)^\s*(?:from|import)\s+pulumi")


def read(files: ProjectFiles, request: DiscoveryRequest) -> Found:
    """The functions of all Python programs among the files."""
    found = Found()
    if not request.is_on("pulumi"):
        return found
    projects = {path.parent: path for path in files.named(*PULUMI_NAMES)}
    python: dict[Path, list[Path]] = {}
    for path in files.ending(".py"):
        owner = next((folder for folder in path.parents if folder in projects), None)
        if owner is not None:
            python.setdefault(owner, []).append(path)
    for folder, paths in python.items():
        try:
            root = parse(projects[folder], read_bytes(projects[folder])).root
        except MalformedDocument as error:
            found.problems.append(error.problem(projects[folder]))
            continue
        except OSError:
            continue
        if _is_python(root):
            with request.alone(projects[folder]):
                found.functions.extend(_functions(_working_folder(root, folder), paths, request))
    return found


def _is_python(root: Node | None) -> bool:
    runtime = root.get("runtime") if isinstance(root, MapNode) else None
    name = runtime.get("name") if isinstance(runtime, MapNode) else runtime
    return isinstance(name, Scalar) and name.text == "python"


def _working_folder(root: Node | None, folder: Path) -> Path:
    """Where the program is run: `main` names its folder, or the file in it."""
    main = root.get("main") if isinstance(root, MapNode) else None
    if not isinstance(main, Scalar):
        return folder
    place = joined(folder, main.text)
    return place.parent if place.suffix == ".py" else place


def _functions(folder: Path, paths: list[Path], request: DiscoveryRequest) -> Iterator[LambdaFunction]:
    sources: dict[Path, bytes] = {}
    for path in paths:
        try:
            data = read_bytes(path)
        except (OSError, MalformedDocument):
            continue
        if _OF_PULUMI.search(data) is not None:
            sources[path] = data
    if any(_MAKES_FUNCTIONS.search(data) for data in sources.values()):
        import_libcst()  # here: only where there is such a program
        from handlerlint.functions.programs.pulumi_program import functions_of_program

        yield from functions_of_program(folder, sources, paths, request)
