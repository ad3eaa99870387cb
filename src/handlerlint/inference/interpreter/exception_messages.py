"""`error.message`, which exceptions had in Python 2 only: whether any that may come here has one of its own."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import lru_cache

import libcst as cst

from handlerlint.inference.core.context import Frame, InterpreterContext
from handlerlint.inference.domain.failure import Failure, no_attribute
from handlerlint.inference.domain.heap import ClassObject, State
from handlerlint.inference.domain.values import Instance, Value
from handlerlint.inference.stubs.types import NamedType
from handlerlint.records import replace

#: What exceptions do not have any more (PEP 352).
_NAME = "message"
#: Libraries none of whose exceptions has one.
_WITHOUT = frozenset({"boto3", "botocore"})


def lacking(frame: Frame, state: State, owner: Value, node: cst.Attribute) -> Failure | None:
    """Why an exception that was caught certainly has no message, whatever class below the named one it is of."""
    if not isinstance(owner, Instance) or node.attr.value != _NAME:
        return None
    interpreter, cls = frame.interpreter, owner.class_name
    is_known = cls.partition(".")[0] in sys.stdlib_module_names and _is_without(interpreter, cls)
    if not is_known or not _is_nowhere(interpreter, state):
        return None
    short = cls.rpartition(".")[2]
    found = no_attribute(frame.module.file, node, f"'{short}' object", _NAME, None)
    return replace(found, help="write `str(…)`: exceptions have no `message` since Python 3")


def _is_without(interpreter: InterpreterContext, cls: str) -> bool:
    stubs = interpreter.stubs
    return stubs.is_subclass(cls, "builtins.BaseException") and stubs.attribute(NamedType(cls), _NAME) is None


def _is_nowhere(interpreter: InterpreterContext, state: State) -> bool:
    """Whether no exception of the project, or of what it imports, has a message."""
    if any(
        isinstance(record, ClassObject)
        and (_NAME in record.names or any(name == _NAME for name, _ in record.fields))
        for _, record in state.heap.items()
    ):
        return False
    texts = [record.file.text for record in interpreter.by_site.values()]
    return not any(map(_may_give_one, texts)) and all(
        _has_none(interpreter, module) for text in texts for module in _imported(text)
    )


def _may_give_one(text: str) -> bool:
    """Whether code may set the message of an exception, or raise a group of exceptions, which has one."""
    return re.search(r"\.message\s*=(?!=)|\bsetattr\b|__getattr|__dict__|Group\b", text) is not None


@lru_cache(maxsize=256)
def _imported(text: str) -> frozenset[str]:
    """The modules that a source text imports; relative ones are empty."""
    return frozenset(_modules_in(text))


def _modules_in(text: str) -> Iterator[str]:
    for source, names in re.findall(r"^[ \t]*(?:from[ \t]+(\S+)[ \t]+)?import[ \t]+([^\n#]*)", text, re.M):
        if source:
            yield source if not source.startswith(".") else ""
        else:
            yield from (name.split()[0] for name in names.split(",") if name.strip())


def _has_none(interpreter: InterpreterContext, module: str) -> bool:
    """Whether no exception that a module defines has a message; one of the project that is loaded is looked at."""
    root = module.partition(".")[0]
    if not module or root in _WITHOUT or module in interpreter.modules:
        return True
    stub = interpreter.stubs.module(module)
    if root not in sys.stdlib_module_names or stub is None:
        return False
    classes = (f"{module}.{name}" for name in stub.members)
    return all(
        interpreter.stubs.class_(cls) is None
        or not interpreter.stubs.is_subclass(cls, "builtins.BaseException")
        or _is_without(interpreter, cls)
        for cls in classes
    )
