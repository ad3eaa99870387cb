"""One process of an execution environment with all that belongs to it: port, logs, temporary folder.

Started by `environment`, driven by `run`; nothing of it is left after `close`.
"""

from __future__ import annotations

import contextlib
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from handlerlint.errors import UserError
from handlerlint.functions.model import LambdaFunction
from handlerlint.invoke.aws import AwsAccess
from handlerlint.invoke.interpreter import FALLBACK_FOLDER, Interpreter, lend_packages
from handlerlint.invoke.log_frames import DESCRIPTOR_VARIABLE
from handlerlint.invoke.log_pipe import LogPipe
from handlerlint.invoke.memory import MEGABYTE, ProcessMemory
from handlerlint.invoke.model import Logs
from handlerlint.invoke.network import NetworkWatch
from handlerlint.invoke.process import Process, Program
from handlerlint.invoke.runtime_api import Answer, Delivery, Exited, InboxMessage, RuntimeApi
from handlerlint.invoke.traces import Frame, frames_of_dump, split_dump
from handlerlint.invoke.variables import Limits, Surroundings, child_variables
from handlerlint.records import dataclass, replace

_TICK = 0.02  # seconds between two looks at the memory
_TRACEBACK_GRACE = 0.3  # seconds that the interpreter gets to say where it was


@dataclass(frozen=True, slots=True)
class Setup:
    """What every process of a function is started with; if `confined`, it can write temporary files only.

    `answers_to` is the address of our server that takes the answers of custom resources, where one may be sent.
    """

    function: LambdaFunction
    folder: Path
    interpreter: Interpreter
    limits: Limits
    aws: AwsAccess
    given: Mapping[str, str]
    confined: bool
    answers_to: str | None = None


