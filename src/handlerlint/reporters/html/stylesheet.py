"""The style sheet, which stands in the page itself."""

from __future__ import annotations

from pathlib import Path


def stylesheet() -> str:
    """The text of `page.css`."""
    return Path(__file__).with_name("page.css").read_text("utf-8")
