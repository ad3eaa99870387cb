"""Walking a project's files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from handlerlint.project.walking import folders_upwards, project_root, walk


def make(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("", encoding="utf-8")


def names(root: Path, *exclude: str, recursive: bool = True) -> list[str]:
    tree = walk(root, lambda name: name.endswith(".py"), exclude=exclude, recursive=recursive)
    return [Path(path).relative_to(root).as_posix() for path in tree.files]


def test_generated_and_installed_folders_are_skipped(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "b.txt", "src/c.py", "src/build_tools/d.py")
    make(tmp_path, ".git/x.py")
    for folder in (".aws-sam", "cdk.out", "node_modules", "build", "dist", "__pycache__", ".tox"):
        make(tmp_path, f"{folder}/x.py", f"src/{folder}/y.py")
    make(tmp_path, "environment/pyvenv.cfg", "environment/lib/z.py")
    assert names(tmp_path) == ["a.py", "src/c.py", "src/build_tools/d.py"]


@pytest.mark.parametrize("root", ["build", "environment", "ignored"])
def test_the_folder_that_the_user_names_is_walked(tmp_path: Path, root: str) -> None:
    make(tmp_path, f"{root}/x.py", f"{root}/pyvenv.cfg")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("/ignored\n", encoding="utf-8")
    found = names(tmp_path / root)
    assert found == ([] if root == "ignored" else ["x.py"])


def test_gitignore_files_hold_for_their_folder_and_below(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    make(
        tmp_path,
        "a.py",
        "gen/b.py",
        "src/gen/c.py",
        "src/keep.py",
        "src/drop.py",
        "src/deep/drop.py",
        "other/drop.py",
    )
    (tmp_path / ".gitignore").write_text("gen/\n*.pyc\n[\n", encoding="utf-8")
    (tmp_path / "src/.gitignore").write_text("drop.py\n!/deep/drop.py\n", encoding="utf-8")
    assert names(tmp_path) == ["a.py", "other/drop.py", "src/keep.py", "src/deep/drop.py"]
    assert names(tmp_path / "src") == ["keep.py", "deep/drop.py"], "the repository's own file holds here too"


def test_a_gitignore_above_the_repository_does_not_count(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("*\n", encoding="utf-8")
    (tmp_path / "repository/.git").mkdir(parents=True)
    make(tmp_path, "repository/a.py")
    assert names(tmp_path / "repository") == ["a.py"]


def test_exclude_patterns(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "legacy/b.py", "src/legacy/c.py", "src/d.py")
    assert names(tmp_path, "/legacy", "d.py") == ["a.py", "src/legacy/c.py"]


@pytest.mark.parametrize("pattern", ["[z-a]", "[z-a].py", "src/[9-0]*", "a[", "\\\\", "***/[b-a]"])
def test_patterns_that_are_none(tmp_path: Path, pattern: str) -> None:
    """They match nothing, as in git, and the others count."""
    make(tmp_path, "a.py", "b.py", "src/c.py")
    assert names(tmp_path, pattern, "/b.py") == ["a.py", "src/c.py"]
    (tmp_path / ".gitignore").write_text(f"{pattern}\n/a.py\n")
    assert names(tmp_path) == ["b.py", "src/c.py"]


def test_other_repositories_and_caches_are_passed_by(tmp_path: Path) -> None:
    """GitLab keeps the home of pre-commit, with the repositories of all hooks, in `.cache` inside the project."""
    make(tmp_path, "a.py", ".cache/pre-commit/repo1/b.py", "clone/c.py", "clone/src/d.py", "clone/.git/HEAD")
    make(tmp_path, "module/e.py", "tree/f.py", ".git/HEAD")
    (tmp_path / "module/.git").write_text("gitdir: ../.git/modules/module\n")
    (tmp_path / "tree/.git").write_text("gitdir: /home/me/project/.git/worktrees/tree\n")
    assert names(tmp_path) == ["a.py", "module/e.py"]
    assert names(tmp_path / "clone") == ["c.py", "src/d.py"]


def test_configuration_with_secrets_is_read_although_git_ignores_it(tmp_path: Path) -> None:
    make(tmp_path, "zappa_settings.json", ".chalice/config.json", ".chalice/deployed/dev.json", "other.json")
    make(tmp_path, "ignored/zappa_settings.json")
    (tmp_path / ".gitignore").write_text("*.json\n.chalice\nignored/\n")

    def found(*exclude: str) -> list[str]:
        tree = walk(tmp_path, lambda name: name.endswith(".json"), exclude=exclude)
        return [Path(path).relative_to(tmp_path).as_posix() for path in tree.files]

    assert found() == ["zappa_settings.json", ".chalice/config.json"]
    assert found("zappa_settings.json") == [".chalice/config.json"]


def test_one_folder_only(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "src/b.py")
    assert names(tmp_path, recursive=False) == ["a.py"]


def test_links_that_lead_in_a_circle(tmp_path: Path) -> None:
    make(tmp_path, "src/a.py")
    (tmp_path / "src/again").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self.py").symlink_to("self.py")
    (tmp_path / "gone.py").symlink_to("nowhere.py")
    (tmp_path / "linked.py").symlink_to("src/a.py")
    assert names(tmp_path) == ["linked.py", "src/a.py"]


def test_a_folder_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "a.py", "closed/b.py", "gone/c.py")
    original = os.scandir

    def refuse(folder: str) -> object:
        if folder.endswith("closed"):
            raise PermissionError(13, "Permission denied", folder)
        if folder.endswith("gone"):
            raise FileNotFoundError(2, "No such file or directory", folder)
        return original(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    tree = walk(tmp_path, lambda name: True)
    assert tree.files == [str(tmp_path / "a.py")]
    assert tree.unreadable == [(str(tmp_path / "closed"), "Permission denied")]


def test_project_root(tmp_path: Path) -> None:
    make(tmp_path, "src/deep/a.py", "src/pyproject.toml")
    (tmp_path / ".git").mkdir()
    assert project_root(tmp_path / "src/deep/a.py") == tmp_path / "src"
    assert project_root(tmp_path / "src/not/there.py") == tmp_path / "src"
    assert project_root(tmp_path) == tmp_path
    above = folders_upwards(tmp_path / "src/deep/a.py")
    assert above == [tmp_path / "src/deep", tmp_path / "src", tmp_path]


def test_without_a_repository_the_way_up_ends_at_the_project(tmp_path: Path) -> None:
    make(tmp_path, "project/src/a.py", "project/handlerlint.toml")
    assert folders_upwards(tmp_path / "project/src") == [tmp_path / "project/src", tmp_path / "project"]
