"""`python -m handlerlint`."""

from __future__ import annotations

import os
import sys

# `-m` puts the working folder first on the path, where a project's own `yaml.py` would be found in place of
# the library. No code of the project is run; only a checkout of handlerlint itself is started from there.
try:
    _FOLDER = os.getcwd()  # noqa: PTH109
except OSError:  # it has been removed
    _FOLDER = ""
if sys.path and sys.path[0] in ("", _FOLDER) and not __file__.startswith(os.path.join(_FOLDER, "")):  # noqa: PTH118
    del sys.path[0]

from handlerlint.cli import program

if __name__ == "__main__":
    program()
