"""The folder that a function runs in: its code root, or a temporary one for code inside a template."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from handlerlint.errors import UserError
from handlerlint.functions.model import InlineCode, LambdaFunction


class CodeFolder:
    """`folder` is the real path, as tracebacks show it; `close` removes what was made for it."""

    def __init__(self, function: LambdaFunction) -> None:
        self._made: Path | None = None
        if function.inline_code is not None:
            root = self._made = Path(tempfile.mkdtemp(prefix="handlerlint-code-"))
            _write(function.inline_code, root, function.code_root)
        elif function.code_root is None:
            raise UserError(f"{function.name}: {function.unresolved or 'its code is not here'}")
        else:
            root = function.code_root
        if not root.is_dir():
            raise UserError(f"{function.name}: its code root '{root}' is not a folder")
        self.folder = root.resolve()

    def close(self) -> None:
        """Remove what was made."""
        if self._made is not None:
            shutil.rmtree(self._made, ignore_errors=True)


def inline_path(code: InlineCode, folder: Path) -> Path:
    """The file of inline code in the folder that it runs in."""
    return folder.joinpath(*code.module.split(".")).with_suffix(".py")


def _write(code: InlineCode, folder: Path, around: Path | None) -> None:
    """The code as a module of its own, beside links to what lies in the code root, where there is one."""
    path = inline_path(code, folder)
    top = path.relative_to(folder).parts[0]
    for entry in () if around is None else around.iterdir():
        if entry.name != top:
            (folder / entry.name).symlink_to(entry)
        elif entry.is_dir():
            shutil.copytree(entry, folder / top, symlinks=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(code.text, encoding="utf-8", newline="\n")
