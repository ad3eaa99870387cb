"""HL201 to HL207: can the runtime call the handler with an event and a context?"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from handlerlint.findings import Finding, Severity
from handlerlint.inference.handler import Callable
from handlerlint.inference.interpreter.fitting import listed, plural
from handlerlint.records import dataclass
from handlerlint.rules.base import Place, Rule, Subject
from handlerlint.rules.fixing.definitions import missing_parameters_fix, run_fix, swap_fix
from handlerlint.runtime.serialization import marshal_error, value_message


@dataclass(frozen=True, slots=True)
class Signature:
    """The parameters of a handler, and how many arguments precede the event."""

    callable: Callable
    positional: tuple[cst.Param, ...]
    keyword_only: tuple[cst.Param, ...]
    takes_any_number: bool
    before: int
    given_names: frozenset[str]

    @property
    def taken_twice(self) -> str | None:
        """The parameter that is given by name already, and by the runtime once more."""
        first = [parameter.name.value for parameter in self.positional[: self.passed]]
        return next((name for name in first if name in self.given_names), None)

    @property
    def passed(self) -> int:
        """Positional arguments in all, as Python counts them in its messages."""
        return self.before + self.callable.passed

    @property
    def what(self) -> str:
        """What is passed. The runtime calls `request_handler(event, lambda_context)` (bootstrap.py of awslambdaric)."""
        return "the event and the context" if self.callable.passed == 2 else "the event"


def signature_of(callable_: Callable) -> Signature:
    """What a handler's definition accepts."""
    parameters = callable_.node.params
    return Signature(
        callable_,
        (*parameters.posonly_params, *parameters.params),
        tuple(parameters.kwonly_params),
        isinstance(parameters.star_arg, cst.Param),
        len(callable_.first),
        frozenset(name for name, _ in callable_.keywords),
    )


def signatures(subject: Subject) -> Iterator[Signature]:
    """The signatures of the functions that the handler string certainly resolves to, and of those below wrappers."""
    if subject.analysis is not None:
        for callable_ in (*subject.analysis.callables, *subject.analysis.decorated):
            yield signature_of(callable_)


def definition_place(subject: Subject, callable_: Callable) -> Place:
    """The name in the `def`, the lambda itself."""
    node = callable_.node
    return subject.place(callable_.file, node.name if isinstance(node, cst.FunctionDef) else node)


class TooFewParameters(Rule):
    """
    ## What it does
    Checks that the handler can take two positional arguments.

    ## Why it is bad
    The Lambda runtime always calls the handler with the event and the context. A function with fewer
    parameters fails at every invocation:
    `TypeError: lambda_handler() takes 1 positional argument but 2 were given`.

    ## Example
    ```python
    def lambda_handler(event):
        return {"statusCode": 200}
    ```

    ## Use instead
    ```python
    def lambda_handler(event, context):
        return {"statusCode": 200}
    ```
    """

    code = "HL201"
    name = "too-few-parameters"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Finding]:
        """A finding at the name of each function that the runtime cannot give both arguments."""
        for signature in signatures(subject):
            twice = signature.taken_twice
            if twice is not None:
                yield self._twice(subject, signature, twice)
                continue
            most = len(signature.positional)
            if signature.takes_any_number or signature.passed <= most:
                continue
            required = sum(1 for parameter in signature.positional if parameter.default is None)
            takes = f"{most} positional argument{plural(most)}"
            if required < most:
                takes = f"from {required} to {most} positional arguments"
            free = max(most - signature.before, 0)
            name = signature.callable.name
            yield self.finding(
                subject,
                definition_place(subject, signature.callable),
                f"`{name}` takes {free or 'no'} argument{plural(free)} from {signature.callable.caller}, "
                f"which passes {'two' if signature.callable.passed == 2 else 'one'}: {signature.what}",
                runtime_error=f"TypeError: {signature.callable.qualified_name}() takes {takes} but "
                f"{signature.passed} {'was' if signature.passed == 1 else 'were'} given",
                help=_parameter_help(signature, free),
                fix=missing_parameters_fix(signature.callable) if signature.callable.passed == 2 else None,
            )

    def _twice(self, subject: Subject, signature: Signature, name: str) -> Finding:
        """The finding for a parameter that has its value before the event and the context come."""
        called = signature.callable.qualified_name
        return self.finding(
            subject,
            definition_place(subject, signature.callable),
            f"`{signature.callable.name}` has been given `{name}` already, "
            "and the runtime passes two arguments: the event and the context",
            runtime_error=f"TypeError: {called}() got multiple values for argument '{name}'",
        )


