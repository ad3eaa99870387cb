"""Files that Terraform itself writes before it packs a folder (`local_file`); called by `packages`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from handlerlint.functions.found import is_inside, joined
from handlerlint.functions.model import InlineCode
from handlerlint.functions.terraform.modules import Module
from handlerlint.functions.terraform.syntax import Block, Expression, is_plain_text, span_of, token_text
from handlerlint.functions.terraform.values import Reference, Value
from handlerlint.project.view import exists
from handlerlint.text import Location

# registry.terraform.io/providers/hashicorp/local: files that are written when the configuration is applied.
_TYPES = ("local_file", "local_sensitive_file")
_INTERPOLATION = re.compile(r"[$%]\{")


class WrittenFiles:
    """What one use of a module writes."""

    def __init__(self, module: Module) -> None:
        self._module = module

    def path(self, value: Value) -> Value:
        """The path that `local_file.name.filename` is; any other value is itself."""
        if not isinstance(value, Reference) or value.type not in _TYPES or value.attributes != ("filename",):
            return value
        owner = value.owner if isinstance(value.owner, Module) else self._module
        block = owner.files.resources.get((value.mode, value.type, value.name))
        if block is None or value.key is not None or owner is not self._module:
            return value
        return self._module.value(block.body.attributes.get("filename"))

    def writer_into(self, folder: Path) -> str | None:
        """The kind of resource that writes a file into the folder before it is packed, or may do so."""
        for block, path, _ in self._all():
            if path is None or is_inside(path, folder):
                return block.labels[0]
        return None

    def module_at(self, path: Path, name: str) -> InlineCode | None:
        """The module that is written to a path; None where that, or its text, is not certain.

        A file that is there already may be what was written, or what is written may differ: nothing is said.
        """
        writers = [(block, names) for block, place, names in self._all() if place in (None, path)]
        if len(writers) != 1 or exists(path):
            return None
        block, names = writers[0]
        content = block.body.attributes.get("content")
        text = None if content is None else self._module.value(content, names)
        if not isinstance(text, str) or _INTERPOLATION.search(token_text(content)) is not None:
            return None
        return None if self._module.is_absent(block) else inline_code(content, text, name, block.path)

    def _all(self) -> Iterator[tuple[Block, Path | None, dict[str, Value]]]:
        """Each file with its path, None where that is not known."""
        for block in self._module.files.of_type(*_TYPES):
            for _, names in self._module.instances(block):
                name = self._module.value(block.body.attributes.get("filename"), names)
                yield block, joined(self._module.root, name) if isinstance(name, str) else None, names


def inline_code(expression: Expression, text: str, module: str, path: Path | None) -> InlineCode:
    """Text of the configuration as a module, with the places of its lines where they stand there as they are."""
    lines = _lines_of(expression, text)
    return InlineCode(text, lines, path if lines else None, module)


def _lines_of(expression: Expression, text: str) -> tuple[Location, ...]:
    span, raw = span_of(expression), token_text(expression)
    lines = text.removesuffix("\n").split("\n")
    if raw.startswith("<<"):
        below = [line.rstrip("\r") for line in raw.rstrip().split("\n")[1:-1]]
        if len(below) != len(lines) or not all(map(str.endswith, below, lines)):
            return ()
        indents = (len(there) - len(line) for there, line in zip(below, lines, strict=True))
        return tuple(Location(span.row + 1 + number, indent + 1) for number, indent in enumerate(indents))
    if not is_plain_text(expression) or raw.strip('"').replace("\\n", "\n") != text:
        return ()
    # The whole text stands in one line: each of its own ends in `\\n`.
    column, places = span.column, []
    for line in lines:
        places.append(Location(span.row, column))
        column += len(line) + 2
    return tuple(places)
