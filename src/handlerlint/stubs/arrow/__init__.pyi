# arrow 1.4, https://arrow.readthedocs.io/en/latest/api-guide.html
from arrow.api import get as get, now as now, utcnow as utcnow
from arrow.arrow import Arrow as Arrow
from arrow.parser import ParserError as ParserError
