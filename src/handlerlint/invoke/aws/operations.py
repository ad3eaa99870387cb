"""Which operation of a service a request is, by the models of botocore that the project itself has.

Only for protocols that hide the operation in method and path; the others name it. Used by `refusal`.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from handlerlint.records import dataclass

_Model = Mapping[str, Any]  # the JSON of botocore

# Where the name in the signature is not the name of the folder (metadata.signingName of the models).
_FOLDERS = {
    "apigateway": ("apigatewayv2",),
    "appconfig": ("appconfigdata",),
    "bedrock": ("bedrock-runtime", "bedrock-agent-runtime", "bedrock-agent"),
    "elasticfilesystem": ("efs",),
    "es": ("opensearch",),
    "execute-api": ("apigatewaymanagementapi",),
    "geo": ("location",),
    "iotdata": ("iot-data",),
    "kinesisvideo": ("kinesis-video-archived-media", "kinesis-video-media"),
    "lex": ("lexv2-runtime", "lex-runtime", "lexv2-models"),
    "mobiletargeting": ("pinpoint",),
    "personalize": ("personalize-runtime", "personalize-events"),
    "s3": ("s3control",),
    "sagemaker": ("sagemaker-runtime", "sagemaker-featurestore-runtime"),
    "ses": ("sesv2",),
}


@dataclass(frozen=True, slots=True)
class _Operation:
    name: str
    method: str
    path: re.Pattern[str]
    query: frozenset[str]
    headers: frozenset[str]
    literal_length: int


def operation_of(
    service: str, method: str, target: str, headers: Collection[str], botocore: Path | None
) -> str | None:
    """The operation's name, or None where the models do not tell.

    `target` is the path with its query; `headers` has the names of the request's headers, in any case.
    """
    if botocore is None or not service:
        return None
    split = urlsplit(target)
    given = {name.lower() for name in headers}
    query = {name for name, _ in parse_qsl(split.query, keep_blank_values=True)}
    for folder in (service, *_FOLDERS.get(service, ())):
        fitting = [
            operation
            for operation in _operations(botocore / "data" / folder)
            if operation.method == method
            and operation.query <= query
            and operation.headers <= given
            and operation.path.fullmatch(split.path)
        ]
        if fitting:
            return max(fitting, key=_exactness).name
    return None


def _exactness(operation: _Operation) -> tuple[int, int]:
    return len(operation.query) + len(operation.headers), operation.literal_length


@cache
def _operations(folder: Path) -> tuple[_Operation, ...]:
    """The operations of the newest model in a service's folder."""
    models = sorted((*folder.glob("*/service-2.json.gz"), *folder.glob("*/service-2.json")))
    if not models:
        return ()
    content = models[-1].read_bytes()
    model = json.loads(gzip.decompress(content) if models[-1].suffix == ".gz" else content)
    return tuple(
        _operation(name, operation, model["shapes"])
        for name, operation in model["operations"].items()
        if "http" in operation
    )


def _operation(name: str, model: _Model, shapes: Mapping[str, _Model]) -> _Operation:
    """`/{Bucket}/{Key+}?acl`: parameters match one part of the path, those with `+` several."""
    path, _, query = model["http"]["requestUri"].partition("?")
    parts = re.split(r"(\{[^}]*\})", path.rstrip("/") or "/")
    patterns = [_pattern(part) for part in parts]
    shape = shapes[model["input"]["shape"]] if "input" in model else {}
    required = [shape["members"][member] for member in shape.get("required", ())]
    return _Operation(
        name=name,
        method=model["http"]["method"],
        path=re.compile("".join(patterns) + "/?"),
        query=frozenset(key for key, _ in parse_qsl(query, keep_blank_values=True))
        | {member["locationName"] for member in required if member.get("location") == "querystring"},
        headers=frozenset(
            member["locationName"].lower() for member in required if member.get("location") == "header"
        ),
        literal_length=sum(len(part) for part in parts if not part.startswith("{")),
    )


def _pattern(part: str) -> str:
    if not part.startswith("{"):
        return re.escape(part)
    return ".+" if part.endswith("+}") else "[^/]+"
