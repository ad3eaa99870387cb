"""Small projects written to a folder, and discovery over them."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from handlerlint.functions import Discovery, DiscoveryRequest, discover

MakeProject = Callable[[Mapping[str, str | bytes]], Path]
Discover = Callable[..., Discovery]


@pytest.fixture
def project(tmp_path: Path) -> MakeProject:
    """Writes files into a folder that is a project of its own."""

    def make(files: Mapping[str, str | bytes]) -> Path:
        (tmp_path / ".git").mkdir(exist_ok=True)
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                path.write_bytes(content)
            else:
                path.write_text(textwrap.dedent(content), encoding="utf-8")
        return tmp_path

    return make


@pytest.fixture
def discovery(project: MakeProject) -> Discover:
    """Discovery over a project of these files, by default over all of it."""

    def run(files: Mapping[str, str | bytes], *paths: str, **options: Any) -> Discovery:
        root = project(files)
        chosen = tuple(root / path for path in paths) or (root,)
        return discover(DiscoveryRequest(paths=chosen, **options))

    return run
