"""FastAPI 0.118: routes."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.registry import native
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.values import Value
from handlerlint.inference.interpreter import routes

_ROUTERS = ("applications.FastAPI", "routing.APIRouter")


@native(*(f"fastapi.{name}.{method}" for name in _ROUTERS for method in ("api_route", *routes.HTTP_METHODS)))
def _route(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    return routes.decorator()
