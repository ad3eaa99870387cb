"""Makes handlers that are much to interpret, each a service of its own: those of the tests of what handlers return."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.returns.fixtures import Fixture, all_fixtures


def make_heavy(folder: Path, handlers: int, fixtures: list[Fixture] | None = None) -> None:
    """So many services with a handler each, and the template of all. No two have the same text."""
    (folder / ".git").mkdir(parents=True, exist_ok=True)
    known = fixtures or [fixture for fixture in all_fixtures() if not fixture.name.startswith("sdk/")]
    functions = ["Transform: AWS::Serverless-2016-10-31", "Resources:"]
    for number in range(handlers):
        fixture = known[number % len(known)]
        place = folder / f"service_{number:04}"
        if len(fixture.files) > 1:
            shutil.copytree(fixture.code_root, place)
        place.mkdir(exist_ok=True)
        text = fixture.source + f"\n\ndef only_here_{number}(value):\n    return [value, {number}]\n"
        (place / fixture.entry.name).write_text(text, encoding="utf-8")
        functions += [
            f"  Service{number}:",
            "    Type: AWS::Serverless::Function",
            f"    Properties: {{CodeUri: {place.name}, Handler: {fixture.handler}, Runtime: python3.13}}",
        ]
    (folder / "template.yaml").write_text("\n".join(functions) + "\n", encoding="utf-8")
