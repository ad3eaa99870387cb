"""The classes of the standard library themselves. They are asked what stubs do not say of them.

That is which abstract classes they answer to (they may be registered there, or have what is asked for), and what they
keep beside the `__dict__` of an instance.
"""

from __future__ import annotations

import inspect
import sys
import sysconfig
import warnings
from enum import Enum
from functools import cache
from importlib import import_module
from importlib.util import find_spec

#: `Py_TPFLAGS_BASETYPE` of `object.h`.
_BASETYPE = 1 << 10
_FOLDERS = (sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"))


@cache
def find(name: str) -> object | None:
    """What has a qualified name in the standard library of this Python; None where nothing has."""
    owner, _, short = name.rpartition(".")
    return getattr(module(owner), short, None)


@cache
def _is_standard(module: str) -> bool:
    """Whether a module would be that of the standard library: a `csv.py` of the project may come before it."""
    if module not in sys.stdlib_module_names:
        return False
    try:
        spec = find_spec(module)
    except ValueError:
        return False
    return spec is not None and (spec.origin or "").startswith(("built-in", "frozen", *_FOLDERS))


@cache
def module(name: str) -> object | None:
    """A module of the standard library of this Python; None where there is none."""
    if not _is_standard(name.partition(".")[0]):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return import_module(name)
    except ImportError:
        return None


@cache
def is_subclass(name: str, other: str) -> bool | None:
    """Whether a class answers to another one, as Python itself says; None where it cannot be asked."""
    try:
        return issubclass(find(name), find(other))  # type: ignore[arg-type]
    except TypeError:
        return None  # no class, or a protocol that cannot be asked at run time


@cache
def order(name: str) -> tuple[str, ...]:
    """The qualified names in the `__mro__` of a class; none where it is not known."""
    found = find(name)
    found = getattr(found, "__origin__", found)  # `typing.Mapping` is another name of the class
    classes = found.__mro__ if isinstance(found, type) else ()
    return tuple("types.NoneType" if c is type(None) else f"{c.__module__}.{c.__qualname__}" for c in classes)


@cache
def is_final(name: str) -> bool:
    """Whether no class can inherit from a class, as from many that are written in C."""
    found = find(name)
    return isinstance(found, type) and not found.__flags__ & _BASETYPE


@cache
def is_fixed(name: str) -> bool:
    """Whether instances of a class have the attributes that it says, and get no others, by a subclass or from outside.

    Nobody inherits from an Enum that has members.
    """
    found = find(name)
    if not isinstance(found, type):
        return False
    return (is_final(name) and found.__dictoffset__ == 0) or (issubclass(found, Enum) and len(found) > 0)


@cache
def keeps_apart(name: str, attribute: str) -> bool:
    """Whether a class itself keeps an attribute of its instances elsewhere than in their `__dict__`."""
    found = find(name)
    return isinstance(found, type) and inspect.isdatadescriptor(vars(found).get(attribute))
