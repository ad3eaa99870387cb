# pytz 2026, https://pythonhosted.org/pytz/
from typing import Any

from pytz.exceptions import UnknownTimeZoneError as UnknownTimeZoneError
from pytz.tzinfo import BaseTzInfo

utc: BaseTzInfo
UTC: BaseTzInfo
all_timezones: list[str]
common_timezones: list[str]
all_timezones_set: set[str]

def timezone(zone: str) -> BaseTzInfo: ...
def FixedOffset(offset: int) -> Any: ...
