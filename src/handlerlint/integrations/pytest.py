"""The pytest plugin: a fixture that runs handlers through Lambda's real runtime client.

    def test_order(lambda_invoke):
        invocation = lambda_invoke("app.handler", {"id": 1}, code_root="src")
        assert invocation.value == {"ok": True}

Loaded by pytest through its entry point; nothing is started before a test asks for the fixture.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from handlerlint.invoke import Environment, Invocation, Response, Session
    from handlerlint.invoke.model import Json

_LONGEST_SHOWN = 120


class LambdaError(AssertionError):
    """A failed invocation whose response was asked for: what Lambda says, and what the function logged."""

    def __init__(self, invocation: Invocation) -> None:
        self.invocation = invocation
        super().__init__(_failure(invocation))


def _failure(invocation: Invocation) -> str:
    """Lambda's error type and message, and the log, which has the stack trace as well where the runtime wrote it."""
    error, log = invocation.error, invocation.logs.text.strip()
    if error is None:
        lines = [f"{invocation.function} failed: {invocation.status}"]
    else:
        lines = [f"{invocation.function} failed: {error.error_type}: {error.error_message}"]
        if error.error_message not in log or "Traceback" not in log:
            lines += [line.rstrip("\n") for line in error.stack_trace or error.frames_seen]
    return "\n".join([*lines, "--- log ---", log] if log else lines)


class LambdaInvocation:
    """How one event went: an `Invocation` whose `response`, and `value`, raise `LambdaError` where it failed."""

    def __init__(self, invocation: Invocation) -> None:
        self._invocation = invocation

    @property
    def response(self) -> Response:
        """What the runtime client posted."""
        __tracebackhide__ = True
        response = self._invocation.response
        if response is None:
            raise LambdaError(self._invocation)
        return response

    @property
    def value(self) -> Json:
        """The response as JSON."""
        __tracebackhide__ = True
        return self.response.value

    def __getattr__(self, name: str) -> Any:
        return getattr(self._invocation, name)

    def __repr__(self) -> str:
        invocation = self._invocation
        shown: str = invocation.status
        if invocation.error is not None:
            shown = f"{invocation.error.error_type}: {invocation.error.error_message}"
        elif invocation.response is not None:
            shown = invocation.response.body.decode("utf-8", "replace")
        shown = shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN]}…"
        return f"<{invocation.function}: {shown}>"


class LambdaInvoke:
    """What the fixture `lambda_invoke` is: call it with a handler string, or a function's name, and an event.

    Within one test, calls with the same arguments reach the same warm process, as in Lambda.
    """

    def __init__(self, session: Session, root: Path) -> None:
        self._session = session
        self._root = root
        self._environments: dict[object, Environment] = {}

    def __call__(
        self,
        handler: str,
        event: object,
        *,
        code_root: str | Path = ".",
        template: str | Path | None = None,
        timeout: float | None = None,
        memory: int | None = None,
        variables: Mapping[str, str] | None = None,
        python: str | Path | None = None,
    ) -> LambdaInvocation:
        """Run `event` (any JSON value) through `handler`.

        `code_root` and `template` are relative to pytest's root folder. With a `template` (SAM, CloudFormation,
        Serverless, …), `handler` is the name of one of its functions, whose settings are used. `timeout` is in
        seconds, `memory` in MB.
        """
        __tracebackhide__ = True
        given = (handler, code_root, template, timeout, memory, tuple((variables or {}).items()), python)
        if given not in self._environments:
            self._environments[given] = self._open(
                handler,
                code_root,
                template,
                timeout,
                memory,
                variables,
                None if python is None else Path(python),
            )
        return LambdaInvocation(self._environments[given].invoke(event))

    def close(self) -> None:
        """End all processes."""
        for environment in self._environments.values():
            environment.close()

    def _open(
        self,
        handler: str,
        code_root: str | Path,
        template: str | Path | None,
        timeout: float | None,
        memory: int | None,
        variables: Mapping[str, str] | None,
        python: Path | None,
    ) -> Environment:
        """An execution environment for a function that the template configures, or for a bare handler without one.

        Timeout in seconds and memory in MB; where they are None, the template's or Lambda's own count.
        """
        from handlerlint.invoke import Environment, configured_function, limits_of

        if template is not None:
            function = configured_function(handler, self._root / template)
            limits = limits_of(function, timeout=timeout, memory=memory)
            return Environment(
                function, session=self._session, limits=limits, variables=variables, python=python
            )
        return Environment.of(
            handler,
            self._root / code_root,
            timeout=timeout,
            memory=memory,
            session=self._session,
            variables=variables,
            python=python,
        )


@pytest.fixture(scope="session")
def lambda_session() -> Iterator[Session]:
    """What all environments of the test run share. Override it to choose how AWS answers: `Session("moto")`."""
    from handlerlint.invoke import Session

    with Session() as session:
        yield session


@pytest.fixture
def lambda_invoke(lambda_session: Session, pytestconfig: pytest.Config) -> Iterator[LambdaInvoke]:
    """A function that runs an event through a handler: see `LambdaInvoke`."""
    invoke = LambdaInvoke(lambda_session, pytestconfig.rootpath)
    yield invoke
    invoke.close()
