from openpyxl.workbook.workbook import Workbook as Workbook
