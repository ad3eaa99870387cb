"""GET /orders/{id}"""

from shared import store
from shared.responses import respond


def lambda_handler(event, context):
    key = event["pathParameters"]["id"]
    try:
        return respond(200, store.load(key))
    except store.s3.exceptions.NoSuchKey:
        return respond(404, {"message": f"no order {key}"})
