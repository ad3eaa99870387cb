"""Which distributions bring which modules, and which others they require; called by `suppliers`, for HL108."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from packaging.utils import canonicalize_name

from handlerlint.runtime.runtimes import words

_TABLE = Path(__file__).with_name("import_names.txt")

_URLLIB3 = (
    "certifi idna pysocks pyopenssl cryptography cffi pycparser brotli brotlicffi brotlipy h2 hpack hyperframe"
    " zstandard backports-zstd"
)
_WEB = f"urllib3 chardet charset-normalizer {_URLLIB3}"
_SDK = f"boto3 botocore jmespath python-dateutil s3transfer six docutils awscrt urllib3 {_URLLIB3}"
_CRYPTOGRAPHY = (
    "cryptography cffi pycparser bcrypt typing-extensions six asn1crypto idna enum34 ipaddress setuptools"
)
_PYDANTIC = (
    "pydantic pydantic-core annotated-types typing-extensions typing-inspection email-validator dnspython idna tzdata"
    " python-dotenv dataclasses devtools"
)
_DATES = (
    "python-dateutil six tzdata pytzdata backports-zoneinfo time-machine importlib-resources zipp typing-extensions"
    " backports-functools-lru-cache types-python-dateutil simplejson chai"
)
_NOTHING = words(
    """
    attrs cachetools certifi chardet charset-normalizer crhelper docutils idna jmespath markupsafe orjson psycopg2
    psycopg2-binary pytz pyyaml regex simplejson six toml typing-extensions tzdata ujson wrapt xmltodict
    """
)
_XRAY = f"wrapt jsonpickle enum34 future requests {_WEB} {_SDK}"
# Distributions common in Lambda functions, each with all that any of its releases requires, extras and what is
# required in turn included, but for extras of its own developers: their metadata on the package index
# (`Requires-Dist`). A test compares with what is installed. A distribution that is not here may provide anything.
_REQUIRED_BY = {
    **dict.fromkeys(("boto3", "botocore", "s3transfer", "awscrt"), _SDK),
    **dict.fromkeys(_NOTHING, ""),
    "arrow": _DATES,
    "aws-lambda-powertools": (
        f"aws-xray-sdk {_XRAY} {_CRYPTOGRAPHY} {_PYDANTIC} avro aws-encryption-sdk attrs base64io"
        " datadog datadog-lambda ddtrace envier"
        " bytecode opentelemetry-api importlib-metadata zipp xmltodict cattrs decorator ujson protobuf"
        " fastjsonschema jsonpath-ng ply pyjwt redis async-timeout valkey-glide anyio sniffio exceptiongroup"
        " pydantic-settings aws-cryptographic-material-providers"
    ),
    "aws-xray-sdk": _XRAY,
    "cffi": "pycparser",
    "cryptography": _CRYPTOGRAPHY,
    "httpx": (
        f"{_WEB} anyio exceptiongroup typing-extensions brotlipy click h11 httpcore hstspreload pygments rfc3986 rich"
        " markdown-it-py mdurl commonmark ipywidgets sniffio socksio trio async-generator dataclasses"
    ),
    "isodate": "six",
    "jinja2": "markupsafe babel pytz",
    "jsonpath-ng": "ply six decorator",
    "jsonschema": (
        f"{_DATES} arrow attrs fqdn idna isoduration jsonpointer jsonschema-specifications referencing lark pyrsistent"
        " rfc3339-validator rfc3986-validator rfc3987 rfc3987-syntax rpds-py uri-template webcolors strict-rfc3339"
        " importlib-metadata pkgutil-resolve-name functools32 vcversioner setuptools repoze-lru"
    ),
    "pendulum": _DATES,
    "pg8000": "scramp asn1crypto six python-dateutil pytz",
    "pydantic": _PYDANTIC,
    "pyjwt": _CRYPTOGRAPHY,
    "pymysql": f"{_CRYPTOGRAPHY} pynacl",
    "python-dateutil": "six",
    "python-dotenv": "click",
    "requests": _WEB,
    "tabulate": "wcwidth",
    "urllib3": _URLLIB3,
}


def distributions_of(module: str) -> tuple[str, ...]:
    """The distributions that are known to bring a top-level module, the usual one first; () if none is known."""
    return _table().get(module, ())


def closure(names: Iterable[str]) -> frozenset[str] | None:
    """The distributions with all that they may require in turn; None where that is not known of one."""
    found = set(names)
    if not found <= _REQUIRED_BY.keys():
        return None
    pending = list(found)
    while pending:
        new = set(_REQUIRED_BY.get(pending.pop(), "").split()) - found
        found |= new
        pending += new
    return frozenset(found)


def required_by() -> dict[str, frozenset[str]]:
    """The distributions of which is known what they require."""
    return {name: frozenset(required.split()) for name, required in _REQUIRED_BY.items()}


def may_bring(distributions: Iterable[str], module: str) -> str | None:
    """One of the distributions that may provide a top-level module; None if surely none does.

    Known ones do so by the table; otherwise one does that shares a word with the module's name.
    """
    known = {*distributions_of(module), canonicalize_name(module)}
    words = _words(module)
    for name in distributions:
        if name in known or not words.isdisjoint(_words(name)):
            return name
    return None


_COMMON_WORDS = frozenset({"aws", "py", "python", "lambda", "sdk", "lib", "client", "utils", "core", "api"})


def _words(name: str) -> set[str]:
    """Words of a name, and its letters without the `py` and `python` that distributions like to add."""
    parts = canonicalize_name(name).split("-")
    joined = "".join(part for part in parts if part != "python")
    return {*parts, joined, joined.removeprefix("py"), joined.removesuffix("py")} - _COMMON_WORDS


@cache
def _table() -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        module, *names = line.split()
        table[module] = tuple(names)
    return table
