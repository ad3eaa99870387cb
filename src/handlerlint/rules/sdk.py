"""HL303, HL312, HL322 and HL323: what the AWS SDK gives, and what it is given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from libcst import CSTNode

from handlerlint.findings import Finding, Severity
from handlerlint.inference.analysis import ReturnedProblem
from handlerlint.inference.domain.problem import FATAL, DumpCall, Problem
from handlerlint.records import dataclass, replace
from handlerlint.rules.advice import article, help_for
from handlerlint.rules.base import Rule, Subject
from handlerlint.rules.fixing.conversions import default_fix, response_fix
from handlerlint.rules.problems import (
    alike,
    dumped_place,
    dumped_way,
    encoder_message,
    failure,
    returned_place,
    returned_way,
    uses_json,
)
from handlerlint.runtime.serialization import dumps_error, value_message

_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class RawResponse:
    """The members of one response that do not serialize where it stands: never none."""

    call: str
    returned: tuple[ReturnedProblem, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What does not serialize, the member that the serializer meets first before the others."""
        return tuple(one.problem for one in self.returned)

    @property
    def words(self) -> str:
        """`s3.list_buckets()` → Buckets[].CreationDate (datetime)."""
        named = [
            f"{problem.response.member} ({problem.short_name})"
            for problem in self.problems
            if problem.response is not None
        ]
        more = len(named) - _MOST_NAMED
        listed = ", ".join(named[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
        return f"`{self.call}` → {listed}"

    @property
    def help(self) -> str:
        """How to mend it."""
        if any(problem.short_name == "StreamingBody" for problem in self.problems):
            return "read the stream (`.read()`, and `.decode()` for text) and keep only the members you need"
        return (
            "keep only the members you need, with `.isoformat()` for dates, "
            "or return `json.loads(json.dumps(response, default=str))`"
        )


def raw_responses(returned: Iterable[ReturnedProblem]) -> list[RawResponse]:
    """The responses that are returned, each with all of its members at one part of one `return`."""
    found: dict[tuple[str, CSTNode, CSTNode | None], list[ReturnedProblem]] = {}
    for one in returned:
        problem = one.problem
        if problem.kind == "value" and problem.response is not None:
            found.setdefault((problem.response.call, one.node, problem.part), []).append(one)
    return [RawResponse(call, tuple(members)) for (call, _, _), members in found.items()]


class UnserializableSdkResponse(Rule):
    """
    ## What it does
    Finds responses of the AWS SDK in what the handler returns that contain a `datetime`, a stream, or bytes that are
    not text. It knows every operation of every service, member by member.

    ## Why it is bad
    boto3 turns timestamps into `datetime` objects, which JSON does not have: `Runtime.MarshalError: Unable to marshal
    response: Object of type datetime is not JSON serializable`. The code does not show which responses serialize:
    that of `sqs.send_message` does, that of `s3.list_buckets` does not.

    ## Example
    ```python
    import boto3

    s3 = boto3.client("s3")


    def lambda_handler(event, context):
        return s3.list_buckets()
    ```

    ## Use instead
    ```python
    import boto3

    s3 = boto3.client("s3")


    def lambda_handler(event, context):
        return [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    ```
    """

    code = "HL303"
    name = "unserializable-sdk-response"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Finding]:
        if subject.analysis is None:
            return
        for response in raw_responses(subject.analysis.returned):
            first = response.returned[0]
            yield self.finding(
                subject,
                returned_place(subject, first),
                f"the handler returns a raw SDK response: {response.words}",
                value_path="return" + first.problem.path,
                runtime_error=failure(first, encoder_message(first.problem, uses_json=uses_json(first))),
                help=response.help,
                related=returned_way(subject, first),
                fix=response_fix(subject.analysis, first),
            )


class JsonDumpsDynamodbNumber(Rule):
    """
    ## What it does
    Finds items of a DynamoDB *resource* (`boto3.resource("dynamodb").Table(...)`) that are given to `json.dumps`
    with their attributes as they came. The result of a durable function is serialized by `json.dumps`, too.

    ## Why it is bad
    The resource returns every number as a `Decimal`, sets as `set` and binary data as `Binary`. As soon as an item
    holds one of them, the call fails: `TypeError: Object of type Decimal is not JSON serializable`.

    ## Example
    ```python
    import json

    import boto3

    table = boto3.resource("dynamodb").Table("orders")


    def lambda_handler(event, context):
        item = table.get_item(Key={"id": event["id"]})["Item"]
        return {"statusCode": 200, "body": json.dumps(item)}
    ```

    ## Use instead
    ```python
    import json

    import boto3

    table = boto3.resource("dynamodb").Table("orders")


    def lambda_handler(event, context):
        item = table.get_item(Key={"id": event["id"]})["Item"]
        return {"statusCode": 200, "body": json.dumps(item, default=str)}
    ```
    """

    code = "HL312"
    name = "json-dumps-dynamodb-number"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Finding]:
        if subject.analysis is None:
            return
        for call in subject.analysis.dumps:
            items = [problem for problem in call.problems if problem.kind == "dynamodb"]
            for problem in items[:1]:  # one `default=` mends the call, however many items it is given
                what = f"its argument{problem.path}" if problem.path else "its argument"
                yield self.finding(
                    subject,
                    dumped_place(subject, call, problem),
                    f"`{call.function}` fails if {what}, a DynamoDB item, holds a number: it is a `Decimal`",
                    value_path=f"{call.function}(…){problem.path}",
                    runtime_error=dumps_error(value_message(problem.short_name)),
                    help="pass `default=str`, or a function that converts Decimals to numbers and sets to lists",
                    related=dumped_way(subject, call, problem),
                    fix=default_fix(call.file, call.node) if call.function.startswith("json.") else None,
                )
        for returned in subject.analysis.returned:
            if returned.problem.kind == "dynamodb" and returned.handler.serializer == "durable":
                yield self._finding_for(subject, returned)

    def _finding_for(self, subject: Subject, returned: ReturnedProblem) -> Finding:
        problem = returned.problem
        return self.finding(
            subject,
            returned_place(subject, returned),
            f"`return{problem.path}`, a DynamoDB item, may hold numbers: they are `Decimal`, which `json.dumps` "
            "(used for durable functions) does not accept",
            value_path="return" + problem.path,
            runtime_error=failure(returned, value_message(problem.short_name)),
            help="convert Decimals to numbers and sets to lists",
            related=returned_way(subject, returned),
        )


