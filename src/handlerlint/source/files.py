"""The source files of one run, each read and parsed once. Used by all of `source` and inference."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

from handlerlint.deep_stack import on_deep_stack
from handlerlint.project.folders import Folders
from handlerlint.project.looks import CONTENT
from handlerlint.project.view import TooLarge, owned, read_file, real_path, unsaved_text, uses
from handlerlint.records import dataclass, replace
from handlerlint.source.parsing import SyntaxProblem, decode, parse
from handlerlint.text import FILE_START, LineMap, Location, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import libcst as cst

    from handlerlint.functions.model import InlineCode
    from handlerlint.source.spans import Range

# Characters of source whose trees are kept: with positions and scopes, some 75 bytes a character.
_MOST_PARSED = 1_000_000

_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True)
class ReadProblem:
    """Why a file could not be read: it vanished, it is a folder, there is no permission."""

    message: str


class SourceFile:
    """One Python source file, or the code that stands inline in a template.

    `path` is the file to show to the user: the template for inline code. Places are in that file.
    The tree is parsed when it is first asked for; positions are computed when the first one is asked for,
    since they cost more than the parse.
    """

    __slots__ = (
        "_even_map",
        "_line_map",
        "_on_parse",
        "_place",
        "_positions",
        "_problem",
        "_tree",
        "inline_code",
        "path",
        "text",
    )

    def __init__(
        self,
        path: Path,
        text: str,
        problem: SyntaxProblem | ReadProblem | None = None,
        inline_code: InlineCode | None = None,
        place: Span | None = None,
        on_parse: Callable[[SourceFile], None] | None = None,
    ) -> None:
        self.path = path
        self.text = text
        self.inline_code = inline_code
        self._place = place or FILE_START
        self._line_map = LineMap(inline_code.lines) if inline_code is not None and inline_code.lines else None
        self._even_map: LineMap | None = None
        self._problem: SyntaxProblem | ReadProblem | None = self._moved(problem)
        self._tree: cst.Module | None = None
        self._positions: Mapping[cst.CSTNode, Range] | None = None
        self._on_parse = on_parse

    def __repr__(self) -> str:
        return f"SourceFile({str(self.path)!r})"

    @property
    def tree(self) -> cst.Module | None:
        """The syntax tree; None if there is a problem."""
        if self._tree is None and self._problem is None:
            result = parse(self.text)
            if isinstance(result, SyntaxProblem) and not result.certain:
                result = self._parsed_with_blanks(result)
            if isinstance(result, SyntaxProblem):
                self._problem = self._moved(result)
            else:
                self._tree = result
                if self._on_parse is not None:
                    self._on_parse(self)
        return self._tree

    def _parsed_with_blanks(self, problem: SyntaxProblem) -> cst.Module | SyntaxProblem:
        """The tree where only tabs were in its way; places are moved back to where they stand in the text."""
        from handlerlint.source.indentation import evenly_indented

        even = evenly_indented(self.text)
        result = problem if even is None else parse(even[0])
        if even is None or isinstance(result, SyntaxProblem):
            return problem
        if self._even_map is None:
            before = self._line_map or LineMap(
                tuple(Location(row, 1) for row in range(1, even[0].count("\n") + 2))
            )
            self._even_map = before.with_longer_rows(even[1])
        return result

    @property
    def problem(self) -> SyntaxProblem | ReadProblem | None:
        """Why there is no tree."""
        _ = self.tree
        return self._problem

    def forget_tree(self) -> None:
        """Give the memory back; the file is parsed anew when it is next needed, into other nodes."""
        self._tree = self._positions = None

    @property
    def is_parsed(self) -> bool:
        """Whether there is a tree in memory."""
        return self._tree is not None

    @property
    def problem_is_known(self) -> bool:
        """Whether there is a problem that shows without parsing."""
        return self._problem is not None

    def parsed_for(self, on_parse: Callable[[SourceFile], None]) -> None:
        """Let another run have the tree: it counts, and gives back, the memory of it."""
        self._on_parse = on_parse
        on_parse(self)

    def span(self, node: cst.CSTNode) -> Span:
        """Where a node of this file's tree stands, without the white space around it."""
        import libcst as cst

        positions = self._all_positions()
        start, end = positions[node]
        match node:  # their own brackets are a part of these
            case (
                cst.Tuple(lpar=[*_, left], rpar=[right, *_])
                | cst.GeneratorExp(lpar=[*_, left], rpar=[right, *_])
            ):
                start, end = positions[left][0], positions[right][1]
        return self.moved(Span(*start, *end))

    def moved(self, span: Span) -> Span:
        """A span of `text` as a span of the file at `path`: the same except for inline code.

        Inline code that does not stand in the template as it is (joined, substituted) is at its property.
        """
        if self._line_map is None and self.inline_code is not None:
            return self._place
        lines = self._even_map or self._line_map
        return span if lines is None else lines.span(span)

    def _moved(self, problem: SyntaxProblem | ReadProblem | None) -> SyntaxProblem | ReadProblem | None:
        if not isinstance(problem, SyntaxProblem) or self.inline_code is None:
            return problem
        return replace(problem, place=self.moved(Span.at(*problem.place)).start)

    def _all_positions(self) -> Mapping[cst.CSTNode, Range]:
        if self._positions is None:
            from handlerlint.source.spans import spans_of

            tree = self.tree
            assert tree is not None, "a file without a tree has no nodes"
            try:
                self._positions = on_deep_stack(lambda: spans_of(tree))
            except RecursionError:  # Python 3.12.1 has a limit that nothing can raise
                self._positions = defaultdict(lambda: ((1, 1), (1, 1)))
        return self._positions


