# awslambdaric 4.2, https://github.com/aws/aws-lambda-python-runtime-interface-client
__version__: str
