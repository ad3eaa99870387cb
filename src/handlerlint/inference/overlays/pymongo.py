"""pymongo: a document that is inserted gets an `_id`, an ObjectId, unless it has brought one."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.core.registry import Call, attributes_of, overlay
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.values import Instance, Value, constant
from handlerlint.inference.objects import dicts, iterating
from handlerlint.inference.stubs.types import NamedType

_COLLECTION = "pymongo.synchronous.collection.Collection."
_RESULT = "pymongo.results.InsertOneResult"
_OBJECT_ID = "bson.objectid.ObjectId"
_ID = constant("_id")


def _gets_an_id(state: State, document: Value) -> bool:
    """Whether a document is a dict that certainly has no `_id`."""
    entries = dicts.entries_of(state, document)
    return entries is not None and _ID not in entries and not dicts.further_of(state, document)


@overlay(_COLLECTION + "insert_one")
def _insert_one(call: Call) -> Value | None:
    document = call.required("document")
    if not _gets_an_id(call.state, document):
        return None
    may_raise(call.frame, call.state)
    step = call.frame.step(call.node, "put into the document as `_id` here")
    dicts.put(call.state, document, {_ID: Instance(_OBJECT_ID, origin=step)})
    return Instance(_RESULT, (NamedType(_OBJECT_ID),), call.frame.step(call.node))


@overlay(_COLLECTION + "insert_many")
def _insert_many(call: Call) -> Value | None:
    may_raise(call.frame, call.state)
    documents = iterating.iterate(call.frame, call.state, call.required("documents"), call.node)
    step = call.frame.step(call.node, "put into the document as `_id` here")
    for document in documents.items or ():
        if _gets_an_id(call.state, document):
            dicts.put(call.state, document, {_ID: Instance(_OBJECT_ID, origin=step)})
    return None


@attributes_of(_RESULT)
def _of_result(frame: Frame, state: State, value: Instance, name: str, node: cst.CSTNode) -> Value | None:
    if name != "inserted_id" or not value.arguments:
        return None
    return Instance(_OBJECT_ID, origin=frame.step(node))
