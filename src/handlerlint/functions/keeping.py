"""What a discovery has found, kept for runs over other paths of the same tree; made by `linter` and `integrations`.

The whole tree is kept, and beside it what single applications cost much to evaluate for. Each part holds for as long
as all that was looked at on the way to it would be seen again.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handlerlint.caching.results import result_cache
from handlerlint.functions.model import (
    ConfigurationProblem,
    ConfigurationSource,
    EventSource,
    InlineCode,
    LambdaFunction,
)
from handlerlint.project.looks import Looks, digest, stamp
from handlerlint.project.view import View, looks_of_view, viewing
from handlerlint.records import dataclass, defaults_of
from handlerlint.text import Location, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from handlerlint.caching.results import ResultCache
    from handlerlint.project.looks import State
    from handlerlint.settings import Settings

_RECORDS: tuple[type, ...] = (
    LambdaFunction,
    ConfigurationSource,
    EventSource,
    InlineCode,
    ConfigurationProblem,
)
_NUMBERS = {kind: number for number, kind in enumerate(_RECORDS)}
# What most functions have is not kept of each.
_DEFAULTS = {kind: defaults_of(kind) for kind in _RECORDS}


@dataclass(frozen=True, slots=True)
class Whole:
    """What one tree configures, whichever of its paths is asked for.

    `folders` are those that were walked, each with the names of the files in it that may matter.
    """

    folders: Mapping[str, tuple[str, ...]]
    functions: tuple[LambdaFunction, ...]
    problems: tuple[ConfigurationProblem, ...]
    hints: tuple[ConfigurationProblem, ...]

    def files(self) -> tuple[str, ...]:
        """All files, in the order of the walk."""
        return tuple(f"{folder}{os.sep}{name}" for folder, names in self.folders.items() for name in names)

    def covers(self, paths: Iterable[Path], given: Iterable[str], root: Path) -> bool:
        """Whether the walk over `root` would be the same for these paths: it has been in all of their folders.

        A file that the user names is read in any case, and what is wrong in it is told: no template is covered.
        """
        for file in given:
            folder, _, name = file.rpartition(os.sep)
            if not name.endswith(".py") or name not in self.folders.get(folder, ()):
                return False
        files = set(given)
        for path in paths:
            folders = [path, *path.parents] if str(path) not in files else [*path.parents]
            if root not in folders:
                return False
            if any(str(folder) not in self.folders for folder in folders[: folders.index(root) + 1]):
                return False
        return True


def keeper_for(settings: Settings) -> Keeper | None:
    """What knows earlier discoveries, for a run that keeps nothing else; None where nothing is to be kept."""
    cache = result_cache(settings, alone=True)
    return None if cache is None else Keeper(cache)


class Keeper:
    """Kept discoveries of one user's projects, in the storage of results."""

    def __init__(self, cache: ResultCache) -> None:
        self._cache = cache
        self._old: dict[str, tuple[dict[str, State], Any]] | None = None
        self._new: dict[str, tuple[dict[str, State], Any]] = {}
        self._place = ""

    def whole(self, root: Path, question: str) -> Whole | None:
        """What is kept of a tree, if nothing that it depends on has changed."""
        place = f"{root}\n{question}"
        content = self._cache.apart("tree", place)
        if content is None:
            return None
        seen, now, folders, functions, problems, hints = content
        _note(now)
        _note_apart("tree", place, seen, now)
        return Whole(folders, decoded(functions), decoded(problems), decoded(hints))

    @contextmanager
    def keeping(self, root: Path, question: str) -> Iterator[Callable[[Whole], None]]:
        """What is made inside, and given to the function that this hands out, is kept with what was looked at."""
        made: list[Whole] = []
        self._place = f"{root}\n{question}"
        with _watched() as looks:
            yield made.append
        outer = looks_of_view()
        try:
            if self._new:
                self._cache.write("parts", self._place, self._new)
            for whole in made if looks.failure is None else ():
                parts = map(encoded, (whole.functions, whole.problems, whole.hints))
                self._write("tree", self._place, looks.looks, dict(whole.folders), *parts)
        except Exception as error:  # a defect of ours costs the next run its time
            if outer is not None:
                outer.failure = f"{type(error).__name__}: {error}"

    def of_tree(self, name: str, key: object, make: Callable[[], Any]) -> Any:
        """The plain data that `make` gives for a whole tree, or has given with this key, if all is as it was."""
        place = digest(repr(key).encode("utf-8", "surrogateescape")).hex()
        content = self._cache.apart(name, place)
        if content is not None:
            seen, now, made = content
            _note(now)
            _note_apart(name, place, seen, now)
            return made
        with _watched() as looks:
            made = make()
        if looks.failure is None:
            self._write(name, place, looks.looks, made)
        return made

    def _write(self, name: str, place: str, looks: dict[str, State], *content: Any) -> None:
        seen = stamp(looks)
        self._cache.write(name, place, (seen, looks, *content))
        _note_apart(name, place, seen, looks)

    def part(self, key: object, make: Callable[[], Iterable[LambdaFunction]]) -> Iterable[LambdaFunction]:
        """What `make` gives, or has given with this key, if all that it looks at is as it was."""
        if self._old is None:
            self._old = self._cache.read("parts", self._place) or {}
        name = digest(repr(key).encode("utf-8", "surrogateescape")).hex()
        looks, kept = self._old.get(name, ({}, None))
        held = None if kept is None else self._cache.verified(looks)
        if held is not None:
            self._new[name] = held, kept
            _note(held)
            functions: tuple[LambdaFunction, ...] = decoded(kept)
            return functions
        with _watched() as watched:
            made = tuple(make())
        if watched.failure is None:
            self._new[name] = watched.looks, encoded(made)
        return made


