# urllib3 2.8, https://urllib3.readthedocs.io/en/stable/reference/urllib3.util.html
from urllib3.util.retry import Retry as Retry
from urllib3.util.timeout import Timeout as Timeout