class FloatToDynamodb(Rule):
    """
    ## What it does
    Finds a `float` that is given to a DynamoDB *resource* (`put_item`, `update_item`, `query`, `batch_writer` …), and
    other values that it cannot store, such as dates.

    ## Why it is bad
    The resource accepts numbers only as `int` or `Decimal`: `TypeError: Float types are not supported. Use Decimal
    types instead.` For other values it raises `TypeError: Unsupported type`.

    ## Example
    ```python
    import boto3

    table = boto3.resource("dynamodb").Table("orders")


    def lambda_handler(event, context):
        table.put_item(Item={"id": event["id"], "price": float(event["price"])})
    ```

    ## Use instead
    ```python
    from decimal import Decimal

    import boto3

    table = boto3.resource("dynamodb").Table("orders")


    def lambda_handler(event, context):
        table.put_item(Item={"id": event["id"], "price": Decimal(str(event["price"]))})
    ```
    """

    code = "HL322"
    name = "float-to-dynamodb"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Finding]:
        if subject.analysis is None:
            return
        for call in subject.analysis.dumps:
            if call.is_sdk:
                for problem in _one_of_each_part(call.problems):
                    yield self._finding_for(subject, call, problem)

    def _finding_for(self, subject: Subject, call: DumpCall, problem: Problem) -> Finding:
        error, reason, advice = _not_stored(problem)
        return self.finding(
            subject,
            dumped_place(subject, call, problem),
            f"`{call.function}` fails: `{problem.path}` is {article(problem.short_name)}, {reason}"
            + alike(problem),
            value_path=f"{call.function}({problem.path})",
            runtime_error=error,
            help=advice,
            related=dumped_way(subject, call, problem),
        )


