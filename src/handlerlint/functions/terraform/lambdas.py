"""The functions in one use of a Terraform module; called by `reading`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from handlerlint.functions.code import IN_IMAGE, CodeLocation
from handlerlint.functions.documents.nodes import Unknown
from handlerlint.functions.event_sources import distinct
from handlerlint.functions.layers import Layers, layer_folders
from handlerlint.functions.model import DEFAULT_RUNTIME, ConfigurationSource, EventSource, LambdaFunction
from handlerlint.functions.python_modules import holds_module
from handlerlint.functions.request import DiscoveryRequest
from handlerlint.functions.terraform.events import Connections, registry_events
from handlerlint.functions.terraform.modules import Module
from handlerlint.functions.terraform.packages import Package, Packages, image_command, is_image
from handlerlint.functions.terraform.syntax import Block, span_of, token_text
from handlerlint.functions.terraform.values import Reference, Value
from handlerlint.records import dataclass

# registry.terraform.io/modules/terraform-aws-modules/lambda/aws, under its names in the registry and on GitHub.
_REGISTRY_MODULE = ("terraform-aws-modules/lambda/aws", "terraform-aws-modules/terraform-aws-lambda")


@dataclass(slots=True)
class Lambdas:
    """Reads the functions of one use of a module."""

    module: Module
    request: DiscoveryRequest
    connections: Connections

    def functions(self) -> Iterator[LambdaFunction]:
        """All functions in Python."""
        packages = Packages(self.module)
        for block in self.module.files.of_type("aws_lambda_function"):
            if self.module.is_switched_off(block):
                continue
            events = self._events(block.labels[1])
            for suffix, names in self.module.instances(block):
                function = None
                with self.request.alone(block.path or self.module.files.folder):
                    self.module.defaults.clear()
                    handler = _text(self.module.value(block.body.attributes.get("handler"), names))
                    package = _deployed(block, packages.of_function(block, names, handler), handler)
                    package = self._certain(package, handler)
                    function = self._function(block, f"{block.labels[1]}{suffix}", names, package, events)
                if function is not None:
                    yield function
        for name, block in self.module.files.modules.items():
            if is_registry_module(block):
                yield from self._registry_functions(name, block, packages)

    def _events(self, name: str) -> tuple[EventSource, ...]:
        return distinct(self.connections.get(f"{self.module.address}{name}", ()))

    def _function(
        self,
        block: Block,
        name: str,
        names: dict[str, Value],
        package: Package,
        events: tuple[EventSource, ...],
    ) -> LambdaFunction | None:
        """The function of a resource or of the registry's module: they have most names in common."""
        attributes = block.body.attributes
        self.module.defaults.clear()
        runtime = self.module.value(attributes.get("runtime"), names)
        is_certain = isinstance(runtime, str) and not self.module.doubtful
        handler_expression = attributes.get("handler")
        handler = self.module.value(handler_expression, names)
        is_image = package.code.unresolved == IN_IMAGE
        if is_image:
            handler = image_command(block, self.module, names) or handler
        if not is_image and not _is_python(runtime, handler, package.code):
            return None
        layers = self._layers(attributes.get("layers"), names)
        path, span = block.path, block.span
        if handler_expression is not None:
            path, span = self.module.written_at(handler_expression) or (path, span_of(handler_expression))
        return LambdaFunction(
            name=f"{self.module.address}{name}",
            handler=_text(handler),
            code_root=package.code.root,
            source=ConfigurationSource("terraform", path, span),
            runtime=runtime if isinstance(runtime, str) else self.request.default_runtime or DEFAULT_RUNTIME,
            runtime_given=is_certain,
            unresolved=package.code.unresolved or _unresolved(handler),
            build=package.build,
            import_path=layers.import_path,
            unknown_layers=layers.unknown,
            bare_layers=layers.bare,
            unknown_content=package.unknown_content,
            events=events,
            environment=self._environment(block, names),
            timeout=_number(self.module.value(attributes.get("timeout"), names)),
            memory=_number(self.module.value(attributes.get("memory_size"), names)),
            inline_code=package.code.inline,
            packed_file=package.code.file,
        )

    def _certain(self, package: Package, handler: str | None) -> Package:
        """The package, unless its place or the handler are defaults of a module for others, and do not fit."""
        root, defaults = package.code.root, self.module.doubtful
        if root is None or handler is None or not defaults or holds_module(root, handler):
            return package
        reason = f"variable `{defaults[0]}` has only a default here; who uses the module gives the value"
        return Package(CodeLocation(unresolved=reason), package.build)

    def _environment(self, block: Block, names: dict[str, Value]) -> dict[str, str | None]:
        values = self.module.value(block.body.attributes.get("environment_variables"), names)
        for environment in block.body.of_type("environment"):
            values = self.module.value(environment.body.attributes.get("variables"), names)
        return {key: _text(value) for key, value in values.items()} if isinstance(values, dict) else {}

    def _layers(self, expression: object, names: dict[str, Value]) -> Layers:
        """Folders of layers that this module makes of a folder; the other layers by name."""
        value = self.module.value(expression, names)
        if value is None:
            return Layers()
        if not isinstance(value, list):
            return Layers(unknown=("layers that are known only when they are applied",))
        folders: list[Path] = []
        unknown: list[str] = []
        bare: list[Path] = []
        for item in value:
            package = self._layer_package(item, names) if isinstance(item, Reference) else None
            root = None if package is None else package.code.root
            found = [] if root is None else layer_folders(root)
            folders.extend(found)
            if not found:
                unknown.append(item if isinstance(item, str) else "a layer")
                if package is not None and package.build is None and root is not None:
                    bare.append(root)
        return Layers(tuple(folders), tuple(unknown), tuple(bare))

    def _layer_package(self, reference: Reference, names: dict[str, Value]) -> Package | None:
        """What a layer of this project is made of."""
        owner = reference.owner if isinstance(reference.owner, Module) else self.module
        block = owner.files.resources.get(("resource", "aws_lambda_layer_version", reference.name))
        if reference.type != "aws_lambda_layer_version" or block is None:
            return None
        inner = names if owner is self.module else {}
        return Packages(owner).of_function(block, inner, None)

    def _registry_functions(self, name: str, block: Block, packages: Packages) -> Iterator[LambdaFunction]:
        attributes = block.body.attributes
        for suffix, names in self.module.instances(block):
            for switch, wanted in (("create_layer", True), ("create_function", False)):
                if self.module.value(attributes.get(switch), names) is wanted:
                    return
            self.module.defaults.clear()
            handler = _text(self.module.value(attributes.get("handler"), names))
            package = self._certain(self._registry_package(block, names, packages, handler), handler)
            own = registry_events(block, self.module, names)
            events = distinct((*own, *self._events(f"module.{name}")))
            function = self._function(block, f"{name}{suffix}", names, package, events)
            if function is not None:
                yield function

    def _registry_package(
        self, block: Block, names: dict[str, Value], packages: Packages, handler: str | None
    ) -> Package:
        attributes = block.body.attributes
        if is_image(block, self.module, names):
            return Package(CodeLocation(unresolved=IN_IMAGE))
        if "source_path" in attributes:
            return self._source_path(self.module.value(attributes["source_path"], names), packages, handler)
        if "local_existing_package" in attributes:
            value = self.module.value(attributes["local_existing_package"], names)
            return packages.of_file(value, names, handler)
        existing = self.module.value(attributes.get("s3_existing_package"), names)
        if isinstance(existing, dict):
            return packages.of_object(existing.get("key"), names, handler)
        return Package(CodeLocation(unresolved="no `source_path`"))

    def _source_path(self, value: Value, packages: Packages, handler: str | None) -> Package:
        """A path, a mapping with one, or a list of these: all are put together into one package."""
        items = value if isinstance(value, list) else [value]
        found: list[Package] = []
        for item in items:
            package = packages.of_path(item.get("path") if isinstance(item, dict) else item, handler)
            if isinstance(item, dict) and item.get("commands"):
                package = Package(package.code, "commands")
            elif isinstance(item, dict) and item.keys() - {"path", "patterns"}:
                package = Package(package.code, unknown_content="requirements that `source_path` installs")
            if isinstance(item, dict) and item.get("prefix_in_zip"):
                package = Package(CodeLocation(unresolved="`prefix_in_zip` moves the code"))
            found.append(package)
        build = next((package.build for package in found if package.build), None)
        unknown = next((package.unknown_content for package in found if package.unknown_content), None)
        if len(found) > 1:
            unknown = "several places in `source_path`"
        for package in found:
            if package.code.root is not None and handler and holds_module(package.code.root, handler):
                return Package(package.code, build, unknown)
        if len(found) > 1:
            return Package(CodeLocation(unresolved="the code is put together from several places"))
        return found[0] if found else Package(CodeLocation(unresolved="an empty `source_path`"))


