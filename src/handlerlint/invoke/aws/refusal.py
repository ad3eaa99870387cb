"""A server in the place of AWS that refuses every call and says which one it was; used by `session`."""

from __future__ import annotations

import itertools
import json
import re
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

from handlerlint.invoke.aws.access import AwsAccess, endpoint_variables, server_of
from handlerlint.invoke.aws.operations import operation_of
from handlerlint.invoke.model import AwsCall

ERROR_CODE = "AwsNotReachable"

# docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html: the credential is
# KEY/date/region/service/aws4_request. A presigned URL has it among its parameters.
_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/\d+/[^/]*/([^/]+)/aws4_request")
_XML_SERVICES = frozenset({"s3", "s3-object-lambda", "s3-outposts", "s3express", "cloudfront", "route53"})
_LARGEST_FORM = 1 << 16


class AwsRefusal:
    """The server. Each process is told apart by the access key that it was given."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._calls: dict[str, list[AwsCall]] = {}
        self._models: dict[str, Path | None] = {}
        self._server = _Server(self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="aws", daemon=True
        )
        self._thread.start()

    @property
    def _url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        """Close the port."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def access(self, botocore: Path | None) -> AwsAccess:
        """The access of one environment; `botocore` is the folder of its SDK, whose models name operations."""
        key_id = f"HANDLERLINT{next(self._numbers):09}"
        self._calls[key_id] = []
        self._models[key_id] = botocore
        return AwsAccess(
            endpoint_variables(self._url, key_id), lambda: self._take(key_id), (server_of(self._url),)
        )

    def refuse(self, request: _Refused) -> AwsCall:
        """Note the call, under the key it was signed with or the only one there is."""
        key_id, service = request.credential()
        if key_id not in self._calls:
            key_id = next(reversed(self._calls), "")
        call = AwsCall(service, request.operation(service, self._models.get(key_id)))
        self._calls.setdefault(key_id, []).append(call)
        return call

    def _take(self, key_id: str) -> tuple[AwsCall, ...]:
        calls = tuple(self._calls[key_id])
        del self._calls[key_id][: len(calls)]
        return calls


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, owner: AwsRefusal) -> None:
        self.owner = owner
        super().__init__(("127.0.0.1", 0), _Refused)

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing: the other side has left."""


class _Refused(BaseHTTPRequestHandler):
    """One request of an SDK."""

    protocol_version = "HTTP/1.1"
    server: _Server
    form: Mapping[str, list[str]] = {}

    def refuse(self) -> None:
        """Answer in the protocol of the request, so that the SDK raises its ordinary error."""
        body = self._body()
        self.form = parse_qs(body[:_LARGEST_FORM].decode("latin-1")) if self._is_form() else {}
        call = self.server.owner.refuse(self)
        self._answer(
            f"handlerlint keeps AWS out of reach, so {call} was refused: see --aws moto", call.service
        )

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = refuse

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: standard error is the user's."""

    def credential(self) -> tuple[str, str]:
        """The access key and the service that a request is signed for; empty where it is not signed."""
        found = _CREDENTIAL.search(self.headers.get("Authorization", ""))
        if found is not None:
            return found[1], found[2]
        given = parse_qs(urlsplit(self.path).query).get("X-Amz-Credential", [""])[0].split("/")
        return (given[0], given[3]) if len(given) == 5 else ("", "")

    def operation(self, service: str, botocore: Path | None) -> str:
        """The operation's name: every protocol says it somewhere else."""
        target = self.headers.get("X-Amz-Target", "")
        if target:
            return target.rpartition(".")[2]
        if self.form.get("Action"):
            return self.form["Action"][0]
        _, marker, name = self.path.partition("/operation/")
        if marker and self.headers.get("smithy-protocol"):
            return name
        found = operation_of(service, self.command, self.path, self.headers.keys(), botocore)
        return found or f"{self.command} {urlsplit(self.path).path}"

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        while size := int(self.rfile.readline().partition(b";")[0] or b"0", 16):
            self.rfile.read(size + len(b"\r\n"))
        while self.rfile.readline().strip():  # trailers
            pass
        return b""  # a stream is no form

    def _is_form(self) -> bool:
        return self.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded")

    def _answer(self, message: str, service: str) -> None:
        headers = {"x-amzn-errortype": ERROR_CODE}
        if self.headers.get("smithy-protocol") == "rpc-v2-cbor":
            body = _cbor({"__type": ERROR_CODE, "message": message})
            headers |= {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
        elif self._is_form() or service in _XML_SERVICES:
            body = _xml(message, service)
            headers["Content-Type"] = "text/xml"
        else:
            body = json.dumps({"__type": ERROR_CODE, "message": message, "Message": message}).encode()
            headers["Content-Type"] = "application/json"
        self._send(403, headers, body)

    def _send(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _xml(message: str, service: str) -> bytes:
    """The error of the query, EC2 and S3 protocols (smithy.io, "AWS protocols")."""
    error = f"<Error><Code>{ERROR_CODE}</Code><Message>{escape(message)}</Message></Error>"
    if service == "ec2":
        error = f"<Response><Errors>{error}</Errors><RequestID>0</RequestID></Response>"
    elif service not in _XML_SERVICES or service in ("cloudfront", "route53"):
        error = f"<ErrorResponse>{error}<RequestId>0</RequestId></ErrorResponse>"
    return f'<?xml version="1.0" encoding="UTF-8"?>{error}'.encode()


def _cbor(content: Mapping[str, str]) -> bytes:
    """A map of texts in CBOR (RFC 8949): all that an error needs."""
    parts = [bytes([0xA0 | len(content)])]
    for text in itertools.chain.from_iterable(content.items()):
        encoded = text.encode()
        parts += [b"\x79", len(encoded).to_bytes(2, "big"), encoded]
    return b"".join(parts)
