"""`python -m handlerlint`."""

from __future__ import annotations

import sys

from handlerlint.cli import main

if __name__ == "__main__":
    sys.exit(main())
