"""Writes the packed file from the installed botocore, and reads it back. Used by build_sdk_table.py, tests."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import boto3
import botocore
import botocore.session

from handlerlint.inference.sdk.pack import MAGIC, SECTION_SEPARATOR, Index, open_packed_file
from sdktable.services import ServiceText

_DICTIONARY_SIZE = 32_000
"""zlib looks back no further than 32 kB."""


def sdk_session() -> botocore.session.Session:
    """A botocore session as boto3 makes it: its loader also finds boto3's resource models."""
    session = boto3.Session(aws_access_key_id="none", aws_secret_access_key="none", region_name="us-east-1")
    return session._session


def service_texts(names: Iterable[str] = ()) -> dict[str, str]:
    """The text of each service (all of them if no names are given), in the order of their names."""
    session = sdk_session()
    chosen = sorted(names) or sorted(session.get_available_services())
    return {name: ServiceText(session, name).text() for name in chosen}


def write_packed_file(path: Path, texts: Mapping[str, str]) -> None:
    """Byte for byte the same for the same models."""
    dictionary = _shared_lines(texts.values())
    blobs = {name: _compress(text, dictionary) for name, text in texts.items()}
    offset = len(dictionary)
    services: dict[str, list[int]] = {}
    for name, blob in blobs.items():
        services[name] = [offset, len(blob)]
        offset += len(blob)
    content: Index = {"source": source_versions(), "dictionary": [0, len(dictionary)], "services": services}
    index = zlib.compress(json.dumps(content, separators=(",", ":")).encode(), 9)
    parts = [MAGIC, len(index).to_bytes(4, "little"), index, dictionary, *blobs.values()]
    path.write_bytes(b"".join(parts))


def source_versions() -> dict[str, str]:
    """The distributions that the facts are read from."""
    return {"boto3": boto3.__version__, "botocore": botocore.__version__}


def packed_texts(path: Path) -> dict[str, str]:
    """The text of each service that a packed file holds."""
    packed = open_packed_file(path)
    return {name: SECTION_SEPARATOR.join(packed.sections(name) or ()) for name in packed.service_names()}


def _shared_lines(texts: Iterable[str]) -> bytes:
    """The lines that most services have in common, the most frequent last: near matches are cheapest for
    zlib."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update({line for line in text.splitlines() if len(line) > 12})
    ranked = sorted(
        (line for line, count in counts.items() if count > 2), key=lambda line: (-counts[line], line)
    )
    chosen: list[str] = []
    size = 0
    for line in ranked:
        size += len(line.encode()) + 1
        if size > _DICTIONARY_SIZE:
            break
        chosen.append(line)
    return "\n".join(reversed(chosen)).encode()


def _compress(text: str, dictionary: bytes) -> bytes:
    compressor = zlib.compressobj(level=9, zdict=dictionary)
    return compressor.compress(text.encode()) + compressor.flush()
