"""Where handlerlint keeps what it may throw away: the user's cache folder, for every cache of ours."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def user_cache_folder() -> Path | None:
    """The folder for our caches; it need not exist yet, and may turn out not to be writable.

    None for a user who has no home: no HOME, and no entry among the system's users (containers).
    """
    if sys.platform.startswith("linux"):
        # What platformdirs does here (XDG base directory specification), without the 10 ms of its import.
        base = os.environ.get("XDG_CACHE_HOME", "")
        folder = Path(base if base.strip() else os.path.expanduser("~/.cache"))  # noqa: PTH111  # never raises
        return folder / "handlerlint" if folder.is_absolute() else None
    import platformdirs

    folder = platformdirs.user_cache_path("handlerlint", appauthor=False)
    return folder if folder.is_absolute() else None
