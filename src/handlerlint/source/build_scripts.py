"""Is there a sign that something fills a code root before it is packed? Called by `packaging`, for HL108.

Looked at, only once an import seems to lack its module, are the scripts, Makefiles, workflows and READMEs in the
folders of the code root and of its configuration, and above these. They are read for words, not understood: any
sign is reason enough to say nothing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from handlerlint.functions.documents import MalformedDocument, decode
from handlerlint.runtime.runtimes import words

_NAMES = re.compile(
    r"""
    (?:GNU)?[Mm]akefile | .*\.(?:mk|sh|bash|zsh|ps1|bat|cmd|just|md|rst|adoc|gradle)
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
    | local-exec|\bnull_resource\b|data\s+"external"|\bdocker_(?:image|container)\b
    | \b(?:pex|shiv|lambdex|juniper|zappa|emulambda|python-lambda|lambda-uploader|serverless-package)\b
    """,
    re.VERBOSE,
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


Texts = dict[Path, dict[Path, str]]
"""What has been read: for each folder its scripts, with those in its folders for scripts."""


def sign_of_build(folders: Iterable[Path], configured: Path | None, module: str, known: Texts) -> str | None:
    """What in the scripts of these folders, or in the configuration, may bring `module` into a package, if any."""
    named = re.compile(rf"(?<![\w-]){re.escape(module)}(?![\w-])")
    for folder in folders:
        if folder not in known:
            known[folder] = _texts(_files(folder))
        for path, text in known[folder].items():
            if (sign := _sign(path, text, named)) is not None:
                return sign
    texts = _texts([configured] if configured is not None else [])
    return next(
        (sign for path, text in texts.items() if (sign := _sign(path, text, named)) is not None), None
    )


def _texts(paths: Iterable[Path]) -> dict[Path, str]:
    return {path: text for path in paths if (text := _read(path)) is not None}


def _sign(path: Path, text: str, named: re.Pattern[str]) -> str | None:
    if _BUILD_TOOLS.fullmatch(path.name):
        return f"`{path.name}` builds what is packed"
    found = _SIGNS.search(text) or (_PACKS.search(text) if named.search(text) is not None else None)
    return None if found is None else f"`{path.name}` says `{' '.join(found[0].split())}`"


def _files(folder: Path) -> Iterator[Path]:
    """The scripts that lie in a folder, and in those below it that are for scripts."""
    count = 0
    pending = [(folder, False)]
    while pending:
        current, is_for_scripts = pending.pop()
        try:
            entries = sorted(os.scandir(current), key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if (is_for_scripts or entry.name in _SCRIPT_FOLDERS) and entry.name != "node_modules":
                    pending.append((Path(entry.path), True))
            elif _NAMES.fullmatch(entry.name) or (is_for_scripts and _WORKFLOWS.fullmatch(entry.name)):
                count += 1
                if count > _MOST_FILES:
                    return
                yield Path(entry.path)


def _read(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return decode(file.read(_MOST_BYTES))
    except OSError:
        return None
    except MalformedDocument:
        return path.read_bytes()[:_MOST_BYTES].decode("latin-1")
