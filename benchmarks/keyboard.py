"""How long a keystroke takes in a project of many functions, as the language server does it.

python benchmarks/keyboard.py [SERVICES]     milliseconds of wall clock and of processor, the median of some
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from monorepo import make_monorepo

from handlerlint.configuration import load_settings
from handlerlint.workspace import Workspace

ROUNDS = 7


def measured(task: Callable[[int], object], rounds: int = ROUNDS) -> str:
    """The median of some rounds, on the clock and on the processor."""
    walls, processors = [], []
    for number in range(rounds):
        wall, processor = time.perf_counter(), time.process_time()
        task(number)
        walls.append((time.perf_counter() - wall) * 1000)
        processors.append((time.process_time() - processor) * 1000)
    return f"{median(walls):7.0f} ms, {median(processors):7.0f} ms of processor"


def main() -> None:
    """Measure each kind of change."""
    services = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        make_monorepo(root, services)
        workspace = Workspace(load_settings([root], working_folder=root))
        handler, template = (sorted(root.rglob(name))[0] for name in ("app.py", "template.yaml"))
        texts = {path: path.read_text() for path in (handler, template)}

        def changed(path: Path) -> Callable[[int], object]:
            return lambda number: workspace.lint({path: f"{texts[path]}\n# {number}\n"})

        print(f"{services} functions")
        print("first:               ", measured(lambda number: workspace.lint(), 1))
        print("nothing has changed: ", measured(lambda number: workspace.lint()))
        print("a key in a handler:  ", measured(changed(handler)))
        print("a key in a template: ", measured(changed(template)))


if __name__ == "__main__":
    main()