def _parameter_help(signature: Signature, free: int) -> str:
    if signature.callable.passed == 1:
        return f"give it a parameter: `def {signature.callable.name}(event)`"
    if free == 1 and not signature.before:
        return f"write `def {signature.callable.name}({signature.positional[0].name.value}, context)`"
    return f"give it two parameters: `def {signature.callable.name}(event, context)`"


class TooManyParameters(Rule):
    """
    ## What it does
    Checks that the handler needs no more than two positional arguments.

    ## Why it is bad
    The Lambda runtime passes the event and the context and nothing else. A third parameter without a default
    fails at every invocation:
    `TypeError: lambda_handler() missing 1 required positional argument: 'session'`.

    ## Example
    ```python
    def lambda_handler(event, context, session):
        return {"user": session["user"]}
    ```

    ## Use instead
    ```python
    def lambda_handler(event, context, session=None):
        return {"user": session and session["user"]}
    ```
    """

    code = "HL202"
    name = "too-many-parameters"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Finding]:
        for signature in signatures(subject):
            missing = [
                parameter.name.value
                for parameter in signature.positional[signature.passed :]
                if parameter.default is None and parameter.name.value not in signature.given_names
            ]
            if not missing or signature.taken_twice is not None:
                continue
            count = len(missing)
            name = signature.callable.name
            yield self.finding(
                subject,
                definition_place(subject, signature.callable),
                f"`{name}` requires {listed(missing)} besides {signature.what}, "
                f"and {signature.callable.caller} passes nothing else",
                runtime_error=f"TypeError: {signature.callable.qualified_name}() missing {count} required positional "
                f"argument{plural(count)}: {listed(missing)}",
                help=f"give {listed(missing)} a default, or remove it",
            )


class RequiredKeywordOnlyParameter(Rule):
    """
    ## What it does
    Checks that the handler has no keyword-only parameter without a default.

    ## Why it is bad
    The Lambda runtime passes positional arguments only, so that the call fails at every invocation:
    `TypeError: lambda_handler() missing 1 required keyword-only argument: 'table'`.

    ## Example
    ```python
    def lambda_handler(event, context, *, table):
        return {"table": table}
    ```

    ## Use instead
    ```python
    def lambda_handler(event, context, *, table="orders"):
        return {"table": table}
    ```
    """

    code = "HL203"
    name = "required-keyword-only-parameter"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Finding]:
        for signature in signatures(subject):
            missing = [
                parameter.name.value
                for parameter in signature.keyword_only
                if parameter.default is None and parameter.name.value not in signature.given_names
            ]
            if not missing:
                continue
            count = len(missing)
            name = signature.callable.name
            yield self.finding(
                subject,
                definition_place(subject, signature.callable),
                f"`{name}` requires the keyword argument{plural(count)} {listed(missing)}, "
                "and the runtime passes none",
                runtime_error=f"TypeError: {signature.callable.qualified_name}() missing {count} required keyword-only "
                f"argument{plural(count)}: {listed(missing)}",
                help=f"give {listed(missing)} a default",
            )


class AsyncHandler(Rule):
    """
    ## What it does
    Checks that the handler is not an `async def`.

    ## Why it is bad
    The Lambda runtime for Python does not await what the handler returns. The coroutine never runs, and it
    cannot be serialized: `Runtime.MarshalError: Unable to marshal response: Object of type coroutine is not
    JSON serializable`.

    ## Example
    ```python
    async def lambda_handler(event, context):
        return {"statusCode": 200}
    ```

    ## Use instead
    ```python
    import asyncio


    def lambda_handler(event, context):
        return asyncio.run(handle(event))


    async def handle(event):
        return {"statusCode": 200}
    ```
    """

    code = "HL204"
    name = "async-handler"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Finding]:
        for signature in signatures(subject):
            handler = signature.callable
            if not handler.is_async or handler.is_generator:
                continue
            yield self.finding(
                subject,
                definition_place(subject, handler),
                f"`{handler.name}` is `async`, and the Lambda runtime does not await it: its body never runs",
                value_path="return",
                runtime_error=not_serializable("coroutine"),
                help=f"make `{handler.name}` a plain `def` that returns `asyncio.run(...)` of the coroutine",
                fix=run_fix(handler),
            )


