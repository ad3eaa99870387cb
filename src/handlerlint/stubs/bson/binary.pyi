# bson of PyMongo 4.20, https://pymongo.readthedocs.io/en/stable/api/bson/binary.html
from typing import Any
from uuid import UUID

class Binary(bytes):
    subtype: int
    def __new__(cls, data: Any, subtype: int = ...) -> Binary: ...
    def as_uuid(self, *args: Any, **options: Any) -> UUID: ...
