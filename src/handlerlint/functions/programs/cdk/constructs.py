"""The constructs of a Python CDK application that are functions, with their code; called by `python_apps`.

Facts: docs.aws.amazon.com/cdk/api/v2/python, modules aws_lambda and aws_lambda_python_alpha.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

import libcst as cst

from handlerlint.functions.code import CodeLocation, local_code
from handlerlint.functions.dockerfile import Image, built_image
from handlerlint.functions.documents.nodes import Unknown
from handlerlint.functions.found import joined
from handlerlint.functions.model import InlineCode
from handlerlint.functions.programs.cdk.evaluation import Program
from handlerlint.functions.programs.cdk.frames import Defined, Frame, Instance
from handlerlint.functions.programs.cdk.results import FileText, Made, Symbol, Value
from handlerlint.functions.programs.cdk.scopes import CallSite, Scope, dotted_name, is_super_init
from handlerlint.project.view import read_file
from handlerlint.records import dataclass
from handlerlint.text import Location

_LAMBDA = r"aws_cdk\.aws_lambda(?:_python_alpha|_python)?"
_FUNCTION = re.compile(
    rf"{_LAMBDA}\.(Function|SingletonFunction|PythonFunction|DockerImageFunction|CfnFunction)"
    r"|aws_cdk\.aws_cloudfront\.experimental\.(?P<edge>EdgeFunction)|aws_cdk\.triggers\.(?P<trigger>TriggerFunction)"
)
_RUNTIME = re.compile(r"\.Runtime\.PYTHON_(\d)_(\d+)$")


# Structures that configure a function which something else makes of them.
_STRUCTURE = re.compile(rf"{_LAMBDA}\.(Function|PythonFunction|DockerImageFunction)Props")
_CONFIGURED = ("code", "entry", "handler", "index", "runtime")


class Configured(Protocol):
    """A function of an application in any language: its construct, and the values of its properties."""

    @property
    def kind(self) -> str: ...

    @property
    def arguments(self) -> Mapping[str, Value]: ...


@dataclass(frozen=True, slots=True)
class Construct:
    """A call that makes a function, with the values of its arguments in one frame.

    `given_name` is the id where it stands in another call than the one that configures the function.
    """

    site: CallSite
    frame: Frame
    kind: str
    arguments: Mapping[str, Value]
    given_name: str | None = None

    @property
    def name(self) -> str:
        """The construct's id."""
        value = self.given_name or _id(self.arguments)
        return value if isinstance(value, str) else (self.site.target or self.kind).removeprefix("self.")


def _id(arguments: Mapping[str, Value]) -> Value:
    return arguments.get("1", arguments.get("id", arguments.get("construct_id")))


def function_constructs(program: Program) -> list[Construct]:
    """Every function that the application makes, once for each way to reach the call."""
    found: list[Construct] = []
    for file in program.files:
        for site in file.calls:
            kind = _kind(site, program)
            if kind is not None:
                frames = program.frames(site)
                found += [
                    Construct(site, frame, kind, program.arguments(site.call, frame)) for frame in frames
                ]
    described = [one for one in _described(program) if not any(_is_made_of(other, one) for other in found)]
    if described:
        # What is made of unknown arguments only is one of those that are described.
        found = [one for one in found if "**" not in one.arguments or _is_configured(one)]
    return [*found, *described]


def _is_configured(construct: Construct) -> bool:
    return any(key in construct.arguments for key in _CONFIGURED)


def _is_made_of(construct: Construct, described: Construct) -> bool:
    """Whether a function was made with what a structure says."""
    given = [key for key in _CONFIGURED if key in described.arguments]
    return all(construct.arguments.get(key) == described.arguments[key] for key in given)


def _described(program: Program) -> Iterator[Construct]:
    """The structures that describe a function, such as a `FunctionProps` for a construct of a library."""
    for name in ("FunctionProps", "PythonFunctionProps", "DockerImageFunctionProps"):
        for site in program.sites_of(name):
            value = program.value(site.call.func, Frame(site.scope))
            match = _STRUCTURE.fullmatch(value.path) if isinstance(value, Symbol) else None
            for frame in program.frames(site) if match is not None else ():
                assert match is not None
                arguments = program.arguments(site.call, frame)
                around = {} if site.parent is None else program.arguments(site.parent.call, frame)
                given = _id(around)
                name_given = given if isinstance(given, str) else None
                construct = Construct(site, frame, match.group(1), arguments, name_given)
                if _is_configured(construct):
                    yield construct


