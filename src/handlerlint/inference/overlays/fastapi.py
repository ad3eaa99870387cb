"""FastAPI 0.118: routes."""

from __future__ import annotations

from handlerlint.inference.core.registry import Call, overlay
from handlerlint.inference.domain.values import Value
from handlerlint.inference.interpreter import routes

_ROUTERS = ("applications.FastAPI", "routing.APIRouter")


@overlay(*(f"fastapi.{name}.{method}" for name in _ROUTERS for method in ("api_route", *routes.HTTP_METHODS)))
def _route(call: Call) -> Value | None:
    return routes.decorator()
