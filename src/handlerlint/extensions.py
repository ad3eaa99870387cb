"""Plugins: distributions beside ours that bring rules and overlays, found by the entry points of one group.

What is installed is asked by every run, and costs it a millisecond; a plugin is imported when its rules or overlays
are. Called by `rules`, by the registry of overlays, by the linter for stubs, and by `caching` for what its keys say.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path

from handlerlint.errors import UserError
from handlerlint.records import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:  # without importing `typing`
    from collections.abc import Iterator, Mapping
    from importlib.metadata import PathDistribution

GROUP = "handlerlint.plugins"


@dataclass(frozen=True, slots=True, eq=False)
class Plugin:
    """What an entry point of the group `handlerlint.plugins` names.

    `rules` are subclasses of `handlerlint.plugins.Rule`. `overlays` says by the name of a library's root package which
    module registers what its functions mean; it is imported when a project uses the library. `stubs` is a folder with
    `.pyi` files, for libraries that have none.
    """

    rules: tuple[type, ...] = ()
    overlays: Mapping[str, str] = field(default_factory=dict)
    stubs: Path | None = None


@dataclass(frozen=True, slots=True)
class Installed:
    """An entry point before anything is imported: its name, what it names, and the distribution that has it."""

    name: str
    target: str
    distribution: str

    def __str__(self) -> str:
        return f"plugin '{self.name}' of {self.distribution}"

    @property
    def package(self) -> str:
        """The root package of its code."""
        return self.target.partition(":")[0].partition(".")[0].strip()

    def wrong(self, what: str) -> UserError:
        """The one error for whatever is wrong with a plugin."""
        return UserError(f"{self}: {what}")


_is_on = True


def use_plugins(wanted: bool) -> None:
    """Whether this process uses plugins; it does unless it is told otherwise."""
    global _is_on
    _is_on = wanted


def installed() -> tuple[Installed, ...]:
    """The plugins that are in use, by name."""
    return _installed(tuple(sys.path)) if _is_on else ()


def loaded() -> tuple[tuple[Installed, Plugin], ...]:
    """The plugins that are in use, imported. Raises UserError for one that cannot be, or is no Plugin."""
    return tuple((one, _loaded(one)) for one in installed())


def load_overlays(root_package: str) -> None:
    """Import what plugins know of a library: it registers itself. Raises UserError where that fails."""
    for one, plugin in loaded():
        if root_package in plugin.overlays:
            _imported(one, plugin.overlays[root_package])


def stub_folders() -> tuple[Path, ...]:
    """The folders with the stubs of plugins."""
    return tuple(plugin.stubs for _, plugin in loaded() if plugin.stubs is not None)


def culprit(error: Exception) -> Installed | None:
    """The plugin in whose code an error was raised, if it is one's."""
    trace, by_package = error.__traceback__, {one.package: one for one in installed()}
    found = None
    while trace is not None and by_package:
        found = by_package.get(str(trace.tb_frame.f_globals.get("__name__")).partition(".")[0], found)
        trace = trace.tb_next
    return found


def stamps() -> Iterator[str]:
    """For a cache, what stands for the plugins that are installed: a change of their files is a change of these."""
    for one in _installed(tuple(sys.path)):
        yield f"{one.name}={one.target} {one.distribution} {' '.join(map(str, _age(one.package)))}"


@cache
def _installed(path: tuple[str, ...]) -> tuple[Installed, ...]:
    found: dict[tuple[str, str], Installed] = {}
    seen: set[str] = set()
    for distribution in _distributions(path):
        name = str(distribution.metadata["Name"])
        if name.lower() in seen:  # what is further behind on the path is hidden
            continue
        seen.add(name.lower())
        for point in distribution.entry_points.select(group=GROUP):
            one = Installed(point.name, point.value, f"{name} {distribution.version}")
            found[point.name, name] = one
    return tuple(found[key] for key in sorted(found))


def _distributions(path: tuple[str, ...]) -> Iterator[PathDistribution]:
    """Those that have plugins. `importlib.metadata` is imported only if there are any: that takes 15 ms."""
    for folder in path:
        try:
            with os.scandir(folder or ".") as entries:
                names = sorted(entry.name for entry in entries)
        except OSError:
            continue
        for name in names:
            if not name.endswith((".dist-info", ".egg-info")):
                continue
            place = Path(folder, name)
            try:
                points = (place / "entry_points.txt").read_bytes()
            except OSError:
                continue
            if GROUP.encode() in points:
                from importlib.metadata import PathDistribution

                yield PathDistribution(place)


@cache
def _loaded(one: Installed) -> Plugin:
    module, _, attribute = (part.strip() for part in one.target.partition(":"))
    plugin: object = _imported(one, module)
    for name in filter(None, attribute.split(".")):
        plugin = getattr(plugin, name, None)
    if not isinstance(plugin, Plugin):
        raise one.wrong(f"'{one.target}' is no handlerlint.plugins.Plugin, but {_described(plugin)}")
    for problem in _problems(plugin.rules, plugin.overlays, plugin.stubs):
        raise one.wrong(problem)
    return plugin


def _problems(rules: object, overlays: object, stubs: object) -> Iterator[str]:
    """What is wrong with the parts of a plugin, as far as is seen without rules and libraries."""
    if not isinstance(rules, tuple) or not all(isinstance(rule, type) for rule in rules):
        yield f"rules: expected a tuple of classes, found {rules!r}"
    names = [name for item in overlays.items() for name in item] if isinstance(overlays, dict) else [overlays]
    if not all(isinstance(name, str) for name in names) or not isinstance(overlays, dict):
        yield f"overlays: expected a dict of names of packages and of modules, found {overlays!r}"
    if stubs is not None and not (isinstance(stubs, Path) and stubs.is_dir()):
        yield f"stubs: expected the path of a folder, found {stubs!r}"


def _imported(one: Installed, module: str) -> object:
    from importlib import import_module

    try:
        return import_module(module)
    except Exception as error:
        from handlerlint.errors import described

        raise one.wrong(f"'{module}' cannot be imported: {described(error)}") from error


def _described(value: object) -> str:
    return (
        "there is nothing of that name" if value is None else f"an object of the class {type(value).__name__}"
    )


def _age(package: str) -> tuple[int, int]:
    """How new the newest file of a package is, and how large all are: a plugin may be installed for development."""
    from importlib.util import find_spec

    try:
        spec = find_spec(package)
    except (ImportError, ValueError):
        return 0, 0
    if spec is None:
        return 0, 0
    newest = size = 0
    places = list(spec.submodule_search_locations or ())
    for path in [Path(found) for place in places for found in _files(place)] or [Path(spec.origin or "")]:
        try:
            status = path.stat()
        except OSError:
            continue
        newest, size = max(newest, status.st_mtime_ns), size + status.st_size
    return newest, size


def _files(folder: str) -> Iterator[str]:
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        yield from (os.path.join(place, name) for name in names)  # noqa: PTH118
