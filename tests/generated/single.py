"""Parts of programs about one value: it is bad where a question has one answer, and is mended where one is asked."""

from __future__ import annotations

from collections.abc import Callable

from .questions import Question, asked, branch, drawn_question, handed, weaker
from .values import Bad, bad, good
from .writing import Scope, indented

Maker = Callable[[Scope, Question, str, str], tuple[list[str], str]]


def by_choice(scope: Scope, question: Question, worse: str, better: str) -> tuple[list[str], str]:
    question_text = asked(scope, question)
    forms = [
        f"{worse} if {question_text} else {better}",
        f"{better} if not {question_text} else {worse}",
        f"({better}, {worse})[bool({question_text})]",
        f"{{True: {worse}, False: {better}}}[bool({question_text})]",
        f"({question_text} and {worse}) or {better}",
    ]
    return [], f"({scope.program.pick(forms)})"


def by_branch(scope: Scope, question: Question, worse: str, better: str) -> tuple[list[str], str]:
    name = scope.program.fresh("made")
    if scope.program.chance(0.5):
        return branch(scope, question, [f"{name} = {worse}"], [f"{name} = {better}"]), name
    return [f"{name} = {better}", *branch(scope, question, [f"{name} = {worse}"], [])], name


def by_helper(scope: Scope, question: Question, worse: str, better: str) -> tuple[list[str], str]:
    program = scope.program
    parameters, arguments, inner = handed(scope, question)
    name = program.fresh("make")
    if program.chance(0.25):  # through another one
        lines, made = by_helper(inner, question, worse, better)
        body = [*lines, f"return {made}"]
    else:
        body = branch(inner, question, [f"return {worse}"], [f"return {better}"])
    program.define(f"def {name}({', '.join(parameters)}):", *indented(body))
    return [], f"{name}({', '.join(arguments)})"


def by_table(scope: Scope, question: Question, worse: str, better: str) -> tuple[list[str], str]:
    """A table of values, or of functions, whose keys are what the question names."""
    program, constant = scope.program, question.constant
    if question.kind not in ("equal", "among") or (scope.event is None and question in scope.answers):
        return by_choice(scope, question, worse, better)
    named = constant if isinstance(constant, tuple) else (constant,)
    entries = {str(key): worse for key in named} | {"zz": better}
    value = scope.value_of(question.subject)
    if program.chance(0.5):
        table = program.fresh("VALUES")
        program.define(f"{table} = {{{', '.join(f'{key!r}: {said}' for key, said in entries.items())}}}")
        return [], f"{table}.get({value}, {better})"
    table = program.fresh("MAKERS")
    said = ", ".join(f"{key!r}: lambda: {made}" for key, made in entries.items())
    program.define(f"{table} = {{{said}}}")
    return [], f"{table}.get({value}, lambda: {better})()"


def by_lambda(scope: Scope, question: Question, worse: str, better: str) -> tuple[list[str], str]:
    name = scope.program.fresh("choose")
    if scope.event is None or scope.program.chance(0.5):
        return [f"{name} = lambda: {worse} if {asked(scope, question)} else {better}"], f"{name}()"
    inner = Scope(scope.program, "given")
    text = f"{name} = lambda given: {worse} if {asked(inner, question)} else {better}"
    return [text], f"{name}({scope.event})"


def by_closure(scope: Scope, question: Question, worse: str, better: str) -> tuple[list[str], str]:
    program = scope.program
    parameters, arguments, inner = handed(scope, question)
    name = program.fresh("maker")
    kept = [f"kept = bool({asked(inner, question)})"] if program.chance(0.5) else []
    if kept:
        inner.answers[question] = ["kept"]
    body = branch(inner.copy(), question, [f"return {worse}"], [f"return {better}"])
    lines = [*kept, "def inner():", *indented(body), "return inner"]
    program.define(f"def {name}({', '.join(parameters)}):", *indented(lines))
    return [], f"{name}({', '.join(arguments)})()"


