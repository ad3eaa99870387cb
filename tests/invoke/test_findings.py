"""What is said of each kind of failure, and where: the user's line."""

from __future__ import annotations

import inspect
import re
import sys

import pytest

from handlerlint.rules import all_rules
from handlerlint.rules.base import Rule

from .projects import Project

RUNTIME = f"python3.{sys.version_info.minor}"

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  OrderFunction:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: {runtime}
      CodeUri: src
      Handler: {handler}
      Timeout: 1
"""


def examples_of(rule: type[Rule]) -> tuple[str, str]:
    """The code that the rule finds fault with, and what to use instead."""
    page = inspect.cleandoc(rule.__doc__ or "")
    bad, good = (
        re.search(rf"## {title}\n.*?```python\n(.*?)```", page, re.DOTALL)
        for title in ("Example", "Use instead")
    )
    assert bad is not None
    assert good is not None
    return bad[1], good[1]


RULES = {rule.code: rule for rule in all_rules([f"HL90{number}" for number in range(1, 8)])}


@pytest.mark.parametrize("code", RULES)
def test_examples_of_the_documentation(project: Project, code: str) -> None:
    project.write("event.json", {})
    arguments = ("--handler", "app.lambda_handler", "--event", "event.json", "--timeout", "0.6")
    bad, good = examples_of(RULES[code])
    project.write("app.py", good)
    if code == "HL907":
        assert project.codes("--record", *arguments) == []
    assert project.codes(*arguments) == []
    project.write("app.py", bad)
    assert project.codes(*arguments) == [code]


# The handler's module, the code, the line that is pointed at, and what is said.
FAILURES = {
    "raised": (
        """\
        import helper

        def handler(event, context):
            return helper.divide(event)
        """,
        "HL902",
        ("src/helper.py", 2, "return 1 / event['count']"),
        "`app.handler` raised ZeroDivisionError: division by zero for the event `event`",
    ),
    "wrong_signature": (
        """\
        def handler(event):
            return event
        """,
        "HL902",
        ("src/app.py", 1, "def handler(event):"),
        "`app.handler` raised TypeError: handler() takes 1 positional argument but 2 were given for the event",
    ),
    "in_the_standard_library": (
        """\
        import json

        def handler(event, context):
            return json.loads(
                "{"
            )
        """,
        "HL902",
        ("src/app.py", 4, "return json.loads("),
        "`app.handler` raised JSONDecodeError: Expecting property name",
    ),
    "not_marshalled": (
        """\
        import datetime


        def handler(event, context):
            return datetime.date.today()
        """,
        "HL903",
        ("src/app.py", 5, "return datetime.date.today()"),
        "what `app.handler` returns for the event `event` does not serialize: "
        "Object of type date is not JSON serializable",
    ),
    "timed_out": (
        """\
        def wait():
            while True:
                pass

        def handler(event, context):
            wait()
        """,
        "HL904",
        ("src/app.py", (2, 3), ("while True:", "pass")),
        "`app.handler` timed out after 1.00 seconds for the event `event`",
    ),
    "exited": (
        """\
        import os

        def handler(event, context):
            os._exit(1)
        """,
        "HL906",
        ("src/app.py", 3, "def handler(event, context):"),
        "the process of `app.handler` ended (exit status 1) for the event `event`",
    ),
    "crashed": (
        """\
        import ctypes

        def handler(event, context):
            ctypes.string_at(0)
        """,
        "HL906",
        ("src/app.py", 4, "ctypes.string_at(0)"),
        "the process of `app.handler` ended (signal: segmentation fault) for the event `event`",
    ),
    "init_raised": (
        """\
        TABLE = {}["table"]

        def handler(event, context):
            return TABLE
        """,
        "HL901",
        ("src/app.py", 1, 'TABLE = {}["table"]'),
        "`app.handler` cannot be loaded: KeyError: 'table'",
    ),
    "no_module": (
        """\
        import os
        import a_module_that_nobody_has

        def handler(event, context):
            return None
        """,
        "HL901",
        ("src/app.py", 2, "import a_module_that_nobody_has"),
        "`app.handler` cannot be loaded: Runtime.ImportModuleError: Unable to import module 'app'",
    ),
    "no_function": (
        """\
        def handle(event, context):
            return None
        """,
        "HL901",
        ("template.yaml", 8, "app.handler"),
        "`app.handler` cannot be loaded: Runtime.HandlerNotFound: Handler 'handler' missing on module 'app'",
    ),
    "broken": (
        """\
        def handler(event, context):
            return {
        """,
        "HL901",
        ("src/app.py", 2, "return {"),
        "`app.handler` cannot be loaded: Runtime.UserCodeSyntaxError: Syntax error in module 'app'",
    ),
}


@pytest.mark.parametrize("name", FAILURES)
def test_failure_is_located(project: Project, name: str) -> None:
    source, code, (filename, row, text), message = FAILURES[name]
    project.write("template.yaml", TEMPLATE.format(handler="app.handler", runtime=RUNTIME))
    project.write("src/app.py", source)
    project.write("src/helper.py", "def divide(event):\n    return 1 / event['count']\n")
    project.write("events/event.json", {"count": 0})
    (finding,) = project.outcome()["findings"]
    assert finding["code"] == code
    assert finding["message"].startswith(message)
    assert finding["functions"] == ["OrderFunction"]
    assert finding["filename"] == filename
    assert finding["location"]["row"] in (row if isinstance(row, tuple) else (row,))
    if text is not None:
        line = (project.folder / filename).read_text().splitlines()[finding["location"]["row"] - 1]
        start, end = finding["location"]["column"] - 1, finding["end_location"]["column"] - 1
        assert line[start:end] in (text if isinstance(text, tuple) else (text,))
    assert finding["related"][-1]["filename"] == "events/event.json"


def test_of_several_returns_all_are_shown(project: Project) -> None:
    project.write(
        "app.py",
        """\
        def handler(event, context):
            if not event:
                return
            if "first" in event:
                return {1}
            return {2}
        """,
    )
    (finding,) = project.outcome("--handler", "app.handler", "--generate", "sqs")["findings"]
    assert (finding["code"], finding["location"]["row"]) == ("HL903", 1)
    assert [step["location"]["row"] for step in finding["related"]] == [5, 6]


def test_the_return_is_found_behind_other_names(project: Project) -> None:
    project.write("app.py", "from package import serve as handler\n")
    project.write("package/__init__.py", "from .inner import handle\n\nserve = handle\n")
    project.write("package/inner.py", "def handle(event, context):\n    return {1}\n")
    (finding,) = project.outcome("--handler", "app.handler", "--generate", "sqs")["findings"]
    assert (finding["filename"], finding["location"]["row"]) == ("package/inner.py", 2)


@pytest.mark.parametrize("code", ["from other import newer\n", "import other\nNEWER = other.newer\n"])
def test_names_of_the_projects_modules_are_certain(project: Project, code: str) -> None:
    """Whichever Python runs it."""
    project.write("app.py", code)
    project.write("other.py", "")
    assert project.codes("--handler", "app.handler", "--runtime", "python3.9") == ["HL901"]


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"app.py": "import os\nfrom . import other\n"}, ("app.py", 2)),
        ({"app.py": "import json\nfrom other import absent\n", "other.py": ""}, ("app.py", 2)),
        (
            {"app.py": "import other\n", "other.py": "import os\nimport a_module.that.nobody_has\n"},
            ("other.py", 2),
        ),
        (
            {
                "app.py": "from package.inner import handler\n",
                "package/inner.py": "\nfrom .absent import handler\n",
            },
            ("package/inner.py", 2),
        ),
    ],
)
def test_import_that_failed_is_located(
    project: Project, files: dict[str, str], place: tuple[str, int]
) -> None:
    """The runtime client says what failed, and not where."""
    project.write("template.yaml", TEMPLATE.format(handler="app.handler", runtime=RUNTIME))
    for name, content in files.items():
        project.write(f"src/{name}", content)
    (finding,) = project.outcome()["findings"]
    assert finding["code"] == "HL901"
    assert (finding["filename"], finding["location"]["row"]) == (f"src/{place[0]}", place[1])


@pytest.mark.parametrize("handler", ["app", "sys.exit", "missing.handler"])
def test_wrong_handler_string_is_located_in_the_template(project: Project, handler: str) -> None:
    project.write("template.yaml", TEMPLATE.format(handler=handler, runtime=RUNTIME))
    project.write("src/app.py", "")
    (finding,) = project.outcome()["findings"]
    assert finding["code"] == "HL901"
    assert (finding["filename"], finding["location"]["row"]) == ("template.yaml", 8)


def test_code_in_the_template_is_located_there(project: Project) -> None:
    project.write(
        "template.yaml",
        """\
        Resources:
          Inline:
            Type: AWS::Lambda::Function
            Properties:
              Runtime: python3.11
              Handler: index.handler
              Code:
                ZipFile: |
                  def handler(event, context):
                      return 1 / 0
        """,
    )
    project.write("events/event.json", {})
    (finding,) = project.outcome()["findings"]
    assert (finding["code"], finding["filename"]) == ("HL902", "template.yaml")
    assert finding["location"] == {"row": 10, "column": 15}


def test_installed_packages_are_not_the_users_code(project: Project) -> None:
    project.write("app.py", "import vendored\n\ndef handler(event, context):\n    vendored.fail()\n")
    project.write("vendored/__init__.py", "def fail():\n    raise ValueError('deep')\n")
    project.write(
        "vendored-1.0.dist-info/RECORD", "vendored/__init__.py,,\nvendored-1.0.dist-info/RECORD,,\n"
    )
    (finding,) = project.outcome("--handler", "app.handler", "--generate", "sqs")["findings"]
    assert (finding["filename"], finding["location"]["row"]) == ("app.py", 4)


def test_memory(project: Project) -> None:
    project.write("app.py", "def handler(event, context):\n    return len(bytearray(b'x') * (64 << 20))\n")
    arguments = ("--handler", "app.handler", "--generate", "sqs")
    assert project.codes("--memory", "128", *arguments) == []
    (finding,) = project.outcome("--memory", "40", *arguments)["findings"]
    assert finding["code"] == "HL906"
    assert re.match(r"`app.handler` needed \d+ MB, more memory than it has", finding["message"])


def test_generated_event_that_is_refused_is_a_warning(project: Project) -> None:
    project.write("app.py", "def handler(event, context):\n    return event['customer']\n")
    (finding,) = project.outcome("--handler", "app.handler", "--generate", "sqs")["findings"]
    assert (finding["code"], finding["severity"]) == ("HL902", "warning")


def test_several_events_make_one_finding(project: Project) -> None:
    project.write("app.py", "def handler(event, context):\n    return 1 / 0\n")
    project.write("many.jsonl", "1\n2\n\n3\n")
    (finding,) = project.outcome("--handler", "app.handler", "--event", "many.jsonl")["findings"]
    assert finding["message"].endswith("for the event `many:1` and 2 other events")


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"app.py": "import boto4\n", "requirements.txt": "boto4\n"}, "a requirement in `requirements.txt`"),
        ({"app.py": "import boto4\n", "requirements.txt": "-e git+https://example.com/x\n"}, "may provide"),
        ({"app.py": "import datadog_lambda\n"}, "usually added by a layer"),
        (
            {"app.py": "import snapshot_restore_py, bootstrap\n"},
            "Lambda's runtime",
        ),
        ({"app.py": "import a_module_that_nobody_has\n"}, "it is not known what is packaged with the code"),
        ({"app.py": "def f(:\n"}, "the function's runtime is python3.9"),
        ({"app.py": "from typing import Newer\n"}, "the function's runtime is python3.9"),
        ({"app.py": "import json\nNEWER = json.newer\n"}, "the function's runtime is python3.9"),
    ],
)
def test_what_may_be_otherwise_in_lambda_is_no_finding(
    project: Project, files: dict[str, str], reason: str
) -> None:
    for name, content in files.items():
        project.write(name, content)
    status, output, _ = project.run("--handler", "app.handler", "--runtime", "python3.9")
    assert status == 0
    assert "not judged: " in output
    assert reason in output


NETWORK = """\
import asyncio, json, socket, time, urllib.request

def ask():
    return urllib.request.urlopen("http://shop.invalid/").read()

def raised(event, context):
    return ask()

def swallowed(event, context):
    try:
        return json.loads(ask())["id"]
    except OSError:
        return {}["id"]

def waited(event, context):
    while True:
        try:
            return ask()
        except OSError:
            time.sleep(0.1)

async def connect():
    await asyncio.open_connection("shop.invalid", 443)

def asynchronous(event, context):
    return asyncio.run(connect())

def on_this_machine(event, context):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        try:
            socket.create_connection(closed.getsockname())
        except OSError:
            return {1}

def answered(event, context):
    try:
        ask()
    except OSError:
        return {"statusCode": 500, "body": {"reason": "the shop is closed"}}

def nobody(event, context):
    socket.socketpair()
    return {}["id"]
"""


@pytest.mark.parametrize(
    "name", ["raised", "swallowed", "waited", "asynchronous", "on_this_machine", "answered"]
)
def test_what_follows_from_the_network_is_no_finding(project: Project, name: str) -> None:
    """What is not there here may be there in Lambda: also where the handler has caught the error."""
    project.write("app.py", NETWORK)
    status, output, _ = project.run("--handler", f"app.{name}", "--generate", "api", "--timeout", "0.5")
    assert status == 0
    peer = "`localhost:" if name == "on_this_machine" else "`shop.invalid`"
    assert name == "answered" or f"not judged: it talked to {peer}" in output


def test_what_the_network_has_no_part_in_is_judged(project: Project) -> None:
    """Our own servers are no network: the event came from one of them."""
    project.write("app.py", NETWORK)
    assert project.codes("--handler", "app.nobody", "--generate", "api") == ["HL902"]


def test_module_that_cloudformation_adds(project: Project) -> None:
    project.write(
        "template.yaml",
        """\
        Resources:
          Inline:
            Type: AWS::Lambda::Function
            Properties:
              Runtime: python3.11
              Handler: index.handler
              Code: {ZipFile: "import cfnresponse"}
        """,
    )
    status, output, _ = project.run()
    assert status == 0
    assert "not judged: CloudFormation puts `cfnresponse` beside code in a template" in output


TABLE = """\
Transform: AWS::Serverless-2016-10-31
Parameters:
  Port: {Type: String}
Resources:
  OrderFunction:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      CodeUri: src
      Handler: app.handler
      Timeout: 2
      Environment: {Variables: {PORT: !Ref Port}}
"""

# What depends on more than the code, and what does not although a variable's value is not known.
UNCERTAIN = {
    "value": ("import os\nPORT = int(os.environ['PORT'])\ndef handler(event, context): return PORT\n", True),
    "value_in_trace": ("import json, os\nCONFIG = json.loads(os.environ['PORT'])\n", True),
    "nobody_answers": (
        "import socket\ndef handler(event, context): socket.create_connection(('127.0.0.1', 1))\n",
        True,
    ),
    "no_such_host": (
        "import urllib.request\ndef handler(event, context): urllib.request.urlopen('http://db.invalid/')\n",
        True,
    ),
    "waits_for_an_answer": (
        "import socket\ndef handler(event, context):\n"
        "    with socket.create_server(('127.0.0.1', 0)) as server:\n"
        "        socket.create_connection(server.getsockname()).recv(1)\n",
        True,
    ),
    "other_failure": ("def handler(event, context): return event['absent']\n", False),
    "own_waiting": ("import time\ndef handler(event, context): time.sleep(9)\n", False),
}


@pytest.mark.parametrize("case", UNCERTAIN)
def test_what_depends_on_more_than_the_code_is_not_judged(project: Project, case: str) -> None:
    text, is_doubted = UNCERTAIN[case]
    project.write("template.yaml", TABLE)
    project.write("src/app.py", text)
    project.write("events/order.json", {})
    assert bool(project.codes()) is not is_doubted
    if case == "value":
        assert project.codes("--env", "PORT=http") == ["HL901"]
