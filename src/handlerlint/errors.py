"""The one exception that may be shown to the user as it is; every other one is a bug of ours."""

from __future__ import annotations


class UserError(Exception):
    """A wrong path, option or configuration: the message says what, where and what was expected.

    The command line prints the message as one line and exits with status 2.
    """
