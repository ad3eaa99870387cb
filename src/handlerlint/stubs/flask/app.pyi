# Flask 3.1, https://flask.palletsprojects.com/
from typing import Any

from flask.sansio.scaffold import Scaffold

class Flask(Scaffold):
    def __init__(self, import_name: str, *args: Any, **options: Any) -> None: ...
