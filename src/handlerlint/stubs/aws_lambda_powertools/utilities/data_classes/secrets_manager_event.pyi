# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/data_classes/
from aws_lambda_powertools.utilities.data_classes.common import DictWrapper

class SecretsManagerEvent(DictWrapper):
    secret_id: str
    client_request_token: str
    version_id: str
    step: str
