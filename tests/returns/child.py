"""The process in which fixtures run, started by `oracle.py`: awslambdaric as it is, one request a line.

Only the native part of the runtime client is replaced: what it would send to the Runtime API is kept.
"""

from __future__ import annotations

import contextlib
import faulthandler
import functools
import importlib
import inspect
import json
import logging
import math
import os
import sys
import time
import traceback
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import simplejson
import world  # type: ignore[import-not-found]
from awslambdaric import bootstrap  # type: ignore[import-untyped]
from awslambdaric.lambda_runtime_client import LambdaRuntimeClient  # type: ignore[import-untyped]
from awslambdaric.lambda_runtime_marshaller import LambdaMarshaller  # type: ignore[import-untyped]
from boto3.dynamodb.types import TypeSerializer  # type: ignore[import-untyped]
from botocore.client import ClientCreator  # type: ignore[import-untyped]
from fixtures import rows_of_returns  # type: ignore[import-not-found]

# Only a hang takes as long, also on a machine with much else to do.
SECONDS_PER_FIXTURE = 180
ARN = "arn:aws:lambda:eu-west-1:123456789012:function:fixture"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_REGION": "eu-west-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",  # hundreds of images, for each fixture anew
    "AWS_EXECUTION_ENV": f"AWS_Lambda_python{sys.version_info.major}.{sys.version_info.minor}",
    "AWS_LAMBDA_FUNCTION_NAME": "fixture",
    "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
    "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/fixture",
    "AWS_LAMBDA_LOG_STREAM_NAME": "2024/01/01/[$LATEST]0123456789abcdef",
    "TZ": ":UTC",
}
# The originals: fixtures see recording ones under the same names.
PLAIN_DUMPS = json.dumps
PLAIN_LOADS = json.loads


class RecordingMarshaller(LambdaMarshaller):  # type: ignore[misc]
    """The real marshaller; it also remembers what the handler returned."""

    returned: Any = None

    def marshal_response(self, response: Any) -> tuple[str | bytes, str]:
        self.returned = response
        return super().marshal_response(response)  # type: ignore[no-any-return]


class CapturingClient(LambdaRuntimeClient):  # type: ignore[misc]
    """Stands in for the part that talks to the Runtime API: keeps the bytes instead of sending them."""

    def __init__(self) -> None:
        super().__init__("127.0.0.1:0")
        self.marshaller = RecordingMarshaller()
        self.result: bytes | None = None
        self.content_type = ""
        self.error: bytes | None = None

    def post_invocation_result(
        self, invoke_id: str, result_data: Any, content_type: str = "", invocation_id: Any = None
    ) -> None:
        self.result = result_data if isinstance(result_data, bytes) else result_data.encode("utf-8")
        self.content_type = content_type

    def post_invocation_error(
        self, invoke_id: str, error_response_data: str, xray_fault: str, invocation_id: Any = None
    ) -> None:
        self.error = error_response_data.encode("utf-8")


