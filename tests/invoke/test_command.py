"""`handlerlint invoke` as a user runs it: which events go where, what is printed, how it ends."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from handlerlint.cli import main

from .leftovers import processes_of
from .projects import Project

ECHO = "def handler(event, context):\n    return event\n"

TWO_FUNCTIONS = """\
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Runtime: python3.11
    CodeUri: src
    Handler: app.handler
Resources:
  CreateOrderFunction:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Http:
          Type: HttpApi
  ShipOrderFunction:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Queue:
          Type: SQS
          Properties:
            Queue: arn:aws:sqs:eu-west-1:123456789012:orders
"""


def received(project: Project, *arguments: str) -> dict[str, list[str]]:
    """The names of the events that each function got."""
    events: dict[str, list[str]] = {}
    for invocation in project.outcome(*arguments)["invocations"]:
        events.setdefault(invocation["function"], []).append(invocation["event"]["name"])
    return events


def test_json_of_an_invocation(project: Project) -> None:
    project.write("app.py", "def handler(event, context):\n    print('hello')\n    return event\n")
    project.write("event.json", {"a": [1, None]})
    (invocation,) = project.outcome("--handler", "app.handler", "--event", "event.json")["invocations"]
    assert invocation.pop("duration_ms") > 0
    assert invocation.pop("init_duration_ms") > 0
    assert invocation.pop("max_memory_mb") > 1
    assert invocation == {
        "function": "app.handler",
        "handler": "app.handler",
        "event": {"name": "event", "path": "event.json"},
        "status": "success",
        "response": {"a": [1, None]},
        "error": None,
        "logs": "hello\n",
    }


def test_json_of_a_failure(project: Project) -> None:
    project.write("app.py", "def handler(event, context):\n    raise ValueError('no')\n")
    (invocation,) = project.outcome("--handler", "app.handler", "--generate", "sns")["invocations"]
    assert invocation["status"] == "error"
    assert invocation["response"] is None
    assert invocation["error"] == {
        "errorType": "ValueError",
        "errorMessage": "no",
        "stackTrace": [
            f"  File \"{project.folder}/app.py\", line 2, in handler\n    raise ValueError('no')\n"
        ],
    }


@pytest.mark.parametrize("value", ["b'\\xff\\x00'", "float('nan')"])
def test_response_that_is_no_json(project: Project, value: str) -> None:
    project.write("app.py", f"def handler(event, context):\n    return {value}\n")
    (invocation,) = project.outcome("--handler", "app.handler", "--generate", "sns")["invocations"]
    assert invocation["response"] is None
    assert base64.b64decode(invocation["response_base64"]) in (b"\xff\x00", b"NaN")


def test_logs_in_json_format(project: Project) -> None:
    project.write(
        "app.py",
        """\
        import logging

        def handler(event, context):
            logging.getLogger().warning("stock is low")
        """,
    )
    arguments = ("--handler", "app.handler", "--generate", "sns", "--env", "AWS_LAMBDA_LOG_FORMAT=JSON")
    (invocation,) = project.outcome(*arguments)["invocations"]
    logged = json.loads(invocation["logs"])
    assert (logged["level"], logged["message"]) == ("WARNING", "stock is low")


def test_functions_get_the_events_of_their_sources(project: Project) -> None:
    project.write("template.yaml", TWO_FUNCTIONS)
    project.write("src/app.py", ECHO)
    assert received(project) == {"CreateOrderFunction": ["http-api"], "ShipOrderFunction": ["sqs"]}
    assert received(project, "--function", "ShipOrderFunction") == {"ShipOrderFunction": ["sqs"]}


def test_functions_get_the_files_that_are_meant_for_them(project: Project) -> None:
    project.write("template.yaml", TWO_FUNCTIONS)
    project.write("src/app.py", ECHO)
    project.write("events/create-order.json", {})
    project.write("events/CreateOrder/second.json", {})
    project.write("events/message.json", {"Records": [{"eventSource": "aws:sqs"}]})
    project.write("events/whose.json", {})
    assert received(project) == {
        "CreateOrderFunction": ["second", "create-order"],
        "ShipOrderFunction": ["message"],
    }


def test_a_single_function_gets_all_files(project: Project) -> None:
    project.write("app.py", ECHO)
    project.write("events/first.json", 1)
    project.write("events/deeper/second.jsonl", '"a"\n"b"\n')
    project.write("events/first.app.handler.response.json", 1)
    assert received(project, "--handler", "app.handler") == {"app.handler": ["second:1", "second:2", "first"]}


def test_files_that_are_no_events_are_left_out(project: Project) -> None:
    project.write("app.py", ECHO)
    project.write("events/first.json", 1)
    project.write("events/template.json", "{% if %}")
    status, output, errors = project.run("--handler", "app.handler")
    assert status == 0
    assert "first" in output
    assert errors.startswith("handlerlint: event 'events/template.json' is not JSON: ")
    assert errors.endswith("; left out\n")


def test_events_of_the_configuration(project: Project) -> None:
    project.write("pyproject.toml", "[tool.handlerlint]\nevents = ['samples/*.json']\n")
    project.write("app.py", ECHO)
    project.write("samples/first.json", 1)
    project.write("events/other.json", 1)
    assert received(project, "--handler", "app.handler") == {"app.handler": ["first"]}


def test_without_events_a_handler_is_loaded_only(project: Project) -> None:
    project.write("app.py", "print('loaded')\ndef handler(event, context):\n    return event['x']\n")
    (invocation,) = project.outcome("--handler", "app.handler")["invocations"]
    assert (invocation["event"]["name"], invocation["status"]) == ("(load)", "success")
    assert invocation["logs"] == "loaded\n"
    _, output, _ = project.run("--handler", "app.handler")
    assert "Without an event, only loaded: 1 function" in output


@pytest.mark.parametrize("content", ['{"a": 1}', "[]", '"text"', "7", "null", ' {"a":\n1}\n'])
def test_event_from_standard_input(project: Project, monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    project.write("app.py", ECHO)
    with (project.folder / "piped").open("w+") as file:
        file.write(content)
        file.seek(0)
        monkeypatch.setattr(sys, "stdin", file)
        (invocation,) = project.outcome("--handler", "app.handler", "--event", "-")["invocations"]
    assert invocation["response"] == json.loads(content)


def test_contexts(project: Project) -> None:
    project.write(
        "app.py",
        "def handler(event, context):\n"
        "    return [context.client_context.custom, context.identity.cognito_identity_id]\n",
    )
    arguments = ("--handler", "app.handler", "--generate", "sns")
    contexts = (
        "--client-context",
        '{"custom": {"é": 1}}',
        "--cognito-identity",
        '{"cognitoIdentityId": "i"}',
    )
    (invocation,) = project.outcome(*arguments, *contexts)["invocations"]
    assert invocation["response"] == [{"é": 1}, "i"]


def test_environment_of_a_function(project: Project) -> None:
    project.write(
        "template.yaml",
        """\
        Transform: AWS::Serverless-2016-10-31
        Parameters:
          Stage: {Type: String}
        Resources:
          F:
            Type: AWS::Serverless::Function
            Properties:
              Runtime: python3.12
              CodeUri: .
              Handler: app.handler
              MemorySize: 512
              Timeout: 7
              Environment:
                Variables:
                  TABLE: orders
                  STAGE: !Ref Stage
                  OTHER: template
        """,
    )
    project.write("app.py", "import os\ndef handler(event, context):\n    return dict(os.environ)\n")
    project.write("events/event.json", {})
    (invocation,) = project.outcome("--env", "OTHER=given")["invocations"]
    variables = invocation["response"]
    assert (variables["TABLE"], variables["STAGE"], variables["OTHER"]) == ("orders", "STAGE", "given")
    assert variables["AWS_LAMBDA_FUNCTION_NAME"] == "F"
    assert variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "512"
    assert variables["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.12"
    assert variables["LAMBDA_TASK_ROOT"] == str(project.folder)
    assert variables["_HANDLER"] == "app.handler"
    assert variables["TZ"] == ":UTC"


def test_nothing_of_the_users_environment_is_inherited(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_THE_USER", "1")
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "production")
    project.write("app.py", "import os\ndef handler(event, context):\n    return dict(os.environ)\n")
    (invocation,) = project.outcome("--handler", "app.handler", "--generate", "sns")["invocations"]
    assert "SECRET_OF_THE_USER" not in invocation["response"]
    assert "AWS_PROFILE" not in invocation["response"]
    assert "production" not in str(invocation["response"])


def test_functions_that_cannot_be_run_are_named(project: Project) -> None:
    project.write(
        "template.yaml",
        """\
        Resources:
          F:
            Type: AWS::Lambda::Function
            Properties:
              Runtime: python3.12
              Handler: app.handler
              Code: {S3Bucket: bucket, S3Key: key}
        """,
    )
    status, output, _ = project.run()
    assert status == 0
    assert "F (app.handler): not run: " in output


def test_repeat(project: Project) -> None:
    project.write("app.py", ECHO)
    status, output, _ = project.run("--handler", "app.handler", "--generate", "sns", "--repeat", "20")
    assert status == 0
    header, row = output.splitlines()[:2]
    assert header.split() == ["function", "event", "warm", "min", "ms", "median", "ms", "p99", "ms"]
    assert row.split()[:3] == ["app.handler", "sns", "19"]
    assert (
        len(project.outcome("--handler", "app.handler", "--generate", "sns", "--repeat", "3")["invocations"])
        == 3
    )


def test_lines_for_people(project: Project) -> None:
    project.write("app.py", "def handler(event, context):\n    print('\\x1b[2J')\n    return {'n': 1}\n")
    _, output, _ = project.run("--handler", "app.handler", "--generate", "sns")
    lines = output.splitlines()
    assert lines[0] == "app.handler (app.handler)"
    assert lines[1].startswith("  ok         sns ")
    assert lines[2:6] == ["    | �[2J", "    > {", '    >   "n": 1', "    > }"]
    assert lines[-1] == "No problems in 1 function."


@pytest.mark.parametrize("output_format", ["concise", "sarif", "github", "gitlab", "junit", "html"])
def test_every_format(project: Project, output_format: str) -> None:
    project.write("app.py", "def handler(event, context):\n    return 1 / 0\n")
    status, output, _ = project.run(
        "--handler", "app.handler", "--generate", "sns", "--output-format", output_format
    )
    assert status == 1
    assert "HL902" in output


def test_several_reports_of_one_run(project: Project) -> None:
    project.write("app.py", "def handler(event, context):\n    return 1 / 0\n")
    arguments = ("--handler", "app.handler", "--generate", "sns")
    _, output, _ = project.run(*arguments, "--output", "json:a.json", "--output", "concise")
    assert output.startswith("app.handler (app.handler)\n  error      sns ")
    assert json.loads((project.folder / "a.json").read_text())["invocations"][0]["status"] == "error"
    _, output, _ = project.run(*arguments, "--output", "full:a.txt", "--output", "json")
    assert json.loads(output)["invocations"][0]["status"] == "error"
    assert (project.folder / "a.txt").read_text().startswith("\nHL902 warning: ")


def test_selection(project: Project) -> None:
    project.write("app.py", "def handler(event, context):\n    return {1}\n")
    arguments = ("--handler", "app.handler", "--generate", "sns")
    assert project.codes(*arguments) == ["HL903"]
    assert project.codes("--ignore", "HL903", *arguments) == []
    assert project.run("--exit-zero", *arguments)[0] == 0


def test_jobs(project: Project) -> None:
    resources = [
        f"  F{number}: {{Type: 'AWS::Serverless::Function', Properties: {{Runtime: python3.12, CodeUri: ., "
        f"Handler: app.handler}}}}\n"
        for number in range(8)
    ]
    project.write("template.yaml", "Transform: AWS::Serverless-2016-10-31\nResources:\n" + "".join(resources))
    project.write("app.py", "def handler(event, context):\n    return context.function_name\n")
    invocations = project.outcome("--jobs", "3", "--generate", "sns")["invocations"]
    assert [invocation["response"] for invocation in invocations] == [f"F{number}" for number in range(8)]


WRONG = {
    ("--event", "absent.json"): "event 'absent.json' cannot be read: No such file or directory",
    ("--event", "broken.json"): "event 'broken.json' is not JSON: Expecting property name",
    ("--event", "broken.jsonl"): "event 'broken.jsonl', line 2, is not JSON: Expecting value",
    ("--event", "nan.json"): "event 'nan.json' is not JSON: NaN is no JSON",
    ("--event", "deep.json"): "event 'deep.json' is not JSON: it is nested too deeply",
    ("--event", "empty"): "--event: there is no event in 'empty'",
    ("--generate", "sqss"): "no sample event 'sqss'; did you mean 'sqs'?",
    (
        "--function",
        "app.handle",
    ): "--function: there is no function 'app.handle'; did you mean 'app.handler'?",
    ("--timeout", "0"): "argument --timeout: expected seconds up to 900, found '0'",
    ("--repeat", "0"): "argument --repeat: expected a number from 1, found '0'",
    ("--env", "NAME"): "argument --env: expected NAME=VALUE, found 'NAME'",
    ("--client-context", "{"): "--client-context: expected JSON: ",
    ("--aws-setup", "setup.py"): "--aws-setup needs --aws moto",
    ("--ignore-difference", "$["): "'$[' is not a JSONPath such as '$.requestId'",
    ("--python", "absent"): "--python: no such virtual environment or interpreter: 'absent'",
}


@pytest.mark.parametrize("arguments", WRONG)
def test_wrong_usage(project: Project, arguments: tuple[str, str]) -> None:
    project.write("app.py", ECHO)
    project.write("broken.json", "{")
    project.write("broken.jsonl", "1\n?\n")
    project.write("nan.json", '{"a": NaN}')
    project.write("deep.json", "[" * 100_000 + "]" * 100_000)
    project.write("empty/README.md", "")
    status, _, errors = project.run("--handler", "app.handler", *arguments)
    assert status == 2
    assert errors.startswith(f"handlerlint: error: {WRONG[arguments]}")
    assert errors.count("\n") == 1


WRONG_CONFIGURATION = {
    "aws = 'localstack'": "invoke.aws: expected 'none', 'moto' or 'real', found 'localstack'",
    "ignore = '$.a'": "invoke.ignore: expected a list of strings, found '$.a'",
    "aws-setup = 'absent.py'": "invoke.aws-setup: expected a file that exists, found 'absent.py'",
    "environment = {A = 1}": "invoke.environment.A: expected a string, found 1",
    "time-out = 1": "[tool.handlerlint.invoke]: unknown key 'time-out'",
}


@pytest.mark.parametrize("line", WRONG_CONFIGURATION)
def test_wrong_configuration(project: Project, line: str) -> None:
    project.write("pyproject.toml", f"[tool.handlerlint.invoke]\n{line}\n")
    status, _, errors = project.run("--handler", "app.handler")
    assert status == 2
    assert WRONG_CONFIGURATION[line] in errors


def test_names_that_are_no_ascii(project: Project) -> None:
    project.write(
        "заказ/модуль.py", "def ответ(event, context):\n    return event | {'é': os.environ['Ä']}\n"
    )
    source = project.folder / "заказ" / "модуль.py"
    source.write_text("import os\n" + source.read_text(encoding="utf-8"), encoding="utf-8")
    project.write("событие.json", {"ü": 1})
    arguments = ("--handler", "модуль.ответ", "--event", "событие.json", "--env", "Ä=ö", "заказ")
    (invocation,) = project.outcome(*arguments)["invocations"]
    assert invocation["response"] == {"ü": 1, "é": "ö"}


def test_list_of_sample_events(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["events"]) == 0
    assert "sqs-fifo                               SQS FIFO queue\n" in capsys.readouterr().out
    assert main(["events", "sqs"]) == 0
    sqs = json.loads(capsys.readouterr().out)
    assert sqs["Records"][0]["eventSource"] == "aws:sqs"
    assert main(["events", "sqs", "sns"]) == 0
    both = json.loads(capsys.readouterr().out)
    assert (both[0], len(both)) == (sqs, 2)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_control_c_leaves_nothing_behind(project: Project, temporary: Path, number: signal.Signals) -> None:
    project.write(
        "app.py",
        """\
        import signal, subprocess, sys

        def handler(event, context):
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_IGN)
            subprocess.Popen(["sleep", "60"], start_new_session=True)
            print("started", flush=True)
            while True:
                pass
        """,
    )
    command = [sys.executable, "-m", "handlerlint", "invoke", "--handler", "app.handler", "--generate", "sns"]
    run = subprocess.Popen(
        [*command, "--timeout", "60"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(temporary)},
    )
    deadline = time.monotonic() + 20
    while len(processes_of(temporary)) < 3 and time.monotonic() < deadline:  # itself, the handler, its child
        time.sleep(0.01)
    run.send_signal(number)
    try:
        _, errors = run.communicate(timeout=10)
        left = processes_of(temporary)
    finally:
        for pid in processes_of(temporary):  # if the test fails, too
            os.kill(pid, signal.SIGKILL)
    assert run.returncode == 130
    assert errors == "handlerlint: interrupted\n"
    assert left == []
    assert list(temporary.iterdir()) == []


NEIGHBOURS = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  CreateOrderFunction:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.13, CodeUri: create, Handler: app.handler}
  ReportFunction:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.13, CodeUri: report, Handler: app.handler}
"""


