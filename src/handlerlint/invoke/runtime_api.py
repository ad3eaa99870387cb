"""Lambda's Runtime API on the loopback: what awslambdaric talks to. One server per run, used by `child`.

Each process gets a port of its own, and only that process is answered there (see `peers`). The paths and
status codes are those of docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html and of the Runtime Interface
Emulator (internal/lambda/rapi in its repository).
"""

from __future__ import annotations

import contextlib
import hmac
import json
import re
import selectors
import socket
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from io import BufferedIOBase
from queue import Empty, SimpleQueue
from typing import TypeAlias

from handlerlint.invoke.peers import Peer, may_connect
from handlerlint.records import dataclass
from handlerlint.runtime.limits import MAXIMUM_RESPONSE_BYTES

_PREFIX = "/2018-06-01/runtime"
_NEXT = f"{_PREFIX}/invocation/next"
_INIT_ERROR = f"{_PREFIX}/init/error"
_INVOCATION = f"{_PREFIX}/invocation/"
_CHUNK = 1 << 20
_LONGEST_LINE = 4 << 20  # the client sends up to 1 MB of trace as one header

_LENGTH = re.compile(r"[0-9]{1,12}")  # a handler may send whatever it likes

TOKEN_HEADER = "Handlerlint-Token"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One invocation as the runtime client receives it."""

    request_id: str
    payload: bytes
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the runtime client posted for an invocation, `duration` ns after it was given the event.

    `is_error` tells an error of the handler from its response. `size` is that of the body, which is not kept
    where it is too large.
    """

    request_id: str
    body: bytes
    content_type: str
    is_error: bool
    size: int
    duration: int


@dataclass(frozen=True, slots=True)
class Ready:
    """The runtime client asks for the next event: init is over, or the last invocation is."""

    at: int


@dataclass(frozen=True, slots=True)
class InitFailed:
    """The handler could not be loaded."""

    body: bytes
    at: int


@dataclass(frozen=True, slots=True)
class Exited:
    """The process has ended. Put by `child`."""

    at: int


InboxMessage: TypeAlias = Ready | InitFailed | Exited


class Channel:
    """The private end of one child process: its port, what is to be delivered, what came back.

    All that happens arrives in `inbox`, in order; times are `time.perf_counter_ns()`.
    """

    def __init__(self, listener: socket.socket, token: str | None) -> None:
        self.listener = listener
        self.inbox: SimpleQueue[InboxMessage] = SimpleQueue()
        self._token = token
        self._waiting: Callable[[Delivery], None] | None = None
        self._process: SimpleQueue[int] = SimpleQueue()
        self._lock = threading.Lock()
        self._current: str | None = None
        self._answer: Answer | None = None
        self._delivered_at = 0
        self._has_been_ready = False

    @property
    def address(self) -> str:
        """The value of `AWS_LAMBDA_RUNTIME_API`."""
        host, port = self.listener.getsockname()
        return f"{host}:{port}"

    def belongs_to(self, pid: int) -> None:
        """Say which process may connect; connections wait until it is said."""
        self._process.put(pid)

    def deliver(self, delivery: Delivery) -> None:
        """Hand the event to the runtime client, which has asked for it; only after a `Ready`."""
        with self._lock:
            send, self._waiting = self._waiting, None
            self._current = delivery.request_id
            self._answer = None
            self._delivered_at = time.perf_counter_ns()
        if send is not None:
            with contextlib.suppress(OSError):  # the client is gone; `Exited` follows
                send(delivery)

    def receive(self, timeout: float | None) -> InboxMessage | None:
        """The next thing that happened, or None when there was nothing for `timeout` seconds.

        First without waiting: `get` of Python 3.10 may wait for ever if nothing has waited since the last `put`,
        as it takes the free lock of the queue first, and then a time that has become negative for no limit.
        """
        with contextlib.suppress(Empty):
            return self.inbox.get_nowait()
        if timeout is not None and timeout <= 0:
            return None
        with contextlib.suppress(Empty):
            return self.inbox.get(timeout=timeout)
        return None

    def admits(self, connection: socket.socket) -> bool:
        """Whether the process at the other end may talk here at all."""
        pid = self._process.get()
        self._process.put(pid)
        return may_connect(Peer.of(connection), pid)

    def accepts_token(self, given: str | None) -> bool:
        """Whether a request brought the secret, where one is asked for."""
        return self._token is None or hmac.compare_digest(self._token, given or "")

    def ask(self, send: Callable[[Delivery], None]) -> None:
        """Note that the runtime client waits for an event; `send` writes one to its connection.

        Whoever delivers the event writes it: waking another thread for it would take longer than the writing.
        """
        with self._lock:
            self._has_been_ready = True
            self._waiting = send
        self.inbox.put(Ready(time.perf_counter_ns()))

    def finish(self, request_id: str) -> int | None:
        """Close an invocation for its one answer: its duration in ns, None where it is not open."""
        now = time.perf_counter_ns()
        with self._lock:
            if self._current != request_id:
                return None
            self._current = None
            return now - self._delivered_at

    def keep(self, answer: Answer) -> None:
        """Keep the answer until the runtime client asks for the next event, or ends."""
        with self._lock:
            self._answer = answer

    def answer_to(self, request_id: str) -> Answer | None:
        """The answer to an invocation, if there is one."""
        with self._lock:
            answer = self._answer
        return answer if answer is not None and answer.request_id == request_id else None

    def may_fail_init(self) -> bool:
        """Whether init is not over yet."""
        with self._lock:
            return not self._has_been_ready

    def release(self) -> None:
        """Let every waiting connection go."""
        self._process.put(-1)