def _kind(site: CallSite, program: Program) -> str | None:
    """The construct that a call makes; `super().__init__` makes what the class is derived from."""
    function = site.call.func
    if is_super_init(function):
        owner = site.scope.enclosing_class
        return None if owner is None else _base_kind(owner, program)
    name = dotted_name(function)
    if name is None or name.startswith("self."):
        return None
    value = program.value(function, Frame(site.scope))
    if isinstance(value, Defined) and isinstance(value.scope.node, cst.ClassDef):
        # A class without a constructor hands on what it is made with.
        return None if "__init__" in value.scope.inner else _base_kind(value.scope, program)
    return _function_kind(value)


def _base_kind(owner: Scope, program: Program) -> str | None:
    kinds = (_function_kind(base) for base in program.bases(owner))
    return next((kind for kind in kinds if kind is not None), None)


def _function_kind(value: Value) -> str | None:
    match = _FUNCTION.fullmatch(value.path) if isinstance(value, Symbol) else None
    return None if match is None else next(group for group in match.groups() if group)


def function_call(value: Value, program: Program) -> tuple[cst.Call, Mapping[str, Value]] | None:
    """The call that configures the function which a value is, or is an alias or a version of, with its arguments."""
    if (
        isinstance(value, Instance)
        and value.base is not None
        and _function_kind(value.base.symbol) is not None
    ):
        call, frame = value.base.call, value.base.frame
        return None if call is None or frame is None else (call, program.arguments(call, frame))
    if not isinstance(value, Made) or not isinstance(value.call, cst.Call):
        return None
    match value.path:
        case "aws_cdk.aws_lambda.Alias":
            return function_call(value.arguments.get("version"), program)
        case "aws_cdk.aws_lambda.Version":
            return function_call(value.arguments.get("lambda_"), program)
    is_function = _FUNCTION.fullmatch(value.path) is not None or _STRUCTURE.fullmatch(value.path) is not None
    return (value.call, value.arguments) if is_function else None


def runtime_of(construct: Configured) -> str | Unknown | None:
    """`python3.12`, the name of another runtime, or why it is not known."""
    match construct.arguments.get("runtime"):
        case Symbol(path):
            match = _RUNTIME.search(path)
            return f"python{match.group(1)}.{match.group(2)}" if match else path.rpartition(".")[2].lower()
        case Made(path, arguments) if path.endswith(".Runtime"):
            name = arguments.get("0", arguments.get("name"))
            return name if isinstance(name, str) else Unknown("a runtime that is not known")
        case str(name):  # CfnFunction
            return name
        case Unknown() as unknown:
            return unknown
        case None:
            return None
    return Unknown("a runtime that is not known")


def handler_of(construct: Configured) -> str | Unknown | None:
    """The handler string; that of a PythonFunction is made of `index` and `handler`, which have defaults."""
    handler = construct.arguments.get("handler")
    if "**" in construct.arguments and (handler is None or _may_have_index(construct)):
        return Unknown("it may come with the arguments of `**`")
    if construct.kind == "PythonFunction":
        handler = "handler" if handler is None else handler
        index = construct.arguments.get("index", "index.py")
        if isinstance(index, str) and isinstance(handler, str):
            # aws-lambda-python-alpha/lib/function.ts: resolvedHandler
            return f"{index[:-3]}.{handler}".replace("/", ".")
        return index if isinstance(index, Unknown) else _text(handler)
    return _text(handler)


def _may_have_index(construct: Configured) -> bool:
    return construct.kind == "PythonFunction" and "index" not in construct.arguments


def _text(value: Value) -> str | Unknown | None:
    return value if isinstance(value, (str, Unknown)) or value is None else Unknown("not a text")


@dataclass(frozen=True, slots=True)
class ConstructCode:
    """Where the code lies, and what is done to it."""

    code: CodeLocation
    build: str | None = None


def environment_of(construct: Configured) -> dict[str, str | None]:
    """The variables that a function is given; None for what is known only when the application runs."""
    values = construct.arguments.get("environment")
    if not isinstance(values, dict):
        return {}
    return {str(key): value if isinstance(value, str) else None for key, value in values.items()}


