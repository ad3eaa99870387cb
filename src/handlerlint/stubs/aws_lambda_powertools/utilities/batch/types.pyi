# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/batch/
# The identifier is a str, except for Kafka, where it is a dictionary of `partition` and `offset`.
from typing import TypedDict

from handlerlint_types import Json

class PartialItemFailures(TypedDict):
    itemIdentifier: Json

class PartialItemFailureResponse(TypedDict):
    batchItemFailures: list[PartialItemFailures]
