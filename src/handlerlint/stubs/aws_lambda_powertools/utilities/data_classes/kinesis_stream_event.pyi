# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/data_classes/
from collections.abc import Iterator

from aws_lambda_powertools.utilities.data_classes.common import DictWrapper
from handlerlint_types import Json

class KinesisStreamRecordPayload(DictWrapper):
    approximate_arrival_timestamp: float
    data: str
    kinesis_schema_version: str
    partition_key: str
    sequence_number: str
    def data_as_bytes(self) -> bytes: ...
    def data_as_text(self) -> str: ...
    def data_as_json(self) -> Json: ...

class KinesisStreamRecord(DictWrapper):
    aws_region: str
    event_id: str
    event_name: str
    event_source: str
    event_source_arn: str
    event_version: str
    invoke_identity_arn: str
    kinesis: KinesisStreamRecordPayload

class KinesisStreamWindow(DictWrapper):
    start: str
    end: str

class KinesisStreamEvent(DictWrapper):
    records: Iterator[KinesisStreamRecord]
    window: KinesisStreamWindow | None
    shard_id: str | None
    event_source_arn: str | None
    is_final_invoke_for_window: bool | None
    is_window_terminated_early: bool | None
