"""Init, and what becomes of an environment that cannot be loaded in time or at all."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from handlerlint.errors import UserError
from handlerlint.functions.model import ConfigurationSource, InlineCode, LambdaFunction
from handlerlint.invoke import Environment, Event, Invocation, Limits, Session
from handlerlint.invoke.traces import frames_of

from .conftest import FIXTURES
from .leftovers import left_behind, listening_ports

INIT = FIXTURES / "init"


def invoke(session: Session, handler: str, limits: Limits | None = None) -> tuple[Invocation, Invocation]:
    """The outcomes of two events after each other."""
    function = LambdaFunction(
        name="function", handler=handler, code_root=INIT, source=ConfigurationSource("argument", None)
    )
    with Environment(function, session=session, limits=limits) as environment:
        return environment.invoke({"n": 1}), environment.invoke({"n": 2})


FAILURES = {
    "raises.handler": ("RuntimeError", "no configuration"),
    "needs.handler": (
        "Runtime.ImportModuleError",
        "Unable to import module 'needs': No module named 'a_module_that_nobody_has'",
    ),
    "absent.handler": (
        "Runtime.ImportModuleError",
        "Unable to import module 'absent': No module named 'absent'",
    ),
    "raises": ("Runtime.MalformedHandlerName", "Bad handler 'raises': not enough values to unpack"),
    "sleeps_once.absent": ("Runtime.HandlerNotFound", "Handler 'absent' missing on module 'sleeps_once'"),
    "sys.exit": (
        "Runtime.BuiltInModuleConflict",
        "Cannot use built-in module sys as a handler module",
    ),
    "broken.handler": ("Runtime.UserCodeSyntaxError", "Syntax error in module 'broken'"),
    "leaves.handler": ("Runtime.ExitError", "Runtime exited with error: exit status 7"),
    "crashes.handler": ("Runtime.ExitError", "Runtime exited with error: signal: segmentation fault"),
}


@pytest.mark.parametrize("handler", FAILURES)
def test_failed_init_is_tried_again_for_each_event(session: Session, handler: str, temporary: Path) -> None:
    (temporary / "slept").touch()
    for outcome in invoke(session, handler):
        assert outcome.status == "init-error"
        assert outcome.error is not None
        assert outcome.error.error_type == FAILURES[handler][0]
        assert FAILURES[handler][1] in outcome.error.error_message


def test_trace_of_a_failed_init_names_the_line(session: Session) -> None:
    outcome, _ = invoke(session, "raises.handler")
    assert outcome.error is not None
    last = frames_of(outcome.error.stack_trace)[-1]
    assert (Path(last.path).name, last.line, last.name) == ("raises.py", 2, "helper")


def test_crash_in_init_names_the_line(session: Session) -> None:
    outcome, _ = invoke(session, "crashes.handler")
    assert outcome.error is not None
    assert any(
        (Path(frame.path).name, frame.line) == ("crashes.py", 3)
        for frame in frames_of(outcome.error.frames_seen)
    )


def test_slow_init_starts_again_within_the_invocation(session: Session) -> None:
    first, second = invoke(session, "sleeps_once.handler", Limits(timeout=20, init=0.3))
    assert first.succeeded
    assert first.init_duration_ms is None  # it was part of the invocation
    assert first.duration_ms > 10
    assert first.logs.text == "slow\nquick\n"
    assert second.duration_ms < first.duration_ms


@pytest.mark.parametrize("way", ["raises", "leaves"])
def test_failed_init_starts_again_within_the_invocation(session: Session, way: str, temporary: Path) -> None:
    """AWS: "even on failure, the next invoke is expected to work … we init again as part of the invoke"."""
    first, second = invoke(session, f"{way}_once.handler", Limits(timeout=20))
    assert first.succeeded
    assert first.init_duration_ms is None
    assert first.logs.text.count("first\n") == 1
    assert first.logs.text.endswith("second\n")
    assert second.succeeded
    assert second.duration_ms < first.duration_ms


def test_a_lasting_failure_of_init_is_logged_by_both_attempts(session: Session) -> None:
    outcome, _ = invoke(session, "leaves.handler")
    assert outcome.status == "init-error"
    assert outcome.logs.text.count("leaving\n") == 2


def test_without_an_event_there_is_one_attempt(session: Session) -> None:
    with Environment.of("leaves.handler", INIT, session=session) as environment:
        outcome = environment.load()
    assert outcome.status == "init-error"
    assert outcome.logs.text == "leaving\n"


def test_init_that_never_ends_is_a_timeout(session: Session) -> None:
    outcome, _ = invoke(session, "sleeps.handler", Limits(timeout=0.3, init=0.3))
    assert outcome.status == "timeout"
    assert outcome.error is not None
    assert any(
        (Path(frame.path).name, frame.line) == ("sleeps.py", 3)
        for frame in frames_of(outcome.error.frames_seen)
    )


def test_code_in_the_template(session: Session) -> None:
    function = LambdaFunction(
        name="inline",
        handler="index.handler",
        code_root=None,
        source=ConfigurationSource("cloudformation", None),
        inline_code=InlineCode("def handler(event, context):\n    return event['n'] + 1\n"),
    )
    with Environment(function, session=session) as environment:
        response = environment.invoke({"n": 1}).response
    assert response is not None
    assert response.value == 2


@pytest.mark.parametrize("payload", [{}, {"a": [1, None]}, [], [1], "text", "", 0, 1.5, True, None])
def test_event_may_be_any_json(session: Session, payload: object) -> None:
    with Environment.of("app.echo", FIXTURES / "plain", session=session) as environment:
        response = environment.invoke(payload).response
    assert response is not None
    assert response.value == payload


def test_context(session: Session) -> None:
    event = Event("context", b"{}", None, '{"custom": {"a": "b"}}', '{"cognitoIdentityId": "i"}')
    with Environment.of("app.context", FIXTURES / "plain", name="orders", session=session, memory=512) as run:
        outcome = run.invoke(event)
    assert outcome.response is not None
    context = outcome.response.value
    assert isinstance(context, dict)
    assert context.pop("aws_request_id") == outcome.request_id
    assert 0 < context.pop("remaining") <= 3000  # type: ignore[operator]
    assert context == {
        "function_name": "orders",
        "memory_limit_in_mb": "512",
        "invoked_function_arn": "arn:aws:lambda:us-east-1:123456789012:function:orders",
        "custom": {"a": "b"},
        "identity": "i",
    }


def test_environment_without_a_session_closes_its_own(temporary: Path) -> None:
    others = left_behind(temporary)
    with Environment.of("app.echo", FIXTURES / "plain") as environment:
        assert environment.invoke(1).succeeded
        assert listening_ports()
    assert left_behind(temporary) == others


def test_cancel_from_another_thread(session: Session) -> None:
    with Environment.of("sleeps.handler", INIT, session=session) as environment:
        timer = threading.Timer(0.2, environment.cancel)
        timer.start()
        assert environment.invoke({}).status == "init-error"
        timer.join()
        with pytest.raises(UserError, match="closed"):
            environment.invoke({})


def exchange(connection: socket.socket, request: bytes) -> bytes:
    """The answer; nothing where the connection is closed without one."""
    try:
        connection.sendall(request)
        return connection.recv(100)
    except ConnectionError:
        return b""


def test_other_processes_are_not_answered(session: Session) -> None:
    """This very process is another one, of the same user."""
    with Environment.of("app.port", FIXTURES / "plain", session=session) as environment:
        response = environment.invoke({}).response
        assert response is not None
        host, _, port = str(response.value).partition(":")
        with socket.create_connection((host, int(port)), timeout=5) as stranger:
            assert exchange(stranger, b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n\r\n") == b""
        assert environment.invoke({}).succeeded


def test_nothing_is_reachable_from_outside(session: Session) -> None:
    with Environment.of("app.port", FIXTURES / "plain", session=session) as environment:
        environment.invoke({})
        lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
        ours = {f"{port:04X}" for port in listening_ports()}
        addresses = {line.split()[1].partition(":") for line in lines}
        assert {address for address, _, port in addresses if port in ours} == {"0100007F"}


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (
            LambdaFunction(
                "f", None, None, ConfigurationSource("sam", None), unresolved="CodeUri is a bucket"
            ),
            "f: CodeUri is a bucket",
        ),
        (
            LambdaFunction("f", "app.handler", Path("/absent"), ConfigurationSource("sam", None)),
            "f: its code root '/absent' is not a folder",
        ),
    ],
)
def test_function_that_cannot_be_run(function: LambdaFunction, message: str) -> None:
    with pytest.raises(UserError, match=message):
        Environment(function)
