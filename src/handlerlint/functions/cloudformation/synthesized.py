"""Functions of a synthesized CDK application (`cdk.out`), led back to the project's own files; see `programs.cdk`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from handlerlint.functions.cloudformation.resources import functions_of
from handlerlint.functions.cloudformation.template import (
    MARKERS,
    SECTION,
    Template,
    is_template,
    make_template,
)
from handlerlint.functions.documents.nodes import Scalar
from handlerlint.functions.found import Found, ProjectFiles, document_with, is_inside
from handlerlint.functions.model import LambdaFunction
from handlerlint.functions.python_modules import module_path
from handlerlint.functions.request import DiscoveryRequest
from handlerlint.project.view import is_file, matching, read_file, read_start
from handlerlint.records import replace

# Functions that constructs of the CDK itself bring along.
_HASH = re.compile(r"[0-9A-F]{8}$")
_OF_THE_CDK = ("Custom::", "BucketNotificationsHandler", "LogRetention", "framework-", "AWSCDK")


def functions_of_output(
    output: Path, files: ProjectFiles, request: DiscoveryRequest, found: Found
) -> Iterator[LambdaFunction]:
    """The functions of all templates in a folder that `cdk synth` has written."""
    copies = _Copies(files, output.parent)
    for path in sorted(
        (*matching(output, "*.template.json"), *matching(output, "assembly-*/**/*.template.json"))
    ):
        document = document_with(path, MARKERS, SECTION, found)
        if document is None or not is_template(document):
            continue
        template = make_template(document)
        for function in functions_of(template, request, "cdk"):
            construct = _construct_path(template, function.name)
            if not any(part.startswith(_OF_THE_CDK) for part in construct):
                named = replace(function, name=construct[-1], unknown_content="what `cdk synth` has bundled")
                yield copies.led_back(named, output)


def _construct_path(template: Template, logical_id: str) -> list[str]:
    """`Stack/Api/Handler/Resource` without its last part; the logical id without its hash where there is none."""
    path = template.resources[logical_id].metadata.get("aws:cdk:path")
    if not isinstance(path, Scalar):
        return [_HASH.sub("", logical_id) or logical_id]
    parts = path.text.split("/")
    return parts[:-1] if parts[-1] == "Resource" and len(parts) > 1 else parts


class _Copies:
    """Finds the files of the project that assets in `cdk.out` are copies of."""

    def __init__(self, files: ProjectFiles, folder: Path) -> None:
        self._files = files
        self._folder = folder
        self._by_name: dict[str, list[str]] | None = None  # those that were not asked for yet
        self._by_content: dict[tuple[str, bytes], list[str]] = {}

    def led_back(self, function: LambdaFunction, output: Path) -> LambdaFunction:
        """The function with the folders that its assets were copied from as its code root and import path."""
        layers = tuple(self._layer_led_back(layer, output) for layer in function.import_path)
        function = replace(function, import_path=layers)
        asset = function.code_root
        if asset is None or not is_inside(asset, output):
            return function
        origin = None if function.handler is None else self._origin(asset, module_path(function.handler))
        if origin is not None:
            return replace(function, code_root=origin)
        reason = "no folder of the project matches its asset: `cdk synth` may have been run before a change"
        return replace(function, code_root=None, unresolved=reason)

    def _layer_led_back(self, layer: Path, output: Path) -> Path:
        if not is_inside(layer, output):
            return layer
        # A module with something in it tells one layer from another.
        for path in sorted((*matching(layer, "*.py"), *matching(layer, "*/*.py"))):
            if is_file(path) and read_start(path, 1):
                module = path.relative_to(layer).with_suffix("").as_posix()
                return self._origin(layer, module) or layer
        return layer

    def _origin(self, asset: Path, module: str) -> Path | None:
        for member in (f"{module}.py", f"{module}/__init__.py"):
            try:
                packed = read_file(asset / member)
            except OSError:
                continue
            candidates = self._equal_to(packed, member)
            # The application's own folder first, then the shortest way.
            candidates.sort(key=lambda path: (not is_inside(path, self._folder), len(path)))
            if candidates:
                return Path(candidates[0][: -len(member) - 1])
        return None

    def _equal_to(self, packed: bytes, member: str) -> list[str]:
        """The files of the project that have this content, and this path in some folder."""
        if self._by_name is None:
            self._by_name = {}
            for path in self._files.paths:
                if path.endswith(".py"):
                    self._by_name.setdefault(path.rpartition(os.sep)[2], []).append(path)
        name = member.rpartition("/")[2]
        for path in self._by_name.pop(name, ()):
            self._by_content.setdefault((name, _digest(_reads(path))), []).append(path)
        ending = os.sep + member.replace("/", os.sep)
        return [path for path in self._by_content.get((name, _digest(packed)), ()) if path.endswith(ending)]


def _digest(content: bytes | None) -> bytes:
    if content is None:
        return b""
    import hashlib

    return hashlib.blake2b(content).digest()


def _reads(path: str) -> bytes | None:
    try:
        return read_file(path)
    except OSError:
        return None
