"""Turns one service's botocore models into the text of the packed file; used by sdktable.packing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

import botocore.session
from botocore import xform_name
from botocore.exceptions import DataNotFoundError, UnknownServiceError
from botocore.model import OperationModel, ServiceModel, Shape, StructureShape
from botocore.utils import get_service_module_name

from handlerlint.inference.sdk.pack import CONDITIONAL, REQUIRED, SECTION_SEPARATOR, UNION, USUAL, Section
from sdktable import presence, resources
from sdktable.inputs import DOCUMENT, SCALARS, InputText

STREAM, EVENTS, RANDOM_BYTES = "S", "E", "X"

_RANDOM_BYTES = re.compile(
    r"Ciphertext|^(Signature|Mac|PublicKey|PrivateKeyPlaintext|SharedSecret|ImportToken)$"
)
"""Members of KMS that are never text; `Plaintext` is random too where KMS itself generates it."""

_MEMBER_NAME = re.compile(r"[A-Za-z0-9_-]+")


class ServiceText:
    """Numbers the structures of one service as they are reached, and writes its sections."""

    def __init__(self, session: botocore.session.Session, name: str) -> None:
        self.session = session
        self.name = name
        self.loader = session.get_component("data_loader")
        self.model: ServiceModel = session.get_service_model(name)
        self.facts = presence.service_facts(self.model)
        self.indexes: dict[str, int] = {}
        self.lines: list[str] = []
        self.inputs = InputText(name, self.model)
        self.operations = self._offered_operations()

    def text(self) -> str:
        """All sections. Resources come first in time: they may reach structures that no operation returns."""
        operations = [self._operation_line(name) for name in sorted(self.operations)]
        taken = [self.inputs.index(self._operation_model(name)) for name in sorted(self.operations)]
        definition = self._optional_model("resources-1")
        resource_text = resources.resource_text(self, definition) if definition else ""
        sections = {
            Section.OPERATIONS: "\n".join(operations),
            Section.STRUCTURES: "\n".join(self.lines),
            Section.PAGINATORS: "\n".join(self._paginator_lines()),
            Section.WAITERS: " ".join(self._waiter_names()),
            Section.EXCEPTIONS: " ".join(sorted(shape.name for shape in self.model.error_shapes)),
            Section.NOTES: json.dumps(self._notes(), sort_keys=True, separators=(",", ":")),
            Section.RESOURCES: resource_text,
            Section.INPUTS: "\n".join(taken),
            Section.INPUT_STRUCTURES: "\n".join(self.inputs.lines),
        }
        return SECTION_SEPARATOR.join(sections[section] for section in Section)

    def type_code(self, shape: Shape) -> str:
        """The type of a member as it is once botocore has parsed it."""
        match shape.type_name:
            case "structure" if shape.is_document_type:
                return DOCUMENT
            case "structure" if shape.serialization.get("eventstream"):
                return f"{EVENTS}{self.structure_index(shape)}"
            case "structure":
                return str(self.structure_index(shape))
            case "list":
                return f"[{self.type_code(shape.member)}"
            case "map":
                assert shape.key.type_name == "string", (self.name, shape.name)
                return "{" + self.type_code(shape.value)
            case "string" if self._is_decoded(shape):
                return DOCUMENT
        return SCALARS[shape.type_name]

    def structure_index(self, shape: StructureShape, operation: OperationModel | None = None) -> int:
        """The number of a structure, written out when it is met first; outputs are known by their
        operation."""
        key = shape.name
        if key not in self.indexes:
            self.indexes[key] = index = len(self.lines)
            self.lines.append("")
            members = [self._member(shape, name, operation) for name in shape.members]
            if self.name == "s3" and _has_expires_header(shape):
                members.append(f"ExpiresString{CONDITIONAL}{SCALARS['string']}")
            self.lines[index] = (UNION if presence.is_union(shape) else "") + ",".join(members)
        return self.indexes[key]

    def presence_mark(self, shape: StructureShape, name: str) -> str:
        """How certain a member of a structure is to be there."""
        if name in shape.required_members:
            return REQUIRED
        return CONDITIONAL if presence.is_conditional(self.name, shape, name, self.facts) else USUAL

    def _member(self, shape: StructureShape, name: str, operation: OperationModel | None) -> str:
        assert _MEMBER_NAME.fullmatch(name), (self.name, shape.name, name)
        member = shape.members[name]
        code = self.type_code(member)
        if operation is not None and member is operation.get_streaming_output():
            code = STREAM
        elif code == "B" and self._is_random(shape, name):
            code = RANDOM_BYTES
        return f"{name}{self.presence_mark(shape, name)}{code}"

    def _is_random(self, shape: StructureShape, name: str) -> bool:
        if self.name != "kms":
            return False
        return bool(_RANDOM_BYTES.search(name)) or (name == "Plaintext" and shape.name.startswith("Generate"))

    def _is_decoded(self, shape: Shape) -> bool:
        """Strings that botocore's own handlers turn into JSON: IAM's policies, and headers with a JSON
        value."""
        if self.name == "iam" and shape.name == "policyDocumentType":
            return True
        return bool(shape.serialization.get("jsonvalue"))

    def _offered_operations(self) -> dict[str, str]:
        """Python names of the operations that a client has: a few are taken away when its class is made."""
        names = {xform_name(operation): operation for operation in self.model.operation_names}
        attributes: dict[str, Any] = dict.fromkeys(names)
        self.session.get_component("event_emitter").emit(
            f"creating-client-class.{self.model.service_id.hyphenize()}",
            class_attributes=attributes,
            base_classes=[],
        )
        return {name: operation for name, operation in names.items() if name in attributes}

    def _operation_line(self, python_name: str) -> str:
        operation = self._operation_model(python_name)
        output = operation.output_shape
        if output is None or (not output.members and output.name not in self.indexes):
            return python_name
        return f"{python_name} {self._output_index(operation)}"

    def _operation_model(self, python_name: str) -> OperationModel:
        return self.model.operation_model(self.operations[python_name])

    def _output_index(self, operation: OperationModel) -> int:
        index = self.structure_index(operation.output_shape, operation)
        streaming = operation.get_streaming_output()
        assert streaming is None or re.search(r"[.!?]S(,|$)", self.lines[index]), (self.name, operation.name)
        if self.name == "cloudformation" and operation.name == "GetTemplate":
            # A template that is JSON is handed out as a dictionary
            # (botocore.handlers.json_decode_template_body).
            self.lines[index] = self.lines[index].replace("TemplateBody.s", f"TemplateBody.{DOCUMENT}")
        return index

    def _paginator_lines(self) -> Iterable[str]:
        model = self._optional_model("paginators-1")
        for operation, entry in sorted(model.get("pagination", {}).items()):
            keys = entry.get("result_key", [])
            keys = [keys] if isinstance(keys, str) else keys
            yield f"{xform_name(operation)}|{','.join(keys)}|{','.join(entry.get('non_aggregate_keys', []))}"

    def _waiter_names(self) -> list[str]:
        return sorted(xform_name(name) for name in self._optional_model("waiters-2").get("waiters", {}))

    def _notes(self) -> dict[str, object]:
        notes: dict[str, object] = {
            "api_version": self.model.api_version,
            "class_name": get_service_module_name(self.model),
        }
        if self.name == "dynamodb":
            notes["attribute_value"] = self.indexes["AttributeValue"]
            notes["attribute_input"] = self.inputs.indexes["AttributeValue"]
        return notes

    def _optional_model(self, kind: str) -> dict[str, Any]:
        try:
            model: dict[str, Any] = self.loader.load_service_model(self.name, kind)
        except (UnknownServiceError, DataNotFoundError):
            return {}
        return model


def _has_expires_header(shape: StructureShape) -> bool:
    """botocore.handlers.handle_expires_header keeps the unparsed header of these beside the timestamp."""
    member = shape.members.get("Expires")
    return member is not None and member.name == "Expires" and member.serialization.get("name") == "Expires"
