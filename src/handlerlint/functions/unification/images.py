"""Functions whose code is in an image that one Dockerfile of the project can only make; called by `discovery`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from handlerlint.functions.code import IN_IMAGE
from handlerlint.functions.model import IMAGE_BUILD, LambdaFunction
from handlerlint.functions.python_modules import holds_module
from handlerlint.records import replace


def with_images(functions: Sequence[LambdaFunction]) -> list[LambdaFunction]:
    """The functions; those in an image that is only named have the code of the Dockerfile that fits, if one does.

    Without a command of its own, a function has that of the only Dockerfile there is; a command fits where the
    Dockerfile copies the module that it names. Then nobody runs the command of that Dockerfile.
    """
    files = [one for one in functions if one.source.kind == "container" and one.code_root is not None]
    found = [_in_image(function, files) for function in functions]
    handlers: dict[Path | None, set[str | None]] = {}
    for one in found:
        if one.is_image and one.source.kind != "container":
            handlers.setdefault(one.code_root, set()).add(one.handler)
    return [
        one
        for one in found
        if one.source.kind != "container"
        or one.code_root not in handlers
        or one.handler in handlers[one.code_root]
    ]


def _in_image(function: LambdaFunction, files: Sequence[LambdaFunction]) -> LambdaFunction:
    """The function with the code of the one file that fits, or as it is."""
    handler = function.handler
    if function.unresolved != IN_IMAGE or not files or (handler is None and len(files) > 1):
        return function
    fitting = [
        one for one in files if handler is None or (one.code_root and holds_module(one.code_root, handler))
    ]
    if len(fitting) != 1:
        return function
    (image,) = fitting
    return replace(
        function,
        handler=handler or image.handler,
        code_root=image.code_root,
        runtime=image.runtime,
        runtime_given=image.runtime_given,
        unresolved=None,
        build=IMAGE_BUILD,
        unknown_content=IN_IMAGE,
        is_inferred=True,
    )
