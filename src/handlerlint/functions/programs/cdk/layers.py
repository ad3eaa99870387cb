"""The layers that a Python CDK application gives a function, as folders of the project; called by `python_apps`.

Facts: docs.aws.amazon.com/cdk/api/v2/python, modules aws_lambda (LayerVersion) and aws_lambda_python_alpha.
"""

from __future__ import annotations

from pathlib import Path

from handlerlint.functions.found import joined
from handlerlint.functions.layers import Layers, layer_folders
from handlerlint.functions.programs.cdk.constructs import Construct, code_of_asset
from handlerlint.functions.programs.cdk.results import Made, Value
from handlerlint.project.view import is_folder

_LAYER = "aws_lambda.LayerVersion"
_PYTHON_LAYER = ".PythonLayerVersion"
_SOMEWHERE = "layers of the application"


def layers_of(construct: Construct, folder: Path) -> Layers:
    """The layers of a function; `folder` is the application's, which paths are relative to."""
    listed = construct.arguments.get("layers")
    if listed is None:
        return Layers(unknown=(_SOMEWHERE,) if "**" in construct.arguments else ())
    if not isinstance(listed, list):
        return Layers(unknown=(_SOMEWHERE,))
    folders: list[Path] = []
    unknown: list[str] = []
    bare: list[Path] = []
    for item in listed:
        found = _folders(item, folder)
        folders.extend(found)
        if not found:
            unknown.append(_shown(item))
            made = _content(item, folder)
            bare.extend([] if made is None else [made])
    return Layers(tuple(dict.fromkeys(folders)), tuple(unknown), tuple(bare))


def _content(layer: Value, folder: Path) -> Path | None:
    """The folder that a layer holds as it is."""
    if not isinstance(layer, Made) or not layer.path.endswith(_LAYER):
        return None
    return code_of_asset(layer.arguments.get("code"), folder)


def _folders(layer: Value, folder: Path) -> list[Path]:
    """The folders that a layer adds to the import path; none where they are not known."""
    if not isinstance(layer, Made):
        return []
    if layer.path.endswith(_LAYER):
        made = _content(layer, folder)
        return [] if made is None else layer_folders(made)
    entry = layer.arguments.get("entry")
    if layer.path.endswith(_PYTHON_LAYER) and isinstance(entry, str) and "bundling" not in layer.arguments:
        # What lies in `entry` is copied to `python/` (aws-lambda-python-alpha/lib/layer.ts).
        root = joined(folder, entry)
        return [root] if is_folder(root) else []
    return []


def _shown(layer: Value) -> str:
    if isinstance(layer, Made):
        arn = layer.arguments.get("2", layer.arguments.get("layer_version_arn"))
        return arn if isinstance(arn, str) else layer.path.rpartition(".")[2]
    return _SOMEWHERE
