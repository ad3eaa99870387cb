"""The environment variables of a child process: those of Lambda, and the function's own; used by `child`."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from handlerlint.functions.model import LambdaFunction
from handlerlint.invoke.aws.access import home_variables, region
from handlerlint.records import dataclass
from handlerlint.runtime.environment import RESERVED
from handlerlint.runtime.limits import DEFAULT_MEMORY_MB, DEFAULT_TIMEOUT_SECONDS, INIT_SECONDS

ACCOUNT = "123456789012"

# Without these an interpreter may not start, or not find its libraries. Nothing else is inherited.
_INHERITED = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "PATHEXT", "COMSPEC")


@dataclass(frozen=True, slots=True)
class Limits:
    """What Lambda allows a function: seconds for an invocation and for init, memory in MB.

    `memory_is_enforced` is false where no configuration says how much the function has.
    """

    timeout: float = DEFAULT_TIMEOUT_SECONDS
    memory: int = DEFAULT_MEMORY_MB
    memory_is_enforced: bool = True
    init: float = INIT_SECONDS


# What a function gets whose configuration says nothing: (seconds, MB).
# Serverless Framework: serverless.com/framework/docs/providers/aws/guide/functions.
# Zappa: its README, "Advanced Settings". Chalice: its "Configuration File" page. All others: Lambda's own.
_DEFAULTS = {"serverless": (6.0, 1024), "zappa": (30.0, 512), "chalice": (60.0, 128)}
# Functions that no template describes: nothing says what is packaged with them, or how much memory they have.
UNCONFIGURED = ("argument", "configuration", "container", "convention")


def limits_of(function: LambdaFunction, *, timeout: float | None = None, memory: int | None = None) -> Limits:
    """The limits of a function; what is given replaces what its configuration says."""
    default_timeout, default_memory = _DEFAULTS.get(
        function.source.kind, (DEFAULT_TIMEOUT_SECONDS, DEFAULT_MEMORY_MB)
    )
    said = memory or function.memory
    return Limits(
        timeout=timeout or function.timeout or default_timeout,
        memory=said or default_memory,
        memory_is_enforced=said is not None or function.source.kind not in UNCONFIGURED,
    )


def function_arn(name: str) -> str:
    """The ARN that invocations name; what a name in AWS cannot have is replaced."""
    return f"arn:aws:lambda:{region()}:{ACCOUNT}:function:{re.sub(r'[^!-~]', '-', name)}"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What differs from process to process: where the Runtime API is, its own folders for home and temporary files.

    Python searches `first_path` before the function's layers, and the folders of `extra_path` after all of its own.
    `aws` are the variables that say where AWS is; `given` are the user's own, which win over the template's.
    """

    runtime_api: str
    temporary: Path
    home: Path
    first_path: Path
    extra_path: Sequence[Path]
    aws: Mapping[str, str]
    given: Mapping[str, str]


def child_variables(function: LambdaFunction, limits: Limits, around: Surroundings) -> dict[str, str]:
    """All environment variables of the child process, as the page named above lists them."""
    variables = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    variables |= home_variables(around.home)
    variables |= _own_variables(function)
    variables |= {name: value for name, value in around.given.items() if name not in RESERVED}
    given_path = variables.get("PYTHONPATH", "").split(os.pathsep)
    python_path = map(str, (around.first_path, *function.import_path, *given_path, *around.extra_path))
    variables |= {
        "_HANDLER": function.handler or "",
        "AWS_DEFAULT_REGION": region(),
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(limits.memory),
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "2026/01/01/[$LATEST]00000000000000000000000000000000",
        "AWS_LAMBDA_RUNTIME_API": around.runtime_api,
        "AWS_REGION": region(),
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "LAMBDA_TASK_ROOT": str(function.code_root),
        "PYTHONPATH": os.pathsep.join(entry for entry in python_path if entry),
        "TMPDIR": str(around.temporary),
    }
    variables.setdefault("LANG", "en_US.UTF-8")
    variables.setdefault("TZ", ":UTC")
    if sys.platform == "win32":
        variables |= {"TEMP": str(around.temporary), "TMP": str(around.temporary)}
    variables.update(around.aws)
    return variables


def _own_variables(function: LambdaFunction) -> dict[str, str]:
    """The function's variables. One whose value is only known after deployment has its own name as value."""
    return {
        name: name if value is None else value
        for name, value in function.environment.items()
        if name not in RESERVED
    }


def placeholders(function: LambdaFunction, given: Mapping[str, str]) -> tuple[str, ...]:
    """The variables of the function whose value is not known here and that the user gave none either."""
    return tuple(name for name, value in function.environment.items() if value is None and name not in given)