class DumpsRecorder:
    """Wraps what serializes, and the calls of boto3, and notes every failure under a call in the fixture."""

    def __init__(self, code_root: Path) -> None:
        self.code_root = str(code_root) + os.sep
        self.failures: list[dict[str, Any]] = []
        self._seen: list[BaseException] = []
        self._depth = 0

    def call_place(self) -> tuple[str, int] | None:
        """File and line of the fixture's call, or None when a library made it."""
        frame = sys._getframe(2)
        if not frame.f_code.co_filename.startswith(self.code_root):
            return None
        return frame.f_code.co_filename[len(self.code_root) :].replace(os.sep, "/"), frame.f_lineno

    def note(self, place: tuple[str, int] | None, error: BaseException) -> None:
        """One failure is one note, at the innermost call, however many calls it passes on its way out."""
        if place is None or any(error is seen for seen in self._seen):
            return
        self._seen.append(error)
        filename, row = place
        kind = type(error).__name__
        self.failures.append({"filename": filename, "row": row, "type": kind, "message": str(error)})

    def wrapped(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def recording(*arguments: Any, **options: Any) -> Any:
            place = self.call_place()
            self._depth += 1
            try:
                return function(*arguments, **options)
            except Exception as error:
                self.note(place, error)
                raise
            finally:
                self._depth -= 1

        return recording

    def wrapped_method(self, method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def recording(*arguments: Any, **options: Any) -> Any:
            # Below json.dumps the place is that call, not a subclass's way to its base class.
            place = self.call_place() if not self._depth else None
            try:
                result = method(*arguments, **options)
                return self._watched(place, result) if isinstance(result, types.GeneratorType) else result
            except Exception as error:
                self.note(place, error)
                raise

        return recording

    def wrapped_maker(self, make: Callable[..., Any]) -> Callable[..., Any]:
        """Of botocore, which makes each operation of a client: its own refusals are noted, not those of a service."""

        @functools.wraps(make)
        def making(*arguments: Any, **options: Any) -> Any:
            operation = make(*arguments, **options)

            @functools.wraps(operation)
            def recording(*given: Any, **parameters: Any) -> Any:
                try:
                    return operation(*given, **parameters)
                except Exception as error:
                    if isinstance(error, TypeError) or type(error).__name__ == "ParamValidationError":
                        self.note(self.outer_place(), error)
                    raise

            return recording

        return making

    def outer_place(self) -> tuple[str, int] | None:
        """File and line of the fixture's code that has led here, through whatever library."""
        frame = inspect.currentframe()
        while frame is not None and not frame.f_code.co_filename.startswith(self.code_root):
            frame = frame.f_back
        if frame is None:
            return None
        return frame.f_code.co_filename[len(self.code_root) :].replace(os.sep, "/"), frame.f_lineno

    def _watched(self, place: tuple[str, int] | None, chunks: Iterator[str]) -> Iterator[str]:
        try:
            yield from chunks
        except Exception as error:
            self.note(place, error)
            raise

    @contextlib.contextmanager
    def installed(self) -> Iterator[None]:
        encoder = json.JSONEncoder
        with contextlib.ExitStack() as stack:
            # `default` too: some programs replace it for the whole process.
            stack.callback(setattr, encoder, "default", encoder.default)
            for owner, name, wrap in (
                (json, "dumps", self.wrapped),
                (json, "dump", self.wrapped),
                (encoder, "encode", self.wrapped_method),
                (encoder, "iterencode", self.wrapped_method),
                (simplejson, "dumps", self.wrapped),
                (simplejson, "dump", self.wrapped),
                (orjson, "dumps", self.wrapped),
                (TypeSerializer, "serialize", self.wrapped),
                (ClientCreator, "_create_api_method", self.wrapped_maker),
            ):
                stack.callback(setattr, owner, name, getattr(owner, name))
                setattr(owner, name, wrap(getattr(owner, name)))
            yield


class ReturnWatcher:
    """Notes which `return` the handler's own frame took last; only a plain function has one."""

    def __init__(self, handler: Any, code_root: Path) -> None:
        self.place: dict[str, Any] | None = None
        self._code: types.CodeType | None = None
        self._filename = ""
        # A `finally` behind a return moves the frame's line, so returns are seen as they are reached.
        self._row_of_return: dict[int, int] = {}
        is_wrapped = hasattr(handler, "__wrapped__") or getattr(handler, "__name__", "") == "<lambda>"
        # The body of a coroutine or generator function never runs: it comes to no return.
        is_lazy = any(
            kind(handler)
            for kind in (inspect.iscoroutinefunction, inspect.isgeneratorfunction, inspect.isasyncgenfunction)
        )
        if isinstance(handler, types.FunctionType) and not is_wrapped and not is_lazy:
            path = Path(handler.__code__.co_filename)
            if path.is_relative_to(code_root):
                self._code = handler.__code__
                self._filename = path.relative_to(code_root).as_posix()
                self._row_of_return = rows_of_returns(path)

    def __enter__(self) -> ReturnWatcher:
        if self._code is not None:
            self.place = {"filename": self._filename, "row": 0}
            sys.settrace(self._trace_call)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)

    def _trace_call(self, frame: types.FrameType, kind: str, _: Any) -> Any:
        return self._trace_line if frame.f_code is self._code else None

    def _trace_line(self, frame: types.FrameType, kind: str, _: Any) -> Any:
        row = self._row_of_return.get(frame.f_lineno)
        if kind == "line" and row is not None:
            self.place = {"filename": self._filename, "row": row}
        return self._trace_line


class DiscardingLogSink:
    """Takes the place of the standard log sink: the fixtures' logs are nobody's concern."""

    def log(self, message: str, frame_type: Any = None) -> None: ...

    def log_error(self, message_lines: list[str]) -> None: ...


def holds_nan(posted: bytes) -> bool:
    """Whether the bytes decode with `json` only because it takes NaN and Infinity."""
    found: list[str] = []

    def note(constant: str) -> float:
        found.append(constant)
        return math.nan

    PLAIN_LOADS(posted, parse_constant=note)
    return bool(found)


def dumps_error(value: Any) -> str | None:
    """What `json.dumps` says to the value, None if it takes it."""
    try:
        PLAIN_DUMPS(value)
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:200]
    return None


