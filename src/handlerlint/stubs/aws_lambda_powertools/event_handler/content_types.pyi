# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/core/event_handler/api_gateway/
APPLICATION_JSON: str
TEXT_PLAIN: str
TEXT_HTML: str
