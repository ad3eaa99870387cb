"""Private names: within a class, `__total` is an attribute of that class alone, and called `_Order__total`."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.syntax.segments import class_around


def attribute_name(tree: cst.Module | None, node: cst.Attribute) -> str:
    """What the attribute is called that an expression in a file names."""
    name = node.attr.value
    if not is_private(name) or tree is None:
        return name
    cls = class_around(tree, node)
    return name if cls is None else name_in_class(cls, name)


def name_in_class(cls: cst.ClassDef, name: str) -> str:
    """What a name that a class body binds is called outside of it."""
    owner = cls.name.value.lstrip("_")
    return f"_{owner}{name}" if owner and is_private(name) else name


def is_private(name: str) -> bool:
    """Whether a name is one of which each class has its own."""
    return name.startswith("__") and not name.endswith("__")
