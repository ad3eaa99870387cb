"""Where a handler string's module would lie in a code root; used by sources that must tell Python from the rest."""

from __future__ import annotations

from pathlib import Path


def module_path(handler: str) -> str:
    """The path without suffix that a handler string's module has in its code root."""
    return handler.rpartition(".")[0].replace(".", "/")


def holds_module(code_root: Path, handler: str) -> bool:
    """Whether the code root has a Python file, or a package, where the handler string points."""
    module = code_root / module_path(handler)
    return module.with_name(module.name + ".py").is_file() or (module / "__init__.py").is_file()
