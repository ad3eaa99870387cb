"""SQLAlchemy: instances of mapped classes, and the queries that give them."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.core.registry import Call, makes_instances, overlay
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import InstanceObject, State
from handlerlint.inference.domain.unions import join
from handlerlint.inference.domain.values import NONE, UNKNOWN, Instance, Reference, Value
from handlerlint.inference.objects import attributes
from handlerlint.inference.stubs.types import Type
from handlerlint.inference.types import conversion

_BASE = "sqlalchemy.orm.decl_api.DeclarativeBase"
_SESSION = "sqlalchemy.orm.session.Session."
_QUERY, _SELECT = "sqlalchemy.orm.query.Query", "sqlalchemy.sql.selectable.Select"
_SCALARS = "sqlalchemy.engine.result.ScalarResult"


@makes_instances(_BASE)
def _mapped_instance(
    frame: Frame, state: State, cls: Reference, node: cst.CSTNode, tag: str, given: Arguments | None = None
) -> Value:
    """An instance of a mapped class: what SQLAlchemy keeps of it lies among its attributes."""
    site = frame.site(node, "mapped" + tag)
    kept = Instance("sqlalchemy.orm.state.InstanceState", origin=frame.step(node, "made by SQLAlchemy here"))
    state.heap[site] = InstanceObject(cls.site, {"_sa_instance_state": kept}, None, open=True)
    return Reference(site, frame.step(node))


def _entity(call: Call) -> Value | None:
    """An instance of the one mapped class that a query is made of."""
    given = call.arguments.positional
    if len(given) != 1 or not call.arguments.complete or not isinstance(given[0], Reference):
        return None
    return _instance_of(call, given[0])


def _instance_of(call: Call, cls: Value) -> Value | None:
    if not isinstance(cls, Reference) or _BASE not in attributes.stub_bases(call.frame, call.state, cls):
        return None
    return _mapped_instance(call.frame, call.state, cls, call.node, "queried")


def _type_of(call: Call, value: Value) -> Type:
    return conversion.opaque(call.frame, value)


@overlay(_SESSION + "query")
def _query(call: Call) -> Value | None:
    entity = _entity(call)
    if entity is None:
        return None
    return Instance(_QUERY, (_type_of(call, entity),), call.frame.step(call.node))


@overlay("sqlalchemy.sql._selectable_constructors.select")
def _select(call: Call) -> Value | None:
    entity = _entity(call)
    if entity is None:
        return None
    return Instance(_SELECT, (_type_of(call, entity),), call.frame.step(call.node))


@overlay(_SESSION + "scalars")
def _scalars(call: Call) -> Value | None:
    statement = call.required("statement")
    if not isinstance(statement, Instance) or statement.class_name != _SELECT:
        return None
    may_raise(call.frame, call.state)
    return Instance(_SCALARS, statement.arguments, call.frame.step(call.node))


@overlay(_SESSION + "get")
def _get(call: Call) -> Value | None:
    entity = _instance_of(call, call.required("entity"))
    may_raise(call.frame, call.state)
    return UNKNOWN if entity is None else join(entity, NONE)
