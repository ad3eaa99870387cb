"""The rules of plugins, checked: what is wrong with one is one error that names its distribution."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import cast

from handlerlint.extensions import Installed, Plugin, loaded
from handlerlint.findings import Severity
from handlerlint.rules.base import Rule
from handlerlint.rules.catalogue import built_in

# What flake8 takes for a code, too (defaults.py, VALID_CODE_PREFIX).
_CODE = re.compile(r"[A-Z]{1,3}\d{3}")
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_OURS = "HL"


def plugin_rules() -> Mapping[str, type[Rule]]:
    """The rules of the plugins that are in use, by code. Raises UserError for a plugin that is wrong."""
    return _checked(loaded())


@cache
def _checked(plugins: tuple[tuple[Installed, Plugin], ...]) -> Mapping[str, type[Rule]]:
    found: dict[str, type[Rule]] = {}
    owners = dict.fromkeys(
        [*built_in(), *(entry.name for entry in built_in().values())], "handlerlint itself"
    )
    for one, plugin in plugins:
        for given in plugin.rules:
            for problem in _problems(given):
                raise one.wrong(f"rule {given.__name__}: {problem}")
            rule = cast("type[Rule]", given)
            for word in (rule.code, rule.name):
                if word in owners:
                    raise one.wrong(f"rule {rule.__name__}: '{word}' is taken by {owners[word]}")
                owners[word] = str(one)
            found[rule.code] = rule
    return found


def _problems(rule: type) -> Iterator[str]:
    """What is wrong with a class that is to be a rule."""
    if not issubclass(rule, Rule) or inspect.isabstract(rule):
        yield "expected a subclass of handlerlint.plugins.Rule that has `check`"
        return
    code, name = getattr(rule, "code", None), getattr(rule, "name", None)
    if not isinstance(code, str) or not _CODE.fullmatch(code) or code.startswith(_OURS):
        yield f"code: expected one to three capital letters, but not HL, and three digits, found {code!r}"
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        yield f"name: expected small words with hyphens between them, found {name!r}"
    if not isinstance(getattr(rule, "severity", None), Severity):
        yield "severity: expected handlerlint.plugins.Severity.ERROR or WARNING"
    if not isinstance(rule.on_by_default, bool):
        yield f"on_by_default: expected True or False, found {rule.on_by_default!r}"
    if not (rule.__doc__ or "").strip():
        yield "expected a docstring: it is the rule's page"
