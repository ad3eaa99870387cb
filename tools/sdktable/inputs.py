"""What operations take, and where their inputs hold a shape. Used by sdktable.services."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatch

from botocore.handlers import BUILTIN_HANDLERS, ParameterAlias
from botocore.model import OperationModel, ServiceModel, Shape


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


def paths_to(operation: OperationModel, shape_name: str) -> list[str]:
    """The ways from an operation's input to a shape: `Item{}`, `RequestItems{}[].PutRequest.Item{}`."""
    return [] if operation.input_shape is None else sorted(_ways(operation.input_shape, shape_name, "", ()))


def _ways(shape: Shape, wanted: str, path: str, inside: tuple[str, ...]) -> Iterator[str]:
    if shape.name == wanted:
        yield path
    elif shape.name not in inside:
        within = (*inside, shape.name)
        match shape.type_name:
            case "structure":
                for name, member in shape.members.items():
                    yield from _ways(member, wanted, f"{path}.{name}" if path else name, within)
            case "list":
                yield from _ways(shape.member, wanted, path + "[]", within)
            case "map":
                yield from _ways(shape.value, wanted, path + "{}", within)
