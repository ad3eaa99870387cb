# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/batch/
from aws_lambda_powertools.utilities.batch.base import (
    AsyncBatchProcessor as AsyncBatchProcessor,
    BasePartialBatchProcessor as BasePartialBatchProcessor,
    BatchProcessor as BatchProcessor,
    EventType as EventType,
)
from aws_lambda_powertools.utilities.batch.decorators import (
    async_batch_processor as async_batch_processor,
    async_process_partial_response as async_process_partial_response,
    batch_processor as batch_processor,
    process_partial_response as process_partial_response,
)
from aws_lambda_powertools.utilities.batch.sqs_fifo_partial_processor import (
    SqsFifoPartialProcessor as SqsFifoPartialProcessor,
)
