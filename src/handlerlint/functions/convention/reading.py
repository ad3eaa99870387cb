"""Functions that nothing configures but their name: the console's default, and names with two parameters.

Called by `discovery` last, with the functions that are configured.
"""

from __future__ import annotations

import ast
import codecs
import io
import os
import re
import tokenize
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from handlerlint.functions.convention.beside_configured import CONSOLE_NAME, BesideConfigured
from handlerlint.functions.found import ProjectFiles, upwards
from handlerlint.functions.model import DEFAULT_RUNTIME, ConfigurationSource, LambdaFunction
from handlerlint.functions.python_modules import code_root_and_module, is_test, module_path, python_tree
from handlerlint.functions.request import DiscoveryRequest
from handlerlint.project.view import read_file
from handlerlint.settings import DEFAULT_HANDLER_NAMES
from handlerlint.text import Span

CONSOLE_FILE = "lambda_function.py"

_EVENT_LIKE = re.compile(r"event|evt|payload|message|record", re.IGNORECASE)
_CONTEXT_LIKE = re.compile(r"^_*(?:lambda_?)?(?:context|ctx|contxt)", re.IGNORECASE)


def functions_by_convention(
    files: ProjectFiles,
    request: DiscoveryRequest,
    configured: Iterable[LambdaFunction],
    project: ProjectFiles | None = None,
) -> Iterator[LambdaFunction]:
    """Handlers by name in the Python files that no configured function covers, and in those that the user names.

    In a code root of a configured function a `handler` is a helper. Where the configuration beside a file has
    functions whose code is out of reach, only `lambda_handler` counts, which nobody uses for anything else. The one
    runtime that this configuration names is taken to be theirs. `project` are all files that may import one of those.
    """
    configured = tuple(configured)
    covered, doubtful = _configured_folders(configured)
    runtimes = _configured_runtimes(configured)
    known = set(_inferred_handlers(configured))
    pattern = _pattern(request.handler_names)
    if pattern is None:
        return
    beside = BesideConfigured(project or files, configured)

    @cache
    def around(folder: str) -> tuple[bool, bool, str | None]:
        """Whether a folder lies in a code root that is known, and below a configuration whose code is not.

        And the runtime of all that is configured in the folders above, if it is one.
        """
        above = set(upwards(folder))
        named = set().union(*(runtimes.get(upper, ()) for upper in above))
        runtime = named.pop() if len(named) == 1 else None
        return not covered.isdisjoint(above), not doubtful.isdisjoint(above), runtime

    for text in files.paths:
        if not text.endswith(".py"):
            continue
        is_covered, is_doubtful, runtime = around(text.rpartition(os.sep)[0])
        if is_covered and text not in files.given:
            continue
        path = Path(text)
        with request.alone(path):
            if is_covered:
                if not beside.is_configured(path):
                    root = next(folder for folder in path.parents if str(folder) in covered)
                    names = beside.names(path, root, request.handler_names)
                    yield from _functions_in(path, pattern, names, request, runtime, root)
                continue
            if text not in files.given and is_test(path, request.paths):
                continue
            names = tuple(name for name in request.handler_names if (path.with_suffix(""), name) not in known)
            if is_doubtful:
                names = tuple(name for name in names if name == CONSOLE_NAME)
            yield from _functions_in(path, pattern, names, request, runtime)


def _configured_folders(configured: Iterable[LambdaFunction]) -> tuple[set[str], set[str]]:
    """The code roots that are known, and the folders of configurations with code roots that are not."""
    covered: set[str] = set()
    doubtful: set[str] = set()
    for function in configured:
        if function.code_root is not None and not function.is_inferred:
            covered.add(str(function.code_root))
        elif function.inline_code is None and function.source.path is not None:
            doubtful.add(str(function.source.path.parent))
    return covered, doubtful


def _configured_runtimes(configured: Iterable[LambdaFunction]) -> dict[str, set[str]]:
    """The runtimes that the configurations in each folder name."""
    runtimes: dict[str, set[str]] = {}
    for function in configured:
        if function.runtime_given and function.source.path is not None:
            runtimes.setdefault(str(function.source.path.parent), set()).add(function.runtime)
    return runtimes


def _inferred_handlers(configured: Iterable[LambdaFunction]) -> Iterator[tuple[Path, str]]:
    """Module and name of handlers in folders that are not known to be code roots."""
    for function in configured:
        read_from = None if function.inline_code is None else function.inline_code.path
        if read_from is not None and read_from.suffix == ".py" and function.handler:
            yield read_from.with_suffix(""), function.handler.rpartition(".")[2]
        if function.is_inferred and function.code_root is not None and function.handler is not None:
            module, name = (
                function.code_root / module_path(function.handler),
                function.handler.rpartition(".")[2],
            )
            yield from ((module, name), (module / "__init__", name))


# What certainly is no function: `lambda_handler = "main.handler"` stands in a program that configures functions.
_DATA = r"[ \t]*(?P<data>None\b|[-\d\"'\[{])?"


