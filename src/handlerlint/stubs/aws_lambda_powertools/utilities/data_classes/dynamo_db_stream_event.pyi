# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/data_classes/
from collections.abc import Iterator
from enum import Enum
from typing import Any

from aws_lambda_powertools.utilities.data_classes.common import DictWrapper

class StreamViewType(Enum):
    KEYS_ONLY = 0
    NEW_IMAGE = 1
    OLD_IMAGE = 2
    NEW_AND_OLD_IMAGES = 3

class StreamRecord(DictWrapper):
    approximate_creation_date_time: int | None
    keys: Any
    # Deserialized: numbers are Decimal, sets are set, binaries are bytes.
    new_image: Any
    old_image: Any
    sequence_number: str | None
    size_bytes: int | None
    stream_view_type: StreamViewType | None

class DynamoDBRecordEventName(Enum):
    INSERT = 0
    MODIFY = 1
    REMOVE = 2

class DynamoDBRecord(DictWrapper):
    aws_region: str | None
    dynamodb: StreamRecord | None
    event_id: str | None
    event_name: DynamoDBRecordEventName | None
    event_source: str | None
    event_source_arn: str | None
    event_version: str | None

class DynamoDBStreamWindow(DictWrapper):
    start: str
    end: str

class DynamoDBStreamEvent(DictWrapper):
    records: Iterator[DynamoDBRecord]
    window: DynamoDBStreamWindow | None
    shard_id: str | None
    event_source_arn: str | None
    is_final_invoke_for_window: bool | None
    is_window_terminated_early: bool | None
