"""Which operation of a service a request is, by the models of botocore that the project itself has.

Only for protocols that hide the operation in method and path; the others name it. Used by `refusal`.
"""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

# Where the name in the signature is not the name of the folder (metadata.signingName of the models).
_FOLDERS = {
    "email": "ses",
    "execute-api": "apigatewaymanagementapi",
    "elasticfilesystem": "efs",
    "es": "opensearch",
    "aoss": "opensearchserverless",
    "bedrock": "bedrock-runtime",
    "cassandra": "keyspaces",
    "mobiletargeting": "pinpoint",
    "iotdevicegateway": "iot-data",
    "iotdata": "iot-data",
}


@dataclass(frozen=True, slots=True)
class _Operation:
    name: str
    method: str
    path: re.Pattern[str]
    query: frozenset[str]
    literal_length: int


def operation_of(service: str, method: str, target: str, botocore: Path | None) -> str | None:
    """The operation's name, or None where the models do not tell."""
    if botocore is None or not service:
        return None
    split = urlsplit(target)
    query = {name for name, _ in parse_qsl(split.query, keep_blank_values=True)}
    for folder in (service, _FOLDERS.get(service)):
        fitting = [
            operation
            for operation in (_operations(botocore / "data" / folder) if folder else ())
            if operation.method == method
            and operation.query <= query
            and operation.path.fullmatch(split.path)
        ]
        if fitting:
            return max(fitting, key=lambda found: (len(found.query), found.literal_length)).name
    return None


@cache
def _operations(folder: Path) -> tuple[_Operation, ...]:
    """The operations of the newest model in a service's folder."""
    models = sorted((*folder.glob("*/service-2.json.gz"), *folder.glob("*/service-2.json")))
    if not models:
        return ()
    content = models[-1].read_bytes()
    model = json.loads(gzip.decompress(content) if models[-1].suffix == ".gz" else content)
    return tuple(
        _operation(name, operation["http"]["method"], operation["http"]["requestUri"])
        for name, operation in model["operations"].items()
        if "http" in operation
    )


def _operation(name: str, method: str, template: str) -> _Operation:
    """`/{Bucket}/{Key+}?acl`: parameters match one part of the path, those with `+` several."""
    path, _, query = template.partition("?")
    parts = re.split(r"(\{[^}]*\})", path.rstrip("/") or "/")
    patterns = [_pattern(part) for part in parts]
    literal = sum(len(part) for part in parts if not part.startswith("{"))
    names = frozenset(name for name, _ in parse_qsl(query, keep_blank_values=True))
    return _Operation(name, method, re.compile("".join(patterns) + "/?"), names, literal)


def _pattern(part: str) -> str:
    if not part.startswith("{"):
        return re.escape(part)
    return ".+" if part.endswith("+}") else "[^/]+"