def by_class(scope: Scope, question: Question, worse: str, better: str) -> tuple[list[str], str]:
    """A method of an object that keeps the event, or the answer, in an attribute."""
    program = scope.program
    parameters, arguments, inner = handed(scope, question)
    name, held = program.fresh("Job"), program.fresh("job")
    keeps = program.pick(["answer", "value", "all"])
    if question.kind == "present" or (inner.event is None and question in inner.answers):
        keeps = "answer"
    method = Scope(program, None)
    if keeps == "answer":
        kept = [f"self.wanted = bool({asked(inner, question)})"]
        method.answers[question] = ["self.wanted"]
        scope.answers.setdefault(question, []).append(f"{held}.wanted")
    elif keeps == "value" or inner.event is None:
        kept = [f"self.asked = {inner.value_of(question.subject)}"]
        method.others[question.subject] = ["self.asked"]
        scope.others.setdefault(question.subject, []).append(f"{held}.asked")
    else:
        kept = [f"self.given = {inner.event}"]
        method.event = "self.given"
    body = branch(method, question, [f"return {worse}"], [f"return {better}"])
    decorated = program.chance(0.4)
    program.define(
        f"class {name}:",
        f"    def __init__(self, {', '.join(parameters)}):",
        *indented(indented(kept)),
        "",
        *(["    @property"] if decorated else []),
        "    def made(self):",
        *indented(indented(body)),
    )
    return [f"{held} = {name}({', '.join(arguments)})"], f"{held}.made" + ("" if decorated else "()")


def by_exception(scope: Scope, question: Question, worse: str, better: str) -> tuple[list[str], str]:
    """A helper raises where the answer is yes; the exception itself is the bad value."""
    program = scope.program
    parameters, arguments, inner = handed(scope, question)
    name, made = program.fresh("check"), program.fresh("made")
    body = branch(inner, question, ['raise ValueError("no")'], [f"return {better}"])
    program.define(f"def {name}({', '.join(parameters)}):", *indented(body))
    call = f"{name}({', '.join(arguments)})"
    return ["try:", f"    {made} = {call}", "except ValueError as error:", f"    {made} = error"], made


MAKERS: tuple[Maker, ...] = (
    by_choice,
    by_branch,
    by_helper,
    by_helper,
    by_table,
    by_lambda,
    by_closure,
    by_class,
    by_exception,
)


def made(scope: Scope, question: Question, inline: bool = False) -> tuple[list[str], str, Bad]:
    """Statements and an expression of a value that is bad where the question is answered with yes.

    Inside of a comprehension (`inline`) there are no statements.
    """
    program = scope.program
    value = bad(program)
    maker = program.pick([by_choice, by_helper, by_table, by_closure] if inline else MAKERS)
    if maker is by_exception:
        value = Bad("", ("str({})", "repr({})", "{}.args"), "ValueError")
    lines, expression = maker(scope, question, value.expression, good(program))
    return lines, expression, value


def held(scope: Scope, expression: str) -> tuple[list[str], str, str]:
    """Statements that keep the value, the place where it then is, and an expression of what is returned."""
    program = scope.program
    name, alias = program.fresh("kept"), program.fresh("same")
    match program.pick(["name", "dict", "list", "object", "alias", "nested", "default", "dataclass"]):
        case "dict":
            returned = program.pick(
                [name, f"dict({name})", f"{{**{name}}}", f'{name}["x"]', f"list({name}.values())"]
            )
            return [f'{name} = {{"id": 1, "x": {expression}}}'], f'{name}["x"]', returned
        case "list":
            return (
                [f"{name} = [{expression}]"],
                f"{name}[0]",
                program.pick([name, f"{name}[0]", f"[*{name}]"]),
            )
        case "object":
            return (
                [f"{name} = Box({expression})"],
                f"{name}.value",
                program.pick([f"{name}.value", f"vars({name})"]),
            )
        case "dataclass":
            returned = program.pick([f"asdict({name})", f"vars({name})", f"[{name}.x]"])
            return [f"{name} = Row(1, {expression})"], f"{name}.x", returned
        case "alias":
            return [f'{name} = {{"x": {expression}}}', f"{alias} = {name}"], f'{alias}["x"]', name
        case "nested":
            lines = [f'{name} = {{"part": {{"x": {expression}}}}}', f'{alias} = {name}["part"]']
            return lines, f'{alias}["x"]', name
        case "default":
            lines = [f"{name} = {{}}", f'{alias} = {name}.setdefault("part", {{"x": None}})']
            return [*lines, f'{alias}["x"] = {expression}'], f'{alias}["x"]', name
    return [f"{name} = {expression}"], name, name


