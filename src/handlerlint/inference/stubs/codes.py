"""The compact form of a stub file: what the compiler writes, the disk cache keeps and the reader decodes.

Everything is made of the plain values that `marshal` knows. A *type code* is one of

- a str: a qualified name, such as `builtins.str`, resolved when it is needed;
- None: the type of `None`;
- a tuple that begins with one of the tags below.

A *member code* is a tag of one byte followed by a marshalled tuple, so that what a name is can be told
without reading all of it, and an unused member costs nothing.
"""

from __future__ import annotations

import marshal
from typing import Any, TypeAlias

from handlerlint.records import dataclass

# mypy knows no type for nested marshal data; the tags tell what the parts of a tuple are.
Code: TypeAlias = str | tuple[Any, ...] | None
RawMembers: TypeAlias = dict[str, bytes]

# Type codes.
SUBSCRIPT = "s"  # (tag, base code, argument codes)
UNION = "|"  # (tag, member codes)
LITERAL = "="  # (tag, values): str, int, bool, bytes, None, or (ENUM_MEMBER, qualified name)
ENUM_MEMBER = "e"
LIST = "l"  # (tag, codes): the parameters of a Callable
TYPE_VARIABLE = "T"  # (tag, qualified name, is variadic, bound, constraints, default, has bound, has default)
UNPACK = "*"  # (tag, code)
INSTANCE = "o"  # (tag, code): only as the value of an ASSIGNMENT, whose other values are aliases
UNKNOWN_CODE: Code = ("?",)
ELLIPSIS_CODE: Code = ("...",)
NOT_ANNOTATED: Code = ("-",)

# Member codes.
IMPORT = b"i"  # (qualified name, is module, is exported)
FUNCTION = b"f"  # (kind, signatures, is abstract)
VARIABLE = b"v"  # (type code, has value, constant type code or NOT_ANNOTATED)
ASSIGNMENT = b"="  # (code of the value, or UNKNOWN_CODE)
ALIAS = b"a"  # (code, codes of type parameters)
TYPE_VARIABLE_MEMBER = b"t"  # a type code TYPE_VARIABLE
NEW_TYPE = b"n"  # (code of the base)
CLASS = b"c"  # (base codes, (keyword, code) pairs, type parameter codes, is dataclass, names of the annotated
# variables, names of the abstract methods, members)

# A signature: (parameters, result code, is async); a parameter: (name, kind, code, has default).


@dataclass(slots=True)
class ModuleCode:
    """One compiled stub file."""

    name: str
    is_package: bool
    members: RawMembers
    stars: tuple[str, ...]
    exports: tuple[str, ...] | None
    is_partial: bool
    is_source: bool


def pack(tag: bytes, content: tuple[Any, ...]) -> bytes:
    """A member code."""
    return tag + marshal.dumps(content, 4)


def tag_of(member: bytes) -> bytes:
    """The tag of a member code."""
    return member[:1]


def unpack(member: bytes) -> tuple[Any, ...]:
    """The content of a member code."""
    content: tuple[Any, ...] = marshal.loads(memoryview(member)[1:])
    return content
