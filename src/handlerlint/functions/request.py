"""What discovery is asked for: made by `linter` out of the settings, read by every source of functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from handlerlint.errors import UserError, described
from handlerlint.functions.model import LambdaFunction, SourceKind
from handlerlint.records import dataclass, field, replace
from handlerlint.settings import DEFAULT_HANDLER_NAMES, SOURCES, ConfiguredFunction, Settings

if TYPE_CHECKING:
    from handlerlint.functions.keeping import Keeper


@dataclass(frozen=True, slots=True)
class DiscoveryRequest:
    """Which paths to look at, what is given explicitly, and where not to look.

    `handlers` are the strings of `--handler`; their code roots are the `paths`. `configured` are the entries
    of `configuration_file`. `default_runtime` is for functions whose configuration names none. `disabled` are
    sources that are turned off. `project_root` is where `exclude` is relative to.
    `keeper` knows what earlier discoveries have found.
    `failures` collects what goes wrong on the way.
    """

    paths: tuple[Path, ...]
    handlers: tuple[str, ...] = ()
    configured: tuple[ConfiguredFunction, ...] = ()
    configuration_file: Path | None = None
    handler_names: tuple[str, ...] = DEFAULT_HANDLER_NAMES
    exclude: tuple[str, ...] = ()
    default_runtime: str | None = None
    disabled: frozenset[SourceKind] = frozenset()
    project_root: Path | None = None
    keeper: Keeper | None = field(default=None, compare=False, repr=False)
    failures: list[tuple[Path, str]] = field(default_factory=list, compare=False, repr=False)

    @contextmanager
    def alone(self, path: Path) -> Iterator[None]:
        """What fails inside is a defect of ours that concerns this file: it is noted, and the others go on."""
        try:
            yield
        except UserError:
            raise
        except Exception as error:
            self.failures.append((path, described(error)))

    def kept(self, key: object, make: Callable[[], Iterable[LambdaFunction]]) -> Iterable[LambdaFunction]:
        """What `make` gives, or has given in an earlier run for the same key and request, if nothing has changed."""
        if self.keeper is None:
            return make()
        return self.keeper.part((key, replace(self, paths=())), make)

    def is_on(self, kind: SourceKind) -> bool:
        """Whether functions of this kind of source are looked for."""
        return kind not in self.disabled


def request_from(settings: Settings, keeper: Keeper | None = None) -> DiscoveryRequest:
    """The request for a run with these settings; `keeper` knows what earlier ones have found."""
    disabled = frozenset(kind for kind in SOURCES if not settings.source_is_on(kind))
    return DiscoveryRequest(
        paths=settings.paths,
        handlers=settings.handlers,
        configured=settings.functions,
        configuration_file=settings.configuration_file,
        handler_names=settings.handler_names,
        exclude=settings.exclude,
        default_runtime=settings.runtime,
        disabled=disabled,
        project_root=settings.project_root,
        keeper=keeper,
    )
