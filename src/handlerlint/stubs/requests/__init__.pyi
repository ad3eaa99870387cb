# requests 2.34, https://requests.readthedocs.io/en/latest/api/
from requests.api import (
    delete as delete,
    get as get,
    head as head,
    options as options,
    patch as patch,
    post as post,
    put as put,
    request as request,
)
from requests.exceptions import (
    ConnectionError as ConnectionError,
    ConnectTimeout as ConnectTimeout,
    HTTPError as HTTPError,
    JSONDecodeError as JSONDecodeError,
    ReadTimeout as ReadTimeout,
    RequestException as RequestException,
    Timeout as Timeout,
    TooManyRedirects as TooManyRedirects,
    URLRequired as URLRequired,
)
from requests.models import PreparedRequest as PreparedRequest, Request as Request, Response as Response
from requests.sessions import Session as Session, session as session
