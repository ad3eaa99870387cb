# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/batch/
from typing import Any

from aws_lambda_powertools.utilities.batch.base import BatchProcessor

class SqsFifoPartialProcessor(BatchProcessor):
    def __init__(self, *args: Any, **options: Any) -> None: ...
