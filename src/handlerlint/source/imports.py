"""Which modules does a handler certainly import, when it is loaded or called? Called by `source.packaging`.

Counted are the statements that every load executes: those of a module's own body and of class bodies in it, with
what they import in turn. Not counted are imports under a condition, in a loop, in a `try` that catches anything,
in a `with`, or in a function, save what the handler itself imports before anything else can happen in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import libcst as cst

from handlerlint.records import dataclass
from handlerlint.source.modules import FoundModule, ModuleFinder, NamespacePackage

if TYPE_CHECKING:
    from handlerlint.source.files import SourceFile

# What lets modules come from elsewhere, be made up, or be installed while the handler is loaded.
CHANGES_THE_IMPORT_PATH = re.compile(
    r"sys\.path|from sys import [^\n]*\b(?:path|modules)|sys\.modules|addsitedir|__path__|meta_path|path_hooks"
    r"|zipimport|unzip_requirements|pip['\"]?,?\s*['\"]?(?:\.main|install)|import_hook|install_import|\bNeededModule\b"
)


@dataclass(frozen=True, slots=True, eq=False)
class ImportStatement:
    """One module that a statement of `file` imports; `module` is its absolute dotted name.

    `members` are the names that a `from` import takes out of it.
    """

    module: str
    file: SourceFile
    node: cst.CSTNode
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class MissingImport:
    """An import that certainly fails unless something brings `module`, the first part that there is not.

    `chain` are the imports on the way from the handler's module, its own first. `when_called`: the handler itself
    imports it, rather than a module that is loaded with it. `parent_is_module`: what is before the last dot is a
    module, not a package.
    """

    module: str
    statement: ImportStatement
    chain: tuple[ImportStatement, ...]
    when_called: bool = False
    parent_is_module: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class ImportSearch:
    """What came of following a handler's imports.

    `path_changed_by` is a file among those that are loaded which may change where modules come from.
    """

    missing: tuple[MissingImport, ...]
    path_changed_by: SourceFile | None = None


def absolute_name(module: str, is_package: bool, node: cst.ImportFrom) -> str | None:
    """The full name of what `node`, a statement of `module`, imports from; None if that is out of its package."""
    written = dotted(node.module)
    if not node.relative:
        return written
    package = module.split(".") if is_package else module.split(".")[:-1]
    base = package[: max(len(package) - len(node.relative) + 1, 0)]
    if not base:
        return None
    return ".".join([*base, written]) if written else ".".join(base)


def dotted(node: cst.BaseExpression | None) -> str:
    """`a.b.c` for the nodes of a dotted name; empty for anything else."""
    match node:
        case cst.Name(value=name):
            return name
        case cst.Attribute(value=value, attr=cst.Name(value=name)):
            left = dotted(value)
            return f"{left}.{name}" if left else ""
        case _:
            return ""


def search_imports(
    module: FoundModule,
    finder: ModuleFinder,
    present: frozenset[str],
    functions: Sequence[tuple[SourceFile, cst.FunctionDef | cst.Lambda]] = (),
) -> ImportSearch:
    """Follow the imports of the handler's module, and those that `functions`, the handler, begin with.

    `present` are the top-level modules that are there besides those that `finder` finds.
    """
    search = _Search(finder, present)
    search.load(module.name, ())
    for file, function in functions:
        importer = search.names.get(file)
        if importer is not None:
            first = _first_in(function)
            for statement in _statements(file, importer.name, importer.is_package, first):
                search.follow(statement, (), when_called=True)
    return ImportSearch(tuple(search.missing.values()), search.path_changed_by)


class _Search:
    """Goes through the modules in the order in which Python loads them, each once."""

    def __init__(self, finder: ModuleFinder, present: frozenset[str]) -> None:
        self.finder = finder
        self.present = present
        self.missing: dict[str, MissingImport] = {}
        self.path_changed_by: SourceFile | None = None
        self.names: dict[SourceFile, FoundModule] = {}
        self._loaded: set[str] = set()

    def load(self, name: str, chain: tuple[ImportStatement, ...]) -> bool:
        """Load a module of the project and the packages around it; whether it is there."""
        parts = name.split(".")
        for length in range(1, len(parts) + 1):
            partial = ".".join(parts[:length])
            found = self.finder.find(partial)
            if found is None:
                return False
            if partial not in self._loaded:
                self._loaded.add(partial)
                if isinstance(found, FoundModule):
                    self._run(found, chain)
        return True

    def follow(
        self, statement: ImportStatement, chain: tuple[ImportStatement, ...], *, when_called: bool = False
    ) -> None:
        """What one import statement leads to."""
        top = statement.module.partition(".")[0]
        if top in self.present or top.startswith("_"):
            return
        chain = (*chain, statement)
        if self.load(statement.module, chain):
            for member in statement.members:
                name = f"{statement.module}.{member}"
                if self.finder.find(name) is not None:
                    self.load(name, chain)
            return
        missing = self.finder.missing_part(statement.module)
        parent = missing.rpartition(".")[0]
        found = self.finder.find(parent) if parent else None
        if isinstance(found, NamespacePackage) or (found is not None and found.file is None):
            return  # another folder may be a part of the package, or the compiled module make up its own
        is_module = found is not None and not found.is_package
        self.missing.setdefault(missing, MissingImport(missing, statement, chain, when_called, is_module))

    def _run(self, found: FoundModule, chain: tuple[ImportStatement, ...]) -> None:
        file = found.file
        if file is None or found.name.partition(".")[0] in self._installed(found):
            return
        self.names[file] = found
        if self.path_changed_by is None and _may_change_the_import_path(file):
            self.path_changed_by = file
        for statement in _statements_of_load(file, found.name, found.is_package):
            self.follow(statement, chain)

    def _installed(self, found: FoundModule) -> frozenset[str]:
        """The libraries that lie beside the module's package: their imports are their own affair."""
        top = self.finder.find(found.name.partition(".")[0])
        return self.finder.installed(top) if isinstance(top, FoundModule) else frozenset()