class Child:
    """A started process. Every time is in `time.perf_counter_ns()`."""

    def __init__(self, api: RuntimeApi, setup: Setup) -> None:
        self._api = api
        self._setup = setup
        self.memory_exceeded = False
        self._peak = 0
        self._temporary = Path(tempfile.mkdtemp(prefix="handlerlint-"))
        with contextlib.ExitStack() as undo:
            undo.callback(shutil.rmtree, self._temporary, ignore_errors=True)
            for name in ("home", "runtime", "tmp"):
                (self._temporary / name).mkdir()
            # Our own client sends a secret: where it is needed, the other end of a connection is unknown.
            token = None if setup.interpreter.has_native_client else secrets.token_hex()
            self._channel = api.open_channel(token)
            undo.callback(api.close_channel, self._channel)
            servers = (self._channel.address, setup.answers_to or "", *setup.aws.servers)
            self._network = NetworkWatch(self._temporary / "runtime", servers, to_aws=setup.aws.is_real)
            self._logs = LogPipe()
            undo.callback(self._logs.close)
            self.started_at = time.perf_counter_ns()
            self._process = Process(self._program(token), self._logs.writer, self._tell_exit)
            undo.callback(self._process.end)
            self._memory = ProcessMemory(self._process.pid)
            undo.callback(self._memory.close)
            self._channel.belongs_to(self._process.pid)
            self._undo = undo.pop_all()

    def close(self) -> None:
        """End the process and all it started, and remove every trace of it."""
        self._undo.close()

    def deliver(self, delivery: Delivery) -> None:
        """Hand an event to the runtime client."""
        self._channel.deliver(delivery)

    def receive(self, deadline: float) -> InboxMessage | None:
        """What happens next, or None when nothing has until `deadline` (`time.monotonic()`).

        A process above its memory limit is ended, which is then what happens.
        """
        while True:
            left = deadline - time.monotonic()
            message = self._channel.receive(max(0.0, min(left, _TICK)))
            if message is not None or left <= 0:
                return message
            self._watch_memory()

    def answer_to(self, request_id: str) -> Answer | None:
        """What the runtime client has posted for an invocation."""
        return self._channel.answer_to(request_id)

    def is_idle(self) -> bool:
        """Whether the process is still there, before it is given another event."""
        while (message := self._channel.receive(0)) is not None:
            if isinstance(message, Exited):
                return False
        return True

    def cut_logs(self) -> Logs:
        """What was written since the last call."""
        return self._logs.cut()

    def take_network_peers(self) -> tuple[str, ...]:
        """Whom the process has asked for something since the last call, besides our own servers."""
        return self._network.take()

    def end(self) -> None:
        """End the process now; `close` does the rest."""
        self._process.end()

    def end_and_see_where(self) -> tuple[Frame, ...]:
        """End a process that is stuck; the result is where the handler was, outermost call first."""
        if self._process.ask_for_traceback():
            deadline = time.monotonic() + _TRACEBACK_GRACE
            while (message := self.receive(deadline)) is not None and not isinstance(message, Exited):
                pass
        self._process.end()
        _, dump = split_dump(self._logs.cut().text)
        return frames_of_dump(dump)

    def exceeds_memory(self) -> bool:
        """Whether the process has held more memory than its function may."""
        self._peak = max(self._peak, self._memory.peak_bytes() or 0)
        limits = self._setup.limits
        self.memory_exceeded |= limits.memory_is_enforced and self._peak > limits.memory * MEGABYTE
        return self.memory_exceeded

    @property
    def exit_status(self) -> int:
        """How the process ended, as subprocess tells it. Only after `end`."""
        return self._process.exit_status

    def peak_megabytes(self) -> float | None:
        """The most memory that was seen so far; None where the system does not tell."""
        return round(self._peak / MEGABYTE, 1) if self._peak else None

    def _watch_memory(self) -> None:
        self._peak = max(self._peak, self._memory.resident_bytes() or 0)
        if not self.memory_exceeded and self.exceeds_memory():
            self._process.end()

    def _tell_exit(self) -> None:
        self._channel.inbox.put(Exited(time.perf_counter_ns()))

    def _program(self, token: str | None) -> Program:
        """The command and the environment that the process starts with; `token` is what the runtime API asks of it."""
        setup = self._setup
        around = Surroundings(
            runtime_api=self._channel.address,
            temporary=self._temporary / "tmp",
            home=self._temporary / "home",
            first_path=self._temporary / "runtime",
            extra_path=self._runtime_client_path(),
            aws=setup.aws.variables,
            given={**self._trusting_variables(), **setup.given},
        )
        variables = child_variables(setup.function, setup.limits, around)
        if setup.interpreter.user_base is not None:  # it would look for it below the private home folder
            variables.setdefault("PYTHONUSERBASE", setup.interpreter.user_base)
        # Windows hands on no descriptors.
        descriptors = () if sys.platform == "win32" else (self._logs.writer,)
        if descriptors:
            variables[DESCRIPTOR_VARIABLE] = str(self._logs.writer)
        if token is not None:
            variables["HANDLERLINT_RUNTIME_TOKEN"] = token
        return Program(
            # -B leaves no bytecode in the user's folders; faulthandler tells where a process was at its end.
            command=(
                str(setup.interpreter.executable),
                "-B",
                *("-X", "faulthandler"),
                *("-m", "awslambdaric"),
                setup.function.handler or "",
            ),
            variables=variables,
            folder=setup.folder,
            descriptors=descriptors,
            writable=(Path(tempfile.gettempdir()), Path("/tmp")) if setup.confined else None,
        )

    def _trusting_variables(self) -> Mapping[str, str]:
        if self._setup.answers_to is None:
            return {}
        from handlerlint.invoke.custom_resources import trusting_variables

        return trusting_variables(self._temporary / "runtime")

    def _runtime_client_path(self) -> Sequence[Path]:
        interpreter = self._setup.interpreter
        folders: list[Path] = []
        if interpreter.missing:
            lent = self._temporary / "lent"
            lent.mkdir()
            lend_packages(interpreter.missing, lent)
            folders.append(lent)
        if not interpreter.has_native_client:
            folders.append(FALLBACK_FOLDER)
        return folders


class ProcessSlot:
    """The place for the one process that an environment has at a time."""

    def __init__(self, api: RuntimeApi, setup: Setup) -> None:
        self.setup = setup
        self._api = api
        self._child: Child | None = None
        self._closed = False

    @property
    def is_closed(self) -> bool:
        """Whether there will be no other process."""
        return self._closed

    def idle_child(self) -> Child | None:
        """The process that waits for its next event, if there is one."""
        return self._child if self._child is not None and self._child.is_idle() else None

    def fresh_child(self) -> Child:
        """A new process in the place of the last one. Raises UserError when the environment is closed."""
        self.discard()
        if not self._closed:
            self._child = Child(self._api, self.setup)
        if self._closed:  # perhaps meanwhile, by `cancel`
            self.discard()
            raise UserError(f"{self.setup.function.name}: the environment is closed")
        assert self._child is not None
        return self._child

    def send_answers_to(self, address: str) -> None:
        """Let processes send the answers of custom resources there: one that does not know it yet is ended."""
        if self.setup.answers_to != address:
            self.setup = replace(self.setup, answers_to=address)
            self.discard()

    def discard(self) -> None:
        """End the process, if there is one."""
        child, self._child = self._child, None
        if child is not None:
            child.close()

    def close(self) -> None:
        """End the process; there will be no other."""
        self._closed = True
        self.discard()

    def cancel(self) -> None:
        """The same from another thread, which leaves the tidying up to the one that runs the event."""
        self._closed = True
        child = self._child
        if child is not None:
            child.end()