class RuntimeApi:
    """The server: a thread that accepts for all channels, and a thread for each connection."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._wake_reader, self._wake_writer = socket.socketpair()
        self._selector.register(self._wake_reader, selectors.EVENT_READ)
        self._lock = threading.Lock()
        self._connections: dict[socket.socket, Channel] = {}
        self._threads: set[threading.Thread] = set()
        self._closing = False
        self._thread = threading.Thread(target=self._accept_all, name="runtime-api", daemon=True)
        self._thread.start()

    def __enter__(self) -> RuntimeApi:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def open_channel(self, token: str | None = None) -> Channel:
        """A new port for one process."""
        listener = socket.create_server(("127.0.0.1", 0))
        listener.setblocking(False)  # a client may be gone again before it is accepted
        channel = Channel(listener, token)
        with self._lock:
            self._selector.register(listener, selectors.EVENT_READ, channel)
        self._wake_writer.send(b"\0")
        return channel

    def close_channel(self, channel: Channel) -> None:
        """Close the port and every connection to it."""
        channel.release()
        with self._lock:
            if channel.listener.fileno() >= 0:
                self._selector.unregister(channel.listener)
                channel.listener.close()
            for connection, owner in self._connections.items():
                if owner is channel:
                    _shut(connection)

    def close(self) -> None:
        """Close every port; the server cannot be used again."""
        with self._lock:
            if self._closing:
                return
            self._closing = True
            keys = list(self._selector.get_map().values())
        for key in keys:
            if isinstance(key.data, Channel):
                self.close_channel(key.data)
        self._wake_writer.send(b"\0")
        self._thread.join()
        for thread in list(self._threads):
            thread.join()
        self._selector.close()
        self._wake_reader.close()
        self._wake_writer.close()

    def _accept_all(self) -> None:
        while not self._closing:
            for key, _ in self._selector.select():
                if isinstance(key.data, Channel):
                    self._accept(key.data)
                else:
                    self._wake_reader.recv(4096)

    def _accept(self, channel: Channel) -> None:
        with self._lock:
            try:
                connection, address = channel.listener.accept()
            except OSError:  # closed meanwhile
                return
            connection.setblocking(True)
            self._connections[connection] = channel
        thread = threading.Thread(
            target=self._serve, args=(connection, address, channel), name="runtime-api", daemon=True
        )
        self._threads.add(thread)
        thread.start()

    def _serve(self, connection: socket.socket, address: object, channel: Channel) -> None:
        try:
            if channel.admits(connection):
                _Requests(connection, address, channel)
        except OSError:
            return  # the client is gone
        finally:
            with self._lock:
                self._connections.pop(connection, None)
            connection.close()
            self._threads.discard(threading.current_thread())


class _Requests(BaseHTTPRequestHandler):
    """All requests of one connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    rbufsize = 1 << 16

    raw_requestline: bytes

    def __init__(self, connection: socket.socket, address: object, channel: Channel) -> None:
        self.channel = channel
        super().__init__(connection, address, None)  # type: ignore[arg-type]  # we have no socketserver

    def parse_request(self) -> bool:
        """The request line and the headers, by lower-case names.

        The inherited method reads them as a mail's, which takes longer than all the rest of an invocation.
        """
        try:
            self.command, self.path, _ = self.raw_requestline.decode("ascii").split()
            self.headers = _headers(self.rfile)  # type: ignore[assignment]  # only `get` is used
        except ValueError:
            self.close_connection = True
            return False
        self.close_connection = self.headers.get("connection", "").lower() == "close"
        return True

    def do_GET(self) -> None:
        """The next event."""
        if self.path != _NEXT:
            self._answer(404, _message("NotFound", self.path))
        elif not self.channel.accepts_token(self.headers.get(TOKEN_HEADER.lower())):
            self._answer(403, _message("Forbidden", "the token is missing"))
        else:
            self.channel.ask(self._send)

    def do_POST(self) -> None:
        """A response, an error of the handler, or an error of its loading."""
        if not self.path.startswith(_PREFIX):
            self._answer(404, _message("NotFound", self.path))
        elif self.path == _INIT_ERROR:
            self._init_error()
        elif not self.channel.accepts_token(self.headers.get(TOKEN_HEADER.lower())):
            self._answer(403, _message("Forbidden", "the token is missing"))
        else:
            self._outcome(*self.path.removeprefix(_INVOCATION).partition("/")[::2])

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What is no request that the runtime client makes: the inherited method needs what it has not parsed."""
        self.close_connection = True
        self._answer(code, _message("BadRequest", message or ""))

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: standard error is the user's."""

    def _send(self, delivery: Delivery) -> None:
        self._answer(200, delivery.payload, delivery.headers)

    def _outcome(self, request_id: str, kind: str) -> None:
        duration = self.channel.finish(request_id) if kind in ("response", "error") else None
        if duration is None:
            self._drain()
            self._answer(403, _message("InvalidStateTransition", f"invocation {request_id} is not open"))
            return
        size = self._content_length()
        content_type = self.headers.get("content-type", "")
        if kind == "response" and size > MAXIMUM_RESPONSE_BYTES:
            self._drain()
            self.channel.keep(Answer(request_id, b"", content_type, False, size, duration))
            self._answer(413, _message("RequestEntityTooLarge", "Exceeded maximum allowed payload size"))
            return
        body = self.rfile.read(size)
        self.channel.keep(Answer(request_id, body, content_type, kind == "error", size, duration))
        self._answer(202, _ACCEPTED)

    def _init_error(self) -> None:
        body = self.rfile.read(self._content_length())
        if self.channel.may_fail_init():
            self.channel.inbox.put(InitFailed(body, time.perf_counter_ns()))
            self._answer(202, _ACCEPTED)
        else:
            self._answer(403, _message("InvalidStateTransition", "init is over"))

    def _content_length(self) -> int:
        length = self.headers.get("content-length", "0")
        return int(length) if _LENGTH.fullmatch(length) else 0

    def _drain(self) -> None:
        left = self._content_length()
        while left > 0:
            chunk = self.rfile.read(min(left, _CHUNK))
            if not chunk:
                return
            left -= len(chunk)

    def _answer(self, status: int, body: bytes, headers: tuple[tuple[str, str], ...] = ()) -> None:
        """Written as one piece, by hand: the inherited methods take a tenth of a warm invocation."""
        lines = [
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
            *(f"{name}: {value}" for name, value in headers),
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            "\r\n",
        ]
        self.connection.sendall("\r\n".join(lines).encode("latin-1") + body)


def _headers(lines: BufferedIOBase) -> dict[str, str]:
    headers: dict[str, str] = {}
    while (line := lines.readline(_LONGEST_LINE)) not in (b"\r\n", b"\n", b""):
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon:
            raise ValueError("a header without a colon")
        headers[name.strip().lower()] = value.strip()
    return headers


def _message(error_type: str, message: str) -> bytes:
    return json.dumps({"errorType": error_type, "errorMessage": message}).encode()


_ACCEPTED = b'{"status":"OK"}\n'


def _shut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # closed by the other side
        connection.shutdown(socket.SHUT_RDWR)
