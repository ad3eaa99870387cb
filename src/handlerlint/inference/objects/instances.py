"""Instances and classes of the project: what a value is one of, and what an instance of a builtin class holds."""

from __future__ import annotations

from handlerlint.inference.domain.heap import ClassObject, InstanceObject, State
from handlerlint.inference.domain.values import Reference, Site, Value


def instance_of(state: State, value: Value) -> InstanceObject | None:
    """The instance of a class of the project that a value refers to."""
    record = state.object_of(value)
    return record if isinstance(record, InstanceObject) else None


def class_at(state: State, site: Site | None) -> ClassObject | None:
    """The class of the project at a site."""
    record = None if site is None else state.heap.get(site)
    return record if isinstance(record, ClassObject) else None


def class_of_project(state: State, value: Value) -> ClassObject | None:
    """The class of the project that a value refers to."""
    return class_at(state, value.site) if isinstance(value, Reference) else None


def data_class_of(state: State, value: Value) -> ClassObject | None:
    """The data class that a value is an instance of."""
    record = instance_of(state, value)
    cls = None if record is None else class_at(state, record.cls)
    return cls if cls is not None and cls.kind == "dataclass" else None


def content_of(state: State, value: Value) -> Value:
    """The container that an instance of a subclass of a builtin class is; any other value itself."""
    record = instance_of(state, value)
    return value if record is None or record.content is None else record.content
