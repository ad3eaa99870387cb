# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/data_classes/
from aws_lambda_powertools.utilities.data_classes.common import DictWrapper
from handlerlint_types import Json

class EventBridgeEvent(DictWrapper):
    get_id: str
    version: str
    account: str
    time: str
    region: str
    resources: list[str]
    source: str
    detail_type: str
    detail: Json
    replay_name: str | None
