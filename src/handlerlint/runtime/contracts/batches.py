"""The contracts of what hands records to a function in batches: queues, streams, Data Firehose, S3 Batch Operations."""

from __future__ import annotations

from collections.abc import Iterator

from handlerlint.runtime.contracts.http import is_base64
from handlerlint.runtime.contracts.model import (
    ALL,
    ELEMENT,
    NO_LIST,
    NO_LIST_NOR_NULL,
    NO_OBJECT,
    Certainty,
    Clause,
    Constants,
    Contract,
    Json,
    Known,
    Problem,
    ReadFrom,
    Required,
    Shapes,
    Together,
    alike,
    one_of,
    text_of,
)

_FAILURES = "batchItemFailures"
_FAILURES_HELP = 'return `{"batchItemFailures": [{"itemIdentifier": …}]}` with the records that failed'
_SQS_PAGE = "docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"
_STREAM_PAGE = "docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html"
_NOT_PROCESSED = (
    "docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html: without ReportBatchItemFailures "
    '"these responses will not be processed"'
)


def _records(event: Json, name: str) -> list[Json]:
    found = event.get(name) if isinstance(event, dict) else None
    return found if isinstance(found, list) else []


def _of_another_batch(identifier: Known, event: Json) -> Iterator[Problem]:
    """An id that no message of the batch has. Of sequence numbers of streams that is not certain."""
    ids = {record.get("messageId") for record in _records(event, "Records") if isinstance(record, dict)}
    text = text_of(identifier)
    if text and ids and text not in ids:
        yield (), "`itemIdentifier` is not the messageId of a record of the event"


def _items(kind: str, word: str, source: str) -> Iterator[Clause]:
    """Nothing, an empty object and an empty list are a success, whatever else is said here.

    Observed on AWS with all three services: the tests that LocalStack's authors run against AWS
    (github.com/localstack/localstack, tests/aws/services/lambda_/event_source_mapping, `validated`).
    """
    item = (_FAILURES, ELEMENT)
    identifier = (*item, "itemIdentifier")
    parts = (
        ((_FAILURES,), Shapes(NO_LIST_NOR_NULL, "a list"), _FAILURES_HELP),
        (item, Shapes(NO_OBJECT, "an object"), _FAILURES_HELP),
        (item, Required("itemIdentifier"), _FAILURES_HELP),
        (identifier, Shapes(ALL - {"string"}, f"the {word} of a record"), f"return its {word}"),
        (identifier, Constants(lambda text: text != "", f"the {word} of a record"), f"return its {word}"),
    )
    for at, refusal, help in parts:
        yield Clause(f"{kind}.items", "HL411", at, refusal, source, help)


def _no_failures(response: Known, event: Json) -> Iterator[Problem]:
    failures = response.member(_FAILURES)
    is_nothing = response.shapes <= NO_OBJECT or response.lacks(_FAILURES)
    is_empty = failures is not None and len(failures.shapes) == 1 and next(failures.members(), None) is None
    if is_nothing or is_empty:
        yield (), "it reports no failure"


def _misspelt(response: Known, event: Json) -> Iterator[Problem]:
    """Without `batchItemFailures` an answer is a success."""
    near = alike(response, _FAILURES)
    if near is not None and response.lacks(_FAILURES):
        yield (near,), f"`{near}` is not `{_FAILURES}`"


def _partial_batch(service: str, *clauses: Clause) -> Contract:
    """The contract of a source that takes the records that are reported as failed, and all others as done."""
    lost = "the records that failed count as done"
    misspelt = Clause(
        "sqs.misspelt",
        "HL411",
        (),
        Together(_misspelt),
        _SQS_PAGE,
        _FAILURES_HELP,
        Certainty.WARNING,
        answer=lost,
    )
    return Contract(
        service=service,
        answer="Lambda takes the whole batch as failed",
        clauses=(*clauses, misspelt),
        unreported=Clause(
            "sqs.not-reported",
            "HL411",
            (),
            Together(_no_failures),
            f"{_SQS_PAGE}: a function that returns none of the failed records has succeeded with all",
            _FAILURES_HELP,
            certainty=Certainty.WARNING,
            answer="a record that fails here counts as done",
        ),
    )


QUEUE = _partial_batch(
    "SQS",
    *_items("sqs", "messageId", _SQS_PAGE),
    *(
        Clause(
            "sqs.items",
            "HL411",
            (_FAILURES, ELEMENT, "itemIdentifier"),
            refusal,
            f'{_SQS_PAGE}: an itemIdentifier "with a message ID that doesn\'t exist"',
            "return its messageId",
        )
        for refusal in (Together(_of_another_batch), ReadFrom("messageId"))
    ),
)
DATA_STREAM = _partial_batch("Kinesis", *_items("stream", "sequenceNumber", _STREAM_PAGE))
TABLE_STREAM = _partial_batch("DynamoDB streams", *_items("stream", "SequenceNumber", _STREAM_PAGE))


def _some_failures(failures: Known, event: Json) -> Iterator[Problem]:
    if failures.shapes == {"list"} and next(failures.members(), None) is not None:
        yield (), "failures are returned, and `ReportBatchItemFailures` is off"


def _not_reported(service: str, answer: str) -> Contract:
    """Of a source that is known to discard the answer."""
    clause = Clause(
        "sqs.not-reported",
        "HL411",
        (_FAILURES,),
        Together(_some_failures),
        _NOT_PROCESSED,
        "set `FunctionResponseTypes: [ReportBatchItemFailures]` on the event source",
    )
    return Contract(service=service, answer=answer, clauses=(clause,))


