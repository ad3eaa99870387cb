"""The constructs of a Python CDK application that are functions, with their code; called by `python_apps`.

Facts: docs.aws.amazon.com/cdk/api/v2/python, modules aws_lambda and aws_lambda_python_alpha.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import libcst as cst

from handlerlint.functions.cdk.evaluation import Frame, Program
from handlerlint.functions.cdk.results import FileText, Made, Symbol, Value
from handlerlint.functions.cdk.scopes import CallSite, Scope, dotted_name
from handlerlint.functions.code_location import CodeLocation, local_code
from handlerlint.functions.dockerfile import Image, built_image
from handlerlint.functions.found import joined
from handlerlint.functions.intrinsics import Unknown
from handlerlint.functions.model import InlineCode
from handlerlint.records import dataclass

_LAMBDA = r"aws_cdk\.aws_lambda(?:_python_alpha|_python)?"
_FUNCTION = re.compile(
    rf"{_LAMBDA}\.(Function|SingletonFunction|PythonFunction|DockerImageFunction|CfnFunction)"
    r"|aws_cdk\.aws_cloudfront\.experimental\.(?P<edge>EdgeFunction)|aws_cdk\.triggers\.(?P<trigger>TriggerFunction)"
)
_RUNTIME = re.compile(r"\.Runtime\.PYTHON_(\d)_(\d+)$")


@dataclass(frozen=True, slots=True)
class Construct:
    """A call that makes a function, with the values of its arguments in one frame."""

    site: CallSite
    frame: Frame
    kind: str
    arguments: Mapping[str, Value]

    @property
    def name(self) -> str:
        """The construct's id."""
        value = self.arguments.get("1", self.arguments.get("id", self.arguments.get("construct_id")))
        return value if isinstance(value, str) else (self.site.target or self.kind).removeprefix("self.")


def function_constructs(program: Program) -> Iterator[Construct]:
    """Every function that the application makes, once for each way to reach the call."""
    for file in program.files:
        for site in file.calls:
            kind = _kind(site, program)
            if kind is not None:
                for frame in program.frames(site):
                    yield Construct(site, frame, kind, program.arguments(site.call, frame))


def _kind(site: CallSite, program: Program) -> str | None:
    """The construct that a call makes; `super().__init__` makes what the class is derived from."""
    function = site.call.func
    if _is_super_init(function):
        owner = site.scope.enclosing_class
        return None if owner is None else _base_kind(owner, program)
    if dotted_name(function) is None:
        return None
    value = program.value(function, Frame(site.scope))
    return _function_kind(value)


def _base_kind(owner: Scope, program: Program) -> str | None:
    assert isinstance(owner.node, cst.ClassDef)
    for base in owner.node.bases:
        kind = _function_kind(program.value(base.value, Frame(owner.parent or owner)))
        if kind is not None:
            return kind
    return None


def _function_kind(value: Value) -> str | None:
    match = _FUNCTION.fullmatch(value.path) if isinstance(value, Symbol) else None
    return None if match is None else next(group for group in match.groups() if group)


def _is_super_init(function: cst.BaseExpression) -> bool:
    match function:
        case cst.Attribute(value=cst.Call(func=cst.Name(value="super")), attr=cst.Name(value="__init__")):
            return True
    return False


def runtime_of(construct: Construct) -> str | Unknown | None:
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


def handler_of(construct: Construct) -> str | Unknown | None:
    """The handler string; that of a PythonFunction is made of `index` and `handler`, which have defaults."""
    handler = construct.arguments.get("handler")
    if construct.kind == "PythonFunction":
        handler = "handler" if handler is None else handler
        index = construct.arguments.get("index", "index.py")
        if isinstance(index, str) and isinstance(handler, str):
            # aws-lambda-python-alpha/lib/function.ts: resolvedHandler
            return f"{index[:-3]}.{handler}".replace("/", ".")
        return index if isinstance(index, Unknown) else _text(handler)
    return _text(handler)


def _text(value: Value) -> str | Unknown | None:
    return value if isinstance(value, (str, Unknown)) or value is None else Unknown("not a text")


@dataclass(frozen=True, slots=True)
class ConstructCode:
    """Where the code lies, and what is done to it; `module` if that is another one than the handler's.

    A file of the project that is put inline becomes `index.py`: what is linted is the file itself.
    """

    code: CodeLocation
    build: str | None = None
    module: str | None = None


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
    dockerfile, command = value.arguments.get("file", "Dockerfile"), value.arguments.get("cmd")
    if not isinstance(context, str) or not isinstance(dockerfile, str):
        return Image(None)
    words = command if isinstance(command, list) and all(isinstance(word, str) for word in command) else None
    return built_image(joined(folder, context), dockerfile, words)


def code_of(construct: Construct, folder: Path) -> ConstructCode:
    """The code of a function; `folder` is the application's, which paths are relative to."""
    if construct.kind == "PythonFunction":
        # `bundling` may hold commands of the user's own.
        bundling = None if construct.arguments.get("bundling") is None else "bundling"
        return ConstructCode(_at(construct.arguments.get("entry"), folder, "entry"), bundling)
    return _code(construct.arguments.get("code"), folder)


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
    return made.code.root if made.build is None and made.module is None else None


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
            file = joined(folder, path)
            if file.is_file() and file.suffix == ".py":
                return ConstructCode(CodeLocation(root=file.parent), module=file.stem)
            return ConstructCode(CodeLocation(unresolved=f"`{path}` cannot be read"))
        case Unknown(reason):
            return ConstructCode(CodeLocation(unresolved=reason))
    return ConstructCode(CodeLocation(unresolved="inline code that is not known"))
