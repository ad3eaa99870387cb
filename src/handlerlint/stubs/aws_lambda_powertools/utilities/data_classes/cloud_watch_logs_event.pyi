# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/data_classes/
from aws_lambda_powertools.utilities.data_classes.common import DictWrapper

class CloudWatchLogsLogEvent(DictWrapper):
    get_id: str
    timestamp: int
    message: str
    extracted_fields: dict[str, str]

class CloudWatchLogsDecodedData(DictWrapper):
    owner: str
    log_group: str
    log_stream: str
    subscription_filters: list[str]
    message_type: str
    policy_level: str | None
    log_events: list[CloudWatchLogsLogEvent]

class CloudWatchLogsEvent(DictWrapper):
    raw_logs_data: str
    decompress_logs_data: bytes
    def parse_logs_data(self) -> CloudWatchLogsDecodedData: ...
