"""Where handler strings lead, each compared with what the real runtime client does in the same folder."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from handlerlint.functions.model import ConfigurationSource, InlineCode, LambdaFunction
from handlerlint.records import replace
from handlerlint.source.files import ReadProblem, SourceFiles
from handlerlint.source.resolution import (
    BuiltinConflict,
    MalformedHandler,
    ModuleMissing,
    NamespaceResolved,
    Resolution,
    ResolvedModule,
    SyntaxBroken,
    Unresolved,
    resolve,
)
from handlerlint.text import Span

from .loading import RuntimeClient, running_client

HANDLER = "def handler(event, context):\n    return __name__\n"


@pytest.fixture(scope="module")
def client() -> Iterator[RuntimeClient]:
    with running_client() as running:
        yield running


def write(root: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def function(root: Path | None, handler: str | None = "app.handler", **changes: object) -> LambdaFunction:
    source = ConfigurationSource("sam", Path("template.yaml"), Span(3, 5, 3, 9))
    return LambdaFunction("F", handler, root, source, **changes)  # type: ignore[arg-type]


# Files, handler string, the module's file.
FOUND = (
    ({"app.py": HANDLER}, "app.handler", "app.py"),
    ({"app.py": HANDLER, "app/x.py": ""}, "app.handler", "app.py"),
    ({"app.py": "", "app/__init__.py": HANDLER}, "app.handler", "app/__init__.py"),
    ({"src/app.py": HANDLER}, "src/app.handler", "src/app.py"),
    ({"src/app.py": HANDLER}, "src.app.handler", "src/app.py"),
    ({"src/__init__.py": "", "src/app.py": HANDLER}, "src/app.handler", "src/app.py"),
    ({"a/b/c/app.py": HANDLER}, "a/b.c/app.handler", "a/b/c/app.py"),
    ({"01-load.py": HANDLER}, "01-load.handler", "01-load.py"),
    ({"my-app/get users.py": "", "my-app/01.py": HANDLER}, "my-app/01.handler", "my-app/01.py"),
    ({"class.py": HANDLER}, "class.handler", "class.py"),
    ({"import/lambda.py": HANDLER}, "import/lambda.handler", "import/lambda.py"),
    ({"code.py": HANDLER}, "code.handler", "code.py"),
    ({"test.py": HANDLER}, "test.handler", "test.py"),
    ({"été.py": HANDLER}, "été.handler", "été.py"),
    ({"app.py": "﻿" + HANDLER}, "app.handler", "app.py"),
    ({"app.py": HANDLER.replace("\n", "\r\n")}, "app.handler", "app.py"),
    ({"app.py": "x = 1\n\f\n" + HANDLER}, "app.handler", "app.py"),
    ({"time_.py": HANDLER}, "time_.handler", "time_.py"),
    ({"src/time.py": HANDLER}, "src/time.handler", "src/time.py"),
    ({"src/time.py": HANDLER}, "src.time.handler", "src/time.py"),
)

# Files, handler string, the closest module.
MISSING = (
    ({"app.py": HANDLER}, "apps.handler", "app"),
    ({"app.py": HANDLER}, "src.app.handler", "app"),
    ({"app.py": HANDLER}, "src/app.handler", "app"),
    ({"src/app.py": HANDLER}, "app.handler", "src.app"),
    ({"src/orders/handler.py": HANDLER}, "orders.handler.handler", "src.orders.handler"),
    ({"app.py": HANDLER}, "app.handler.handler", "app"),
    ({"app/__init__.py": HANDLER}, "app.main.handler", "app"),
    ({"app.py": HANDLER}, "APP.x.handler", "app"),
    ({"app/__init__.py": "", "app/main.py": HANDLER}, "app.mian.handler", "app.main"),
    ({"app.txt": "x"}, "app.handler", None),
    ({"app.py/x": ""}, "app.handler", None),
    ({"load.py": HANDLER}, "01-load.handler", "load"),
    ({"src/x/app.py": "", "src/y/app.py": ""}, "app.handler", None),
    ({"src/x/app.py": HANDLER, "src/y/app.py": ""}, "app.handler", "src.x.app"),
    ({"zzz.py": HANDLER}, "app.handler", "zzz"),
    ({"zzz.py": HANDLER, "yyy.py": HANDLER}, "app.handler", None),
    ({"apps.py": "# handler", "zzz.py": HANDLER}, "app.handler", "zzz"),
    ({"a/b/c/d/app.py": HANDLER, "a/b/app.py": ""}, "b/c/d/app.handler", "a.b.c.d.app"),
)

BROKEN = (
    "def handler(event, context)\n    return 1\n",
    "print 'x'\n",
    "return 1\n",
    "def handler(event, context):\n\treturn 1\n        return 2\n",
    "# coding: no-such-codec\n" + HANDLER,
    "x = '''\n",
)


@pytest.mark.parametrize(("files", "handler", "module"), FOUND)
def test_found(
    tmp_path: Path, client: RuntimeClient, files: dict[str, str], handler: str, module: str
) -> None:
    write(tmp_path, files)
    found = resolve(function(tmp_path, handler), SourceFiles())
    assert isinstance(found, ResolvedModule)
    assert found.module.file is not None
    assert found.module.file.path == tmp_path / module
    assert found.attribute == "handler"
    answer = client.load(tmp_path, handler)
    assert (answer.error, answer.module_file) == (None, str(tmp_path / module))


@pytest.mark.parametrize(("files", "handler", "closest"), MISSING)
def test_missing(
    tmp_path: Path, client: RuntimeClient, files: dict[str, str], handler: str, closest: str | None
) -> None:
    write(tmp_path, files)
    missing = resolve(function(tmp_path, handler), SourceFiles())
    assert isinstance(missing, ModuleMissing)
    assert (missing.closest, missing.case_variant) == (closest, None)
    answer = client.load(tmp_path, handler)
    module = handler.rpartition(".")[0]
    assert answer.error == "Runtime.ImportModuleError"
    assert answer.message == f"Unable to import module '{module}': {missing.import_error}"


@pytest.mark.parametrize(
    ("files", "handler", "variant"),
    [
        ({"App.py": HANDLER}, "app.handler", "App"),
        ({"app.py": HANDLER}, "App.handler", "app"),
        ({"Src/app.py": HANDLER}, "src/app.handler", "Src.app"),
        ({"src/api/App/__init__.py": HANDLER}, "src.Api.app.handler", "src.api.App"),
    ],
)
def test_case_mismatch(
    tmp_path: Path, client: RuntimeClient, files: dict[str, str], handler: str, variant: str
) -> None:
    write(tmp_path, files)
    missing = resolve(function(tmp_path, handler), SourceFiles())
    assert isinstance(missing, ModuleMissing)
    assert missing.case_variant == variant
    assert client.load(tmp_path, handler).error == "Runtime.ImportModuleError"


@pytest.mark.parametrize("text", BROKEN)
def test_syntax_broken(tmp_path: Path, client: RuntimeClient, text: str) -> None:
    write(tmp_path, {"app.py": text})
    broken = resolve(function(tmp_path), SourceFiles())
    assert isinstance(broken, SyntaxBroken)
    assert client.load(tmp_path, "app.handler").error == "Runtime.UserCodeSyntaxError"


def test_syntax_broken_bytes(tmp_path: Path, client: RuntimeClient) -> None:
    for data in (b"x = '\xe9'\n", b"# -*- coding: ascii -*-\nx = '\xc3\xa9'\n"):
        (tmp_path / "app.py").write_bytes(data)
        assert isinstance(resolve(function(tmp_path), SourceFiles()), SyntaxBroken)
        assert client.load(tmp_path, "app.handler").error == "Runtime.UserCodeSyntaxError"
    (tmp_path / "app.py").write_bytes(b"x = 1\0\n")
    assert isinstance(resolve(function(tmp_path), SourceFiles()), SyntaxBroken)
    assert client.load(tmp_path, "app.handler").error in ("ValueError", "Runtime.UserCodeSyntaxError")


@pytest.mark.parametrize("handler", ["time.handler", "sys.handler", "_io.handler", "itertools.x.handler"])
def test_builtin_conflict(tmp_path: Path, client: RuntimeClient, handler: str) -> None:
    write(tmp_path, {"time.py": HANDLER, "sys.py": HANDLER})
    conflict = resolve(function(tmp_path, handler), SourceFiles())
    assert isinstance(conflict, BuiltinConflict)
    assert client.load(tmp_path, handler).error == "Runtime.BuiltInModuleConflict"


@pytest.mark.parametrize("handler", ["handler", "app/handler", ".handler", "./app.handler", "app."])
def test_malformed(tmp_path: Path, client: RuntimeClient, handler: str) -> None:
    write(tmp_path, {"app.py": HANDLER})
    assert isinstance(resolve(function(tmp_path, handler), SourceFiles()), MalformedHandler)
    assert client.load(tmp_path, handler).error is not None


def test_a_folder_alone_has_no_function(tmp_path: Path, client: RuntimeClient) -> None:
    write(tmp_path, {"api/handler.py": HANDLER})
    found = resolve(function(tmp_path, "api.handler"), SourceFiles())
    assert isinstance(found, NamespaceResolved)
    assert client.load(tmp_path, "api.handler").error == "Runtime.HandlerNotFound"


# What is not certain stays unresolved: files, and what the function is configured with.
UNRESOLVED: tuple[tuple[dict[str, str], dict[str, object]], ...] = (
    ({}, {"build": "makefile"}),
    ({}, {"unknown_layers": ("arn:aws:lambda:eu-west-1:1:layer:x:1",)}),
    ({}, {"handler": "calendar.timegm"}),
    ({}, {"handler": "os.path.join"}),
    ({}, {"handler": "boto3.client"}),
    ({}, {"handler": "awslambdaric.bootstrap.run"}),
    ({"more.pth": "lib\n"}, {}),
    ({"app.cpython-313-x86_64-linux-gnu.so": "", "app.py": "x"}, {}),
    ({"app.pyc": ""}, {}),
    ({"app.pyx": ""}, {}),
    ({"app/__init__.so": ""}, {"handler": "app.main.handler"}),
    ({"app/__init__.py": "__path__ = []\n"}, {"handler": "app.main.handler"}),
    ({"api/handler.py": HANDLER}, {"handler": "api.handler", "build": "makefile"}),
    ({"app.py": HANDLER}, {"unresolved": "`AWS_LAMBDA_EXEC_WRAPPER` starts the handler", "handler": "x"}),
    ({"app.py": "class A(metaclass=B, *c): pass\n"}, {}),
)


@pytest.mark.parametrize(("files", "changes"), UNRESOLVED)
def test_unresolved(tmp_path: Path, files: dict[str, str], changes: dict[str, object]) -> None:
    write(tmp_path, files)
    changes = (
        {"environment": {"AWS_LAMBDA_EXEC_WRAPPER": "/x"}} | changes if "unresolved" in changes else changes
    )
    found = resolve(function(tmp_path, **changes), SourceFiles())
    assert isinstance(found, Unresolved)
    assert found.reason


@pytest.mark.parametrize(
    "name", ["app.py", "{{cookiecutter.name}}/app.py", "{{ cookiecutter.name }}/src/app.py"]
)
def test_what_python_is_made_from_is_no_error(tmp_path: Path, name: str) -> None:
    mark = "{%- if cookiecutter.tracing %}\nimport x\n{% endif %}\n" if name == "app.py" else "{{ x }}}\n"
    write(tmp_path, {name: mark + HANDLER})
    root = (tmp_path / name).parent
    assert isinstance(resolve(function(root), SourceFiles()), Unresolved)
    assert isinstance(resolve(by_convention(tmp_path / name), SourceFiles()), Unresolved)
    write(tmp_path, {name: HANDLER})
    assert isinstance(resolve(function(root), SourceFiles()), ResolvedModule)


def test_unknown_code_root(tmp_path: Path) -> None:
    for root in (None, tmp_path / "build", tmp_path / "a-file"):
        (tmp_path / "a-file").touch()
        assert isinstance(resolve(function(root), SourceFiles()), Unresolved)
    assert isinstance(resolve(function(None, None, unresolved="an image"), SourceFiles()), Unresolved)
    in_bucket = function(None, "handler", unresolved="the code is in an S3 bucket")
    assert isinstance(resolve(in_bucket, SourceFiles()), MalformedHandler)
    in_bucket = function(None, "app.handler", unresolved="the code is in an S3 bucket")
    assert resolve(in_bucket, SourceFiles()) == Unresolved("the code is in an S3 bucket")


@pytest.mark.parametrize("name", ["python3.12/app.py", "a b.py", "1 List buckets.py", "time.py"])
def test_by_convention_the_file_is_known_and_the_handler_string_a_guess(tmp_path: Path, name: str) -> None:
    write(tmp_path, {name: HANDLER})
    found = resolve(by_convention(tmp_path / name), SourceFiles())
    assert module_path(found) == tmp_path / name
    assert isinstance(found, ResolvedModule)
    assert found.attribute == "handler"


def test_by_convention_a_file_that_is_gone_is_no_error(tmp_path: Path) -> None:
    assert isinstance(resolve(by_convention(tmp_path / "app.py"), SourceFiles()), Unresolved)


def by_convention(path: Path, runtime: str | None = None) -> LambdaFunction:
    source = ConfigurationSource("convention", path)
    found = LambdaFunction("F", f"{path.stem}.handler", path.parent, source, runtime_given=False)
    return found if runtime is None else replace(found, runtime=runtime, runtime_given=True)


def test_python_2_is_left_alone(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": "print 'x'\n"})
    assert isinstance(resolve(function(tmp_path, runtime="python2.7"), SourceFiles()), Unresolved)
    assert isinstance(resolve(function(tmp_path, runtime="python3.6"), SourceFiles()), SyntaxBroken)
    assert isinstance(resolve(by_convention(tmp_path / "app.py", "python2.7"), SourceFiles()), Unresolved)


# Refused by every Python that there is.
FOR_NO_PYTHON = (
    "return 1\n",
    "def handler(event, context)\n    return 1\n",
    "x = (\n# print 'x'\n",
    '"""\nprint x\n"""\ndef handler(: pass\n',
    "x = 'a <> b `c` 0777'\ny = = 1\n",
    "print = 1\nprint if x else y z\n",
    "x = f'{y}'\nprint 'x'\n",
    "def f(a: int) -> str:\n    print a\n",
    "async def f():\n    print 'x'\n",
    "if (n := 10) > 5: print n\n",
    "raise E from error, x\n",
    "def f(a=(1, 2), b=g(c)) pass\n",
    "x = 10l0\n",
    "try:\n    pass\nexcept (A, B)\n    pass\n",
    "async def f(): return (\n",
    "if x:\n\ta = 1\n    b = 2\n",
    "def f(a: int):\n        x = a\n\treturn x\n",
    "if x:\n        a = 1\n\tb = (\n",
)
# Taken by Python 2 only, or by what came before Python 3.7.
FOR_AN_OLDER_PYTHON = (
    "print 'x'\n",
    "print x, y\n",
    'print"x"\n',
    "print >>sys.stderr, 'x'\nprint -1 ; print `a`\nprint 'b'\n",
    "if x: print y\n",
    'print """a\nb""" % x\n',
    "exec code in names\n",
    "try:\n    pass\nexcept ValueError, error:\n    raise error, None\n",
    "try:\n    pass\nexcept (A, B), e:\n    print 'x'\n",
    "raise ValueError, 'x'\n",
    "x = `y`\n",
    "if a <> b: pass\n",
    "x = ur'a'\n",
    "os.chmod(path, 0777)\n",
    "x = 10L\n",
    "x = 0xFFL\n",
    "def f(a, (b, c)):\n    pass\n",
    "if x:\n        a = 1\n\tb = 2\n",
    "asyncio.async(f())\n",
    "f(async=True)\n",
)
# Taken by a newer runtime than the default one.
FOR_A_NEWER_PYTHON = ("try:\n    pass\nexcept A, B:\n    pass\n",)


@pytest.mark.parametrize("text", FOR_NO_PYTHON)
def test_what_no_python_takes_is_an_error_without_a_runtime_too(tmp_path: Path, text: str) -> None:
    write(tmp_path, {"app.py": text})
    assert isinstance(resolve(by_convention(tmp_path / "app.py"), SourceFiles()), SyntaxBroken)


@pytest.mark.parametrize("text", FOR_AN_OLDER_PYTHON)
def test_what_an_older_python_takes_is_no_error_without_a_runtime(tmp_path: Path, text: str) -> None:
    write(tmp_path, {"app.py": text})
    guessed = by_convention(tmp_path / "app.py")
    assert isinstance(resolve(guessed, SourceFiles()), Unresolved)
    # Who configures a runtime, or asks for this handler, means what today's runtimes take.
    configured = by_convention(tmp_path / "app.py", "python3.12")
    assert isinstance(resolve(configured, SourceFiles()), SyntaxBroken)
    asked = replace(guessed, source=ConfigurationSource("argument", None))
    assert isinstance(resolve(asked, SourceFiles()), SyntaxBroken)


# Taken by today's Python as well, for something else.
FOR_PYTHON_2 = (
    "try:\n    pass\nexcept ValueError, e:\n    raise e\n",
    "try:\n    pass\nexcept (ValueError, TypeError), error:\n    pass\n",
    "import urllib2\nx = urllib2.quote\n",
    "import os\nfrom StringIO import StringIO\n",
)
FOR_ANY_PYTHON = (
    "from errors import failed\ntry:\n    pass\nexcept ValueError, failed:\n    pass\n",
    "errors = ValueError,\ntry:\n    pass\nexcept KeyError, errors:\n    pass\n",
    "try:\n    import urllib2\nexcept ImportError:\n    pass\n",
    "# except ValueError, e:\nx = 'import urllib2'\n",
    "from urllib2_of_ours import x\n",
)


def test_what_terraform_fills_in_is_unresolved_without_a_runtime(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": "TIMEOUT = ${timeout}\n", "b.py": "x = '${y}' +\n", "c.py": "x = ${y\n"})
    assert isinstance(resolve(by_convention(tmp_path / "app.py"), SourceFiles()), Unresolved)
    configured = by_convention(tmp_path / "app.py", "python3.13")
    assert isinstance(resolve(configured, SourceFiles()), SyntaxBroken)
    for name in ("b.py", "c.py"):
        assert isinstance(resolve(by_convention(tmp_path / name), SourceFiles()), SyntaxBroken)


def test_a_place_for_code_is_unresolved(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": "{{ lambda_handler_code }}\n", "b.py": "{{ code }}\nx = 1\n"})
    assert isinstance(resolve(by_convention(tmp_path / "app.py", "python3.13"), SourceFiles()), Unresolved)
    assert isinstance(resolve(by_convention(tmp_path / "b.py"), SourceFiles()), ResolvedModule)


@pytest.mark.parametrize("text", FOR_PYTHON_2)
def test_what_python_2_means_otherwise_is_unresolved_without_a_runtime(tmp_path: Path, text: str) -> None:
    write(tmp_path, {"app.py": text})
    guessed = by_convention(tmp_path / "app.py")
    assert isinstance(resolve(guessed, SourceFiles()), Unresolved)
    configured = by_convention(tmp_path / "app.py", "python3.14")
    assert isinstance(resolve(configured, SourceFiles()), ResolvedModule)


@pytest.mark.parametrize("text", FOR_ANY_PYTHON)
def test_what_any_python_may_mean_is_resolved(tmp_path: Path, text: str) -> None:
    write(tmp_path, {"app.py": text})
    assert isinstance(resolve(by_convention(tmp_path / "app.py"), SourceFiles()), ResolvedModule)


@pytest.mark.parametrize("text", FOR_A_NEWER_PYTHON)
def test_what_a_newer_runtime_takes_is_no_error_without_a_runtime(tmp_path: Path, text: str) -> None:
    write(tmp_path, {"app.py": text})
    assert isinstance(resolve(by_convention(tmp_path / "app.py"), SourceFiles()), ResolvedModule)
    configured = by_convention(tmp_path / "app.py", "python3.13")
    assert isinstance(resolve(configured, SourceFiles()), SyntaxBroken)


def test_an_empty_handler_is_to_be_replaced(tmp_path: Path) -> None:
    assert isinstance(resolve(function(tmp_path, ""), SourceFiles()), Unresolved)


def test_layers_come_after_the_code_root(tmp_path: Path) -> None:
    write(tmp_path, {"code/app.py": HANDLER, "layer/app.py": "", "layer/shared/jobs.py": HANDLER})
    layers = (tmp_path / "layer",)
    found = resolve(function(tmp_path / "code", "app.handler", import_path=layers), SourceFiles())
    assert module_path(found) == tmp_path / "code/app.py"
    found = resolve(function(tmp_path / "code", "shared/jobs.handler", import_path=layers), SourceFiles())
    assert module_path(found) == tmp_path / "layer/shared/jobs.py"


def test_namespace_packages_join_their_folders(tmp_path: Path) -> None:
    write(tmp_path, {"code/acme/a.py": HANDLER, "layer/acme/b.py": HANDLER})
    layers = (tmp_path / "layer",)
    found = resolve(function(tmp_path / "code", "acme.b.handler", import_path=layers), SourceFiles())
    assert module_path(found) == tmp_path / "layer/acme/b.py"
    write(tmp_path, {"code/acme/__init__.py": ""})
    found = resolve(function(tmp_path / "code", "acme.b.handler", import_path=layers), SourceFiles())
    assert isinstance(found, ModuleMissing)


def test_inline_code(tmp_path: Path) -> None:
    code = InlineCode("import json\n" + HANDLER, ((10, 11), (11, 11), (12, 11)))
    found = resolve(function(None, "index.handler", inline_code=code), SourceFiles())
    assert isinstance(found, ResolvedModule)
    assert found.module.file is not None
    assert found.module.file.path == Path("template.yaml")
    missing = resolve(function(None, "app.handler", inline_code=code), SourceFiles())
    assert isinstance(missing, ModuleMissing)
    assert missing.closest == "index"


def test_syntax_error_of_inline_code_is_in_the_template() -> None:
    code = InlineCode("import json\ndef handler(event, context)\n", ((10, 11), (11, 11)))
    broken = resolve(function(None, "index.handler", inline_code=code), SourceFiles())
    assert isinstance(broken, SyntaxBroken)
    assert not isinstance(broken.problem, ReadProblem)
    assert broken.problem.place == (11, 38)


def test_joined_inline_code_is_at_its_property() -> None:
    code = InlineCode("import json\ndef handler(event, context)\n")
    broken = resolve(function(None, "index.handler", inline_code=code), SourceFiles())
    assert isinstance(broken, SyntaxBroken)
    assert not isinstance(broken.problem, ReadProblem)
    assert broken.problem.place == (3, 5)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_unreadable_module(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": HANDLER})
    (tmp_path / "app.py").chmod(0)
    broken = resolve(function(tmp_path), SourceFiles())
    assert isinstance(broken, SyntaxBroken)
    assert isinstance(broken.problem, ReadProblem)


def module_path(found: Resolution) -> Path:
    assert isinstance(found, ResolvedModule)
    assert found.module.file is not None
    return found.module.file.path
