"""HL301, HL302, HL304 to HL307 and HL311: does what the handler returns, or gives to `json.dumps`, serialize?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import libcst as cst

from handlerlint.findings import Finding, Fix, Severity
from handlerlint.inference.analysis import HandlerAnalysis, ReturnedProblem
from handlerlint.inference.domain.problem import FATAL, DumpCall, Problem, ProblemKind
from handlerlint.rules.advice import article, help_for
from handlerlint.rules.base import Rule, Subject
from handlerlint.rules.fixing.conversions import conversion_fix, default_fix, stored_fix
from handlerlint.rules.problems import (
    alike,
    dumped_place,
    dumped_way,
    encoder_message,
    failure,
    returned_place,
    returned_way,
    serializer_of,
    uses_json,
)
from handlerlint.runtime import serialization


class _ReturnRule(Rule):
    """A rule about a part of what the handler returns."""

    kind: ClassVar[ProblemKind]

    def check(self, subject: Subject) -> Iterator[Finding]:
        if subject.analysis is None:
            return
        for returned in subject.analysis.returned:
            if self.concerns(returned, subject.analysis.returned):
                yield self._finding_for(subject, returned)

    def concerns(self, returned: ReturnedProblem, others: list[ReturnedProblem]) -> bool:
        """Whether the problem is one for this rule."""
        return returned.problem.kind == self.kind

    def _finding_for(self, subject: Subject, returned: ReturnedProblem) -> Finding:
        problem = returned.problem
        return self.finding(
            subject,
            returned_place(subject, returned),
            self.message(returned) + alike(problem),
            value_path="return" + problem.path,
            runtime_error=self.runtime_error(returned),
            help=help_for(problem),
            related=returned_way(subject, returned),
            fix=self.fix(subject, returned),
        )

    def fix(self, subject: Subject, returned: ReturnedProblem) -> Fix | None:
        """What makes the value one that serializes, where it stands in the `return`."""
        if subject.analysis is None or self.severity is not Severity.ERROR:
            return None
        node = returned.problem.part or returned.node
        fix = conversion_fix(subject.analysis, returned.file, node, returned.problem)
        return fix or stored_fix(subject.analysis, returned.file, returned.statement, returned.problem)

    def message(self, returned: ReturnedProblem) -> str:
        """What is wrong with the value."""
        raise NotImplementedError

    def runtime_error(self, returned: ReturnedProblem) -> str | None:
        """What the runtime says."""
        return failure(returned, encoder_message(returned.problem, uses_json=uses_json(returned)))


class UnserializableReturnValue(_ReturnRule):
    """
    ## What it does
    Finds values in what the handler returns that the Lambda runtime cannot turn into JSON: dates, sets,
    exceptions, generators, objects of classes …

    A durable function (`@durable_execution`) and a Chalice application serialize their results themselves, with
    `json.dumps`. There the rule also finds bytes, and in a durable function `Decimal`.

    ## Why it is bad
    The runtime serializes the returned value even if nobody reads it. The invocation fails after all its work
    is done: `Runtime.MarshalError: Unable to marshal response: Object of type datetime is not JSON
    serializable`. A durable function ends with the status FAILED.

    ## Example
    ```python
    from datetime import datetime, timezone


    def lambda_handler(event, context):
        return {"name": event["name"], "at": datetime.now(timezone.utc)}
    ```

    ## Use instead
    ```python
    from datetime import datetime, timezone


    def lambda_handler(event, context):
        return {"name": event["name"], "at": datetime.now(timezone.utc).isoformat()}
    ```
    """

    code = "HL301"
    name = "unserializable-return-value"
    severity = Severity.ERROR
    kind = "value"

    def concerns(self, returned: ReturnedProblem, others: list[ReturnedProblem]) -> bool:
        return returned.problem.kind == "value" and returned.problem.response is None  # else HL303

    def message(self, returned: ReturnedProblem) -> str:
        problem = returned.problem
        who = "the route" if returned.handler.serializer in ("chalice", "powertools") else "the handler"
        what = f"`return{problem.path}` is" if problem.path else f"{who} returns"
        which = " that is not valid UTF-8" if problem.said is not None else ""
        return (
            f"{what} {article(problem.short_name)}{which}, which {serializer_of(returned)} cannot serialize"
        )


class UnserializableDictKey(_ReturnRule):
    """
    ## What it does
    Finds keys of returned dicts that cannot become keys of a JSON object: tuples, dates, enums, UUIDs, Decimals …

    ## Why it is bad
    Only str, int, float, bool and None can be keys: `Runtime.MarshalError: Unable to marshal response: keys must
    be str, int, float, bool or None, not tuple`.

    ## Example
    ```python
    def lambda_handler(event, context):
        counts = {}
        for order in event["orders"]:
            place = (order["country"], order["city"])
            counts[place] = counts.get(place, 0) + 1
        return counts
    ```

    ## Use instead
    ```python
    def lambda_handler(event, context):
        counts = {}
        for order in event["orders"]:
            place = f"{order['country']}/{order['city']}"
            counts[place] = counts.get(place, 0) + 1
        return counts
    ```
    """

    code = "HL302"
    name = "unserializable-dict-key"
    severity = Severity.ERROR
    kind = "key"

    def message(self, returned: ReturnedProblem) -> str:
        problem = returned.problem
        return (
            f"a key of `return{problem.path}` is {article(problem.short_name)}, which cannot be a key in JSON"
        )


class UnawaitedCoroutineReturned(_ReturnRule):
    """
    ## What it does
    Finds coroutines in what the handler returns: an `async` function was called and not awaited.

    ## Why it is bad
    The coroutine never runs, and cannot be serialized: `Runtime.MarshalError: Unable to marshal response: Object
    of type coroutine is not JSON serializable`.

    ## Example
    ```python
    async def load(name):
        return {"name": name}


    def lambda_handler(event, context):
        return load(event["name"])
    ```

    ## Use instead
    ```python
    import asyncio


    async def load(name):
        return {"name": name}


    def lambda_handler(event, context):
        return asyncio.run(load(event["name"]))
    ```
    """

    code = "HL304"
    name = "unawaited-coroutine-returned"
    severity = Severity.ERROR
    kind = "coroutine"

    def message(self, returned: ReturnedProblem) -> str:
        return f"`return{returned.problem.path}` is a coroutine that was never awaited"


class CircularReferenceReturned(_ReturnRule):
    """
    ## What it does
    Finds lists, dicts and other containers in what the handler returns that contain themselves.

    ## Why it is bad
    JSON has no references: `Runtime.MarshalError: Unable to marshal response: Circular reference detected`.

    ## Example
    ```python
    def lambda_handler(event, context):
        node = {"name": event["name"]}
        node["parent"] = node
        return node
    ```

    ## Use instead
    ```python
    def lambda_handler(event, context):
        node = {"name": event["name"]}
        node["parent"] = node["name"]
        return node
    ```
    """

    code = "HL305"
    name = "circular-reference-returned"
    severity = Severity.ERROR
    kind = "circular"

    def message(self, returned: ReturnedProblem) -> str:
        problem = returned.problem
        return f"`return{problem.path}` is a {problem.short_name} that contains itself"

    def runtime_error(self, returned: ReturnedProblem) -> str | None:
        return failure(returned, serialization.CIRCULAR, "ValueError")


class NonPortableReturnValue(_ReturnRule):
    """
    ## What it does
    Finds values that the Lambda runtime client can serialize and `json.dumps` cannot: Decimal, bytes, objects with
    `_asdict()`.

    ## Why it is bad
    Lambda's documentation promises no more than `json.dumps`. A unit test or a local server that uses it fails
    where Lambda does not. What arrives may be a surprise, too: bytes become text, and only if they are UTF-8.
    Such handlers work in Lambda: the rule is for those who want them to work elsewhere as well.

    ## Example
    ```python
    from decimal import Decimal


    def lambda_handler(event, context):
        return {"total": Decimal(event["total"])}
    ```

    ## Use instead
    ```python
    from decimal import Decimal


    def lambda_handler(event, context):
        return {"total": str(Decimal(event["total"]))}
    ```
    """

    code = "HL306"
    name = "non-portable-return-value"
    severity = Severity.WARNING
    on_by_default = False
    kind = "portable"

    def concerns(self, returned: ReturnedProblem, others: list[ReturnedProblem]) -> bool:
        problem = returned.problem
        if problem.kind == "dynamodb":
            return returned.handler.serializer != "durable"  # else HL312
        return problem.kind == "portable" and not (
            problem.response is not None
            and any(
                other.node is returned.node
                and other.problem.kind == "value"
                and other.problem.response is not None
                and other.problem.response.call == problem.response.call
                and other.problem.part is problem.part
                for other in others
            )
        )  # HL303 speaks of the whole response

    def message(self, returned: ReturnedProblem) -> str:
        problem = returned.problem
        if problem.kind == "dynamodb":
            return (
                f"`return{problem.path}` is a DynamoDB item, whose numbers are `Decimal`: "
                "the Lambda runtime accepts them, but `json.dumps` does not"
            )
        condition = f" {problem.said}" if problem.said is not None else ""
        return (
            f"`return{problem.path}` is {article(problem.short_name)}: the Lambda runtime accepts it{condition}, "
            "but `json.dumps` does not"
        )

    def runtime_error(self, returned: ReturnedProblem) -> str | None:
        return None


class NanReturned(_ReturnRule):
    """
    ## What it does
    Finds the numbers `nan` and `inf` in what the handler returns.

    ## Why it is bad
    The runtime writes `NaN` or `Infinity`, which is not JSON: a strict parser refuses the response.

    ## Example
    ```python
    def lambda_handler(event, context):
        return {"ratio": float("nan")}
    ```

    ## Use instead
    ```python
    def lambda_handler(event, context):
        return {"ratio": None}
    ```
    """

    code = "HL307"
    name = "nan-returned"
    severity = Severity.WARNING
    kind = "nan"

    def message(self, returned: ReturnedProblem) -> str:
        problem = returned.problem
        return f"`return{problem.path}` is `{problem.short_name}`, which JSON cannot represent"

    def runtime_error(self, returned: ReturnedProblem) -> str | None:
        return None


class JsonDumpsUnserializable(Rule):
    """
    ## What it does
    Finds calls of `json.dumps` and `json.dump` that raise because they cannot serialize their argument; also those of
    `simplejson` and `orjson`, and of `JSONEncoder().encode`. Calls count that the handler reaches, whatever its
    decorators, also in the routes of an application that it passes the event to.

    A call is left alone if an `except TypeError` catches the failure, or if it is all that its `try` contains: such
    code asks whether the value can be serialized.

    ## Why it is bad
    `TypeError: Object of type Decimal is not JSON serializable`. Inside a broad `except` nobody sees it: the
    caller gets a 500, and the log says little.

    ## Example
    ```python
    import json
    from datetime import date


    def lambda_handler(event, context):
        return {"statusCode": 200, "body": json.dumps({"day": date.today()})}
    ```

    ## Use instead
    ```python
    import json
    from datetime import date


    def lambda_handler(event, context):
        return {"statusCode": 200, "body": json.dumps({"day": date.today()}, default=str)}
    ```
    """

    code = "HL311"
    name = "json-dumps-unserializable"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Finding]:
        """A finding for each part that a `json.dumps` fails at; all that is of one response is one."""
        if subject.analysis is None:
            return
        for call in subject.analysis.dumps:
            if call.is_sdk:
                continue
            named: set[tuple[str, cst.CSTNode | None]] = set()
            for problem in call.problems:
                if problem.kind not in FATAL:
                    continue
                if problem.response is not None:
                    response = (problem.response.call, problem.part)
                    if response in named:
                        continue  # one response is one defect
                    named.add(response)
                yield self.finding(
                    subject,
                    dumped_place(subject, call, problem),
                    _dump_message(call.function, problem) + alike(problem),
                    value_path=f"{call.function}(…){problem.path}",
                    runtime_error=_dump_error(call, problem),
                    help=help_for(problem, in_dumps=True),
                    related=dumped_way(subject, call, problem),
                    fix=_dumps_fix(subject.analysis, call, problem),
                )


def _dumps_fix(analysis: HandlerAnalysis, call: DumpCall, problem: Problem) -> Fix | None:
    """A conversion where the value is written in the call, else `default=str`."""
    fix = None
    if problem.part is not None:
        fix = conversion_fix(analysis, call.file, problem.part, problem)
    if fix is None:
        fix = stored_fix(analysis, call.file, call.node, problem)
    is_function = call.function in ("json.dumps", "json.dump")
    if fix is None and is_function and problem.kind == "value":
        return default_fix(call.file, call.node)
    return fix


def _dump_message(function: str, problem: Problem) -> str:
    what = f"its argument{problem.path}" if problem.path else "its argument"
    match problem.kind:
        case "key":
            return f"`{function}` fails: a key of {what} is {article(problem.short_name)}"
        case "circular":
            return f"`{function}` fails: {what} is a {problem.short_name} that contains itself"
        case "range":
            return f"`{function}` fails: {what} is `{problem.short_name}`, which `allow_nan=False` forbids"
        case "order":
            return (
                f"`{function}` fails: `sort_keys=True` cannot compare keys of {what} ({problem.short_name})"
            )
        case _ if problem.response is not None:
            return (
                f"`{function}` fails: {what} is {article(problem.short_name)}, "
                f"`{problem.response.member}` of the response of `{problem.response.call}`"
            )
        case _:
            return f"`{function}` fails: {what} is {article(problem.short_name)}"


def _dump_error(call: DumpCall, problem: Problem) -> str:
    if call.serializer == "orjson":
        return f"orjson.JSONEncodeError: {serialization.orjson_message(problem.kind, problem.short_name)}"
    match problem.kind:
        case "circular":
            return serialization.dumps_error(serialization.CIRCULAR)
        case "range":
            return f"ValueError: Out of range float values are not JSON compliant: {problem.short_name}"
        case "order":
            one, _, other = problem.short_name.partition(" and ")
            return f"TypeError: '<' not supported between instances of '{other}' and '{one}'"
        case _:
            return serialization.dumps_error(encoder_message(problem, uses_json=call.serializer == "json"))
