# PyMongo 4.20, https://pymongo.readthedocs.io/en/stable/api/pymongo/results.html
from typing import Any

class InsertOneResult:
    acknowledged: bool
    # The document's `_id`: an ObjectId unless it brought one of its own.
    inserted_id: Any

class InsertManyResult:
    acknowledged: bool
    inserted_ids: list[Any]

class UpdateResult:
    acknowledged: bool
    raw_result: Any
    matched_count: int
    modified_count: int
    upserted_id: Any

class DeleteResult:
    acknowledged: bool
    raw_result: Any
    deleted_count: int

class BulkWriteResult:
    acknowledged: bool
    inserted_count: int
    matched_count: int
    modified_count: int
    deleted_count: int
    upserted_count: int
