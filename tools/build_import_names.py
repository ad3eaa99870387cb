"""Writes src/handlerlint/packaging/import_names.txt: which distributions bring a top-level module.

python tools/build_import_names.py PIPREQS_MAPPING PANTS_MODULE_MAPPING

The two are files of the packages pipreqs (`pipreqs/mapping`) and pantsbuild.pants
(`pants/backend/python/dependency_inference/default_module_mapping.py`) on the package index, both under the Apache
License 2.0. Pants' table comes first, since it is kept by hand and names what people install; pipreqs' is longer.
Below stand the modules whose distribution has the module's own name, which both leave out, and what both miss.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from pathlib import Path

TARGET = Path(__file__).parents[1] / "src/handlerlint/packaging/import_names.txt"

# Common in Lambda functions; module and distribution have one name.
SAME_NAME = """
aiobotocore aioboto3 aiohttp aiosqlite alembic anthropic asyncpg aws_encryption_sdk aws_lambda_powertools aws_xray_sdk
backoff bcrypt cachetools certifi chalice chardet charset_normalizer click crhelper cryptography dask datadog
datadog_lambda deepdiff dill django dynamodb_encryption_sdk elasticsearch fastapi fastavro feedparser flask geopy
gspread httpx humanize idna iso8601 isodate itsdangerous jinja2 joblib jsonpath_ng jsonpickle jsonschema keyring
langchain ldap3 loguru lxml mangum markdown markupsafe marshmallow matplotlib mypy_boto3 nltk numpy oauthlib openai
openpyxl orjson pandas paramiko passlib peewee pendulum pg8000 polars praw prettytable psutil psycopg pyarrow pyasn1
pycountry pydantic pydantic_settings pymssql pymysql pynamodb pyodbc pyotp pyparsing pypdf python_http_client
pyspark pytz qrcode redis redshift_connector regex reportlab requests requests_aws4auth requests_oauthlib retrying
rsa scipy scrapy seaborn sendgrid sentry_sdk setuptools shapely simplejson slack_bolt slack_sdk slackclient
slackweb sqlalchemy sqlparse starlette statsmodels stripe structlog tabulate tenacity tensorflow termcolor thundra
toml toolz torch tornado tqdm transformers tweepy twilio typing_extensions tzlocal ujson uvicorn validators
voluptuous websockets werkzeug wrapt xgboost xlrd xlsxwriter xmltodict yarl zeep
"""
MORE = {
    "MySQLdb": ("mysqlclient",),
    "PyPDF2": ("pypdf2",),
    "aws_durable_execution_sdk_python": ("aws-durable-execution-sdk-python",),
    "aws_requests_auth": ("aws-requests-auth",),
    "awsglue": ("aws-glue-libs",),
    "awswrangler": ("awswrangler",),
    "distutils": ("setuptools",),
    "dns": ("dnspython",),
    "flask_cors": ("flask-cors",),
    "flask_lambda": ("flask-lambda",),
    "fitz": ("pymupdf",),
    "jsonpath_rw": ("jsonpath-rw",),
    "jose": ("python-jose",),
    "jwt": ("pyjwt",),
    "mysql": ("mysql-connector-python", "mysql-connector", "mysql-connector-repackaged"),
    "nacl": ("pynacl",),
    "psycopg2": ("psycopg2-binary", "psycopg2", "aws-psycopg2"),
    "serverless_wsgi": ("serverless-wsgi",),
    "snowflake": ("snowflake-connector-python",),
    "telegram": ("python-telegram-bot",),
    "usb": ("pyusb",),
    "_cffi_backend": ("cffi",),
}


def normalized(name: str) -> str:
    """PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pants_table(source: str) -> dict[str, list[str]]:
    """Pants' `DEFAULT_MODULE_MAPPING`, turned about, by top-level module."""
    found: dict[str, list[str]] = {}
    for statement in ast.parse(source).body:
        if (
            isinstance(statement, ast.Assign)
            and ast.unparse(statement.targets[0]) == "DEFAULT_MODULE_MAPPING"
        ):
            for distribution, modules in ast.literal_eval(statement.value).items():
                for module in modules:
                    found.setdefault(module.partition(".")[0], []).append(distribution)
    return found


def main() -> int:
    """Write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("pipreqs", type=Path)
    parser.add_argument("pants", type=Path)
    arguments = parser.parse_args()
    table: dict[str, list[str]] = {}
    sources = [MORE.items(), pants_table(arguments.pants.read_text("utf-8")).items()]
    sources.append([(name, [name]) for name in SAME_NAME.split()])
    lines = arguments.pipreqs.read_text("utf-8").split()
    sources.append([(module, [name]) for module, _, name in (line.partition(":") for line in lines)])
    for source in sources:
        for module, distributions in source:
            known = table.setdefault(module, [])
            known.extend(name for name in map(normalized, distributions) if name not in known)
    text = "".join(f"{module} {' '.join(dict.fromkeys(names))}\n" for module, names in sorted(table.items()))
    origin = "# Made by tools/build_import_names.py; sources and licenses there and in NOTICE.\n"
    TARGET.write_text(origin + text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
