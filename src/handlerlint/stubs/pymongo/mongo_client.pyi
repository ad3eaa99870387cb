# PyMongo 4.20, https://pymongo.readthedocs.io/en/stable/api/pymongo/mongo_client.html
from pymongo.synchronous.mongo_client import MongoClient as MongoClient
