"""Finds modules in the folders of `sys.path` as importlib on Linux would, for `resolution` and inference."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from handlerlint.project.view import is_link
from handlerlint.records import dataclass
from handlerlint.source.installed import InstalledPackages
from handlerlint.suggestions import closest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from handlerlint.source.files import SourceFile, SourceFiles

# How far `closest` looks, for the sake of code roots that hold whole installed libraries.
MOST_MODULES = 2_000
_LEVELS = 6
_ALIKE = 0.8
_NEVER_MEANT = frozenset({"node_modules", "venv", "env", "tests", "test", "build", "dist", "site-packages"})


@dataclass(frozen=True, slots=True, eq=False)
class FoundModule:
    """A module or package that can be imported; `file` is None where there is no source to read.

    `folder` is where the submodules of a package are.
    """

    name: str
    file: SourceFile | None
    is_package: bool = False
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class NamespacePackage:
    """Folders without `__init__.py` that together are one package."""

    name: str
    folders: tuple[Path, ...]


class ModuleFinder:
    """Looks modules up in `roots`, the first one wins; `inline` is a module before them all.

    Of the folder of `packed_file` nothing else is there.
    """

    def __init__(
        self,
        roots: tuple[Path, ...],
        files: SourceFiles,
        inline: SourceFile | None = None,
        packed_file: Path | None = None,
    ) -> None:
        self.roots = roots
        self._packed_file = packed_file
        self.files = files
        self.inline = inline
        code = None if inline is None else inline.inline_code
        self._inline_name = None if code is None else code.module
        self._found: dict[str, FoundModule | NamespacePackage | None] = {}
        self._installed = InstalledPackages(files.folders)

    @property
    def places(self) -> tuple[object, ...]:
        """Tells a finder apart from those that may find something else."""
        return self.roots, self._packed_file, self.inline

    def find(self, dotted_name: str) -> FoundModule | NamespacePackage | None:
        """What `importlib.import_module(dotted_name)` imports from the roots; None if nothing."""
        if dotted_name not in self._found:
            self._found[dotted_name] = self._look_for(dotted_name)
        return self._found[dotted_name]

    def is_package(self, dotted_name: str) -> bool:
        """Whether the module can have submodules."""
        found = self.find(dotted_name)
        return isinstance(found, NamespacePackage) or (found is not None and found.is_package)

    def installed(self, module: FoundModule) -> frozenset[str]:
        """The names of the libraries that were installed into the root that a top-level module was found in."""
        if module.file is None:
            return frozenset()
        place = module.folder if module.folder is not None else module.file.path
        return self._installed.names(place.parent)

    def missing_part(self, dotted_name: str) -> str:
        """The first package or module on the way to `dotted_name` that there is not."""
        parts = dotted_name.split(".")
        names = (".".join(parts[: count + 1]) for count in range(len(parts)))
        return next((name for name in names if self.find(name) is None), dotted_name)

    def modules(self) -> Iterator[str]:
        """The dotted names of all modules below the roots, some levels deep, in a stable order."""
        if self._inline_name is not None:
            yield self._inline_name
        for root in self.roots:
            if self._packed_file is not None and root == self._packed_file.parent:
                yield from self._packed()
            else:
                yield from self._modules_below(root, "", _LEVELS)

    def _packed(self) -> Iterator[str]:
        """The modules of the one file or folder of the code root that is packed."""
        packed = self._packed_file
        assert packed is not None
        if packed.suffix == ".py":
            yield packed.stem
        elif self.files.folders.has_folder(str(packed.parent), packed.name):
            yield from self._modules_below(packed, f"{packed.name}.", _LEVELS - 1)

    def closest_with(self, dotted_name: str, attribute: str) -> str | None:
        """The module that was most likely meant among those that bind `attribute`; the only one, if none is near."""
        names = [
            name
            for name in islice(self.modules(), MOST_MODULES)
            if name != dotted_name and self._binds(name, attribute)
        ]
        parent = dotted_name.rpartition(".")[0]
        if parent in names and not self.is_package(parent):
            return parent
        near = closest_module(dotted_name, names)
        return names[0] if near is None and len(names) == 1 else near

    def _binds(self, dotted_name: str, attribute: str) -> bool:
        from handlerlint.source.bindings import binding_of

        found = self.find(dotted_name)
        file = found.file if isinstance(found, FoundModule) else None
        if file is None or attribute not in file.text or file.tree is None:
            return False
        return binding_of(file.tree, attribute) is not None

    def closest_neighbour(self, dotted_name: str) -> str | None:
        """The module of the same package, or of the roots themselves, whose name is nearly the same."""
        parent = dotted_name.rpartition(".")[0]
        names = [name for name in self.modules() if name.rpartition(".")[0] == parent]
        return closest(dotted_name, names, likeness=_ALIKE)

    def case_variant(self, dotted_name: str) -> str | None:
        """The one existing module that differs from `dotted_name` by upper and lower case only."""
        parts = dotted_name.split(".")
        variants = {name for root in self.roots for name in self._variants(root, "", parts)} - {dotted_name}
        return variants.pop() if len(variants) == 1 else None

    def _look_for(self, dotted_name: str) -> FoundModule | NamespacePackage | None:
        parent, _, tail = dotted_name.rpartition(".")
        if not tail or dotted_name.startswith("."):
            return None
        if dotted_name == self._inline_name:
            return FoundModule(dotted_name, self.inline)
        if not parent:
            return self._find_in(tuple(self._roots_with(tail)), dotted_name, tail)
        match self.find(parent):
            case NamespacePackage(_, folders):
                return self._find_in(folders, dotted_name, tail)
            case FoundModule(is_package=True, folder=Path() as folder):
                return self._find_in((folder,), dotted_name, tail)
            case _:
                return None

    def _roots_with(self, name: str) -> Iterator[Path]:
        """The roots that may hold a top-level module."""
        packed = self._packed_file
        return (root for root in self.roots if packed is None or root != packed.parent or name == packed.stem)

    def _find_in(
        self, places: tuple[Path, ...], dotted_name: str, tail: str
    ) -> FoundModule | NamespacePackage | None:
        """FileFinder.find_spec of importlib for each folder: package, else module, else namespace."""
        portions: list[Path] = []
        for folder in places:
            package = folder / tail if self.files.folders.has_folder(str(folder), tail) else None
            found = None if package is None else self._module_at(package, "__init__", dotted_name, package)
            found = found or self._module_at(folder, tail, dotted_name, None)
            if found is not None:
                return found
            if package is not None:
                portions.append(package)
        return NamespacePackage(dotted_name, tuple(portions)) if portions else None

    def _module_at(
        self, folder: Path, stem: str, dotted_name: str, package: Path | None
    ) -> FoundModule | None:
        folders = self.files.folders
        compiled = folders.compiled(str(folder), stem)
        has_source = folders.has_file(str(folder), f"{stem}.py")
        # Extension modules come before source, byte code after it (importlib's _get_supported_file_loaders).
        if any(name.endswith(".so") for name in compiled) or (compiled and not has_source):
            return FoundModule(dotted_name, None, package is not None, package)
        if has_source:
            file = self.files.load(folder / f"{stem}.py")
            return FoundModule(dotted_name, file, package is not None, package)
        return None

    def _modules_below(self, folder: Path, prefix: str, levels: int) -> Iterator[str]:
        folders = self.files.folders
        for name in sorted(folders.names(str(folder))):
            if name.endswith(".py"):
                if not name.startswith("__") and name not in ("setup.py", "conftest.py"):
                    yield prefix + name.removesuffix(".py")
            elif levels > 1 and "." not in name and not name.startswith("__") and name not in _NEVER_MEANT:
                path = folder / name
                if is_link(path) or not folders.has_folder(str(folder), name):
                    continue
                if folders.has_file(str(path), "__init__.py"):
                    yield prefix + name
                yield from self._modules_below(path, f"{prefix}{name}.", levels - 1)

    def _variants(self, folder: Path, prefix: str, parts: list[str]) -> Iterator[str]:
        """Modules below `folder` whose parts are those of `parts` but for the case."""
        folders, wanted = self.files.folders, parts[0].casefold()
        for name in sorted(folders.names(str(folder))):
            if len(parts) > 1:
                if name.casefold() == wanted and folders.has_folder(str(folder), name):
                    yield from self._variants(folder / name, f"{prefix}{name}.", parts[1:])
            elif name.casefold() == f"{wanted}.py":
                yield prefix + name[:-3]
            elif name.casefold() == wanted and folders.has_file(str(folder / name), "__init__.py"):
                yield prefix + name


def closest_module(dotted_name: str, names: Iterable[str]) -> str | None:
    """The name that was most likely meant, by its last part; None if none is near."""
    last = dotted_name.rpartition(".")[2]
    by_last: dict[str, list[str]] = {}
    for name in names:
        by_last.setdefault(name.rpartition(".")[2], []).append(name)
    if last in by_last:
        return by_last[last][0] if len(by_last[last]) == 1 else closest(dotted_name, by_last[last])
    # Comparing thousands of long names would take seconds: the last part has to be near.
    near = closest(last, by_last)
    return None if near is None else closest(dotted_name, by_last[near]) or min(by_last[near])
