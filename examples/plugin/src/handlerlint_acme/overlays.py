"""What functions of `acme_tools` return, beyond their types in `stubs/`."""

from __future__ import annotations

from handlerlint.plugins.overlays import Call, Value, overlay


@overlay("acme_tools.http.respond", raises=False)
def respond(call: Call) -> Value:
    """The answer to a request: `body` stands in it as it was given."""
    return call.dict(
        {
            "statusCode": call.argument("status"),
            "headers": call.dict({"content-type": "application/json"}),
            "body": call.argument("body"),
        }
    )


@overlay("acme_tools.clock.now", raises=False)
def now(call: Call) -> Value | str | None:
    """A text with `as_text`, else a `datetime`; the stub answers where it is not known which."""
    match call.literal("as_text", default=False):
        case True:
            return call.instance("str")
        case False:
            return call.instance("datetime.datetime")
        case _:
            return None
