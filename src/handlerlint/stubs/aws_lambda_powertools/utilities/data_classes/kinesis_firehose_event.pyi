# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/data_classes/
from collections.abc import Iterator
from typing import Any

from aws_lambda_powertools.utilities.data_classes.common import DictWrapper
from handlerlint_types import Json

class KinesisFirehoseDataTransformationRecordMetadata: ...

class KinesisFirehoseDataTransformationRecord:
    data_as_bytes: bytes
    data_as_text: str

class KinesisFirehoseDataTransformationResponse: ...

class KinesisFirehoseRecordMetadata(DictWrapper):
    shard_id: str
    partition_key: str
    approximate_arrival_timestamp: int
    sequence_number: str
    subsequence_number: int

class KinesisFirehoseRecord(DictWrapper):
    approximate_arrival_timestamp: int
    record_id: str
    data: str
    metadata: KinesisFirehoseRecordMetadata | None
    data_as_bytes: bytes
    data_as_text: str
    data_as_json: Json
    def build_data_transformation_response(
        self, *args: Any, **options: Any
    ) -> KinesisFirehoseDataTransformationRecord: ...

class KinesisFirehoseEvent(DictWrapper):
    invocation_id: str
    delivery_stream_arn: str
    source_kinesis_stream_arn: str | None
    region: str
    records: Iterator[KinesisFirehoseRecord]
