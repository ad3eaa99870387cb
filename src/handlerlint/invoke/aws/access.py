"""How a process reaches AWS: the variables it gets, and the calls it made that were refused."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from handlerlint.invoke.model import AwsCall
from handlerlint.records import dataclass, field

AwsMode = Literal["none", "moto", "real"]

# Kept from the handler unless the user says `--aws real`. botocore looks for credentials in all of these
# (boto3.amazonaws.com/v1/documentation/api/latest/guide/credentials.html).
NO_CREDENTIALS = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}


def _no_calls() -> tuple[AwsCall, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class AwsAccess:
    """The environment variables of a process, and a function that takes its refused calls since last time.

    `servers` are ours that stand in the place of AWS, `host:port`; `is_real` where there is none.
    """

    variables: Mapping[str, str] = field(default_factory=dict)
    take_calls: Callable[[], tuple[AwsCall, ...]] = _no_calls
    servers: tuple[str, ...] = ()
    is_real: bool = False


def endpoint_variables(url: str, key_id: str) -> dict[str, str]:
    """The variables that send every client of an AWS SDK to `url`, with credentials that are none."""
    return {
        **NO_CREDENTIALS,
        "AWS_ACCESS_KEY_ID": key_id,
        "AWS_SECRET_ACCESS_KEY": "handlerlint",
        "AWS_SESSION_TOKEN": "handlerlint",
        "AWS_ENDPOINT_URL": url,
        # Some operations put a prefix before the host name, which no loopback address can have.
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
        "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:9",
    }


def server_of(url: str) -> str:
    """The `host:port` of a URL."""
    return urlsplit(url).netloc


def real_access() -> AwsAccess:
    """The user's own AWS: credentials, profile and configuration as they are in this process.

    Profiles and what `aws sso login` keeps lie below the home folder.
    """
    own = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    variables = {name: value for name, value in own.items() if not name.startswith("AWS_LAMBDA_")}
    return AwsAccess(variables | home_variables(Path.home()), is_real=True)


def home_variables(folder: Path) -> dict[str, str]:
    """The variables that say where the home folder is (`os.path.expanduser`)."""
    return {"USERPROFILE" if sys.platform == "win32" else "HOME": str(folder)}


DEFAULT_REGION = "us-east-1"


def region() -> str:
    """The user's region, which is not a secret."""
    return os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or DEFAULT_REGION
