"""Where handlerlint keeps what it may throw away: the user's cache folder, for every cache of ours."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def user_cache_folder() -> Path:
    """The folder for our caches; it need not exist yet, and may turn out not to be writable."""
    if sys.platform.startswith("linux"):
        # What platformdirs does here (XDG base directory specification), without the 10 ms of its import.
        base = os.environ.get("XDG_CACHE_HOME", "")
        return (Path(base) if base.strip() else Path("~/.cache").expanduser()) / "handlerlint"
    import platformdirs

    return platformdirs.user_cache_path("handlerlint", appauthor=False)
