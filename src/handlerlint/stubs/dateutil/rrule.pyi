# python-dateutil 2.9, https://dateutil.readthedocs.io/en/stable/rrule.html
from collections.abc import Iterator
from datetime import datetime
from typing import Any

YEARLY: int
MONTHLY: int
WEEKLY: int
DAILY: int
HOURLY: int
MINUTELY: int
SECONDLY: int

class rrulebase:
    def __iter__(self) -> Iterator[datetime]: ...
    def count(self) -> int: ...
    def before(self, dt: datetime, inc: bool = ...) -> datetime | None: ...
    def after(self, dt: datetime, inc: bool = ...) -> datetime | None: ...
    def between(
        self, after: datetime, before: datetime, inc: bool = ..., count: int = ...
    ) -> list[datetime]: ...

class rrule(rrulebase):
    def __init__(self, freq: int, *args: Any, **options: Any) -> None: ...
