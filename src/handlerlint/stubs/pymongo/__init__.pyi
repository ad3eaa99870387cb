# PyMongo 4.20, https://pymongo.readthedocs.io/en/stable/api/pymongo/
from pymongo.synchronous.mongo_client import MongoClient as MongoClient

ASCENDING: int
DESCENDING: int
