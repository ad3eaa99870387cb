"""For who writes a plugin: a `Plugin` with rules of one's own. What overlays need is in `handlerlint.plugins.overlays`.

These names, and what docs/plugins.md says of them, are public: they change with a new major version only.
"""

from __future__ import annotations

from handlerlint.extensions import Plugin
from handlerlint.findings import Applicability, Edit, Finding, Fix, Related, Severity
from handlerlint.rules.base import Place, Rule, Subject
from handlerlint.text import Location, Span

__all__ = [
    "Applicability",
    "Edit",
    "Finding",
    "Fix",
    "Location",
    "Place",
    "Plugin",
    "Related",
    "Rule",
    "Severity",
    "Span",
    "Subject",
]
