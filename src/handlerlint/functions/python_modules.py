"""Where a handler string's module would lie in a code root; used by sources that must tell Python from the rest."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

_MOST_FOLDERS = 2000


def module_path(handler: str) -> str:
    """The path without suffix that a handler string's module has in its code root."""
    return handler.rpartition(".")[0].replace(".", "/")


def files_by_module(paths: Iterable[str]) -> dict[str, list[str]]:
    """The Python files by the last part of the module that each is."""
    found: dict[str, list[str]] = {}
    for path in paths:
        if path.endswith(".py"):
            folder, _, name = path.rpartition(os.sep)
            last = folder.rpartition(os.sep)[2] if name == "__init__.py" else name[:-3]
            found.setdefault(last, []).append(path)
    return found


def module_ends(module: str) -> tuple[str, str]:
    """What the path of a file ends with that is a module; `module` is a path without suffix."""
    end = os.sep + module.replace("/", os.sep)
    return f"{end}.py", f"{end}{os.sep}__init__.py"


def holds_module(code_root: Path, handler: str) -> bool:
    """Whether the code root has a Python file, or a package, where the handler string points."""
    module = code_root / module_path(handler)
    return module.with_name(module.name + ".py").is_file() or (module / "__init__.py").is_file()


def holds_python(code_root: Path) -> bool:
    """Whether there is any Python file in the code root, as far as a quick look tells."""
    for count, (_, folders, names) in enumerate(os.walk(code_root)):
        if count > _MOST_FOLDERS or any(name.endswith((".py", ".pyc", ".so")) for name in (*names, *folders)):
            return True
    return False
