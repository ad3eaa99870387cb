# SQLAlchemy 2.1, https://docs.sqlalchemy.org/en/latest/orm/
from sqlalchemy.orm.decl_api import (
    DeclarativeBase as DeclarativeBase,
    declarative_base as declarative_base,
    registry as registry,
)
from sqlalchemy.orm.query import Query as Query
from sqlalchemy.orm.session import Session as Session
