"""Inline code that stands in for what is deployed later: a file or a script says so; called by `discovery`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from handlerlint.functions.build_scripts import BuildScripts
from handlerlint.functions.found import ProjectFiles, is_inside
from handlerlint.functions.model import LambdaFunction
from handlerlint.functions.python_modules import files_by_module, module_ends, module_path
from handlerlint.project.walking import folders_upwards, project_root
from handlerlint.records import replace

# A pipeline packs what lies beside the template, or beside the template's folder.
_LEVELS = 2
_IDLE = "the inline code does nothing; it may be a placeholder"


def without_stand_ins(functions: Iterable[LambdaFunction], files: ProjectFiles) -> Iterator[LambdaFunction]:
    """The functions; one is unresolved if its handler's module is no part of its inline code, but is deployed later.

    That is so where the module lies nearby, where a script of the project replaces the code of functions, and where the
    inline code does nothing at all.
    """
    by_name: dict[str, list[str]] | None = None
    scripts = BuildScripts()
    for function in functions:
        module = module_path(function.handler or "")
        template, inline = function.source.path, function.inline_code
        if inline is not None and _does_nothing(inline.text):
            yield replace(function, unresolved=function.unresolved or _IDLE)
            continue
        if inline is None or template is None or module in ("", inline.module.replace(".", "/")):
            yield function
            continue
        if by_name is None:
            by_name = files_by_module(files.paths)
        name, reason = module.replace("/", "."), None
        if _lies_near(module, template, by_name):
            reason = f"`{name}` is in the project; the inline code may be a placeholder for it"
        elif (script := scripts.updating(_script_folders(template))) is not None:
            reason = f"`{script}` replaces code that is deployed; the inline code may be a placeholder for `{name}`"
        yield function if reason is None else replace(function, unresolved=function.unresolved or reason)


def _does_nothing(text: str) -> bool:
    """Whether a text has no statement but `pass`, as a template has that a program completes."""
    lines = map(str.strip, text.splitlines())
    return all(line in ("", "pass", "...") or line.startswith("#") for line in lines)


def _lies_near(module: str, template: Path, by_name: dict[str, list[str]]) -> bool:
    folder = folders_upwards(template)[:_LEVELS][-1]
    ends = module_ends(module)
    return any(
        path.endswith(ends) and is_inside(path, folder) for path in by_name.get(module.rpartition("/")[2], ())
    )


def _script_folders(template: Path) -> list[Path]:
    """The folders of the project from the template's upwards; those that lie near where nothing marks a project."""
    folders = folders_upwards(template)
    return folders[:_LEVELS] if project_root(template) is None else folders
