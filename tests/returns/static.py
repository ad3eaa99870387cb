"""What the static pass says to a fixture, in the words of its expectations. Used by `test_returns.py`."""

from __future__ import annotations

import sys
from functools import cache

from handlerlint.functions.model import ConfigurationSource, LambdaFunction
from handlerlint.linter import Run
from handlerlint.project.view import View
from handlerlint.rules import all_rules, known_codes
from handlerlint.settings import Settings

from .fixtures import ROOT, Expectation, Fixture

# What fixtures are about: values, and handlers whose call is no value (`async def`, generators).
_CODES = [code for code in known_codes() if code.startswith("HL3") or code in ("HL204", "HL205")]
_RUNTIME = f"python{sys.version_info.major}.{sys.version_info.minor}"


def static_findings(fixture: Fixture) -> list[Expectation]:
    """Every finding about serialization, sorted. Raises AssertionError when handlerlint itself fails."""
    run = _run()
    function = LambdaFunction(
        name=fixture.name,
        handler=fixture.handler,
        code_root=fixture.code_root,
        source=ConfigurationSource("argument", None),
        runtime=_RUNTIME,
    )
    run.failures.clear()
    found = list(run.check((function,), [rule() for rule in all_rules(_CODES)]))
    assert run.failures == []
    prefix = fixture.code_root.relative_to(ROOT.parent).as_posix() + "/"
    return sorted(
        Expectation(finding.filename.removeprefix(prefix), finding.span.start.row, finding.code)
        for finding in found
    )


@cache
def _run() -> Run:
    """One for all fixtures of a test worker: the stubs are read once."""
    folder = ROOT.parent
    return Run(Settings(working_folder=folder, project_root=folder, paths=(folder,)), View())