def invoke(handler: Any, event: str, code_root: Path, recorder: DumpsRecorder) -> dict[str, Any]:
    """One invocation through the real `handle_event_request`, as plain data."""
    client = CapturingClient()
    recorder.failures = []
    with ReturnWatcher(handler, code_root) as watcher:
        bootstrap.handle_event_request(
            client,
            handler,
            "00000000-0000-4000-8000-000000000000",
            event.encode("utf-8"),
            "application/json",
            None,
            None,
            ARN,
            int(time.time() * 1000) + 3000,
            None,
            DiscardingLogSink(),
        )
    error = PLAIN_LOADS(client.error) if client.error is not None else None
    is_json = client.result is not None and client.content_type == "application/json"
    return {
        "error_type": error["errorType"] if error else None,
        "error_message": error["errorMessage"] if error else None,
        "posted": client.result.decode("utf-8", "replace")[:2000] if client.result is not None else None,
        "nan": is_json and holds_nan(client.result or b""),
        "portability": dumps_error(client.marshaller.returned) if client.result is not None else None,
        "dumps_failures": recorder.failures,
        "return_place": watcher.place,
    }


@contextlib.contextmanager
def fresh_process_state(code_root: Path, environment: dict[str, str]) -> Iterator[None]:
    """What a handler can change outside itself is put back afterwards, its own modules included."""
    path, variables, folder = list(sys.path), dict(os.environ), Path.cwd()
    root_logger = logging.getLogger()
    handlers, level = list(root_logger.handlers), root_logger.level
    os.environ.update(ENVIRONMENT | environment)
    sys.path.insert(0, str(code_root))
    importlib.invalidate_caches()
    os.chdir(code_root)
    try:
        yield
    finally:
        os.chdir(folder)
        sys.path[:] = path
        os.environ.clear()
        os.environ.update(variables)
        root_logger.handlers[:] = handlers
        root_logger.setLevel(level)
        # All are found before any goes: a namespace package looks at its parent for its path.
        prefix = str(code_root) + os.sep
        for name in [name for name, module in sys.modules.items() if _comes_from(module, prefix)]:
            del sys.modules[name]


def _comes_from(module: Any, prefix: str) -> bool:
    places = [getattr(module, "__file__", None), *getattr(module, "__path__", [])]
    return any(str(place).startswith(prefix) for place in places)


@functools.cache
def share_service_models() -> None:
    """Let all sessions of botocore read its models once, as one session does: each has megabytes to parse."""
    import botocore.session  # type: ignore[import-untyped]

    botocore.session.create_loader = functools.cache(botocore.session.create_loader)


@contextlib.contextmanager
def aws(code: str, code_root: Path) -> Iterator[None]:
    """moto, with what `world.py` makes for fixtures that use the SDK, and `_setup.py` for those beside it."""
    import boto3  # type: ignore[import-untyped]
    from moto import mock_aws

    share_service_models()
    with mock_aws(config={"lambda": {"use_docker": False}}):
        world.build(code)
        if (code_root / "_setup.py").is_file():
            importlib.import_module("_setup").setup()
        yield
    boto3.DEFAULT_SESSION = None


def run(request: dict[str, Any]) -> dict[str, Any]:
    """All events of one fixture, in one execution environment."""
    code_root = Path(request["code_root"])
    recorder = DumpsRecorder(code_root)
    with (
        fresh_process_state(code_root, request["environment"]),
        aws(request["sdk_source"], code_root) if request["sdk_source"] else contextlib.nullcontext(),
        recorder.installed(),
    ):
        try:
            handler = bootstrap._get_handler(request["handler"])
        except Exception:
            return {"init_error": traceback.format_exc(), "invocations": []}
        return {
            "init_error": None,
            "invocations": [invoke(handler, event, code_root, recorder) for event in request["events"]],
        }


def main() -> None:
    """Answer each line of standard input with one line; what fixtures print goes nowhere."""
    sys.dont_write_bytecode = True
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    # Not the folder of this file: its modules are none of Lambda's.
    sys.path[:] = [entry for entry in sys.path if Path(entry) != Path(__file__).parent]
    for line in sys.stdin:
        faulthandler.dump_traceback_later(SECONDS_PER_FIXTURE, exit=True)
        answer = run(PLAIN_LOADS(line))
        faulthandler.cancel_dump_traceback_later()
        print(PLAIN_DUMPS(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
