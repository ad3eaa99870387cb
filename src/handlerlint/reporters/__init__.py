"""How findings are shown: one file per output format, each with a `render(report)`. Called by `commands`."""

from __future__ import annotations

from handlerlint.reporters.report import Details, Report

FORMATS = ("full", "concise", "json", "sarif", "github", "gitlab", "junit", "html")
STATISTICS_FORMATS = ("full", "concise", "json")  # one table is that of both formats for people

__all__ = ["FORMATS", "STATISTICS_FORMATS", "Details", "Report", "render"]


def render(output_format: str, report: Report) -> str:
    """The report in one of `FORMATS`, with a line feed at its end unless it is empty."""
    from importlib import import_module

    text: str = import_module(f"handlerlint.reporters.{output_format}").render(report)
    return text
