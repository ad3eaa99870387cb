"""One event on its way through an execution environment: init, the invocation, and every way they can end."""

from __future__ import annotations

import json
import time
import uuid

from handlerlint.invoke.child import Child, ProcessSlot
from handlerlint.invoke.model import (
    Event,
    FunctionError,
    Invocation,
    Logs,
    Response,
    Status,
)
from handlerlint.invoke.process import exit_reason
from handlerlint.invoke.runtime_api import (
    Answer,
    Delivery,
    Exited,
    InboxMessage,
    InitFailed,
    Ready,
)
from handlerlint.invoke.traces import Frame, frames_of_dump, split_dump
from handlerlint.invoke.variables import function_arn
from handlerlint.runtime.limits import MAXIMUM_RESPONSE_BYTES


class Run:
    """One event on its way through an environment."""

    def __init__(self, slot: ProcessSlot, event: Event) -> None:
        self._slot = slot
        self._function = slot.setup.function
        self._limits = slot.setup.limits
        self._event = event
        self._request_id = str(uuid.uuid4())
        self._init_ns: int | None = None
        self._logs = Logs()

    def invocation(self) -> Invocation:
        """How it went: in the process that ran the last event, or else in a fresh one."""
        child = self._slot.idle_child()
        if child is None:
            return self._cold()
        return self._invoke(child, time.monotonic() + self._limits.timeout, 0)

    def loaded(self) -> Invocation:
        """How a fresh process loads the handler; it is left waiting for its first event."""
        return self._cold(load_only=True)

    def _cold(self, *, load_only: bool = False) -> Invocation:
        """Init first: it may take ten seconds, which do not count."""
        child = self._slot.fresh_child()
        message = child.receive(time.monotonic() + self._limits.init)
        match message:
            case Ready(at=at):
                self._init_ns = at - child.started_at
                child.exceeds_memory()  # has a first look at it
                if load_only:
                    return self._result(child, "success", None, 0, logs=child.cut_logs())
                return self._invoke(child, time.monotonic() + self._limits.timeout, 0)
            case None if load_only:
                return self._timed_out(child, self._limits.init)
            case None:
                self._logs = child.cut_logs()
                child.end_and_see_where()
                return self._init_within_the_invocation()
            case _ if load_only or self._slot.is_closed:
                return self._failed_init(child, message, 0)
            case _:
                child.end()
                self._logs, _ = _without_dump(child)
                return self._init_within_the_invocation()

    def _init_within_the_invocation(self) -> Invocation:
        """After an init that failed, or took ten seconds, Lambda starts anew with the event: it counts then.

        docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html, "Init phase", for the ten seconds. For
        a failure AWS's emulator says so in its own words: "even on failure, the next invoke is expected to work with
        a suppressed init - i.e. we init again as part of the invoke"
        (github.com/aws/aws-lambda-runtime-interface-emulator, internal/lambda/interop/sandbox_model.go).
        """
        child = self._slot.fresh_child()
        deadline = time.monotonic() + self._limits.timeout
        message = child.receive(deadline)
        match message:
            case Ready(at=at):
                return self._invoke(child, deadline, at - child.started_at)
            case None:
                return self._timed_out(child, self._limits.timeout)
            case _:
                return self._failed_init(child, message, time.perf_counter_ns() - child.started_at)

    def _failed_init(self, child: Child, message: InboxMessage, duration: int) -> Invocation:
        if isinstance(message, InitFailed):
            error = _error_of(message.body)
            child.end()
            return self._ended(child, "init-error", error, duration)
        return self._exited(child, "init-error", duration)

    def _invoke(self, child: Child, deadline: float, init_ns: int) -> Invocation:
        """Deliver the event and wait for its outcome; `init_ns` of its time has passed already."""
        delivered_at = time.perf_counter_ns()
        child.deliver(self._delivery(deadline))
        while True:
            message = child.receive(deadline)
            if message is None:
                return self._timed_out(child, self._limits.timeout)
            answer = child.answer_to(self._request_id)
            if answer is not None:
                return self._answered(child, answer, init_ns, is_gone=isinstance(message, Exited))
            if isinstance(message, Exited):
                return self._exited(child, "exited", time.perf_counter_ns() - delivered_at + init_ns)
            # A process that the handler has forked asks for events, too.

    def _delivery(self, deadline: float) -> Delivery:
        milliseconds = int((time.time() + deadline - time.monotonic()) * 1000)
        headers = [
            ("Lambda-Runtime-Aws-Request-Id", self._request_id),
            ("Lambda-Runtime-Deadline-Ms", str(milliseconds)),
            ("Lambda-Runtime-Invoked-Function-Arn", function_arn(self._function.name)),
            ("Lambda-Runtime-Trace-Id", _trace_id()),
        ]
        if self._event.client_context is not None:
            headers.append(("Lambda-Runtime-Client-Context", self._event.client_context))
        if self._event.cognito_identity is not None:
            headers.append(("Lambda-Runtime-Cognito-Identity", self._event.cognito_identity))
        return Delivery(self._request_id, self._event.payload, tuple(headers))

    def _answered(self, child: Child, answer: Answer, init_ns: int, *, is_gone: bool) -> Invocation:
        duration = answer.duration + init_ns
        if child.exceeds_memory():  # too short for a look meanwhile: Lambda would have ended it
            return self._exited(child, "exited", duration)
        response: Response | None = None
        error: FunctionError | None = None
        if answer.is_error:
            error = _error_of(answer.body)
        elif answer.size > MAXIMUM_RESPONSE_BYTES:
            error = _too_large()
        else:
            response = Response(answer.body, answer.content_type)
        status: Status = "success" if error is None else "error"
        if is_gone:
            child.end()
            return self._ended(child, status, error, duration, response)
        return self._result(child, status, error, duration, response=response, logs=child.cut_logs())

    def _timed_out(self, child: Child, seconds: float) -> Invocation:
        """The measured time is the limit itself, however long the process takes to end."""
        logs = child.cut_logs()
        child.exceeds_memory()  # has a last look at it
        frames = child.end_and_see_where()
        error = FunctionError(
            "Sandbox.Timedout",
            f"RequestId: {self._request_id} Error: Task timed out after {seconds:.2f} seconds",
            frames_seen=tuple(map(str, frames)),
        )
        return self._result(child, "timeout", error, int(seconds * 1e9), logs=logs, gone=True)

    def _exited(self, child: Child, status: Status, duration: int) -> Invocation:
        child.end()
        reason = "signal: killed" if child.memory_exceeded else exit_reason(child.exit_status)
        said = "exited without providing a reason" if reason is None else f"exited with error: {reason}"
        error = FunctionError("Runtime.ExitError", f"RequestId: {self._request_id} Error: Runtime {said}")
        return self._ended(child, status, error, duration)

    def _ended(
        self,
        child: Child,
        status: Status,
        error: FunctionError | None,
        duration: int,
        response: Response | None = None,
    ) -> Invocation:
        """The result where the process has ended: the interpreter may have told where it was."""
        logs, frames = _without_dump(child)
        if error is not None and frames:
            error = FunctionError(
                error.error_type, error.error_message, error.stack_trace, tuple(map(str, frames))
            )
        return self._result(child, status, error, duration, response=response, logs=logs, gone=True)

    def _result(
        self,
        child: Child,
        status: Status,
        error: FunctionError | None,
        duration: int,
        *,
        logs: Logs,
        response: Response | None = None,
        gone: bool = False,
    ) -> Invocation:
        """The invocation as it is reported. `duration` is in nanoseconds; `gone` when the process has ended."""
        invocation = Invocation(
            function=self._function.name,
            handler=self._function.handler or "",
            event=self._event,
            request_id=self._request_id,
            status=status,
            duration_ms=duration / 1e6,
            init_duration_ms=None if self._init_ns is None else self._init_ns / 1e6,
            max_memory_mb=child.peak_megabytes(),
            response=response,
            error=error,
            logs=Logs(self._logs.content + logs.content, self._logs.omitted + logs.omitted),
            exit_reason=_reason(child) if gone and status != "timeout" else None,
            memory_exceeded=child.memory_exceeded,
            exited_afterwards=gone and status in ("success", "error"),
            aws_calls=self._slot.setup.aws.take_calls(),
            network_peers=child.take_network_peers(),
        )
        if gone:
            self._slot.discard()
        return invocation


