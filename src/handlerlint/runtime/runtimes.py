"""Facts about Lambda's Python runtimes: versions, built-in modules, what lies beside the code. For all."""

from __future__ import annotations

Version = tuple[int, int]


def words(text: str) -> frozenset[str]:
    """The words of a text, for tables of names."""
    return frozenset(text.split())


# docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html, supported and deprecated ones.
PYTHON_RUNTIMES = ("python2.7", *(f"python3.{minor}" for minor in range(6, 15)))

# `sys.builtin_module_names` of CPython on Linux, built from its own Modules/Setup, as far as is known like
# Lambda's. Read out of each interpreter; a test does so again for those at hand. Names that only some builds
# have (xxsubtype) are left out.
_BUILTIN_EVER_SINCE_3_6 = words(
    """
    _ast _codecs _collections _functools _imp _io _locale _operator _signal _sre _stat _string
    _symtable _thread _tracemalloc _warnings _weakref atexit builtins errno faulthandler gc
    itertools marshal posix pwd sys time
    """
)
_BUILTIN_SINCE = {
    "_abc": (3, 7),
    "_tokenize": (3, 11),
    "_typing": (3, 12),
    "_suggestions": (3, 13),
    "_sysconfig": (3, 13),
}
_BUILTIN_2_7 = words(
    """
    __builtin__ __main__ _ast _codecs _sre _symtable _warnings _weakref errno exceptions gc imp
    marshal posix pwd signal sys thread zipimport
    """
)

# sys.stdlib_module_names of CPython 3.10 to 3.13 without private names; for 3.8 and 3.9, the folder itself.
_STANDARD_LIBRARY = words(
    """
    abc antigravity argparse array ast asyncio atexit base64 bdb binascii bisect builtins bz2
    cProfile calendar cmath cmd code codecs codeop collections colorsys compileall concurrent
    configparser contextlib contextvars copy copyreg csv ctypes curses dataclasses datetime dbm
    decimal difflib dis doctest email encodings ensurepip enum errno faulthandler fcntl filecmp
    fileinput fnmatch fractions ftplib functools gc genericpath getopt getpass gettext glob grp gzip
    hashlib heapq hmac html http idlelib imaplib importlib inspect io ipaddress itertools json
    keyword linecache locale logging lzma mailbox marshal math mimetypes mmap modulefinder
    multiprocessing netrc ntpath nturl2path numbers opcode operator optparse os pathlib pdb pickle
    pickletools pkgutil platform plistlib poplib posix posixpath pprint profile pstats pty pwd
    py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re readline reprlib resource
    rlcompleter runpy sched secrets select selectors shelve shlex shutil signal site smtplib socket
    socketserver sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string stringprep
    struct subprocess symtable sys sysconfig syslog tabnanny tarfile tempfile termios textwrap this
    threading time timeit tkinter token tokenize trace traceback tracemalloc tty turtle turtledemo
    types typing unicodedata unittest urllib uuid venv warnings wave weakref webbrowser wsgiref xml
    xmlrpc zipapp zipfile zipimport zlib __future__
    """
)
_LAST_WITH = {
    **dict.fromkeys(("dummy_threading",), (3, 8)),
    **dict.fromkeys(("formatter", "parser", "symbol", "xxlimited", "xxsubtype"), (3, 9)),
    "binhex": (3, 10),
    **dict.fromkeys(("asynchat", "asyncore", "distutils", "imp", "smtpd"), (3, 11)),
    **dict.fromkeys(
        (
            *("aifc", "audioop", "cgi", "cgitb", "chunk", "crypt", "imghdr", "lib2to3", "mailcap", "nis"),
            *("nntplib", "ossaudiodev", "pipes", "sndhdr", "spwd", "sunau", "telnetlib", "uu", "xdrlib"),
        ),
        (3, 12),
    ),
}
_FIRST_WITH = {
    "graphlib": (3, 9),
    "zoneinfo": (3, 9),
    "tomllib": (3, 11),
    "annotationlib": (3, 14),
    "compression": (3, 14),
}

# What the runtime brings beside the standard library: the SDK (docs.aws.amazon.com/lambda/latest/dg/
# lambda-python.html#python-sdk-included) and the runtime client with what its package metadata requires.
RUNTIME_PACKAGES = words(
    """
    awslambdaric boto3 botocore bootstrap dateutil jmespath runtime_client s3transfer simplejson six
    snapshot_restore_py urllib3
    """
)


def builtin_modules(version: Version) -> frozenset[str]:
    """`sys.builtin_module_names` of a runtime: no file of these names can be the handler's module."""
    if version < (3, 0):
        return _BUILTIN_2_7
    since = (name for name, first in _BUILTIN_SINCE.items() if version >= first)
    only = {(3, 6): "zipimport", (3, 7): "zipimport", (3, 9): "_peg_parser"}.get(version)
    return _BUILTIN_EVER_SINCE_3_6.union(since, () if only is None else (only,))


def standard_library(version: Version) -> frozenset[str]:
    """The top-level modules of the standard library of a runtime, without private names."""
    names = set(_STANDARD_LIBRARY)
    names.update(name for name, last in _LAST_WITH.items() if version <= last)
    names.update(name for name, first in _FIRST_WITH.items() if version >= first)
    return frozenset(names)
