"""Finds the user's line for what a trace, or the lack of one, tells; used by `diagnosis`."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from handlerlint.findings import Related
from handlerlint.functions.model import LambdaFunction
from handlerlint.invoke.code_folder import inline_path
from handlerlint.invoke.definitions import Definition, find_definition, find_failed_import, find_module
from handlerlint.invoke.interpreter import Interpreter
from handlerlint.invoke.model import FunctionError
from handlerlint.invoke.traces import Frame, frames_of
from handlerlint.rules.base import Place, configured_place
from handlerlint.settings import display_name
from handlerlint.text import FILE_START, LineMap, Span

_SHOWN = 5  # places where a handler returns a value


class Places:
    """The places of one function; `folder` is the real path that it runs in."""

    def __init__(
        self, function: LambdaFunction, folder: Path, interpreter: Interpreter, working_folder: Path
    ) -> None:
        self.interpreter = interpreter
        self._function = function
        self._folder = folder
        self._working_folder = working_folder
        self._roots = (folder, *(path.resolve() for path in function.import_path))

    def users_frames(self, stack_trace: Iterable[str]) -> list[Frame]:
        """The frames in the function's own code, outermost first: not in packages that lie beside it."""
        frames = [frame for frame in frames_of(stack_trace) if self._is_inside(Path(frame.path))]
        own = [frame for frame in frames if not self._is_installed(Path(frame.path))]
        return own or frames

    def is_own(self, path: Path) -> bool:
        """Whether a file is the function's own code, not a package's."""
        return self._is_inside(path) and not self._is_installed(path)

    def line(self, frame: Frame) -> tuple[str, Span] | None:
        """The text of a frame's line: where it stands in the template for inline code."""
        place = self._in_file(Path(frame.path), frame.line)
        return None if place is None else (place.filename, place.span)

    def handler(self) -> Place:
        """The handler's definition, or else where the function is configured."""
        path, found = self._module_path, self._definition
        if path is None:
            return self.configured()
        return (self._in_file(found.path, found.row) if found is not None else None) or self._start_of(path)

    def returned(self) -> tuple[Place, tuple[Related, ...]]:
        """The only `return` of the handler that has a value, or else its definition with all of them."""
        found = self._definition
        rows = found.returns if found is not None else ()
        places = [place for row in rows if found is not None and (place := self._in_file(found.path, row))]
        if len(places) == 1:
            return places[0], ()
        return self.handler(), tuple(
            Related("it returns a value here", place.filename, place.span) for place in places[:_SHOWN]
        )

    def end(self) -> Place:
        """Where the handler comes to its end without returning, or else its definition."""
        found = self._definition
        row = None if found is None else found.end
        place = None if found is None or row is None else self._in_file(found.path, row)
        return place or self.handler()

    def init_failure(self, error: FunctionError) -> Place:
        """Where loading failed without a trace: the import that was not found, or the configured string."""
        path = self._module_path
        if path is None or error.error_type in (
            "Runtime.MalformedHandlerName",
            "Runtime.BuiltInModuleConflict",
            "Runtime.HandlerNotFound",
        ):
            return self.configured()
        failed = find_failed_import(path, error.error_message, self._roots)
        return (self._in_file(*failed) if failed is not None else None) or self._start_of(path)

    def configured(self) -> Place:
        """The handler string in its configuration; the module where there is none."""
        source = self._function.source
        if source.path is not None:
            return configured_place(source, self._shown(source.path))
        return Place(self._shown(self._module_path or self._folder), FILE_START)

    def file_start(self, message: str, path: Path) -> Related:
        """A file as a step of the explanation."""
        return Related(message, self._shown(path), FILE_START)

    def _in_file(self, path: Path, row: int) -> Place | None:
        line = _line(path, row)
        if line is None:
            return None
        text = line.strip()
        column = line.find(text) + 1
        span = Span.at(row, column, len(text))
        inline = self._function.inline_code
        if inline is None or path != inline_path(inline, self._folder):
            return Place(self._shown(path), span)
        text_path = inline.path or self._function.source.path
        if not inline.lines or text_path is None:
            return None
        return Place(self._shown(text_path), LineMap(inline.lines).span(span))

    def _start_of(self, path: Path) -> Place:
        if self._function.inline_code is not None:
            return self._in_file(path, 1) or self.configured()
        return Place(self._shown(path), FILE_START)

    def _shown(self, path: Path) -> str:
        """Tracebacks have real paths: one inside the code root is shown as the user names the code root."""
        root = self._function.code_root
        if root is not None and path.is_relative_to(self._folder):
            path = root / path.relative_to(self._folder)
        return display_name(path, self._working_folder)

    def _is_inside(self, path: Path) -> bool:
        return "site-packages" not in path.parts and any(path.is_relative_to(root) for root in self._roots)

    def _is_installed(self, path: Path) -> bool:
        """Whether the file belongs to a package that was installed into the code root."""
        return path.is_relative_to(self._folder) and path.relative_to(self._folder).parts[0] in self._packages

    @cached_property
    def _packages(self) -> frozenset[str]:
        names: set[str] = set()
        for record in self._folder.glob("*.dist-info/RECORD"):
            lines = record.read_text(encoding="utf-8", errors="replace").splitlines()
            names.update(line.partition("/")[0].partition(",")[0] for line in lines)
        return frozenset(names)

    @cached_property
    def _definition(self) -> Definition | None:
        path = self._module_path
        name = (self._function.handler or "").rpartition(".")[2]
        return None if path is None else find_definition(path, name, self._roots)

    @cached_property
    def _module_path(self) -> Path | None:
        module = (self._function.handler or "").rpartition(".")[0].replace("/", ".")
        return find_module(self._roots, module.split(".")) if module else None


def _line(path: Path, row: int) -> str | None:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    return lines[row - 1] if 0 < row <= len(lines) else None
