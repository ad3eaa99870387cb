"""Ten thousand events through one warm handler: every answer is its own event's, and memory stays flat."""

from __future__ import annotations

import re
from pathlib import Path

from handlerlint.invoke import Environment, Event, Session

from .conftest import FIXTURES

EVENTS = 10_000
SETTLED = 1_000  # after so many, allocators have what they need
MEGABYTE = 1024


def resident_kilobytes() -> int:
    found = re.search(r"VmRSS:\s+(\d+)", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1])


def test_ten_thousand_events(session: Session) -> None:
    seen = set()
    ours = theirs = 0.0
    with Environment.of("app.echo", FIXTURES / "plain", session=session, runtime="python3.11") as environment:
        for number in range(EVENTS):
            outcome = environment.invoke(Event(str(number), b'{"number": %d}' % number))
            assert outcome.response is not None
            assert outcome.response.body == b'{"number": %d}' % number
            seen.add(outcome.request_id)
            if number == SETTLED:
                ours, theirs = resident_kilobytes(), outcome.max_memory_mb or 0
    assert len(seen) == EVENTS
    assert resident_kilobytes() - ours < 4 * MEGABYTE  # the ids themselves are about one
    # In the child, glibc's setenv keeps each trace id that the runtime client puts there.
    assert (outcome.max_memory_mb or 0) - theirs < 4
