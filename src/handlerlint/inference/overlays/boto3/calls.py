"""Calls into the AWS SDK: making clients and resources, and what operations and other methods give.

The objects themselves are described in `objects.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import libcst as cst

from handlerlint.inference import sdk
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.core.failing import fail
from handlerlint.inference.core.registry import Call, closure, overlay
from handlerlint.inference.domain.failure import Failure
from handlerlint.inference.domain.unions import join_all, members
from handlerlint.inference.domain.values import (
    NEVER,
    UNKNOWN,
    Constant,
    Coroutine,
    Instance,
    Json,
    Lazy,
    Native,
    Value,
    constant,
)
from handlerlint.inference.effects import deferred
from handlerlint.inference.objects import dicts, sdk_responses
from handlerlint.inference.overlays.boto3 import arguments, expressions
from handlerlint.inference.overlays.boto3.objects import (
    ASYNCHRONOUS,
    BATCH_WRITER,
    CLIENT,
    COLLECTION,
    PAGES,
    PAGINATOR,
    PLAIN,
    RESOURCE,
    VALIDATION,
    WAITER,
    instance,
    known_service,
    resources,
)
from handlerlint.inference.sdk import shapes
from handlerlint.inference.sdk.resources import ShapeAction
from handlerlint.suggestions import closest, meant_method

# --- making clients and resources ------------------------------------------------------------------------


def _for_each_name(call: Call, make: Callable[[str], Value]) -> Value:
    """Make something for a service named by a constant; which service it is must be known."""
    found = [
        make(member.value) if isinstance(member, Constant) and isinstance(member.value, str) else UNKNOWN
        for member in members(call.required("service_name"))
    ]
    return join_all(found)


@overlay("boto3.client", "boto3.session.Session.client", "botocore.session.Session.create_client")
def _client(call: Call) -> Value | None:
    may_raise(call.frame, call.state)

    def make(name: str) -> Value:
        if sdk.service(name) is None and isinstance(call.argument("service_name"), Constant):
            said, what = f"Unknown service: '{name}'", f"the AWS SDK knows no service `{name}`"
            return _not_known(call, "UnknownServiceError", said, what, name, sdk.service_names())
        return _make_client(call.frame, call.node, name, PLAIN)

    return _for_each_name(call, make)


@overlay("boto3.resource", "boto3.session.Session.resource")
def _resource(call: Call) -> Value | None:
    may_raise(call.frame, call.state)

    def make(name: str) -> Value:
        if sdk.service(name, is_resource=True) is None:
            return UNKNOWN
        return instance(call.frame, call.node, RESOURCE, name, "")

    return _for_each_name(call, make)


@overlay("aioboto3.Session.client", "aiobotocore.session.AioSession.create_client")
def _asynchronous_client(call: Call) -> Value | None:
    client = _for_each_name(call, lambda name: _make_client(call.frame, call.node, name, ASYNCHRONOUS))
    return Native("contextmanager.entered", (client,))


def _make_client(frame: Frame, node: cst.CSTNode, name: str, mode: str) -> Value:
    return UNKNOWN if sdk.service(name) is None else instance(frame, node, CLIENT, name, mode)


@overlay("boto3.dynamodb.types.TypeDeserializer.deserialize")
def _deserialize(call: Call) -> Value | None:
    may_raise(call.frame, call.state)
    return Instance(shapes.DYNAMODB_VALUE, origin=call.frame.step(call.node))


# --- calls of methods ------------------------------------------------------------------------------------


def _texts(call: Call) -> tuple[str, ...]:
    return tuple(part for part in call.data if isinstance(part, str))


@closure("sdk.operation")
def _operation(call: Call) -> Value | None:
    service, mode, name, *given = _texts(call)
    may_raise(call.frame, call.state)
    known = known_service(service, mode)
    operation = known.operation(name) if known is not None else None
    if known is None or operation is None:
        return UNKNOWN
    if mode != ASYNCHRONOUS and arguments.judge(call, known, name, given) is NEVER:
        return NEVER
    response = sdk_responses.build(call.frame, call.state, operation.response, call.node, str(operation))
    _add_returned_values(call, response)
    return Coroutine(response, name, call.frame.step(call.node)) if mode == ASYNCHRONOUS else response


def _add_returned_values(call: Call, response: Value) -> None:
    """DynamoDB gives `Attributes` only where `ReturnValues` asks for them."""
    asked, key = call.arguments.keywords.get("ReturnValues"), constant("Attributes")
    entry = (dicts.entries_of(call.state, response) or {}).get(key)
    if isinstance(asked, Constant) and asked.value != "NONE" and entry is not None:
        dicts.put(call.state, response, {key: entry.value})
        if asked.value in ("UPDATED_NEW", "ALL_NEW"):
            _add_numbers(call, entry.value)


def _add_numbers(call: Call, item: Value) -> None:
    """Put into an item the attributes that an update has certainly made numbers."""
    expression = call.arguments.keywords.get("UpdateExpression")
    if not sdk_responses.is_item(call.state.object_of(item)) or not isinstance(expression, Constant):
        return
    numbers: dict[Value, Value] = {}
    number = Instance("decimal.Decimal", origin=call.frame.step(call.node, "a number after this update"))
    for update in expressions.updates(str(expression.value)):
        name: Value | None = constant(update.name)
        if update.name.startswith("#"):
            name = _entry(call, "ExpressionAttributeNames", update.name)
        value = update.value and _entry(call, "ExpressionAttributeValues", update.value)
        if isinstance(name, Constant) and (not update.value or _is_number(value or UNKNOWN, update.is_added)):
            numbers[name] = number
    dicts.put(call.state, item, numbers)


def _entry(call: Call, argument: str, key: str) -> Value | None:
    """What a dict that is given under a keyword has under a key."""
    given = call.arguments.keywords.get(argument, UNKNOWN)
    entry = (dicts.entries_of(call.state, given) or {}).get(constant(key))
    return None if entry is None or entry.maybe else entry.value


def _is_number(value: Value, is_added: bool) -> bool:
    match value:
        case Json():
            return is_added  # a set is no JSON, and nothing else can be added
        case Constant(kind=kind):
            return kind == "int"
        case Instance(class_name=name):
            return name in ("builtins.int", "decimal.Decimal", "_decimal.Decimal")
        case _:
            return False


@closure("sdk.client_method")
def _client_method(call: Call) -> Value | None:
    service, mode, name = _texts(call)
    may_raise(call.frame, call.state)
    deferred.lose_to_callbacks(call.frame, call.state, call.arguments, call.node)  # `Callback=progress`
    known = sdk.service(service)
    shape = known.client_method(name) if known is not None else None
    if shape is None:
        return UNKNOWN
    if mode != ASYNCHRONOUS and _takes_no_such_keyword(call, name):
        return NEVER
    value = sdk_responses.build(call.frame, call.state, shape, call.node, f"{service}.{name}()")
    return Coroutine(value, name, call.frame.step(call.node)) if mode == ASYNCHRONOUS else value


@closure("sdk.generate_presigned_url")
def _presigned_url(call: Call) -> Value | None:
    """A URL for an operation, whose parameters botocore validates."""
    service, mode = _texts(call)
    known, method = known_service(service, mode), call.arguments.get(0, "ClientMethod")
    may_raise(call.frame, call.state)
    if _takes_no_such_keyword(call, "generate_presigned_url"):
        return NEVER
    if known is not None and isinstance(method, Constant):
        name, parameters = str(method.value), call.arguments.get(1, "Params")
        if known.operation(name) is None:
            said, what = f"Client does not have method: {name}", f"`{service}` has no method `{name}`"
            return _not_known(call, "UnknownClientMethodError", said, what, name, known.operation_names)
        if parameters is not None:
            arguments.judge_dict(call, known, name, parameters)
    return Instance("builtins.str", origin=call.frame.step(call.node))


def _takes_no_such_keyword(call: Call, name: str) -> bool:
    """Whether a call of a method that is no operation names a parameter that it does not have; noted if so."""
    taken = sdk.PARAMETERS_OF_METHODS.get(name)
    wrong = [] if taken is None else [one for one in call.arguments.keywords if one not in taken]
    if not wrong:
        return False
    said = f"{name}() got an unexpected keyword argument '{wrong[0]}'"
    advice = "give it in `ExtraArgs`" if taken is not None and "ExtraArgs" in taken else None
    near = None if taken is None else closest(wrong[0], taken)
    advice = advice if near is None else f"did you mean `{near}`?"
    what = f"`{name}()` has no parameter `{wrong[0]}`"
    fail(call.frame, call.state, Failure(call.frame.module.file, call.node, "TypeError", said, what, advice))
    return True


def _not_known(call: Call, error: str, said: str, what: str, name: str, known: Sequence[str]) -> Value:
    """What comes of a name that the SDK has not: nothing, if it is a known one that is misspelt."""
    other = meant_method(name, known)
    if other is None:
        return UNKNOWN  # a newer SDK may have it
    advice = f"did you mean `{other}`?"
    fail(call.frame, call.state, Failure(call.frame.module.file, call.node, error, said, what, advice))
    return NEVER


@closure("sdk.resource_method")
def _resource_method(call: Call) -> Value | None:
    service, class_name, name = _texts(call)
    may_raise(call.frame, call.state)
    deferred.lose_to_callbacks(call.frame, call.state, call.arguments, call.node)
    known = sdk.service(service, is_resource=True)
    resource_class = known.resource_class(class_name) if known is not None else None
    member = resource_class.member(name) if resource_class is not None else None
    if not isinstance(member, ShapeAction):
        return UNKNOWN
    return sdk_responses.build(
        call.frame, call.state, member.shape, call.node, f"{service}.{class_name}.{name}()"
    )


@closure("sdk.get_paginator", "operation_name")
def _get_paginator(call: Call) -> Value | None:
    service, mode = _texts(call)
    name = call.required("operation_name")
    known = sdk.service(service)
    if mode == ASYNCHRONOUS or known is None or not isinstance(name, Constant):
        return UNKNOWN
    may_raise(call.frame, call.state)
    if known.paginator(str(name.value)) is None:
        if known.operation(str(name.value)) is not None:
            return UNKNOWN  # a newer SDK may have a paginator of it
        what = f"`{service}` has no operation `{name.value}`"
        return _not_known(call, "KeyError", repr(name.value), what, str(name.value), known.paginator_names)
    return instance(call.frame, call.node, PAGINATOR, service, mode, str(name.value))


@closure("sdk.paginate")
def _paginate(call: Call) -> Value | None:
    arguments.judge_pages(call, *_texts(call))
    return instance(call.frame, call.node, PAGES, *_texts(call))


@closure("sdk.full_result")
def _full_result(call: Call) -> Value | None:
    service, mode, name = _texts(call)
    may_raise(call.frame, call.state)
    known = known_service(service, mode)
    paginator = known.paginator(name) if known is not None else None
    if paginator is None:
        return UNKNOWN
    return sdk_responses.build(
        call.frame, call.state, paginator.full_result, call.node, str(paginator.operation)
    )


@closure("sdk.get_waiter", "waiter_name")
def _get_waiter(call: Call) -> Value | None:
    service, mode = _texts(call)
    may_raise(call.frame, call.state)
    if mode == ASYNCHRONOUS:
        return UNKNOWN
    name, known = call.required("waiter_name"), sdk.service(service)
    if known is not None and isinstance(name, Constant) and name.value not in known.waiter_names:
        what = f"`{service}` has no waiter `{name.value}`"
        said = f"Waiter does not exist: {name.value}"
        return _not_known(call, "ValueError", said, what, str(name.value), known.waiter_names)
    return Instance(WAITER, origin=call.frame.step(call.node))


@closure("sdk.resource")
def _make_resource(call: Call) -> Value | None:
    service, resource, many = call.data
    may_raise(call.frame, call.state)
    return resources(call.frame, call.state, str(service), str(resource), bool(many), call.node)


@closure("sdk.collection")
def _collection(call: Call) -> Value | None:
    return instance(call.frame, call.node, COLLECTION, *_texts(call))


@closure("sdk.collection_pages")
def _collection_pages(call: Call) -> Value | None:
    service, resource = _texts(call)
    page = resources(call.frame, call.state, service, resource, True, call.node)
    return Lazy("types.GeneratorType", None, page, None, call.frame.step(call.node))


@closure("sdk.batch_action")
def _batch_action(call: Call) -> Value | None:
    service, resource, name = _texts(call)
    may_raise(call.frame, call.state)
    known = sdk.service(service, is_resource=True)
    resource_class = known.resource_class(resource) if known is not None else None
    shape = resource_class.batch_action(name) if resource_class is not None else None
    if shape is None:
        return UNKNOWN
    return sdk_responses.build(call.frame, call.state, shape, call.node, f"{service}.{resource}.{name}()")


@overlay("boto3.dynamodb.table.BatchWriter.put_item", "boto3.dynamodb.table.BatchWriter.delete_item")
def _batch_item(call: Call) -> Value | None:
    name = call.name.rpartition(".")[2]
    part = "Item" if name == "put_item" else "Key"
    return arguments.stored(call, {part: call.required(part)}, f"BatchWriter.{name}")


@overlay("boto3.dynamodb.types.TypeSerializer.serialize")
def _serialize(call: Call) -> Value | None:
    return arguments.stored(call, {"value": call.required("value")}, "TypeSerializer.serialize")


@overlay("botocore.config.Config")
def _config(call: Call) -> Value | None:
    if call.argument("parameter_validation") is not None:
        call.frame.interpreter.patched.add(VALIDATION)
    return None


@closure("sdk.batch_writer")
def _batch_writer(call: Call) -> Value | None:
    return Native("contextmanager.entered", (Instance(BATCH_WRITER, origin=call.frame.step(call.node)),))
