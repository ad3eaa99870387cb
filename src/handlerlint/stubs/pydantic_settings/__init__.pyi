# pydantic-settings 2.16, https://docs.pydantic.dev/latest/api/pydantic_settings/
from typing import Any

from pydantic import BaseModel

class BaseSettings(BaseModel):
    def __init__(self, **values: Any) -> None: ...

class SettingsConfigDict(dict[str, Any]): ...