def _pattern(names: tuple[str, ...]) -> re.Pattern[bytes] | None:
    """A definition of one of the names at the start of a line, or an assignment to the console's name."""
    if not names:
        return None
    alternatives = "|".join(re.escape(name) for name in dict.fromkeys(names))
    definition = rf"(?:async[ \t]+)?def[ \t]+(?P<name>{alternatives})[ \t]*\("
    assignment = rf"(?P<assigned>{re.escape(CONSOLE_NAME)})[ \t]*(?::[^=\n]+)?=(?!=){_DATA}"
    return re.compile(rf"^(?:{definition}|{assignment})".encode(), re.MULTILINE)


def _functions_in(
    path: Path,
    pattern: re.Pattern[bytes],
    names: tuple[str, ...],
    request: DiscoveryRequest,
    runtime: str | None,
    root: Path | None = None,
) -> Iterator[LambdaFunction]:
    """The handlers of one file, which may have any of `names`; modules are named from `root` where it is given."""
    try:
        source = read_file(path).removeprefix(codecs.BOM_UTF8)
    except OSError:
        return
    found = list(pattern.finditer(source))
    inside_text = _rows_inside_text(source) if found and (b'"""' in source or b"'''" in source) else set()
    matches: dict[str, re.Match[bytes]] = {}
    for match in found:
        if source.count(b"\n", 0, match.start()) + 1 not in inside_text:
            matches[(match["name"] or match["assigned"]).decode()] = match  # the last definition wins
    for name, match in matches.items():
        if name in names and _counts(path, name, match, source, request.handler_names):
            place = code_root_and_module(path) if root is None else (root, _module_below(root, path))
            yield _function(path, name, match, source, request, runtime, place)


def _rows_inside_text(source: bytes) -> set[int]:
    """The rows that begin inside of a text in triple quotes, as far as the file can be read."""
    rows: set[int] = set()
    try:
        for token in tokenize.tokenize(io.BytesIO(source).readline):
            if token.end[0] > token.start[0] and token.type not in (tokenize.NEWLINE, tokenize.NL):
                rows.update(range(token.start[0] + 1, token.end[0] + 1))
    except (tokenize.TokenError, SyntaxError, ValueError):
        pass  # a newer, older or broken Python: what stands before that place is known
    return rows


def _counts(path: Path, name: str, match: re.Match[bytes], source: bytes, names: tuple[str, ...]) -> bool:
    if name == CONSOLE_NAME and path.name == CONSOLE_FILE:
        return True
    if match["assigned"]:
        return not match["data"]
    parameters = _positional_parameters(source, match, any_number=name == CONSOLE_NAME)
    if parameters is None or len(parameters) != 2:
        return False
    if name == CONSOLE_NAME or names != DEFAULT_HANDLER_NAMES:
        return True
    # `handler(signum, frame)`, `handler(request, exception)`, `handler(websocket, path)` are none of ours.
    first, second = parameters
    either = _EVENT_LIKE.search(first) or _EVENT_LIKE.search(second)
    return bool(
        either and (_CONTEXT_LIKE.search(first) or _CONTEXT_LIKE.search(second) or second.startswith("_"))
    )


def _positional_parameters(source: bytes, match: re.Match[bytes], *, any_number: bool) -> list[str] | None:
    """Names of the parameters that take positional arguments; None where that is unclear.

    With `any_number`, `*args` takes what two lack; else it makes it unclear.

    Only the definition's head is parsed, so the rest of the file may be newer, or older, than this Python.
    """
    head = _head(source[match.start() :])
    if head is None:
        return None
    try:
        module = python_tree(head + b"): pass")
    except (SyntaxError, ValueError):
        return None
    definition = module.body[0]
    if not isinstance(definition, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return None
    arguments = definition.args
    takes_any = arguments.vararg is not None
    if any(default is None for default in arguments.kw_defaults) or (takes_any and not any_number):
        return None
    names = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
    return names if arguments.vararg is None else names + [arguments.vararg.arg] * max(2 - len(names), 0)


_BRACKET_OR_TEXT = re.compile(rb"""[()\[\]{}]|#[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*\"""")
_LONGEST_HEAD = 2000


def _head(text: bytes) -> bytes | None:
    """The text up to the parenthesis that closes the parameters."""
    depth = 0
    for match in _BRACKET_OR_TEXT.finditer(text, 0, _LONGEST_HEAD):
        token = match.group()
        if token in (b"(", b"[", b"{"):
            depth += 1
        elif token in (b")", b"]", b"}"):
            depth -= 1
            if depth == 0:
                return text[: match.start()]
    return None


def _module_below(root: Path, path: Path) -> str:
    return ".".join((*path.relative_to(root).parent.parts, path.stem))


def _function(
    path: Path,
    name: str,
    match: re.Match[bytes],
    source: bytes,
    request: DiscoveryRequest,
    runtime: str | None,
    place: tuple[Path, str],
) -> LambdaFunction:
    """The function for a handler that `match` found; `place` is its code root and the name of its module there.

    `runtime` is the one that its neighbours have, if they have one in common.
    """
    root, module = place
    row = source.count(b"\n", 0, match.start()) + 1
    return LambdaFunction(
        name=f"{module}.{name}",
        handler=f"{module}.{name}",
        code_root=root,
        source=ConfigurationSource("convention", path, Span.at(row, 1)),
        runtime=request.default_runtime or runtime or DEFAULT_RUNTIME,
        runtime_given=request.default_runtime is not None,
    )
