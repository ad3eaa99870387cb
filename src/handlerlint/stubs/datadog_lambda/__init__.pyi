# datadog-lambda 8.130, https://docs.datadoghq.com/serverless/aws_lambda/
