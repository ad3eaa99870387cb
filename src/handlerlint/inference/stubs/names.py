"""Resolves qualified names through re-exports, star imports and submodules to where a stub defines them."""

from __future__ import annotations

from handlerlint.inference.stubs import codes
from handlerlint.inference.stubs.codes import ModuleCode
from handlerlint.inference.stubs.loader import StubLoader
from handlerlint.inference.stubs.types import OPAQUE
from handlerlint.records import dataclass

MODULE = b"m"
# Followed aliases come to an end even when stubs import in a circle.
_MAXIMUM_HOPS = 30


@dataclass(frozen=True, slots=True)
class Symbol:
    """What a name stands for: a module, or a member code and where it is defined."""

    name: str
    tag: bytes
    member: bytes = b""
    is_partial: bool = False


def is_enumeration(symbol: Symbol) -> bool:
    """Whether a class statement looks like one of an enumeration with members (`class Color(enum.Enum)`)."""
    bases = codes.unpack(symbol.member)[0]
    return any(isinstance(base, str) and base.endswith(("Enum", "Flag")) for base in bases)


class NameTable:
    """Every name that was asked for, resolved once."""

    def __init__(self, loader: StubLoader) -> None:
        self._loader = loader
        self._symbols: dict[str, Symbol | None] = {}
        self._class_members: dict[str, codes.RawMembers] = {}

    def module(self, name: str) -> ModuleCode | None:
        """The compact form of a module."""
        return self._loader.load(name)

    def locate(self, name: str, hops: int = 0) -> Symbol | None:
        """The definition of a qualified name, imports followed; None when no stub has it."""
        if name in self._symbols:
            return self._symbols[name]
        if hops > _MAXIMUM_HOPS or name.startswith(OPAQUE):
            return None
        symbol = self._locate(name, hops)
        self._symbols[name] = symbol
        return symbol

    def class_members(self, symbol: Symbol) -> codes.RawMembers:
        """The member codes of a class that was located."""
        if symbol.name not in self._class_members:
            self._class_members[symbol.name] = codes.unpack(symbol.member)[-1]
        return self._class_members[symbol.name]

    def star_names(self, module: ModuleCode, hops: int = 0) -> tuple[str, ...]:
        """The names that `from module import *` binds."""
        if module.exports is not None:
            return module.exports
        own = [
            name
            for name, member in module.members.items()
            if not name.startswith("_")
            and not (codes.tag_of(member) == codes.IMPORT and not codes.unpack(member)[2])
        ]
        if hops < _MAXIMUM_HOPS:
            for source in module.stars:
                if (starred := self.module(source)) is not None:
                    own += self.star_names(starred, hops + 1)
        return tuple(own)

    def _locate(self, name: str, hops: int) -> Symbol | None:
        parent_name, _, last = name.rpartition(".")
        if not parent_name:
            return self._module_symbol(name)
        parent = self.locate(parent_name, hops + 1)
        if parent is None:
            # A folder without a stub of its own (a namespace package) may still hold modules.
            return self._module_symbol(name)
        if parent.tag == MODULE:
            return self._in_module(parent.name, last, hops) or self._module_symbol(f"{parent.name}.{last}")
        if parent.tag == codes.CLASS and last in self.class_members(parent):
            return self._in_class(parent, last, hops)
        # `from pendulum.date import Date`: the submodule, though the package has a function of that name.
        return self._in_module(parent_name, last, hops)

    def _in_class(self, parent: Symbol, name: str, hops: int) -> Symbol | None:
        member = self.class_members(parent)[name]
        full_name = f"{parent.name}.{name}"
        if is_enumeration(parent) and not name.startswith("_"):
            # What a member is assigned is its value, never what it is an alias of.
            return Symbol(full_name, codes.tag_of(member), member, parent.is_partial)
        return self._follow(full_name, member, hops, parent.is_partial)

    def _module_symbol(self, name: str) -> Symbol | None:
        module = self.module(name)
        return None if module is None else Symbol(name, MODULE, is_partial=module.is_partial)

    def _in_module(self, module_name: str, name: str, hops: int) -> Symbol | None:
        module = self.module(module_name)
        if module is None:
            return None
        if name in module.members:
            return self._follow(f"{module_name}.{name}", module.members[name], hops, module.is_partial)
        for source in reversed(module.stars):
            starred = self.module(source)
            if starred is not None and hops < _MAXIMUM_HOPS and name in self.star_names(starred):
                return self.locate(f"{source}.{name}", hops + 1)
        return None

    def _follow(self, name: str, member: bytes, hops: int, is_partial: bool) -> Symbol | None:
        tag = codes.tag_of(member)
        if tag == codes.IMPORT:
            target = codes.unpack(member)[0]
            return None if target == name else self.locate(target, hops + 1)
        if tag == codes.ASSIGNMENT:
            value, sibling = codes.unpack(member)
            if value == name:
                # `from . import path as _path; path = _path`: the submodule itself.
                return None
            for target in (sibling, value):
                if isinstance(target, str) and (found := self.locate(target, hops + 1)):
                    return found
        return Symbol(name, tag, member, is_partial)
