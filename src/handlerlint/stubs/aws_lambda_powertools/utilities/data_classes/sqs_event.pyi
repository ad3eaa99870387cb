# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/data_classes/
from collections.abc import Iterator

from aws_lambda_powertools.utilities.data_classes.common import DictWrapper
from aws_lambda_powertools.utilities.data_classes.s3_event import S3Event
from aws_lambda_powertools.utilities.data_classes.sns_event import SNSMessage
from handlerlint_types import Json

class SQSRecordAttributes(DictWrapper):
    aws_trace_header: str | None
    approximate_receive_count: str
    sent_timestamp: str
    sender_id: str
    approximate_first_receive_timestamp: str
    sequence_number: str | None
    message_group_id: str | None
    message_deduplication_id: str | None
    dead_letter_queue_source_arn: str | None

class SQSMessageAttribute(DictWrapper):
    string_value: str | None
    binary_value: str | None
    data_type: str

class SQSMessageAttributes(dict[str, SQSMessageAttribute]):
    def __getitem__(self, key: str) -> SQSMessageAttribute | None: ...

class SQSRecord(DictWrapper):
    message_id: str
    receipt_handle: str
    body: str
    json_body: Json
    attributes: SQSRecordAttributes
    message_attributes: SQSMessageAttributes
    md5_of_body: str
    event_source: str
    event_source_arn: str
    aws_region: str
    queue_url: str
    decoded_nested_s3_event: S3Event
    decoded_nested_sns_event: SNSMessage

class SQSEvent(DictWrapper):
    records: Iterator[SQSRecord]