QUEUE_WITHOUT_REPORT = _not_reported("SQS", "the failed messages count as done and are deleted")
STREAM_WITHOUT_REPORT = _not_reported("the stream", "the failed records count as done")

_TRANSFORMED_HELP = 'return `{"recordId": record["recordId"], "result": "Ok", "data": …}` for each record'
_FIREHOSE_PAGE = "docs.aws.amazon.com/firehose/latest/dev/data-transformation-status-model.html"
_RECORD = ("records", ELEMENT)


def _identifiers(response: Known, event: Json) -> Iterator[Problem]:
    """Each record of the event is answered, once; the event is another one each time."""
    records = response.member("records")
    if records is None:
        return
    found = {step: text_of(record.member("recordId")) for step, record in records.members()}
    wanted = [record.get("recordId") for record in _records(event, "records") if isinstance(record, dict)]
    for step, identifier in found.items():
        place = ("records", step, "recordId")
        if identifier is not None and wanted and identifier not in wanted:
            yield place, "`recordId` belongs to no record of the event"
        elif identifier is not None and list(found.values()).count(identifier) > 1:
            yield place, "`recordId` occurs more than once"
    missing = [identifier for identifier in wanted if identifier not in found.values()]
    if missing and None not in found.values():
        yield ("records",), f"{len(missing)} of {len(wanted)} records of the event are not answered"


def _data(record: Known, event: Json) -> Iterator[Problem]:
    """A dropped or failed record needs none (AWS's blueprint kinesis-firehose-cloudwatch-logs-processor)."""
    if text_of(record.member("result")) != "Ok":
        return
    data = record.member("data")
    text = text_of(data)
    if record.lacks("data"):
        yield ("data",), "`data` is missing"
    elif data is not None and (data.shapes <= ALL - {"string"} or (text is not None and not is_base64(text))):
        yield ("data",), "`data` is not base64"


def _firehose() -> Iterator[Clause]:
    """The clauses of a Firehose transformation: the root, each record, its result and its data."""
    root = 'return `{"records": […]}`'
    encode = "encode it: `base64.b64encode(content).decode()`"
    drop = f"{_TRANSFORMED_HELP}; with `Dropped` as its result a record is left out"
    expected = "Ok, Dropped or ProcessingFailed"
    result = (*_RECORD, "result")
    parts = (
        ("root", (), Shapes(NO_OBJECT, "an object"), root),
        ("root", (), Required("records"), root),
        ("root", ("records",), Shapes(NO_LIST, "a list"), root),
        ("id", _RECORD, Shapes(NO_OBJECT, "an object"), _TRANSFORMED_HELP),
        ("id", _RECORD, Required("recordId"), _TRANSFORMED_HELP),
        ("id", (*_RECORD, "recordId"), Shapes(ALL - {"string"}, "a string"), _TRANSFORMED_HELP),
        ("id", (*_RECORD, "recordId"), ReadFrom("recordId"), _TRANSFORMED_HELP),
        ("all", (), Together(_identifiers), drop),
        ("result", _RECORD, Required("result"), _TRANSFORMED_HELP),
        ("result", result, Shapes(ALL - {"string"}, expected), _TRANSFORMED_HELP),
        (
            "result",
            result,
            Constants(one_of("Ok", "Dropped", "ProcessingFailed"), expected),
            _TRANSFORMED_HELP,
        ),
        ("data", _RECORD, Together(_data), encode),
    )
    for name, at, refusal, help in parts:
        yield Clause(f"firehose.{name}", "HL414", at, refusal, _FIREHOSE_PAGE, help)


# Records from MSK have keys of their own (`kafkaRecordValue`): nothing is said of those.
FIREHOSE = Contract(
    service="Data Firehose",
    answer="Data Firehose takes that as a failed transformation",
    clauses=tuple(_firehose()),
)

_CODES = ("Succeeded", "TemporaryFailure", "PermanentFailure")
_TASK_HELP = (
    'return a result such as `{"taskId": task["taskId"], "resultCode": "Succeeded", "resultString": ""}`'
)
_BATCH_PAGE = "docs.aws.amazon.com/lambda/latest/dg/services-s3-batch.html: the fields that must be returned"
_RESULT = ("results", ELEMENT)


def _s3_batch() -> Iterator[Clause]:
    """A task without a result is one that `treatMissingKeysAs` decides."""
    expected = f"one of {', '.join(_CODES)}"
    root = "return an object with `invocationSchemaVersion`, `invocationId` and `results`"
    parts = (
        ((), Shapes(NO_OBJECT, "an object"), root),
        ((), Required("results"), root),
        (("results",), Shapes(NO_LIST, "a list"), _TASK_HELP),
        (_RESULT, Shapes(NO_OBJECT, "an object"), _TASK_HELP),
        (_RESULT, Required("resultCode"), _TASK_HELP),
        ((*_RESULT, "resultCode"), Constants(lambda code: code in _CODES, expected), _TASK_HELP),
    )
    for at, refusal, help in parts:
        yield Clause("s3batch", "HL415", at, refusal, _BATCH_PAGE, help)


S3_BATCH = Contract(
    service="S3 Batch Operations",
    answer="S3 Batch Operations takes the task as failed",
    clauses=tuple(_s3_batch()),
)
