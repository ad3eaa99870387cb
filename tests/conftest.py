"""Options of the whole test run."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))

# What the tests have handlerlint keep stays out of the user's own cache, and serves the next run of the tests.
os.environ["XDG_CACHE_HOME"] = str(Path(__file__).parents[1] / ".pytest_cache" / "kept")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--sweep",
        action="store_true",
        help="call every operation of every service of moto, take every attribute of the standard library (minutes)",
    )
    parser.addoption(
        "--programs", type=int, default=150, metavar="N", help="generate and run N programs (default: 150)"
    )
    parser.addoption(
        "--first-program",
        type=int,
        default=0,
        metavar="N",
        help="generated handlers: the number of the first one",
    )


@pytest.fixture(scope="session")
def without_peer() -> Callable[[str], NoReturn]:
    """Ends a test whose peer (SAM CLI, the emulator, the CDK) is not installed.

    The test is skipped, but fails under HANDLERLINT_PEERS=required, so that CI cannot lose it in silence.
    """
    return pytest.fail if os.environ.get("HANDLERLINT_PEERS") == "required" else pytest.skip


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Here, since a distributed run loads no deeper conftest in the process that prints."""
    from .generated.shares import write_shares  # type: ignore[import-not-found]
    from .returns.matrix import write_matrix  # type: ignore[import-not-found]

    write_matrix(terminalreporter)
    write_shares(terminalreporter)
