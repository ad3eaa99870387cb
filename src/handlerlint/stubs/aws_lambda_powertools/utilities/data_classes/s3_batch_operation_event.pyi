# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/data_classes/
from collections.abc import Iterator
from typing import Any

from aws_lambda_powertools.utilities.data_classes.common import DictWrapper

class S3BatchOperationResponseRecord: ...
class S3BatchOperationResponse: ...

class S3BatchOperationJob(DictWrapper):
    get_id: str
    user_arguments: dict[str, str]

class S3BatchOperationTask(DictWrapper):
    task_id: str
    s3_key: str
    s3_version_id: str | None
    s3_bucket_arn: str | None
    s3_bucket: str
    def build_task_batch_response(self, *args: Any, **options: Any) -> S3BatchOperationResponseRecord: ...

class S3BatchOperationEvent(DictWrapper):
    invocation_id: str
    invocation_schema_version: str
    tasks: Iterator[S3BatchOperationTask]
    task: S3BatchOperationTask
    job: S3BatchOperationJob
