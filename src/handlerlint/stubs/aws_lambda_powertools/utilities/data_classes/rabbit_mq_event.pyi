# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/data_classes/
from aws_lambda_powertools.utilities.data_classes.common import DictWrapper

class BasicProperties(DictWrapper):
    content_type: str
    content_encoding: str
    delivery_mode: int
    priority: int
    correlation_id: str
    reply_to: str
    expiration: str
    message_id: str
    timestamp: str
    get_type: str
    user_id: str
    app_id: str
    cluster_id: str
    body_size: int

class RabbitMessage(DictWrapper):
    basic_properties: BasicProperties
    redelivered: bool
    data: str
    decoded_data: str

class RabbitMQEvent(DictWrapper):
    event_source: str
    event_source_arn: str
    rmq_messages_by_queue: dict[str, list[RabbitMessage]]
