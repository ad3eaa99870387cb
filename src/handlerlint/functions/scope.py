"""Which functions and problems concern the paths that the user names; called by `discovery`."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from handlerlint.functions.found import upwards
from handlerlint.functions.model import ConfigurationProblem, LambdaFunction
from handlerlint.functions.python_modules import module_path


class Scope:
    """The named paths, absolute and normalized; each question costs the depth of a path, however many they are."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._named = frozenset(map(str, paths))
        self._around = frozenset(folder for path in self._named for folder in upwards(path))
        self._holding: dict[str, bool] = {}

    def holds(self, path: Path | str) -> bool:
        """Whether a path is among the named ones, or lies inside one."""
        text = os.fspath(path)
        if text in self._named:
            return True
        folder = os.path.dirname(text)  # noqa: PTH120
        known = self._holding.get(folder)
        if known is None:  # of all files in a folder the same is asked
            known = self._holding[folder] = any(above in self._named for above in upwards(folder))
        return known

    def concerns(self, function: LambdaFunction) -> bool:
        """Whether a function is to be linted.

        It is where its configuration or a folder that it imports from (its code root, a layer) lies among or inside
        the paths, or such a folder around one; for a code root that is not known stands the configuration's folder.
        """
        source = function.source
        if source.kind == "argument":
            return True
        if source.path is not None and self.holds(source.path):
            return True
        root = function.code_root
        if root is None and source.path is not None:
            root = source.path.parent
        folders = [root] if root is not None else []
        # What lies around the code root is of others, too.
        folders += (folder for folder in function.import_path if root is None or folder not in root.parents)
        return any(str(folder) in self._around or self.holds(folder) for folder in folders)

    def is_meant(self, function: LambdaFunction) -> bool:
        """Whether all that is said of a function is to be shown, and not only what is said of a named file.

        Of the functions that a named file is a part of, it is those whose handler or configuration is in it.
        """
        source, root, handler = function.source, function.code_root, function.handler
        if source.kind == "argument" or (source.path is not None and self.holds(source.path)):
            return True
        if root is None or not handler:
            return False
        module = os.fspath(root / module_path(handler))
        return any(f"{module}{end}" in self._named for end in (".py", f"{os.sep}__init__.py"))

    def concerns_problem(self, problem: ConfigurationProblem) -> bool:
        """A file that cannot be read matters to what lies beside and below it: it may configure that."""
        return str(problem.path.parent) in self._around or self.holds(problem.path)
