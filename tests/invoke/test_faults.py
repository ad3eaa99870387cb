"""Everything that can go wrong in a process: what is said of it, and that the next event is safe."""

from __future__ import annotations

import shutil
import sys
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from handlerlint.invoke import Environment, Invocation, Limits, Session
from handlerlint.invoke.confinement import can_confine
from handlerlint.invoke.traces import frames_of

from .conftest import FIXTURES
from .leftovers import processes_of

FAULTS = FIXTURES / "faults"
SHORT = Limits(timeout=0.3, memory=4096)
ENOUGH = Limits(timeout=20, memory=4096)


def environment(session: Session, limits: Limits = ENOUGH, handler: str = "app.handler") -> Environment:
    opened = Environment.of(handler, FAULTS, session=session)
    opened.close()
    return Environment(opened.function, session=session, limits=limits)


def do(environment: Environment, action: str, **details: object) -> Invocation:
    return environment.invoke({"do": action, **details})


def is_fresh(invocation: Invocation) -> bool:
    return invocation.init_duration_ms is not None


def value(invocation: Invocation) -> Any:
    assert invocation.response is not None, invocation
    return invocation.response.value


def line_of(action: str, statement: str) -> int:
    """The line of `statement` in the function `action` of the fixture."""
    lines = (FAULTS / "app.py").read_text().splitlines()
    start = lines.index(f"def {action}(event):")
    return next(row for row, line in enumerate(lines[start:], start + 1) if statement in line)


@dataclass(frozen=True)
class Exit:
    """A process that ends: what Lambda says, and the statement where the interpreter was, if it tells."""

    action: str
    said: str
    statement: str | None = None


EXITS = [
    Exit("exit_0", "Runtime exited without providing a reason"),
    Exit("exit_3", "Runtime exited with error: exit status 3"),
    Exit("hard_exit", "Runtime exited with error: exit status 4"),
    Exit("segmentation_fault", "Runtime exited with error: signal: segmentation fault", "ctypes.string_at"),
    Exit("overflow_the_stack", "Runtime exited with error: signal: segmentation fault", "descend = "),
    Exit("abort", "Runtime exited with error: signal: aborted", "os.abort"),
    Exit("kill_itself", "Runtime exited with error: signal: killed"),
    Exit("fork_and_exit", "Runtime exited with error: exit status 5"),
]


if sys.version_info >= (3, 12):  # these count C calls, and raise RecursionError in time
    EXITS = [case for case in EXITS if case.action != "overflow_the_stack"]


@pytest.mark.parametrize("case", EXITS, ids=lambda case: case.action)
def test_process_that_ends(session: Session, case: Exit) -> None:
    with environment(session) as running:
        assert value(do(running, "count")) == 1
        ended = do(running, case.action)
        assert ended.status == "exited"
        assert ended.error is not None
        assert ended.error.error_type == "Runtime.ExitError"
        assert ended.error.error_message == f"RequestId: {ended.request_id} Error: {case.said}"
        if case.statement is not None:
            told = [frame.line for frame in frames_of(ended.error.frames_seen) if "app.py" in frame.path]
            assert told[-1] == line_of(case.action, case.statement)
            assert "Fatal Python error" not in ended.logs.text  # Lambda would not show it
        after = do(running, "count")
        assert value(after) == 1
        assert is_fresh(after)


TIMEOUTS = {
    "loop": "pass",
    "sleep": "time.sleep(60)",
    "loop_in_c": "re.match",
    "ignore_signals_and_loop": None,
    "stop_itself": None,
    "flood_for_ever": "sys.stdout.write",
}


@pytest.mark.parametrize("action", TIMEOUTS)
def test_handler_that_does_not_end(session: Session, action: str) -> None:
    with environment(session, SHORT) as running:
        ended = do(running, action)
        assert ended.status == "timeout"
        assert ended.error is not None
        assert ended.error.error_type == "Sandbox.Timedout"
        assert ended.error.error_message.endswith("Error: Task timed out after 0.30 seconds")
        assert ended.duration_ms == 300  # the limit, not what it took to end the process
        statement = TIMEOUTS[action]
        if statement is not None:
            told = [frame for frame in frames_of(ended.error.frames_seen) if "app.py" in frame.path]
            assert told[0].name == "handler"
            assert told[-1].name == action
        assert "Fatal Python error" not in ended.logs.text
        assert is_fresh(do(running, "echo"))


def test_deep_recursion_is_an_error_like_others(session: Session) -> None:
    with environment(session) as running:
        ended = do(running, "recurse")
        assert ended.status == "error"
        assert ended.error is not None
        assert ended.error.error_type == "RecursionError"
        assert not is_fresh(do(running, "echo"))


@pytest.mark.parametrize("action", ["use_memory", "use_memory_in_a_child", "use_memory_for_a_moment"])
def test_memory_above_the_limit(session: Session, action: str) -> None:
    memory = 32 if action == "use_memory_for_a_moment" else 128
    with environment(session, Limits(timeout=20, memory=memory)) as running:
        ended = do(running, action)
        assert ended.status == "exited"
        assert ended.memory_exceeded
        assert ended.max_memory_mb is not None
        assert ended.max_memory_mb >= memory  # rounded
        assert ended.error is not None
        assert ended.error.error_message.endswith("Error: Runtime exited with error: signal: killed")
        assert is_fresh(do(running, "echo"))


def test_memory_is_not_limited_where_nobody_says_how_much_there_is(session: Session) -> None:
    with environment(session, Limits(memory=16, memory_is_enforced=False)) as running:
        assert value(do(running, "use_memory_for_a_moment")) == 48 << 20