@pytest.mark.parametrize("arguments", [("--function", "ReportFunction"), ("report",)])
def test_a_chosen_function_does_not_get_what_is_meant_for_another(
    project: Project, arguments: tuple[str, ...]
) -> None:
    project.write("template.yaml", NEIGHBOURS)
    project.write("create/app.py", "def handler(event, context):\n    return event\n")
    project.write("report/app.py", "def handler(event, context):\n    return event\n")
    project.write("events/create-order.json", {"id": 1})
    project.write("events/report.json", {"day": 1})
    found = project.outcome(*arguments)["invocations"]
    assert [(entry["function"], entry["event"]["name"]) for entry in found] == [("ReportFunction", "report")]


def test_repetitions_of_a_failure_are_shown_once(project: Project) -> None:
    project.write("app.py", "def handler(event, context):\n    print('tried')\n    return 1 / 0\n")
    project.write("event.json", {})
    arguments = ("--handler", "app.handler", "--event", "event.json", "--repeat", "5")
    _, output, _ = project.run(*arguments)
    assert output.count("| tried") == 1
    _, output, _ = project.run(*arguments, "--verbose")
    assert output.count("| tried") == 5


def test_what_was_not_judged_is_counted(project: Project) -> None:
    project.write("app.py", "import absent_module\n\ndef handler(event, context):\n    return event\n")
    project.write("event.json", {})
    status, output, _ = project.run("--handler", "app.handler", "--event", "event.json")
    assert status == 0
    assert "1 of 1 invocations were not judged." in output


