"""A page for people that stands for itself: one file without scripts, which loads nothing."""

from __future__ import annotations

from handlerlint.reporters.html.page import render

__all__ = ["render"]
