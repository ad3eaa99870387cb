# openpyxl 3.1, https://openpyxl.readthedocs.io/en/stable/api/openpyxl.html
from openpyxl.reader.excel import load_workbook as load_workbook
from openpyxl.workbook.workbook import Workbook as Workbook
