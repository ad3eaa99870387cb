"""What SAM CLI's local API Gateway refuses is refused here, too; it is the laxer of the two.

Optional: `python tools/install_peers.py sam` installs it.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from handlerlint.runtime.contracts import Json

from .test_contracts import POLICY, REFUSED, SIMPLE, TAKEN, codes

PEER = Path(__file__).parents[2] / ".peers" / "sam" / "bin" / "python"

KINDS = ("api", "http-api", "http-api-v1")
# SAM CLI makes texts of bodies and headers that API Gateway refuses, takes the cookies of an HTTP API from a REST API,
# and does not look at files.
LAXER_ABOUT = ("HL402", "HL404", "HL405", 'HL406["cookies"]')
AUTHORIZERS: list[tuple[str, Json]] = [
    ("policy", None),
    ("policy", {"isAuthorized": True}),
    ("policy", {"policyDocument": {}}),
    ("policy", POLICY),
    ("simple", {"isAuthorized": True}),
    ("simple", {"isAuthorized": "true"}),
    ("simple", {}),
    ("simple", []),
]


@pytest.mark.skipif(not PEER.exists(), reason="SAM CLI is not installed: run tools/install_peers.py sam")
def test_verdicts() -> None:
    cases = [(name, response) for name, response, source in TAKEN if name in KINDS and not source]
    cases += [(name, response) for name, response, _, _ in REFUSED if name in KINDS]
    cases += AUTHORIZERS
    done = subprocess.run(
        [PEER, Path(__file__).with_name("sam_cli_verdicts.py")],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        check=True,
    )
    for (name, response), refusal in zip(cases, json.loads(done.stdout), strict=True):
        sample = "authorizer-http-api" if name in ("policy", "simple") else name
        found = codes(sample, response, SIMPLE if name == "simple" else {"simple_responses": False})
        if refusal is not None:
            assert found, (name, response, refusal)
        elif found:
            assert found[0].removeprefix("W ").startswith(LAXER_ABOUT), (name, response, found)
