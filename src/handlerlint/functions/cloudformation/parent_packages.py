"""The packages that `sam build` puts a function's code into (`ParentPackageMode`); called by `sam_functions`.

Facts: docs.aws.amazon.com/serverless-application-model, "Building Python", samcli/lib/build/app_builder.py
(`_infer_parent_python_packages`) and aws_lambda_builders/workflows/python_pip/actions.py.
"""

from __future__ import annotations

from pathlib import Path

from handlerlint.functions.documents.nodes import MapNode, Scalar

PARENT_PACKAGES = "ParentPackageMode"


def root_with_parents(root: Path, metadata: MapNode, handler: str) -> Path | None:
    """The folder that looks like `/var/task` once the packages are there.

    With `CodeUri: src/shop/orders` and the packages `shop.orders` that is `src`. None where the template asks for
    no packages; the code root itself where they lie otherwise on the disk, or where they are not known.
    """
    mode = metadata.mapping("BuildProperties").get(PARENT_PACKAGES)
    if not isinstance(mode, Scalar) or mode.text not in ("auto", "explicit"):
        return None
    packages = _explicit(metadata) if mode.text == "explicit" else _inferred(root, handler)
    if not packages or list(root.parts[-len(packages) :]) != packages:
        return root
    return root.parents[len(packages) - 1]


def _explicit(metadata: MapNode) -> list[str]:
    names = metadata.mapping("BuildProperties").get("ParentPackages")
    return names.text.split(".") if isinstance(names, Scalar) else []


def _inferred(root: Path, handler: str) -> list[str]:
    """The longest start of the handler's packages that is the end of the code's path."""
    packages = handler.split(".")[:-2]
    for count in range(len(packages), 0, -1):
        if list(root.parts[-count:]) == packages[:count]:
            return packages[:count]
    return []
