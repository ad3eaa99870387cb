"""Puts compiled stubs into the wheel: what a first run would spend a fifth of its time on."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompiledStubs(BuildHookInterface):
    """Compiles the stubs in the environment of the build, which has the same typeshed as the newest installation."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile them, for a wheel of its own: an editable one reads the stubs of the checkout."""
        if version == "editable":
            return
        sys.path.insert(0, str(Path(self.root, "src")))
        from handlerlint.inference.stubs import precompiled

        self.folder = tempfile.TemporaryDirectory()
        archive = Path(self.folder.name, precompiled.ARCHIVE.name)
        archive.write_bytes(
            precompiled.archive_of(precompiled.PYTHON_VERSIONS, precompiled.modules_to_compile())
        )
        build_data["force_include"][str(archive)] = f"handlerlint/inference/stubs/{archive.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what is in the wheel now."""
        if version != "editable":
            self.folder.cleanup()
