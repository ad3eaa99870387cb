# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/idempotency/
# A second call with the same key gives the stored JSON of the first result: nothing is known of what comes back.
from typing import Any

class IdempotencyConfig: ...
class BasePersistenceLayer: ...
class DynamoDBPersistenceLayer(BasePersistenceLayer): ...

idempotent: Any
idempotent_function: Any
