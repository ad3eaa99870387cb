"""What every rule is: a class with its documentation and its check. Used by every family and by the linter."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from handlerlint.findings import ErrorFrom, Finding, Fix, Related, Severity
from handlerlint.records import dataclass, field
from handlerlint.rules.catalogue import url_of
from handlerlint.settings import display_name
from handlerlint.text import FILE_START, Span

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TypedDict

    from libcst import CSTNode
    from typing_extensions import Unpack

    from handlerlint.functions.model import ConfigurationSource, LambdaFunction
    from handlerlint.inference.analysis import HandlerAnalysis
    from handlerlint.source.files import SourceFile
    from handlerlint.source.resolution import Resolution

    class Details(TypedDict, total=False):
        """What a finding says beside its message; see `Finding`."""

        value_path: str | None
        runtime_error: str | None
        help: str | None
        fix: Fix | None
        cause: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding points: a file as it is shown to the user, a span in it, and what that is a part of."""

    filename: str
    span: Span
    around: Span | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """What a rule looks at: one handler string in one code root, for all functions that share the two.

    `functions` is never empty; they share handler, code root, import path and runtime.
    `analysis` is None unless the resolution found a module that parses. File names are shown relative to
    `working_folder`. `text_of` gives the text of a file that configures the functions; None where there is none.
    """

    functions: tuple[LambdaFunction, ...]
    resolution: Resolution
    analysis: HandlerAnalysis | None
    working_folder: Path = field(default_factory=Path.cwd)
    text_of: Callable[[Path], str | None] = lambda path: None

    @property
    def function(self) -> LambdaFunction:
        """The first of the functions: they agree on all that a handler depends on."""
        return self.functions[0]

    def place(self, file: SourceFile, node: CSTNode, around: CSTNode | None = None) -> Place:
        """Where a node of a source file stands, and the statement or call `around` it."""
        whole = None if around is None else file.span(around)
        return Place(display_name(file.path, self.working_folder), file.span(node), whole)

    def related(self, what: str, file: SourceFile, node: CSTNode) -> Related:
        """A node of a source file as a step that led to a finding."""
        return Related(what, display_name(file.path, self.working_folder), file.span(node), is_step=True)

    def configured_place(self) -> Place:
        """Where the handler string is configured; for one of the command line, the module that it names."""
        source = self.function.source
        path = source.path or self._module_path() or self.function.code_root
        return configured_place(source, "" if path is None else display_name(path, self.working_folder))

    def _module_path(self) -> Path | None:
        module = getattr(self.resolution, "module", None)
        return None if module is None or module.file is None else Path(module.file.path)


class Rule(ABC):
    """One rule. The docstring of each subclass is its page: What it does, Why it is bad, Example, Use instead.

    Those of ours are registered by being defined in a family, others by their plugin; `rules.all_rules()` lists them.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    severity: ClassVar[Severity]
    on_by_default: ClassVar[bool] = True
    url: ClassVar[str | None] = (
        None  # where the page of a plugin's rule is published; those of ours need not say it
    )
    error_from: ClassVar[ErrorFrom] = ErrorFrom.LAMBDA

    @abstractmethod
    def check(self, subject: Subject) -> Iterator[Finding]:
        """Yield what is wrong with the subject; nothing where it is not certain."""

    def finding(
        self,
        subject: Subject,
        place: Place,
        message: str,
        *,
        related: Iterable[Related] = (),
        **details: Unpack[Details],
    ) -> Finding:
        """A finding of this rule at `place`, for every function of the subject."""
        names = tuple(function.name for function in subject.functions)
        return self.finding_for(names, subject.function.handler, place, message, related=related, **details)

    @classmethod
    def finding_for(
        cls,
        functions: tuple[str, ...],
        handler: str | None,
        place: Place,
        message: str,
        *,
        severity: Severity | None = None,
        related: Iterable[Related] = (),
        **details: Unpack[Details],
    ) -> Finding:
        """A finding of this rule for functions by their names; `severity` where it is not the rule's."""
        return Finding(
            code=cls.code,
            name=cls.name,
            severity=severity or cls.severity,
            message=message,
            filename=place.filename,
            span=place.span,
            functions=functions,
            handler=handler,
            around=place.around,
            error_from=cls.error_from,
            url=url_of(cls),
            related=tuple(related),
            **details,
        )


def configured_place(source: ConfigurationSource, filename: str) -> Place:
    """The handler value in the configuration file, shown as `filename`; the file's start if it has no place."""
    if source.span is None:
        return Place(filename, FILE_START)
    return Place(filename, source.span)
