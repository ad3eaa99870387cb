# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/parser/
from aws_lambda_powertools.utilities.parser import envelopes as envelopes
from aws_lambda_powertools.utilities.parser.envelopes import BaseEnvelope as BaseEnvelope
from aws_lambda_powertools.utilities.parser.parser import event_parser as event_parser, parse as parse
from pydantic import BaseModel as BaseModel, Field as Field, ValidationError as ValidationError
