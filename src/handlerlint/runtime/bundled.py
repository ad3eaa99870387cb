"""Which top-level modules each Lambda Python runtime brings, for HL108; called by `source.packaging`.

What lies here and is not needed makes the rule silent; what is missing here would make it wrong. So modules are
listed for more versions rather than fewer.

Sources:
- the standard library of each version: `runtimes.standard_library`;
- the SDK and its dependencies: docs.aws.amazon.com/lambda/latest/dg/lambda-python.html ("Runtime-included SDK
  versions") and packaging-layers; their names by botocore's and boto3's own `Requires-Dist`: jmespath,
  python-dateutil, s3transfer, six, urllib3, and docutils until botocore 1.16;
- the runtime client: the metadata of awslambdaric (simplejson, snapshot-restore-py);
- pip and, until 3.11, setuptools: what `ensurepip` installs with CPython itself (docs.python.org/3/whatsnew/3.12,
  "ensurepip"), as python-image.html says of the folder `/var/lang/lib/python3.x/site-packages`;
- the SDK of durable functions from 3.13 on: lambda/latest/dg/durable-supported-runtimes.html;
- `cfnresponse`: cfn-lambda-function-code-cfnresponsemodule.html of CloudFormation's template reference: there for code
  that stands in `ZipFile`, and for no other.
"""

from __future__ import annotations

from functools import cache

from handlerlint.runtime.runtimes import RUNTIME_PACKAGES, Version, standard_library, words

_SETUPTOOLS = words("setuptools pkg_resources easy_install _distutils_hack distutils wheel")
_LAST_SETUPTOOLS = (3, 11)
# Runtimes older than awslambdaric have a client of their own (/var/runtime), and an older botocore.
_OLDER = words("awslambda lambda_internal docutils bootstrap runtime wsgi test_runtime")
_LAST_OLDER = (3, 8)
_DURABLE = words("aws_durable_execution_sdk_python")
_FIRST_DURABLE = (3, 13)
_ALWAYS = RUNTIME_PACKAGES | words("pip awscrt docutils")

INLINE_CODE = words("cfnresponse")

# Modules that left the standard library, with the distribution that has them since, where there is one.
_REPLACED = {"distutils": "setuptools"}


@cache
def bundled_modules(version: Version, *, inline: bool = False) -> frozenset[str]:
    """The top-level modules that can be imported in a runtime with nothing beside them."""
    names = standard_library(version) | _ALWAYS
    if version <= _LAST_SETUPTOOLS:
        names |= _SETUPTOOLS
    if version <= _LAST_OLDER:
        names |= _OLDER
    if version >= _FIRST_DURABLE:
        names |= _DURABLE
    return names | INLINE_CODE if inline else names


def left_the_standard_library(module: str, version: Version) -> bool:
    """Whether an older Python had the top-level `module` and this one has it no more."""
    return any(
        module in standard_library((3, minor)) for minor in range(8, version[1])
    ) and module not in standard_library(version)


def distribution_of_removed(module: str) -> str | None:
    """What to require for a module that left the standard library; None if nothing is known to bring it."""
    return _REPLACED.get(module)
