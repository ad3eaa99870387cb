"""The functions that a Pulumi program in Python makes; called by `functions.pulumi`.

Its expressions are evaluated as those of a CDK application are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from handlerlint.functions.code import CodeLocation, local_code
from handlerlint.functions.documents.nodes import Unknown
from handlerlint.functions.found import joined
from handlerlint.functions.layers import Layers, layer_folders
from handlerlint.functions.model import DEFAULT_RUNTIME, ConfigurationSource, InlineCode, LambdaFunction
from handlerlint.functions.programs.cdk.evaluation import Program
from handlerlint.functions.programs.cdk.frames import Frame
from handlerlint.functions.programs.cdk.python_apps import handler_position
from handlerlint.functions.programs.cdk.results import Made, Symbol, Value
from handlerlint.functions.programs.cdk.scopes import CallSite, dotted_name, read_source
from handlerlint.functions.python_modules import module_path
from handlerlint.functions.request import DiscoveryRequest
from handlerlint.project.view import is_file

_FUNCTION = re.compile(r"pulumi_aws(?:_native)?\.lambda_(?:\.\w+)?\.Function")
_LAYER = re.compile(r"pulumi_aws(?:_native)?\.lambda_(?:\.\w+)?\.LayerVersion")
_RUNTIME = re.compile(r"\.Runtime\.PYTHON(\d)D(\d+)$")
# What may make the folder that is packed.
_COMMANDS = ("local.Command", "local.run", "subprocess", "shutil")
_SOMEWHERE = "layers of the program"


def functions_of_program(
    folder: Path, sources: Mapping[Path, bytes], paths: list[Path], request: DiscoveryRequest
) -> Iterator[LambdaFunction]:
    """The Python functions of a program; `folder` is where it is run."""
    files = [file for path, data in sources.items() if (file := read_source(path, data)) is not None]
    program = Program(files, tuple(path for path in paths if path not in sources))
    seen: set[tuple[object, ...]] = set()
    build = next(
        (name for name in _COMMANDS if any(name.encode() in data for data in sources.values())), None
    )
    for file in program.files:
        for site in file.calls:
            if _makes_function(site, program):
                for frame in program.frames(site):
                    arguments = program.arguments(site.call, frame)
                    function = _function(site, arguments, folder, request, build)
                    if function is not None and (key := _key(function)) not in seen:
                        seen.add(key)
                        yield function


def _key(function: LambdaFunction) -> tuple[object, ...]:
    return function.name, function.handler, function.code_root, function.source, function.runtime


def _makes_function(site: CallSite, program: Program) -> bool:
    if (dotted_name(site.call.func) or "").rpartition(".")[2] != "Function":
        return False
    value = program.value(site.call.func, Frame(site.scope))
    return isinstance(value, Symbol) and _FUNCTION.fullmatch(value.path) is not None


def _function(
    site: CallSite, arguments: Mapping[str, Value], folder: Path, request: DiscoveryRequest, build: str | None
) -> LambdaFunction | None:
    """The function of a call; None for one that is not certainly in Python."""
    runtime = _runtime(arguments.get("runtime"))
    is_image = arguments.get("image_uri") is not None or arguments.get("package_type") == "Image"
    handler = arguments.get("handler")
    text = handler if isinstance(handler, str) else None
    code = _code(arguments.get("code"), folder, text)
    is_python = runtime.startswith("python") if runtime is not None else _holds(code.root, text)
    if is_image or not is_python:
        return None
    layers = _layers(arguments, folder)
    name = arguments.get("0", arguments.get("resource_name"))
    return LambdaFunction(
        name=name if isinstance(name, str) else site.target or "Function",
        handler=text,
        code_root=code.root,
        source=ConfigurationSource("pulumi", site.scope.file.path, handler_position(site)),
        runtime=runtime or request.default_runtime or DEFAULT_RUNTIME,
        runtime_given=runtime is not None,
        unresolved=code.unresolved or (None if text is not None else "`handler` is known only when it runs"),
        build=build,
        import_path=layers.import_path,
        unknown_layers=layers.unknown,
        environment=_environment(arguments.get("environment")),
        timeout=_number(arguments.get("timeout")),
        memory=_number(arguments.get("memory_size")),
        inline_code=code.inline,
    )


def _runtime(value: Value) -> str | None:
    """`python3.12`, also as `aws.lambda_.Runtime.PYTHON3D12`."""
    if isinstance(value, Symbol):
        match = _RUNTIME.search(value.path)
        return value.path if match is None else f"python{match.group(1)}.{match.group(2)}"
    return value if isinstance(value, str) else None


def _code(value: Value, folder: Path, handler: str | None) -> CodeLocation:
    if isinstance(value, Unknown):
        return CodeLocation(unresolved=f"`code`: {value.reason}")
    if isinstance(value, Made):
        first = value.arguments.get("0", value.arguments.get("path", value.arguments.get("assets")))
        match value.path.rpartition(".")[2]:
            case "FileArchive" if isinstance(first, str):
                return local_code(folder, first)
            case "AssetArchive" if isinstance(first, dict):
                return _assets(first, folder, handler)
            case "FunctionCodeArgs" if isinstance(value.arguments.get("zip_file"), str):
                return CodeLocation(inline=InlineCode(value.arguments["zip_file"]))
    if value is None:
        in_bucket = "the code is in an S3 bucket, or nowhere"
        return CodeLocation(unresolved=in_bucket)
    return CodeLocation(unresolved="`code` is made in a way that is not known")


def _assets(assets: Mapping[str, Value], folder: Path, handler: str | None) -> CodeLocation:
    """An archive that is put together: the folder at its top, or the one that the handler's file lies in."""
    top = assets.get(".", assets.get("./", assets.get("")))
    if top is not None:
        code = _code(top, folder, handler)
        if len(assets) == 1 or _holds(code.root, handler):
            return code
        return CodeLocation(unresolved="the code is put together from several places")
    member = f"{module_path(handler or '')}.py"
    asset = assets.get(member)
    path = asset.arguments.get("0", asset.arguments.get("path")) if isinstance(asset, Made) else None
    if isinstance(path, str) and isinstance(asset, Made) and asset.path.endswith(".FileAsset"):
        file = joined(folder, path)
        if is_file(file) and str(file).endswith(f"/{member}"):
            return CodeLocation(root=Path(str(file)[: -len(member) - 1]))
    return CodeLocation(unresolved="the code is put together from several places")


def _holds(root: Path | None, handler: str | None) -> bool:
    return root is not None and handler is not None and is_file(root / f"{module_path(handler)}.py")


def _layers(arguments: Mapping[str, Value], folder: Path) -> Layers:
    listed = arguments.get("layers")
    if listed is None:
        return Layers(unknown=(_SOMEWHERE,) if "**" in arguments else ())
    folders: list[Path] = []
    unknown: list[str] = []
    for item in listed if isinstance(listed, list) else [None]:
        found: list[Path] = []
        if isinstance(item, Made) and _LAYER.fullmatch(item.path):
            root = _code(item.arguments.get("code"), folder, None).root
            found = [] if root is None else layer_folders(root)
        folders.extend(found)
        if not found:
            unknown.append(item if isinstance(item, str) else _SOMEWHERE)
    return Layers(tuple(dict.fromkeys(folders)), tuple(unknown))


def _environment(value: Value) -> dict[str, str | None]:
    variables = value.get("variables") if isinstance(value, dict) else None
    if isinstance(value, Made):
        variables = value.arguments.get("variables")
    if not isinstance(variables, dict):
        return {}
    return {str(key): item if isinstance(item, str) else None for key, item in variables.items()}


def _number(value: Value) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
