"""Fixes of a handler's definition: its parameters, and `async`. Called by the rules on signatures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from handlerlint.findings import Edit, Fix
from handlerlint.inference.syntax.scopes import nodes_in
from handlerlint.rules.fixing.edits import around, can_edit, fix_of, imported, insertion, is_rebound
from handlerlint.text import LINE_END, Span, text_at

if TYPE_CHECKING:
    from handlerlint.inference.handler import Callable
    from handlerlint.source.files import SourceFile


def missing_parameters_fix(handler: Callable) -> Fix | None:
    """`event` and `context` where there are none. They get defaults: whoever else calls the function goes on."""
    file, node = handler.file, handler.node
    if not can_edit(file) or not isinstance(node, cst.FunctionDef):
        return None
    parameters = node.params
    positional = [*parameters.posonly_params, *parameters.params]
    count = max(len(positional) - len(handler.first), 0)
    used = {part.value for part in nodes_in(node) if isinstance(part, cst.Name)}
    wanted = ["event", "context"][count:]
    names = [name if name not in used else f"_{name}" for name in wanted]
    if not names or used.intersection(name for name in names if name.startswith("_")):
        return None
    text = ", ".join(f"{name}=None" for name in names)
    if positional:
        edits = around(file, _last_part(positional[-1]), "", f", {text}")[1:]
    else:
        others = parameters.kwonly_params or parameters.star_kwarg is not None
        edits = (_behind_bracket(file, node, f"{text}, " if others else text),)
    return fix_of(f"add {' and '.join(f'`{name}`' for name in names)}", edits, safe=True)


def _last_part(parameter: cst.Param) -> cst.CSTNode:
    """What ends a parameter, without its comma."""
    last: cst.CSTNode = parameter.name
    if parameter.annotation is not None:
        last = parameter.annotation.annotation
    if parameter.default is not None:
        last = parameter.default
    if isinstance(last, cst.BaseExpression) and last.rpar:
        last = last.rpar[-1]
    return last


def _behind_bracket(file: SourceFile, node: cst.FunctionDef, text: str) -> Edit:
    """Text right behind the bracket that opens the parameters."""
    name = file.span(node.name)
    line = _lines(file)[name.end_row - 1]
    column = line.index("(", name.end_column - 1) + 2
    return insertion(name.end_row, column, text)


def _lines(file: SourceFile) -> list[str]:
    return LINE_END.split(file.text)


def swap_fix(handler: Callable, first: cst.Param, second: cst.Param) -> Fix | None:
    """The two parameters change places; certain where the body takes parts of the one that is called an event."""
    file = handler.file
    if not can_edit(file) or first.default is not None or second.default is not None:
        return None
    spans = [
        Span(*file.span(parameter.name).start, *file.span(_last_part(parameter)).end)
        for parameter in (first, second)
    ]
    texts = [text_at(file.text, span) or "" for span in spans]
    edits = (Edit(texts[1], spans[0]), Edit(texts[0], spans[1]))
    parts = _has_parts(handler, second.name.value) and not _has_parts(handler, first.name.value)
    return fix_of("swap the parameters", edits, safe=parts)


def _has_parts(handler: Callable, name: str) -> bool:
    """Whether the body takes items of a parameter: a context has none."""
    return any(
        isinstance(node, cst.Subscript) and isinstance(node.value, cst.Name) and node.value.value == name
        for node in nodes_in(handler.node)
    )


def run_fix(handler: Callable) -> Fix | None:
    """A plain function under the handler's name, which runs the coroutine function under another.

    Decorators stay with the name: it is the plain function that they see.
    """
    file, node = handler.file, handler.node
    if not can_edit(file) or not isinstance(node, cst.FunctionDef) or node.asynchronous is None:
        return None
    if handler.first or handler.keywords or file.tree is None or node not in file.tree.body:
        return None
    parameters = node.params
    plain = [*parameters.posonly_params, *parameters.params]
    if len(plain) != 2 or parameters.kwonly_params or isinstance(parameters.star_arg, cst.Param):
        return None
    name = node.name.value
    inner = f"{name}_async"
    found = imported(file, "asyncio")
    if found is None or is_rebound(file, inner) or _is_recursive(node):
        return None
    asyncio, edits = found
    span = file.span(node)
    header = Span(span.row, span.column, *_header_end(file, node))
    signature = re.sub(r"^async\s+", "", text_at(file.text, header) or "")
    arguments = ", ".join(parameter.name.value for parameter in plain)
    indent = file.tree.default_indent
    wrapper = f"{signature}\n{indent}return {asyncio}.run({inner}({arguments}))\n\n\n"
    edits = (insertion(span.row, span.column, wrapper), Edit(inner, file.span(node.name)), *edits)
    return fix_of(f"run `{inner}` in `{name}`", edits, safe=False)


def _header_end(file: SourceFile, node: cst.FunctionDef) -> tuple[int, int]:
    """Where the colon before a function's body ends."""
    last: cst.CSTNode = node.name
    if node.returns is not None:
        last = node.returns.annotation
    elif node.params.params or node.params.posonly_params:
        last = _last_part([*node.params.posonly_params, *node.params.params][-1])
    row, column = file.span(last).end
    lines = _lines(file)
    while True:
        found = lines[row - 1].find(":", column - 1)
        if found >= 0:
            return row, found + 2
        row, column = row + 1, 1


def _is_recursive(node: cst.FunctionDef) -> bool:
    return any(isinstance(part, cst.Name) and part.value == node.name.value for part in nodes_in(node.body))
