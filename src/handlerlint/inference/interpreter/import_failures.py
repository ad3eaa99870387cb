"""Imports that certainly fail, and the words for each. Used by `imports` and for attributes of modules."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import libcst as cst

from handlerlint.inference.core.context import Frame, InterpreterContext, names_of
from handlerlint.inference.domain import real_classes
from handlerlint.inference.domain.failure import Failure, Premise
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.values import ModuleValue, StubValue, Value
from handlerlint.inference.stubs.store import StubStore
from handlerlint.inference.stubs.types import ModuleType
from handlerlint.runtime.library_names import absent_name
from handlerlint.runtime.runtimes import words
from handlerlint.source.imports import CHANGES_THE_IMPORT_PATH, dotted
from handlerlint.suggestions import closest, meant


def without_package(frame: Frame, node: cst.ImportFrom) -> Failure:
    """A relative import that leads out of the packages that its module is in."""
    name, dots = frame.module.name, "." * len(node.relative)
    written = dots + dotted(node.module)
    if "." in name or frame.module.is_package:
        said = "attempted relative import beyond top-level package"
        what = f"`{written}` leads out of the package `{name.partition('.')[0]}`"
        advice = None
    else:
        said = "attempted relative import with no known parent package"
        what = f"`{name}` is not imported as part of a package, so the relative import of `{written}` fails"
        advice = f"write `{_absolute(node)}`"
    return Failure(
        frame.module.file,
        node.module or node,
        "ImportError",
        said,
        what,
        advice,
        is_import=True,
        premise="string",
    )


def _absolute(node: cst.ImportFrom) -> str:
    """The import without its dots."""
    if node.module is not None:
        return f"from {dotted(node.module)} import …"
    names = [] if isinstance(node.names, cst.ImportStar) else [dotted(alias.name) for alias in node.names]
    return f"import {', '.join(names)}"


def of_project(
    frame: Frame, state: State, module: Value, wanted: str, node: cst.ImportAlias
) -> Failure | None:
    """`from module import wanted`, where nothing in the project's module binds it; None where something else may."""
    record = frame.interpreter.by_site.get(module.site) if isinstance(module, ModuleValue) else None
    if record is None or any(
        CHANGES_THE_IMPORT_PATH.search(other.file.text) is not None
        for other in frame.interpreter.by_site.values()
    ):
        return None
    name, near = record.name, closest(wanted, names_of(state, record.site).names)
    return Failure(
        frame.module.file,
        node.name,
        "ImportError",
        f"cannot import name '{wanted}' from '{name}'",
        f"`{name}` does not define `{wanted}`",
        None if near is None else f"did you mean `{near}`?",
        is_import=True,
        premise="package" if record.is_package else "root",
    )


# typeshed describes no older Python.
_DESCRIBED_SINCE = (3, 10)
# botocore 1.13 dropped its copy of requests, but for the exceptions (its change log, 1.13.0).
_DROPPED = words(
    """
    PreparedRequest Request Response Session codes delete get head options patch post put request session sessions
    """
)


def of_library(frame: Frame, module: Value, wanted: str, node: cst.CSTNode) -> Failure | None:
    """`from module import wanted` of a name that the Python of the runtime does not have."""
    found = _lacking(frame, module, wanted)
    if found is None:
        return _misspelt(frame, module, wanted, node)
    name, what, premise = found
    said = f"cannot import name '{wanted}' from '{name}'"
    return Failure(frame.module.file, node, "ImportError", said, what, is_import=True, premise=premise)


def _misspelt(frame: Frame, module: Value, wanted: str, node: cst.CSTNode) -> Failure | None:
    """`from module import wanted` of a name that a module of the standard library, or the SDK, never has."""
    interpreter = frame.interpreter
    if not isinstance(module, StubValue) or not isinstance(module.type, ModuleType) or interpreter.patched:
        return None
    name = module.type.name
    if any(is_described(stubs, name, wanted) for stubs in interpreter.possible_stubs):
        return None
    if name in SDK:
        near = meant_of_sdk(interpreter, name, wanted)
        if near is None:
            return None
    else:
        real = real_classes.module(name)
        is_in = partial(is_described, module=name, name=wanted)
        if real is None or not is_nowhere(interpreter, real, wanted, is_in):
            return None
        near = closest(wanted, (each for each in dir(real) if not each.startswith("_")))
    said = f"cannot import name '{wanted}' from '{name}'"
    advice = None if near is None else f"did you mean `{near}`?"
    what = f"`{name}` has no `{wanted}`"
    return Failure(frame.module.file, node, "ImportError", said, what, advice, is_import=True)


#: The modules of libraries that every runtime has, and whose names stay: those of others come and go.
SDK = frozenset({"boto3", "boto3.dynamodb.conditions", "botocore.exceptions"})


def meant_of_sdk(interpreter: InterpreterContext, module: str, name: str) -> str | None:
    """The name of a module of the SDK that is misspelt; any other one a newer SDK may have."""
    stub = interpreter.stubs.module(module)
    return None if stub is None else meant(name, (one for one in stub.members if not one.startswith("_")))


def is_described(stubs: StubStore, module: str, name: str) -> bool:
    """Whether a stub says that a module has a name."""
    stub = stubs.module(module)
    return (stub is not None and name in stub.members) or stubs.module(f"{module}.{name}") is not None


def is_nowhere(
    interpreter: InterpreterContext, real: object, name: str, is_in: Callable[[StubStore], bool]
) -> bool:
    """Whether a class or module of this Python lacks a name, and that of other systems, too.

    These Lambda does not run, but a test before may have asked for them.
    """
    owners = (
        real.__mro__ if isinstance(real, type) else (real,)
    )  # no metaclass is asked: that of enums has one
    if hasattr(real, name) or any("__getattr__" in getattr(one, "__dict__", ()) for one in owners):
        return False
    return not any(is_in(interpreter.stubs.of_platform(other)) for other in _OTHER_PLATFORMS)


_OTHER_PLATFORMS = ("win32", "darwin")


def attribute_of_library(frame: Frame, module: Value, name: str, node: cst.Attribute) -> Failure | None:
    """`module.name` of a module that has no such name in the Python of the runtime."""
    found = _lacking(frame, module, name)
    if found is None:
        return None
    owner, what, premise = found
    said = f"module '{owner}' has no attribute '{name}'"
    return Failure(frame.module.file, node, "AttributeError", said, what, premise=premise, is_question=True)


def _lacking(frame: Frame, module: Value, name: str) -> tuple[str, str, Premise | None] | None:
    """The module of a library that lacks a name, why it does, and what that takes for granted."""
    if not isinstance(module, StubValue) or not isinstance(module.type, ModuleType):
        return None
    owner, interpreter = module.type.name, frame.interpreter
    if (owner, name) in interpreter.patched:
        return None
    if owner == "botocore.vendored.requests" and name in _DROPPED:
        return owner, f"botocore has no `{name}` of requests any more", "library"
    version = interpreter.python_version
    span = absent_name(owner, name, version) if interpreter.version_is_known else None
    if span is None:
        return None
    is_described = (
        _DESCRIBED_SINCE <= version < span.first
    )  # what is gone, stubs may still import for themselves
    if is_described and interpreter.stubs.attribute(module.type, name) is not None:
        return None
    return owner, "Python {}.{} has no `{}`, which {}".format(*version, f"{owner}.{name}", span.words()), None
