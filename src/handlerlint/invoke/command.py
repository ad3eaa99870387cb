"""`handlerlint invoke`: its options, and which functions get which events. Called by `commands.invoke`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from handlerlint.errors import UserError
from handlerlint.functions.model import LambdaFunction
from handlerlint.invoke.sample_events import sample_event, samples_for
from handlerlint.invoke.user_events import assigned, events_beside, events_folder, events_from, key_of
from handlerlint.records import dataclass, replace
from handlerlint.runtime.limits import MAXIMUM_TIMEOUT_SECONDS
from handlerlint.suggestions import did_you_mean

if TYPE_CHECKING:
    from handlerlint.invoke.model import Event
    from handlerlint.invoke.runner import Observer, Outcome, RunOptions, Task
    from handlerlint.settings import Settings

AWS_MODES = ("none", "moto", "real")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of dynamic mode; those of the project are added by `commands`."""
    _add_event_arguments(parser.add_argument_group("events"))
    _add_environment_arguments(parser.add_argument_group("execution environment"))
    group = parser.add_argument_group("run")
    group.add_argument("--repeat", type=_count, default=1, metavar="N", help="run each event N times")
    group.add_argument("--jobs", "-j", type=_count, metavar="N", help="functions at a time (default: 1)")
    group.add_argument("--record", action="store_true", help="write the responses beside the events")
    group.add_argument(
        "--ignore-difference",
        action="append",
        metavar="JSONPATH",
        help="what may differ from the recorded response, such as $.requestId",
    )


def _add_event_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--event",
        action="append",
        metavar="FILE",
        help="a JSON or JSON Lines file, a folder of them, or - for standard input (can be repeated)",
    )
    group.add_argument(
        "--generate",
        action="append",
        metavar="KIND",
        help="use a generated event of this kind; `handlerlint events` lists them (can be repeated)",
    )
    group.add_argument(
        "--function", action="append", metavar="NAME", help="run this function only (can be repeated)"
    )
    group.add_argument("--client-context", metavar="JSON", help="the client context, which mobile SDKs send")
    group.add_argument(
        "--cognito-identity", metavar="JSON", help="the Cognito identity, which mobile SDKs send"
    )


