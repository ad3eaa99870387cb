"""functools: partial, caches, reduce, and single dispatch."""

from handlerlint.inference.overlays.functools import functions, singledispatch

__all__ = ["functions", "singledispatch"]
