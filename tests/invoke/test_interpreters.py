"""Other Pythons than our own, and our runtime client where awslambdaric's native part is missing."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from handlerlint.cli import main
from handlerlint.errors import UserError
from handlerlint.invoke import Environment, Event, Invocation, Session
from handlerlint.invoke import environment as environment_module
from handlerlint.invoke import interpreter as interpreter_module
from handlerlint.invoke.interpreter import Interpreter, choose_python, interpreter
from handlerlint.records import replace

from .conftest import FIXTURES
from .projects import Project
from .test_differential import answer

HANDLERS = [
    "returns.echo",
    "returns.text",
    "returns.whole_bytes",
    "returns.money",
    "returns.moment",
    "returns.too_large",
    "errors.division",
    "errors.several_lines",
    "errors.long_text",
    "errors.left_with_status",
    "signatures.one",
    "load_syntax.handler",
    "load_raises.handler",
    "absent.handler",
]


def other_pythons() -> list[Path]:
    """Supported interpreters on this machine that are not our own."""
    own = f"python3.{sys.version_info.minor}"
    names = [name for name in (f"python3.{minor}" for minor in range(10, 15)) if name != own]
    pyenv = Path.home() / ".pyenv" / "versions"
    found = [
        next(iter(sorted(pyenv.glob(f"{name.removeprefix('python')}.*/bin/python"))), None)
        or shutil.which(name)
        for name in names
    ]
    return [Path(path) for path in found if path is not None and _runs(path)]


def _runs(path: str | Path) -> bool:
    """Whether it is an interpreter: those that pyenv puts into the path may be none of the version in their name."""
    return subprocess.run([path, "-c", ""], capture_output=True, check=False).returncode == 0


def without_native_client(monkeypatch: pytest.MonkeyPatch) -> None:
    def lacking(executable: Path) -> Interpreter:
        return replace(interpreter(executable), has_native_client=False)

    monkeypatch.setattr(environment_module, "interpreter", lacking)


def forget_what_is_installed() -> None:
    interpreter.cache_clear()
    interpreter_module._own_package.cache_clear()


def outcome(session: Session, handler: str) -> Invocation:
    with Environment.of(handler, FIXTURES / "differential", session=session) as environment:
        return environment.invoke(Event("event", b'{"name": "caf\xc3\xa9"}'))


@pytest.mark.parametrize("handler", HANDLERS)
def test_our_runtime_client_does_what_the_native_one_does(
    session: Session, handler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    native = outcome(session, handler)
    without_native_client(monkeypatch)
    ours = outcome(session, handler)
    assert ours.status == native.status
    assert answer(ours) == answer(native)


def test_context_through_our_runtime_client(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    without_native_client(monkeypatch)
    event = Event("context", b"{}", None, '{"custom": {"a": "b"}}', '{"cognitoIdentityId": "i"}')
    with Environment.of("app.context", FIXTURES / "plain", session=session) as environment:
        response = environment.invoke(event).response
    assert response is not None
    assert isinstance(response.value, dict)
    assert (response.value["custom"], response.value["identity"]) == ({"a": "b"}, "i")


def test_our_runtime_client_needs_its_secret(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also a process that may connect, such as a child of the handler, is refused without it."""
    without_native_client(monkeypatch)
    monkeypatch.setattr("handlerlint.invoke.runtime_api.may_connect", lambda peer, pid: True)
    with Environment.of("app.variables", FIXTURES / "plain", session=session) as environment:
        response = environment.invoke({}).response
        assert response is not None
        assert isinstance(response.value, dict)
        assert "HANDLERLINT_RUNTIME_TOKEN" not in response.value
        host, _, port = str(response.value["AWS_LAMBDA_RUNTIME_API"]).partition(":")
        with socket.create_connection((host, int(port)), timeout=5) as stranger:
            stranger.sendall(b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n\r\n")
            assert stranger.recv(100).startswith(b"HTTP/1.1 403")
        assert environment.invoke({}).succeeded


@pytest.mark.skipif(not other_pythons(), reason="there is no other Python here")
def test_other_interpreters(session: Session) -> None:
    """They have no awslambdaric: ours is lent to them."""
    for python in other_pythons():
        folder = FIXTURES / "differential"
        with Environment.of("returns.echo", folder, session=session, python=python) as environment:
            assert environment.interpreter.version != sys.version_info[:2]
            outcome = environment.invoke({"a": 1})
            assert outcome.response is not None, outcome.logs.text
            assert outcome.response.value == {"a": 1}


def test_nearest_virtual_environment_is_chosen(tmp_path: Path) -> None:
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    source = tmp_path / "src"
    source.mkdir()
    assert choose_python(None, [source, tmp_path]) == python
    assert choose_python(None, [source]) == Path(sys.executable)
    assert choose_python(tmp_path / ".venv", [source]) == python
    assert choose_python(python, [source]) == python


@pytest.mark.parametrize("content", ["#!/bin/sh\nexit 3\n", "#!/bin/sh\necho no\n", ""])
def test_interpreter_that_is_none(tmp_path: Path, content: str) -> None:
    python = tmp_path / "python"
    python.write_text(content)
    python.chmod(0o755)
    with pytest.raises(UserError, match="is not a Python that can be run"):
        interpreter(python)


def test_packages_of_the_virtual_environment_are_used(session: Session, tmp_path: Path) -> None:
    """A real one, made by `venv`: it sees what is installed in it, and nothing of ours but the client."""
    import venv

    venv.create(tmp_path / ".venv", symlinks=True)
    packages = next((tmp_path / ".venv").glob("lib/python*/site-packages"))
    (packages / "only_here.py").write_text("VALUE = 7\n")
    (tmp_path / "app.py").write_text(
        "import importlib.util, only_here\n"
        "def handler(event, context):\n"
        "    return [only_here.VALUE, importlib.util.find_spec('pytest') is None]\n"
    )
    with Environment.of("app.handler", tmp_path, session=session) as environment:
        response = environment.invoke({}).response
    assert response is not None
    assert json.loads(response.body) == [7, True]


@pytest.mark.parametrize("command", [["invoke"], ["check", "--invoke", "--no-cache"]])
def test_without_the_runtime_client_nothing_is_said_to_be_right(
    command: list[str],
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The import system says of a module that is None what it says of one that is not installed."""
    project.write("app.py", "def handler(event, context):\n    return event\n")
    monkeypatch.setitem(sys.modules, "awslambdaric", None)
    forget_what_is_installed()
    try:
        assert main([*command, "--handler", "app.handler"]) == 2
    finally:
        forget_what_is_installed()
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == (
        "handlerlint: error: awslambdaric, which runs the handlers, is not installed; "
        "install it: pip install 'handlerlint[invoke]'\n"
    )


def test_packages_of_the_user_are_found(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`pip install --user` puts them below the home folder, which is another one for a handler."""
    base = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
    monkeypatch.setenv("HOME", str(tmp_path))
    packages = subprocess.run(
        [base, "-m", "site", "--user-site"], capture_output=True, text=True, check=False
    ).stdout.strip()
    Path(packages).mkdir(parents=True)
    (Path(packages) / "of_the_user.py").touch()
    (tmp_path / "app.py").write_text("import of_the_user\ndef handler(event, context): return 1\n")
    with Environment.of("app.handler", tmp_path, session=session, python=base) as environment:
        assert environment.invoke({}).succeeded


def test_sitecustomize_of_a_layer_is_run(session: Session, tmp_path: Path) -> None:
    """Ours comes first, and hands on."""
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.of_a_layer = True\n")
    (tmp_path / "app.py").write_text(
        "import sitecustomize, sys\ndef handler(event, context): return sys.of_a_layer\n"
    )
    variables = {"PYTHONPATH": str(tmp_path)}
    with Environment.of("app.handler", tmp_path, session=session, variables=variables) as environment:
        assert environment.invoke({}).succeeded
