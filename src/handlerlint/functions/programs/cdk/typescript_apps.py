"""The functions of CDK applications in TypeScript and JavaScript, as far as they are literal; called by `reading`.

Facts: docs.aws.amazon.com/cdk/api/v2/docs, modules aws-lambda and aws-lambda-python-alpha.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from handlerlint.functions.model import DEFAULT_RUNTIME, ConfigurationSource, LambdaFunction
from handlerlint.functions.programs.cdk.later import changed_later
from handlerlint.functions.request import DiscoveryRequest
from handlerlint.project.view import read_file
from handlerlint.records import replace

if TYPE_CHECKING:
    from handlerlint.functions.programs.cdk.typescript_file import Written

SUFFIXES = (".ts", ".js", ".mts", ".mjs")
_SKIPPED = re.compile(r"(?:^|[/\\])(?:node_modules|cdk\.out|tests?|__tests__)[/\\]|\.(?:test|spec|d)\.\w+$")


def functions_of_typescript(
    folder: Path, paths: Iterable[Path], request: DiscoveryRequest
) -> Iterator[LambdaFunction]:
    """The functions in Python that the files of an application make; its paths start at `folder`."""
    from handlerlint.functions.programs.cdk.connections import connections_of
    from handlerlint.functions.programs.cdk.typescript_calls import TypeScriptCalls
    from handlerlint.functions.programs.cdk.typescript_file import TypeScriptFile

    for path in paths:
        if _SKIPPED.search(os.path.relpath(path, folder)):
            continue
        try:
            data = read_file(path)
        except OSError:
            continue
        if b"Function" not in data or b"lambda" not in data.lower():
            continue
        file = TypeScriptFile(path, folder, data)
        made = list(file.functions())
        for written, events in zip(made, connections_of(made, TypeScriptCalls(made, file)), strict=True):
            function = _function(written, path, folder, request)
            if function is not None:
                yield changed_later(replace(function, events=events), data)


def _function(written: Written, path: Path, folder: Path, request: DiscoveryRequest) -> LambdaFunction | None:
    """The function that is written so; None unless its runtime certainly is a Python."""
    from handlerlint.functions.programs.cdk.constructs import code_of, environment_of, handler_of, runtime_of

    runtime, handler, made = runtime_of(written), handler_of(written), code_of(written, folder)
    if not (isinstance(runtime, str) and runtime.startswith("python")):
        return None
    reason = None if isinstance(handler, str) else f"`handler`: {getattr(handler, 'reason', 'not given')}"
    has_layers = written.arguments.get("layers") is not None or "**" in written.arguments
    return LambdaFunction(
        name=written.name,
        handler=handler if isinstance(handler, str) else None,
        code_root=made.code.root,
        source=ConfigurationSource("cdk", path, written.span),
        runtime=runtime or request.default_runtime or DEFAULT_RUNTIME,
        unresolved=made.code.unresolved or reason,
        build=made.build,
        unknown_layers=("layers of the application",) if has_layers else (),
        environment=environment_of(written),
        inline_code=made.code.inline,
    )
