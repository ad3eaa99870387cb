"""Where a handler string leads, in the way of the runtime client's `_get_handler`. Called by `packaging.handlers`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from handlerlint.project.view import is_folder, is_readable_folder
from handlerlint.records import dataclass
from handlerlint.runtime.handler_string import HandlerString, MalformedString, parse_handler
from handlerlint.runtime.runtimes import RUNTIME_PACKAGES, builtin_modules, standard_library
from handlerlint.source.files import ReadProblem, SourceFile, SourceFiles
from handlerlint.source.modules import FoundModule, ModuleFinder, NamespacePackage
from handlerlint.source.parsing import SyntaxProblem

if TYPE_CHECKING:
    from pathlib import Path

    from handlerlint.functions.model import LambdaFunction


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Nothing certain can be said, and why: shown by `handlerlint functions`, never an error."""

    reason: str


@dataclass(frozen=True, slots=True)
class MalformedHandler:
    """The handler string can lead nowhere."""

    malformed: MalformedString


@dataclass(frozen=True, slots=True)
class BuiltinConflict:
    """The first part of the handler string is a built-in module of the runtime."""

    handler: HandlerString
    module: str


@dataclass(frozen=True, slots=True, eq=False)
class ModuleMissing:
    """No such module: `missing` is the first part of its dotted name that there is not.

    `closest` is the module that was probably meant; `case_variant` is one that differs by case only.
    """

    handler: HandlerString
    missing: str
    finder: ModuleFinder
    closest: str | None = None
    case_variant: str | None = None

    @property
    def import_error(self) -> str:
        """What the import system says."""
        parent = self.missing.rpartition(".")[0]
        found = self.finder.find(parent) if parent else None
        no_package = isinstance(found, FoundModule) and not found.is_package
        return f"No module named '{self.missing}'" + (f"; '{parent}' is not a package" if no_package else "")


@dataclass(frozen=True, slots=True, eq=False)
class SyntaxBroken:
    """The module is there, but the function's runtime cannot parse or read it."""

    handler: HandlerString
    module: FoundModule
    file: SourceFile
    problem: SyntaxProblem | ReadProblem


@dataclass(frozen=True, slots=True, eq=False)
class NamespaceResolved:
    """The handler string names a folder without `__init__.py`: that imports, and has no functions."""

    handler: HandlerString
    package: NamespacePackage
    finder: ModuleFinder


@dataclass(frozen=True, slots=True, eq=False)
class ResolvedModule:
    """The module that is imported; whether it has `attribute` is for inference to say."""

    handler: HandlerString
    module: FoundModule
    finder: ModuleFinder

    @property
    def attribute(self) -> str:
        """What the runtime client gets from the module."""
        return self.handler.attribute


Resolution = (
    Unresolved
    | MalformedHandler
    | BuiltinConflict
    | ModuleMissing
    | SyntaxBroken
    | NamespaceResolved
    | ResolvedModule
)


# The newest of PYTHON_RUNTIMES in `runtime.runtimes`.
_NEWEST = (3, 14)


def resolve(function: LambdaFunction, files: SourceFiles) -> Resolution:
    """Where the handler string of `function` leads."""
    if function.handler is None:
        return Unresolved(function.unresolved or "no handler")
    if function.unresolved is not None and not _is_loaded_by_client(function):
        return Unresolved(function.unresolved)
    if not function.handler:
        return Unresolved("the handler is empty")  # a default that somebody is to replace
    if function.source.kind == "convention" and function.source.path is not None:
        return _by_convention(function, function.handler, function.source.path, files)
    handler = parse_handler(function.handler, in_image=function.is_image)
    if isinstance(handler, MalformedString):
        return MalformedHandler(handler)
    if handler.first_part in builtin_modules(function.python_version):
        return BuiltinConflict(handler, handler.first_part)
    if function.unresolved is not None:
        return Unresolved(function.unresolved)
    return _found(function, handler, files)


def _found(function: LambdaFunction, handler: HandlerString, files: SourceFiles) -> Resolution:
    """Where a well-formed handler string leads in the files of its code root."""
    if function.python_version < (3, 0):
        return Unresolved("Python 2 is not analysed")
    finder = module_finder(function, files)
    if isinstance(finder, Unresolved):
        return finder
    found = finder.find(handler.module)
    if found is None:
        return _missing(function, handler, finder)
    if isinstance(found, NamespacePackage):
        return _namespace(function, handler, found, finder)
    if found.file is None:
        return Unresolved(f"`{handler.module}` is compiled")
    return _readable(function, handler, found, found.file, finder)


def _by_convention(function: LambdaFunction, text: str, path: Path, files: SourceFiles) -> Resolution:
    """The file in which the handler was found by its name.

    Its code root and its string are guesses, so nothing is said of the string: the file may be called anything.
    """
    if function.python_version < (3, 0):
        return Unresolved("Python 2 is not analysed")
    finder = module_finder(function, files)
    if isinstance(finder, Unresolved):
        return finder
    module, _, attribute = text.rpartition(".")
    handler = HandlerString(text, module, module, attribute)
    found = finder.find(module)
    file = found.file if isinstance(found, FoundModule) else None
    if not isinstance(found, FoundModule) or file is not files.load(path):
        file = files.load(path)
        found = FoundModule(module, file)
    if isinstance(file.problem, ReadProblem):
        return Unresolved(f"`{_shown(path)}` cannot be read")
    return _readable(function, handler, found, file, finder)


