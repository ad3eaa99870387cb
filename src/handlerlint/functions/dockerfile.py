"""What a Dockerfile says about a function: its handler, its runtime, the folder its code is copied from.

Called by `container`, and by every source whose functions may be container images.
"""

from __future__ import annotations

import json
import os
import posixpath
import re
from fnmatch import fnmatchcase
from pathlib import Path

from handlerlint.functions.budget import TOO_MUCH, Budget, OverBudget
from handlerlint.functions.found import joined
from handlerlint.functions.python_modules import module_path
from handlerlint.project.view import exists, is_file, is_folder, read_file
from handlerlint.records import dataclass, field
from handlerlint.text import Span

# docs.aws.amazon.com/lambda/latest/dg/python-image.html: the base images, on ECR Public and on Docker Hub.
_BASE_IMAGE = re.compile(r"(?:^|/)(?:lambda/python|aws-lambda-python):?([^@\s]*)")
_PYTHON_IMAGE = re.compile(r"(?:^|/)python:(\d\.\d+)")
_TASK_ROOT = "/var/task"
# The entry point of the base images (github.com/aws/aws-lambda-base-images) ends with status 142, "entrypoint
# requires the handler name to be the first argument", unless it is given one word.
_BASE_ENTRY_POINT = "lambda-entrypoint.sh"
_SHELL = ["/bin/sh", "-c"]
_INSTALLS = re.compile(r"(?:python3? -m )?pip3? install\b|(?:yum|dnf|microdnf) ")
_TARGET = re.compile(r"\s(?:-t|--target|-e|--editable|\.|/|git\+)|;|\|")
_VARIABLE = re.compile(r"\$(?:\{(\w+)(?::-([^}]*))?\}|(\w+))")


@dataclass(slots=True)
class _Stage:
    """One `FROM` and what follows it; `is_known` where nothing but its copies can have brought the user's modules."""

    image: str
    name: str | None = None
    folder: str = "/"
    variables: dict[str, str] = field(default_factory=dict)
    copies: list[tuple[list[str], str]] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    command_place: Span | None = None
    has_own_command: bool = False
    entry_point: list[str] = field(default_factory=list)
    entry_place: Span | None = None
    is_known: bool = True
    installs: bool = False

    def copy(self, words: list[str]) -> None:
        """`COPY`, with its options, sources and destination."""
        names = [word for word in words if not word.startswith("--")]
        if len(names) > 1:
            self.copies.append((names[:-1], posixpath.join(self.folder, names[-1])))

    def set_command(self, command: list[str], place: Span | None) -> None:
        """`CMD`."""
        self.command, self.command_place, self.has_own_command = command, place, True

    def set_entry_point(self, entry_point: list[str], place: Span | None) -> None:
        """`ENTRYPOINT`: it takes away the command that the base image has."""
        self.entry_point, self.entry_place = entry_point, place
        if not self.has_own_command:
            self.command = []


@dataclass(frozen=True, slots=True)
class ImageFunction:
    """The function in an image. `code_root` is None where its code is not known; `reason` says why.

    `handler` are all words that the entry point takes for the handler, with blanks between them. `runtime` is None
    where it is not known that the runtime client gets them. `whole_root` is the folder whose files are all that the
    user brings into the image, where the handler's module is certainly not among them. `packed` is the one part of it
    that is brought, where the rest is not.
    """

    handler: str
    runtime: str | None
    code_root: Path | None
    span: Span | None
    reason: str | None = None
    whole_root: Path | None = None
    packed: Path | None = None


def read_dockerfile(
    text: str,
    contexts: list[Path],
    command: list[str] | None = None,
    entry_point: list[str] | None = None,
) -> ImageFunction | None:
    """The Python function that a Dockerfile packs; None where it is no image for Python on Lambda.

    `contexts` are folders that may be the build context; `command` and `entry_point` are given from outside.
    Raises OverBudget where its variables take too much.
    """
    stage = _last_stage(text)
    if stage is None:
        return None
    base = _BASE_IMAGE.search(stage.image)
    words, reason = _handler_words(
        entry_point or stage.entry_point, command or stage.command, has_base=base is not None
    )
    if not words or not (
        "." in words[-1].rpartition(" ")[2] or (reason is None and _is_copied(stage, contexts, words[0]))
    ):
        return None
    version = re.match(r"\d\.\d+", base.group(1)) if base else _PYTHON_IMAGE.search(stage.image)
    runtime = None if version is None else f"python{version.group(version.lastindex or 0)}"
    if reason is not None or len(words) > 1:
        place = None if command else stage.command_place
        return ImageFunction(" ".join(words), None if reason else runtime, None, place, reason)
    member = module_path(words[-1]) if "." in words[-1] else words[-1]
    roots = (
        _code_root(stage, context, import_root, member)
        for import_root in _import_roots(stage, base is not None)
        for context in contexts
    )
    root = next((root for root in roots if root is not None), None)
    reason = None if root is not None else _missing(stage, member)
    place = stage.command_place if words[0] in stage.command else stage.entry_place
    whole = None if root is not None or base is None else _whole_root(stage, contexts, member)
    whole_root, packed = whole or (None, None)
    return ImageFunction(words[-1], runtime, root, None if command else place, reason, whole_root, packed)


