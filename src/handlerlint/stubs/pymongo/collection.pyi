# PyMongo 4.20, https://pymongo.readthedocs.io/en/stable/api/pymongo/collection.html
from pymongo.synchronous.collection import Collection as Collection
