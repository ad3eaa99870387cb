"""Stubs that were compiled when the wheel was built, so that a first run need not compile them; for the loader.

`hatch_build.py` puts the archive into the wheel; a checkout has none. A stub is taken from it only where its text is
what was compiled: typeshed may be another one than it was then.
"""

from __future__ import annotations

import marshal
import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from handlerlint.inference.stubs.codes import ModuleCode
from handlerlint.inference.stubs.finder import SHIPPED_STUBS, StubFile, StubFinder
from handlerlint.project.looks import digest
from handlerlint.project.view import read_file
from handlerlint.runtime.runtimes import words

ARCHIVE = Path(__file__).with_name("precompiled.bin")
PYTHON_VERSIONS = ((3, 10), (3, 11), (3, 12), (3, 13), (3, 14))
PLATFORM = "linux"
#: Those of the standard library that handlers lead to.
STANDARD_LIBRARY = words(
    """
    __future__ _asyncio _blake2 _collections_abc _contextvars _csv _decimal _hashlib _io _random _typeshed
    abc asyncio asyncio.base_events asyncio.coroutines asyncio.events asyncio.exceptions asyncio.futures asyncio.locks
    asyncio.protocols asyncio.queues asyncio.runners asyncio.streams asyncio.subprocess asyncio.taskgroups
    asyncio.tasks asyncio.threads asyncio.timeouts asyncio.transports asyncio.unix_events base64 builtins collections
    collections.abc concurrent concurrent.futures concurrent.futures._base concurrent.futures.thread contextlib
    contextvars copy csv dataclasses datetime decimal email email.message enum fractions functools genericpath gzip
    hashlib hmac http http.client io itertools json json.decoder json.encoder logging math numbers operator os os.path
    pathlib posixpath random re secrets ssl string sys tempfile threading time traceback types typing typing_extensions
    urllib urllib.error urllib.parse urllib.request urllib.response uuid xml xml.etree xml.etree.ElementTree zipfile
    zoneinfo zoneinfo._common
    """
)
_MAGIC = b"hlstubs\n"


def archive_of(versions: Iterable[tuple[int, int]], modules: Iterable[str]) -> bytes:
    """The archive of these modules for these versions of Python; equal ones are in it once."""
    from handlerlint.inference.stubs.compile_module import compile_stub
    from handlerlint.inference.stubs.conditions import Target

    index: dict[tuple[int, int], dict[str, tuple[bytes, int, int]]] = {}
    places: dict[bytes, int] = {}
    content = bytearray()
    names = sorted(modules)
    for version in versions:
        known = index[version] = {}
        finder = StubFinder(version, (), None)
        for name in names:
            file = finder.find(name)
            if file is None:
                continue
            text = read_file(file.path)
            code = compile_stub(text, name, file.is_package, Target(version, PLATFORM), file.is_source)
            fields = marshal.dumps(tuple(getattr(code, field) for field in ModuleCode.__slots__), 4)
            packed = zlib.compress(fields, 9)
            if packed not in places:
                places[packed] = len(content)
                content += packed
            known[name] = (digest(text), places[packed], len(packed))
    head = marshal.dumps(index, 4)
    return _MAGIC + len(head).to_bytes(4, "big") + head + bytes(content)


def modules_to_compile() -> Iterator[str]:
    """The modules whose stubs are worth it: our own, and those of the standard library that handlers lead to."""
    yield from STANDARD_LIBRARY
    for path in Path(SHIPPED_STUBS).rglob("*.pyi"):
        name = path.relative_to(SHIPPED_STUBS).with_suffix("").as_posix().replace("/", ".")
        yield name.removesuffix(".__init__")


def precompiled(name: str, file: StubFile, version: tuple[int, int], platform: str) -> ModuleCode | None:
    """The compact form of a stub, where it was compiled with the wheel and is the same today."""
    if platform != PLATFORM or file.origin not in ("shipped", "typeshed"):
        return None
    index, content = _archive(ARCHIVE)
    found = index.get(version, {}).get(name)
    try:
        if found is None or digest(read_file(file.path)) != found[0]:
            return None
        _, start, length = found
        return ModuleCode(*marshal.loads(zlib.decompress(content[start : start + length])))
    except (OSError, ValueError, EOFError, TypeError, zlib.error):
        return None


def outdated() -> list[str]:
    """The stubs that the archive lacks, or has in another form than they have today; `tools/try_wheel.py` asks."""
    found = []
    for version in PYTHON_VERSIONS:
        finder = StubFinder(version, (), None)
        for name in modules_to_compile():
            file = finder.find(name)
            if file is not None and precompiled(name, file, version, PLATFORM) is None:
                found.append(f"{name} of Python {version[0]}.{version[1]}")
    return found


@lru_cache(maxsize=2)
def _archive(path: Path) -> tuple[dict[Any, Any], memoryview]:
    """What the archive has, and its content; nothing where there is none that can be read."""
    try:
        data = memoryview(path.read_bytes())
        if data[:8] != _MAGIC:
            return {}, data[:0]
        start = 12 + int.from_bytes(data[8:12], "big")
        return marshal.loads(data[12:start]), data[start:]
    except (OSError, ValueError, EOFError, TypeError):
        return {}, memoryview(b"")