def _handler_words(
    entry_point: list[str], command: list[str], *, has_base: bool
) -> tuple[list[str], str | None]:
    """What the runtime client of an image gets as the handler, or why that is not known.

    docs.docker.com/reference/dockerfile: the command is given to the entry point, whose shell form ignores it.
    """
    if entry_point[:2] == _SHELL:
        command = []
    line = [*entry_point, *command]
    if line[:2] == _SHELL:
        line = " ".join(line[2:]).split()
    for index, word in enumerate(line):
        if posixpath.basename(word) == "awslambdaric" and _BASE_ENTRY_POINT not in line[0]:
            return line[index + 1 : index + 2], None  # awslambdaric/lambda_config.py takes the first one
    if has_base and posixpath.basename(entry_point[0] if entry_point else "") == _BASE_ENTRY_POINT:
        return line[1:], None
    if has_base and command:
        return command[
            -1:
        ], f"the image runs `{line[0]}`: whether `CMD` names a handler depends on that program"
    return [], None


def _import_roots(stage: _Stage, has_base: bool) -> list[str]:
    """Folders of the image that modules are imported from.

    The runtime client starts with the folder that it runs in (awslambdaric/__main__.py, `os.getcwd()`).
    """
    named = [path for path in stage.variables.get("PYTHONPATH", "").split(":") if path.startswith("/")]
    roots = [*([_TASK_ROOT] if has_base else ()), stage.folder, *named]
    return list(dict.fromkeys(posixpath.normpath(root) for root in roots))


def _missing(stage: _Stage, member: str) -> str:
    """Why none of the copies is known to bring the handler's module."""
    package = member.partition("/")[0]
    for sources, destination in stage.copies:
        renamed = posixpath.basename(posixpath.normpath(destination))
        if renamed == package and len(sources) == 1 and posixpath.basename(sources[0].rstrip("/")) != package:
            return f"`{sources[0]}` is copied as `{package}`"
    return "no `COPY` of the project contains the handler's module"


def _last_stage(text: str) -> _Stage | None:
    stages: dict[str, _Stage] = {}
    stage: _Stage | None = None
    arguments: dict[str, str] = {}
    budget = Budget()
    for row, instruction, rest in _instructions(text):
        variables = {**arguments, **(stage.variables if stage is not None else {})}
        budget.spend(1 + len(variables))
        if instruction == "FROM":
            stage = _new_stage(_expanded(rest, variables, budget), stages)
        elif instruction == "ARG" and stage is None:
            name, _, value = rest.partition("=")
            arguments[name.strip()] = value.strip().strip("\"'")
        elif stage is not None:
            _apply(stage, instruction, rest, (variables, budget), (row, text))
    return stage


def _instructions(text: str) -> list[tuple[int, str, str]]:
    """Row, name and arguments of each instruction, with continued lines joined."""
    found: list[tuple[int, str, str]] = []
    pending, start = "", 0
    for row, line in enumerate(text.split("\n"), 1):
        stripped = line.strip()
        if stripped.startswith("#") or (not stripped and not pending):
            continue
        start = start if pending else row
        if stripped.endswith("\\"):
            pending += stripped[:-1] + " "
            continue
        name, _, rest = (pending + stripped).partition(" ")
        pending = ""
        found.append((start, name.upper(), rest.strip()))
    return found


def _new_stage(rest: str, stages: dict[str, _Stage]) -> _Stage:
    words = [word for word in rest.split() if not word.startswith("--")]
    image = words[0] if words else ""
    name = words[2] if len(words) > 2 and words[1].lower() == "as" else None
    parent = stages.get(image.lower())
    if parent is None:
        is_base = _BASE_IMAGE.search(image) is not None
        stage = _Stage(image, name, _TASK_ROOT if is_base else "/", is_known=is_base)
        stage.entry_point = [f"/{_BASE_ENTRY_POINT}"] if is_base else []
    else:
        stage = _Stage(parent.image, name, parent.folder, dict(parent.variables), list(parent.copies))
        stage.command, stage.command_place = list(parent.command), parent.command_place
        stage.entry_point, stage.entry_place = list(parent.entry_point), parent.entry_place
        stage.is_known, stage.installs = parent.is_known, parent.installs
    if name is not None:
        stages[name.lower()] = stage
    return stage


