# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/idempotency/
from typing import Any

from aws_lambda_powertools.utilities.idempotency.idempotency import (
    idempotent as idempotent,
    idempotent_function as idempotent_function,
)

class IdempotencyConfig: ...
class BasePersistenceLayer: ...
class DynamoDBPersistenceLayer(BasePersistenceLayer): ...
