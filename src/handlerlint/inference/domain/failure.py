"""Failure: a part of the program that certainly raises whenever it is evaluated. Noted by `core.failing`."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Literal

from handlerlint.records import dataclass

if TYPE_CHECKING:
    import libcst as cst

    from handlerlint.inference.domain.values import FunctionValue, Step, Value
    from handlerlint.source.files import SourceFile

#: What a failure takes for granted beside the code itself: the handler string, the folder that modules are imported
#: from, that nothing else is put into a package there, that the code is deployed as it stands, that Lambda passes the
#: event, a library as it is in the runtime.
Premise = Literal["string", "root", "package", "text", "event", "library"]

#: How Python calls the class of what Lambda passes beside the event.
CONTEXT = "LambdaContext"


@dataclass(frozen=True, slots=True)
class Failure:
    """An expression or statement that raises on every path that comes to it.

    `error` is the name of the exception, `said` its message, `what` the same in words that explain.
    `is_import` where it is an import. `premise` is what it takes for granted. `is_question` where a `try`
    around nothing else asks whether it works. `bases` are the names of the classes that the exception is of, where it
    is no builtin one. `callee` is the function of the project whose parameters do not fit, `given`
    what it is called with by position, where nothing else is given. `way` is what led to it.
    """

    file: SourceFile
    node: cst.CSTNode
    error: str
    said: str
    what: str
    help: str | None = None
    is_import: bool = False
    premise: Premise | None = None
    is_question: bool = False
    bases: frozenset[str] = frozenset()
    callee: FunctionValue | None = None
    given: tuple[Value, ...] = ()
    way: Step | None = None

    @property
    def taken_by(self) -> frozenset[str]:
        """The names by which an `except` takes the exception; not those that take nearly all."""
        cls = getattr(builtins, self.error, None)
        builtin = {base.__name__ for base in cls.__mro__} if isinstance(cls, type) else set[str]()
        imported = {"ModuleNotFoundError"} if self.error == "ImportError" else set[str]()
        return frozenset({self.error, *self.bases, *builtin, *imported}) - _TAKING_ALL


_TAKING_ALL = frozenset({"Exception", "BaseException"})


def no_attribute(
    file: SourceFile, node: cst.CSTNode, owner: str, name: str, near: str | None, shown: str | None = None
) -> Failure:
    """There is no such attribute: `owner` is as Python calls it, or `shown` to readers; `near` may be meant."""
    words = owner.replace("'", "`") if shown is None else shown
    return Failure(
        *(file, node, "AttributeError", f"{owner} has no attribute '{name}'"),
        f"{words} has no attribute `{name}`",
        None if near is None else f"did you mean `{near}`?",
        is_question=True,
    )
