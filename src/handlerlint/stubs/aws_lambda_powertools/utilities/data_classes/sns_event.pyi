# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/data_classes/
from collections.abc import Iterator

from aws_lambda_powertools.utilities.data_classes.common import DictWrapper

class SNSMessageAttribute(DictWrapper):
    get_type: str
    value: str

class SNSMessage(DictWrapper):
    signature_version: str
    timestamp: str
    signature: str
    signing_cert_url: str
    message_id: str
    message: str
    message_attributes: dict[str, SNSMessageAttribute]
    get_type: str
    unsubscribe_url: str
    topic_arn: str
    subject: str

class SNSEventRecord(DictWrapper):
    event_version: str
    event_subscription_arn: str
    event_source: str
    sns: SNSMessage

class SNSEvent(DictWrapper):
    records: Iterator[SNSEventRecord]
    record: SNSEventRecord
    sns_message: str
