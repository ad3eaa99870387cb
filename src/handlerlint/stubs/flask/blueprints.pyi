# Flask 3.1, https://flask.palletsprojects.com/
from typing import Any

from flask.sansio.scaffold import Scaffold

class Blueprint(Scaffold):
    def __init__(self, name: str, import_name: str, *args: Any, **options: Any) -> None: ...
