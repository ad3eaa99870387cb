"""Evaluates the expressions of the sweep for real, each receiver's in a process of its own. Used by the test beside it.

Reads a list of groups of expressions, and writes for each expression what the runtime client makes of
`{"x": expression}`: `["ok"]`, `["marshal", message]`, or `["raise"]` where it never gets there.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import warnings
from pathlib import Path
from typing import Any, NoReturn

from awslambdaric.lambda_runtime_exception import FaultException  # type: ignore[import-untyped]
from awslambdaric.lambda_runtime_marshaller import LambdaMarshaller  # type: ignore[import-untyped]

SECONDS_PER_EXPRESSION = 2


class TooSlow(BaseException):
    """What ends an expression that waits for something."""


def give_up(*_: object) -> NoReturn:
    raise TooSlow


def verdict(expression: str, names: dict[str, Any]) -> list[str]:
    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(SECONDS_PER_EXPRESSION)
    try:
        value = eval(expression, names)
        LambdaMarshaller().marshal_response({"x": value})
    except FaultException as error:
        return ["marshal", str(error.msg)]
    except BaseException:
        return ["raise"]
    finally:
        signal.alarm(0)
    return ["ok"]


def evaluate(prelude: str, expressions: list[str], end: int) -> None:
    """Write one line a verdict; what the expressions print goes nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    warnings.simplefilter("ignore")
    names: dict[str, Any] = {}
    exec(prelude, names)
    with os.fdopen(end, "w") as answers:
        for expression in expressions:
            print(json.dumps(verdict(expression, names)), file=answers, flush=True)
        os._exit(0)


def verdicts(prelude: str, expressions: list[str]) -> list[list[str]]:
    """The verdicts of a group; where an expression ends its process, those behind it get another."""
    found: list[list[str]] = []
    while len(found) < len(expressions):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            evaluate(prelude, expressions[len(found) :], writing)
        os.close(writing)
        text = b""
        while select.select([reading], [], [], 4 * SECONDS_PER_EXPRESSION)[0]:
            if not (part := os.read(reading, 1 << 16)):
                break
            text += part
        os.close(reading)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        found += [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith(b"\n")]
        if len(found) < len(expressions):
            found.append(["raise"])
    return found


if __name__ == "__main__":
    code = Path(sys.argv[1]).read_text("utf-8")
    print(json.dumps([verdicts(code, group) for group in json.load(sys.stdin)]))
