from typing import Any

from openpyxl.workbook.workbook import Workbook

def load_workbook(filename: Any, *args: Any, **options: Any) -> Workbook: ...
