"""The projects of what is open: each under its own configuration, linted again when something changes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from handlerlint.configuration import load_settings
from handlerlint.findings import Finding, told_once
from handlerlint.project.walking import project_root
from handlerlint.records import dataclass, field, replace
from handlerlint.workspace import Definition, Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from handlerlint.settings import Settings

SUFFIXES = (".py", ".yaml", ".yml", ".json", ".toml", ".tf", ".tofu", ".hcl")
CONFIGURATION = ("handlerlint.toml", "pyproject.toml")


@dataclass(slots=True)
class Project:
    """A project and what was found in it last, by file."""

    workspace: Workspace
    findings: dict[Path, list[Finding]] = field(default_factory=dict)
    failures: tuple[str, ...] = ()
    is_linted: bool = False

    @property
    def root(self) -> Path:
        """The folder that names of files in findings are relative to."""
        return self.workspace.settings.working_folder

    def path(self, filename: str) -> Path:
        """The file that a finding names."""
        return self.root / filename

    def lint(self, unsaved: Mapping[Path, str], before_group: Callable[[int, int], None]) -> set[Path]:
        """Look at what has changed; the files that have findings now, or had some before."""
        result = self.workspace.lint(unsaved, before_group=before_group)
        before = set(self.findings)
        self.findings = {}
        for finding in told_once(result.findings):
            self.findings.setdefault(self.path(finding.filename), []).append(finding)
            caller = finding.in_handler
            if caller is not None:
                self.findings.setdefault(self.path(caller.filename), []).append(finding.at_call())
        self.failures = result.failures
        self.is_linted = True
        return before | set(self.findings)

    def definitions(self) -> list[Definition]:
        """Where the handlers are defined."""
        return list(self.workspace.definitions())


class Projects:
    """All projects that files have been opened of."""

    def __init__(self) -> None:
        self._projects: dict[tuple[Path, Path | None], Project] = {}

    def project_of(self, path: Path) -> Project:
        """The project of a file. Raises UserError for a wrong configuration."""
        settings = self._settings(path)
        key = (settings.project_root, settings.configuration_file)
        if key not in self._projects:
            self._projects[key] = Project(Workspace(settings))
        return self._projects[key]

    def _settings(self, path: Path) -> Settings:
        settings = load_settings([path.parent])
        root = settings.project_root
        settings = replace(settings, working_folder=root, paths=(root,))
        if settings.configuration_file is None and project_root(path.parent) is None:
            # A file on its own: what lies around it is none of its business.
            return replace(settings, project_root=path, working_folder=path.parent, paths=(path,))
        return settings

    def all(self) -> list[Project]:
        """The projects that there are."""
        return list(self._projects.values())

    def forget(self) -> list[Project]:
        """The configuration may be another one: the projects are set up anew when they are next asked for."""
        projects = self.all()
        self._projects.clear()
        return projects
