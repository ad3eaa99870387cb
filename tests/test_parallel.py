"""Many handlers, checked by several processes: the same answer as by one, whatever happens to a process."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from handlerlint.configuration import load_settings
from handlerlint.findings import Finding
from handlerlint.linter import lint
from handlerlint.parallel import process_count
from handlerlint.rules.base import Subject
from handlerlint.rules.signature import TooFewParameters
from handlerlint.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / ".git").mkdir()
    for number in range(20):
        folder = tmp_path / f"service{number:02}"
        folder.mkdir()
        parameters = "event" if number % 5 == 0 else "event, context"
        text = f"def lambda_handler({parameters}):\n    return {{'number': {number}}}\n"
        (folder / "lambda_function.py").write_text(text)
    return load_settings([tmp_path], working_folder=tmp_path)


@pytest.mark.parametrize(
    ("groups", "jobs", "expected"),
    [(0, 8, 1), (1, 8, 1), (15, 8, 1), (16, 8, 2), (100, 8, 8), (100, 2, 2), (100, 1, 1)],
)
def test_process_count(groups: int, jobs: int, expected: int) -> None:
    assert process_count(groups, jobs) == expected


def test_several_processes_say_what_one_says(settings: Settings) -> None:
    one = lint(settings)
    assert [finding.filename for finding in one.findings] == [
        f"service{number:02}/lambda_function.py" for number in (0, 5, 10, 15)
    ]
    assert lint(settings, jobs=2) == one


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the processes do not inherit the broken rule")
def test_failures_and_deaths_stop_only_their_own_handler(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = TooFewParameters.check

    def broken(rule: TooFewParameters, subject: Subject) -> Iterator[Finding]:
        match subject.function.code_root:
            case Path(name="service03"):
                raise RuntimeError("broken on purpose")
            case Path(name="service07"):
                os._exit(9)
        yield from check(rule, subject)

    monkeypatch.setattr(TooFewParameters, "check", broken)
    result = lint(settings, jobs=2)
    assert [finding.filename[:9] for finding in result.findings] == [
        "service00",
        "service05",
        "service10",
        "service15",
    ]
    raised, died = sorted(result.failures)
    assert "service03" in raised
    assert "RuntimeError: broken on purpose" in raised
    assert died.endswith("service07: handler lambda_function.lambda_handler: the process died")
