"""HTML out of parts. A text is escaped unless it is made here: what is forgotten is safe."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from handlerlint.reporters.style import printable

_CODE = re.compile(r"`([^`]+)`")
_SEPARATOR = re.compile(r"(?<=[/_-])(?=\w)|(?<=\.)(?=\w{4})")


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def element(name: str, *content: str, **attributes: str | None) -> Markup:
    """An element; `class_` and `data_label` are the attributes `class` and `data-label`, an empty one is left out."""
    shown = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(printable(value))}"'
        for key, value in attributes.items()
        if value
    )
    return Markup(f"<{name}{shown}>{joined(content)}</{name}>")


def joined(content: Iterable[str], between: str = "") -> Markup:
    """The parts one after the other."""
    return Markup(
        between.join(part if isinstance(part, Markup) else escape(printable(part)) for part in content)
    )


def breakable(text: str) -> Markup:
    """A path, a handler or another name as code, with places where a narrow column may break it."""
    parts = _SEPARATOR.split(text)
    return element("code", joined(parts, "<wbr>"))


def prose(text: str) -> Markup:
    """A sentence, with what stands between backticks as code."""
    parts = _CODE.split(text)
    return joined(element("code", part) if index % 2 else part for index, part in enumerate(parts))
