# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/typing/
from aws_lambda_powertools.utilities.typing.lambda_context import LambdaContext as LambdaContext
