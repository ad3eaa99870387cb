"""How the runtime or a decorator calls the function behind a handler, and who serializes its result. For `entry`."""

from __future__ import annotations

from typing import Literal

import libcst as cst

from handlerlint.inference.checks.serializability import problems
from handlerlint.inference.core.context import Frame, InterpreterContext
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import InstanceObject, State
from handlerlint.inference.domain.problem import Problem
from handlerlint.inference.domain.values import (
    UNKNOWN,
    BoundMethod,
    FunctionValue,
    Instance,
    Json,
    Partial,
    Reference,
    Value,
    Wrapped,
)
from handlerlint.inference.interpreter import fitting, type_hints
from handlerlint.inference.objects import attributes
from handlerlint.inference.syntax.scopes import MODULE_SCOPE, scope_of
from handlerlint.records import dataclass, replace
from handlerlint.runtime.contracts.events import Shape
from handlerlint.source.files import SourceFile

#: The runtime client; `json.dumps` in durable functions; Powertools, which stores the result first; Chalice.
Serializer = Literal["runtime", "durable", "idempotent", "chalice", "powertools"]

EVENT = Json(("json", "event"))
#: That of a second invocation, of which nothing is known from the first.
ANOTHER_EVENT = Json(("json", "event", "another"))

DURABLE_CONTEXT = Instance("aws_durable_execution_sdk_python.context.DurableContext")

#: What decorates a Lambda function in a Chalice application, by the class of the event that it is called with in place
#: of event and context (chalice/app.py of 1.34, _EVENT_CLASSES); `lambda_function` gives it both.
CHALICE_EVENTS = {
    "lambda_function": "",
    "on_cw_event": "chalice.app.CloudWatchEvent",
    "on_dynamodb_record": "chalice.app.DynamoDBEvent",
    "on_kinesis_record": "chalice.app.KinesisEvent",
    "on_s3_event": "chalice.app.S3Event",
    "on_sns_message": "chalice.app.SNSEvent",
    "on_sqs_message": "chalice.app.SQSEvent",
    "schedule": "chalice.app.CloudWatchEvent",
}

CONTEXT = Instance("awslambdaric.lambda_context.LambdaContext", term=("context",))


@dataclass(frozen=True, slots=True)
class Callable:
    """One function that the handler string may resolve to, with the arguments it has been given already.

    `first` are arguments bound before the event: `self` of a method, those of `functools.partial`.
    `event_is_annotated` when a decorator makes an object of the event: of the class in the parameter's annotation.
    `given` is what it is called with where a decorator decides that: not the event and the context. `shape` is that of
    the event, where a service is known to send it.
    `serializer` is what makes JSON of its result. `passed` is how many arguments it is given by position, by whom
    (`caller`): an application of Chalice passes its own event alone.
    """

    function: FunctionValue
    file: SourceFile
    first: tuple[Value, ...] = ()
    keywords: tuple[tuple[str, Value], ...] = ()
    qualified_name: str = "lambda"
    event_is_annotated: bool = False
    given: Arguments | None = None
    shape: Shape | None = None
    serializer: Serializer = "runtime"
    passed: int = 2
    caller: str = "the runtime"

    @property
    def node(self) -> cst.FunctionDef | cst.Lambda:
        """The definition."""
        return self.function.node

    @property
    def name(self) -> str:
        """The name in its `def`; `lambda` for a lambda."""
        return self.node.name.value if isinstance(self.node, cst.FunctionDef) else "lambda"

    @property
    def is_async(self) -> bool:
        """Whether it is an `async def`."""
        return isinstance(self.node, cst.FunctionDef) and self.node.asynchronous is not None

    @property
    def is_generator(self) -> bool:
        """Whether calling it gives a generator."""
        return scope_of(self.node).is_generator


