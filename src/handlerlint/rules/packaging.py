"""HL108: does everything that the handler imports travel with it?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from handlerlint.findings import Finding, Related, Severity
from handlerlint.rules.base import Rule, Subject
from handlerlint.runtime.bundled import distribution_of_removed, left_the_standard_library
from handlerlint.settings import display_name
from handlerlint.source.resolution import ResolvedModule

if TYPE_CHECKING:
    from handlerlint.source.imports import MissingImport
    from handlerlint.source.modules import ModuleFinder

_MOST_NAMED = 3


class ImportNotPackaged(Rule):
    """
    ## What it does
    Checks that every module which the handler needs is there in Lambda. A module comes with the code, with a
    requirement that the build tool installs, with a layer, or with the runtime. Checked are all imports while
    the handler is loaded, and those at the start of the handler itself.

    Imports in a `try` with `except`, under a condition such as `TYPE_CHECKING`, and in other functions do not count.
    The rule is silent where something that handlerlint does not see may provide the module: a build step, an image,
    a layer from elsewhere, a requirement that may require it in turn, a script that installs or copies.
    [More about it](https://github.com/handlerlint/handlerlint/blob/main/docs/packaging.md).

    ## Why it is bad
    It works on a machine where the library happens to be installed. In Lambda nothing runs:
    `Runtime.ImportModuleError: Unable to import module 'app': No module named 'requests'`.

    ## Example
    ```yaml
    # template.yaml
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Orders:
        Type: AWS::Serverless::Function
        Properties:
          Handler: app.handler
          Runtime: python3.13
          CodeUri: src/
    ```
    ```python
    # src/app.py
    import requests

    def handler(event, context):
        return requests.get("https://example.com", timeout=3).text
    ```
    ```text
    # src/requirements.txt
    boto3
    ```

    ## Use instead
    ```yaml
    # template.yaml
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Orders:
        Type: AWS::Serverless::Function
        Properties:
          Handler: app.handler
          Runtime: python3.13
          CodeUri: src/
    ```
    ```python
    # src/app.py
    import requests

    def handler(event, context):
        return requests.get("https://example.com", timeout=3).text
    ```
    ```text
    # src/requirements.txt
    boto3
    requests
    ```
    """

    code = "HL108"
    name = "import-not-packaged"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Finding]:
        resolution = subject.resolution
        if not isinstance(resolution, ResolvedModule):
            return
        from handlerlint.packaging.missing import missing_imports

        analysis = subject.analysis
        handlers = [] if analysis is None else [(one.file, one.node) for one in analysis.callables]
        for missing in missing_imports(subject.functions, resolution, handlers):
            statement = missing.statement
            error = _error(missing, resolution.handler.written_module)
            yield self.finding(
                subject,
                subject.place(statement.file, statement.node),
                _message(missing, subject, resolution.finder),
                runtime_error=error,
                help=_help(missing, subject, resolution),
                related=_chain(missing, subject),
            )


def _error(missing: MissingImport, handler_module: str) -> str:
    parent = missing.module.rpartition(".")[0]
    error = f"No module named '{missing.module}'"
    if parent and missing.parent_is_module:
        error += f"; '{parent}' is not a package"
    if missing.when_called:
        return f"ModuleNotFoundError: {error}"
    return f"Runtime.ImportModuleError: Unable to import module '{handler_module}': {error}"


def _message(missing: MissingImport, subject: Subject, finder: ModuleFinder) -> str:
    from handlerlint.packaging.missing import bare_layer_with

    function = subject.function
    module = missing.module
    layer = bare_layer_with(function, module, finder)
    if layer is not None:
        shown = display_name(layer, subject.working_folder)
        return f"`{module}` lies in the layer's folder, `{shown}/`, but not below `python/`"
    if "." in module:
        return f"there is no module `{module}` in the code root"
    if left_the_standard_library(module, function.python_version):
        version = ".".join(map(str, function.python_version))
        return f"Python {version} has no module `{module}` any more, and nothing packaged with the code provides it"
    if function.inline_code is not None:
        return f"inline code cannot import `{module}`: neither the runtime nor a layer provides it"
    if function.idle_installer is not None:
        return f"`{module}` is not in the code root, its layers or the runtime, and nothing installs requirements"
    return f"`{module}` is not in the code root, its requirements, its layers or the runtime"


def _help(missing: MissingImport, subject: Subject, resolution: ResolvedModule) -> str | None:
    """How the import comes to be packed: the nearest cause first; None where nothing tells."""
    from handlerlint.packaging.distributions import distributions_of

    lies_elsewhere = _help_to_pack(missing, subject, resolution)
    if lies_elsewhere is not None:
        return lies_elsewhere
    function, module = subject.function, missing.module
    names, removed = distributions_of(module), distribution_of_removed(module)
    has_left = removed is None and not names and left_the_standard_library(module, function.python_version)
    if "." in module or has_left:
        return None
    if function.idle_installer is not None:
        where = function.idle_installer
        return f"`plugins` has no effect below `{where}`: move it to the top of the file"
    if removed is None and not 0 < len(names) <= _MOST_NAMED:
        wanted = f"the package that provides `{missing.statement.module}`"  # of a namespace many bring a part
    else:
        wanted = f"`{removed or names[0]}`"
    return _help_to_install(wanted, subject, resolution)


def _help_to_pack(missing: MissingImport, subject: Subject, resolution: ResolvedModule) -> str | None:
    """What to do where the module lies in the project, but not where it is packed or imported from."""
    from handlerlint.packaging.distributions import distributions_of
    from handlerlint.packaging.missing import bare_layer_with

    function, module, finder = subject.function, missing.module, resolution.finder
    root, packed, template = function.code_root, function.packed_file, function.source.path
    layer = bare_layer_with(function, module, finder)
    if layer is not None:
        return f"move it to `{display_name(layer, subject.working_folder)}/python/`: layers are imported from there"
    if packed is not None and _place_in(packed.parent, module, finder) is not None:
        return f"only `{packed.name}` is packed: pack the folder, in which `{module}` lies beside it"
    near = None if distributions_of(module) else finder.closest_neighbour(module)
    if near is not None:
        return f"did you mean `{near}`?"
    if root is None or "." in module:
        return None
    if root.name == module:
        return f"modules are imported from the code root, `{module}/`, itself: leave `{module}.` out"
    outside = None if template is None else _outside(module, root, template.parent, finder)
    if outside is None:
        return None
    shown, around = (display_name(path, subject.working_folder) for path in (outside, root))
    return f"`{shown}` lies outside of the code root, `{around}`, and is not packed: set the code root to hold both"


def _help_to_install(wanted: str, subject: Subject, resolution: ResolvedModule) -> str:
    """Where to write down a package so that the project's tool installs it."""
    from handlerlint.packaging.missing import suppliers_of

    function = subject.function
    if function.inline_code is not None:
        return f"put {wanted} into a layer, or the code into a folder with its requirements"
    file = suppliers_of(resolution.finder.files).requirement_file(function)
    if file is None or function.code_root is None:
        return f"install {wanted} into the code root before it is packed, or put it into a layer"
    shown = display_name(Path(file), subject.working_folder)
    match function.source.kind:
        case "serverless":
            return f"add {wanted} to `{shown}`, which the plugin serverless-python-requirements installs"
        case "cdk":
            return f"add {wanted} to `{shown}`, which a `PythonFunction` installs, or put it into a layer"
        case _:
            return f"add {wanted} to `{shown}`"


def _outside(module: str, root: Path, last: Path, finder: ModuleFinder) -> Path | None:
    """The module's file or folder in the nearest folder around the code root that has it, up to `last`."""
    for folder in root.parents if last in root.parents else ():
        if folder != last and last not in folder.parents:
            break
        place = _place_in(folder, module, finder)
        if place is not None:
            return place
    return None


def _place_in(folder: Path, module: str, finder: ModuleFinder) -> Path | None:
    """The module's file or folder in one folder."""
    folders = finder.files.folders
    if folders.has_file(str(folder), f"{module}.py"):
        return folder / f"{module}.py"
    return folder / module if folders.has_folder(str(folder), module) else None


def _chain(missing: MissingImport, subject: Subject) -> Iterator[Related]:
    """The imports that lead there from the handler's module."""
    for statement in missing.chain[:-1]:
        yield subject.related(f"`{statement.module}` is imported here", statement.file, statement.node)
