"""What a handler finds where AWS should be: a refusal that says so, a private moto server, or AWS itself."""

from __future__ import annotations

from handlerlint.invoke.aws.access import AwsAccess, AwsMode, real_access

__all__ = ["AwsAccess", "AwsMode", "real_access"]
