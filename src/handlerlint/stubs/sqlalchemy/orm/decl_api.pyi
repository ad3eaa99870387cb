# SQLAlchemy 2.1, https://docs.sqlalchemy.org/en/latest/orm/mapping_api.html
# Instances of mapped classes hold an InstanceState, and columns once they are loaded.
from typing import Any

class DeclarativeBase:
    metadata: Any
    registry: Any
    def __init__(self, **columns: Any) -> None: ...

class registry:
    metadata: Any
    def __init__(self, **options: Any) -> None: ...
    def generate_base(self, **options: Any) -> type[DeclarativeBase]: ...

def declarative_base(**options: Any) -> type[DeclarativeBase]: ...
