"""The flake8 plugin: findings in a Python file that holds a handler, under the codes `HL`.

flake8 makes one `HandlerlintPlugin` a file. Nothing that costs is imported for a file without a handler.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from handlerlint import __version__

if TYPE_CHECKING:
    import argparse
    import ast
    from collections.abc import Iterable, Iterator, Sequence

    from handlerlint.caching.results import ResultCache
    from handlerlint.findings import Finding
    from handlerlint.settings import Settings

Message = tuple[int, int, str, type]


class HandlerlintPlugin:
    """Lints the text that flake8 read, from the file or from an editor's standard input."""

    name = "handlerlint"
    version = __version__
    _is_on = True

    @classmethod
    def parse_options(cls, options: argparse.Namespace) -> None:
        """Called by flake8 in each of its processes: where it would show none of our codes, nothing is done."""
        from handlerlint.errors import UserError
        from handlerlint.rules import known_codes

        try:
            cls._is_on = _is_any_selected(options, known_codes())
        except UserError:  # of a plugin of ours: it is said for a file
            cls._is_on = True

    def __init__(self, tree: ast.AST, filename: str, lines: Sequence[str]) -> None:
        """`filename` is that of `--stdin-display-name` where flake8 reads standard input."""
        self._filename = filename
        self._lines = lines

    def run(self) -> Iterator[Message]:
        """Row, column from 0, and text of each finding in the file."""
        if not self._is_on:
            return
        from handlerlint.errors import UserError

        path = Path(os.path.abspath(self._filename))  # noqa: PTH100  # links stay as they are
        try:
            for finding in _findings(path, "".join(self._lines)):
                row, column = finding.span.start
                yield row, column - 1, f"{finding.code} {finding.message}", type(self)
        except UserError as error:
            if str(error) not in _reported:
                _reported.add(str(error))
                yield 1, 0, f"HL002 {error}", type(self)


# A wrong configuration is said once a process, not once a file.
_reported: set[str] = set()


# An editor asks for a file, a hook for some: then a kept result tells, before anything is discovered, that there is
# nothing in a file. A run over a whole tree has discovered it, and knows.
_FEW = 20
_asked: set[Path] = set()


def _is_any_selected(options: argparse.Namespace, codes: Iterable[str]) -> bool:
    """Whether flake8 would show any of these codes, as it decides itself."""
    try:
        from flake8.style_guide import Decision, DecisionEngine  # type: ignore[import-untyped]

        engine = DecisionEngine(options)
        return any(engine.decision_for(code) is Decision.Selected for code in codes)
    except (ImportError, AttributeError):  # another flake8 than those that we know
        return True


def _findings(path: Path, text: str) -> Iterator[Finding]:
    """The findings in one file as flake8 holds it, of the functions whose handlers are in it."""
    from handlerlint.caching.results import result_cache
    from handlerlint.findings import from_plain
    from handlerlint.integrations.settings import settings_of
    from handlerlint.settings import display_name

    settings = settings_of(path)
    is_saved = _saved_text(path) == text
    is_one_of_few = path in _asked or len(_asked) < _FEW
    _asked.add(path)
    if is_saved and not is_one_of_few and not _holds_handler(path):
        return
    cache = result_cache(settings, alone=True) if is_saved else None
    kept = None if cache is None else cache.earlier()
    found = _linted(path, text, settings, cache) if kept is None else map(from_plain, kept.findings)
    shown = display_name(path, settings.working_folder)
    for finding in found:
        if finding.filename == shown:
            yield finding
        elif finding.in_handler is not None and finding.in_handler.filename == shown:
            yield finding.at_call()


def _holds_handler(path: Path) -> bool:
    from handlerlint.integrations.project import project_of

    return bool(project_of(path).functions_in(path).functions)


def _linted(path: Path, text: str, settings: Settings, cache: ResultCache | None) -> Iterable[Finding]:
    """Lint the functions of one file; what is found is kept in `cache`, which there is for a saved one."""
    import logging

    from handlerlint.caching.results import Kept
    from handlerlint.integrations.project import project_of
    from handlerlint.project.view import View, viewing

    project = project_of(path)
    looks = None if cache is None else cache.looks()
    if looks is not None:
        looks.add(project.looks.looks)
        looks.apart.update(project.looks.apart)
    with viewing(View({path: text} if cache is None else None, looks)) as view, _collecting_rarely():
        discovery = project.functions_in(path)
        if not discovery.functions:
            if cache is not None and looks is not None:
                cache.keep(Kept((), 0), {}, looks, news=False)
            return ()
        from handlerlint.linter import Run, linted

        run = Run(settings, view, project.earlier_run)
        project.earlier_run = run
        result = linted(run, discovery, 1, cache)
    for failure in result.failures:
        logging.getLogger("flake8.handlerlint").error("internal error: %s", failure)
    return result.findings


@contextmanager
def _collecting_rarely() -> Iterator[None]:
    """As the command line does, look for cycles of garbage a hundred times less often than Python does."""
    import gc

    threshold = gc.get_threshold()
    gc.set_threshold(100_000, 10, 10)
    try:
        yield
    finally:
        gc.set_threshold(*threshold)


def _saved_text(path: Path) -> str | None:
    """The text of the file as flake8 reads it; None where there is none."""
    import io
    import tokenize

    from handlerlint.project.view import read_file

    try:
        data = read_file(path)
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode("utf-8" if encoding == "utf-8-sig" else encoding)
    except (OSError, SyntaxError, LookupError, UnicodeDecodeError):
        return None
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
