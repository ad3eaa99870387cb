"""What may provide a module that is neither in the code root nor in a layer or the runtime? Called by `packaging`.

docs/packaging.md says what is read for each tool, and why.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from handlerlint.functions.build_scripts import BuildScripts
from handlerlint.packaging.distributions import closure, may_bring
from handlerlint.packaging.requirement_files import Requirements, requirements_of
from handlerlint.project.view import exists, matching, open_file
from handlerlint.project.walking import folders_upwards, is_ignored, project_root, walk

if TYPE_CHECKING:
    from handlerlint.functions.model import LambdaFunction
    from handlerlint.source.modules import ModuleFinder

# The requirement files that the build tool of each source reads in the code root: aws_lambda_builders' workflows
# python_pip and python_uv; `Packaging.fromEntry` of aws-lambda-python-alpha; package.py of terraform-aws-modules/
# terraform-aws-lambda; lib/pip.js of serverless-python-requirements; chalice/deploy/packager.py. Not here are a code
# root that is configured by hand or guessed, of which nothing says what is packed; Zappa, which packs a virtual
# environment; and images, which hold what their Dockerfiles put there.
_LOCKED = frozenset({"requirements.txt", "poetry.lock", "uv.lock"})
_READ_BY_TOOL = {
    "sam": frozenset({"requirements.txt", "pyproject.toml", "uv.lock"}),
    "cloudformation": frozenset({"requirements.txt", "pyproject.toml", "uv.lock"}),
    "cdk": _LOCKED | {"Pipfile.lock"},
    "terraform": _LOCKED | {"pyproject.toml"},
    "serverless": _LOCKED | {"pyproject.toml", "Pipfile", "Pipfile.lock"},
    "chalice": frozenset({"requirements.txt"}),
}
# They may be there for other things than what they require.
_MANIFESTS = frozenset({"pyproject.toml", "Pipfile"})
# Modules that a compiler or a release writes: they need not be there before.
_GENERATED = re.compile(r"_pb2(?:_grpc)?$|(?:^|_)version_*$|generated|^build_?info")
# Modules that wrap handlers and that macros, plugins and layers add behind a template's back.
_WRAPPERS = frozenset(
    {
        *("datadog_lambda", "dd_lambda", "elasticapm", "epsagon", "instana", "lumigo_tracer"),
        *("newrelic_lambda", "newrelic_lambda_wrapper", "opentelemetry", "otel_wrapper", "sentry_sdk"),
        *("serverless_sdk", "signalfx_lambda", "thundra", "catalyst", "solarwinds_apm", "mangum"),
        # What a core of IoT Greengrass has, on which functions run outside Lambda.
        *("greengrasssdk", "greengrass_common", "awsiot"),
    }
)


class Suppliers:
    """Looks for what may provide modules; reads the requirement files and scripts of each folder once."""

    __slots__ = ("_requirements", "_scripts")

    def __init__(self) -> None:
        self._requirements: dict[Path, tuple[Requirements, ...]] = {}
        self._scripts = BuildScripts()

    def of(self, function: LambdaFunction, missing: str, finder: ModuleFinder) -> str | None:
        """What may provide a module that is not on the import path; None if surely nothing does."""
        top, last = missing.partition(".")[0], missing.rpartition(".")[2]
        if _GENERATED.search(last) is not None:
            return f"`{last}` is the name of a module that is generated"
        if any(_is_ignored(folder, missing) for folder in finder.roots):
            return f"git ignores `{missing}`: it may be there where the code is packed"
        supplier = None
        if missing == top:
            supplier = _usually_added(top)
            if supplier is None and function.idle_installer is None:
                supplier = self._requirement(function, top)
            if supplier is None and function.inline_code is None:
                supplier = _archive(function, top)
        if supplier is None and function.inline_code is None:
            supplier = self._scripts.sign(_script_folders(function), function.source.path, last)
        return supplier

    def beside(self, folders: Iterable[Path], module: str) -> str | None:
        """What may provide a top-level module that is looked for in these folders, by the requirement files in them.

        Unlike an import, a handler string seldom leads into what is required in turn: that is not asked for.
        """
        added = _usually_added(module)
        if added is not None:
            return added
        for folder in folders:
            for one in self._in_folder(folder):
                if one.unknown is not None:
                    return one.unknown
                if one.has_other_index or may_bring(one.names, module) is not None:
                    return f"a requirement in `{one.path.name}` may provide `{module}`"
        return None

    def _requirement(self, function: LambdaFunction, module: str) -> str | None:
        """Why a requirement may provide a top-level module.

        Of a file that the build tool reads, what it requires in turn counts too, and must be known, unless the project
        has a module of this name itself. Any other file around the code counts only by the names in it: a script may
        use it, of which there is no sign.
        """
        read, others = self._requirements_for(function)
        named = may_bring((name for one in (*read, *others) for name in one.names), module)
        if named is not None:
            return f"the requirement `{named}` may provide `{module}`"
        for one in read:
            if one.unknown is not None:
                return one.unknown
            names = one.names if one.complete else closure(one.names)
            if names is None:
                if _is_of_the_project(function, module):
                    continue
                return f"what `{one.path.name}` requires may require more"
            found = may_bring(names, module)
            if found is not None:
                return f"`{found}`, which is required in turn, may provide `{module}`"
        return None

    def _requirements_for(self, function: LambdaFunction) -> tuple[list[Requirements], list[Requirements]]:
        """The requirement files that are installed for a function, its layers' among them, and all others around it.

        With files of its own in the code root, those of the folders above are for something else: tests, the CDK.
        """
        layers = [place for folder in function.import_path for place in (folder, folder.parent)]
        read = [one for folder in dict.fromkeys(layers) for one in self._in_folder(folder)]
        others: list[Requirements] = []
        own = [] if function.code_root is None else list(self._in_folder(function.code_root))
        names = _READ_BY_TOOL.get(function.source.kind, frozenset())
        for one in own:
            (read if one.path.name in names else others).append(one)
        is_settled = any(one.path.name in names - _MANIFESTS for one in own)
        if function.inline_code is not None or (is_settled and function.source.kind != "serverless"):
            return read, []
        configured = function.source.path
        for folder in _around(function):
            is_service = (
                function.source.kind == "serverless"
                and configured is not None
                and folder == configured.parent
            )
            for one in self._in_folder(folder):
                if folder != function.code_root:
                    (read if is_service and one.path.name in names else others).append(one)
        return read, others

    def requirement_file(self, function: LambdaFunction) -> str | None:
        """The path of the file that the function's build tool reads requirements from; None if it installs nothing."""
        root, kind = function.code_root, function.source.kind
        if root is None or kind not in ("sam", "serverless", "chalice", "cdk"):
            return None
        present = [one.path.name for one in self._in_folder(root) if one.path.name in _READ_BY_TOOL[kind]]
        return os.path.join(root, present[0] if present else "requirements.txt")  # noqa: PTH118

    def _in_folder(self, folder: Path) -> tuple[Requirements, ...]:
        known = self._requirements.get(folder)
        if known is None:
            known = self._requirements[folder] = requirements_of(folder)
        return known


