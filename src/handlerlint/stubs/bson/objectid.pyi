# bson of PyMongo 4.20, https://pymongo.readthedocs.io/en/stable/api/bson/objectid.html
from datetime import datetime
from typing import Any

class ObjectId:
    def __init__(self, oid: Any = ...) -> None: ...
    binary: bytes
    generation_time: datetime
    @classmethod
    def is_valid(cls, oid: Any) -> bool: ...
    @classmethod
    def from_datetime(cls, generation_time: datetime) -> ObjectId: ...
