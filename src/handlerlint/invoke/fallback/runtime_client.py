"""Takes the place of awslambdaric's native `runtime_client` where that is missing (macOS, Windows).

The same four functions, in plain Python, imported by `awslambdaric.lambda_runtime_client` in the child.
It must not import anything of handlerlint: the interpreter there is the project's own.
"""

from __future__ import annotations

import http.client
import os
from typing import Any

_INVOCATION = "/2018-06-01/runtime/invocation/"
_HEADERS = (
    "Lambda-Runtime-Aws-Request-Id",
    "Lambda-Runtime-Trace-Id",
    "Lambda-Runtime-Invoked-Function-Arn",
    "Lambda-Runtime-Client-Context",
    "Content-Type",
    "Lambda-Runtime-Cognito-Identity",
    "Lambda-Runtime-Aws-Tenant-Id",
    "Lambda-Runtime-Invocation-Id",
)

# Our server cannot see who is at the other end everywhere; the handler has no use for the secret.
_TOKEN = os.environ.pop("HANDLERLINT_RUNTIME_TOKEN", "")


class _Client:
    def __init__(self, user_agent: str) -> None:
        self._connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
        self._headers = {"User-Agent": user_agent, "Handlerlint-Token": _TOKEN}

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[http.client.HTTPResponse, bytes]:
        """One exchange over the connection that is kept; RuntimeError as the native client raises it."""
        try:
            self._connection.request(method, path, body, {**self._headers, **(headers or {})})
            response = self._connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise RuntimeError("No response from the Runtime API") from None
        if not 200 <= response.status < 300:
            raise RuntimeError(f"The Runtime API answered with status {response.status}")
        return response, content


_client: _Client | None = None


def initialize_client(user_agent: str) -> None:
    """Called once, before anything else."""
    global _client
    _client = _Client(user_agent)


def next() -> tuple[bytes, dict[str, Any]]:
    """Wait for the next event: its bytes and what the headers say."""
    response, body = _initialized().request("GET", f"{_INVOCATION}next")
    headers: dict[str, Any] = {name: response.getheader(name) or None for name in _HEADERS}
    headers["Lambda-Runtime-Deadline-Ms"] = int(response.getheader("Lambda-Runtime-Deadline-Ms") or 0)
    return body, headers


def post_invocation_result(
    request_id: str, response: bytes, content_type: str, invocation_id: str | None = None
) -> None:
    """Post what the handler returned."""
    _post(f"{request_id}/response", response, {"Content-Type": content_type})


def post_error(request_id: str, error: str, xray_fault: str, invocation_id: str | None = None) -> None:
    """Post the error that the handler raised."""
    headers = {"Content-Type": "application/json"}
    if xray_fault.isascii() and "\n" not in xray_fault and "\r" not in xray_fault:
        headers["Lambda-Runtime-Function-XRay-Error-Cause"] = xray_fault
    _post(f"{request_id}/error", error.encode(), headers)


def _post(path: str, body: bytes, headers: dict[str, str]) -> None:
    _initialized().request("POST", _INVOCATION + path, body, headers)


def _initialized() -> _Client:
    if _client is None:
        raise RuntimeError("Client not yet initalized")
    return _client
