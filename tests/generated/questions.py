"""The questions that a program asks about its event, each in the many ways in which it can be written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .writing import ABSENT, Program, Scope, Subject, as_set, indented

#: One of each class that the questions about a text tell apart: what it begins with, how long it is, what it is.
TEXTS = (ABSENT, None, "", "a", "b", "c", "z", "ab", "bb", "zz", 0, 7, True)
NUMBERS = (ABSENT, True, -2, -1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5, 3, 4)
SUBJECTS = (
    Subject(("kind",), "text", TEXTS),
    Subject(("state",), "text", TEXTS),
    Subject(("type",), "text", tuple(value for value in TEXTS if value is not ABSENT)),
    Subject(("detail", "kind"), "text", TEXTS),
    Subject(("n",), "number", NUMBERS),
    Subject(("flag",), "flag", (ABSENT, None, True, False, 1, 0)),
    Subject(("MODE",), "variable", (ABSENT, "", "a", "b", "c", "ab", "bb", "z")),
)
#: A program asks about so many of them at most.
MOST_SUBJECTS = 2
#: What a row of the event's rows is asked about.
ROW_SUBJECT = Subject(("kind",), "text", TEXTS, is_of_row=True)

KINDS = {
    "text": ("equal", "equal", "equal", "among", "true", "none", "str", "starts", "longer", "present"),
    "number": ("greater", "greater", "less", "equals number", "true"),
    "flag": ("true", "true", "is true", "present"),
    "variable": ("equal", "equal", "among", "true", "none", "starts"),
}


@dataclass(frozen=True)
class Question:
    subject: Subject
    kind: str
    constant: object = None


def drawn_subject(program: Program) -> Subject:
    """One that the program asks about already, or a new one."""
    known = [subject for subject in program.subjects.values() if subject in SUBJECTS]
    if known and (len(known) >= MOST_SUBJECTS or program.chance(0.5)):
        return program.pick(known)
    subject = program.pick(SUBJECTS)
    program.subjects[subject.path] = subject
    return subject


def drawn_question(program: Program, subject: Subject | None = None) -> Question:
    """A question about the subject, or about one of the event."""
    subject = subject or drawn_subject(program)
    kind = program.pick(
        [kind for kind in KINDS[subject.kind] if kind != "present" or ABSENT in subject.values]
    )
    constant: object = None
    if kind in ("equal", "starts"):
        constant = program.pick(["a", "b"])
    elif kind == "among":
        constant = program.pick([("a", "b"), ("b", "c")])
    elif kind in ("greater", "less", "equals number"):
        constant = program.pick([0, 1, 2])
    return Question(subject, kind, constant)


def weaker(question: Question) -> Question:
    """A question whose answer is yes wherever that of the given one is."""
    subject, constant = question.subject, question.constant
    match question.kind:
        case "equal":
            return Question(subject, "among", ("a", "b"))
        case "among" | "starts" | "longer":
            return Question(subject, "true")
        case "greater":
            assert isinstance(constant, int)
            return Question(subject, "greater", constant - 1)
        case "less":
            assert isinstance(constant, int)
            return Question(subject, "less", constant + 1)
        case "str" if ABSENT in subject.values:
            return Question(subject, "present")
        case "is true":
            return Question(subject, "true")
    return question


def asked(scope: Scope, question: Question) -> str:
    """An expression, in parentheses, whose truth is the answer."""
    program = scope.program
    known = scope.answers.get(question)
    if known and (scope.event is None or program.chance(0.6)):
        return program.pick(
            [program.pick(known), f"({program.pick(known)} is True)", f"(not not {known[0]})"]
        )
    return f"({program.pick(_spellings(scope, question))})"


def _spellings(scope: Scope, question: Question) -> list[str]:
    constant, subject = question.constant, question.subject
    if question.kind == "present":
        holder = (scope.event or "") + "".join(f'["{part}"]' for part in subject.path[:-1])
        key = f'"{subject.key}"'
        return [
            f"{key} in {holder}",
            f"not ({key} not in {holder})",
            f"{key} in {holder}.keys()",
            f"{holder}.get({key}, MISSING) is not MISSING",
        ]
    value = scope.value_of(subject)
    match question.kind:
        case "equal":
            named = (
                scope.program.constant("wanted", f'"{constant}"')
                if scope.program.chance(0.2)
                else f'"{constant}"'
            )
            return [
                f"{value} == {named}",
                f"{value} == {named}",
                f"{named} == {value}",
                f"not {value} != {named}",
                f"{value} in ({named},)",
                f"{value} in {{{named}}}",
                f"({value} or '') == {named}",
                f"bool({value} == {named})",
                f"{value} is not None and {value} == {named}",
            ]
        case "among":
            assert isinstance(constant, tuple)
            first, second = constant
            group = scope.program.constant(
                "group", scope.program.pick([repr(constant), as_set(constant), repr(list(constant))])
            )
            return [
                f"{value} in {constant}",
                f"{value} in {group}",
                f'{value} == "{first}" or {value} == "{second}"',
                f"any({value} == each for each in {constant})",
                f"not ({value} not in {group})",
                f'not ({value} != "{first}" and {value} != "{second}")',
            ]
        case "is true":
            return [f"{value} is True", f"not {value} is not True"]
        case "true":
            return [value, value, f"bool({value})", f"not not {value}", f"({value} or None) is not None"]
        case "none":
            return [f"{value} is None", f"not {value} is not None", f"None is {value}"]
        case "str":
            return [
                f"isinstance({value}, str)",
                f"type({value}) is str",
                f"isinstance({value}, (str, bytes))",
            ]
        case "starts":
            return [f'str({value}).startswith("{constant}")', f'str({value})[:1] == "{constant}"']
        case "longer":
            return [
                f"len(str({value} or '')) > 1",
                f"1 < len(str({value} or ''))",
                f"not len(str({value} or '')) <= 1",
            ]
        case "greater":
            return [f"{value} > {constant}", f"{constant} < {value}", f"not {value} <= {constant}"]
        case "less":
            return [f"{value} < {constant}", f"{constant} > {value}", f"not {value} >= {constant}"]
        case "equals number":
            return [f"{value} == {constant}", f"{constant} == {value}", f"not {value} != {constant}"]
    raise AssertionError(question)


def branch(scope: Scope, question: Question, then: Sequence[str], other: Sequence[str]) -> list[str]:
    """Statements of which `then` run where the answer is yes, and `other` elsewhere."""
    program = scope.program
    then, other = list(then) or ["pass"], list(other)
    form = program.pick(["if", "if", "not", "flag", "special"])
    if form == "special":
        special = _special_branch(scope, question, then, other or ["pass"])
        if special:
            return special
    if form == "flag":
        flag = program.fresh("flag")
        lines = [f"{flag} = bool({asked(scope, question)})"]
        scope.answers.setdefault(question, []).append(flag)
        return [*lines, f"if {flag}:", *indented(then), *(["else:", *indented(other)] if other else [])]
    if form == "not":
        if then[-1].startswith("return") and other:
            return [f"if not {asked(scope, question)}:", *indented(other), *(["else:", *indented(then)])]
        return [f"if not {asked(scope, question)}:", *indented(other or ["pass"]), "else:", *indented(then)]
    if then[-1].startswith("return") and other and program.chance(0.6):
        return [f"if {asked(scope, question)}:", *indented(then), *other]
    return [f"if {asked(scope, question)}:", *indented(then), *(["else:", *indented(other)] if other else [])]


def _special_branch(scope: Scope, question: Question, then: list[str], other: list[str]) -> list[str] | None:
    """The branch as a `match`, or as a `try`, where the question can be put so."""
    if question.kind == "present" and scope.event:
        holder = scope.event + "".join(f'["{part}"]' for part in question.subject.path[:-1])
        return [
            "try:",
            f'    {holder}["{question.subject.key}"]',
            "except KeyError:",
            *indented(other),
            "else:",
            *indented(then),
        ]
    patterns = {
        "equal": f'"{question.constant}"',
        "none": "None",
        "str": "str()",
        "is true": "True",
        "equals number": f"{question.constant}",
    }
    pattern = patterns.get(question.kind)
    if question.kind == "among":
        assert isinstance(question.constant, tuple)
        pattern = " | ".join(f'"{each}"' for each in question.constant)
    if pattern is None or (scope.event is None and question in scope.answers):
        return None
    return [
        f"match {scope.value_of(question.subject)}:",
        f"    case {pattern}:",
        *indented(indented(then)),
        "    case _:",
        *indented(indented(other)),
    ]


def handed(scope: Scope, *questions: Question) -> tuple[list[str], list[str], Scope]:
    """Parameters, arguments and the scope of a helper that is to ask the questions."""
    program = scope.program
    parameters: list[str] = []
    arguments: list[str] = []
    inner = Scope(program, None)
    forms = {question: program.pick(["event", "event", "value", "answer"]) for question in questions}
    for question, form in forms.items():
        if question.kind == "present" and form == "value":
            forms[question] = "event"
    if scope.event is None:
        forms = dict.fromkeys(questions, "answer")
    if "event" in forms.values():
        name = program.pick(["event", "request", "data"])
        parameters.append(name)
        arguments.append(scope.event or "")
        inner.event = name
    for question, form in forms.items():
        if form == "event":
            continue
        name = program.fresh(question.subject.key.lower() if form == "value" else "wanted")
        said = scope.value_of(question.subject) if form == "value" else f"bool({asked(scope, question)})"
        if form == "value":
            inner.others.setdefault(question.subject, []).append(name)
        else:
            inner.answers.setdefault(question, []).append(name)
        parameters.append(name)
        arguments.append(f"{name}={said}" if program.chance(0.3) or "=" in (arguments or [""])[-1] else said)
    return parameters, arguments, inner
