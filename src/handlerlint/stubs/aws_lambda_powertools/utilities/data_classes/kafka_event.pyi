# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/data_classes/
from collections.abc import Iterator

from aws_lambda_powertools.utilities.data_classes.common import DictWrapper

class KafkaEventRecordSchemaMetadata(DictWrapper):
    data_format: str | None
    schema_id: str | None

class KafkaEventRecordBase(DictWrapper):
    topic: str
    partition: int
    offset: int
    timestamp: int
    timestamp_type: str
    key_schema_metadata: KafkaEventRecordSchemaMetadata | None
    value_schema_metadata: KafkaEventRecordSchemaMetadata | None

class KafkaEventRecord(KafkaEventRecordBase):
    key: str | None
    decoded_key: bytes | None
    value: str
    decoded_value: bytes
    headers: list[dict[str, list[int]]]
    decoded_headers: dict[str, bytes]

class KafkaEventBase(DictWrapper):
    event_source: str
    event_source_arn: str | None
    bootstrap_servers: str
    decoded_bootstrap_servers: list[str]

class KafkaEvent(KafkaEventBase):
    records: Iterator[KafkaEventRecord]
    record: KafkaEventRecord