def _apply(
    stage: _Stage,
    instruction: str,
    rest: str,
    known: tuple[dict[str, str], Budget],
    place: tuple[int, str],
) -> None:
    """Let one instruction of a Dockerfile change the stage that it stands in.

    `known` are the arguments of the build and the budget of its texts; `place` is the row and the text of the
    instruction, for findings about commands.
    """
    match instruction:
        case "ARG":
            name, _, value = rest.partition("=")
            stage.variables.setdefault(name.strip(), _expanded(value.strip().strip("\"'"), *known))
        case "ENV":
            stage.variables.update((name, _expanded(value, *known)) for name, value in _pairs(rest))
        case "WORKDIR":
            folder = _expanded(rest.strip("\"'"), *known)
            stage.folder = posixpath.normpath(posixpath.join(stage.folder, folder))
        case "COPY" | "ADD" if "--from=" not in rest:
            stage.copy(_words(_expanded(rest, *known)))
            stage.is_known &= instruction == "COPY"  # an archive is unpacked, an address is fetched
        case "RUN" if _installs_only(rest):
            stage.installs = True
        case "RUN" | "COPY" | "ADD":
            stage.is_known = False
        case "CMD":
            command = _command(_expanded(rest, *known))
            stage.set_command(command, _place(*place, command))
        case "ENTRYPOINT":
            entry_point = _command(_expanded(rest, *known))
            stage.set_entry_point(entry_point, _place(*place, entry_point))


def _installs_only(line: str) -> bool:
    """Whether a command installs packages where they belong, and does nothing else."""
    return all(_INSTALLS.match(part.strip()) and not _TARGET.search(part) for part in line.split("&&"))


def _pairs(rest: str) -> list[tuple[str, str]]:
    if "=" not in rest.split(" ", 1)[0]:
        name, _, value = rest.partition(" ")
        return [(name, value.strip())]
    return [(name, value.strip("\"'")) for name, value in re.findall(r"(\w+)=(\"[^\"]*\"|'[^']*'|\S*)", rest)]


def _words(rest: str) -> list[str]:
    """The words of the JSON form or of the shell form."""
    words = _json_words(rest)
    return [word.strip("\"'") for word in rest.split()] if words is None else words


def _command(rest: str) -> list[str]:
    """What is run; all that is not a JSON list of texts, such as one with other quotes, is a line for the shell."""
    words = _json_words(rest)
    return [*_SHELL, rest] if words is None else words


def _json_words(rest: str) -> list[str] | None:
    try:
        words = json.loads(rest)
    except ValueError:
        return None
    return words if isinstance(words, list) and all(isinstance(word, str) for word in words) else None


def _expanded(text: str, variables: dict[str, str], budget: Budget) -> str:
    known = {"LAMBDA_TASK_ROOT": _TASK_ROOT, "LAMBDA_RUNTIME_DIR": "/var/runtime", **variables}

    def one(match: re.Match[str]) -> str:
        value = known.get(match.group(1) or match.group(3)) or match.group(2) or ""
        budget.spend_text(len(value))
        return value

    expanded = _VARIABLE.sub(one, text)
    budget.spend_text(len(expanded))
    return expanded


def _place(row: int, text: str, words: list[str]) -> Span | None:
    """Where the last word of a command stands."""
    for number, line in enumerate(text.split("\n")[row - 1 :], row):
        column = line.rfind(words[-1]) if words else -1
        if column >= 0:
            return Span.at(number, column + 1, len(words[-1]))
        if not line.rstrip().endswith("\\"):
            break
    return None


def _code_root(stage: _Stage, context: Path, import_root: str, member: str) -> Path | None:
    """The folder of the project that has the handler's module where the image has it below `import_root`."""
    wanted = (f"{member}.py", f"{member}/__init__.py")
    for sources, destination in reversed(stage.copies):
        for source in sources:
            path = joined(context, source.lstrip("/"))
            folder = _folder_for(path, destination, import_root)
            if folder is not None and any(_brings(path, folder / name) for name in wanted):
                return folder
    return None


def _is_copied(stage: _Stage, contexts: list[Path], module: str) -> bool:
    """Whether a word without a dot is a module that is copied: then it is meant as a handler, and no program."""
    return any(_code_root(stage, context, _TASK_ROOT, module) is not None for context in contexts)


#: No module is called so: of a code root of which nothing but this is packed, nothing is.
_NOTHING = "-"


