# PyMongo 4.20, https://pymongo.readthedocs.io/en/stable/api/pymongo/
