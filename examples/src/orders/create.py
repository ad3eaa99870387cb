"""POST /orders"""

import json

from shared import store
from shared.responses import respond


def lambda_handler(event, context):
    try:
        order = json.loads(event["body"])
        quantity = int(order["quantity"])
    except (KeyError, ValueError) as error:
        return respond(400, {"message": f"not an order: {error}"})
    if quantity < 1:
        return respond(422, {"message": "the quantity must be positive"})
    key = store.create({"article": order.get("article"), "quantity": quantity})
    return respond(201, {"id": key})
