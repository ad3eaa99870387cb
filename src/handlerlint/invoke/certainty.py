"""Whether a failure here is certainly one in Lambda, too; used by `diagnosis`.

A finding at level error means that it fails in Lambda. What only this machine lacks is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlerlint.functions.model import LambdaFunction
from handlerlint.invoke.interpreter import Interpreter
from handlerlint.invoke.model import FunctionError, Invocation
from handlerlint.invoke.traces import frames_of
from handlerlint.invoke.variables import UNCONFIGURED
from handlerlint.packaging.handlers import resolve_handler
from handlerlint.packaging.suppliers import Suppliers
from handlerlint.runtime.runtimes import RUNTIME_PACKAGES, standard_library
from handlerlint.source.files import SourceFiles
from handlerlint.source.resolution import Unresolved

# How botocore words the errors of services; those that say that something is not there.
_CLIENT_ERROR = re.compile(r"^An error occurred \(([\w.]+)\) when calling the (\w+) operation")
_ABSENT = re.compile(r"NotFound|NoSuch|DoesNotExist|NonExistent|NotExist")
# Compiled drivers of databases connect by themselves, and Python is told of nothing: what they say, and where they are.
_DRIVER_WORDS = re.compile(
    r"Name or service not known|Temporary failure in name resolution|Network is unreachable|No route to host"
    r"|Connection (?:refused|timed out|reset)|could not (?:connect|translate host name)|Can't connect to",
    re.IGNORECASE,
)
_TALKED = "it talked to {} over the network, which may answer differently in Lambda"
_DRIVER_FILES = re.compile(r"[/\\](?:MySQLdb|grpc|psycopg2?|pyodbc|pymssql)[/\\]")
_LIBRARY_NAME = re.compile(
    r"cannot import name '\w+' from '([\w.]+)'|module '([\w.]+)' has no attribute '\w+'"
)
_MISSING_MODULE = re.compile(r"No module named '([\w.]+)'")


def reason_to_doubt(
    invocation: Invocation, function: LambdaFunction, interpreter: Interpreter, stand_ins: Sequence[str]
) -> str | None:
    """Why an error may not happen in Lambda; None where it certainly does.

    `stand_ins` are environment variables that had their own name as value, for want of the real one.
    """
    if invocation.aws_calls:
        return asked_elsewhere(invocation)
    error = invocation.error
    if error is None:
        return None
    refused = _CLIENT_ERROR.match(error.error_message)
    if refused is not None and _ABSENT.search(refused[1]):
        return (
            f"what it asks for with {refused[2]} does not exist ({refused[1]}), but may exist in your "
            "account; `--aws-setup` makes tables, buckets and what is in them"
        )
    named = _named_stand_in(error, stand_ins)
    if named is not None:
        return f"the value of `{named}` is only known after deployment; give one with `--env {named}=…`"
    if invocation.network_peers or _is_of_a_driver(error):
        return asked_elsewhere(invocation) or _TALKED.format("something")
    missing = _MISSING_MODULE.search(error.error_message)
    if missing is not None and error.error_type in ("Runtime.ImportModuleError", "ModuleNotFoundError"):
        return _why_missing(missing[1].partition(".")[0], function, interpreter)
    if interpreter.version != function.python_version and _depends_on_the_version(error, function):
        return (
            f"Python {_shown(interpreter.version)} ran it, the function's runtime is {function.runtime}; "
            "pass the right one with `--python`"
        )
    return None


def asked_elsewhere(invocation: Invocation) -> str | None:
    """Whom a handler has asked that may answer otherwise in Lambda; None if nobody."""
    if invocation.aws_calls:
        calls = ", ".join(dict.fromkeys(map(str, invocation.aws_calls)))
        return f"it called AWS, which does not answer here ({calls}); try `--aws moto`"
    return _TALKED.format(f"`{invocation.network_peers[0]}`") if invocation.network_peers else None


def _depends_on_the_version(error: FunctionError, function: LambdaFunction) -> bool:
    """Whether the syntax is at fault, or a name of the standard library, which gains and loses some."""
    found = _LIBRARY_NAME.search(error.error_message)
    module = "" if found is None else (found[1] or found[2]).partition(".")[0]
    return error.error_type == "Runtime.UserCodeSyntaxError" or module in standard_library(
        function.python_version
    )


def _named_stand_in(error: FunctionError, stand_ins: Sequence[str]) -> str | None:
    """The first variable that the message, or a line of the trace, speaks of."""
    said = "\n".join((error.error_message, *error.stack_trace))
    return next((name for name in stand_ins if re.search(rf"\b{re.escape(name)}\b", said)), None)


def _is_of_a_driver(error: FunctionError) -> bool:
    """Whether nobody answered a compiled driver, or the time went by while it waited for an answer."""
    if _DRIVER_WORDS.search(error.error_message):
        return True
    seen = frames_of(error.frames_seen)
    return bool(seen) and _DRIVER_FILES.search(seen[-1].path) is not None


def _why_missing(module: str, function: LambdaFunction, interpreter: Interpreter) -> str | None:
    """Why a module that was not found here may be there in Lambda; None if nothing tells that it is."""
    here = f"`{module}` is not installed for {interpreter.executable}"
    if module in RUNTIME_PACKAGES:
        return f"{here}, but is part of Lambda's runtime"
    if module in standard_library(function.python_version):
        return f"`{module}` is in the standard library of {function.runtime}, not of the Python that ran it"
    if module == (function.handler or "").replace("/", ".").partition(".")[0]:
        # The static rules know best what may provide the handler's own module.
        resolution = resolve_handler(function, SourceFiles())
        return resolution.reason if isinstance(resolution, Unresolved) else None
    if module == "cfnresponse" and function.inline_code is not None:
        # docs.aws.amazon.com/AWSCloudFormation, "cfn-response module"
        return "CloudFormation puts `cfnresponse` beside code in a template"
    if function.build is not None:
        return f"{here}; the build step (`{function.build}`) may provide it"
    if function.unknown_layers:
        return f"{here}; a layer ({function.unknown_layers[0]}) may provide it"
    roots = () if function.code_root is None else (function.code_root, *function.import_path)
    supplier = Suppliers().beside(roots, module)
    if supplier is not None:
        return f"{here}; {supplier}"
    if function.source.kind in UNCONFIGURED:
        return f"{here}, and it is not known what is packaged with the code"
    return None


def _shown(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))
