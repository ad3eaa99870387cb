# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/core/event_handler/api_gateway/
from typing import Literal

APPLICATION_JSON: Literal["application/json"]
TEXT_PLAIN: Literal["text/plain"]
TEXT_HTML: Literal["text/html"]
