"""Every rule's page: its sections are there, its example gives the finding, what to use instead does not."""

from __future__ import annotations

import pkgutil
import re
from pathlib import Path

import pytest

import handlerlint.rules
from handlerlint.rules import all_rules, codes_with_checks, known_codes
from handlerlint.rules.base import Rule

from .examples import example_files, lint_files, sections

RULES = all_rules()
CHECKED = [rule for rule in RULES if rule.code in codes_with_checks() | {"HL002"}]


def name(rule: type[Rule]) -> str:
    return rule.code


def test_the_table_of_codes_agrees_with_the_classes() -> None:
    assert {rule.code: rule.on_by_default for rule in RULES} == dict(known_codes())
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_every_family_is_in_the_table() -> None:
    modules = {module.name for module in pkgutil.iter_modules(handlerlint.rules.__path__)}
    assert modules - {"base", "advice", "catalogue", "fixing", "of_plugins", "problems"} == set(
        handlerlint.rules._FAMILIES
    )


def test_selected_rules_only() -> None:
    assert [rule.code for rule in all_rules({"HL101", "HL001"})] == ["HL001", "HL101"]
    assert all_rules(set()) == ()


@pytest.mark.parametrize("rule", RULES, ids=name)
def test_sections(rule: type[Rule]) -> None:
    found = sections(rule)
    assert [heading for heading in found if heading != "Options"] == [
        "What it does",
        "Why it is bad",
        "Example",
        "Use instead",
    ]
    assert re.fullmatch(r"HL\d{3}", rule.code)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)


@pytest.mark.parametrize("rule", CHECKED, ids=name)
def test_example_gives_the_finding(rule: type[Rule], tmp_path: Path) -> None:
    findings = lint_files(example_files(sections(rule)["Example"]), rule.code, tmp_path)
    assert {finding.code for finding in findings} == {rule.code}
    for finding in findings:
        assert (finding.name, finding.severity) == (rule.name, rule.severity)
        assert finding.message


@pytest.mark.parametrize("rule", CHECKED, ids=name)
def test_what_to_use_instead_is_clean(rule: type[Rule], tmp_path: Path) -> None:
    assert lint_files(example_files(sections(rule)["Use instead"]), rule.code, tmp_path) == []