def test_configured_events_that_are_not_there_are_told(project: Project) -> None:
    project.write("app.py", ECHO)
    project.write("pyproject.toml", "[tool.handlerlint]\nevents = ['samples/*.json']\n")
    status, _, errors = project.run("--handler", "app.handler")
    assert status == 0
    assert errors == "handlerlint: `events` of the configuration fits no file: samples/*.json\n"


def test_response_that_is_nested_too_deeply_for_us(project: Project) -> None:
    text = b"[" * 100_000 + b"]" * 100_000
    project.write("app.py", "def handler(event, context):\n    return b'[' * 100_000 + b']' * 100_000\n")
    (invocation,) = project.outcome("--handler", "app.handler", "--generate", "sns")["invocations"]
    assert base64.b64decode(invocation["response_base64"]) == text


def test_log_format_of_the_template(project: Project) -> None:
    project.write(
        "template.yaml",
        """\
        Transform: AWS::Serverless-2016-10-31
        Globals: {Function: {LoggingConfig: {LogFormat: JSON, ApplicationLogLevel: WARN}}}
        Resources:
          Report:
            Type: AWS::Serverless::Function
            Properties: {Runtime: python3.13, CodeUri: src, Handler: app.handler}
        """,
    )
    project.write(
        "src/app.py",
        """\
        import logging

        def handler(event, context):
            logging.getLogger().warning("shown")
            logging.getLogger().info("not shown")
        """,
    )
    project.write("events/report.json", {})
    (invocation,) = project.outcome()["invocations"]
    (line,) = invocation["logs"].splitlines()
    assert json.loads(line)["message"] == "shown"
    assert json.loads(line)["level"] == "WARNING"


