"""Which Lambda functions does this project configure? One file per source of truth."""

from __future__ import annotations

from handlerlint.functions.discovery import discover
from handlerlint.functions.model import Discovery, LambdaFunction
from handlerlint.functions.request import DiscoveryRequest, request_from

__all__ = ["Discovery", "DiscoveryRequest", "LambdaFunction", "discover", "request_from"]
