# botocore 1.44
from . import requests as requests
