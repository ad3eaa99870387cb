"""Flask 3.1: routes."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.registry import native
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.values import Value
from handlerlint.inference.interpreter import routes


@native(*(f"flask.sansio.scaffold.Scaffold.{method}" for method in ("route", *routes.HTTP_METHODS)))
def _route(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    return routes.decorator()
