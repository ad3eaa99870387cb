# SQLAlchemy 2.1, https://docs.sqlalchemy.org/en/latest/core/ (the same names in 1.4 and 2.0)
from typing import Any

from sqlalchemy.engine.base import Connection as Connection, Engine as Engine
from sqlalchemy.engine.cursor import CursorResult as CursorResult
from sqlalchemy.engine.result import (
    MappingResult as MappingResult,
    Result as Result,
    ScalarResult as ScalarResult,
)
from sqlalchemy.engine.row import Row as Row, RowMapping as RowMapping
from sqlalchemy.sql._selectable_constructors import select as select
from sqlalchemy.sql.selectable import Select as Select

def create_engine(url: Any, **options: Any) -> Engine: ...
