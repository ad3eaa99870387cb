# SQLAlchemy 2.1, https://docs.sqlalchemy.org/en/latest/core/connections.html
from sqlalchemy.engine.base import Connection as Connection, Engine as Engine
from sqlalchemy.engine.cursor import CursorResult as CursorResult
from sqlalchemy.engine.result import (
    MappingResult as MappingResult,
    Result as Result,
    ScalarResult as ScalarResult,
)
from sqlalchemy.engine.row import Row as Row, RowMapping as RowMapping