def _add_environment_arguments(group: argparse._ArgumentGroup) -> None:
    """The options about the environment that handlers run in."""
    group.add_argument(
        "--timeout", type=_seconds, metavar="SECONDS", help="use this time-out for all functions"
    )
    group.add_argument("--memory", type=_count, metavar="MB", help="use this memory size for all functions")
    group.add_argument(
        "--env",
        action="append",
        type=_variable,
        metavar="NAME=VALUE",
        help="set an environment variable of the handlers (can be repeated)",
    )
    group.add_argument(
        "--aws",
        choices=AWS_MODES,
        help="where calls to AWS go: none (refused, the default), moto (a private moto server), real (your account)",
    )
    group.add_argument(
        "--aws-setup", metavar="FILE.py", help="with --aws moto: a program that makes tables and buckets"
    )
    group.add_argument(
        "--allow-writing", action="store_true", help="let handlers write outside temporary folders"
    )


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run will do; `notes` are lines for the user about what it will not."""

    tasks: tuple[Task, ...]
    notes: tuple[str, ...] = ()

    @property
    def event_count(self) -> int:
        """How many outcomes there will be with one repetition, a mere load counted as one."""
        return sum(max(1, len(task.events)) for task in self.tasks)


def make_plan(arguments: argparse.Namespace, settings: Settings) -> Plan:
    """The functions of the project with their events. Raises UserError for what is wrong with either."""
    from handlerlint.functions import discover, request_from
    from handlerlint.functions.keeping import keeper_for

    return plan_for(discover(request_from(settings, keeper_for(settings))).functions, arguments, settings)


def plan_for(functions: Sequence[LambdaFunction], arguments: argparse.Namespace, settings: Settings) -> Plan:
    """The same for functions that are known already."""
    from handlerlint.invoke.runner import Task

    chosen = _chosen(functions, arguments.function)
    given = _given_events(arguments, settings)
    notes: tuple[str, ...] = ()
    if given is not None:
        tasks = _tasks_for_given(given, chosen)
    else:
        own, notes = _own_events(chosen, settings)
        found = assigned(own, _with_neighbours(functions, settings)) if own else {}
        tasks = [Task(function, found.get(key_of(function)) or _samples(function)) for function in chosen]
    contexts = _with_contexts(arguments)
    return Plan(tuple(Task(task.function, tuple(map(contexts, task.events))) for task in tasks), notes)


def _tasks_for_given(given: Sequence[Event], functions: Sequence[LambdaFunction]) -> list[Task]:
    """Each event goes to the functions it seems meant for, one that tells nothing goes to all."""
    from handlerlint.invoke.runner import Task

    found = assigned(given, functions) if len(functions) > 1 else {}
    meant = {id(event) for events in found.values() for event in events}
    for_all = [event for event in given if id(event) not in meant]
    tasks = [Task(function, (*found.get(key_of(function), ()), *for_all)) for function in functions]
    return [task for task in tasks if task.events]


def run(
    plan: Plan, arguments: argparse.Namespace, settings: Settings, observer: Observer | None = None
) -> Outcome:
    """Run a plan; `observer` is told of each outcome as it comes."""
    from handlerlint.invoke.runner import run_tasks
    from handlerlint.invoke.session import Session

    options = _run_options(arguments, settings)
    mode = arguments.aws or settings.invoke.aws
    program = (
        settings.working_folder / arguments.aws_setup if arguments.aws_setup else settings.invoke.aws_setup
    )
    if arguments.aws_setup and mode != "moto":
        raise UserError("--aws-setup needs --aws moto")
    if program is not None and not program.is_file():
        raise UserError(f"--aws-setup: no such file: '{program}'")
    with Session(mode, program if mode == "moto" else None) as session:
        return run_tasks(plan.tasks, options, session, observer)


def _run_options(arguments: argparse.Namespace, settings: Settings) -> RunOptions:
    from handlerlint.invoke import responses
    from handlerlint.invoke.recording import Recorder
    from handlerlint.invoke.runner import RunOptions

    ignored = (*settings.invoke.ignore, *(arguments.ignore_difference or ()))
    recorder = Recorder(ignored, writing=arguments.record)
    return RunOptions(
        working_folder=settings.working_folder,
        python=settings.python,
        timeout=arguments.timeout,
        memory=arguments.memory,
        variables={**settings.invoke.environment, **dict(arguments.env or ())},
        repeat=arguments.repeat,
        jobs=arguments.jobs or 1,
        confined=not arguments.allow_writing,
        examiners=(recorder.examine, responses.examine),
    )


def _chosen(functions: Sequence[LambdaFunction], names: Sequence[str] | None) -> tuple[LambdaFunction, ...]:
    if not names:
        return tuple(functions)
    known = [function.name for function in functions]
    for name in names:
        if name not in known:
            raise UserError(f"--function: there is no function '{name}'{did_you_mean(name, known)}")
    return tuple(function for function in functions if function.name in names)


def _given_events(arguments: argparse.Namespace, settings: Settings) -> list[Event] | None:
    """The events of the command line; None where there are none."""
    if not arguments.event and not arguments.generate:
        return None
    events = [
        event
        for argument in arguments.event or ()
        for event in events_from(argument, settings.working_folder)
    ]
    return events + [sample_event(kind) for kind in arguments.generate or ()]


def _own_events(
    functions: Sequence[LambdaFunction], settings: Settings
) -> tuple[Sequence[Event], tuple[str, ...]]:
    """Those of the configuration, or else those beside the templates; and notes about what is left out."""
    folder = settings.working_folder
    if settings.events:
        paths = [path for pattern in settings.events for path in sorted(settings.project_root.glob(pattern))]
        note = () if paths else (f"`events` of the configuration fits no file: {', '.join(settings.events)}",)
        return [event for path in paths for event in events_from(str(path), folder)], note
    found = events_beside(functions, folder)
    return found.events, tuple(f"{reason}; left out" for reason in found.left_out)


def _with_neighbours(functions: Sequence[LambdaFunction], settings: Settings) -> Sequence[LambdaFunction]:
    """All functions of the templates, also those that the given paths leave out: an event may be meant for them."""
    from handlerlint.functions import discover, request_from

    homes = {folder.parent for function in functions if (folder := events_folder(function)) is not None}
    inside = [home for home in homes if any(home.is_relative_to(path) for path in settings.paths)]
    if len(inside) == len(homes):
        return functions
    known = {key_of(function) for function in functions}
    found = discover(replace(request_from(settings), paths=tuple(sorted(homes)))).functions
    return (*functions, *(function for function in found if key_of(function) not in known))


def _samples(function: LambdaFunction) -> tuple[Event, ...]:
    return tuple(sample_event(name) for name in samples_for(function.events))


def _with_contexts(arguments: argparse.Namespace) -> Callable[[Event], Event]:
    """A function that gives an event the contexts of the command line."""
    client, identity = arguments.client_context, arguments.cognito_identity
    if client is None and identity is None:
        return lambda event: event
    client_context = None if client is None else _json_line(client, "--client-context")
    cognito_identity = None if identity is None else _json_line(identity, "--cognito-identity")
    return lambda event: replace(event, client_context=client_context, cognito_identity=cognito_identity)


def _json_line(text: str, option: str) -> str:
    """The JSON in one ASCII line, as a header needs it."""
    try:
        return json.dumps(json.loads(text))
    except ValueError as error:
        raise UserError(f"{option}: expected JSON: {error}") from error


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or len(text) > 9 or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a number from 1, found '{text}'")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0 < seconds <= MAXIMUM_TIMEOUT_SECONDS:
        raise argparse.ArgumentTypeError(f"expected seconds up to {MAXIMUM_TIMEOUT_SECONDS}, found '{text}'")
    return seconds


def _variable(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise argparse.ArgumentTypeError(f"expected NAME=VALUE, found '{text}'")
    return name, value
