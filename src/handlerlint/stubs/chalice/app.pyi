# chalice 1.34, https://aws.github.io/chalice/
# `route` leaves a function as it is and calls it for requests (inference/applications.py); the other decorators make
# objects of another kind of it.
import datetime
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from handlerlint_types import Json

_View = TypeVar("_View", bound=Callable[..., Any])

class ChaliceError(Exception): ...

class ChaliceViewError(ChaliceError):
    STATUS_CODE: int

class BadRequestError(ChaliceViewError): ...
class UnauthorizedError(ChaliceViewError): ...
class ForbiddenError(ChaliceViewError): ...
class NotFoundError(ChaliceViewError): ...
class ConflictError(ChaliceViewError): ...
class UnprocessableEntityError(ChaliceViewError): ...

class Response:
    body: Any
    headers: Any
    status_code: int
    def __init__(self, body: Any, headers: Any = ..., status_code: int = ...) -> None: ...

class AuthResponse:
    def __init__(self, routes: Any, principal_id: str, context: Any = ...) -> None: ...

class BaseLambdaEvent:
    context: Any
    def to_dict(self) -> Json: ...

class CloudWatchEvent(BaseLambdaEvent):
    version: str
    account: str
    region: str
    detail: Json
    detail_type: str
    source: str
    time: str
    event_id: str
    resources: list[str]

class SNSEvent(BaseLambdaEvent):
    message: str
    subject: str

class S3Event(BaseLambdaEvent):
    bucket: str
    key: str

class SQSRecord(BaseLambdaEvent):
    body: str
    receipt_handle: str

class SQSEvent(BaseLambdaEvent):
    def __iter__(self) -> Iterator[SQSRecord]: ...

class KinesisRecord(BaseLambdaEvent):
    data: bytes
    sequence_number: str
    partition_key: str
    schema_version: str
    timestamp: datetime.datetime

class KinesisEvent(BaseLambdaEvent):
    def __iter__(self) -> Iterator[KinesisRecord]: ...

class DynamoDBRecord(BaseLambdaEvent):
    keys: Json
    new_image: Json
    old_image: Json
    event_name: str
    table_name: str
    timestamp: datetime.datetime

class DynamoDBEvent(BaseLambdaEvent):
    def __iter__(self) -> Iterator[DynamoDBRecord]: ...

class DecoratorAPI:
    def route(self, path: str, **options: Any) -> Callable[[_View], _View]: ...
    # A function that is decorated so is a Lambda function of its own (inference/overlays/chalice.py).
    def lambda_function(self, name: str | None = ...) -> Any: ...
    def schedule(self, expression: Any, name: str | None = ..., description: str = ...) -> Any: ...
    def on_cw_event(self, event_pattern: Any, name: str | None = ...) -> Any: ...
    def on_dynamodb_record(self, stream_arn: str, *args: Any, **options: Any) -> Any: ...
    def on_kinesis_record(self, stream: str, *args: Any, **options: Any) -> Any: ...
    def on_s3_event(self, bucket: str, *args: Any, **options: Any) -> Any: ...
    def on_sns_message(self, topic: str, name: str | None = ...) -> Any: ...
    def on_sqs_message(self, queue: str | None = ..., *args: Any, **options: Any) -> Any: ...
    def middleware(self, event_type: str = ...) -> Callable[[_View], _View]: ...
    def register_middleware(self, func: Any, event_type: str = ...) -> None: ...

class Chalice(DecoratorAPI):
    current_request: Any
    lambda_context: Any
    log: Any
    def __init__(self, app_name: str, **options: Any) -> None: ...
    def __call__(self, event: Any, context: Any) -> dict[str, Any]: ...

class Blueprint(DecoratorAPI):
    current_request: Any
    current_app: Any
    lambda_context: Any
    log: Any
    def __init__(self, import_name: str) -> None: ...
