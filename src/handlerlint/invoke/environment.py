"""An execution environment: runs events through the real runtime client, as Lambda would. The public library.

with Environment.of("app.handler", "src") as environment:
    assert environment.invoke({"id": 1}).response.value == {"ok": True}
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from handlerlint.errors import UserError
from handlerlint.functions.model import DEFAULT_RUNTIME, ConfigurationSource, LambdaFunction
from handlerlint.invoke.child import ProcessSlot, Setup
from handlerlint.invoke.code_folder import CodeFolder
from handlerlint.invoke.interpreter import choose_python, interpreter
from handlerlint.invoke.model import LOAD, Event, Invocation
from handlerlint.invoke.run import Run
from handlerlint.invoke.session import Session
from handlerlint.invoke.variables import Limits, limits_of


class Environment:
    """One Lambda function, ready to be invoked: a context manager.

    The process starts with the first event and serves all events until it times out or ends; the next event
    then gets a fresh one. Not for several threads at once: give each its own, they may share a `session`.

    `limits` are the function's own unless given. `variables` are environment variables that win over those
    of the configuration. `python` is an interpreter or a virtual environment. Without a `session` the
    environment has one of its own, in which AWS answers nothing. `confined` lets the handler write to
    temporary folders only, where the system can do that.
    """

    def __init__(
        self,
        function: LambdaFunction,
        *,
        session: Session | None = None,
        limits: Limits | None = None,
        variables: Mapping[str, str] | None = None,
        python: Path | None = None,
        confined: bool = True,
    ) -> None:
        if function.handler is None or function.unresolved is not None:
            raise UserError(f"{function.name}: {function.unresolved or 'the handler is not known'}")
        if not function.runtime.startswith("python"):
            raise UserError(f"{function.name}: its runtime is {function.runtime}")
        self.function = function
        self.limits = limits or limits_of(function)
        self._code = CodeFolder(function)
        folder = self._code.folder
        found = interpreter(choose_python(python, (folder, *folder.parents)))
        self._session = session or Session()
        self._owns_session = session is None
        aws = self._session.aws_access(_botocore_of(function) or found.botocore)
        given = {**self._session.variables_of(function), **(variables or {})}
        setup = Setup(function, folder, found, self.limits, aws, given, confined)
        self.interpreter = found
        self._slot = ProcessSlot(self._session.runtime_api, setup)

    @classmethod
    def of(
        cls,
        handler: str,
        code_root: str | Path = ".",
        *,
        name: str = "function",
        runtime: str = DEFAULT_RUNTIME,
        timeout: float | None = None,
        memory: int | None = None,
        session: Session | None = None,
        variables: Mapping[str, str] | None = None,
        python: Path | None = None,
    ) -> Environment:
        """The environment of a handler string in a folder, without any configuration.

        `timeout` is in seconds (default 3), `memory` in MB (not limited where none is given).
        """
        function = LambdaFunction(
            name=name,
            handler=handler,
            code_root=Path(code_root).absolute(),
            source=ConfigurationSource("argument", None),
            runtime=runtime,
        )
        limits = limits_of(function, timeout=timeout, memory=memory)
        return cls(function, session=session, limits=limits, variables=variables, python=python)

    def __enter__(self) -> Environment:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def folder(self) -> Path:
        """The real path of the folder that the function runs in."""
        return self._code.folder

    def close(self) -> None:
        """End the process and all it started."""
        self._slot.close()
        self._code.close()
        if self._owns_session:
            self._session.close()

    def cancel(self) -> None:
        """End the process, from any thread: a running `invoke` returns, and a later one is refused."""
        self._slot.cancel()

    def invoke(self, event: object) -> Invocation:
        """Run one event: an `Event`, or any value that is JSON. Never raises for what the handler does."""
        given = event if isinstance(event, Event) else Event.of(event)
        prepared = self._session.prepared(given)
        if prepared is not given:
            self._slot.send_answers_to(self._session.answer_server().address)
        return Run(self._slot, prepared).invocation()

    def load(self) -> Invocation:
        """Load the handler, and no more: a success has no response. The next event finds the process warm."""
        return Run(self._slot, LOAD).loaded()


def configured_function(name: str, path: str | Path) -> LambdaFunction:
    """The function of that name in a template, or in the project at `path`. Raises UserError without one."""
    from handlerlint.functions import DiscoveryRequest, discover
    from handlerlint.suggestions import did_you_mean

    found = discover(DiscoveryRequest(paths=(Path(path).absolute(),))).functions
    for function in found:
        if function.name == name:
            return function
    raise UserError(f"there is no function '{name}' in '{path}'{did_you_mean(name, (f.name for f in found))}")


def _botocore_of(function: LambdaFunction) -> Path | None:
    """The SDK that the function brings along, which wins over the interpreter's."""
    roots = (function.code_root, *function.import_path)
    found = (root / "botocore" for root in roots if root is not None)
    return next((folder for folder in found if folder.is_dir()), None)
