# PyMongo 4.20, https://pymongo.readthedocs.io/en/stable/api/pymongo/cursor.html
from pymongo.synchronous.cursor import Cursor as Cursor