class SourceFiles:
    """All source files of one run, by resolved path, and what lies in the folders around them.

    A file with several names is one file, under the name that no link leads to: which of them is asked for first
    makes no difference. `bases` are folders that the user may have come to through a link: they keep their name.
    `earlier` are those of a run before: what was parsed there is, of a file with the same text, not parsed again.
    """

    def __init__(self, bases: Iterable[Path] = (), earlier: SourceFiles | None = None) -> None:
        self._earlier: dict[Path, SourceFile] = {} if earlier is None else earlier._parsed_files()
        self._bases = tuple((base, real_path(base)) for base in dict.fromkeys(bases))
        self.folders = Folders()
        self._of_later_stages: dict[object, object] = {}
        self._files: dict[Path, SourceFile] = {}
        self._inline: dict[tuple[Path, InlineCode], SourceFile] = {}
        self._parsed: list[SourceFile] = []
        self._parsed_characters = 0

    def once(self, make: Callable[[], _Made]) -> _Made:
        """What a later stage makes for the whole run, when it is first asked for."""
        made = self._of_later_stages.get(make)
        if made is None:
            made = self._of_later_stages[make] = make()
        return cast("_Made", made)

    def load(self, path: Path) -> SourceFile:
        """The file at `path`; one that cannot be read has a ReadProblem."""
        uses(CONTENT, str(path))
        with owned():
            return self._loaded(path)

    def _loaded(self, path: Path) -> SourceFile:
        key = Path(real_path(path))
        found = self._files.get(key)
        if found is None:
            found = self._files[key] = self._same(key, _read(self._named(path, key), self._note_parsed))
        if found.path != path:
            uses(CONTENT, str(found.path))
        return found

    def _same(self, key: Path, file: SourceFile) -> SourceFile:
        """The file, or the one of a run before that is the same and has been parsed."""
        known = self._earlier.get(key)
        if known is None or known.text != file.text or known.path != file.path or file.problem_is_known:
            return file
        known.parsed_for(self._note_parsed)
        return known

    def _parsed_files(self) -> dict[Path, SourceFile]:
        return {key: file for key, file in (self._earlier | self._files).items() if file.is_parsed}

    def _named(self, path: Path, resolved: Path) -> Path:
        """The one name of a file."""
        if path == resolved:
            return path
        for base, real in self._bases:
            if resolved.is_relative_to(real):
                return base / resolved.relative_to(real)
        return resolved

    def inline(self, code: InlineCode, template: Path, place: Span | None = None) -> SourceFile:
        """Inline code of `template`; `place` is its property, for code that does not stand there as it is."""
        found = self._inline.get((template, code))
        if found is None:
            problem = None
            if "\0" in code.text:
                problem = SyntaxProblem(FILE_START.start, "source code cannot contain null bytes")
            found = SourceFile(template, code.text, problem, code, place, self._note_parsed)
            self._inline[template, code] = found
        return found

    def trim(self) -> bool:
        """Forget the trees where they have become many, and say so; nobody may hold on to nodes of theirs."""
        if self._parsed_characters <= _MOST_PARSED:
            return False
        for file in self._parsed:
            file.forget_tree()
        self._parsed.clear()
        self._parsed_characters = 0
        return True

    def _note_parsed(self, file: SourceFile) -> None:
        self._parsed.append(file)
        self._parsed_characters += len(file.text)


def _read(path: Path, on_parse: Callable[[SourceFile], None]) -> SourceFile:
    text = unsaved_text(path)
    if text is not None:
        return SourceFile(path, text, on_parse=on_parse)
    try:
        data = read_file(path)
    except TooLarge as error:
        return SourceFile(path, "", SyntaxProblem(FILE_START.start, error.message, certain=False))
    except OSError as error:
        return SourceFile(path, "", ReadProblem(error.strerror or str(error)))
    text, problem = decode(data)
    return SourceFile(path, text, problem, on_parse=on_parse)
