"""Which Python runs the handlers, and what it lacks of the runtime client; used by `environment`."""

from __future__ import annotations

import importlib.util
import json
import shutil
import site
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from handlerlint.errors import MissingExtra, UserError
from handlerlint.records import dataclass

FALLBACK_FOLDER = Path(__file__).parent / "fallback"

# What awslambdaric consists of, besides its native part `runtime_client`.
_PACKAGES = ("awslambdaric", "simplejson", "snapshot_restore_py")

_QUESTION = """
import importlib.util, json, site, sys
try:
    import runtime_client
except ImportError:
    runtime_client = None
missing = [name for name in sys.argv[1:] if importlib.util.find_spec(name) is None]
botocore = importlib.util.find_spec("botocore")
user_base = site.getuserbase() if site.ENABLE_USER_SITE else None
native = runtime_client is not None
print(json.dumps([sys.version_info[:2], native, missing, botocore and botocore.origin, user_base]))
"""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python and what it has: `missing` are packages of the runtime client that must be lent to it.

    `has_native_client` is false where our own `runtime_client` must take the place of the native one.
    `botocore` is the folder of its botocore, if it has one. `user_base` is where it finds what `pip install --user`
    has put into the user's home folder, unless it looks for nothing there.
    """

    executable: Path
    version: tuple[int, int]
    has_native_client: bool
    missing: tuple[str, ...] = ()
    botocore: Path | None = None
    user_base: str | None = None


def choose_python(given: Path | None, folders: Iterable[Path]) -> Path:
    """The interpreter: the one given (or its virtual environment), else the nearest `.venv`, else our own.

    `folders` are where a `.venv` is looked for, nearest first.
    """
    if given is not None:
        return _executable_in(given) or given
    for folder in folders:
        found = _executable_in(folder / ".venv")
        if found is not None:
            return found
    return Path(sys.executable)


def _executable_in(folder: Path) -> Path | None:
    names = ("Scripts/python.exe",) if sys.platform == "win32" else ("bin/python", "bin/python3")
    return next((folder / name for name in names if (folder / name).is_file()), None)


@cache
def interpreter(executable: Path) -> Interpreter:
    """What the Python at `executable` has. Raises UserError where it cannot run handlers."""
    own = str(executable) == sys.executable
    found = _ourselves() if own else _ask(executable)
    absent = [name for name in found.missing if _own_package(name) is None]
    if absent:
        raise MissingExtra(f"{absent[0]}, which runs the handlers, is not installed", "invoke")
    return found


def _ourselves() -> Interpreter:
    return Interpreter(
        executable=Path(sys.executable),
        version=(sys.version_info.major, sys.version_info.minor),
        has_native_client=importlib.util.find_spec("runtime_client") is not None,
        missing=tuple(name for name in _PACKAGES if _own_package(name) is None),
        botocore=_own_package("botocore"),
        user_base=site.getuserbase() if site.ENABLE_USER_SITE else None,
    )


def _ask(executable: Path) -> Interpreter:
    """What a Python says about itself and its packages. Raises UserError if it cannot be run."""
    try:
        asked = subprocess.run(
            [str(executable.absolute()), "-c", _QUESTION, *_PACKAGES],
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
            cwd=executable.parent,  # not ours, whose modules may have any name
        )
        version, native, missing, botocore, user_base = json.loads(asked.stdout)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise UserError(f"'{executable}' is not a Python that can be run: {_reason(error)}") from error
    return Interpreter(
        executable=executable,
        version=(version[0], version[1]),
        has_native_client=native,
        missing=tuple(missing),
        botocore=Path(botocore).parent if botocore else None,
        user_base=user_base,
    )


def _reason(error: Exception) -> str:
    if isinstance(error, subprocess.CalledProcessError):
        lines = str(error.stderr).strip().splitlines()
        return lines[-1] if lines else f"it ended with status {error.returncode}"
    return getattr(error, "strerror", None) or str(error)


@cache
def _own_package(name: str) -> Path | None:
    found = importlib.util.find_spec(name)
    return None if found is None or found.origin is None else Path(found.origin).parent


def lend_packages(names: Iterable[str], folder: Path) -> None:
    """Put our own copies of these packages into `folder`, which is on the path of an interpreter without."""
    for name in names:
        package = _own_package(name)
        if package is None:
            continue
        try:
            (folder / name).symlink_to(package, target_is_directory=True)
        except OSError:  # Windows, without the right to make links
            shutil.copytree(package, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
