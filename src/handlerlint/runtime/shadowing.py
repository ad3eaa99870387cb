"""Which modules the runtime client and common imports need: a file that hides one breaks them.

Found out by putting an empty file of each name into a code root and running the real program (awslambdaric
4.2.2 on CPython 3.11, boto3 1.44.5): these are the names with which it failed. Used by HL107.
"""

from __future__ import annotations

from handlerlint.runtime.runtimes import words

# `python -m awslambdaric`, which has the code root first on `sys.path` from its start; `runtime_client` is its
# own part in C.
CLIENT_NEEDS = words(
    """
    collections contextlib copyreg decimal enum functools importlib json keyword logging numbers operator re
    reprlib runtime_client string threading token types weakref
    """
)

_HTTP = words("base64 binascii bisect datetime email http quopri select socket urllib")
_URLLIB3 = _HTTP | words("calendar heapq ipaddress pathlib queue random ssl struct tempfile typing zlib")
_BOTO3 = _URLLIB3 | words(
    """
    array ast concurrent contextvars copy dataclasses dis getpass gzip hashlib html inspect multiprocessing
    opcode pickle platform pyexpat selectors signal subprocess unicodedata xml
    """
)
# By what a handler imports; of a standard module, what it needs itself.
NEEDED_BY = {
    "asyncio": words("ast concurrent dis heapq opcode select selectors socket ssl subprocess typing"),
    "boto3": _BOTO3,
    "botocore": _BOTO3,
    "email": words("base64 binascii bisect datetime quopri select urllib"),
    "http": _HTTP - {"http"},
    "pickle": words("struct"),
    "random": words("bisect"),
    "requests": _URLLIB3,
    "smtplib": words("base64 binascii bisect copy datetime email quopri select socket urllib"),
    "socket": words("select"),
    "ssl": words("select socket"),
    "subprocess": words("select selectors"),
    "tempfile": words("bisect random"),
    "urllib3": _URLLIB3 - {"calendar"},
    "uuid": words("platform"),
    "zipfile": words("struct zlib"),
}
