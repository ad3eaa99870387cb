"""What all environments of one run share: the Runtime API server, and an answer to calls of AWS."""

from __future__ import annotations

from collections.abc import Mapping

from handlerlint.invoke.interpreter import Interpreter
from handlerlint.invoke.runtime_api import RuntimeApi


class Session:
    """One run: a context manager that closes every port at its end."""

    def __init__(self) -> None:
        self.runtime_api = RuntimeApi()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all ports."""
        self.runtime_api.close()

    def aws_variables(self, interpreter: Interpreter) -> Mapping[str, str]:
        """The environment variables that say where AWS is, for a process of this interpreter."""
        return {}
