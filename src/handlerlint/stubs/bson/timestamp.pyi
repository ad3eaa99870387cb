# bson of PyMongo 4.20, https://pymongo.readthedocs.io/en/stable/api/bson/timestamp.html
from datetime import datetime
from typing import Any

class Timestamp:
    def __init__(self, time: Any, inc: int) -> None: ...
    time: int
    inc: int
    def as_datetime(self) -> datetime: ...
