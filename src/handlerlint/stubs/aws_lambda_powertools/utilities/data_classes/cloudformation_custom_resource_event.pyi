# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/data_classes/
from aws_lambda_powertools.utilities.data_classes.common import DictWrapper
from handlerlint_types import Json

class CloudFormationCustomResourceEvent(DictWrapper):
    request_type: str
    service_token: str
    response_url: str
    stack_id: str
    request_id: str
    logical_resource_id: str
    physical_resource_id: str
    resource_type: str
    resource_properties: Json
    old_resource_properties: Json
