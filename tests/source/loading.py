"""What the real runtime client says to a handler string in a code root, for tests of resolution."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Answer:
    """`error` is None when the handler was found, in the file `module_file`."""

    error: str | None
    message: str
    module_file: str | None


class RuntimeClient:
    """A process that loads handlers; each in a fork of its own, so that none sees the modules of another."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def load(self, root: Path, handler: str) -> Answer:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"root": str(root), "handler": handler}) + "\n")
        self._process.stdin.flush()
        return Answer(*json.loads(self._process.stdout.readline()))


@contextmanager
def running_client() -> Iterator[RuntimeClient]:
    program = Path(__file__).with_name("client_child.py")
    with subprocess.Popen(
        [sys.executable, "-B", str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        yield RuntimeClient(process)
        assert process.stdin is not None
        process.stdin.close()