def _without_dump(child: Child) -> tuple[Logs, tuple[Frame, ...]]:
    """What a process that has ended wrote itself, and where the interpreter says that it was."""
    logs = child.cut_logs()
    if child.exit_status >= 0:
        return logs, ()
    text, dump = split_dump(logs.content.decode("utf-8", "surrogateescape"))
    return Logs(text.encode("utf-8", "surrogateescape"), logs.omitted), frames_of_dump(dump)


def _reason(child: Child) -> str:
    return "signal: killed" if child.memory_exceeded else exit_reason(child.exit_status) or "exit status 0"


def _too_large() -> FunctionError:
    return FunctionError(
        "Function.ResponseSizeTooLarge",
        f"Response payload size exceeded maximum allowed payload size ({MAXIMUM_RESPONSE_BYTES} bytes).",
    )


def _error_of(body: bytes) -> FunctionError:
    """The posted error; a runtime client that was replaced may post anything."""
    try:
        posted = json.loads(body)
    except ValueError:
        posted = None
    if not isinstance(posted, dict):
        return FunctionError("Runtime.Unknown", body.decode("utf-8", "replace"))
    trace = posted.get("stackTrace")
    return FunctionError(
        str(posted.get("errorType", "")),
        str(posted.get("errorMessage", "")),
        tuple(map(str, trace)) if isinstance(trace, list) else (),
    )


def _trace_id() -> str:
    random = uuid.uuid4().hex
    return f"Root=1-{int(time.time()):08x}-{random[:24]};Parent={random[16:]};Sampled=0"
