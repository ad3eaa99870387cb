# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/data_classes/
from aws_lambda_powertools.utilities.data_classes.common import DictWrapper
from handlerlint_types import Json

class AppSyncEventBase(DictWrapper):
    request_headers: dict[str, str]
    domain_name: str | None
    identity: AppSyncIdentityIAM | AppSyncIdentityCognito | None

class AppSyncIdentityIAM(DictWrapper):
    source_ip: list[str]
    username: str
    account_id: str
    cognito_identity_pool_id: str
    cognito_identity_id: str
    user_arn: str
    cognito_identity_auth_type: str
    cognito_identity_auth_provider: str

class AppSyncIdentityCognito(DictWrapper):
    source_ip: list[str]
    username: str
    sub: str
    claims: dict[str, str]
    default_auth_strategy: str
    groups: list[str]
    issuer: str

class AppSyncResolverEventInfo(DictWrapper):
    field_name: str
    parent_type_name: str
    variables: dict[str, str]
    selection_set_list: list[str]
    selection_set_graphql: str | None

class AppSyncResolverEvent(AppSyncEventBase):
    type_name: str
    field_name: str
    arguments: Json
    source: Json
    info: AppSyncResolverEventInfo
