"""What functions of a library mean beyond their types: one module for each library, named after its root package.

An overlay is imported when a value of its library is first used; no other module imports it.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

# Packages that hand on what another one defines.
_SAME_LIBRARY = {
    "_heapq": "heapq",
    "_frozen_importlib": "importlib",
    "_struct": "struct",
    "aioboto3": "boto3",
    "aiobotocore": "boto3",
    "attrs": "attr",
    "botocore": "boto3",
    # Libraries that have one thing in common, and nothing else that is known of them.
    **dict.fromkeys(("_pickle", "gzip", "lzma", "zlib"), "binary"),
}


@cache
def load(root_package: str) -> None:
    """Import the overlay of a library, if there is one: it registers what it knows."""
    name = _SAME_LIBRARY.get(root_package, root_package)
    if name in _overlays():
        import_module(f"{__name__}.{name}")


@cache
def _overlays() -> frozenset[str]:
    return frozenset(module.name for module in iter_modules(__path__))