def mended(scope: Scope, place: str, value: Bad, made_for: Question, question: Question | None) -> list[str]:
    """Statements that make the value at `place` one that serializes, where the question is answered with yes.

    Without a question the value itself is asked what it is, or nothing is done.
    """
    program = scope.program
    if question is None:
        plain = "(str, int, float, list, tuple, dict, type(None))"
        return program.pick(
            [
                [f"if isinstance({place}, {value.type}):", f"    {place} = {value.mend(program, place)}"],
                [f"if not isinstance({place}, {plain}):", f"    {place} = str({place})"],
                [
                    f"match {place}:",
                    f"    case {value.type}():",
                    f"        {place} = {value.mend(program, place)}",
                ],
                [f"{place} = {place} if isinstance({place}, {plain}) else str({place})"],
                [],
            ]
        )
    better = value.mend(program, place, certain=question == made_for)
    match program.pick(["branch", "branch", "choice", "table", "helper", "helper", "leave", "name"]):
        case "choice":
            return [f"{place} = {better} if {asked(scope, question)} else {place}"]
        case "table":
            table = program.pick(["{True: str, False: same}", "{False: same, True: str}"])
            return [f"{place} = {table}[bool({asked(scope, question)})]({place})"]
        case "helper":
            parameters, arguments, inner = handed(scope, question)
            name = program.fresh("finish")
            inner_better = value.mend(program, "value", certain=question == made_for)
            body = branch(inner, question, [f"return {inner_better}"], ["return value"])
            program.define(f"def {name}({', '.join(['value', *parameters])}):", *indented(body))
            return [f"{place} = {name}({', '.join([place, *arguments])})"]
        case "leave":
            return branch(scope, question, ['return {"left": True}'], [])
    return branch(scope, question, [f"{place} = {better}"], [])


def one_value(scope: Scope) -> tuple[list[str], str]:
    """A value that is made, kept, mended, and returned."""
    program = scope.program
    question = drawn_question(program)
    lines, expression, value = made(scope, question)
    keeping, place, returned = held(scope, expression)
    lines += keeping
    kind = program.pick(["same", "same", "same", "weaker", "other", "other", "value", "nothing"])
    if kind == "nothing":
        return lines, returned
    asks = {"same": question, "weaker": weaker(question), "other": drawn_question(program)}.get(kind)
    return [*lines, *mended(scope, place, value, question, asks)], returned


def two_values(scope: Scope) -> tuple[list[str], str]:
    """Two values, bad for two questions, that are mended together or one by one."""
    program = scope.program
    first, second = drawn_question(program), drawn_question(program)
    name = program.fresh("pair")
    first_lines, first_made, one = made(scope, first)
    second_lines, second_made, other = made(scope, second)
    lines = [*first_lines, *second_lines, f'{name} = {{"x": {first_made}, "y": {second_made}}}']
    if program.chance(0.5):
        lines += mended(scope, f'{name}["x"]', one, first, first)
        lines += mended(scope, f'{name}["y"]', other, second, program.pick([second, second, None]))
        return lines, name
    both = [f'{name} = {{"x": str({name}["x"]), "y": str({name}["y"])}}']
    first_place, second_place = f'{name}["x"]', f'{name}["y"]'
    only_first = [f"{first_place} = {one.mend(program, first_place)}"]
    only_second = [f"{second_place} = {other.mend(program, second_place)}"]
    tests = [
        f"if {asked(scope, first)} and {asked(scope, second)}:",
        *indented(both),
        f"elif {asked(scope, first)}:",
        *indented(only_first),
        f"elif {asked(scope, second)}:",
        *indented(only_second),
    ]
    return [*lines, *(tests if program.chance(0.6) else tests[:-2])], name