def is_registry_module(block: Block) -> bool:
    """Whether a `module` block uses terraform-aws-modules/lambda/aws."""
    from handlerlint.functions.documents.nodes import Scalar
    from handlerlint.functions.terraform.syntax import token_text

    source = block.body.attributes.get("source")
    shown = source.text if isinstance(source, Scalar) else "" if source is None else token_text(source)
    name = shown.strip().strip('"')
    return (
        name == _REGISTRY_MODULE[0]
        or name.startswith(f"{_REGISTRY_MODULE[0]}//")
        or (_REGISTRY_MODULE[1] in name)
    )


def _is_python(runtime: Value, handler: Value, code: CodeLocation) -> bool:
    if isinstance(runtime, str):
        return runtime.startswith("python")
    if code.root is not None and isinstance(handler, str):
        return holds_module(code.root, handler)
    return isinstance(runtime, (Unknown, Reference)) and code.inline is None


def _unresolved(handler: Value) -> str | None:
    match handler:
        case str():
            return None
        case None:
            return "no `handler`"
        case Unknown(reason):
            return f"`handler`: {reason}"
        case _:
            return "`handler` is known only when it is applied"


# Arguments of `aws_lambda_function` that say which code it has.
_CODE = re.compile(r"\b(?:all|filename|s3_key|s3_bucket|s3_object_version|source_code_hash|code_sha256)\b")


def _deployed(block: Block, package: Package, handler: str | None) -> Package:
    """The package, unless it only stands in for what something else deploys: changes are ignored, and it does not fit.

    developer.hashicorp.com/terraform/language/meta-arguments/lifecycle, `ignore_changes`.
    """
    ignored = [one.body.attributes.get("ignore_changes") for one in block.body.of_type("lifecycle")]
    shown = " ".join(token_text(expression) for expression in ignored if expression is not None)
    root = package.code.root
    if root is None or not _CODE.search(shown) or (handler is not None and holds_module(root, handler)):
        return package
    return Package(
        CodeLocation(unresolved="`ignore_changes`: something else deploys the code"), package.build
    )


def _text(value: Value) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: Value) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