def module_finder(function: LambdaFunction, files: SourceFiles) -> ModuleFinder | Unresolved:
    """The import path of a function: its code, then its layers."""
    if function.inline_code is not None:
        source = function.source
        path = function.inline_code.path or source.path
        if path is None:
            return Unresolved("inline code without a template")
        around = () if function.code_root is None else (function.code_root,)
        inline = files.inline(function.inline_code, path, source.span)
        return ModuleFinder((*around, *function.import_path), files, inline)
    root = function.code_root
    if root is None:
        return Unresolved("the code root is unknown")
    if not is_folder(root):
        return Unresolved(f"`{root.name}` is not a folder; a build step may make it")
    if not is_readable_folder(root):
        return Unresolved(f"`{root.name}` cannot be read")
    return ModuleFinder((root, *function.import_path), files, packed_file=function.packed_file)


def _is_loaded_by_client(function: LambdaFunction) -> bool:
    """Whether the runtime client certainly loads the handler string, wherever the code may be."""
    return function.runtime_given and function.runtime.startswith("python") and not function.has_wrapper


def _missing(function: LambdaFunction, handler: HandlerString, finder: ModuleFinder) -> Resolution:
    """The module is not below the roots: is it certain that nothing else brings it?"""
    variant = finder.case_variant(handler.module)
    top = handler.module.partition(".")[0]
    missing = finder.missing_part(handler.module)
    if variant is None:
        supplier = _other_supplier(function, top, missing, finder)
        if supplier is not None:
            return Unresolved(supplier)
    closest = variant or finder.closest_with(handler.module, handler.attribute)
    if function.inline_code is not None:
        closest = function.inline_code.module
    return ModuleMissing(handler, missing, finder, closest, variant)


def _other_supplier(function: LambdaFunction, top: str, missing: str, finder: ModuleFinder) -> str | None:
    """What may provide the module although it is not below the roots."""
    if function.build is not None and not function.lacks_nothing:
        return f"the build step (`{function.build}`) may provide `{missing}`"
    if function.unknown_layers:
        return f"a layer (`{function.unknown_layers[0]}`) may provide `{missing}`"
    if top in standard_library(function.python_version) or top in RUNTIME_PACKAGES:
        return f"`{top}` comes with the runtime"
    for folder in function.import_path:
        if not is_folder(folder):
            return f"the layer folder `{folder.name}` does not exist; a build step may make it"
    for root in finder.roots:
        path_file = next(
            (name for name in finder.files.folders.names(str(root)) if name.endswith(".pth")), None
        )
        if path_file is not None:
            # Lambda's bootstrap makes the code root a site directory, so such files extend the import path.
            return f"`{path_file}` changes the import path"
    parent = finder.find(missing.rpartition(".")[0]) if "." in missing else None
    if isinstance(parent, FoundModule):
        text = parent.file.text if parent.file is not None else "__path__"
        if "__path__" in text or "sys.modules" in text:
            return f"`{parent.name}` decides itself where its modules are"
    return None


def _namespace(
    function: LambdaFunction, handler: HandlerString, found: NamespacePackage, finder: ModuleFinder
) -> Resolution:
    if function.build is not None or function.unknown_layers:
        return Unresolved(f"`{found.name}` is a folder here; a build step or a layer may provide a module")
    return NamespaceResolved(handler, found, finder)


def _readable(
    function: LambdaFunction,
    handler: HandlerString,
    found: FoundModule,
    file: SourceFile,
    finder: ModuleFinder,
) -> Resolution:
    """The module if the runtime version of the function takes its syntax; else why not, or why that is not certain."""
    from handlerlint.source.syntax import problem_for

    # Where nothing names a runtime, or it is a guess that this is the file, only what no runtime takes is an error.
    is_known = function.runtime_given and not function.is_inferred
    version = function.python_version if is_known else _NEWEST
    if _PLACEHOLDER.fullmatch(file.text):
        return Unresolved(f"`{_shown(file.path)}` is what a generator makes Python from")
    problem = problem_for(file, version)
    is_guessed = not (is_known or _is_asked_for(function))
    if problem is None and not (is_guessed and _is_for_python_2(file.text)):
        return ResolvedModule(handler, found, finder)
    if problem is None:
        return Unresolved(f"`{_shown(file.path)}` is written for Python 2")
    if isinstance(problem, SyntaxProblem):
        if not problem.certain:
            return Unresolved(f"`{_shown(file.path)}`: {problem.message}")
        is_template = "{%" in file.text or (is_guessed and _is_filled_in(file.text))
        if is_template or "{{" in str(file.path):
            return Unresolved(f"`{_shown(file.path)}` is what a generator makes Python from")
        older = _older_python(file.text) if is_guessed else None
        if older is not None:
            return Unresolved(f"`{_shown(file.path)}` is written for {older}")
    return SyntaxBroken(handler, found, file, problem)


#: Nothing but a place for code. Python takes it for a set of sets, which is no code that anybody means.
_PLACEHOLDER = re.compile(r"\s*\{\{[^{}]*\}\}\s*")


def _is_asked_for(function: LambdaFunction) -> bool:
    """Whether the user names this very handler: the default runtime is then the user's choice."""
    return function.source.kind in ("argument", "configuration")


def _older_python(text: str) -> str | None:
    from handlerlint.source.older_syntax import older_python

    return older_python(text)


def _is_filled_in(text: str) -> bool:
    """Whether a text is Python with something in place of each `${…}`, as Terraform's `templatefile` renders it."""
    from handlerlint.source.parsing import interpreter_problem

    filled = re.sub(r"\$\{[^{}\n]*\}", "x", text)
    return filled != text and interpreter_problem(filled) is None


def _is_for_python_2(text: str) -> bool:
    from handlerlint.source.older_syntax import is_for_python_2

    return is_for_python_2(text)


def _shown(path: Path) -> str:
    return path.name
