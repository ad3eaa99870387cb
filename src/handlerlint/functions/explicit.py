"""Functions that the user gives, on the command line or in the configuration; called by `discovery`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from handlerlint.functions.event_sources import Properties
from handlerlint.functions.model import DEFAULT_RUNTIME, ConfigurationSource, EventSource, LambdaFunction
from handlerlint.functions.python_modules import holds_module
from handlerlint.functions.request import DiscoveryRequest
from handlerlint.project.view import is_folder
from handlerlint.text import Span

#: What an event source of the configuration is where its properties are not given.
_USUAL: Mapping[str, Properties] = {
    "api": {"proxy": True},
    "http-api": {"proxy": True, "payload_format_version": "2.0"},
    "web-socket": {"proxy": True},
    "function-url": {"payload_format_version": "2.0", "invoke_mode": "BUFFERED"},
}


def from_command_line(request: DiscoveryRequest) -> list[LambdaFunction]:
    """Each `--handler` in the given folders that hold its module, or, where none does, in all of them."""
    roots = list(dict.fromkeys(path if is_folder(path) else path.parent for path in request.paths))
    functions: list[LambdaFunction] = []
    for handler in request.handlers:
        holding = [root for root in roots if holds_module(root, handler)]
        functions.extend(
            LambdaFunction(
                name=handler,
                handler=handler,
                code_root=root,
                source=ConfigurationSource("argument", None),
                runtime=request.default_runtime or DEFAULT_RUNTIME,
                runtime_given=request.default_runtime is not None,
            )
            for root in holding or roots
        )
    return functions


def from_configuration(request: DiscoveryRequest) -> list[LambdaFunction]:
    """The entries under `[[tool.handlerlint.functions]]`; without a code root theirs is the project root."""
    return [
        LambdaFunction(
            name=entry.name or entry.handler,
            handler=entry.handler,
            code_root=entry.code_root or _folder_of_configuration(request),
            source=ConfigurationSource(
                "configuration",
                request.configuration_file,
                None if entry.row is None else Span.at(entry.row, 1),
            ),
            runtime=entry.runtime or request.default_runtime or DEFAULT_RUNTIME,
            runtime_given=(entry.runtime or request.default_runtime) is not None,
            events=tuple(
                EventSource(event.kind, {**_USUAL.get(event.kind, {}), **event.properties})
                for event in entry.events
            ),
        )
        for entry in request.configured
    ]


def _folder_of_configuration(request: DiscoveryRequest) -> Path | None:
    if request.configuration_file is not None:
        return request.configuration_file.parent
    return request.project_root
