"""Handler strings, compared with what the real runtime client says to them."""

from __future__ import annotations

from pathlib import Path

import pytest
from awslambdaric.bootstrap import _get_handler
from awslambdaric.lambda_runtime_exception import FaultException

from handlerlint.runtime.handler_string import HandlerString, MalformedString, parse_handler


@pytest.mark.parametrize(
    ("text", "module", "attribute"),
    [
        ("app.handler", "app", "handler"),
        ("src/app.handler", "src.app", "handler"),
        ("src.app.handler", "src.app", "handler"),
        ("src/api/v1.get.handler", "src.api.v1.get", "handler"),
        ("01-load.handler", "01-load", "handler"),
        ("class.handler", "class", "handler"),
        ("app.Handler", "app", "Handler"),
    ],
)
def test_well_formed(text: str, module: str, attribute: str) -> None:
    parsed = parse_handler(text)
    assert isinstance(parsed, HandlerString)
    assert (parsed.module, parsed.attribute) == (module, attribute)


@pytest.mark.parametrize(
    "text",
    [
        *("", "handler", "lambda_function", "app/handler", ".handler", "./app.handler", "../app.handler"),
        *("/app.handler", "..app.handler", "calendar..handler", "calendar.", "calendar..x.handler"),
        *("src//app.handler", "json/.handler"),
    ],
)
def test_malformed(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "src").mkdir()
    monkeypatch.syspath_prepend(str(tmp_path))
    parsed = parse_handler(text)
    assert isinstance(parsed, MalformedString)
    # What follows says whether the part before is a package: no matter of the string alone.
    assert real_error(text).removesuffix("; 'calendar' is not a package") == parsed.error


def test_refused_by_the_service() -> None:
    for text in ("my app.handler", "app.handler ", "app.\thandler", "a" * 121 + ".handler"):
        parsed = parse_handler(text)
        assert isinstance(parsed, MalformedString)
        assert parsed.error.startswith("ValidationException")
    assert isinstance(parse_handler("a" * 120 + ".handler"), HandlerString)


def real_error(text: str) -> str:
    """What the runtime client reports when it loads this handler string."""
    with pytest.raises(Exception) as caught:  # the type is part of the result
        _get_handler(text)
    error = caught.value
    if isinstance(error, FaultException):
        return f"{error.exception_type}: {error.msg}"
    return f"{type(error).__name__}: {error}"
