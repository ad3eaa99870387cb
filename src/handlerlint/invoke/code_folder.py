"""The folder that a function runs in: its code root, or a temporary one for code inside a template."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from handlerlint.errors import UserError
from handlerlint.functions.model import LambdaFunction


class CodeFolder:
    """`folder` is the real path, as tracebacks show it; `close` removes what was made for it."""

    def __init__(self, function: LambdaFunction) -> None:
        self._made: Path | None = None
        if function.inline_code is not None:
            self._made = Path(tempfile.mkdtemp(prefix="handlerlint-code-"))
            # docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide, AWS::Lambda::Function Code, ZipFile
            (self._made / "index.py").write_text(function.inline_code.text, encoding="utf-8", newline="\n")
            root = self._made
        elif function.code_root is None:
            raise UserError(f"{function.name}: {function.unresolved or 'its code is not here'}")
        else:
            root = function.code_root
        if not root.is_dir():
            raise UserError(f"{function.name}: its code root '{root}' is no folder")
        self.folder = root.resolve()

    def close(self) -> None:
        """Remove what was made."""
        if self._made is not None:
            shutil.rmtree(self._made, ignore_errors=True)
