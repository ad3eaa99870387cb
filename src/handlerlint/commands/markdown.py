"""Markdown as a terminal shows it: paragraphs folded, headings and code in colours. Called by `rule`."""

from __future__ import annotations

import re

from handlerlint.reporters.folding import folded
from handlerlint.reporters.style import BOLD, CYAN, GREEN, ITALIC, Paint, printable

TYPE_CHECKING = False
if TYPE_CHECKING:  # without importing `typing`
    from collections.abc import Iterator

_WIDEST = 100  # columns: longer lines of prose are hard to read
_INLINE = re.compile(
    r"`(?P<code>[^`]+)`|\*\*(?P<strong>[^*]+)\*\*|(?<![\w*])\*(?P<emphasis>[^*\s][^*]*)\*"
    r"|\[(?P<text>[^\]]+)\]\((?P<url>[^)\s]+)\)"
)
_ITEM = re.compile(r"(?P<head>\s*(?:[-*+]|\d+[.)])\s+)(?P<text>.*)")
_APART = re.compile(
    r"\s*(?:\||>|(?:[-*_]\s*){3,}$)"
)  # lines of tables, quotations and rules stay as they are


def shown(page: str, width: int, paint: Paint) -> str:
    """The page in lines of at most `width` columns. Without colours what is code keeps its marks."""
    return "".join(f"{line}\n" for line in _lines(printable(page).splitlines(), min(width, _WIDEST), paint))


def _lines(source: list[str], width: int, paint: Paint) -> Iterator[str]:
    paragraph: list[str] = []
    in_code = False
    for line in [*source, ""]:
        is_fence = line.lstrip().startswith("```")
        if not is_fence and not in_code and _continues(line, paragraph):
            paragraph.append(line)
            continue
        yield from _paragraph(paragraph, width, paint)
        paragraph = []
        if is_fence:
            in_code = not in_code
        elif in_code:
            yield from _code(line, width, paint)
        elif line.startswith("#"):
            yield paint(line.lstrip("#").strip(), BOLD)
        elif not line.strip() or _APART.match(line):
            yield line.rstrip()
        else:
            paragraph = [line]


def _continues(line: str, paragraph: list[str]) -> bool:
    """Whether a line belongs to the paragraph before it."""
    starts_another = not line.strip() or line.startswith("#") or _ITEM.match(line) or _APART.match(line)
    return bool(paragraph) and not starts_another


def _paragraph(lines: list[str], width: int, paint: Paint) -> Iterator[str]:
    """A paragraph or an item of a list, folded."""
    if not lines:
        return
    item = _ITEM.match(lines[0])
    head = item["head"] if item is not None else ""
    first = item["text"] if item is not None else lines[0].strip()
    text = " ".join([first, *(line.strip() for line in lines[1:])])
    for line in folded(_INLINE.sub(lambda found: _inline(found, paint), text), max(1, width - len(head))):
        yield head + line
        head = " " * len(head)


def _code(line: str, width: int, paint: Paint) -> Iterator[str]:
    """A line of code, which stands further in than prose; what is cut off it stands still further in."""
    further = " " * (len(line) - len(line.lstrip()) + 4)
    first, *others = folded(line, max(1, width - 4 - len(further)), max(1, width - 4))
    for part in (first, *(further + other for other in others)):
        yield f"    {paint(part, GREEN)}".rstrip()


def _inline(found: re.Match[str], paint: Paint) -> str:
    if found["text"] is not None:
        return found["text"] if found["url"] == found["text"] else f"{found['text']} ({found['url']})"
    text, style = next(
        (found[name], style)
        for name, style in (("code", CYAN), ("strong", BOLD), ("emphasis", ITALIC))
        if found[name] is not None
    )
    # Word by word, since a line may end inside.
    painted = " ".join(paint(word, style) for word in text.split(" "))
    return painted if painted != text else found[0]
