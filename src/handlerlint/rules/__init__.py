"""One file per family of rules; a rule is a class with its documentation and check."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from handlerlint.extensions import installed

if TYPE_CHECKING:
    from handlerlint.rules.base import Rule

# Which family has which codes: known without importing any. A test compares this with the classes.
_FAMILIES: dict[str, tuple[str, ...]] = {
    "syntax": ("HL001",),
    "configuration": ("HL002",),
    "suppressions": ("HL003",),
    "handler_module": ("HL101", "HL102", "HL104", "HL105", "HL107"),
    "packaging": ("HL108",),
    "handler_function": ("HL103", "HL106"),
    "failing": ("HL109", "HL110", "HL321"),
    "signature": ("HL201", "HL202", "HL203", "HL204", "HL205", "HL206", "HL207"),
    "serialization": ("HL301", "HL302", "HL304", "HL305", "HL306", "HL307", "HL311"),
    "sdk": ("HL303", "HL312", "HL322", "HL323"),
    "http_answers": ("HL401", "HL402", "HL403", "HL404", "HL405", "HL406"),
    "service_answers": ("HL411", "HL412", "HL413", "HL414", "HL415"),
    "dynamic": ("HL901", "HL902", "HL903", "HL904", "HL905", "HL906", "HL907", "HL908"),
}
#: What several families are about together: whether the handler can be called, how, and what it returns.
_CONCERNS: dict[str, tuple[str, ...]] = {
    "handler string": ("handler_module", "packaging", "handler_function"),
    "returned value": ("serialization", "sdk"),
    "answer": ("http_answers", "service_answers"),
}
# Their findings come from discovery and from running handlers: their checks find nothing.
_WITHOUT_CHECKS = ("configuration", "suppressions", "dynamic")
_OFF_BY_DEFAULT = frozenset({"HL003", "HL207", "HL306"})


def known_codes() -> Mapping[str, bool]:
    """The codes of all rules, in order, each with whether it is on by default; imports no rule but those of plugins."""
    codes = sorted(code for family in _FAMILIES.values() for code in family)
    ours = {code: code not in _OFF_BY_DEFAULT for code in codes}
    return ours | {code: rule.on_by_default for code, rule in _of_plugins().items()}


def codes_with_checks() -> frozenset[str]:
    """The codes of the rules that look at a handler's source and configuration."""
    ours = (codes for family, codes in _FAMILIES.items() if family not in _WITHOUT_CHECKS)
    return frozenset(_of_plugins()).union(*ours)


def concern_of(code: str) -> str:
    """What a rule is about: the concern of its family, or the family; a rule of a plugin is about itself."""
    family = next((name for name, codes in _FAMILIES.items() if code in codes), code)
    return next((concern for concern, families in _CONCERNS.items() if family in families), family)


def all_rules(codes: Collection[str] | None = None) -> tuple[type[Rule], ...]:
    """The rules, by code: all of them, or those with the given codes. Imports their families only."""
    from handlerlint.libcst_classes import import_libcst
    from handlerlint.rules.base import Rule

    import_libcst()
    found: list[type[Rule]] = []
    for family, family_codes in _FAMILIES.items():
        if codes is None or not frozenset(codes).isdisjoint(family_codes):
            module = import_module(f"handlerlint.rules.{family}")
            found.extend(
                value
                for value in vars(module).values()
                if isinstance(value, type)
                and issubclass(value, Rule)
                and value.__module__ == module.__name__
                and (code := getattr(value, "code", None)) is not None
                and (codes is None or code in codes)
            )
    found += (rule for code, rule in _of_plugins().items() if codes is None or code in codes)
    return tuple(sorted(found, key=lambda rule: rule.code))


def _of_plugins() -> Mapping[str, type[Rule]]:
    if not installed():
        return {}
    from handlerlint.rules.of_plugins import plugin_rules

    return plugin_rules()
