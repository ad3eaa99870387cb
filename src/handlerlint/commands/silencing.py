"""`check --add-noqa`: a comment at each finding that silences it, where the file's format has comments on its lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlerlint.fixes.comments import silencing_fix
from handlerlint.fixes.passes import Mended, mended
from handlerlint.workspace import Workspace

if TYPE_CHECKING:
    from handlerlint.settings import Settings


def silenced(settings: Settings, *, jobs: int) -> Mended:
    """What adding comments comes to: each is kept only if its finding is hidden then. Nothing is written yet."""
    return mended(Workspace(settings), fix_of=silencing_fix, jobs=jobs)
