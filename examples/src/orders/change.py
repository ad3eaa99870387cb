"""PATCH /orders/{id}"""

import json
import logging

from shared import store
from shared.responses import respond

logger = logging.getLogger()


def lambda_handler(event, context):
    key = event["pathParameters"]["id"]
    try:
        order = {**store.load(key), **json.loads(event["body"])}
        store.save(key, order)
        return respond(200, order)
    except store.s3.exceptions.NoSuchKey:
        logger.warning("there is no order %s", key)