class GeneratorHandler(Rule):
    """
    ## What it does
    Checks that the handler does not `yield`.

    ## Why it is bad
    Calling a function that contains `yield` returns a generator and runs none of its body. The runtime cannot
    serialize the generator: `Runtime.MarshalError: Unable to marshal response: Object of type generator is
    not JSON serializable`. Lambda's managed runtimes for Python do not support response streaming.

    ## Example
    ```python
    def lambda_handler(event, context):
        for record in event["Records"]:
            yield record["body"]
    ```

    ## Use instead
    ```python
    def lambda_handler(event, context):
        return [record["body"] for record in event["Records"]]
    ```
    """

    code = "HL205"
    name = "generator-handler"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Finding]:
        for signature in signatures(subject):
            handler = signature.callable
            if not handler.is_generator:
                continue
            kind = "async_generator" if handler.is_async else "generator"
            yield self.finding(
                subject,
                definition_place(subject, handler),
                f"`{handler.name}` contains `yield`, so calling it gives a generator and runs nothing",
                value_path="return",
                runtime_error=not_serializable(kind),
                help="collect the values in a list and return it",
            )


_EVENT_NAMES = frozenset({"event", "evt", "_event", "event_"})
_CONTEXT_NAMES = frozenset({"context", "ctx", "_context", "lambda_context", "context_"})


class SwappedParameters(Rule):
    """
    ## What it does
    Checks that the parameters are not named `(context, event)`.

    ## Why it is bad
    The Lambda runtime passes the event first. With the names swapped, the code reads its input from the context
    object: `TypeError: 'LambdaContext' object is not subscriptable`.

    ## Example
    ```python
    def lambda_handler(context, event):
        return event["name"]
    ```

    ## Use instead
    ```python
    def lambda_handler(event, context):
        return event["name"]
    ```
    """

    code = "HL206"
    name = "swapped-parameters"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Finding]:
        for signature in signatures(subject):
            names = swapped_names(signature)
            if names is not None:
                yield self.finding(
                    subject,
                    definition_place(subject, signature.callable),
                    f"`{signature.callable.name}` names its parameters `({names[0]}, {names[1]})`, "
                    "but the runtime passes the event first",
                    help=f"write `({names[1]}, {names[0]})`",
                    fix=swap_fix(signature.callable, *signature.positional[signature.before :][:2]),
                )


def swapped_names(signature: Signature) -> tuple[str, str] | None:
    """The names of the two parameters that the runtime fills, where the context is called by that of the event."""
    names = event_and_context(signature)
    is_swapped = names is not None and names[0] in _CONTEXT_NAMES and names[1] in _EVENT_NAMES
    return names if is_swapped else None


def event_and_context(signature: Signature) -> tuple[str, str] | None:
    """The names of the two parameters that the runtime fills."""
    names = [parameter.name.value for parameter in signature.positional[signature.before :][:2]]
    return (names[0], names[1]) if len(names) == signature.callable.passed == 2 else None


class UnconventionalParameterNames(Rule):
    """
    ## What it does
    Checks that the parameters are called `event` and `context` (with a leading underscore where unused).

    ## Why it is bad
    Nothing fails, but these are the names that readers know from the documentation of Lambda.

    ## Example
    ```python
    def lambda_handler(data, info):
        return data
    ```

    ## Use instead
    ```python
    def lambda_handler(event, _context):
        return event
    ```

    ## Options
    Off unless selected.
    """

    code = "HL207"
    name = "unconventional-parameter-names"
    severity = Severity.WARNING
    on_by_default = False

    def check(self, subject: Subject) -> Iterator[Finding]:
        for signature in signatures(subject):
            names = event_and_context(signature)
            if names is None:
                continue
            wanted = (
                names[0] in _EVENT_NAMES or names[0] == "_",
                names[1] in _CONTEXT_NAMES or names[1] in ("_", "__"),
            )
            if all(wanted):
                continue
            yield self.finding(
                subject,
                definition_place(subject, signature.callable),
                f"`{signature.callable.name}` calls its parameters `{names[0]}` and `{names[1]}`, "
                "not `event` and `context`",
                help="rename them to `event` and `context`",
            )


def not_serializable(class_name: str) -> str:
    """What the runtime says of a class it cannot serialize."""
    return marshal_error(value_message(class_name))
