"""Calculates with one number, as the event's action says."""

import logging

logger = logging.getLogger()
logger.setLevel(logging.INFO)

ACTIONS = {
    "increment": lambda number: number + 1,
    "square": lambda number: number * number,
}


def lambda_handler(event, context):
    action = ACTIONS.get(event["action"])
    if action is None:
        logger.error("unknown action %s", event["action"])
        return {"error": f"unknown action {event['action']}"}
    result = action(event["number"])
    logger.info("result: %s", result)
    return {"result": result}
