# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/data_classes/
from collections.abc import Iterator

from aws_lambda_powertools.utilities.data_classes.common import DictWrapper
from aws_lambda_powertools.utilities.data_classes.event_bridge_event import EventBridgeEvent

class S3Identity(DictWrapper):
    principal_id: str

class S3RequestParameters(DictWrapper):
    source_ip_address: str

class S3EventNotificationEventBridgeBucket(DictWrapper):
    name: str

class S3EventBridgeNotificationObject(DictWrapper):
    key: str
    size: int | None
    etag: str
    version_id: str
    sequencer: str

class S3EventBridgeNotificationDetail(DictWrapper):
    version: str
    bucket: S3EventNotificationEventBridgeBucket
    object: S3EventBridgeNotificationObject
    request_id: str
    requester: str
    source_ip_address: str | None
    reason: str | None
    deletion_type: str | None
    restore_expiry_time: str | None
    source_storage_class: str | None
    destination_storage_class: str | None
    destination_access_tier: str | None

class S3EventBridgeNotificationEvent(EventBridgeEvent):
    detail: S3EventBridgeNotificationDetail

class S3Bucket(DictWrapper):
    name: str
    owner_identity: S3Identity
    arn: str

class S3Object(DictWrapper):
    key: str
    size: int
    etag: str
    version_id: str | None
    sequencer: str

class S3Message(DictWrapper):
    s3_schema_version: str
    configuration_id: str
    bucket: S3Bucket
    get_object: S3Object

class S3EventRecordGlacierRestoreEventData(DictWrapper):
    lifecycle_restoration_expiry_time: str
    lifecycle_restore_storage_class: str

class S3EventRecordGlacierEventData(DictWrapper):
    restore_event_data: S3EventRecordGlacierRestoreEventData

class S3EventRecordIntelligentTieringEventData(DictWrapper):
    destination_access_tier: str

class S3EventRecord(DictWrapper):
    event_version: str
    event_source: str
    aws_region: str
    event_time: str
    event_name: str
    user_identity: S3Identity
    request_parameters: S3RequestParameters
    response_elements: dict[str, str]
    s3: S3Message
    glacier_event_data: S3EventRecordGlacierEventData | None
    intelligent_tiering_event_data: S3EventRecordIntelligentTieringEventData | None

class S3Event(DictWrapper):
    records: Iterator[S3EventRecord]
    record: S3EventRecord
    bucket_name: str
    object_key: str
