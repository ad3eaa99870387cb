"""Functions of Terraform and OpenTofu configurations."""

from __future__ import annotations

from handlerlint.functions.terraform.reading import read

__all__ = ["read"]