def shown_logs(output: str) -> list[str]:
    """The log lines of a run; the runtime client indents by spaces that do not break."""
    return [line.replace("\xa0", " ")[6:] for line in output.splitlines() if line.startswith("    |")]


def test_each_record_of_the_log_has_lines_of_its_own(project: Project) -> None:
    """Also where the handler's own formatter ends none: Lambda's log keeps them apart."""
    project.write(
        "app.py",
        """\
        import logging

        LOG = logging.getLogger()
        LOG.handlers[0].setFormatter(logging.Formatter("%(message)s"))

        def handler(event, context):
            LOG.warning("one")
            LOG.warning("two\\nlines")
            print("begun", end="")
            LOG.error("café")
            print("printed")
        """,
    )
    _, output, _ = project.run("--handler", "app.handler", "--generate", "sqs")
    assert shown_logs(output) == ["one", "two", "lines", "begun", "café", "printed"]


def test_frames_of_libraries_are_folded(project: Project) -> None:
    project.write(
        "app.py",
        """\
        import json

        def handler(event, context):
            return json.loads("{")
        """,
    )
    arguments = ("--handler", "app.handler", "--generate", "sqs")
    _, output, _ = project.run(*arguments)
    assert shown_logs(output)[2:] == [
        f'  File "{project.folder}/app.py", line 4, in handler',
        '    return json.loads("{")',
        "  … 3 frames of libraries (--verbose shows them)",
    ]
    _, output, _ = project.run(*arguments, "--verbose")
    assert output.count('File "') == 4
    assert "frames of libraries" not in output


