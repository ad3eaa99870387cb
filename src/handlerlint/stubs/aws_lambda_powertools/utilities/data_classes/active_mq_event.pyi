# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/data_classes/
from collections.abc import Iterator

from aws_lambda_powertools.utilities.data_classes.common import DictWrapper

class ActiveMQMessage(DictWrapper):
    message_id: str
    message_type: str
    data: str
    decoded_data: str
    connection_id: str
    redelivered: bool
    timestamp: int
    broker_in_time: int
    broker_out_time: int
    destination_physicalname: str
    delivery_mode: int | None
    correlation_id: str | None
    reply_to: str | None
    get_type: str | None
    expiration: int | None
    priority: int | None

class ActiveMQEvent(DictWrapper):
    event_source: str
    event_source_arn: str
    messages: Iterator[ActiveMQMessage]
    message: ActiveMQMessage
