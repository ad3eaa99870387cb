"""The Python interpreters at hand, for tests that ask a real one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

VERSIONS = tuple((3, minor) for minor in range(8, 15))

_COMPILE = """
import json, sys, warnings
warnings.simplefilter("ignore")
results = []
for source in json.load(sys.stdin):
    try:
        compile(source, "<source>", "exec")
    except (SyntaxError, ValueError, MemoryError) as error:
        results.append(repr(error))
    else:
        results.append(None)
print(json.dumps(results))
"""


@cache
def interpreter(version: tuple[int, int]) -> str | None:
    """The path of an interpreter of this version, on the PATH or installed by pyenv."""
    name = f"python{version[0]}.{version[1]}"
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates = sorted(pyenv.glob(f"{version[0]}.{version[1]}.*/bin/{name}"))
    for candidate in (*map(str, candidates), shutil.which(name)):
        if candidate is not None and _is_version(candidate, version):
            return candidate
    return None


def run(version: tuple[int, int], code: str, data: object = None) -> object:
    """Run `code` in that interpreter with `data` as JSON on its input; its output, as JSON."""
    program = interpreter(version)
    assert program is not None
    done = subprocess.run(
        [program, "-c", code], input=json.dumps(data), capture_output=True, encoding="utf-8", check=True
    )
    return json.loads(done.stdout)


def compile_errors(version: tuple[int, int], sources: list[str]) -> list[str | None]:
    """What that interpreter says about each source; None where it takes it."""
    results = run(version, _COMPILE, sources)
    assert isinstance(results, list)
    return results


def _is_version(program: str, version: tuple[int, int]) -> bool:
    code = "import sys; print(*sys.version_info[:2])"
    try:
        done = subprocess.run([program, "-c", code], capture_output=True, encoding="utf-8", check=False)
    except OSError:
        return False
    return done.stdout.split() == [str(part) for part in version]
