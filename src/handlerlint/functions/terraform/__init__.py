"""Functions of Terraform and OpenTofu configurations."""

from __future__ import annotations

from handlerlint.functions.terraform.reading import SUFFIXES, read

__all__ = ["SUFFIXES", "read"]
