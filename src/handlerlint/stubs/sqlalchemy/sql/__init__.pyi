# SQLAlchemy 2.1, https://docs.sqlalchemy.org/en/latest/core/selectable.html
from sqlalchemy.sql._selectable_constructors import select as select
from sqlalchemy.sql.selectable import Select as Select
