"""Run by a Python with SAM CLI: what its own provider makes of templates, as a JSON object on stdout."""

from __future__ import annotations

import json
import logging
import os
import sys
from pathlib import Path

logging.disable(logging.CRITICAL)

from samcli.lib.providers.sam_function_provider import SamFunctionProvider  # noqa: E402
from samcli.lib.providers.sam_stack_provider import SamLocalStackProvider  # noqa: E402


def functions(template: str) -> list[dict[str, object]]:
    """The zip functions of a template and of those nested in it."""
    stacks, _ = SamLocalStackProvider.get_stacks(template)
    provider = SamFunctionProvider(stacks, ignore_code_extraction_warnings=True)
    return [
        {
            "name": function.name,
            "handler": function.handler,
            "runtime": function.runtime,
            "code": None if function.codeuri is None else os.path.normpath(Path(function.codeuri).absolute()),
            "inline": function.inlinecode,
            "timeout": function.timeout,
            "memory": function.memory,
            "variables": (function.environment or {}).get("Variables"),
            "package": function.packagetype,
            "metadata": function.metadata,
            "layers": [layer.codeuri for layer in function.layers],
        }
        for function in provider.get_all()
    ]


def answer(template: str) -> object:
    try:
        return functions(template)
    except Exception as error:  # whatever SAM CLI says of a template that it does not take
        return f"{type(error).__name__}: {error}"


def main() -> None:
    templates = sys.argv[1:] or sys.stdin.read().splitlines()
    json.dump({template: answer(template) for template in templates}, sys.stdout, default=str)


if __name__ == "__main__":
    main()
