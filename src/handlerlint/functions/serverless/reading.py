"""Functions of the Serverless Framework (`serverless.yml`), as it packages them; called by `discovery`.

Facts: serverless.com/framework/docs/providers/aws/guide, and the source of serverless-python-requirements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from handlerlint.functions.code import IN_IMAGE, CodeLocation, default_root, local_code
from handlerlint.functions.documents.nodes import (
    ListNode,
    MapNode,
    Node,
    Scalar,
    Unknown,
    as_bool,
    as_int,
    single_key,
)
from handlerlint.functions.documents.reading import Document
from handlerlint.functions.event_sources import each_once
from handlerlint.functions.found import Found, ProjectFiles, document_with
from handlerlint.functions.layers import Layers, layer_folders
from handlerlint.functions.model import DEFAULT_RUNTIME, ConfigurationSource, EventSource, LambdaFunction
from handlerlint.functions.python_modules import holds_module
from handlerlint.functions.request import DiscoveryRequest
from handlerlint.functions.serverless.app_sync import invoked_by_app_sync
from handlerlint.functions.serverless.events import authorizers_of, events_of
from handlerlint.functions.serverless.variables import Variables
from handlerlint.functions.sources import SERVERLESS_NAMES
from handlerlint.project.walking import folders_upwards

_OWN_FILES = ("", "requirements.txt", "Pipfile", "poetry.lock", "uv.lock")
_FUNCTIONS = re.compile(rb"""^[ \t{]*["']?functions["']?[ \t]*:""", re.MULTILINE)

# Plugins that make, move or replace modules of the package.
_BUILDING_PLUGINS = frozenset(
    {
        "serverless-bundle",
        "serverless-esbuild",
        "serverless-hooks-plugin",
        "serverless-package-python-functions",
        "serverless-plugin-scripts",
        "serverless-scriptable-plugin",
        "serverless-webpack",
        "serverless-wsgi",
    }
)
# Plugins that leave the package as it is, or fill it as `source.packaging` knows (serverless-python-requirements).
_HARMLESS_PLUGINS = frozenset(
    {
        "serverless-add-api-key",
        "serverless-api-gateway-caching",
        "serverless-api-gateway-throttling",
        "serverless-apigw-binary",
        "serverless-appsync-plugin",
        "serverless-associate-waf",
        "serverless-aws-documentation",
        "serverless-certificate-creator",
        "serverless-deployment-bucket",
        "serverless-domain-manager",
        "serverless-dotenv-plugin",
        "serverless-dynamodb",
        "serverless-dynamodb-autoscaling",
        "serverless-dynamodb-local",
        "serverless-export-env",
        "serverless-iam-roles-per-function",
        "serverless-localstack",
        "serverless-offline",
        "serverless-offline-sns",
        "serverless-offline-sqs",
        "serverless-openapi-documentation",
        "serverless-plugin-aws-alerts",
        "serverless-plugin-canary-deployments",
        "serverless-plugin-log-retention",
        "serverless-plugin-split-stacks",
        "serverless-plugin-tracing",
        "serverless-plugin-warmup",
        "serverless-prune-plugin",
        "serverless-pseudo-parameters",
        "serverless-python-requirements",
        "serverless-s3-local",
        "serverless-s3-remover",
        "serverless-s3-sync",
        "serverless-step-functions",
    }
)


def read(files: ProjectFiles, request: DiscoveryRequest) -> Found:
    """The Python functions of all services among the files."""
    found = Found()
    if request.is_on("serverless"):
        for path in files.named(*SERVERLESS_NAMES):
            with request.alone(path):
                given = str(path) in files.given
                document = document_with(path, (b"provider",), _FUNCTIONS, found, given=given)
                if document is not None and isinstance(document.root, MapNode):
                    found.functions.extend(_Service(document, document.root, request).functions())
    return found


class _Service:
    """One `serverless.yml`: what its functions have in common."""

    def __init__(self, document: Document, root: MapNode, request: DiscoveryRequest) -> None:
        self.path = document.path
        self.root = root
        self.request = request
        self.variables = Variables(document)
        self.provider = self.variables.map_of(root.get("provider"))
        self.package = self.variables.map_of(root.get("package"))
        plugins = self._plugins()
        self.build = next((plugin for plugin in plugins if plugin in _BUILDING_PLUGINS), None)
        self.unknown_content = self._unknown_content(plugins)
        self.idle_installer = self._idle_installer() if self.root.get("plugins") is None else None

    def functions(self) -> Iterator[LambdaFunction]:
        """All functions in Python."""
        name = self.variables.text(self.provider.get("name") or self.root.get("provider"))
        if not isinstance(name, Scalar) or name.text != "aws":
            return
        invokers: dict[str, list[EventSource]] = {}
        configured = self.variables.merged(self.root.get("functions"))
        nodes = {key: self.variables.map_of(node) for key, node in configured.items()}
        for node in nodes.values():
            for function, source in authorizers_of(node, self.provider, self.variables):
                invokers.setdefault(function, []).append(source)
        for invoked in invoked_by_app_sync(self.root, self.variables):
            if invoked.definition is not None and invoked.name not in nodes:
                nodes[invoked.name] = invoked.definition
            invokers.setdefault(invoked.name, []).append(invoked.source)
        for key, node in nodes.items():
            function_found = self._function(key, node, invokers.get(key, []))
            if function_found is not None:
                yield function_found

    def _function(self, name: str, node: MapNode, invokers: list[EventSource]) -> LambdaFunction | None:
        """One entry of `functions`; None if its runtime is not Python. An image tells no runtime."""
        variables = self.variables
        runtime = variables.text(node.get("runtime") or self.provider.get("runtime"))
        is_image = node.get("image") is not None
        if not is_image and not (isinstance(runtime, Scalar) and runtime.text.startswith("python")):
            return None
        handler_node = node.get("handler")
        handler = variables.text(handler_node)
        if is_image:
            image = variables.map_of(node.get("image"))
            words = variables.items(image.get("command"))
            handler_node = words[0] if len(words) == 1 else None
            handler = variables.text(handler_node)
        code = CodeLocation(unresolved=IN_IMAGE) if is_image else self._code(node, handler)
        layers = self._layers(node)
        events = (*events_of(node, self.provider, variables), *invokers)
        span = node.span if handler_node is None else handler_node.span
        return LambdaFunction(
            name=name,
            handler=handler.text if isinstance(handler, Scalar) else None,
            code_root=code.root,
            source=ConfigurationSource("serverless", variables.path_of(node) or self.path, span),
            runtime=runtime.text
            if isinstance(runtime, Scalar)
            else self.request.default_runtime or DEFAULT_RUNTIME,
            runtime_given=isinstance(runtime, Scalar)
            and not variables.may_be_another(node.get("runtime") or self.provider.get("runtime")),
            unresolved=code.unresolved or self._unresolved(handler) or self._other_place(node, handler, code),
            build=self.build,
            import_path=layers.import_path,
            unknown_layers=layers.unknown,
            unknown_content=self.unknown_content,
            idle_installer=self.idle_installer,
            events=each_once(events),
            environment=self._environment(node),
            timeout=self._number(node, "timeout"),
            memory=self._number(node, "memorySize"),
        )

    def _code(self, node: MapNode, handler: Scalar | Unknown | None) -> CodeLocation:
        """The service's folder; with `individually` and `module`, that module's folder."""
        variables = self.variables
        package = variables.map_of(node.get("package"))
        individually = package.get("individually") or self.package.get("individually")
        artifact = package.get("artifact") or self.package.get("artifact")
        if artifact is not None:
            value = variables.text(artifact)
            shown = value.text if isinstance(value, Scalar) else "?"
            return CodeLocation(unresolved=f"the code is in an archive, `{shown}`")
        module = variables.text(node.get("module"))
        if isinstance(module, Unknown):
            return CodeLocation(unresolved=f"`module`: {module.reason}")
        folder = self.path.parent
        if module is None:
            return default_root(self._service_folder(handler), "module")
        alone = variables.resolve(individually)
        if variables.may_be_another(individually) or isinstance(alone, Unknown):
            # Either way of packaging is meant: the one that finds the handler counts.
            code = local_code(folder, module.text)
            is_found = isinstance(handler, Scalar) and holds_module(folder, handler.text)
            return default_root(folder, "module") if is_found or code.root is None else code
        return local_code(folder, module.text) if as_bool(alone) else default_root(folder, "module")

    def _service_folder(self, handler: Scalar | Unknown | None) -> Path:
        """The file's own folder, or the nearest above it that holds the handler.

        `--config sub/serverless.yml` reads the file as if it lay in the working folder (serverless/serverless, issue
        4124, until version 2.20), and a pipeline may put it there before it deploys.
        """
        folders = folders_upwards(self.path)
        if not isinstance(handler, Scalar):
            return folders[0]
        return next((folder for folder in folders if holds_module(folder, handler.text)), folders[0])

    def _other_place(self, node: MapNode, handler: Scalar | Unknown | None, code: CodeLocation) -> str | None:
        """Why a missing module is no error: who deploys may choose another handler, or another place."""
        if code.root is None or not isinstance(handler, Scalar) or holds_module(code.root, handler.text):
            return None
        for key in ("handler", "module"):
            if self.variables.may_be_another(node.get(key)):
                return f"`{key}` depends on the options or the environment of the deployment"
        return None

    def _unresolved(self, handler: Scalar | Unknown | None) -> str | None:
        match handler:
            case None:
                return "no `handler`"
            case Unknown(reason):
                return f"`handler`: {reason}"
            case Scalar(text) if self.build == "serverless-wsgi" and text.startswith("wsgi_handler"):
                return "`wsgi_handler` is made by the plugin serverless-wsgi"
        return None

    def _plugins(self) -> list[str]:
        """The plugins' names; one that is not known is `?`."""
        node = self.root.get("plugins")
        if isinstance(node, MapNode):
            node = node.get("modules")
        if node is not None and not isinstance(self.variables.resolve(node), ListNode):
            return ["?"]
        names = (self.variables.text(item) for item in self.variables.items(node))
        return [name.text if isinstance(name, Scalar) else "?" for name in names]

    def _idle_installer(self) -> str | None:
        """Where serverless-python-requirements stands, though plugins are read from the top of the file alone."""
        for key in ("provider", "custom", "package"):
            below = self.variables.map_of(self.root.get(key)).get("plugins")
            for item in self.variables.items(below):
                name = self.variables.text(item)
                if isinstance(name, Scalar) and name.text == "serverless-python-requirements":
                    return key
        return None

    def _unknown_content(self, plugins: list[str]) -> str | None:
        """What may put libraries, or files from elsewhere, into the package."""
        for plugin in plugins:
            if plugin not in _HARMLESS_PLUGINS and plugin not in _BUILDING_PLUGINS:
                return f"the plugin `{plugin}`"
        custom = self.variables.map_of(self.root.get("custom"))
        options = self.variables.map_of(custom.get("pythonRequirements"))
        for key in ("vendor", "fileName"):
            file = self.variables.text(options.get(key))
            if file is not None and not (isinstance(file, Scalar) and file.text in _OWN_FILES):
                return f"`{key}` of serverless-python-requirements"
        for key in ("include", "patterns"):
            for item in self.variables.items(self.package.get(key)):
                pattern = self.variables.text(item)
                if not isinstance(pattern, Scalar) or pattern.text.startswith("../"):
                    return f"`package.{key}`"
        return None

    def _environment(self, node: MapNode) -> dict[str, str | None]:
        values: dict[str, str | None] = {}
        for owner in (self.provider, node):
            for name, item in self.variables.merged(owner.get("environment")).items():
                value = self.variables.text(item)
                values[name] = value.text if isinstance(value, Scalar) else None
        return values

    def _number(self, node: MapNode, key: str) -> int | None:
        return as_int(self.variables.resolve(node.get(key) or self.provider.get(key)))

    def _layers(self, node: MapNode) -> Layers:
        """`{Ref: NameLambdaLayer}` is the layer `name` of this service; any other one lies elsewhere."""
        own = {
            key[:1].upper() + key[1:].replace("-", "Dash").replace("_", "Underscore") + "LambdaLayer": item
            for key, item in self.variables.merged(self.root.get("layers")).items()
        }
        folders: list[Path] = []
        unknown: list[str] = []
        listed = node.get("layers") or self.provider.get("layers")
        is_list = isinstance(self.variables.resolve(listed), ListNode)
        if listed is not None and (not is_list or self.variables.may_be_another(listed)):
            unknown.append("layers")
        for item in self.variables.items(listed):
            name = _reference(item)
            location = self.variables.text(self.variables.map_of(own.get(name)).get("path"))
            root = local_code(self.path.parent, location.text).root if isinstance(location, Scalar) else None
            found = [] if root is None else layer_folders(root)
            folders.extend(found)
            if not found:
                unknown.append(name or "a layer")
        return Layers(tuple(folders), tuple(unknown))


def _reference(node: Node) -> str:
    match single_key(node):
        case ("Ref", Scalar(text)):
            return text
    return node.text if isinstance(node, Scalar) else ""
