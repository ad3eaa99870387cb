"""What a packed service says otherwise than before, a line for each change; used by build_sdk_table.py and tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from handlerlint.inference.sdk import (
    EventStreamShape,
    ListShape,
    MapShape,
    ScalarShape,
    Serializer,
    Service,
    Shape,
    StructureShape,
    verdict,
)
from handlerlint.inference.sdk.pack import SECTION_SEPARATOR
from handlerlint.inference.sdk.resources import AttributeMember, ResponseAction, ShapeAction
from handlerlint.inference.sdk.shapes import Catalog


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """Services, operations, members and the rest that are new, gone or of another type; texts by service."""
    lines: list[str] = []
    for name in sorted(before.keys() | after.keys()):
        if name not in before or name not in after:
            lines.append(f"{name}: {'new' if name in after else 'gone'}")
        elif before[name] != after[name]:
            found = list(_service_changes(_service(name, before[name]), _service(name, after[name])))
            lines += [f"{name}: {line}" for line in found or ["written otherwise"]]
    return lines


def _service(name: str, text: str) -> Service:
    return Service(name, tuple(text.split(SECTION_SEPARATOR)), is_resource=False)


def _service_changes(before: Service, after: Service) -> Iterator[str]:
    old, new = _entries(before), _entries(after)
    seen: set[tuple[Catalog, int, int]] = set()
    for label in dict.fromkeys(chain(old, new)):
        if label not in old or label not in new:
            yield f"{label}: {'new' if label in new else 'gone'}"
            continue
        yield from _entry_changes(label, old[label], new[label], seen)
    yield from _verdict_changes(before, after)


def _verdict_changes(before: Service, after: Service) -> Iterator[str]:
    """What matters most to a reader: returned raw, the response of an old operation is judged otherwise."""
    for name in before.operation_names:
        old, new = before.operation(name), after.operation(name)
        if old is not None and new is not None:
            old_verdict, new_verdict = (verdict(one.response, Serializer.JSON_DUMPS) for one in (old, new))
            if old_verdict is not new_verdict:
                yield f"{name}() returned raw: {old_verdict.value} → {new_verdict.value}"


def _entries(service: Service) -> dict[str, Shape | str]:
    """All that a service offers by a name for the reader: what it gives, or a text that is compared as it is."""
    entries: dict[str, Shape | str] = {"API version": service.api_version}
    for name in service.operation_names:
        operation = service.operation(name)
        assert operation is not None
        entries[f"{name}()"] = operation.output or "nothing"
        entries[f"what {name}() takes"] = service.input(name) or "nothing"
    for name in service.paginator_names:
        paginator = service.paginator(name)
        assert paginator is not None
        entries[f"paginator {name}"] = f"{paginator.result_keys} {paginator.non_aggregate_keys}"
    entries |= {f"waiter {name}": "" for name in service.waiter_names}
    entries |= {f"exception {name}": "" for name in service.exception_names}
    for class_name in service.resource_names:
        resource_class = service.resource_class(class_name)
        assert resource_class is not None
        for name in resource_class.members:
            label = f"resource {class_name or 'ServiceResource'}.{name}"
            entries[label] = _resource_entry(resource_class.member(name))
    return entries


def _resource_entry(member: Any) -> Shape | str:
    match member:
        case AttributeMember(shape) | ShapeAction(shape):
            return shape
        case ResponseAction(operation):
            return f"response of {operation.name}()"
    return repr(member)


def _entry_changes(
    path: str, old: Shape | str, new: Shape | str, seen: set[tuple[Catalog, int, int]]
) -> Iterator[str]:
    """A structure that is met again is passed over: each change is told where it is met first."""
    match old, new:
        case (ListShape(before), ListShape(after)):
            yield from _entry_changes(f"{path}[]", before, after, seen)
        case (MapShape(before), MapShape(after)):
            yield from _entry_changes(f"{path}{{}}", before, after, seen)
        case (EventStreamShape(before), EventStreamShape(after)):
            yield from _entry_changes(path, before, after, seen)
        case (StructureShape(), StructureShape()) if (old.catalog, old.index, new.index) in seen:
            return
        case (StructureShape(), StructureShape()):
            seen.add((old.catalog, old.index, new.index))
            yield from _type_change(path, old, new)
            yield from _member_changes(path, old, new, seen)
        case _:
            yield from _type_change(path, old, new)


def _type_change(path: str, old: Shape | str, new: Shape | str) -> Iterator[str]:
    if _type_text(old) != _type_text(new):
        yield f"{path}: {_type_text(old)} → {_type_text(new)}"


def _type_text(shape: Shape | str) -> str:
    match shape:
        case ScalarShape(kind):
            return kind.value
        case ListShape(element):
            return f"list of {_type_text(element)}"
        case MapShape(value):
            return f"dict of {_type_text(value)}"
        case EventStreamShape():
            return "EventStream"
        case StructureShape():
            return "union" if shape.is_union else "structure"
    return shape


def _member_changes(
    path: str, old: StructureShape, new: StructureShape, seen: set[tuple[Catalog, int, int]]
) -> Iterator[str]:
    before, after = old.members, new.members
    for name in dict.fromkeys(chain(before, after)):
        if name not in before:
            member = after[name]
            yield f"{path}.{name}: new, {member.presence.name.lower()}, {_type_text(member.shape)}"
        elif name not in after:
            yield f"{path}.{name}: gone"
        else:
            if before[name].presence is not after[name].presence:
                old_word, new_word = (part[name].presence.name.lower() for part in (before, after))
                yield f"{path}.{name}: {old_word} → {new_word}"
            yield from _entry_changes(f"{path}.{name}", before[name].shape, after[name].shape, seen)
