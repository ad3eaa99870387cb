"""Functions of Zappa (`zappa_settings.json`, `.toml`, `.yaml`); called by `discovery`.

Zappa's own `handler.lambda_handler` is what Lambda calls; it is packed by Zappa, so the function itself is
unresolved, and only what it calls with an event and a context is the user's: `events` and `lambda_handler`
(github.com/zappa/Zappa, README, "Advanced Settings").
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from handlerlint.functions.documents.malformed import MalformedDocument
from handlerlint.functions.documents.nodes import MapNode, Node, Scalar, as_int
from handlerlint.functions.documents.reading import parse, read_bytes
from handlerlint.functions.documents.toml_text import parse_toml
from handlerlint.functions.found import Found, ProjectFiles
from handlerlint.functions.model import (
    DEFAULT_RUNTIME,
    ConfigurationProblem,
    ConfigurationSource,
    EventSource,
    LambdaFunction,
)
from handlerlint.functions.request import DiscoveryRequest
from handlerlint.functions.sources import ZAPPA_NAMES

_ZAPPA_HANDLER = "handler.lambda_handler"


def read(files: ProjectFiles, request: DiscoveryRequest) -> Found:
    """The functions of all settings files: one for each stage."""
    found = Found()
    if request.is_on("zappa"):
        for path in files.named(*ZAPPA_NAMES):
            with request.alone(path):
                root = _root(path, found)
                if isinstance(root, MapNode):
                    found.functions.extend(_functions(path, root, request))
    return found


def _root(path: Path, found: Found) -> Node | None:
    try:
        data = read_bytes(path)
        return parse_toml(data) if path.suffix == ".toml" else parse(path, data).root
    except MalformedDocument as error:
        found.problems.append(error.problem(path))
    except OSError as error:
        found.problems.append(
            ConfigurationProblem(path, f"cannot be read: {error.strerror or 'unknown error'}")
        )
    return None


def _functions(path: Path, root: MapNode, request: DiscoveryRequest) -> Iterator[LambdaFunction]:
    for stage, node in root.items():
        if isinstance(node, MapNode):
            settings = _extended(node, root)
            yield _function(stage, settings, path, request)


def _extended(node: MapNode, root: MapNode, depth: int = 0) -> MapNode:
    """A stage with what it `extends`."""
    parent = node.get("extends")
    if not isinstance(parent, Scalar) or depth > 10:
        return node
    base = _extended(root.mapping(parent.text), root, depth + 1)
    return MapNode({**base.entries, **node.entries}, node.span, node.size, {**base.keys, **node.keys})


def _function(stage: str, settings: MapNode, path: Path, request: DiscoveryRequest) -> LambdaFunction:
    """The function of one stage. Without a `lambda_handler` it is handled by a module that Zappa brings."""
    runtime = settings.get("runtime")
    given = runtime.text if isinstance(runtime, Scalar) else None
    custom = settings.get("lambda_handler")
    handler = custom.text if isinstance(custom, Scalar) else _ZAPPA_HANDLER
    place = custom or settings.get("app_function") or settings.get("django_settings") or settings
    switches = (settings.get("use_apigateway"), settings.get("apigateway_enabled"))  # the older name, too
    has_api = not any(isinstance(one, Scalar) and one.text.lower() == "false" for one in switches)
    return LambdaFunction(
        name=stage,
        handler=handler,
        code_root=path.parent,
        source=ConfigurationSource("zappa", path, place.span),
        runtime=given or request.default_runtime or DEFAULT_RUNTIME,
        runtime_given=given is not None,
        unresolved=None if custom is not None else "`handler.lambda_handler` is Zappa's own",
        build="zappa",
        events=(EventSource("api", {"proxy": True}),) if has_api else (),
        timeout=as_int(settings.get("timeout_seconds")),
        memory=as_int(settings.get("memory_size")),
    )
