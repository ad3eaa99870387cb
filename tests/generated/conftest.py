"""The bucket that some programs list, in moto."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from .many import BUCKET, PREFIX


@pytest.fixture(scope="module")
def bucket() -> Iterator[None]:
    """A bucket with no, one and two objects under the prefixes that programs ask for."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket=BUCKET)
        for count, prefix in enumerate(PREFIX.values):
            for number in range(count):
                client.put_object(Bucket=BUCKET, Key=f"{prefix}{number}")
        yield
