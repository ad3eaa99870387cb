"""Files that the user names in the code root of configured functions: which names in them are handlers?

Called by `convention`. A helper there may be called `handler`, too, so such a one counts only where nothing
imports its file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from handlerlint.functions.found import ProjectFiles, is_inside
from handlerlint.functions.model import LambdaFunction
from handlerlint.functions.python_modules import module_path
from handlerlint.project.view import read_file

CONSOLE_NAME = "lambda_handler"

_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]+(\([^)]*\)|[^\n]*)|import[ \t]+([^\n]*))", re.MULTILINE
)
_WORD = re.compile(rb"\w+")
_BY_NAME = (b"import_module", b"__import__", b"pkgutil", b"runpy")


class BesideConfigured:
    """What configured functions say about the files around their handlers; a code root is read when asked for."""

    def __init__(self, files: ProjectFiles, configured: Iterable[LambdaFunction]) -> None:
        self._files = files
        self._modules = {
            os.fspath(function.code_root / module_path(function.handler))
            for function in configured
            if function.code_root is not None and function.handler and not function.is_inferred
        }
        self._imported: dict[Path, set[str] | None] = {}

    def is_configured(self, path: Path) -> bool:
        """Whether a file is the module of a configured function: its handler is known then."""
        module = path.parent if path.name == "__init__.py" else path.with_suffix("")
        return os.fspath(module) in self._modules

    def names(self, path: Path, root: Path, names: tuple[str, ...]) -> tuple[str, ...]:
        """Those of the handler names that are handlers in a file of the code root `root`, and not helpers."""
        if root not in self._imported:
            self._imported[root] = self._words_of_imports(root)
        imported = self._imported[root]
        stem = path.parent.name if path.name == "__init__.py" else path.stem
        if imported is None or stem in imported:
            return tuple(name for name in names if name == CONSOLE_NAME)
        return names

    def _words_of_imports(self, root: Path) -> set[str] | None:
        """The names in the `import` statements of a code root; None where modules are imported by a text."""
        words: set[bytes] = set()
        for path in self._files.ending(".py"):
            if is_inside(path, root):
                try:
                    source = read_file(path)
                except OSError:
                    continue
                if any(name in source for name in _BY_NAME):
                    return None
                for match in _IMPORT.finditer(source):
                    words.update(_WORD.findall(b" ".join(filter(None, match.groups()))))
        return {word.decode("utf-8", "replace") for word in words}
