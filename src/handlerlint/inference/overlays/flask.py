"""Flask 3.1: routes."""

from __future__ import annotations

from handlerlint.inference.core.registry import Call, overlay
from handlerlint.inference.domain.values import Value
from handlerlint.inference.interpreter import routes


@overlay(*(f"flask.sansio.scaffold.Scaffold.{method}" for method in ("route", *routes.HTTP_METHODS)))
def _route(call: Call) -> Value | None:
    return routes.decorator()
