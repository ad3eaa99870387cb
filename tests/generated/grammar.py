"""Draws handlers: the same question asked here and there, lists that may be empty, values mended on the way.

What a program asks is all about subjects of which the values are known that its questions tell apart, so that the
events made of them cover all that it can do (`running`).
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from .many import (
    filled_dict,
    known_fields,
    last_one,
    list_and_guard,
    listed_objects,
    nested_loops,
    two_loops,
    untouched,
)
from .questions import drawn_subject
from .single import one_value, two_values
from .values import HEADER
from .writing import Part, Program, Scope, Subject, indented

PARTS: tuple[tuple[Part, int], ...] = (
    (one_value, 8),
    (two_values, 2),
    (two_loops, 4),
    (list_and_guard, 4),
    (last_one, 1),
    (filled_dict, 2),
    (nested_loops, 2),
    (known_fields, 2),
    (listed_objects, 1),
    (untouched, 1),
)


@dataclass(frozen=True)
class Drawn:
    """A module with a handler, and what its event, and its environment, decide."""

    seed: int
    text: str
    subjects: tuple[Subject, ...]


def drawn(seed: int) -> Drawn:
    """The program of this number: the same in every run."""
    program = Program(Random(seed))
    program.serializer = program.pick(["return", "return", "dumps"])
    scope = Scope(program, "event")
    body = _first_lines(scope)
    parts = program.random.choices(
        [part for part, _ in PARTS], [weight for _, weight in PARTS], k=program.pick([1, 1, 1, 2, 2, 3])
    )
    returned = []
    for part in parts:
        lines, expression = _part(scope, part)
        body += lines
        returned.append(expression)
    body += _last_lines(program, returned)
    text = HEADER + "\n".join(
        ["", *program.module, "", "", "def lambda_handler(event, context):", *indented(body), ""]
    )
    return Drawn(seed, text, tuple(program.subjects.values()))


def _first_lines(scope: Scope) -> list[str]:
    """Names under which the handler, or every function, knows something of the event."""
    program = scope.program
    lines = []
    if program.chance(0.25):
        subject = drawn_subject(program)
        value = scope.value_of(subject)
        name = program.fresh(subject.key.lower())
        lines.append(f"{name} = {value}")
        scope.others[subject] = [name]
    if program.chance(0.2):
        subject = drawn_subject(program)
        name = program.fresh(subject.key.upper())
        value = scope.value_of(subject)
        if subject.kind == "variable" and program.chance(0.7):
            program.module.insert(0, f'{name} = os.environ.get("{subject.key}")')
        else:
            program.module.insert(0, f"{name} = None")
            lines += [f"global {name}", f"{name} = {value}"]
        program.globals[subject] = name
    if program.chance(0.1):
        alias = program.fresh("payload")
        lines.append(f"{alias} = event")
        scope.event = alias
    return lines


def _part(scope: Scope, part: Part) -> tuple[list[str], str]:
    """The part in the handler itself, or in a function of its own."""
    program = scope.program
    if program.chance(0.5) and part is not filled_dict:
        return part(scope)
    name, event = program.fresh("part"), program.pick(["event", "given"])
    lines, expression = part(Scope(program, event))
    program.define(f"def {name}({event}):", *indented([*lines, f"return {expression}"]))
    call = f"{name}({scope.event})"
    if program.chance(0.3):
        result = program.fresh("result")
        return [f"{result} = {call}"], result
    return [], program.pick([call, call, f"[{call}]", f"({call} or None)", f'{{"part": {call}}}'])


def _last_lines(program: Program, returned: list[str]) -> list[str]:
    names = ", ".join(f'"{letter}": {said}' for letter, said in zip("pqr", returned, strict=False))
    keywords = ", ".join(f"{letter}={said}" for letter, said in zip("pqr", returned, strict=False))
    payload = program.pick([f"{{{names}}}", f"[{', '.join(returned)}]", f"dict({keywords})"])
    if len(returned) == 1 and program.chance(0.4):
        payload = returned[0]
    if program.serializer == "dumps":
        return program.pick(
            [
                [f"return send(200, {payload})"],
                [f'return {{"statusCode": 200, "body": json.dumps({payload})}}'],
                [f"text = json.dumps({payload})", "return text"],
            ]
        )
    return program.pick(
        [
            [f"return {payload}"],
            [f"return respond(200, {payload})"],
            [f"response = {payload}", "return response"],
            ["response = {}", f'response["payload"] = {payload}', "return response"],
        ]
    )
