"""Takes the answers of custom resources in the place of CloudFormation's bucket; used by `session` and `child`.

Handlers speak TLS to it, whatever the URL says (crhelper: `http.client.HTTPSConnection`), and check its certificate.
"""

from __future__ import annotations

import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_CERTIFICATES = Path(__file__).parent / "certificates"
_AUTHORITY = _CERTIFICATES / "authority.pem"
_PATH = "/handlerlint/custom-resource-response"


class AnswerServer:
    """A server on the loopback that takes every answer and drops it."""

    def __init__(self) -> None:
        self._server = _Server(("127.0.0.1", 0), _Answers)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(_CERTIFICATES / "loopback.pem")
        # The thread of a connection shakes hands, not the one that accepts all of them.
        self._server.socket = context.wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="answers", daemon=True
        )
        self._thread.start()
        self.address = f"127.0.0.1:{self._server.server_address[1]}"
        self.url = f"https://{self.address}{_PATH}"

    def close(self) -> None:
        """Close the port."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def trusting_variables(folder: Path) -> dict[str, str]:
    """The variables of a process that trusts the server, and whom it trusts without them; `folder` gets a file."""
    paths = ssl.get_default_verify_paths()
    usual = Path(paths.cafile or paths.openssl_cafile)
    trusted = folder / "trusted.pem"
    trusted.write_bytes((usual.read_bytes() if usual.is_file() else b"") + _AUTHORITY.read_bytes())
    return {"SSL_CERT_FILE": str(trusted), "REQUESTS_CA_BUNDLE": str(trusted)}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing: the other side has left, or does not trust us."""


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_PUT(self) -> None:
        """What the bucket answers to an object."""
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: standard error is the user's."""
