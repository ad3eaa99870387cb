"""The packed file of SDK facts: its layout, and how a service is read out of it. Used by knowledge and tools.

    magic (8 bytes) | length of the index (4 bytes, little endian) | index | dictionary | one blob per service

The index is zlib-compressed JSON: where the facts come from, where the dictionary lies, and offset and length
of each service, counted from the end of the index. A service is zlib-compressed text, primed with the
dictionary (the lines that many services share), in `Section` parts. Nothing is parsed before it is asked for:
EC2, the largest, is text of 130 kB.
"""

from __future__ import annotations

import json
import zlib
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import TypedDict

from handlerlint.records import dataclass

MAGIC = b"HLSDK\x00\x00\x03"
SECTION_SEPARATOR = "\n\f\n"
PACKED_FILE = Path(__file__).with_name("botocore.pack")

REQUIRED = "!"
"""The model lists the member as required."""
USUAL = "."
"""Not required by the model, present in practice."""
CONDITIONAL = "?"
"""Present only under some condition (docs/sdk.md says how this is decided)."""

UNION = "|"
"""First character of a structure of which exactly one member is set."""


class Section(IntEnum):
    """The parts of a service's text, in order.

    OPERATIONS: a line each, `python_name` or `python_name index-of-the-output-structure`.
    STRUCTURES: a line each, `name` presence `type`, separated by commas; the line's number is the index.
    PAGINATORS: a line each, `python_name|result_key,…|non_aggregate_key,…`.
    WAITERS: one line, names separated by spaces.
    EXCEPTIONS: one line, names of `client.exceptions` separated by spaces.
    NOTES: JSON; `attribute_value`, `attribute_input`: the indexes of DynamoDB's AttributeValue in outputs and inputs;
    `api_version`; `class_name`: what the class of its clients is called.
    RESOURCES: JSON of boto3's resource model, or empty.
    INPUTS: a line for each of OPERATIONS: the index of the structure that it takes, in INPUT_STRUCTURES, or empty.
    INPUT_STRUCTURES: like STRUCTURES; the types are those that botocore validates.
    """

    OPERATIONS = 0
    STRUCTURES = 1
    PAGINATORS = 2
    WAITERS = 3
    EXCEPTIONS = 4
    NOTES = 5
    RESOURCES = 6
    INPUTS = 7
    INPUT_STRUCTURES = 8


class Index(TypedDict):
    """The front of the packed file: `source` maps distributions to the versions that the facts were read
    from."""

    source: dict[str, str]
    dictionary: list[int]
    services: dict[str, list[int]]


@dataclass(frozen=True, slots=True)
class PackedFile:
    """The opened file: its index, and where the blobs start."""

    path: Path
    index: Index
    start: int

    def service_names(self) -> tuple[str, ...]:
        """All services, by the names that boto3.client() takes."""
        return tuple(self.index["services"])

    def sections(self, service: str) -> tuple[str, ...] | None:
        """The text of one service by `Section`; None for a service that the file does not know."""
        place = self.index["services"].get(service)
        if place is None:
            return None
        offset, length = place
        dictionary_offset, dictionary_length = self.index["dictionary"]
        with self.path.open("rb") as file:
            file.seek(self.start + dictionary_offset)
            dictionary = file.read(dictionary_length)
            file.seek(self.start + offset)
            blob = file.read(length)
        text = zlib.decompressobj(zdict=dictionary).decompress(blob).decode()
        return tuple(text.split(SECTION_SEPARATOR))


@cache
def open_packed_file(path: Path = PACKED_FILE) -> PackedFile:
    """Read the index, once a run."""
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise ValueError(f"{path} is no packed file of this version; run tools/build_sdk_table.py")
        length = int.from_bytes(file.read(4), "little")
        index: Index = json.loads(zlib.decompress(file.read(length)))
    return PackedFile(path, index, len(MAGIC) + 4 + length)
