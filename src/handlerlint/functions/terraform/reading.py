"""Which folders are Terraform modules that configure functions, and who uses which; called by `discovery`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from handlerlint.functions.documents.malformed import MalformedDocument
from handlerlint.functions.documents.reading import read_bytes
from handlerlint.functions.found import Found, ProjectFiles, joined
from handlerlint.functions.model import ConfigurationProblem, LambdaFunction
from handlerlint.functions.request import DiscoveryRequest
from handlerlint.functions.sources import TERRAFORM_SUFFIXES
from handlerlint.functions.terraform.events import READERS, connections_of
from handlerlint.functions.terraform.lambdas import Lambdas
from handlerlint.functions.terraform.modules import Argument, Module, ModuleFiles, load_module
from handlerlint.records import dataclass, field

_MARKERS = re.compile(rb"aws_lambda_function\b|terraform-aws-modules/(?:lambda/aws|terraform-aws-lambda)")
_LOCAL_SOURCE = re.compile(rb"""(?:^|\{)\s*"?source"?\s*[=:]\s*"(\.{1,2}/[^"]*)\"""", re.MULTILINE)
_CONNECTIONS = re.compile(rf"\b(?:{'|'.join(READERS)})\b".encode())
_MOST_USES = 1000


@dataclass(slots=True)
class _Folder:
    """A folder with `.tf` files: their bytes, and the local modules that they use."""

    paths: list[Path] = field(default_factory=list)
    data: dict[Path, bytes] = field(default_factory=dict)
    uses: set[Path] = field(default_factory=set)
    has_functions: bool = False
    has_connections: bool = False


def read(files: ProjectFiles, request: DiscoveryRequest) -> Found:
    """The functions of all modules among the files, with the arguments of the modules that use them."""
    found = Found()
    if not request.is_on("terraform"):
        return found
    folders = _folders(files)
    relevant = _with_users(folders, lambda folder: folder.has_functions)
    if not relevant:
        return found
    reader = _Reader(folders, relevant, request, found.problems)
    used = {path for folder in relevant for path in folders[folder].uses}
    for folder in sorted(relevant):
        if folder not in used:
            with request.alone(folder):
                found.functions.extend(reader.functions(folder))
    for folder in sorted(relevant - reader.seen):  # modules that use each other
        with request.alone(folder):
            found.functions.extend(reader.functions(folder))
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
        folder.has_connections = folder.has_connections or _CONNECTIONS.search(data) is not None
        for source in _LOCAL_SOURCE.findall(data):
            folder.uses.add(joined(path.parent, source.decode("utf-8", "replace")))
    return folders


def _with_users(folders: dict[Path, _Folder], wanted: Callable[[_Folder], bool]) -> set[Path]:
    """The folders that are wanted, and those that use them, directly or not."""
    users: dict[Path, set[Path]] = {}
    for path, folder in folders.items():
        for used in folder.uses:
            users.setdefault(used, set()).add(path)
    relevant: set[Path] = set()
    pending = [path for path, folder in folders.items() if wanted(folder)]
    while pending:
        path = pending.pop()
        if path not in relevant:
            relevant.add(path)
            pending.extend(users.get(path, ()))
    return relevant


class _Reader:
    """Parses each folder once, and goes into local modules with their arguments."""

    def __init__(
        self,
        folders: dict[Path, _Folder],
        relevant: set[Path],
        request: DiscoveryRequest,
        problems: list[ConfigurationProblem],
    ) -> None:
        self.seen: set[Path] = set()
        self._folders = folders
        self._relevant = relevant
        self._connecting = _with_users(folders, lambda folder: folder.has_connections)
        self._request = request
        self._problems = problems
        self._files: dict[Path, ModuleFiles] = {}
        self._uses = 0

    def functions(self, root: Path) -> Iterator[LambdaFunction]:
        """The functions of the module in a folder, and of the modules that it uses."""
        modules = list(self._tree(Module(self._load(root), root, {}, use=self._use)))
        connections = connections_of(modules)
        for module in modules:
            if module.files.folder in self._relevant:
                self.seen.add(module.files.folder)
                yield from Lambdas(module, self._request, connections).functions()

    def _tree(self, module: Module) -> Iterator[Module]:
        """A module and those below it that configure functions, or what invokes them."""
        yield module
        for name in module.files.modules:
            for used in module.used(name).values():
                if used.files.folder in self._relevant or used.files.folder in self._connecting:
                    yield from self._tree(used)

    def _use(self, user: Module, name: str) -> Iterator[tuple[str, Module]]:
        """The instances of a local module that `user` names so."""
        block = user.files.modules.get(name)
        source = None if block is None else user.value(block.body.attributes.get("source"))
        if block is None or not isinstance(source, str) or not source.startswith("."):
            return
        folder = joined(user.files.folder, source)
        users = (*user.users, user.files.folder)
        if folder not in self._folders or folder in users:
            return
        for suffix, names in user.instances(block):
            self._uses += 1
            if self._uses > _MOST_USES:
                return
            arguments = {
                key: Argument(expression, user, names, block.path)
                for key, expression in block.body.attributes.items()
                if key not in _META_ARGUMENTS
            }
            address = f"{user.address}module.{name}{suffix}."
            yield (
                suffix,
                Module(
                    *(self._load(folder), user.root, arguments, address),
                    *(user.defaults, users, self._use, user.budget),
                ),
            )

    def _load(self, folder: Path) -> ModuleFiles:
        if folder not in self._files:
            entry = self._folders[folder]
            self._files[folder] = load_module(folder, entry.paths, self._problems, entry.data.__getitem__)
        return self._files[folder]


_META_ARGUMENTS = frozenset({"source", "version", "providers", "depends_on", "count", "for_each"})
