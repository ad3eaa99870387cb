# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/data_classes/
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent, DictWrapper

class VPCLatticeEventBase(BaseProxyEvent):
    body: str
    headers: dict[str, str]
    decoded_body: str
    method: str
    http_method: str

class VPCLatticeEvent(VPCLatticeEventBase):
    raw_path: str
    is_base64_encoded: bool
    path: str
    query_string_parameters: dict[str, str]

class vpcLatticeEventV2Identity(DictWrapper):
    source_vpc_arn: str | None
    get_type: str | None
    principal: str | None
    principal_org_id: str | None
    session_name: str | None
    x509_subject_cn: str | None
    x509_issuer_ou: str | None
    x509_san_dns: str | None
    x509_san_uri: str | None
    x509_san_name_cn: str | None

class vpcLatticeEventV2RequestContext(DictWrapper):
    service_network_arn: str
    service_arn: str
    target_group_arn: str
    identity: vpcLatticeEventV2Identity
    region: str
    time_epoch: float

class VPCLatticeEventV2(VPCLatticeEventBase):
    version: str
    request_context: vpcLatticeEventV2RequestContext
    path: str
    query_string_parameters: dict[str, str]
    resolved_headers_field: dict[str, str]
