# openpyxl 3.1, https://openpyxl.readthedocs.io/en/stable/api/openpyxl.reader.excel.html
from typing import Any

from openpyxl.workbook.workbook import Workbook

def load_workbook(filename: Any, *args: Any, **options: Any) -> Workbook: ...
