"""What a Terraform expression is worth, without a provider and without a state; used by `modules` and its readers."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

from handlerlint.functions.budget import Budget, OverBudget
from handlerlint.functions.documents.nodes import ListNode, MapNode, Scalar, Unknown, as_bool
from handlerlint.functions.terraform.builtins import FUNCTIONS, text
from handlerlint.functions.terraform.syntax import Expression, parse_expression, token_text
from handlerlint.records import dataclass, field, replace

Value = Any
"""A str, number, bool, None, list, dict, Reference or Unknown; the last two also inside of lists and dicts."""

DEEPEST_REFERENCE = 60
# What parsing an expression in a text costs, in steps of evaluating one.
_STEPS_OF_PARSING = 200


@dataclass(frozen=True, slots=True)
class Reference:
    """An attribute of a resource, data source or module: `data.archive_file.code["a"].output_path`.

    `owner` is the use of a module (`modules.Module`) whose resource it is.
    """

    mode: str
    type: str
    name: str
    key: Value = None
    attributes: tuple[str, ...] = ()
    owner: Any = field(default=None, compare=False, repr=False)


Step = Any
"""One step of a traversal: a name, or an index as a one-element tuple."""


@dataclass(slots=True)
class Scope:
    """What names mean at a place: `lookup` knows variables, locals and paths; `names` are `each`, `count`, loops."""

    lookup: Callable[[str, tuple[Step, ...]], Value]
    names: dict[str, Value] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)
    depth: int = 0

    def with_names(self, names: dict[str, Value]) -> Scope:
        """The same place inside a loop."""
        return Scope(self.lookup, {**self.names, **names}, self.budget, self.depth)


def evaluate(expression: Expression, scope: Scope) -> Value:
    """The value of an expression; raises OverBudget."""
    if expression is None:
        return None
    if scope.depth > DEEPEST_REFERENCE:
        return Unknown("an expression that refers to itself, or is nested very deeply")
    scope.budget.spend()
    return scope.budget.made(_evaluated(expression, scope))


def _evaluated(expression: Expression, scope: Scope) -> Value:
    inner = Scope(scope.lookup, scope.names, scope.budget, scope.depth + 1)
    if isinstance(expression, (Scalar, ListNode, MapNode)):
        return _json_value(expression, inner)
    if expression.data in _TRAVERSALS:
        return _access(expression, inner)
    evaluator = _EVALUATORS.get(expression.data)
    if evaluator is None:
        return Unknown(f"`{_shortened(token_text(expression))}` is not evaluated")
    return evaluator(_parts(expression), inner)


def _parts(tree: Expression) -> list[Any]:
    return [child for child in tree.children if getattr(child, "data", "") != "new_line_or_comment"]


def _shortened(shown: str) -> str:
    shown = " ".join(shown.split())
    return shown if len(shown) <= 40 else f"{shown[:39]}…"


def _json_value(node: Scalar | ListNode | MapNode, scope: Scope) -> Value:
    match node:
        case ListNode():
            return [evaluate(item, scope) for item in node.items]
        case MapNode():
            return {key: evaluate(item, scope) for key, item in node.items()}
    if node.style == "":
        if node.is_null:
            return None
        truth = as_bool(node)
        return truth if truth is not None else _number(node.text)
    return template(node.text, scope) if "${" in node.text else node.text


def _number(shown: str) -> int | float | str:
    try:
        return int(shown) if re.fullmatch(r"-?[0-9]+", shown) else float(shown)
    except ValueError:
        return shown


def _integer(shown: str) -> int:
    if len(shown) > 200:  # far above the 512 bits of Terraform's numbers
        raise OverBudget
    return int(shown)


def _term(parts: list[Any], scope: Scope) -> Value:
    inner = [part for part in parts if hasattr(part, "data")]
    return evaluate(inner[0], scope) if inner else Unknown("an empty expression")


_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


def _string(parts: list[Any], scope: Scope) -> Value:
    """A text with what is interpolated in it; of `"${value}"` alone the value itself, which need be no text."""
    pieces: list[str] = []
    values: list[Value] = []
    for part in parts:
        if not hasattr(part, "data"):
            continue
        piece = part.children[0]
        kind = getattr(piece, "data", None)
        if kind is None:
            raw = str(piece)
            raw = raw[1:] if raw.startswith(("$${", "%%{")) else raw
            pieces.append(re.sub(r"\\(.)", lambda match: _ESCAPES.get(match.group(1), match.group()), raw))
        elif kind == "interpolation":
            values.append(evaluate(_parts(piece)[1], scope))
            pieces.append("")
            if isinstance(values[-1], Unknown):
                return values[-1]
            if len(parts) > 3:
                try:
                    pieces[-1] = text(values[-1])
                except TypeError:
                    return Unknown(f"`{_shortened(token_text(piece))}` is not text")
        else:
            return Unknown("a template directive (`%{`) is not evaluated")
    if len(values) == 1 and len(parts) == 3:
        return values[0]  # "${value}" is the value itself
    return "".join(pieces)


def template(shown: str, scope: Scope) -> Value:
    """A text with `${…}` in it that is no expression of the file: a heredoc, a JSON string."""
    pieces: list[str] = []
    index = 0
    while (start := shown.find("${", index)) >= 0:
        if shown[start - 1 : start] == "$":
            pieces.append(shown[index : start - 1] + "${")
            index = start + 2
            continue
        end = shown.find("}", start)
        scope.budget.spend(_STEPS_OF_PARSING)
        expression = parse_expression(shown[start + 2 : end]) if end > 0 else None
        value = evaluate(expression, scope) if expression is not None else Unknown("an invalid template")
        if isinstance(value, Unknown):
            return value
        if start == 0 and end == len(shown) - 1:
            return value
        try:
            pieces += [shown[index:start], text(value)]
        except TypeError:
            return Unknown(f"`{_shortened(shown[start : end + 1])}` is not text")
        index = end + 1
    return "".join([*pieces, shown[index:]])


def _heredoc(parts: list[Any], scope: Scope) -> Value:
    return _heredoc_text(str(parts[0]), scope)


def _heredoc_text(token: str, scope: Scope) -> Value:
    lines = token.rstrip().split("\n")
    content = "\n".join(line.rstrip("\r") for line in lines[1:-1])
    if token.startswith("<<-"):
        content = textwrap.dedent(content)
    content += "\n"
    if "%{" in content:
        return Unknown("a template directive (`%{`) is not evaluated")
    return template(content, scope) if "${" in content else content


_TRAVERSALS = ("get_attr_expr_term", "index_expr_term")


def _traversal(tree: Expression, scope: Scope) -> tuple[Any, list[Step]]:
    """The expression that a traversal starts from, and its steps."""
    if tree.data == "expr_term" and len(inner := _parts(tree)) == 1:
        return _traversal(inner[0], scope)
    if tree.data not in _TRAVERSALS:
        return tree, []
    base, step = _parts(tree)
    root, steps = _traversal(base, scope)
    match step.data:
        case "get_attr":
            steps.append(token_text(step).removeprefix("."))
        case "short_index":
            steps.append((_integer(token_text(step).removeprefix(".")),))
        case _:
            inner = [part for part in _parts(step) if hasattr(part, "data")]
            steps.append((evaluate(inner[0], scope),))
    return root, steps


def _access(tree: Expression, scope: Scope) -> Value:
    root, steps = _traversal(tree, scope)
    if root.data == "identifier":
        name = token_text(root)
        if name in scope.names:
            return follow(scope.names[name], steps)
        return scope.lookup(name, tuple(steps))
    return follow(evaluate(root, scope), steps)


def follow(value: Value, steps: list[Step] | tuple[Step, ...]) -> Value:
    """The value at the end of some steps."""
    for step in steps:
        key = step[0] if isinstance(step, tuple) else step
        match value:
            case Unknown():
                return value
            case Reference():
                more = (*value.attributes, str(key))
                value = replace(value, attributes=more)
            case dict():
                if key not in value:
                    return Unknown(f"`{key}` is not there")
                value = value[key]
            case list() if isinstance(key, int) and -len(value) <= key < len(value):
                value = value[key]
            case _:
                return Unknown(f"`{key}` is not there")
    return value


def _identifier(parts: list[Any], scope: Scope) -> Value:
    name = str(parts[0])
    return scope.names[name] if name in scope.names else scope.lookup(name, ())


def _literal(parts: list[Any], scope: Scope) -> Value:
    return {"true": True, "false": False, "null": None}[str(parts[0])]


def _tuple(parts: list[Any], scope: Scope) -> Value:
    return [evaluate(part, scope) for part in parts if hasattr(part, "data")]


def _object(parts: list[Any], scope: Scope) -> Value:
    values: dict[str, Value] = {}
    for part in parts:
        if getattr(part, "data", "") != "object_elem":
            continue
        children = [child for child in _parts(part) if hasattr(child, "data")]
        key = _key(children[0], scope)
        if isinstance(key, str):
            values[key] = evaluate(children[1], scope)
    return values


def _key(tree: Expression, scope: Scope) -> Value:
    """A bare word is a text; anything else is evaluated."""
    shown = token_text(tree).strip()
    if re.fullmatch(r"[A-Za-z_][\w-]*", shown):
        return shown
    value = evaluate(_parts(tree)[0], scope)
    try:
        return text(value)
    except TypeError:
        return None


def _conditional(parts: list[Any], scope: Scope) -> Value:
    condition, when_true, when_false = [part for part in parts if hasattr(part, "data")]
    holds = evaluate(condition, scope)
    if isinstance(holds, bool):
        return evaluate(when_true if holds else when_false, scope)
    first, second = evaluate(when_true, scope), evaluate(when_false, scope)
    if first == second:
        return first
    return holds if isinstance(holds, Unknown) else Unknown("a condition that is not known")


_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
    "%": lambda left, right: left % right,
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
}


def _binary(parts: list[Any], scope: Scope) -> Value:
    """The value of `left operator right`; Unknown where a side is, unless the other one decides."""
    left_tree, term = parts[0], parts[1]
    operator_tree, right_tree = [part for part in _parts(term) if hasattr(part, "data")]
    operator = token_text(operator_tree).strip()
    left, right = evaluate(left_tree, scope), evaluate(right_tree, scope)
    if operator in ("&&", "||"):
        decides = operator == "||"
        if left is decides or right is decides:
            return decides
    for side in (left, right):
        if isinstance(side, (Unknown, Reference)):
            return side if isinstance(side, Unknown) else Unknown("known only when it is applied")
    match operator:
        case "==":
            return left == right
        case "!=":
            return left != right
        case "&&" | "||":
            return operator == "&&"
    if not all(isinstance(side, (int, float)) and not isinstance(side, bool) for side in (left, right)):
        return Unknown(f"`{operator}` of operands that are not numbers")
    try:
        return _OPERATORS[operator](left, right)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return Unknown(f"`{operator}` of these values")


def _unary(parts: list[Any], scope: Scope) -> Value:
    value = evaluate(parts[1], scope)
    if isinstance(value, bool) and str(parts[0]) == "!":
        return not value
    if isinstance(value, (int, float)) and str(parts[0]) == "-":
        return -value
    return value if isinstance(value, Unknown) else Unknown("not a number")


def _call(parts: list[Any], scope: Scope) -> Value:
    """The value of a function call; Unknown where an argument is, which `try` and `coalesce` pass over."""
    name, arguments = token_text(parts[0]), _arguments(parts, scope)
    if name in ("try", "coalesce"):
        nothing = () if name == "try" else (None, "")
        for argument in arguments:
            if not isinstance(argument, Unknown) and argument not in nothing:
                return argument
    function = FUNCTIONS.get(name)
    if function is None:
        return scope.lookup(f"{name}()", tuple((argument,) for argument in arguments))
    for argument in arguments:
        if isinstance(argument, (Unknown, Reference)):
            return argument if isinstance(argument, Unknown) else Unknown("known only when it is applied")
    scope.budget.spend(sum(len(argument) for argument in arguments if isinstance(argument, (list, dict))))
    try:
        return function(*arguments)
    except Exception:  # whatever a wrong argument does: Terraform would say so, here it is not known
        return Unknown(f"`{name}` of these values")


def _arguments(parts: list[Any], scope: Scope) -> list[Value]:
    """The values of the arguments of a call; `list...` is all that the list holds."""
    tree = next((part for part in parts if getattr(part, "data", "") == "arguments"), None)
    children = [] if tree is None else _parts(tree)
    values = [evaluate(part, scope) for part in children if hasattr(part, "data")]
    is_spread = any(str(part) == "..." for part in children if not hasattr(part, "data"))
    return [*values[:-1], *values[-1]] if is_spread and isinstance(values[-1], list) else values


def _loop(parts: list[Any], scope: Scope) -> Iterator[tuple[Scope, list[Any]]]:
    """The scope of each round of a `for` expression that its condition lets pass, and its expressions."""
    intro = next(part for part in parts if getattr(part, "data", "") == "for_intro")
    names = [token_text(part) for part in _parts(intro) if getattr(part, "data", "") == "identifier"]
    collection = evaluate([part for part in _parts(intro) if hasattr(part, "data")][-1], scope)
    condition = next((part for part in parts if getattr(part, "data", "") == "for_cond"), None)
    bodies = [part for part in parts if hasattr(part, "data") and part.data not in ("for_intro", "for_cond")]
    if isinstance(collection, dict):
        rounds = [(key, collection[key]) for key in sorted(collection)]
    elif isinstance(collection, list):
        rounds = list(enumerate(collection))
    else:
        raise LookupError
    for key, value in rounds:
        inner = scope.with_names(
            dict(zip(names, (key, value) if len(names) == 2 else (value,), strict=False))
        )
        if condition is not None:
            passes = evaluate(next(part for part in _parts(condition) if hasattr(part, "data")), inner)
            if not isinstance(passes, bool):
                raise LookupError
            if not passes:
                continue
        yield inner, bodies


def _for_tuple(parts: list[Any], scope: Scope) -> Value:
    try:
        return [evaluate(bodies[0], inner) for inner, bodies in _loop(parts, scope)]
    except LookupError:
        return Unknown("a loop over a collection that is not known")


def _for_object(parts: list[Any], scope: Scope) -> Value:
    values: dict[str, Value] = {}
    try:
        for inner, bodies in _loop(parts, scope):
            key = evaluate(bodies[0], inner)
            if isinstance(key, (str, int)):
                values[text(key)] = evaluate(bodies[1], inner)
    except LookupError:
        return Unknown("a loop over a collection that is not known")
    return values


def _splat(parts: list[Any], scope: Scope) -> Value:
    value = evaluate(parts[0], scope)
    steps = [
        token_text(step).removeprefix(".")
        for step in _parts(parts[1])
        if getattr(step, "data", "") == "get_attr"
    ]
    if isinstance(value, Reference):
        return [follow(value, steps)]
    return [follow(item, steps) for item in value] if isinstance(value, list) else Unknown("not a list")


_EVALUATORS: dict[str, Callable[[list[Any], Scope], Value]] = {
    "expr_term": _term,
    "string": _string,
    "int_lit": lambda parts, scope: _integer(str(parts[0])),
    "float_lit": lambda parts, scope: float(str(parts[0])),
    "identifier": _identifier,
    "literal_value": _literal,
    "tuple": _tuple,
    "object": _object,
    "function_call": _call,
    "conditional": _conditional,
    "binary_op": _binary,
    "unary_op": _unary,
    "heredoc_template": _heredoc,
    "heredoc_template_trim": _heredoc,
    "for_tuple_expr": _for_tuple,
    "for_object_expr": _for_object,
    "attr_splat_expr_term": _splat,
    "full_splat_expr_term": _splat,
}
