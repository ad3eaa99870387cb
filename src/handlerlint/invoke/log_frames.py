"""Takes apart what the runtime client writes for Lambda's log: each record in a frame; used by `log_pipe`.

Without frames two records stand in one line where a handler's own formatter ends none. The frame is documented by
awslambdaric (`FramedTelemetryLogSink`); clients before 2.0 write the first type, which has no time.
"""

from __future__ import annotations

import re

# Of the environment: the descriptor that the runtime client writes frames to.
DESCRIPTOR_VARIABLE = "_LAMBDA_TELEMETRY_LOG_FD"

_HEADER = re.compile(rb"\xa5\x5a\x00(?:\x01(?P<old>.{4})|[\x02-\x1b](?P<length>.{4}).{8})", re.DOTALL)


def lines_of(content: bytes) -> bytes:
    """What was written, with every record in lines of its own and no frame around it."""
    parts: list[bytes] = []
    at = 0
    while (found := _HEADER.search(content, at)) is not None:
        end = found.end() + int.from_bytes(found["old"] or found["length"], "big")
        parts += [_ended(content[at : found.start()]), _ended(content[found.end() : end])]
        at = min(end, len(content))
    return b"".join((*parts, content[at:]))


def _ended(text: bytes) -> bytes:
    return text if not text or text.endswith(b"\n") else text + b"\n"
