# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/core/tracer/
from aws_lambda_powertools.tracing.tracer import Tracer as Tracer
