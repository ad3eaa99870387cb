# openpyxl 3.1, https://openpyxl.readthedocs.io/en/stable/api/openpyxl.workbook.html
from openpyxl.workbook.workbook import Workbook as Workbook
