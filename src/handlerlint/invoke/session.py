"""What all environments of one run share: the Runtime API server, and what stands in the place of AWS."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from handlerlint.invoke.aws import AwsAccess, AwsMode, real_access
from handlerlint.invoke.model import Event
from handlerlint.invoke.runtime_api import RuntimeApi
from handlerlint.records import replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handlerlint.functions.model import LambdaFunction
    from handlerlint.invoke.aws.moto import MotoServer
    from handlerlint.invoke.aws.refusal import AwsRefusal
    from handlerlint.invoke.custom_resources import AnswerServer


class Session:
    """One run: a context manager that closes every port at its end.

    `aws` is `none` (every call is refused, with a message that names it), `moto` (a private moto server, extra
    `aws`; `aws_setup` is a program that fills it, and what a function's template declares is made in it) or `real`
    (the user's own account).
    """

    def __init__(self, aws: AwsMode = "none", aws_setup: Path | None = None) -> None:
        self._aws = aws
        self._refusal: AwsRefusal | None = None
        self._answers: AnswerServer | None = None
        self._moto: MotoServer | None = None
        if aws == "moto":
            from handlerlint.invoke.aws.moto import MotoServer

            self._moto = MotoServer()
            if aws_setup is not None:
                self._fill(self._moto, aws_setup)
        self._lock = threading.Lock()
        self._declared: dict[Path, Mapping[str, Mapping[str, str]]] = {}
        self.runtime_api = RuntimeApi()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all ports."""
        self.runtime_api.close()
        if self._refusal is not None:
            self._refusal.close()
            self._refusal = None
        if self._answers is not None:
            self._answers.close()
            self._answers = None
        if self._moto is not None:
            self._moto.close()
            self._moto = None

    def aws_access(self, botocore: Path | None) -> AwsAccess:
        """How one environment reaches AWS; `botocore` is the folder of its SDK, if it has one."""
        if self._moto is not None:
            return self._moto.access()
        if self._aws == "none":
            return self._stand_in().access(botocore)
        return real_access()

    def variables_of(self, function: LambdaFunction) -> Mapping[str, str]:
        """The function's variables that name a resource of its template, which is made in moto for that."""
        path = function.source.path
        if self._moto is None or path is None or function.source.kind not in ("sam", "cloudformation"):
            return {}
        with self._lock:
            if path not in self._declared:
                self._declared[path] = self._moto.declare(path, f"stack-{len(self._declared)}")
        return self._declared[path].get(function.name, {})

    def answer_server(self) -> AnswerServer:
        """The server that takes the answers of custom resources."""
        from handlerlint.invoke.custom_resources import AnswerServer

        with self._lock:
            if self._answers is None:
                self._answers = AnswerServer()
            return self._answers

    def prepared(self, event: Event) -> Event:
        """An event whose URL for an answer leads to us, not to a bucket of CloudFormation.

        With `--aws real` an event of the user's own keeps the URL that it has.
        """
        is_open = self._aws == "real" and not event.generated
        if is_open or b'"ResponseURL"' not in event.payload:
            return event
        content = json.loads(event.payload)
        if not isinstance(content, dict) or not {"ResponseURL", "RequestType", "StackId"} <= content.keys():
            return event
        content["ResponseURL"] = self.answer_server().url
        return replace(event, payload=json.dumps(content).encode())

    def _stand_in(self) -> AwsRefusal:
        from handlerlint.invoke.aws.refusal import AwsRefusal

        with self._lock:
            if self._refusal is None:
                self._refusal = AwsRefusal()
            return self._refusal

    @staticmethod
    def _fill(moto: MotoServer, program: Path) -> None:
        try:
            moto.set_up(program)
        except BaseException:
            moto.close()
            raise