# A module is loaded for many handlers: those that it has itself, and those of other modules that import it.
@lru_cache(maxsize=64)
def _may_change_the_import_path(file: SourceFile) -> bool:
    return CHANGES_THE_IMPORT_PATH.search(file.text) is not None


@lru_cache(maxsize=64)
def _statements_of_load(file: SourceFile, importer: str, is_package: bool) -> tuple[ImportStatement, ...]:
    """The imports that every load of the module executes."""
    if file.tree is None:
        return ()
    return tuple(_statements(file, importer, is_package, _executed(file.tree.body)))


def _executed(body: Iterable[cst.BaseStatement]) -> Iterator[cst.BaseSmallStatement]:
    """The simple statements that are executed whenever the body is."""
    for statement in body:
        match statement:
            case cst.SimpleStatementLine(body=small):
                yield from small
            case cst.ClassDef(body=cst.IndentedBlock(body=inner)):
                yield from _executed(inner)
            case cst.Try(body=cst.IndentedBlock(body=inner), handlers=()):
                yield from _executed(inner)


def _first_in(function: cst.FunctionDef | cst.Lambda) -> Iterator[cst.BaseSmallStatement]:
    """The simple statements at the start of a function, which every call executes."""
    if isinstance(function, cst.Lambda):
        return
    for statement in function.body.body:
        if isinstance(statement, cst.BaseSmallStatement):
            yield statement
        elif isinstance(statement, cst.SimpleStatementLine):
            if any(isinstance(small, (cst.Return, cst.Raise)) for small in statement.body):
                return
            yield from statement.body
        else:
            return


def _statements(
    file: SourceFile, importer: str, is_package: bool, executed: Iterable[cst.BaseSmallStatement]
) -> Iterator[ImportStatement]:
    for statement in executed:
        match statement:
            case cst.Import():
                for alias in statement.names:
                    yield ImportStatement(dotted(alias.name), file, alias.name)
            case cst.ImportFrom():
                name = absolute_name(importer, is_package, statement)
                if name is None or name == "__future__":
                    continue
                members: tuple[str, ...] = ()
                if not isinstance(statement.names, cst.ImportStar):
                    members = tuple(dotted(alias.name) for alias in statement.names)
                yield ImportStatement(name, file, statement.module or statement, members)