def test_long_warning_of_the_runtime_is_shown_once(project: Project) -> None:
    """It writes one for every init that fails: here for two events, each of which is tried twice."""
    project.write("app.py", "1 / 0\n")
    arguments = ("--handler", "app.handler", "--generate", "sqs", "--generate", "sns")
    _, output, _ = project.run(*arguments)
    assert output.count("LAMBDA_WARNING") == 1
    assert output.count("[ERROR] ZeroDivisionError") == 4
    _, output, _ = project.run(*arguments, "--verbose")
    assert output.count("LAMBDA_WARNING") == 4


def test_what_differs_from_lambda_is_told(project: Project) -> None:
    project.write(
        "template.yaml",
        """\
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Table: {Type: AWS::DynamoDB::Table}
          Orders:
            Type: AWS::Serverless::Function
            Properties:
              Runtime: python3.9
              CodeUri: src
              Handler: app.handler
              Environment: {Variables: {TABLE: !Ref Table, KNOWN: value}}
        """,
    )
    project.write("src/app.py", "def handler(event, context): return 1\n")
    _, output, _ = project.run()
    here = ".".join(map(str, sys.version_info[:2]))
    assert (
        f"  note: it runs with Python {here}, in Lambda with python3.9; choose another with `--python`\n"
        in output
    )
    assert (
        "  note: `TABLE` is known after deployment only: its own name is used as its value; set it with `--env TABLE=…`"
        in output
    )
    _, output, _ = project.run("--env", "TABLE=orders")
    assert "TABLE" not in output
    assert "note: it runs with Python" in output