def callable_behind(interpreter: InterpreterContext, state: State, value: Value) -> Callable | None:
    """The function of the project behind a value; None for anything else."""
    match value:
        case FunctionValue():
            record = interpreter.by_site.get(value.module)
            return (
                None
                if record is None
                else Callable(value, record.file, (), (), fitting.qualified_name(interpreter, state, value))
            )
        case BoundMethod(function=function, receiver=receiver):
            inner = callable_behind(interpreter, state, function)
            return None if inner is None else replace(inner, first=(receiver, *inner.first))
        case Partial(function=function, arguments=arguments, keywords=keywords):
            inner = callable_behind(interpreter, state, function)
            if inner is None:
                return None
            return replace(inner, first=(*inner.first, *arguments), keywords=(*inner.keywords, *keywords))
        case Wrapped(function=function):
            inner = callable_behind(interpreter, state, function)
            return None if inner is None else _decorated(interpreter, inner, value.kind)
        case Reference():
            instance = state.object_of(value)
            if not isinstance(instance, InstanceObject):
                return None
            return _callable_instance(interpreter, state, value, instance)
        case _:
            return None


def _decorated(interpreter: InterpreterContext, inner: Callable, kind: str) -> Callable | None:
    """A function as it is called through a decorator of a kind; None where the decorator makes something else of it."""
    if kind in CHALICE_EVENTS:
        if interpreter.has_middleware:
            return None
        event = CHALICE_EVENTS[kind]
        given = Arguments((Instance(event),))
        return replace(inner, given=given, passed=1, caller="Chalice") if event else inner
    match kind:
        case "inside":
            return inner
        case "event":
            return replace(inner, event_is_annotated=True)
        case "durable" | "idempotent":
            return replace(inner, serializer=kind)
        case _:
            return None


def _callable_instance(
    interpreter: InterpreterContext, state: State, value: Reference, record: InstanceObject
) -> Callable | None:
    frame = _frame_of_class(interpreter, record)
    if frame is None:
        return None
    found, _ = attributes.find_in_class(frame, state, Reference(record.cls), "__call__")
    if not isinstance(found, FunctionValue):
        return None
    module = interpreter.by_site.get(found.module)
    return (
        None
        if module is None
        else Callable(found, module.file, (value,), (), fitting.qualified_name(interpreter, state, found))
    )


def _frame_of_class(interpreter: InterpreterContext, record: InstanceObject) -> Frame | None:
    module = next(iter(interpreter.by_site.values()), None)
    return None if module is None else Frame(interpreter, module, module.site, MODULE_SCOPE)


def arguments_of(frame: Frame, state: State, handler: Callable, event: Value) -> Arguments:
    """What the handler is called with for an event."""
    if handler.given is not None:
        keywords = dict(handler.keywords) | handler.given.keywords
        return replace(
            handler.given, positional=(*handler.first, *handler.given.positional), keywords=keywords
        )
    if handler.event_is_annotated:
        event = _annotated_event(frame, state, handler)
    context = DURABLE_CONTEXT if handler.serializer == "durable" else CONTEXT
    return Arguments((*handler.first, event, context), dict(handler.keywords))


def _annotated_event(frame: Frame, state: State, handler: Callable) -> Value:
    """The object that a decorator makes of the event."""
    parameters = [*handler.node.params.posonly_params, *handler.node.params.params][len(handler.first) :]
    annotation = parameters[0].annotation if parameters else None
    if annotation is None:
        return UNKNOWN
    return type_hints.value_of(frame, state, annotation.annotation, annotation, "event")


def problems_of(handler: Callable, frame: Frame, state: State, value: Value) -> list[Problem]:
    """What does not serialize in a result, by whoever makes JSON of it."""
    encoders = (
        ("awslambdaric", "simplejson") if handler.serializer in ("runtime", "idempotent") else ("json",)
    )
    if any(owner.startswith(encoders) for owner, _ in frame.interpreter.patched):
        return []  # the program has changed how values are written
    match handler.serializer:
        case "chalice":
            from handlerlint.inference.overlays import chalice

            return chalice.chalice_problems(frame, state, value)
        case "powertools":
            from handlerlint.inference.overlays import aws_lambda_powertools

            return aws_lambda_powertools.route_problems(frame, state, value)
        case "durable":
            return problems(frame, state, value, "json")
        case _:
            return problems(frame, state, value, "client")
