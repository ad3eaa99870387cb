"""Runs handlerlint as its console script does, but in the process of the tests: another takes ten times as long.

What is about the process itself (how it ends, its streams, what it imports) starts one of its own.
"""

from __future__ import annotations

import io
import subprocess
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from handlerlint.cli import main


def run(
    *arguments: str, folder: Path, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """The exit status and what was printed; the environment says nothing of colors but what is given."""
    output, errors = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(output), redirect_stderr(errors):
        patch.chdir(folder)
        for name in ("NO_COLOR", "FORCE_COLOR"):
            patch.delenv(name, raising=False)
        for name, value in (environment or {}).items():
            patch.setenv(name, value)
        status = main(list(arguments))
    printed = []
    for stream in (output, errors):
        stream.flush()
        stream.seek(0)
        printed.append(stream.read())
    return subprocess.CompletedProcess(arguments, status, *printed)
