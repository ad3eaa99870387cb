"""Asks the suppliers for their prices, all at once."""

import asyncio


async def price_of(supplier):
    await asyncio.sleep(0)
    return {"supplier": supplier, "price": 100}


async def lambda_handler(event, context):
    suppliers = event.get("suppliers", ["acme", "globex"])
    return await asyncio.gather(*(price_of(supplier) for supplier in suppliers))
