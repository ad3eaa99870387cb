"""Is there a sign that something fills a code root before it is packed, or replaces the code later?

Called by `packaging.suppliers` for HL108, and by `unification.stand_ins`.

Looked at, only once a module seems to be missing, are the scripts, notebooks, Makefiles, workflows and READMEs in the
folders of the code root and of its configuration, and above these. They are read for words, not understood: any sign
is reason enough to say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from handlerlint.functions.documents.malformed import MalformedDocument
from handlerlint.functions.documents.reading import decode
from handlerlint.project.view import entries, read_start
from handlerlint.records import dataclass
from handlerlint.runtime.runtimes import words

_NAMES = re.compile(
    r"""
    (?:GNU)?[Mm]akefile | .*\.(?:mk|sh|bash|zsh|ps1|bat|cmd|just|md|rst|adoc|gradle|ipynb)
    | (?:build|code)spec.*\.ya?ml | \.gitlab-ci\.yml | azure-pipelines.*\.ya?ml | bitbucket-pipelines\.yml
    | \.travis\.yml | appveyor\.yml | cloudbuild\.ya?ml | Jenkinsfile.* | [Jj]ustfile | [Tt]askfile.*\.ya?ml
    | package\.json | tox\.ini | noxfile\.py | tasks\.py | fabfile\.py | dodo\.py | setup\.py
    | (?:build|deploy|package|bundle|make|create|prepare|install|release).*\.(?:py|js|ts|ya?ml)
    | .*Dockerfile.* | docker-compose.*\.ya?ml | pants\.toml | BUILD(?:\.bazel|\.pants)? | WORKSPACE | MODULE\.bazel
    | README.* | INSTALL.* | DEPLOY.* | CONTRIBUTING.* | .*\.tf | .*\.hcl | samconfig\.toml | \.envrc | pyproject\.toml
    | .*\.ya?ml | .*\.template | cdk\.json | app\.py | cdk.*\.py | .*(?:stack|pipeline).*\.py | project\.json
    | nx\.json | \.projenrc\..* | Earthfile
    """,
    re.VERBOSE,
)
_NO_SCRIPT = re.compile(r"CHANGE|HISTORY|NEWS|RELEASE_NOTES|LICENSE|SECURITY|CODE_OF_CONDUCT", re.IGNORECASE)
_SCRIPT_FOLDERS = words(
    """
    .azure .buildkite .ci .circleci .github .gitlab .husky bin build ci cicd deploy deployment devops hack make
    pipeline script scripts tools utils
    """
)
_WORKFLOWS = re.compile(r".*\.ya?ml|.*\.py")
_BUILD_TOOLS = re.compile(
    r"pants\.toml|BUILD(?:\.bazel|\.pants)?|WORKSPACE|MODULE\.bazel|nx\.json|\.projenrc\..*|Earthfile"
)
_MOST_FILES = 400
_MOST_BYTES = 300_000

# The rest of a command, over lines that end in a backslash.
_REST = r"(?:[^\n;|&\\]|\\\n|\\.)*?"
_SIGNS = re.compile(
    rf"""
    \bpip3?(?:\.\d+)?['",\s]+install{_REST}['"\s](?:-t|--target|--prefix|--root)\b     # into a folder
    | \bsite-packages\b
    | \b(?:poetry\s+export|uv\s+export|pipenv\s+(?:requirements|lock)|pip\s+freeze)\b  # requirements made by a script
    | (?:\bcp|\brsync|\bmv|\bln|copy|copytree|Copy-Item|xcopy)\b[^\n]*requirements
    | --layers\b|publish-layer-version
    | \bsam\s+build\b[^\n]*\s(?:-m|--manifest|-s|--base-dir)\b|^\s*(?:manifest|base_dir)\s*[=:]
    | local-exec|\bnull_resource\b|data\s+"external"|\bdocker_(?:image|container)\b
    | \b(?:pex|shiv|lambdex|juniper|zappa|emulambda|python-lambda|lambda-uploader|serverless-package)\b
    """,
    re.VERBOSE | re.MULTILINE,
)
# What puts a package together, and counts where the module is named too.
_PACKS = re.compile(
    r"""
    \bzip\s+-|\bzip(?:\s+\S+)?\s+\S+\.zip\b|make_archive|ZipFile\(|Compress-Archive|7z\s+a\b
    | update-function-code|--zip-file|lambci/|sam/build-python|amazon/aws-sam-cli-build|amazonlinux
    | \b(?:poetry|uv)\s+(?:build|bundle)\b|\bcp\b|\brsync\b|\bmv\b|\bln\b|\bcopy\w*\b|Copy-Item|xcopy|mklink
    | \bprotoc\b|git\s+(?:clone|submodule)|\bpip3?\s+install\b
    """,
    re.VERBOSE,
)
_UPDATES = re.compile(r"update[-_]?function[-_]?code", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Script:
    """A file, the sign in it if there is one, and the words with which it packs something if there are any."""

    path: Path
    text: str
    sign: str | None
    packs: str | None


class BuildScripts:
    """Reads the scripts of each folder once."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[Path, list[_Script]] = {}

    def sign(self, folders: Iterable[Path], configured: Path | None, module: str) -> str | None:
        """What in the scripts of the folders, or in the configuration, may put `module` into a package, if any."""
        named = re.compile(rf"(?<![\w-]){re.escape(module)}(?![\w-])")
        for script in self._all(folders, configured):
            found = script.sign
            if found is None and script.packs is not None and named.search(script.text) is not None:
                found = script.packs
            if found is not None:
                return f"`{script.path.name}`: {found}"
        return None

    def updating(self, folders: Iterable[Path]) -> str | None:
        """The name of a script of the folders that replaces the code of functions after they are made, if any."""
        scripts = self._all(folders, None)
        return next(
            (script.path.name for script in scripts if _UPDATES.search(script.text) is not None), None
        )

    def _all(self, folders: Iterable[Path], configured: Path | None) -> Iterator[_Script]:
        for folder in folders:
            if folder not in self._known:
                self._known[folder] = _scripts(_files(folder))
            yield from self._known[folder]
        if configured is not None:
            if configured not in self._known:
                self._known[configured] = _scripts([configured])
            yield from self._known[configured]


def _scripts(paths: Iterable[Path]) -> list[_Script]:
    return [_script(path, text) for path in paths if (text := _read(path)) is not None]


def _script(path: Path, text: str) -> _Script:
    if _BUILD_TOOLS.fullmatch(path.name):
        return _Script(path, "", "it builds what is packed", None)
    sign, packs = _SIGNS.search(text), _PACKS.search(text)
    return _Script(path, text, sign and " ".join(sign[0].split()), packs and packs[0])


def _files(folder: Path) -> Iterator[Path]:
    """The scripts that lie in a folder, and in those below it that are for scripts."""
    count = 0
    pending = [(folder, False)]
    while pending:
        current, is_for_scripts = pending.pop()
        try:
            found = entries(current)
        except OSError:
            continue
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                if (is_for_scripts or entry.name in _SCRIPT_FOLDERS) and entry.name != "node_modules":
                    pending.append((Path(entry.path), True))
            elif _NO_SCRIPT.match(entry.name):
                continue
            elif _NAMES.fullmatch(entry.name) or (is_for_scripts and _WORKFLOWS.fullmatch(entry.name)):
                count += 1
                if count > _MOST_FILES:
                    return
                yield Path(entry.path)


def _read(path: Path) -> str | None:
    try:
        data = read_start(path, _MOST_BYTES)
    except OSError:
        return None
    try:
        return decode(data)
    except MalformedDocument:
        return data.decode("latin-1")
