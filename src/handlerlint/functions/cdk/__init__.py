"""Functions of AWS CDK applications: what was synthesized, and Python applications from their source."""

from __future__ import annotations

from handlerlint.functions.cdk.reading import read

__all__ = ["read"]
