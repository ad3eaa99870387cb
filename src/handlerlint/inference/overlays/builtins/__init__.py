"""builtins: functions and classes, with what `collections` and `inspect` build on them."""

from handlerlint.inference.overlays.builtins import containers, iterables, objects, scopes

__all__ = ["containers", "iterables", "objects", "scopes"]
