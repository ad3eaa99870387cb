# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/data_classes/
from enum import Enum

from aws_lambda_powertools.utilities.data_classes.common import DictWrapper

class ConnectContactFlowChannel(Enum):
    VOICE = 1
    CHAT = 2

class ConnectContactFlowEndpointType(Enum):
    TELEPHONE_NUMBER = 1

class ConnectContactFlowInitiationMethod(Enum):
    INBOUND = 1
    OUTBOUND = 2
    TRANSFER = 3
    CALLBACK = 4
    API = 5

class ConnectContactFlowEndpoint(DictWrapper):
    address: str
    endpoint_type: ConnectContactFlowEndpointType

class ConnectContactFlowQueue(DictWrapper):
    arn: str
    name: str

class ConnectContactFlowMediaStreamAudio(DictWrapper):
    start_fragment_number: str | None
    start_timestamp: str | None
    stream_arn: str | None

class ConnectContactFlowMediaStreamCustomer(DictWrapper):
    audio: ConnectContactFlowMediaStreamAudio

class ConnectContactFlowMediaStreams(DictWrapper):
    customer: ConnectContactFlowMediaStreamCustomer

class ConnectContactFlowData(DictWrapper):
    attributes: dict[str, str]
    channel: ConnectContactFlowChannel
    contact_id: str
    customer_endpoint: ConnectContactFlowEndpoint | None
    initial_contact_id: str
    initiation_method: ConnectContactFlowInitiationMethod
    instance_arn: str
    previous_contact_id: str
    queue: ConnectContactFlowQueue | None
    system_endpoint: ConnectContactFlowEndpoint | None
    media_streams: ConnectContactFlowMediaStreams

class ConnectContactFlowEvent(DictWrapper):
    contact_data: ConnectContactFlowData
    parameters: dict[str, str]