@contextmanager
def _watched() -> Iterator[Looks]:
    """What is looked at inside, which counts outside as well."""
    outer = looks_of_view()
    inner = Looks() if outer is None else outer.another()
    try:
        with viewing(View(looks=inner)):
            yield inner
    finally:
        if outer is not None:
            outer.add(inner.looks)
            outer.failure = outer.failure or inner.failure


def _note(looks: Mapping[str, State]) -> None:
    outer = looks_of_view()
    if outer is not None:
        outer.add(looks)


def _note_apart(name: str, place: str, seen: bytes, looks: Mapping[str, State]) -> None:
    """A run whose looks these are need not hold them once more: there are many, of every path the same."""
    outer = looks_of_view()
    if outer is not None:
        outer.apart[name, place, seen] = looks


def encoded(value: Any) -> Any:
    """Plain data that stand for the records of a discovery: what a storage takes. Raises TypeError for others."""
    kind = type(value)
    if value is None or kind in (str, int, bool, float):
        return value
    if kind in _NUMBERS:
        fields = {name: getattr(value, name) for name in kind.__record_fields__}
        defaults = _DEFAULTS[kind]
        told = {name: encoded(item) for name, item in fields.items() if item is not defaults.get(name, ...)}
        return ("r", _NUMBERS[kind], told)
    if isinstance(value, Path):
        return ("p", str(value))
    if kind is Location or kind is Span:
        return ("l" if kind is Location else "s", tuple(value))
    if kind is tuple or kind is list:
        return ("t" if kind is tuple else "a", tuple(map(encoded, value)))
    if kind is dict:
        return ("d", tuple((encoded(key), encoded(item)) for key, item in value.items()))
    raise TypeError(f"{kind.__name__} is not plain")


def decoded(value: Any) -> Any:
    """The records that plain data stand for."""
    if type(value) is not tuple:
        return value
    match value:
        case ("r", number, fields):
            return _RECORDS[number](
                **{name: decoded(item) if type(item) is tuple else item for name, item in fields.items()}
            )
        case ("p", text):
            return Path(text)
        case ("t", items):
            return tuple(map(decoded, items))
        case ("a", items):
            return [decoded(item) for item in items]
        case ("l", numbers):
            return Location(*numbers)
        case ("s", numbers):
            return Span(*numbers)
    return {decoded(key): decoded(item) for key, item in value[1]}
