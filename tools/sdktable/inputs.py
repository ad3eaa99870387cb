"""What operations take, as botocore validates it. Used by sdktable.services."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatch
from typing import Final

from botocore.handlers import BUILTIN_HANDLERS, ParameterAlias
from botocore.model import OperationModel, ServiceModel, Shape, StructureShape

from handlerlint.inference.sdk.pack import REQUIRED, UNION, USUAL
from sdktable import presence

SCALARS: Final = {
    "string": "s",
    "character": "s",
    "integer": "i",
    "long": "i",
    "float": "f",
    "double": "f",
    "boolean": "b",
    "timestamp": "t",
    "blob": "B",
}
DOCUMENT, CONDITION = "j", "c"
#: Strings for which a DynamoDB resource takes conditions, too (boto3.dynamodb.transform).
_CONDITIONS: Final = {("dynamodb", "ConditionExpression"), ("dynamodb", "KeyExpression")}
#: Members that botocore.handlers takes in other types than the model has, and converts before it validates:
#: `handle_copy_source_param`, `sse_md5`, `base64_encode_user_data`.
_CONVERTED: Final = {
    ("s3", "CopySource"),
    ("s3", "SSECustomerKey"),
    ("s3", "CopySourceSSECustomerKey"),
    ("ec2", "UserData"),
    ("autoscaling", "UserData"),
}


class InputText:
    """Numbers the structures that the operations of one service take, and writes a line for each."""

    def __init__(self, service: str, model: ServiceModel) -> None:
        self.service = service
        self.model = model
        self.indexes: dict[str, int] = {}
        self.lines: list[str] = []

    def index(self, operation: OperationModel) -> str:
        """The number of the structure that an operation takes; empty where it takes nothing."""
        shape = operation.input_shape
        if shape is None:
            return ""
        taken = parameters(self.service, self.model, operation)
        aliases = {alias: name for name, alias in _aliases(self.service, self.model, operation)}
        members = {name: shape.members[aliases.get(name, name)] for name in taken}
        self.lines.append("")  # the lines of what is in it come behind
        index = len(self.lines) - 1
        self.lines[index] = ",".join(
            self._member(name, member, taken[name]) for name, member in members.items()
        )
        return str(index)

    def _structure(self, shape: StructureShape) -> int:
        if shape.name not in self.indexes:
            self.indexes[shape.name] = index = len(self.lines)
            self.lines.append("")
            required = set(shape.required_members)
            members = [self._member(name, member, name in required) for name, member in shape.members.items()]
            self.lines[index] = (UNION if presence.is_union(shape) else "") + ",".join(members)
        return self.indexes[shape.name]

    def _member(self, name: str, shape: Shape, required: bool) -> str:
        is_converted = (self.service, name) in _CONVERTED
        code = DOCUMENT if is_converted else self._type_code(shape)
        return f"{name}{REQUIRED if required else USUAL}{code}"

    def _type_code(self, shape: Shape) -> str:
        match shape.type_name:
            case "structure" if shape.is_document_type or shape.serialization.get("eventstream"):
                return DOCUMENT
            case "structure":
                return str(self._structure(shape))
            case "list":
                return f"[{self._type_code(shape.member)}"
            case "map":
                return "{" + self._type_code(shape.value)
            case "string" if shape.serialization.get("jsonvalue"):
                return DOCUMENT
            case "string" if (self.service, shape.name) in _CONDITIONS:
                return CONDITION
        return SCALARS[shape.type_name]


def parameters(service: str, model: ServiceModel, operation: OperationModel) -> dict[str, bool]:
    """What an operation takes, by name: whether the caller must give it."""
    if operation.input_shape is None:
        return {}
    aliases = dict(_aliases(service, model, operation))
    filled_in = {*operation.idempotent_members, *aliases, *(["accountId"] if service == "glacier" else [])}
    required = set(operation.input_shape.required_members) - filled_in
    members = {name: name in required for name in operation.input_shape.members}
    return members | dict.fromkeys(aliases.values(), False)


def _aliases(service: str, model: ServiceModel, operation: OperationModel) -> Iterator[tuple[str, str]]:
    """Members that botocore takes under another name, too."""
    events = [
        f"before-parameter-build.{name}.{operation.name}" for name in (service, model.service_id.hyphenize())
    ]
    for pattern, handler, *_ in BUILTIN_HANDLERS:
        alias = getattr(handler, "__self__", None)
        is_ours = isinstance(alias, ParameterAlias) and any(fnmatch(event, pattern) for event in events)
        if is_ours and alias._original_name in operation.input_shape.members:
            yield alias._original_name, alias._alias_name
