"""Says whether an output member that does not serialize is there in practice; used by sdktable.services.

The model's `required` is rare in outputs (28 % of those that do not serialize), and most other members are
there whenever the thing they describe is. What remains are members of things that may not have happened
(`DeletionDate`), that only some callers set (`StartDate` of a schedule), or that exclude one another
(`StringValue`, `BinaryValue`). docs/sdk.md states the rule with cases.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from botocore.model import OperationModel, ServiceModel, Shape, StructureShape


def _word_set(text: str) -> frozenset[str]:
    return frozenset(text.split())


HISTORY_WORDS = _word_set(
    """
    change changed create created creation launch modification modified submission submit submitted
    update updated
    """
)
"""A member named after its own creation or last change: every described thing has one."""

EVENTUAL_WORDS = _word_set(
    """
    abort aborted accept acceptance accepted access accessed acknowledged activated activation active
    applied apply approval approved archival archive archived associated attached attested auth
    authenticated backtrack backtracked before begin breach cancel canceled cancellation cancelled
    cleared close closed closing commitment complete completed completes completion cool cutoff
    deactivate deactivated deactivation deadline decommission delete deleted deletes deletion denied
    deprecate deprecated deprecation deprovision deprovisioned deregister deregistered detach detached
    detected detection disable disabled disabling disassociated discarded disconnect discontinued drain
    drained due earliest edited effective eligible enable enabled enabling end ended ends enforcement
    eol error estimate estimated evaluated evaluation exhaust exit expected expiration expire expired
    expires expiry exported extended extension fail failed failover failure finish finished first
    forecasted from fulfilled grant granted impaired imported inaccessible inactive invited invocation
    invoked last latest legacy lock locked login maintenance migrated migration next not offline oldest
    opened opted optimization optimizing original password pause paused pending planned posted prepared
    previous publish published purchase purchased ran read ready reboot reclamation recovered recovery
    recycle redrive refresh refreshed reject rejected rejection release released remove removed renew
    renewal renewed replay requires reset resolution resolved restart restorable restoration restore
    restored resume resumed retention retire retired retirement retried retry review reviewed reviewing
    revocation revoke revoked rollback rotated rotation run saved scan scanned schedule scheduled
    scheduling seen sign signin since snooze snoozed standby stop stopped stopping stops sunset
    superseded support suppress suppression suspend suspended sync synced synchronized target term
    terminate terminated terminates termination till to transition transitioned ttl unavailable
    undeleted unhealthy unlock until upgrade upgraded use used valid validated verification verified
    visibility
    """
)
"""A member named after something that need not have happened to the thing described."""

_CONDITION_IN_WORDS = re.compile(
    r"""
    (exists|present|available|returned|appears|included|supported|reported|populated|applies)\s+(only|when|if)\b
    | \bonly\s+(be\s+)?(returned|available|present|included|reported|applies|populated)\b
    | \b(is|are|be)\s+(null|omitted|absent|unset|blank)\b | \babsent\ if\b | \bthis\ field\ is\ null\b
    | \bif\ applicable\b | \bif\ it\ was\b | n't\s+(return|include|available|provided) | \boptional\b
    | \bif\ not\ set\b | \bnot\ (available|present|returned|populated)\b | \b(has|have)(n't|\ not)\ been\b
    | \bif\ (the|an?)\ [\w\ -]{1,40}\ (was|has)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""What documentation says of a member that is not always there."""

_SETTING_OPERATION = re.compile(
    r"(Create|Put|Update|Register|Modify|Run|Start|Request|Schedule|Import|Copy|Restore)[A-Z]"
)
"""Operations whose optional members are the caller's own choice, and so may be absent where they are read
back."""

_ALTERNATIVE_BAD = re.compile(
    r"(Date|DateTime|Timestamp|Time|Binary|Blob|Bytes?)(List)?Values?$|^(B|BS)$|Binary$", re.IGNORECASE
)
_ALTERNATIVE_GOOD = re.compile(
    r"(String|Text|Long|Double|Boolean|Number|Numeric|Integer|Int|Float|Array)(List)?Values?$|^(S|N|SS)$|String$",
    re.IGNORECASE,
)

_CONDITIONAL_AGAINST_THE_RULE = frozenset(
    {
        ("bedrock-agent-runtime", "RetrievalContent", "byteContent"),
        ("bedrock-agentcore", "ContentBlock", "data"),
        ("bedrock-agentcore", "ResourceContent", "blob"),
        ("bedrock-agentcore", "ScreenshotResult", "data"),
        ("datasync", "DescribeLocationObjectStorageResponse", "ServerCertificate"),
        ("dms", "Certificate", "CertificateWallet"),
        ("dynamodb", "BillingModeSummary", "LastUpdateToPayPerRequestDateTime"),
        ("directconnect", "Connection", "loaIssueTime"),
        ("directconnect", "Interconnect", "loaIssueTime"),
        ("ec2", "Image", "ImageWatermarks"),
        ("iam", "VirtualMFADevice", "Base32StringSeed"),
        ("iam", "VirtualMFADevice", "QRCodePNG"),
        ("iot", "CommandExecutionResult", "BIN"),
        ("iot-data", "GetRetainedMessageResponse", "userProperties"),
        ("logs", "FieldsData", "data"),
        ("mediaconnect", "RouterInputThumbnailDetails", "Thumbnail"),
        ("rekognition", "AuditImage", "Bytes"),
        ("secretsmanager", "GetSecretValueResponse", "SecretBinary"),
        ("secretsmanager", "SecretValueEntry", "SecretBinary"),
        ("transfer", "DescribedWebAppCustomization", "FaviconFile"),
        ("transfer", "DescribedWebAppCustomization", "LogoFile"),
    }
)
"""All bytes members that the rules below would take as present and that are not: read one by one
(botocore 1.44.5)."""

_CONDITIONAL_STRUCTURE_WORDS = _word_set(
    """
    cancel deprecation error errors failed failure failures latest pending previous reason rejected restore
    rollback unprocessed unsuccessful
    """
)

_ONLY_ON_REQUEST = frozenset(
    {
        ("dynamodb", "Attributes"),
        ("dynamodb", "ItemCollectionMetrics"),
        ("dynamodb", "LastEvaluatedKey"),
    }
)
"""Members of any output that are there only if the call asks for them, or if there is more to come."""

_USUAL_AGAINST_THE_RULE = frozenset(
    {
        ("cognito-identity", "Credentials", "Expiration"),
        ("ecr", "AuthorizationData", "expiresAt"),
        ("iam", "GetCredentialReportResponse", "GeneratedTime"),
        ("kms", "GetParametersForImportResponse", "ParametersValidTo"),
        ("kms", "ScheduleKeyDeletionResponse", "DeletionDate"),
        ("rds", "Certificate", "ValidFrom"),
        ("rds", "Certificate", "ValidTill"),
        ("redshift", "ClusterCredentials", "Expiration"),
        ("s3", "ObjectLockRetention", "RetainUntilDate"),
        ("secretsmanager", "DeleteSecretResponse", "DeletionDate"),
        ("sts", "GetWebIdentityTokenResponse", "Expiration"),
    }
)
"""Named like an eventual member, yet in every response."""


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """What a service takes in (structures, and optional timestamps of settings), and the outputs of its
    operations."""

    input_structures: frozenset[str]
    optional_settings: frozenset[str]
    outputs: frozenset[str]


def service_facts(service: ServiceModel) -> ServiceFacts:
    """Walk all inputs and outputs of a service."""
    structures: set[str] = set()
    settings: set[str] = set()
    outputs: set[str] = set()
    for name in service.operation_names:
        operation = service.operation_model(name)
        if operation.output_shape is not None:
            outputs.add(operation.output_shape.name)
        if operation.input_shape is not None:
            _collect_structures(operation.input_shape, structures)
            if _SETTING_OPERATION.match(name):
                settings |= _optional_timestamps(operation)
    return ServiceFacts(frozenset(structures), frozenset(settings), frozenset(outputs))


def _collect_structures(shape: Shape, found: set[str]) -> None:
    match shape.type_name:
        case "structure":
            if shape.name not in found:
                found.add(shape.name)
                for member in shape.members.values():
                    _collect_structures(member, found)
        case "list":
            _collect_structures(shape.member, found)
        case "map":
            _collect_structures(shape.value, found)


def _optional_timestamps(operation: OperationModel) -> set[str]:
    shape = operation.input_shape
    return {
        name
        for name, member in shape.members.items()
        if member.type_name == "timestamp" and name not in shape.required_members
    }


def is_conditional(service: str, structure: StructureShape, name: str, facts: ServiceFacts) -> bool:
    """True if the member may well be absent although its structure is there. Never for required members."""
    member = structure.members[name]
    key = (service, structure.name, name)
    if name in structure.required_members or key in _USUAL_AGAINST_THE_RULE:
        return False
    if key in _CONDITIONAL_AGAINST_THE_RULE or (service, name) in _ONLY_ON_REQUEST:
        return True
    if is_union(structure) or _is_alternative(structure, name):
        return True
    words = _words(name)
    match _innermost(member).type_name:
        case "timestamp":
            return _is_conditional_timestamp(structure, name, words, facts)
        case "blob":
            return structure.name in facts.input_structures or name == "CiphertextForRecipient"
        case "structure":
            return (
                structure.name in facts.input_structures
                or _is_choice(structure, facts)
                or bool(words & _CONDITIONAL_STRUCTURE_WORDS)
            )
    return False


def is_union(structure: StructureShape) -> bool:
    """Exactly one of several members is set."""
    return bool(structure.is_tagged_union) and len(structure.members) > 1


def _is_conditional_timestamp(
    structure: StructureShape, name: str, words: frozenset[str], facts: ServiceFacts
) -> bool:
    if _CONDITION_IN_WORDS.search(_plain(structure.members[name].documentation)):
        return True
    if words & HISTORY_WORDS:
        return False
    is_setting = structure.name in facts.input_structures or name in facts.optional_settings
    return is_setting or bool(words & EVENTUAL_WORDS)


def _is_alternative(structure: StructureShape, name: str) -> bool:
    """A union in all but name: `StringValue`, `BinaryValue`, … side by side."""
    if not _ALTERNATIVE_BAD.search(name):
        return False
    return any(_ALTERNATIVE_GOOD.search(other) for other in structure.members if other != name)


def _is_choice(structure: StructureShape, facts: ServiceFacts) -> bool:
    """One of several kinds of thing, each with a structure of its own: `ecrImage`, `ec2`,
    `lambdaFunction`."""
    if structure.name in facts.outputs or structure.required_members or len(structure.members) < 3:
        return False
    return all(member.type_name == "structure" for member in structure.members.values())


def _innermost(shape: Shape) -> Shape:
    while shape.type_name in ("list", "map"):
        shape = shape.member if shape.type_name == "list" else shape.value
    return shape


def _words(name: str) -> frozenset[str]:
    """`LastModifiedTime` → last, modified, time."""
    return frozenset(word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name))


def _plain(documentation: str | None) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", documentation or ""))
