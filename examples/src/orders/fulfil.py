"""Takes orders from the queue and marks them as sent."""

import json
import logging

from shared import store

logger = logging.getLogger(__name__)


class OutOfStock(Exception):
    pass


def fulfil(order):
    if order["quantity"] > 100:
        raise OutOfStock(order["article"])
    store.save(order["id"], {**order, "sent": True})


def lambda_handler(event, context):
    failures = []
    try:
        for record in event["Records"]:
            order = json.loads(record["body"])
            if order.get("held"):
                failures.append({"itemIdentifier": record["messageId"]})
                continue
            fulfil(order)
    except OutOfStock as error:
        logger.exception("cannot be sent")
        return error
    return {"batchItemFailures": failures}
