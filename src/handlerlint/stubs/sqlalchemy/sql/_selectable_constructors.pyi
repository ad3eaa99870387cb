# SQLAlchemy 2.1, https://docs.sqlalchemy.org/en/latest/core/selectable.html#sqlalchemy.sql.expression.select
from typing import Any

from sqlalchemy.sql.selectable import Select

def select(*entities: Any) -> Select[Any]: ...
