"""Which Lambda functions does this project configure? One file per source of truth."""

from __future__ import annotations

from handlerlint.functions.model import Discovery, LambdaFunction
from handlerlint.functions.request import DiscoveryRequest, request_from

__all__ = ["Discovery", "DiscoveryRequest", "LambdaFunction", "discover", "request_from"]


def discover(request: DiscoveryRequest) -> Discovery:
    """All functions that concern the paths of the request, and what could not be read on the way."""
    # Imported here: whoever needs the model only, such as a cached run, does not pay for the search.
    from handlerlint.functions import discovery

    return discovery.discover(request)
