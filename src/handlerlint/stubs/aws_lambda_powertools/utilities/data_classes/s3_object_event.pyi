# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/data_classes/
from aws_lambda_powertools.utilities.data_classes.common import DictWrapper

class S3ObjectContext(DictWrapper):
    input_s3_url: str
    output_route: str
    output_token: str

class S3ObjectConfiguration(DictWrapper):
    access_point_arn: str
    supporting_access_point_arn: str
    payload: str

class S3ObjectUserRequest(DictWrapper):
    url: str
    headers: dict[str, str]

class S3ObjectSessionIssuer(DictWrapper):
    get_type: str
    user_name: str
    principal_id: str
    arn: str
    account_id: str

class S3ObjectSessionAttributes(DictWrapper):
    creation_date: str
    mfa_authenticated: str

class S3ObjectSessionContext(DictWrapper):
    session_issuer: S3ObjectSessionIssuer
    attributes: S3ObjectSessionAttributes

class S3ObjectUserIdentity(DictWrapper):
    get_type: str
    account_id: str
    access_key_id: str
    user_name: str
    principal_id: str
    arn: str
    session_context: S3ObjectSessionContext | None

class S3ObjectLambdaEvent(DictWrapper):
    request_id: str
    object_context: S3ObjectContext
    configuration: S3ObjectConfiguration
    user_request: S3ObjectUserRequest
    user_identity: S3ObjectUserIdentity
    request_route: str
    request_token: str
    input_s3_url: str
    protocol_version: str