def image_of(construct: Construct, folder: Path) -> Image | None:
    """The container image of a function; None for a function that is none."""
    value = construct.arguments.get("code")
    path = value.path if isinstance(value, Made) else ""
    is_image = construct.kind == "DockerImageFunction" or "image" in path.rpartition("aws_lambda.")[2].lower()
    if not is_image:
        return None
    if not isinstance(value, Made) or not path.endswith(("from_image_asset", "from_asset_image")):
        return Image(None)
    context = value.arguments.get("0", value.arguments.get("directory"))
    dockerfile = value.arguments.get("file", "Dockerfile")
    if not isinstance(context, str) or not isinstance(dockerfile, str):
        return Image(None)
    command, entry_point = (_words(value.arguments.get(name)) for name in ("cmd", "entrypoint"))
    return built_image(joined(folder, context), dockerfile, command, entry_point)


def _words(value: Value) -> list[str] | None:
    words = [word for word in value if isinstance(word, str)] if isinstance(value, list) else []
    return words if isinstance(value, list) and len(words) == len(value) else None


def code_of(construct: Configured, folder: Path) -> ConstructCode:
    """The code of a function; `folder` is the application's, which paths are relative to."""
    if construct.kind == "PythonFunction":
        # `bundling` may hold commands of the user's own.
        bundling = None if construct.arguments.get("bundling") is None else "bundling"
        return ConstructCode(_at(_argument(construct, "entry"), folder, "entry"), bundling)
    return _code(_argument(construct, "code"), folder)


def _argument(construct: Configured, name: str) -> Value:
    value = construct.arguments.get(name)
    if value is None and "**" in construct.arguments:
        return Unknown("it may come with the arguments of `**`")
    return value


def _code(value: Value, folder: Path) -> ConstructCode:
    match value:
        case Unknown(reason):
            return ConstructCode(CodeLocation(unresolved=f"`code`: {reason}"))
        case Made(path, arguments):
            first = arguments.get("0", arguments.get("path", arguments.get("code")))
            match path.rpartition("aws_lambda.")[2]:
                case "Code.from_asset" | "Code.asset" | "AssetCode" | "AssetCode.from_asset":
                    bundling = arguments.get("bundling")
                    return ConstructCode(_at(first, folder, "code"), None if bundling is None else "bundling")
                case "Code.from_inline" | "Code.inline" | "InlineCode" | "InlineCode.from_inline":
                    return _inline(first, folder)
                case "CfnFunction.CodeProperty" if arguments.get("zip_file") is not None:
                    return _inline(arguments["zip_file"], folder)
                case name if "bucket" in name.lower() or name in ("S3Code", "CfnFunction.CodeProperty"):
                    return ConstructCode(CodeLocation(unresolved="the code is in an S3 bucket"))
        case None:
            return ConstructCode(CodeLocation(unresolved="no `code`"))
    return ConstructCode(CodeLocation(unresolved="`code` is made in a way that is not known"))


def code_of_asset(value: Value, folder: Path) -> Path | None:
    """The folder of the project that an asset is made of as it is."""
    made = _code(value, folder)
    return made.code.root if made.build is None else None


def _at(value: Value, folder: Path, key: str) -> CodeLocation:
    if isinstance(value, str):
        return local_code(folder, value)
    reason = value.reason if isinstance(value, Unknown) else "not a path"
    return CodeLocation(unresolved=f"`{key}`: {reason}")


def _inline(value: Value, folder: Path) -> ConstructCode:
    match value:
        case str():
            return ConstructCode(CodeLocation(inline=InlineCode(value)))
        case FileText(path):
            return _inline_file(joined(folder, path))
        case Unknown(reason):
            return ConstructCode(CodeLocation(unresolved=reason))
    return ConstructCode(CodeLocation(unresolved="inline code that is not known"))


def _inline_file(file: Path) -> ConstructCode:
    """A file of the project that is put inline: it becomes `index.py`, but what is linted is the file itself."""
    try:
        text = read_file(file).decode("utf-8-sig")
    except (OSError, ValueError):
        return ConstructCode(CodeLocation(unresolved=f"`{file.name}` cannot be read"))
    lines = tuple(Location(row, 1) for row in range(1, text.count("\n") + 2))
    return ConstructCode(CodeLocation(inline=InlineCode(text, lines, file)))
