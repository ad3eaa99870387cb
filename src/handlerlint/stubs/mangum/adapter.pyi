# mangum 0.22, https://mangum.fastapiexpert.com/adapter/
# The adapter turns the application's response into the dictionary its event source expects; the body is a str.
from typing import Any

class Mangum:
    def __init__(self, app: Any, *args: Any, **options: Any) -> None: ...
    def __call__(self, event: Any, context: Any) -> dict[str, Any]: ...
