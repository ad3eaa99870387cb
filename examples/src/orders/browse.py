"""GET /orders"""

from shared import store
from shared.responses import respond


def lambda_handler(event):
    articles = (event.get("queryStringParameters") or {}).get("article", "").split(",")
    orders = [order for order in store.load_all() if not any(articles) or order["article"] in articles]
    return respond(200, {"orders": orders})
