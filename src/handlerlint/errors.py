"""The one exception that may be shown to the user as it is; every other one is a bug of ours."""

from __future__ import annotations

import os


class UserError(Exception):
    """A wrong path, option or configuration: the message says what, where and what was expected.

    The command line prints the message as one line and exits with status 2.
    """


class MissingExtra(UserError):
    """What was asked for needs an extra that is not installed: no function can be dealt with, not one alone."""

    def __init__(self, lack: str, extra: str) -> None:
        super().__init__(f"{lack}; install it: pip install 'handlerlint[{extra}]'")


def described(error: Exception) -> str:
    """A defect of ours as one line, with the place in our code, for the user to report."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    text = " ".join(f"{type(error).__name__}: {error}".split())
    if trace is None:
        return text
    return f"{text} (at {os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno})"  # noqa: PTH119
