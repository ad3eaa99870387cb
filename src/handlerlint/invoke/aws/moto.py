"""A private moto server for one run: AWS without AWS (`--aws moto`, extra `aws`). Used by `session`."""

from __future__ import annotations

import logging
import runpy
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from os import environ
from pathlib import Path

from handlerlint.errors import MissingExtra, UserError
from handlerlint.invoke.aws.access import AwsAccess, endpoint_variables, region, server_of

KEY_ID = "HANDLERLINT"


class MotoServer:
    """The server, on a port of its own on the loopback; its state lives as long as the run."""

    def __init__(self) -> None:
        if find_spec("moto") is None or find_spec("flask") is None:
            raise MissingExtra("moto, which `--aws moto` needs, is not installed", "aws")
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
        from werkzeug.serving import make_server

        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._server = make_server(
            "127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True
        )
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="moto", daemon=True
        )
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """Close the port, and forget all that was made: moto keeps it for the whole process."""
        from moto.moto_api._internal.models import moto_api_backend

        moto_api_backend.reset()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def access(self) -> AwsAccess:
        """The access of an environment."""
        return AwsAccess(endpoint_variables(self.url, KEY_ID), servers=(server_of(self.url),))

    def declare(self, template: Path, name: str) -> Mapping[str, Mapping[str, str]]:
        """Make what a template declares; by function, the variables that name it. What moto refuses is not there."""
        from handlerlint.invoke.aws.declared import made, stack_of

        stack = stack_of(template)
        if stack is None:
            return {}
        try:
            return made(stack, name, self.url, region(), KEY_ID)
        except Exception as error:
            logging.getLogger(__name__).warning(
                "handlerlint: moto cannot make what %s declares: %s", template, error
            )
            return {}

    def set_up(self, program: Path) -> None:
        """Run the user's program, which makes tables and buckets: its boto3 clients reach this server."""
        variables = {
            **endpoint_variables(self.url, KEY_ID),
            "AWS_REGION": region(),
            "AWS_DEFAULT_REGION": region(),
        }
        with _environment(variables):
            try:
                runpy.run_path(str(program), run_name="__main__")
            except Exception as error:
                raise UserError(f"--aws-setup {program}: {type(error).__name__}: {error}") from error


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    before = dict(environ)
    for name in [name for name in environ if name.startswith("AWS_")]:
        del environ[name]
    environ.update(variables)
    try:
        yield
    finally:
        environ.clear()
        environ.update(before)
