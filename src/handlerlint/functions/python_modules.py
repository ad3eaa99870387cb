"""Where a handler string's module would lie in a code root; used by sources that must tell Python from the rest."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from handlerlint.project.view import entries, exists, is_file

if TYPE_CHECKING:
    import ast

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
    named = module_path(handler)
    module = code_root / named
    if not named or not module.name:
        return False
    return is_file(module.with_name(module.name + ".py")) or is_file(module / "__init__.py")


def holds_python(code_root: Path) -> bool:
    """Whether there is any Python file in the code root, as far as a quick look tells."""
    pending = [str(code_root)]
    for _ in range(_MOST_FOLDERS):
        try:
            found = entries(pending.pop())
        except IndexError:
            return False
        except OSError:
            continue
        if any(entry.name.endswith((".py", ".pyc", ".so")) for entry in found):
            return True
        pending.extend(entry.path for entry in found if entry.is_dir(follow_symlinks=False))
    return True


_TEST_FOLDERS = frozenset({"test", "tests", "testing", "integration_tests", "unit_tests"})


def code_root_and_module(path: Path) -> tuple[Path, str]:
    """The folder that a file is most likely deployed from, and its module name from there.

    A file in packages is imported from the first folder upwards that is none, or from the repository's root.
    """
    root, parts = path.parent, [path.stem]
    while is_file(root / "__init__.py") and root != root.parent and not exists(root / ".git"):
        parts.insert(0, root.name)
        root = root.parent
    return root, ".".join(parts)


def is_test(path: Path, given: tuple[Path, ...]) -> bool:
    """Whether a file is a test, unless the user named its folder."""
    if path.name == "conftest.py" or path.stem.startswith("test_") or path.stem.endswith("_test"):
        return True
    for folder in path.parents:
        if folder in given:
            return False
        if folder.name in _TEST_FOLDERS:
            return True
    return False


def python_tree(source: bytes) -> ast.Module:
    """What `ast.parse` makes of it, in silence: warnings about the user's code would go to the terminal."""
    import ast
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source)
