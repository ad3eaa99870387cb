# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/
