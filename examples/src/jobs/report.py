"""Counts the orders every night."""

from shared import store
from shared.summary import summarize


def lambda_handler(event, context):
    report = summarize(store.load_all())
    report["requested_by"] = event.get("source", "manual")
    return {"status": "done", "report": report}
