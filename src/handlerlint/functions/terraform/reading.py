"""Which folders are Terraform modules that configure functions, and who uses which; called by `discovery`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import field
from functools import partial
from pathlib import Path

from handlerlint.functions.documents import MalformedDocument, read_bytes
from handlerlint.functions.found import Found, ProjectFiles, joined
from handlerlint.functions.model import ConfigurationProblem, LambdaFunction
from handlerlint.functions.request import DiscoveryRequest
from handlerlint.functions.sources import TERRAFORM_SUFFIXES
from handlerlint.functions.terraform.lambdas import Lambdas
from handlerlint.functions.terraform.modules import Module, ModuleFiles, load_module
from handlerlint.functions.terraform.syntax import Block, MissingParser
from handlerlint.functions.terraform.values import Value
from handlerlint.records import dataclass

_MARKERS = re.compile(rb"aws_lambda_function\b|terraform-aws-modules/(?:lambda/aws|terraform-aws-lambda)")
_LOCAL_SOURCE = re.compile(rb"""(?:^|\{)\s*"?source"?\s*[=:]\s*"(\.{1,2}/[^"]*)\"""", re.MULTILINE)
_MOST_USES = 1000


@dataclass(slots=True)
class _Folder:
    """A folder with `.tf` files: their bytes, and the local modules that they use."""

    paths: list[Path] = field(default_factory=list)
    data: dict[Path, bytes] = field(default_factory=dict)
    uses: set[Path] = field(default_factory=set)
    has_functions: bool = False


def read(files: ProjectFiles, request: DiscoveryRequest) -> Found:
    """The functions of all modules among the files, with the arguments of the modules that use them."""
    found = Found()
    if not request.is_on("terraform"):
        return found
    folders = _folders(files)
    relevant = _relevant(folders)
    if not relevant:
        return found
    reader = _Reader(folders, request, found.problems)
    used = {path for folder in relevant for path in folders[folder].uses}
    try:
        for folder in sorted(relevant):
            if folder not in used:
                found.functions.extend(reader.functions(folder, folder, {}, ""))
        for folder in sorted(relevant - reader.seen):  # modules that use each other
            found.functions.extend(reader.functions(folder, folder, {}, ""))
    except MissingParser:
        found.hints.append(
            ConfigurationProblem(
                min(path for folder in relevant for path in folders[folder].paths),
                "configures functions: install `handlerlint[terraform]` to have them found",
            )
        )
    return found


def _folders(files: ProjectFiles) -> dict[Path, _Folder]:
    folders: dict[Path, _Folder] = {}
    for path in files.ending(*TERRAFORM_SUFFIXES):
        folder = folders.setdefault(path.parent, _Folder())
        try:
            data = read_bytes(path)
        except (OSError, MalformedDocument):
            continue
        folder.paths.append(path)
        folder.data[path] = data
        folder.has_functions = folder.has_functions or _MARKERS.search(data) is not None
        for source in _LOCAL_SOURCE.findall(data):
            folder.uses.add(joined(path.parent, source.decode("utf-8", "replace")))
    return folders


def _relevant(folders: dict[Path, _Folder]) -> set[Path]:
    """The folders that configure functions, and those that use them, directly or not."""
    users: dict[Path, set[Path]] = {}
    for path, folder in folders.items():
        for used in folder.uses:
            users.setdefault(used, set()).add(path)
    relevant: set[Path] = set()
    pending = [path for path, folder in folders.items() if folder.has_functions]
    while pending:
        path = pending.pop()
        if path not in relevant:
            relevant.add(path)
            pending.extend(users.get(path, ()))
    return relevant


class _Reader:
    """Parses each folder once, and goes into local modules with their arguments."""

    def __init__(
        self, folders: dict[Path, _Folder], request: DiscoveryRequest, problems: list[ConfigurationProblem]
    ) -> None:
        self.seen: set[Path] = set()
        self._folders = folders
        self._request = request
        self._problems = problems
        self._modules: dict[Path, ModuleFiles] = {}
        self._relevant = _relevant(folders)
        self._uses = 0

    def functions(
        self,
        folder: Path,
        root: Path,
        arguments: dict[str, Callable[[], Value]],
        address: str,
        parents: tuple[Path, ...] = (),
        defaults: list[str] | None = None,
    ) -> Iterator[LambdaFunction]:
        """The functions of one use of the module in `folder`, and of the modules that it uses."""
        self._uses += 1
        if folder in parents or self._uses > _MOST_USES:
            return
        self.seen.add(folder)
        if folder not in self._modules:
            entry = self._folders[folder]
            self._modules[folder] = load_module(folder, entry.paths, self._problems, entry.data.__getitem__)
        defaults = [] if defaults is None else defaults
        module = Module(self._modules[folder], root, arguments, address, defaults)
        yield from Lambdas(module, self._request).functions()
        for name, block in self._modules[folder].modules.items():
            source = module.value(block.body.attributes.get("source"))
            if not isinstance(source, str) or not source.startswith("."):
                continue
            path = joined(folder, source)
            if path in self._relevant:
                for suffix, names in module.instances(block):
                    yield from self.functions(
                        path,
                        root,
                        _arguments(block, module, names),
                        f"{address}module.{name}{suffix}.",
                        (*parents, folder),
                        defaults,
                    )


_META_ARGUMENTS = frozenset({"source", "version", "providers", "depends_on", "count", "for_each"})


def _arguments(block: Block, module: Module, names: dict[str, Value]) -> dict[str, Callable[[], Value]]:
    """The arguments of a `module` block, evaluated when they are asked for, where they are written."""
    return {
        key: partial(module.value, expression, names)
        for key, expression in block.body.attributes.items()
        if key not in _META_ARGUMENTS
    }
