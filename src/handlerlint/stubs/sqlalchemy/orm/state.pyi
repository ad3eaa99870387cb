# SQLAlchemy 2.1, https://docs.sqlalchemy.org/en/latest/orm/internals.html#sqlalchemy.orm.InstanceState
class InstanceState:
    transient: bool
    pending: bool
    persistent: bool
    deleted: bool
    detached: bool
