"""A plugin for handlerlint: what `acme_tools` means, and what Acme asks of its functions."""

from pathlib import Path

from handlerlint.plugins import Plugin

from handlerlint_acme.rules import ServiceNameMissing

plugin = Plugin(
    rules=(ServiceNameMissing,),
    overlays={"acme_tools": "handlerlint_acme.overlays"},
    stubs=Path(__file__).with_name("stubs"),
)