@pytest.mark.parametrize("action", ["leave_the_session", "start_a_program"])
def test_processes_that_leave_the_session_are_found(session: Session, action: str, temporary: Path) -> None:
    with environment(session) as running:
        assert do(running, action).succeeded
        assert len(processes_of(temporary)) == 2
    assert processes_of(temporary) == []


def test_processes_that_know_nothing_of_their_origin_are_found(session: Session) -> None:
    """In a session of its own, without an environment, and its parent is gone."""
    mark = uuid.uuid4().hex
    with environment(session) as running:
        do(running, "start_a_program_without_environment", mark=mark)
        assert running_with(mark)
        do(running, "hard_exit")
    assert not running_with(mark)


def running_with(mark: str) -> bool:
    """Whether a process has the mark in its command line; one that has ended has none."""
    return any(
        mark.encode() in path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()
    )


def test_home_folder_is_a_private_one(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies in the user's own, such as the tokens of `aws sso login`, is not found by the usual way."""
    (tmp_path / "home" / ".aws").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    with environment(session) as running:
        assert value(do(running, "look_at_home")) == []
    with Session("real") as real, environment(real) as running:
        assert value(do(running, "look_at_home")) == [".aws"]


def test_fork_that_returns_twice_does_no_harm(session: Session) -> None:
    with environment(session, Limits(timeout=1, memory=4096)) as running:
        do(running, "fork_and_return_twice")  # in Lambda, too, it is a matter of luck which one answers
        running.cancel()


def test_threads_that_are_left_run_on(session: Session) -> None:
    with environment(session) as running:
        assert value(do(running, "leave_a_thread")) == "left"
        assert value(do(running, "count")) == 2


def test_process_that_ends_after_the_answer(session: Session) -> None:
    with environment(session) as running:
        assert value(do(running, "exit_after_the_answer")) == "answered"
        ended = do(running, "sleep")
        assert ended.status == "exited"
        assert ended.exit_reason == "exit status 6"
        assert is_fresh(do(running, "echo"))


def test_flood_of_output_keeps_its_end(session: Session) -> None:
    with environment(session) as running:
        flooded = do(running, "flood")
        assert value(flooded) == "flooded"
        assert flooded.logs.content.endswith(b"x\nthe end\n")
        assert len(flooded.logs.content) == 256 * 1024
        assert flooded.logs.omitted == 100 * 1000 * 100 + len("the end\n") - 256 * 1024
        assert flooded.logs.text.startswith(f"[{flooded.logs.omitted} bytes omitted]\n")
        assert do(running, "echo").logs.text == ""


def test_output_that_is_no_text(session: Session) -> None:
    with environment(session) as running:
        assert do(running, "print_bytes").logs.text == "caf� �\0\nerror\n"


def test_closed_descriptors(session: Session) -> None:
    """The client opens a new connection, which is as much its own as the first one."""
    with environment(session) as running:
        assert value(do(running, "close_descriptors")) == "closed"
        assert value(do(running, "count")) == 2


def test_closed_standard_streams(session: Session) -> None:
    with environment(session) as running:
        assert value(do(running, "close_standard_streams")) == "closed"


def test_changed_folder_lasts_as_in_lambda(session: Session) -> None:
    with environment(session) as running:
        assert value(do(running, "change_folder")) == "/"
        assert value(do(running, "count")) == 2


def test_standard_input_is_empty(session: Session) -> None:
    with environment(session) as running:
        ended = do(running, "read_standard_input")
        assert ended.error is not None
        assert ended.error.error_type == "EOFError"


@pytest.mark.skipif(not can_confine(), reason="this kernel has no Landlock")
def test_writing_outside_of_temporary_folders_is_refused(
    session: Session, request: pytest.FixtureRequest
) -> None:
    if Path.home().is_relative_to("/tmp"):
        pytest.skip("the home folder is a temporary one")
    # A checkout may lie in a temporary folder itself.
    outside = Path(tempfile.mkdtemp(prefix="handlerlint-test-", dir=Path.home()))
    request.addfinalizer(lambda: shutil.rmtree(outside))
    existing, new = outside / "existing.txt", outside / "outside.txt"
    existing.write_text("before")
    with environment(session) as running:
        for action, path in [
            ("write_outside", existing),
            ("write_outside", new),
            ("remove_outside", existing),
        ]:
            ended = do(running, action, path=str(path))
            assert ended.error is not None
            assert ended.error.error_type == "PermissionError"
        assert value(do(running, "write_temporary")) == ["written", 1]
    assert existing.read_text() == "before"
    assert not new.exists()
    existing.unlink()


def test_nothing_is_written_beside_the_code(session: Session) -> None:
    with environment(session) as running:
        do(running, "echo")
    assert not (FAULTS / "__pycache__").exists()


def test_cleared_environment(session: Session) -> None:
    with environment(session) as running:
        assert value(do(running, "change_environment")) == "cleared"
        assert value(do(running, "count")) == 2


def test_nonsense_does_not_trouble_the_runtime_api(session: Session) -> None:
    """An exception in a thread of ours would fail this test."""
    with environment(session) as running:
        assert set(value(do(running, "send_nonsense"))) <= {"403", "414", "501", ""}
        assert value(do(running, "count")) == 2


def test_answers_to_other_invocations_are_refused(session: Session) -> None:
    with environment(session) as running:
        assert value(do(running, "answer_by_itself", id="0")) == 403
        assert value(do(running, "count")) == 2
