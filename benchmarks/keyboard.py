"""How long a keystroke takes in a project of many functions, as the language server does it.

python benchmarks/keyboard.py [SERVICES]     milliseconds of wall clock and of processor, the median of some

The last line is what a client of the server sees: from the change that it sends to the findings that it gets. The pause
after the last key is in it, and the time that the messages take.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from lsprotocol import types
from monorepo import make_monorepo
from pygls.lsp.client import BaseLanguageClient

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


async def answered(root: Path, file: Path) -> float:
    """The median of the milliseconds from a change to the findings of that version."""
    client = BaseLanguageClient("benchmark", "1")
    come: asyncio.Queue[int | None] = asyncio.Queue()

    @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    def published(params: types.PublishDiagnosticsParams) -> None:
        if params.uri == file.as_uri():
            come.put_nowait(params.version)

    await client.start_io(sys.executable, "-m", "handlerlint", "server")
    capabilities = types.ClientCapabilities()
    await client.initialize_async(types.InitializeParams(capabilities, root_uri=root.as_uri()))
    client.initialized(types.InitializedParams())
    text = file.read_text()
    opened = types.TextDocumentItem(file.as_uri(), types.LanguageKind.Python, 0, text)
    client.text_document_did_open(types.DidOpenTextDocumentParams(opened))
    times = []
    while await come.get() != 0:
        pass
    for number in range(1, ROUNDS + 3):
        change = types.TextDocumentContentChangeWholeDocument(f"{text}\n# {number}\n")
        document = types.VersionedTextDocumentIdentifier(number, file.as_uri())
        start = time.perf_counter()
        client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))
        while await come.get() != number:
            pass
        times.append((time.perf_counter() - start) * 1000)
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()
    return median(times[2:])


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
        print("a key, for a client: ", f"{asyncio.run(answered(root, handler)):7.0f} ms")


if __name__ == "__main__":
    main()
