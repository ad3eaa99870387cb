"""Functions in container images that only a Dockerfile configures; called by `discovery` after the other sources."""

from __future__ import annotations

import os
import re
from pathlib import Path

from handlerlint.functions.budget import TOO_MUCH, OverBudget
from handlerlint.functions.dockerfile import (
    contexts_of,
    dockerfile_text,
    is_dockerfile,
    read_dockerfile,
)
from handlerlint.functions.found import Found, ProjectFiles
from handlerlint.functions.model import (
    DEFAULT_RUNTIME,
    IMAGE_BUILD,
    ConfigurationProblem,
    ConfigurationSource,
    LambdaFunction,
)
from handlerlint.functions.request import DiscoveryRequest
from handlerlint.project.view import matches
from handlerlint.project.walking import project_root
from handlerlint.records import replace


def read(files: ProjectFiles, request: DiscoveryRequest) -> Found:
    """The functions of all Dockerfiles that are made for Python on Lambda and name a handler."""
    found = Found()
    if request.is_on("container"):
        for text_path in files.paths:
            if is_dockerfile(text_path.rpartition(os.sep)[2]):
                path = Path(text_path)
                with request.alone(path):
                    try:
                        function = _function(path, request)
                    except OverBudget:
                        found.problems.append(ConfigurationProblem(path, TOO_MUCH.reason))
                        continue
                    if function is not None:
                        found.functions.append(function)
    program = next(filter(_gives_a_command, files.paths), None) if found.functions else None
    if program is not None:
        reason = f"`{program.rpartition(os.sep)[2]}` gives an image another command"
        found.functions = [replace(function, unresolved=reason) for function in found.functions]
    return found


# `DockerImageCode.fromImageAsset(folder, {cmd: […]})`.
_COMMAND = re.compile(rb"DockerImage.*?\bcmd\s*:", re.DOTALL)


def _gives_a_command(path: str) -> bool:
    """Whether a file is a CDK program, not in Python, that gives the function in some image its command."""
    return path.endswith((".ts", ".js")) and matches(path, _COMMAND)


def _function(path: Path, request: DiscoveryRequest) -> LambdaFunction | None:
    text = dockerfile_text(path)
    if text is None or "lambda" not in text:
        return None
    image = read_dockerfile(text, contexts_of(path, project_root(path)))
    if image is None:
        return None
    return LambdaFunction(
        name=path.parent.name,
        handler=image.handler,
        code_root=image.code_root or image.whole_root,
        source=ConfigurationSource("container", path, image.span),
        runtime=image.runtime or request.default_runtime or DEFAULT_RUNTIME,
        runtime_given=image.runtime is not None,
        unresolved=None if image.whole_root is not None else image.reason,
        lacks_nothing=image.whole_root is not None,
        packed_file=image.packed,
        build=IMAGE_BUILD,
    )
