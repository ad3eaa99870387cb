"""Where does a handler string lead, with what is installed beside the code? Called by `linter` and `invoke`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlerlint.source.modules import FoundModule
from handlerlint.source.resolution import ModuleMissing, Resolution, Unresolved, resolve

if TYPE_CHECKING:
    from handlerlint.functions.model import LambdaFunction
    from handlerlint.source.files import SourceFiles


def resolve_handler(function: LambdaFunction, files: SourceFiles) -> Resolution:
    """What `resolve` finds; unresolved where a requirement may provide the module that is missing."""
    resolution = resolve(function, files)
    if not isinstance(resolution, ModuleMissing) or resolution.case_variant is not None:
        return resolution
    finder = resolution.finder
    parent = resolution.missing.rpartition(".")[0]
    if parent and isinstance(finder.find(parent), FoundModule):
        return resolution  # nothing that is installed adds a module to a package that is found first
    from handlerlint.packaging.missing import suppliers_of

    supplier = suppliers_of(files).beside(finder.roots, resolution.missing.partition(".")[0])
    return resolution if supplier is None else Unresolved(supplier)