class UnknownSdkParameter(Rule):
    """
    ## What it does
    Finds calls of operations of the AWS SDK with a misspelt parameter, without a required one, with a value of a type
    that botocore does not take, or with arguments by position. It looks inside of parameters, too
    (`Entries[0].Detail`), and at those of presigned URLs and paginators.

    A parameter that handlerlint does not know may belong to a newer SDK. It is reported only if it differs from a
    known one by nothing but case, underscores or one letter. A None counts only where it is written as the argument.

    ## Why it is bad
    botocore refuses the call before it is sent: `ParamValidationError: Parameter validation failed: Unknown parameter
    in input: "limit"`. This is not a `ClientError`, so an `except ClientError` does not catch it.

    ## Example
    ```python
    import boto3

    table = boto3.resource("dynamodb").Table("orders")


    def lambda_handler(event, context):
        return table.scan(limit=1)["Count"]
    ```

    ## Use instead
    ```python
    import boto3

    table = boto3.resource("dynamodb").Table("orders")


    def lambda_handler(event, context):
        return table.scan(Limit=1)["Count"]
    ```
    """

    code = "HL323"
    name = "unknown-sdk-parameter"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Finding]:
        if subject.analysis is None:
            return
        for call in subject.analysis.dumps:
            for problem in call.problems if call.is_sdk else ():
                if problem.kind not in FATAL:
                    yield self._finding_for(subject, call, problem)

    def _finding_for(self, subject: Subject, call: DumpCall, problem: Problem) -> Finding:
        message, error, advice = _wrong_parameter(call.function, problem)
        place = problem.path or problem.short_name
        return self.finding(
            subject,
            dumped_place(subject, call, problem),
            message,
            value_path=f"{call.function}({place}=)" if place else None,
            runtime_error=error,
            help=advice,
        )


def _one_of_each_part(problems: Iterable[Problem]) -> list[Problem]:
    """One problem for each part of a call that is bad, or in which values come from elsewhere: it counts the others."""
    by_part: dict[CSTNode | None, list[Problem]] = {}
    for problem in problems:
        if problem.kind in FATAL:
            by_part.setdefault(problem.part, []).append(problem)
    return [replace(same[0], alike=same[0].alike + len(same) - 1) for same in by_part.values()]


def _not_stored(problem: Problem) -> tuple[str, str, str]:
    """What boto3 says of a value that it cannot store, why, and how to mend it."""
    written = problem.class_name.removeprefix("builtins.")
    reason = "which a DynamoDB resource cannot store"
    if problem.class_name == "builtins.float":
        return _FLOAT_ERROR, reason, "write `Decimal(str(...))`"
    return f"TypeError: Unsupported type \"<class '{written}'>\" for value …", reason, help_for(problem)


_FLOAT_ERROR = "TypeError: Float types are not supported. Use Decimal types instead."
_INVALID = "ParamValidationError: Parameter validation failed: "


def _wrong_parameter(function: str, problem: Problem) -> tuple[str, str, str]:
    """The message, what botocore says, and how to mend it."""
    name, other, where = problem.short_name, problem.said, problem.path
    inside = f" in `{where}`" if where else ""
    match problem.kind:
        case "positional":
            short = function.rpartition(".")[2]
            error = f"TypeError: {short}() only accepts keyword arguments."
            return f"`{function}` takes no arguments by position", error, "name each argument"
        case "missing parameter":
            instead = "" if other is None else f", but is given `{other}`, which it does not have"
            error = f'{_INVALID}Missing required parameter in {where or "input"}: "{name}"'
            return f"`{function}` needs `{name}`{inside}{instead}", error, f"give `{name}`"
        case "parameter type":
            given = "None" if name == "NoneType" else article(name)
            written = problem.class_name.removeprefix("builtins.").removeprefix("types.")
            error = f"{_INVALID}Invalid type for parameter {where}, value: …, type: <class '{written}'>"
            message = f"`{function}` takes {article(str(other))} as `{where}`, and is given {given}"
            return message, error, _conversion(problem.class_name, str(other))
        case _:
            error = f'{_INVALID}Unknown parameter in {where or "input"}: "{name}", must be one of: …'
            remedy = "that is a part of its response" if other is None else f"did you mean `{other}`?"
            return f"`{function}` has no parameter `{name}`{inside}", error, remedy


def _conversion(given: str, taken: str) -> str:
    """How a value of one class becomes what is taken: `given` is a qualified name, `taken` a word of `_expected`."""
    if given == "types.NoneType":
        return "leave it out where it is None"
    match taken:
        case "str" | "bytes" if given in ("builtins.dict", "builtins.list", "builtins.tuple"):
            return "write `json.dumps(...)`"
        case "str" if given == "builtins.bytes":
            return "write `.decode()`"
        case "str" if given.startswith("datetime."):
            return "write `.isoformat()`"
        case "str" | "int" | "float":
            return f"write `{taken}(...)`"
        case "list" if given in ("builtins.str", "builtins.dict"):
            return "write it in brackets: `[...]`"
        case "list":
            return "write `list(...)`"
        case "bool":
            return "give True or False"
        case _:
            return f"give {article(taken)}"
