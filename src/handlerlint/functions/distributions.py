"""Which distributions bring which modules, and which others they require; called by `source.suppliers`, for HL108."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from handlerlint.functions.requirements import normalized

_TABLE = Path(__file__).with_name("import_names.txt")

_URLLIB3 = (
    "certifi idna pysocks pyopenssl cryptography cffi pycparser brotli brotlicffi brotlipy h2 hpack hyperframe"
    " zstandard backports-zstd"
)
_WEB = f"urllib3 chardet charset-normalizer {_URLLIB3}"
_SDK = f"boto3 botocore jmespath python-dateutil s3transfer six docutils awscrt urllib3 {_URLLIB3}"
# Distributions common in Lambda functions, each with all that any of its releases requires, extras and what is
# required in turn included: their metadata on the package index (`Requires-Dist`). A test compares with what is
# installed. A distribution that is not here may bring anything.
_REQUIRED_BY = {
    **dict.fromkeys(("boto3", "botocore", "s3transfer", "awscrt"), _SDK),
    **dict.fromkeys(("jmespath", "six", "docutils", "certifi", "chardet", "idna", "charset-normalizer"), ""),
    "python-dateutil": "six",
    "urllib3": _URLLIB3,
    "requests": _WEB,
    "aws-xray-sdk": f"wrapt jsonpickle enum34 future requests {_WEB} {_SDK}",
    "cachetools": "",
    "crhelper": "",
    "isodate": "six",
    "pg8000": "scramp asn1crypto six python-dateutil pytz",
    "psycopg2": "",
    "psycopg2-binary": "",
    "pyjwt": "cryptography cffi pycparser typing-extensions",
    "pymysql": "cryptography cffi pycparser pynacl",
    "python-dotenv": "click",
    "pytz": "",
    "pyyaml": "",
    "regex": "",
    "simplejson": "",
    "tabulate": "wcwidth",
    "toml": "",
    "typing-extensions": "",
    "tzdata": "",
    "ujson": "",
    "xmltodict": "",
}


def distributions_of(module: str) -> tuple[str, ...]:
    """The distributions that are known to bring a top-level module, the usual one first; () if none is known."""
    return _table().get(module, ())


def closure(names: Iterable[str]) -> frozenset[str] | None:
    """The distributions with all that they may require in turn; None where that is not known of one."""
    found: set[str] = set()
    for name in names:
        required = _REQUIRED_BY.get(name)
        if required is None:
            return None
        found.update((name, *required.split()))
    return frozenset(found)


def required_by() -> dict[str, frozenset[str]]:
    """The distributions of which is known what they require."""
    return {name: frozenset(required.split()) for name, required in _REQUIRED_BY.items()}


def may_bring(distributions: Iterable[str], module: str) -> str | None:
    """One of the distributions that may bring a top-level module; None if surely none does.

    Known ones do so by the table; otherwise one does that shares a word with the module's name.
    """
    known = {*distributions_of(module), normalized(module)}
    words = _words(module)
    for name in distributions:
        if name in known or not words.isdisjoint(_words(name)):
            return name
    return None


_COMMON_WORDS = frozenset({"aws", "py", "python", "lambda", "sdk", "lib", "client", "utils", "core", "api"})


def _words(name: str) -> set[str]:
    """Words of a name, and its letters without the `py` and `python` that distributions like to add."""
    parts = normalized(name).split("-")
    joined = "".join(part for part in parts if part != "python")
    return {*parts, joined, joined.removeprefix("py"), joined.removesuffix("py")} - _COMMON_WORDS


@cache
def _table() -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        module, *names = line.split()
        table[module] = tuple(names)
    return table
