"""Functions of Zappa applications."""

from __future__ import annotations

import pytest

from handlerlint.functions.model import EventSource

from .conftest import Discover


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "zappa_settings.json",
            '{"dev": {"app_function": "app.app", "runtime": "python3.12", "timeout_seconds": 9}}',
        ),
        (
            "zappa_settings.toml",
            '[dev]\napp_function = "app.app"\nruntime = "python3.12"\ntimeout_seconds = 9\n',
        ),
        (
            "zappa_settings.yaml",
            "dev:\n  app_function: app.app\n  runtime: python3.12\n  timeout_seconds: 9\n",
        ),
    ],
)
def test_zappa(discovery: Discover, name: str, text: str) -> None:
    (function,) = discovery({name: text}).functions
    assert (function.name, function.handler, function.runtime) == (
        "dev",
        "handler.lambda_handler",
        "python3.12",
    )
    assert function.timeout == 9
    assert function.unresolved == "`handler.lambda_handler` is Zappa's own"
    assert function.events == (EventSource("api", {"proxy": True}),)


@pytest.mark.parametrize("switch", ["apigateway_enabled", "use_apigateway"])
def test_zappa_stages_extend_each_other(discovery: Discover, switch: str) -> None:
    text = f'{{"base": {{"runtime": "python3.11", "{switch}": false}}, "dev": {{"extends": "base"}}}}'
    found = discovery({"zappa_settings.json": text}).functions
    assert [(f.name, f.runtime, f.events) for f in found] == [
        ("base", "python3.11", ()),
        ("dev", "python3.11", ()),
    ]


@pytest.mark.parametrize(
    ("name", "text", "row"),
    [("zappa_settings.json", "{\n,}", 2), ("zappa_settings.toml", "[dev]\na = \n", 2)],
)
def test_zappa_that_is_broken(discovery: Discover, name: str, text: str, row: int) -> None:
    (problem,) = discovery({name: text}).problems
    assert problem.span is not None
    assert problem.span.row == row
