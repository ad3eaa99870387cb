"""Functions of Python CDK applications, from their source; called by `reading`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from handlerlint.functions.code import IN_IMAGE, CodeLocation
from handlerlint.functions.documents.malformed import MalformedDocument
from handlerlint.functions.documents.nodes import Unknown
from handlerlint.functions.documents.reading import read_bytes
from handlerlint.functions.event_sources import distinct
from handlerlint.functions.model import DEFAULT_RUNTIME, IMAGE_BUILD, ConfigurationSource, LambdaFunction
from handlerlint.functions.programs.cdk.later import changed_later
from handlerlint.functions.python_modules import holds_module
from handlerlint.functions.request import DiscoveryRequest
from handlerlint.libcst_classes import import_libcst
from handlerlint.project.view import matches
from handlerlint.records import replace
from handlerlint.text import Span

if TYPE_CHECKING:
    from handlerlint.functions.programs.cdk.constructs import Construct
    from handlerlint.functions.programs.cdk.scopes import CallSite

# A file may make a function, or help another one of its application to make it.
_MAKES_FUNCTIONS = re.compile(rb"aws_cdk[\s\S]{0,4000}?(?:lambda|EdgeFunction|TriggerFunction)")
_OF_THE_CDK = re.compile(rb"^\s*(?:from|import)\s+(?:aws_cdk|constructs)\b", re.MULTILINE)


def functions_of_app(folder: Path, paths: list[Path], request: DiscoveryRequest) -> Iterator[LambdaFunction]:
    """The functions that the Python files of an application make; `folder` is where its `cdk.json` lies."""
    sources = {path: data for path in paths if (data := _read(path)) is not None}
    if any(_MAKES_FUNCTIONS.search(data) for data in sources.values()):
        yield from _evaluated(folder, sources, paths, request)


def _read(path: Path) -> bytes | None:
    """What a file of the application says, if it imports the CDK: of others, such as handlers, the rest may change."""
    try:
        return read_bytes(path) if uses_the_cdk(path) else None
    except (OSError, MalformedDocument):
        return None


def uses_the_cdk(path: Path) -> bool:
    """Whether a Python file imports the CDK."""
    return matches(path, _OF_THE_CDK)


def _evaluated(
    folder: Path, sources: dict[Path, bytes], paths: list[Path], request: DiscoveryRequest
) -> Iterator[LambdaFunction]:
    """The functions that an application makes, each once, with all the events that its connections give it.

    `sources` are the files that are evaluated; of the other `paths` only the names are known.
    """
    import_libcst()  # here: only where there is a Python CDK application
    from handlerlint.functions.programs.cdk.connections import connections_of
    from handlerlint.functions.programs.cdk.constructs import function_constructs
    from handlerlint.functions.programs.cdk.evaluation import Program
    from handlerlint.functions.programs.cdk.python_calls import PythonCalls
    from handlerlint.functions.programs.cdk.scopes import read_source

    files = [file for path, data in sources.items() if (file := read_source(path, data)) is not None]
    program = Program(files, tuple(path for path in paths if path not in sources))
    made: dict[tuple[object, ...], LambdaFunction] = {}
    constructs = function_constructs(program)
    for construct, events in zip(
        constructs, connections_of(constructs, PythonCalls(constructs, program)), strict=True
    ):
        function = _function(construct, folder, request)
        if function is not None:
            # Frames that differ in something else make the same function.
            key = (function.name, function.handler, function.code_root, function.source, function.runtime)
            first = made.setdefault(key, function)
            made[key] = replace(first, events=distinct((*first.events, *events)))
    everything = b"\n".join(sources.values())
    for function in made.values():
        yield changed_later(function, everything)


def _function(construct: Construct, folder: Path, request: DiscoveryRequest) -> LambdaFunction | None:
    """The function that a construct makes; None if it is certainly not in Python, or nothing tells that it is."""
    from handlerlint.functions.programs.cdk.constructs import (
        ConstructCode,
        code_of,
        environment_of,
        handler_of,
        image_of,
        runtime_of,
    )
    from handlerlint.functions.programs.cdk.layers import layers_of

    runtime, handler, made = runtime_of(construct), handler_of(construct), code_of(construct, folder)
    image = image_of(construct, folder)
    if image is not None:
        if image.is_other:
            return None
        made = ConstructCode(CodeLocation(unresolved=IN_IMAGE), IMAGE_BUILD)
        runtime, handler = None, None
        if image.function is not None:
            runtime, handler = image.function.runtime, image.function.handler
            if image.function.code_root is not None:
                made = ConstructCode(CodeLocation(root=image.function.code_root), IMAGE_BUILD)
    if image is None and not _is_python(construct.kind, runtime, handler, made.code):
        return None
    layers = layers_of(construct, folder)
    return LambdaFunction(
        name=construct.name,
        handler=handler if isinstance(handler, str) else None,
        code_root=made.code.root,
        source=ConfigurationSource("cdk", construct.site.scope.file.path, handler_position(construct.site)),
        runtime=runtime if isinstance(runtime, str) else request.default_runtime or DEFAULT_RUNTIME,
        runtime_given=isinstance(runtime, str),
        unresolved=made.code.unresolved or _unresolved(handler),
        build=made.build,
        import_path=layers.import_path,
        unknown_layers=layers.unknown,
        bare_layers=layers.bare,
        environment=environment_of(construct),
        timeout=_seconds(construct.arguments.get("timeout")),
        memory=_number(construct.arguments.get("memory_size")),
        inline_code=made.code.inline,
    )


def handler_position(site: CallSite) -> Span:
    """The handler's value if it is written in the call, else the call's name."""
    for argument in site.call.args:
        if argument.keyword is not None and argument.keyword.value == "handler":
            row, column, end_row, end_column = site.scope.file.place(argument.value)
            quoted = isinstance(argument.value, _string_type()) and row == end_row
            return Span(row, column + quoted, end_row, end_column - quoted)
    return site.scope.file.place(site.call.func)


def _string_type() -> type:
    import libcst

    return libcst.SimpleString


def _is_python(kind: str, runtime: object, handler: object, code: CodeLocation) -> bool:
    if isinstance(runtime, str):
        return runtime.startswith("python")
    if kind == "PythonFunction":
        return True
    if code.inline is not None:
        return "def " in code.inline.text
    if code.root is not None and isinstance(handler, str):
        return holds_module(code.root, handler)
    return isinstance(runtime, Unknown)


def _unresolved(handler: str | Unknown | None) -> str | None:
    match handler:
        case None:
            return "no `handler`"
        case Unknown(reason):
            return f"`handler`: {reason}"
    return None


def _seconds(value: object) -> int | None:
    """A `Duration`, or the number of a `CfnFunction`."""
    from handlerlint.functions.programs.cdk.results import Made

    if not isinstance(value, Made):
        return _number(value)
    amount = _number(value.arguments.get("0", value.arguments.get("amount")))
    unit = {"seconds": 1, "minutes": 60}.get(value.path.rpartition("Duration.")[2])
    return None if amount is None or unit is None else amount * unit


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
