"""One function resource of a SAM or CloudFormation template as a LambdaFunction; called by `sam`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from handlerlint.functions.archives import folder_of_archive
from handlerlint.functions.cloudformation.code import code_of
from handlerlint.functions.cloudformation.connections import connections_of
from handlerlint.functions.cloudformation.events import events_of, texts_of
from handlerlint.functions.cloudformation.layers import layers_of
from handlerlint.functions.cloudformation.parent_packages import PARENT_PACKAGES, root_with_parents
from handlerlint.functions.cloudformation.references import FUNCTION_TYPES
from handlerlint.functions.cloudformation.template import Resource, Template
from handlerlint.functions.code import IN_IMAGE, CodeLocation
from handlerlint.functions.dockerfile import Image, built_image
from handlerlint.functions.documents.nodes import MapNode, Scalar, Unknown, as_int, computed
from handlerlint.functions.event_sources import distinct
from handlerlint.functions.found import joined
from handlerlint.functions.model import (
    DEFAULT_RUNTIME,
    IMAGE_BUILD,
    ConfigurationSource,
    EventSource,
    LambdaFunction,
)
from handlerlint.functions.python_modules import holds_module
from handlerlint.functions.request import DiscoveryRequest

Kind = Literal["sam", "cloudformation", "cdk"]
Environment = dict[str, "str | None"]


def functions_of(
    template: Template, request: DiscoveryRequest, kind: Kind | None = None
) -> Iterator[LambdaFunction]:
    """The Python functions that a template configures; `kind` is by default what the template itself is."""
    if kind is None:
        kind = "sam" if template.is_sam else "cloudformation"
    if not request.is_on(kind):
        return
    connections = connections_of(template)
    for resource in template.of_type(*FUNCTION_TYPES):
        function = None
        with request.alone(resource.document.path):
            events = distinct((*events_of(template, resource), *connections.get(resource.name, ())))
            function = _function(template, resource, events, request, kind)
        if function is not None:
            yield function


def _function(
    template: Template,
    resource: Resource,
    events: tuple[EventSource, ...],
    request: DiscoveryRequest,
    kind: Kind,
) -> LambdaFunction | None:
    """The function of a resource; None for one that is certainly not in Python."""
    resolver, properties = template.resolver, resource.properties
    handler_node = properties.get("Handler")
    handler = resolver.text(handler_node)
    runtime = resolver.text(properties.get("Runtime"))
    image = _image(template, resource)
    if image is not None and image.is_other:
        return None
    code = code_of(template, resource) if image is None else CodeLocation(unresolved=image.reason or IN_IMAGE)
    if image is not None:
        words = list(texts_of(resolver.map_of(properties.get("ImageConfig")).get("Command"), resolver))
        handler = computed(words[0]) if len(words) == 1 else None
    if image is not None and image.function is not None:
        handler = computed(image.function.handler)
        runtime = computed(image.function.runtime) if image.function.runtime is not None else None
        code = CodeLocation(root=image.function.code_root) if image.function.code_root is not None else code
    archive = code.archive
    if code.archive is not None and isinstance(handler, Scalar):
        unpacked = folder_of_archive(code.archive, handler.text)
        code = code if unpacked is None else CodeLocation(root=unpacked)
    if image is None and not _is_python(runtime, handler, code):
        return None
    build = IMAGE_BUILD if image is not None else None
    if code.root is not None and image is None and isinstance(handler, Scalar):
        root = root_with_parents(code.root, resource.metadata, handler.text)
        if root is not None:
            code, build = CodeLocation(root=root), PARENT_PACKAGES
    layers = layers_of(template, resource)
    return LambdaFunction(
        name=resource.name,
        handler=handler.text if isinstance(handler, Scalar) else None,
        code_root=code.root,
        packed_file=code.file,
        source=ConfigurationSource(
            kind, resource.document.path, resource.span if handler_node is None else handler_node.span
        ),
        runtime=runtime.text if isinstance(runtime, Scalar) else request.default_runtime or DEFAULT_RUNTIME,
        runtime_given=isinstance(runtime, Scalar),
        unresolved=code.unresolved or _unresolved(handler),
        build=build or _build_step(resource),
        import_path=layers.import_path,
        unknown_layers=layers.unknown,
        bare_layers=layers.bare,
        unknown_content=_unknown_content(template, archive),
        events=events,
        environment=_environment(template, resource),
        timeout=as_int(resolver.resolve(properties.get("Timeout"))),
        memory=as_int(resolver.resolve(properties.get("MemorySize"))),
        inline_code=code.inline,
    )


def _image(template: Template, resource: Resource) -> Image | None:
    """The container image of a function, as `sam build` makes it; None for a function that is none."""
    resolver = template.resolver
    package = resolver.text(resource.properties.get("PackageType"))
    code = resolver.resolve(resource.properties.get("Code"))
    in_code = isinstance(code, MapNode) and code.get("ImageUri") is not None
    if not in_code and not (isinstance(package, Scalar) and package.text == "Image"):
        return None
    # docs.aws.amazon.com/serverless-application-model, "sam build", Metadata of image functions
    # and, of a synthesized CDK application, samcli/lib/samlib/resource_metadata_normalizer.py
    context, dockerfile = (
        resolver.text(resource.metadata.get(key) or resource.metadata.get(asset))
        for key, asset in (("DockerContext", "aws:asset:path"), ("Dockerfile", "aws:asset:dockerfile-path"))
    )
    if not isinstance(context, Scalar):
        return Image(None)
    configuration = resolver.map_of(resource.properties.get("ImageConfig"))
    command, entry_point = (
        list(texts_of(configuration.get(key), resolver)) or None for key in ("Command", "EntryPoint")
    )
    name = dockerfile.text if isinstance(dockerfile, Scalar) else "Dockerfile"
    return built_image(joined(template.folder, context.text), name, command, entry_point)


def _is_python(
    runtime: Scalar | Unknown | None, handler: Scalar | Unknown | None, code: CodeLocation
) -> bool:
    """Whether the function may be in Python; without a known runtime its code decides."""
    if isinstance(runtime, Scalar):
        return runtime.text.startswith("python")
    if code.inline is not None:
        return "def " in code.inline.text
    if code.root is not None and isinstance(handler, Scalar):
        return holds_module(code.root, handler.text)
    return isinstance(runtime, Unknown)


def _environment(template: Template, resource: Resource) -> Environment:
    resolver = template.resolver
    block = resolver.map_of(resource.properties.get("Environment"))
    variables: Environment = {}
    for name, node in resolver.map_of(block.get("Variables")).items():
        value = resolver.text(node)
        variables[name] = value.text if isinstance(value, Scalar) else None
    return variables | _log_variables(template, resource)


def _log_variables(template: Template, resource: Resource) -> Environment:
    """How the runtime client is told of `LoggingConfig` (awslambdaric 4.2.2, bootstrap.py)."""
    logging = template.resolver.map_of(resource.properties.get("LoggingConfig"))
    said = {
        "AWS_LAMBDA_LOG_FORMAT": template.resolver.text(logging.get("LogFormat")),
        "AWS_LAMBDA_LOG_LEVEL": template.resolver.text(logging.get("ApplicationLogLevel")),
    }
    return {name: value.text for name, value in said.items() if isinstance(value, Scalar)}


def _unresolved(handler: Scalar | Unknown | None) -> str | None:
    match handler:
        case None:
            return "no `Handler`"
        case Unknown(reason):
            return f"`Handler`: {reason}"
    return None


def _unknown_content(template: Template, archive: Path | None) -> str | None:
    if archive is not None:
        return f"the archive `{archive.name}`"
    return f"the macro `{template.macros[0]}`" if template.macros else None


def _build_step(resource: Resource) -> str | None:
    """What may put modules of the user's own into the code root that do not lie there.

    A Python build method of SAM installs requirements and copies the folder as it is.
    """
    method = resource.metadata.get("BuildMethod")
    return method.text if isinstance(method, Scalar) and not method.text.startswith("python") else None
