"""Which modules that a handler imports does nothing bring that travels with it? The facts behind HL108.

Certain is only what holds whoever builds: a module that is not below the code root, not in a layer, not in the
runtime, and that nothing else could bring, which `suppliers` says. Called by `rules`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from handlerlint.functions.model import WRAPPER
from handlerlint.project.view import is_folder
from handlerlint.runtime.bundled import bundled_modules
from handlerlint.runtime.runtimes import PYTHON_RUNTIMES
from handlerlint.source.imports import ImportSearch, MissingImport, search_imports

if TYPE_CHECKING:
    from pathlib import Path

    import libcst as cst

    from handlerlint.functions.model import LambdaFunction
    from handlerlint.packaging.suppliers import Suppliers
    from handlerlint.source.files import SourceFile, SourceFiles
    from handlerlint.source.modules import ModuleFinder
    from handlerlint.source.resolution import ResolvedModule

# Sources of functions of which is known what is packed. Not here are a code root that is configured by hand or
# guessed, of which nothing says so; Zappa, which packs a virtual environment; images, which hold what their
# Dockerfiles put there.
_PACKED = frozenset({"sam", "cloudformation", "cdk", "terraform", "serverless", "chalice"})
# Variables that change where modules come from.
_VARIABLES = frozenset({"PYTHONPATH", "PYTHONHOME", WRAPPER})
Handlers = Sequence[tuple["SourceFile", "cst.FunctionDef | cst.Lambda"]]


def missing_imports(
    functions: Sequence[LambdaFunction], resolution: ResolvedModule, handlers: Handlers
) -> tuple[MissingImport, ...]:
    """The imports that certainly fail, for every one of `functions`, which share the resolved handler."""
    if not all(_is_known(function) for function in functions):
        return ()
    finder = resolution.finder
    found = search_imports(resolution.module, finder, _present(functions[0]), handlers)
    if not found.missing or _import_path_is_open(found, finder):
        return ()
    suppliers = suppliers_of(finder.files)
    return tuple(
        missing
        for missing in found.missing
        if all(_lies_bare(function, missing.module, finder) for function in functions)
        and not any(suppliers.of(function, missing.module, finder) for function in functions)
    )


def _lies_bare(function: LambdaFunction, module: str, finder: ModuleFinder) -> bool:
    """Whether the layers without `python/`, if there are any, hold the module in the wrong place."""
    return not function.bare_layers or bare_layer_with(function, module, finder) is not None


def bare_layer_with(function: LambdaFunction, module: str, finder: ModuleFinder) -> Path | None:
    """The folder of a layer that holds a module, and nothing else than modules, but no `python/`."""
    folders = finder.files.folders
    for folder in function.bare_layers:
        root = str(folder)
        if not (folders.has_folder(root, module) or folders.has_file(root, f"{module}.py")):
            continue
        if all(name.endswith(".py") or folders.has_folder(root, name) for name in folders.names(root)):
            return folder
    return None


def suppliers_of(files: SourceFiles) -> Suppliers:
    """What is known, in this run, of all that may provide a module."""
    from handlerlint.packaging.suppliers import Suppliers  # seldom needed

    return files.once(Suppliers)


def _is_known(function: LambdaFunction) -> bool:
    """Whether all that is packed with a function is either read or none of our business."""
    return (
        function.source.kind in _PACKED
        and function.build is None
        and function.unknown_content is None
        and len(function.unknown_layers) == len(function.bare_layers)
        and function.python_version >= (3, 6)
        and _VARIABLES.isdisjoint(function.environment)
        and all(is_folder(folder) for folder in function.import_path)
    )


def _present(function: LambdaFunction) -> frozenset[str]:
    """The modules of the runtime; of every runtime where it is not known which one it is."""
    inline = function.inline_code is not None
    names = bundled_modules(function.python_version, inline=inline)
    if not function.runtime_given:
        for runtime in PYTHON_RUNTIMES[1:]:
            names |= bundled_modules((3, int(runtime.rpartition(".")[2])), inline=inline)
    return names | {"chalice"} if function.source.kind == "chalice" else names


def _import_path_is_open(found: ImportSearch, finder: ModuleFinder) -> bool:
    """Whether modules may come from further folders than those of the import path."""
    if found.path_changed_by is not None:
        return True
    folders = finder.files.folders
    return any(
        name.endswith((".pth", ".egg-link")) for root in finder.roots for name in folders.names(str(root))
    )
