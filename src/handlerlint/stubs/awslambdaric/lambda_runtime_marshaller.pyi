# awslambdaric 4.2, https://github.com/aws/aws-lambda-python-runtime-interface-client (lambda_runtime_marshaller.py)
from typing import Any

from simplejson import JSONEncoder

class Encoder(JSONEncoder):
    def default(self, obj: Any) -> Any: ...

def to_json(obj: Any) -> str: ...

class LambdaMarshaller:
    jsonEncoder: Encoder
    def marshal_response(self, response: Any) -> tuple[str | bytes, str]: ...
