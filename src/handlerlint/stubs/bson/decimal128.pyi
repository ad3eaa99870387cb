# bson of PyMongo 4.20, https://pymongo.readthedocs.io/en/stable/api/bson/decimal128.html
from decimal import Decimal
from typing import Any

class Decimal128:
    def __init__(self, value: Any) -> None: ...
    def to_decimal(self) -> Decimal: ...
    bid: bytes
