"""Functions of Chalice applications (`.chalice/config.json` beside `app.py`); called by `discovery`.

Facts: aws.github.io/chalice: routes are served by `app.app`, every decorated function is a Lambda function
of its own with the handler `app.<name>` (chalice/deploy/appgraph.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from handlerlint.functions.documents import MalformedDocument, parse, read_bytes
from handlerlint.functions.events import Properties
from handlerlint.functions.found import Found, ProjectFiles
from handlerlint.functions.model import (
    DEFAULT_RUNTIME,
    ConfigurationSource,
    EventSource,
    LambdaFunction,
    Position,
)
from handlerlint.functions.nodes import MapNode, Scalar
from handlerlint.functions.request import DiscoveryRequest
from handlerlint.functions.sources import CHALICE_CONFIGURATION

_DECORATED = re.compile(
    r"^@(\w+)\.(route|lambda_function|schedule|on_s3_event|on_sns_message|on_sqs_message|on_cw_event"
    r"|on_kinesis_record|on_dynamodb_record|authorizer|on_ws_connect|on_ws_message|on_ws_disconnect)\b",
    re.MULTILINE,
)
_DEFINITION = re.compile(r"^(?:async[ \t]+)?def[ \t]+(\w+)", re.MULTILINE)
_BATCH: Properties = {"report_batch_item_failures": False}
_EVENTS: dict[str, EventSource | None] = {
    "lambda_function": None,
    "schedule": EventSource("schedule"),
    "on_s3_event": EventSource("s3"),
    "on_sns_message": EventSource("sns"),
    "on_sqs_message": EventSource("sqs", _BATCH),
    "on_cw_event": EventSource("event-bridge-rule"),
    "on_kinesis_record": EventSource("kinesis", _BATCH),
    "on_dynamodb_record": EventSource("dynamodb", _BATCH),
    "authorizer": EventSource("authorizer", {"api": "api", "type": "TOKEN"}),
}


def read(files: ProjectFiles, request: DiscoveryRequest) -> Found:
    """The functions of all applications among the files."""
    found = Found()
    if request.is_on("chalice"):
        for path in files.named(CHALICE_CONFIGURATION):
            if path.parent.name == ".chalice":
                found.functions.extend(_functions(path, request, found))
    return found


def _functions(configuration: Path, request: DiscoveryRequest, found: Found) -> Iterator[LambdaFunction]:
    folder = configuration.parents[1]
    application = folder / "app.py"
    try:
        root = parse(configuration, read_bytes(configuration)).root
        source = application.read_bytes().decode("utf-8", "replace")
    except MalformedDocument as error:
        found.problems.append(error.problem(configuration))
        return
    except OSError:
        return
    runtime = _runtime(root)
    routes: tuple[str, Position] | None = None
    for match in _DECORATED.finditer(source):
        definition = _DEFINITION.search(source, match.end())
        name = definition.group(1) if definition else match.group(1)
        place = _place(source, match.start(), match.end())
        if match.group(2) in _EVENTS:
            event = _EVENTS[match.group(2)]
            events = () if event is None else (event,)
            yield _function(name, f"app.{name}", (application, place), runtime, events, request)
        elif routes is None:
            routes = match.group(1), place
    if routes is not None:
        event = EventSource("api", {"proxy": True})
        yield _function(
            "api_handler", f"app.{routes[0]}", (application, routes[1]), runtime, (event,), request
        )


def _runtime(root: object) -> str | None:
    """The lambda_python_version of the configuration; without one it is that of the deploying interpreter."""
    if isinstance(root, MapNode):
        for owner in (root, root.mapping("stages", "dev")):
            version = owner.get("lambda_python_version")
            if isinstance(version, Scalar):
                return f"python{version.text}"
    return None


def _place(source: str, start: int, end: int) -> Position:
    row = source.count("\n", 0, start) + 1
    return Position(row, 1, row, end - start + 1)


def _function(
    name: str,
    handler: str,
    place: tuple[Path, Position],
    runtime: str | None,
    events: tuple[EventSource, ...],
    request: DiscoveryRequest,
) -> LambdaFunction:
    path, position = place
    return LambdaFunction(
        name=name,
        handler=handler,
        code_root=path.parent,
        source=ConfigurationSource("chalice", path, position),
        runtime=runtime or request.default_runtime or DEFAULT_RUNTIME,
        runtime_given=runtime is not None,
        events=events,
        # Chalice also packs `chalicelib/` and `vendor/`, whose contents come to lie beside `app.py`.
        import_path=tuple(folder for folder in (path.parent / "vendor",) if folder.is_dir()),
    )
