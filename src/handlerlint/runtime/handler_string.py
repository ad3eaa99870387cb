"""How the runtime client takes a handler string apart, for resolution and rules.

The truth is `_get_handler` in awslambdaric/bootstrap.py (4.2.2), which calls `importlib.import_module`.
"""

from __future__ import annotations

import re

from handlerlint.records import dataclass
from handlerlint.runtime.limits import MAXIMUM_HANDLER_LENGTH

_PATTERN = r"[^\s]+"


@dataclass(frozen=True, slots=True)
class HandlerString:
    """`src/app.load`: `written_module` is `src/app`, `module` is what gets imported, `src.app`."""

    text: str
    written_module: str
    module: str
    attribute: str

    def elsewhere(self, module: str, attribute: str | None = None) -> str:
        """The string for another module or function, with slashes where this one has some."""
        written = module.replace(".", "/") if "/" in self.written_module else module
        return f"{written}.{attribute or self.attribute}"

    @property
    def first_part(self) -> str:
        """What the runtime client looks for among the built-in modules."""
        return self.written_module.partition(".")[0]


@dataclass(frozen=True, slots=True)
class MalformedString:
    """A handler string that can never work: `problem` says why, `error` is what AWS says, and when."""

    text: str
    problem: str
    error: str


def parse_handler(text: str, *, in_image: bool = False) -> HandlerString | MalformedString:
    """Take a handler string apart as the runtime client does; in an image, it is all that the entry point gets."""
    problem = _refused_by_entry_point(text) if in_image else _refused_by_api(text)
    if problem is not None:
        return problem
    written_module, dot, attribute = text.rpartition(".")
    if not dot:
        error = (
            f"Runtime.MalformedHandlerName: Bad handler '{text}': not enough values to unpack "
            "(expected 2, got 1)"
        )
        return MalformedString(text, "it has no dot between module and function", error)
    if not written_module:
        return MalformedString(text, "it names no module", "ValueError: Empty module name")
    module = written_module.replace("/", ".")
    if module.startswith("."):
        error = f"TypeError: the 'package' argument is required to perform a relative import for {module!r}"
        return MalformedString(text, f"its module, '{written_module}', is a relative path", error)
    if "" in module.split("."):
        error = f"Runtime.ImportModuleError: Unable to import module '{written_module}': {_no_module(module)}"
        return MalformedString(text, f"its module, '{written_module}', has an empty part", error)
    if not attribute:
        error = f"Runtime.HandlerNotFound: Handler '' missing on module '{written_module}'"
        return MalformedString(text, "it names no function", error)
    return HandlerString(text, written_module, module, attribute)


def _refused_by_api(text: str) -> MalformedString | None:
    """What Lambda's control plane does not take: the function cannot even be created."""
    failed = f"ValidationException: Value '{text}' at 'handler' failed to satisfy constraint: Member must "
    if len(text) > MAXIMUM_HANDLER_LENGTH:
        error = f"{failed}have length less than or equal to {MAXIMUM_HANDLER_LENGTH}"
        return MalformedString(text, f"it is longer than {MAXIMUM_HANDLER_LENGTH} characters", error)
    if re.search(r"\s", text):
        return MalformedString(
            text, "it holds white space", f"{failed}satisfy regular expression pattern: {_PATTERN}"
        )
    return None


def _refused_by_entry_point(text: str) -> MalformedString | None:
    """What /lambda-entrypoint.sh of the base images (github.com/aws/aws-lambda-base-images) does not take."""
    words = text.split()
    if len(words) == 1:
        return None
    problem = f"the base image's entry point takes the handler alone, and gets {len(words)} words"
    if words[:2] == ["/bin/sh", "-c"]:
        problem = "a command that is no JSON list is given to a shell, and the base image's entry point takes one word"
    error = (
        "Runtime.ExitError: exit status 142: entrypoint requires the handler name to be the first argument"
    )
    return MalformedString(text, problem, error)


def _no_module(module: str) -> str:
    """The import system's message for the first part that there cannot be."""
    parts = module.split(".")
    return f"No module named '{'.'.join(parts[: parts.index('') + 1])}'"
