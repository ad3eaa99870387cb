# openpyxl 3.1, https://openpyxl.readthedocs.io/en/stable/api/openpyxl.reader.html