def _is_of_the_project(function: LambdaFunction, module: str) -> bool:
    """Whether a module that is missing in the code root lies above it: that one is meant, as the tests import it."""
    return any(
        exists(folder / f"{module}.py") or any(matching(folder / module, "*.py"))
        for folder in _around(function)
    )


def _usually_added(module: str) -> str | None:
    """Says so of a module that layers, plugins and macros add without being asked for in the code."""
    return f"`{module}` is usually added by a layer or a plugin" if module in _WRAPPERS else None


def _is_ignored(root: Path, module: str) -> bool:
    """Whether git ignores a module below a folder of the import path, as a file or as a package."""
    path = root.joinpath(*module.split("."))
    return is_ignored(path, is_folder=True) or is_ignored(path.with_name(path.name + ".py"), is_folder=False)


def _around(function: LambdaFunction) -> list[Path]:
    """The folders of a function's code and configuration, and those above them in the project."""
    configured = None if function.source.path is None else function.source.path.parent
    places = [place for place in (function.code_root, configured) if place is not None]
    found = [folder for place in places for folder in _upwards(place, configured or place)]
    return list(dict.fromkeys(found))


def _upwards(place: Path, configured: Path) -> list[Path]:
    """A folder and those above it in its project; where none is marked, up to one above the configuration."""
    folders = folders_upwards(place)
    if project_root(place) is not None:
        return folders
    end = folders.index(configured) + 2 if configured in folders else 2
    return folders[:end]


def _script_folders(function: LambdaFunction) -> list[Path]:
    """Where scripts may lie that make a package; for Terraform, also the folders of all modules of the project."""
    folders = _around(function)
    source = function.source
    if source.kind == "terraform" and source.path is not None:
        top = source.path.parent
        while top.parent.name in ("modules", "module") or matching(top.parent, "*.tf"):
            top = top.parent
        found = walk(top, lambda name: name.endswith((".tf", ".tf.json"))).files
        folders += [Path(path).parent for path in found]
    return list(dict.fromkeys(folders))


def _archive(function: LambdaFunction, module: str) -> str | None:
    """A zip archive around the code that holds the module: what is deployed may have been put together already."""
    import zipfile

    for folder in _around(function)[:6]:
        for path in matching(folder, "*.zip"):
            try:
                with open_file(path) as file, zipfile.ZipFile(file) as opened:
                    names = opened.namelist()
            except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError):
                return f"`{path.name}` cannot be read"
            if any(part in (module, f"{module}.py") for name in names for part in name.split("/")):
                return f"`{path.name}` holds `{module}`"
    return None
