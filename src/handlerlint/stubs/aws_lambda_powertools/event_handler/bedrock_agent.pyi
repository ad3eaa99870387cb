# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/core/event_handler/bedrock_agents/
from aws_lambda_powertools.event_handler.api_gateway import ApiGatewayResolver

class BedrockAgentResolver(ApiGatewayResolver): ...