def _whole_root(stage: _Stage, contexts: list[Path], member: str) -> tuple[Path, Path | None] | None:
    """The one folder that everything is copied from to where modules are imported from, if the module is not copied.

    With it the one part of it that is copied, if the rest is not.
    """
    if (
        not stage.is_known
        or not stage.copies
        or stage.folder != _TASK_ROOT
        or "PYTHONPATH" in stage.variables
    ):
        return None
    for context in contexts:
        copied = [
            (joined(context, source.lstrip("/")), destination)
            for sources, destination in stage.copies
            for source in sources
        ]
        if all(exists(path) for path, _ in copied):
            if not stage.installs and all(_is_beside(destination) for _, destination in copied):
                return context, context / _NOTHING
            roots = {_folder_for(path, destination, _TASK_ROOT) for path, destination in copied}
            root = roots.pop() if len(roots) == 1 else None
            if root is None:
                return None
            if is_file(root / f"{member}.py") or exists(root / member):
                [part, *others] = [path for path, _ in copied]
                is_part = not others and part.parent == root and is_folder(part) and not stage.installs
                return (root, part) if is_part and part.name != member.partition("/")[0] else None
            top = member.partition("/")[0]
            # What is installed may bring any module but those that the user's own ones hide.
            is_hidden = is_file(root / f"{top}.py") or is_folder(root / top)
            return (root, None) if is_hidden or not stage.installs else None
    return None


def _is_beside(destination: str) -> bool:
    """Whether what is copied there lies where no Python looks: not below `/var`, `/opt` (layers) or `/usr`."""
    top = posixpath.normpath(destination).split("/")[1]
    return top not in ("", "opt", "usr", "var")


def _brings(path: Path, wanted: Path) -> bool:
    """Whether a file is there, and among what is copied: all of a folder, one file, or those of a pattern."""
    if not is_file(wanted):
        return False
    if is_folder(path):
        return path in wanted.parents
    return any(fnmatchcase(str(one), str(path)) for one in (wanted, *wanted.parents))


def _folder_for(path: Path, destination: str, task_root: str) -> Path | None:
    """The folder that stands for the task root if `path` is copied to `destination`."""
    target = posixpath.normpath(destination)
    if "*" in path.name:
        path = path.parent
    elif is_file(path):
        is_folder = destination.endswith(("/", ".")) or target == task_root
        if not is_folder:
            if posixpath.basename(target) != path.name:
                return None
            target = posixpath.dirname(target)
        path = path.parent
    below = posixpath.relpath(target, task_root)
    if below == ".":
        return path
    if below.startswith(".."):
        # The task root lies inside of what is copied.
        inside = posixpath.relpath(task_root, target)
        return None if inside.startswith("..") else path / inside
    parts = below.split("/")
    # `COPY src/pkg ${LAMBDA_TASK_ROOT}/pkg`: the folder above has the same layout.
    return Path(*path.parts[: -len(parts)]) if list(path.parts[-len(parts) :]) == parts else None


@dataclass(frozen=True, slots=True)
class Image:
    """A build of a container image: `function` is None where it is not for Python, or not known to be.

    `is_other` is true where the Dockerfile is certainly for something else. `reason` says why the code is not known.
    """

    function: ImageFunction | None
    is_other: bool = False
    reason: str | None = None


def built_image(
    context: Path,
    dockerfile: str = "Dockerfile",
    command: list[str] | None = None,
    entry_point: list[str] | None = None,
) -> Image:
    """The image that a Dockerfile, relative to its build context, makes."""
    path = joined(context, dockerfile)
    text = dockerfile_text(path)
    if text is None:
        return Image(
            None, reason=None if exists(path) else f"`{dockerfile}` does not exist in `{context.name}`"
        )
    try:
        function = read_dockerfile(text, [context], command, entry_point)
    except OverBudget:
        return Image(None, reason=f"`{dockerfile}`: {TOO_MUCH.reason}")
    if function is None:
        reason = f"`{dockerfile}` has no handler in `CMD`, or no image that is known to start one"
        return Image(None, "python" not in text.lower(), reason)
    return Image(function, reason=None if function.reason is None else f"`{dockerfile}`: {function.reason}")


def is_dockerfile(name: str) -> bool:
    """Whether a file is a Dockerfile by its name."""
    return name.startswith(("Dockerfile", "Containerfile")) or name.endswith(".Dockerfile")


def dockerfile_text(path: Path) -> str | None:
    """The text of a Dockerfile; None where it cannot be read."""
    try:
        return read_file(path).decode()
    except (OSError, UnicodeDecodeError):
        return None


def contexts_of(path: Path, root: Path | None) -> list[Path]:
    """Folders that a Dockerfile may be built in: its own and those above it, up to the project's root."""
    folders = [path.parent]
    while root is not None and folders[-1] != root and root in folders[-1].parents:
        folders.append(folders[-1].parent)
    return [Path(os.path.normpath(folder)) for folder in folders]
