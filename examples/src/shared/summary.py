"""Figures about many orders."""

from datetime import datetime, timezone


def summarize(orders):
    return {
        "orders": len(orders),
        "pieces": sum(order["quantity"] for order in orders),
        "generated_at": datetime.now(timezone.utc),
    }
