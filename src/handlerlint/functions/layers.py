"""Which folders the layers of a function add to its import path. Used by every source of functions."""

from __future__ import annotations

from pathlib import Path

from handlerlint.project.view import is_folder, matching
from handlerlint.records import dataclass


@dataclass(frozen=True, slots=True)
class Layers:
    """`import_path` are the folders of layers in this project, `unknown` names the other layers.

    `bare` are the folders of those among the unknown whose content is in this project, and has no `python/`.
    """

    import_path: tuple[Path, ...] = ()
    unknown: tuple[str, ...] = ()
    bare: tuple[Path, ...] = ()


def layer_folders(root: Path) -> list[Path]:
    """The folders of a layer's content that the Python runtimes look into; none where a script is still to make them.

    docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html: `python` and, in it,
    `lib/python3.x/site-packages`.
    """
    python = root / "python"
    folders = [python, *matching(python, "lib/python3.*/site-packages")]
    return [folder for folder in folders if is_folder(folder)]
