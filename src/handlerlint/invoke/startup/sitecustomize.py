"""Run by every Python of a handler before anything else: notes whom it asks for over the network.

`network.py` puts a copy of it on the path of a process and reads the notes beside it. It must not import anything
of handlerlint: the interpreter there is the project's own. Nor much else, since every start would pay for it.
"""

import os
import sys

_FOLDER = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120
_NOTES = os.path.join(_FOLDER, "network")  # noqa: PTH118
_DATAGRAM = 2  # socket.SOCK_DGRAM: to connect one sends nothing
_noted: set[str] = set()


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect":
        socket, address = arguments
        if isinstance(address, tuple) and getattr(socket, "type", None) != _DATAGRAM:
            _note(address[0], address[1])
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        _note(arguments[0], "")


def _note(host: object, port: object) -> None:
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    line = f"{name}\t{port}\n"
    try:
        descriptor = os.open(_NOTES, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        try:
            if os.fstat(descriptor).st_size == 0:  # they have been read
                _noted.clear()
            if line not in _noted:
                _noted.add(line)
                os.write(descriptor, line.encode())
        finally:
            os.close(descriptor)
    except Exception:
        return  # what an audit hook raises would fail the call


def _run_the_one_that_is_hidden() -> None:
    """Another `sitecustomize` further down the path, such as a layer's or the interpreter's own."""
    path = [entry for entry in sys.path if os.path.abspath(entry) != _FOLDER]  # noqa: PTH100
    for finder in sys.meta_path:
        spec = finder.find_spec(__name__, path)
        if spec is not None and spec.loader is not None:
            spec.loader.exec_module(sys.modules[__name__])
            return


sys.addaudithook(_watch)
_run_the_one_that_is_hidden()
