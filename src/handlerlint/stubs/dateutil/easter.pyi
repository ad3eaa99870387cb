# python-dateutil 2.9, https://dateutil.readthedocs.io/en/stable/easter.html
from datetime import date

def easter(year: int, method: int = ...) -> date: ...
