"""The contracts of what hands records to a function in batches: queues, streams, Data Firehose, S3 Batch Operations."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from handlerlint.runtime.contracts.http import is_base64
from handlerlint.runtime.contracts.model import (
    NO_LIST,
    NO_LIST_NOR_NULL,
    Contract,
    Field,
    Flaw,
    Json,
    named,
    step,
)

_FAILURES = "batchItemFailures"
_FAILURES_HELP = 'Return `{"batchItemFailures": [{"itemIdentifier": …}]}` with the records that failed.'


def _records(event: Json, name: str) -> list[Json]:
    found = event.get(name) if isinstance(event, dict) else None
    return found if isinstance(found, list) else []


def _ids(event: Json, *path: str) -> frozenset[str]:
    """The text at `path` of every record; empty where one of them has none."""
    ids = set()
    for record in _records(event, "Records"):
        value: Json = record
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        if not isinstance(value, str):
            return frozenset()
        ids.add(value)
    return frozenset(ids)


def _items_name_records(*path: str, word: str) -> Callable[[Json, Json], Iterator[Flaw]]:
    """The check that each item has the identifier of a record of the batch."""

    def check(response: Json, event: Json) -> Iterator[Flaw]:
        ids = _ids(event, *path)
        items = response.get(_FAILURES) if isinstance(response, dict) else None
        for index, item in enumerate(items if isinstance(items, list) else []):
            place = step(_FAILURES, index)
            if not isinstance(item, dict):
                yield Flaw("HL411", place, f"the item is {named(item)}, not an object", _FAILURES_HELP)
            elif "itemIdentifier" not in item:
                yield Flaw("HL411", place, "the item has no `itemIdentifier`", _FAILURES_HELP)
            else:
                what = _identifier_flaw(item["itemIdentifier"], ids, word)
                if what is not None:
                    yield Flaw("HL411", place + step("itemIdentifier"), what, f"Return its {word}.")

    return check


def _identifier_flaw(identifier: Json, ids: frozenset[str], word: str) -> str | None:
    if identifier is None or identifier == "":
        return f"`itemIdentifier` is {'null' if identifier is None else 'empty'}"
    if ids and not (isinstance(identifier, str) and identifier in ids):
        return f"`itemIdentifier` is not the {word} of a record of the event"
    return None


def _partial_batch(service: str, page: str, *path: str, word: str) -> Contract:
    """Nothing, an empty object and an empty list are a success, of whatever else is said below.

    Observed on AWS with all three services: the tests that LocalStack's authors run against AWS
    (github.com/localstack/localstack, tests/aws/services/lambda_/event_source_mapping, `validated`).
    """
    return Contract(
        service=service,
        answer="Lambda takes the whole batch as failed",
        sources=(f"docs.aws.amazon.com/lambda/latest/dg/{page}, success and failure conditions",),
        refused=frozenset(),
        only_with=_FAILURES,
        fields=(Field(_FAILURES, NO_LIST_NOR_NULL, "HL411", "a list", _FAILURES_HELP),),
        checks=(_items_name_records(*path, word=word),),
    )


QUEUE = _partial_batch("SQS", "services-sqs-errorhandling.html", "messageId", word="messageId")
DATA_STREAM = _partial_batch(
    "Kinesis",
    "services-kinesis-batchfailurereporting.html",
    "kinesis",
    "sequenceNumber",
    word="sequenceNumber",
)
TABLE_STREAM = _partial_batch(
    "DynamoDB streams",
    "services-ddb-batchfailurereporting.html",
    "dynamodb",
    "SequenceNumber",
    word="SequenceNumber",
)

_RESULTS = ("Ok", "Dropped", "ProcessingFailed")
_TRANSFORMED_HELP = 'Return `{"recordId": record["recordId"], "result": "Ok", "data": …}` for each record.'


def _transformed(response: Json, event: Json) -> Iterator[Flaw]:
    """Each record of the event is answered, once, with a result and base64."""
    wanted = [record.get("recordId") for record in _records(event, "records") if isinstance(record, dict)]
    records = _records(response, "records")
    found = [record.get("recordId") for record in records if isinstance(record, dict)]
    for index, record in enumerate(records):
        yield from _record_flaws(record, step("records", index), wanted, found)
    missing = [identifier for identifier in wanted if identifier not in found]
    if missing and len(found) == len(records):
        what = f"{len(missing)} of {len(wanted)} records of the event are not answered"
        help = "Return each record; with `Dropped` as its result it is left out."
        yield Flaw("HL414", step("records"), what, help)


def _record_flaws(record: Json, place: str, wanted: list[Json], found: list[Json]) -> Iterator[Flaw]:
    if not isinstance(record, dict):
        yield Flaw("HL414", place, f"the record is {named(record)}, not an object", _TRANSFORMED_HELP)
        return
    identifier, result, data = record.get("recordId"), record.get("result"), record.get("data")
    if identifier not in wanted:
        what = (
            "`recordId` is missing" if identifier is None else "`recordId` is that of no record of the event"
        )
        yield Flaw("HL414", place + step("recordId"), what, _TRANSFORMED_HELP)
    elif found.count(identifier) > 1:
        yield Flaw("HL414", place + step("recordId"), "`recordId` is there more than once", _TRANSFORMED_HELP)
    if result not in _RESULTS:
        shown = "missing" if result is None else f"`{result}`"
        what = f"`result` is {shown}, not Ok, Dropped or ProcessingFailed"
        yield Flaw("HL414", place + step("result"), what, _TRANSFORMED_HELP)
    elif result == "Ok" and not (isinstance(data, str) and is_base64(data)):
        shown = "missing" if data is None else "not base64"
        mend = "Encode it: `base64.b64encode(content).decode()`."
        yield Flaw("HL414", place + step("data"), f"`data` is {shown}", mend)


# Records from MSK have keys of their own (`kafkaRecordValue`): nothing is said of those.
FIREHOSE = Contract(
    service="Data Firehose",
    answer="Data Firehose takes that as a failed transformation",
    sources=(
        "docs.aws.amazon.com/firehose/latest/dev/data-transformation-status-model.html",
        "AWS's own blueprint kinesis-firehose-cloudwatch-logs-processor returns dropped records without data",
    ),
    root_code="HL414",
    root_help='Return `{"records": […]}`.',
    fields=(Field("records", NO_LIST, "HL414", "a list", 'Return `{"records": […]}`.', required=True),),
    checks=(_transformed,),
)

_CODES = ("Succeeded", "TemporaryFailure", "PermanentFailure")
_TASK_HELP = (
    'Return a result such as `{"taskId": task["taskId"], "resultCode": "Succeeded", "resultString": ""}`.'
)


def _task_results(response: Json, event: Json) -> Iterator[Flaw]:
    """A task without a result is one that `treatMissingKeysAs` decides."""
    for index, result in enumerate(_records(response, "results")):
        code = result.get("resultCode") if isinstance(result, dict) else None
        if code not in _CODES:
            what = f"`resultCode` is {'missing' if code is None else f'`{code}`'}, not one of {', '.join(_CODES)}"
            yield Flaw(None, step("results", index, "resultCode"), what, _TASK_HELP)


S3_BATCH = Contract(
    service="S3 Batch Operations",
    answer="S3 Batch Operations takes the task as failed",
    sources=(
        "docs.aws.amazon.com/lambda/latest/dg/services-s3-batch.html: the fields that must be returned",
    ),
    root_help="Return an object with `invocationSchemaVersion`, `invocationId` and `results`.",
    fields=(Field("results", NO_LIST, None, "a list", _TASK_HELP, required=True),),
    checks=(_task_results,),
)
