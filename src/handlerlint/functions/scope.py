"""Which functions and problems concern the paths that the user names; called by `discovery`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from handlerlint.functions.model import ConfigurationProblem, LambdaFunction


class Scope:
    """The named paths, absolute and normalized; each question costs the depth of a path, however many they are."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._named = frozenset(map(str, paths))
        self._around = frozenset(folder for path in self._named for folder in _upwards(path))

    def holds(self, path: Path | str) -> bool:
        """Whether a path is among the named ones, or lies inside one."""
        return any(folder in self._named for folder in _upwards(os.fspath(path)))

    def concerns(self, function: LambdaFunction) -> bool:
        """Whether a function is to be linted.

        It is where its configuration or its code root lies among or inside the paths, or its code root
        around one; where the code root is not known, the configuration's folder stands for it.
        """
        source = function.source
        if source.kind == "argument":
            return True
        if source.path is not None and self.holds(source.path):
            return True
        root = function.code_root
        if root is None and source.path is not None:
            root = source.path.parent
        return root is not None and (str(root) in self._around or self.holds(root))

    def concerns_problem(self, problem: ConfigurationProblem) -> bool:
        """A file that cannot be read matters to what lies beside and below it: it may configure that."""
        return str(problem.path.parent) in self._around or self.holds(problem.path)


def _upwards(path: str) -> Iterator[str]:
    """The path and the folders around it."""
    yield path
    parent = os.path.dirname(path)  # noqa: PTH120  # a Path for each would cost ten times as much
    while parent != path:
        yield parent
        path, parent = parent, os.path.dirname(parent)  # noqa: PTH120
