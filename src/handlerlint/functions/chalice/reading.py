"""Functions of Chalice applications (`.chalice/config.json` beside `app.py`); called by `discovery`.

Facts: aws.github.io/chalice: routes are served by `app.app`, every function that is decorated for something else
is a Lambda function of its own with the handler `app.<name>` (chalice/deploy/appgraph.py); in a blueprint its
module is the name that the blueprint is made with (chalice/app.py, `_register_handler`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from handlerlint.functions.chalice.modules import Application, Made
from handlerlint.functions.documents.malformed import MalformedDocument
from handlerlint.functions.documents.nodes import MapNode, Node, Scalar
from handlerlint.functions.documents.reading import parse, read_bytes
from handlerlint.functions.event_sources import Properties
from handlerlint.functions.found import Found, ProjectFiles
from handlerlint.functions.model import DEFAULT_RUNTIME, ConfigurationSource, EventSource, LambdaFunction
from handlerlint.functions.request import DiscoveryRequest
from handlerlint.functions.sources import CHALICE_CONFIGURATION
from handlerlint.project.view import is_folder, read_file
from handlerlint.records import replace
from handlerlint.text import Span

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


def read(files: ProjectFiles, request: DiscoveryRequest) -> Found:
    """The functions of all applications among the files."""
    found = Found()
    if request.is_on("chalice"):
        for path in files.named(CHALICE_CONFIGURATION):
            if path.parent.name == ".chalice":
                with request.alone(path):
                    found.functions.extend(_functions(path, request, found))
    return found


def _functions(configuration: Path, request: DiscoveryRequest, found: Found) -> Iterator[LambdaFunction]:
    folder = configuration.parents[1]
    try:
        root = parse(configuration, read_bytes(configuration)).root
    except MalformedDocument as error:
        found.problems.append(error.problem(configuration))
        return
    except OSError:
        return
    runtime = _runtime(root)
    unknown_content = "layers of its configuration" if _has_layers(root) else None
    for name, handler, (path, place), events in _entries(folder):
        made = _function(name, handler, (path, place), folder, runtime, events, request)
        yield replace(made, unknown_content=unknown_content)


_Entry = tuple[str, str, tuple[Path, Span], tuple[EventSource, ...]]


def _entries(folder: Path) -> Iterator[_Entry]:
    """Name, handler, place and events of each function of the application in a folder."""
    application = Application(folder)
    application.load()
    main = application.main
    if main is None:
        yield from _unparsed(folder / "app.py")
        return
    app = application.made(main, "app")
    registrations = [(main.path, place) for place in main.registrations()]
    routes: list[tuple[Path, Span]] = []
    for module in application.modules.values():
        for decorated in module.decorated():
            owner = application.made(module, decorated.owner)
            blueprint = None if owner is None else _blueprint_module(owner)
            if blueprint is None and module is not main and not _is_same(owner, app):
                continue
            if blueprint is not None and not registrations:
                continue
            place = module.path, decorated.place
            if decorated.kind in _EVENTS:
                event = _EVENTS[decorated.kind]
                handler = f"{blueprint or 'app'}.{decorated.name}"
                yield decorated.name, handler, place, () if event is None else (event,)
            elif decorated.kind == "route":
                routes.append(place if blueprint is None else registrations[0])
    if routes:
        yield _served(routes[0])


def _served(place: tuple[Path, Span]) -> _Entry:
    """The function that serves all routes: `app.app`, whatever the application is called elsewhere."""
    return "api_handler", "app.app", place, (EventSource("api", {"proxy": True}),)


def _unparsed(path: Path) -> Iterator[_Entry]:
    """An `app.py` that has routes, but cannot be parsed."""
    try:
        lines = read_file(path).splitlines()
    except OSError:
        return
    for row, line in enumerate(lines, 1):
        if line.startswith(b"@app.route"):
            yield _served((path, Span.at(row, 1, len("@app.route"))))
            return


def _is_same(first: Made | None, second: Made | None) -> bool:
    if first is None or second is None:
        return False
    return first.module is second.module and first.name == second.name


def _blueprint_module(made: Made) -> str | None:
    """The module that the functions of a blueprint are said to be in; None where it is none of Chalice."""
    match made.value:
        case ast.Call(func=ast.Name(id="Blueprint") | ast.Attribute(attr="Blueprint"), args=[name, *_]):
            sources = {
                statement.module if isinstance(statement, ast.ImportFrom) else alias.name
                for statement in made.module.statements
                if isinstance(statement, (ast.Import, ast.ImportFrom))
                for alias in statement.names
            }
            if "chalice" not in sources:
                return None
            match name:
                case ast.Name(id="__name__"):
                    return made.module.name
                case ast.Constant(value=str(text)):
                    return text
    return None


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


def _function(
    name: str,
    handler: str,
    place: tuple[Path, Span],
    folder: Path,
    runtime: str | None,
    events: tuple[EventSource, ...],
    request: DiscoveryRequest,
) -> LambdaFunction:
    """One function of an application: `place` is where the source configures it, `runtime` None where nothing does."""
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
        import_path=tuple(path for path in (folder / "vendor",) if is_folder(path)),
    )
