# PyMongo 4.20, https://pymongo.readthedocs.io/en/stable/api/pymongo/database.html
from pymongo.synchronous.database import Database as Database
