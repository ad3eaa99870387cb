# bson of PyMongo 4.20, https://pymongo.readthedocs.io/en/stable/api/bson/
from typing import Any

from bson.binary import Binary as Binary
from bson.decimal128 import Decimal128 as Decimal128
from bson.int64 import Int64 as Int64
from bson.objectid import ObjectId as ObjectId
from bson.regex import Regex as Regex
from bson.timestamp import Timestamp as Timestamp

def encode(document: Any, *args: Any, **options: Any) -> bytes: ...
def decode(data: Any, *args: Any, **options: Any) -> Any: ...
