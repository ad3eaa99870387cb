"""Loads handler strings with the real runtime client, each in a process of its own; run by `loading.py`.

Reads lines of JSON `{"root", "handler"}` and answers each with `[error type or null, message, module file]`.
"""

import json
import os
import sys

import awslambdaric.bootstrap


def load(root: str, handler: str) -> list[object]:
    os.chdir(root)
    sys.path.insert(0, root)
    try:
        found = awslambdaric.bootstrap._get_handler(handler)
    except awslambdaric.bootstrap.FaultException as error:
        return [error.exception_type, error.msg, None]
    except BaseException as error:  # the type is the answer
        return [type(error).__name__, str(error), None]
    module = sys.modules.get(getattr(found, "__module__", None) or "")
    return [None, "", getattr(module, "__file__", None)]


for line in sys.stdin:
    request = json.loads(line)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            answer = json.dumps(load(request["root"], request["handler"]))
            os.write(writing, answer.encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        print(pipe.read(), flush=True)
    os.waitpid(child, 0)
