"""One walk over a project's files, without what is ignored, generated or installed; used by discovery."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from handlerlint.project.view import entries, exists, is_file_entry, is_folder, read_text
from handlerlint.records import dataclass, field

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

    from handlerlint.project.view import Entry

PROJECT_MARKERS = (".git", "pyproject.toml", "handlerlint.toml")

# Made by tools, installed, or put under version control by somebody else: never the user's own source.
SKIPPED_FOLDERS = frozenset(
    {
        ".aws-sam",
        ".cache",
        ".chalice-build",
        ".eggs",
        ".git",
        ".handlerlint_cache",
        ".hg",
        ".hypothesis",
        ".idea",
        ".ipynb_checkpoints",
        ".mypy_cache",
        ".nox",
        ".pytest_cache",
        ".ruff_cache",
        ".serverless",
        ".svn",
        ".terraform",
        ".tox",
        ".venv",
        ".vscode",
        "__pycache__",
        "__pypackages__",
        "bower_components",
        "build",
        "cdk.out",
        "dist",
        "node_modules",
        "site-packages",
    }
)


# Configuration that is often ignored because it holds secrets, or has been put under version control all the same.
_ALWAYS_READ = re.compile(
    r"(?:^|[\\/])(?:zappa_settings\.(?:json|toml|ya?ml)|samconfig\.(?:toml|ya?ml)|\.chalice(?:[\\/]config\.json)?)$"
)


@dataclass(slots=True)
class Tree:
    """What a walk found: files that were wanted, folders it went into, folders it could not read and why.

    `skipped` are folders such as `build` and `cdk.out` that it passed by.
    """

    files: list[str] = field(default_factory=list)
    folders: set[str] = field(default_factory=set)
    skipped: list[str] = field(default_factory=list)
    unreadable: list[tuple[str, str]] = field(default_factory=list)


def absolute(path: Path) -> str:
    """`path` as an absolute one without `..`; symbolic links in it are left as they are."""
    return os.path.normpath(path.absolute())


def project_root(path: Path) -> Path | None:
    """The nearest folder from `path` upwards with `.git`, `pyproject.toml` or `handlerlint.toml`, if any."""
    for folder in _upwards(path):
        if any(exists(folder / marker) for marker in PROJECT_MARKERS):
            return folder
    return None


def folders_upwards(path: Path) -> list[Path]:
    """`path`'s folder and its parents up to the repository's root.

    Outside a repository they end at the project root, and where there is none, at the file-system root.
    """
    folders = list(_upwards(path))
    for index, folder in enumerate(folders):
        if exists(folder / ".git"):
            return folders[: index + 1]
    root = project_root(path)
    return folders if root is None else folders[: folders.index(root) + 1]


def walk(
    root: Path,
    wanted: Callable[[str], bool],
    *,
    exclude: Sequence[str] = (),
    exclude_root: Path | None = None,
    recursive: bool = True,
) -> Tree:
    """All files below `root` whose name is `wanted`, in a stable order, as absolute paths.

    `.gitignore` files in `root`, below it, and above it up to the repository's root are honoured, but for
    configuration that those who deploy need, and `exclude`, patterns of the same kind relative to
    `exclude_root`. `root` itself is never skipped.
    Symbolic links to folders are not followed, so no link can lead in a circle.
    """
    tree = Tree()
    start = absolute(root)
    rules = _rules_above(Path(start))
    if exclude:
        rules = (*rules, _Patterns(absolute(exclude_root or root), *_compiled(tuple(exclude)), is_git=False))
    pending: list[tuple[str, _Rules]] = [(start, rules)]
    while pending:
        folder, rules = pending.pop()
        try:
            found = entries(folder)
        except FileNotFoundError:
            continue
        except OSError as error:
            tree.unreadable.append((folder, error.strerror or "cannot be read"))
            continue
        names = {entry.name for entry in found}
        if folder != start and ("pyvenv.cfg" in names or (".git" in names and _is_clone(folder))):
            tree.skipped.append(folder)
            continue
        tree.folders.add(folder)
        if ".gitignore" in names:
            rules = _with_gitignore(folder, rules)
        folders = _sort_out(found, rules, wanted, tree)
        if recursive:
            pending.extend((path, rules) for path in reversed(folders))
    return tree


def _is_clone(folder: str) -> bool:
    """Whether a folder with a `.git` is another repository, or a second work tree: a submodule belongs to the project.

    `.git` is a folder in a clone, and a file that names one in the others (git-scm.com/docs/gitrepository-layout).
    """
    try:
        named = read_text(os.path.join(folder, ".git"), 4096)  # noqa: PTH118
    except OSError:
        return True
    return "/modules/" not in named.replace("\\", "/")


def is_ignored(path: Path, *, is_folder: bool) -> bool:
    """Whether git would ignore `path`, by the `.gitignore` files of its folder and of those above it."""
    rules = _with_gitignore(str(path.parent), _rules_above(path.parent))
    return _is_ignored(str(path), is_folder, rules)


@dataclass(frozen=True, slots=True)
class _Patterns:
    """One `.gitignore`, or the user's `exclude`: `base` is its folder.

    `any_pattern` matches whatever one of its patterns matches.
    """

    base: str
    specification: GitIgnoreSpec
    any_pattern: re.Pattern[str] | None
    is_git: bool = True

    def verdict(self, relative: str) -> bool | None:
        """Whether the path is ignored; None where no pattern says anything."""
        if self.any_pattern is None or self.any_pattern.search(relative) is None:
            return None
        return self.specification.check_file(relative).include


_Rules = tuple[_Patterns, ...]


def _sort_out(found: list[Entry], rules: _Rules, wanted: Callable[[str], bool], tree: Tree) -> list[str]:
    """Note the wanted files and skipped folders; hand back the folders to go into."""
    folders: list[str] = []
    for entry in found:
        if entry.is_dir(follow_symlinks=False):
            if entry.name in SKIPPED_FOLDERS:
                tree.skipped.append(entry.path)
            elif not _is_ignored(entry.path, True, rules):
                folders.append(entry.path)
        elif wanted(entry.name) and is_file_entry(entry) and not _is_ignored(entry.path, False, rules):
            tree.files.append(entry.path)
    return folders


def _is_ignored(path: str, is_folder: bool, rules: _Rules) -> bool:
    """The last rule that says anything about `path` decides, from the deepest `.gitignore` upwards."""
    for patterns in reversed(rules):
        relative = path[len(patterns.base) :].lstrip(os.sep).replace(os.sep, "/")
        verdict = patterns.verdict(relative + "/" if is_folder else relative)
        if verdict is not None and not (patterns.is_git and _ALWAYS_READ.search(path)):
            return verdict
    return False


def _rules_above(root: Path) -> _Rules:
    """The `.gitignore` files above `root` that hold for it: those of the repository it lies in."""
    rules: _Rules = ()
    folders = list(root.parents) if not exists(root / ".git") else []
    repository = next((folder for folder in folders if exists(folder / ".git")), None)
    if repository is not None:
        for folder in reversed(folders[: folders.index(repository) + 1]):
            rules = _with_gitignore(str(folder), rules)
    return rules


def _with_gitignore(folder: str, rules: _Rules) -> _Rules:
    try:
        lines = read_text(Path(folder, ".gitignore")).splitlines()
    except OSError:
        return rules
    return (*rules, _Patterns(folder, *_compiled(tuple(lines))))


@lru_cache(maxsize=256)  # in a large repository the same text stands in many folders
def _compiled(lines: tuple[str, ...]) -> tuple[GitIgnoreSpec, re.Pattern[str] | None]:
    specification = _specification(lines)
    parts = [
        re.sub(r"\(\?P<\w+>", "(?:", regex.pattern)
        for pattern in specification.patterns
        if (regex := getattr(pattern, "regex", None)) is not None
    ]
    # Nearly all paths match no pattern: one search over all of them at once decides that.
    return specification, re.compile("|".join(parts)) if parts else None


def _specification(lines: Sequence[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    try:
        return GitIgnoreSpec.from_lines(lines)
    except (ValueError, re.error):  # git, too, passes over a pattern that is none
        return GitIgnoreSpec.from_lines(line for line in lines if _is_pattern(line))


def _is_pattern(line: str) -> bool:
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except (ValueError, re.error):
        return False
    return True


def _upwards(path: Path) -> Iterator[Path]:
    start = Path(absolute(path))
    if is_folder(start):
        yield start
    yield from start.parents
