"""The settings for one file of a project: what `flake8` asks first, and what its kept results are kept under."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from handlerlint.configuration import load_settings
from handlerlint.records import replace

if TYPE_CHECKING:
    from pathlib import Path

    from handlerlint.settings import Settings


@lru_cache(maxsize=1024)
def folder_settings(folder: Path) -> Settings:
    """The settings that hold in a folder. Raises UserError for a wrong configuration."""
    return load_settings([folder])


def settings_of(path: Path) -> Settings:
    """The settings for a run over one file (absolute)."""
    return replace(folder_settings(path.parent), paths=(path,))
