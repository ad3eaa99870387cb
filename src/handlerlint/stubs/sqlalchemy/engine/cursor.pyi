# SQLAlchemy 2.1, https://docs.sqlalchemy.org/en/latest/core/connections.html#sqlalchemy.engine.CursorResult
from typing import Any

from sqlalchemy.engine.result import Result

class CursorResult(Result):
    rowcount: int
    inserted_primary_key: Any
    lastrowid: Any
