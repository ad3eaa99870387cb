# PyMySQL 1.2, https://pymysql.readthedocs.io/en/latest/modules/
from typing import Any

from pymysql.connections import Connection as Connection
from pymysql.err import (
    DatabaseError as DatabaseError,
    DataError as DataError,
    Error as Error,
    IntegrityError as IntegrityError,
    InterfaceError as InterfaceError,
    InternalError as InternalError,
    MySQLError as MySQLError,
    NotSupportedError as NotSupportedError,
    OperationalError as OperationalError,
    ProgrammingError as ProgrammingError,
)

def connect(*args: Any, **options: Any) -> Connection: ...
