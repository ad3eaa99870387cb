# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/data_classes/
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent, DictWrapper

class ALBEventRequestContext(DictWrapper):
    elb_target_group_arn: str

class ALBEvent(BaseProxyEvent):
    request_context: ALBEventRequestContext
    resolved_query_string_parameters: dict[str, list[str]]
    multi_value_headers: dict[str, list[str]]
