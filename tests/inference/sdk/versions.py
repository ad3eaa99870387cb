"""Which versions of the AWS SDK are installed, against those that the packed file was made from.

A test that compares the two by name asks for everything only where the versions are the same. Beside any other version
it asks for what handlerlint claims: a newer SDK may have more.
"""

from __future__ import annotations

import boto3
import botocore

from handlerlint.inference.sdk.pack import open_packed_file

PACKED = open_packed_file().index["source"]
IS_PACKED_VERSION = {"boto3": boto3.__version__, "botocore": botocore.__version__} == PACKED
