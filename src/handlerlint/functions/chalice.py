"""Functions of Chalice applications (`.chalice/config.json` beside `app.py`); called by `discovery`.

Facts: aws.github.io/chalice: routes are served by `app.app`, every function that is decorated for something else
is a Lambda function of its own with the handler `app.<name>` (chalice/deploy/appgraph.py); in a blueprint its
module is the name that the blueprint is made with (chalice/app.py, `_register_handler`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from handlerlint.functions.documents import MalformedDocument, parse, read_bytes
from handlerlint.functions.events import Properties
from handlerlint.functions.found import Found, ProjectFiles, is_inside
from handlerlint.functions.model import (
    DEFAULT_RUNTIME,
    ConfigurationSource,
    EventSource,
    LambdaFunction,
    Position,
)
from handlerlint.functions.nodes import MapNode, Node, Scalar
from handlerlint.functions.request import DiscoveryRequest
from handlerlint.functions.sources import CHALICE_CONFIGURATION
from handlerlint.records import dataclass, replace

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
    "on_ws_connect": EventSource("web-socket", {"proxy": True}),
    "on_ws_message": EventSource("web-socket", {"proxy": True}),
    "on_ws_disconnect": EventSource("web-socket", {"proxy": True}),
}
_BLUEPRINT = re.compile(
    r"""^(\w+)[^=\n]*=[ \t]*(?:\w+\.)?Blueprint\([ \t]*(?:__name__|["']([\w.]+)["'])""", re.MULTILINE
)
_REGISTERED = re.compile(r"^(\w+)\.register_blueprint\(", re.MULTILINE)


def read(files: ProjectFiles, request: DiscoveryRequest) -> Found:
    """The functions of all applications among the files."""
    found = Found()
    if request.is_on("chalice"):
        for path in files.named(CHALICE_CONFIGURATION):
            if path.parent.name == ".chalice":
                found.functions.extend(_functions(path, files, request, found))
    return found


def _functions(
    configuration: Path, files: ProjectFiles, request: DiscoveryRequest, found: Found
) -> Iterator[LambdaFunction]:
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
    unknown = "layers of its configuration" if _has_layers(root) else None
    parts = [_Part(application, source, "app"), *_blueprints(application, source, files)]
    routes: tuple[str, Position] | None = None
    for part in parts:
        for variable, kind, name, place in part.decorated():
            if kind in _EVENTS:
                event = _EVENTS[kind]
                events = () if event is None else (event,)
                handler = f"{part.module}.{name}"
                made = _function(name, handler, (part.path, place), folder, runtime, events, request)
                yield replace(made, unknown_content=unknown)
            elif routes is None:
                routes = (variable, place) if part.path == application else _registration(source)
    if routes is not None:
        event = EventSource("api", {"proxy": True})
        served, place = routes
        made = _function(
            "api_handler", f"app.{served}", (application, place), folder, runtime, (event,), request
        )
        yield replace(made, unknown_content=unknown)


@dataclass(frozen=True, slots=True)
class _Part:
    """A file with decorated functions, which all, or those of one `blueprint`, are in `module`."""

    path: Path
    source: str
    module: str
    blueprint: str | None = None

    def decorated(self) -> Iterator[tuple[str, str, str, Position]]:
        """Each decorator: the variable, what it is for, the function's name, and the place."""
        for match in _DECORATED.finditer(self.source):
            if self.blueprint in (None, match.group(1)):
                definition = _DEFINITION.search(self.source, match.end())
                name = definition.group(1) if definition else match.group(1)
                place = _place(self.source, match.start(), match.end())
                yield match.group(1), match.group(2), name, place


def _blueprints(application: Path, source: str, files: ProjectFiles) -> Iterator[_Part]:
    """The blueprints of the application's modules that `app.py` imports and registers."""
    if _REGISTERED.search(source) is None:
        return
    words = set(re.findall(r"\w+", source))
    for path in files.ending(".py"):
        if path != application and is_inside(path, application.parent):
            name = path.parent.name if path.name == "__init__.py" else path.stem
            if name in words:
                yield from _blueprints_in(path, application.parent)


def _blueprints_in(path: Path, folder: Path) -> Iterator[_Part]:
    try:
        data = path.read_bytes()
    except OSError:
        return
    if b"Blueprint" in data and b"chalice" in data:
        source = data.decode("utf-8", "replace")
        place = path.parent if path.name == "__init__.py" else path.with_suffix("")
        module = ".".join(place.relative_to(folder).parts)
        for match in _BLUEPRINT.finditer(source):
            yield _Part(path, source, match.group(2) or module, match.group(1))


def _registration(source: str) -> tuple[str, Position] | None:
    """The application's variable, and where its first blueprint is registered."""
    match = _REGISTERED.search(source)
    return None if match is None else (match.group(1), _place(source, match.start(), match.end() - 1))


def _has_layers(node: Node | None) -> bool:
    """Whether a stage, a function or the whole application has layers (`layers`, a list of ARNs)."""
    return isinstance(node, MapNode) and any(
        key == "layers" or _has_layers(value) for key, value in node.items()
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
    folder: Path,
    runtime: str | None,
    events: tuple[EventSource, ...],
    request: DiscoveryRequest,
) -> LambdaFunction:
    path, position = place
    return LambdaFunction(
        name=name,
        handler=handler,
        code_root=folder,
        source=ConfigurationSource("chalice", path, position),
        runtime=runtime or request.default_runtime or DEFAULT_RUNTIME,
        runtime_given=runtime is not None,
        events=events,
        # Chalice also packs `chalicelib/` and `vendor/`, whose contents come to lie beside `app.py`.
        import_path=tuple(path for path in (folder / "vendor",) if path.is_dir()),
    )
