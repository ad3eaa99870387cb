"""The arguments of operations: names that they do not have, and values that a DynamoDB resource does not store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import libcst as cst

from handlerlint.inference import sdk
from handlerlint.inference.checks import dumping
from handlerlint.inference.checks.keys import subscript
from handlerlint.inference.checks.walk import Walk
from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.core.registry import Call
from handlerlint.inference.domain.heap import Container
from handlerlint.inference.domain.problem import Problem, ProblemKind
from handlerlint.inference.domain.unions import members
from handlerlint.inference.domain.values import NEVER, UNKNOWN, Instance, Value, constant
from handlerlint.inference.overlays.boto3.objects import VALIDATION


def judge(call: Call, service: sdk.Service, operation: str, given: Sequence[str]) -> Value | None:
    """Note what is wrong with the arguments of an operation; Never if the call certainly fails.

    `given` are the parameters that a resource fills in for its own action.
    """
    name = f"{service.name}.{operation}"
    wrong = list(_wrong_parameters(call, service.parameters(operation), given))
    if wrong and VALIDATION not in call.frame.interpreter.patched:
        if isinstance(call.node, cst.Call):
            dumping.note(call, wrong, name, "parameters")
        if call.frame.interpreter.trying:
            error = "builtins.TypeError" if wrong[0].kind == "positional" else _INVALID
            may_raise(call.frame, call.state, Instance(error, origin=call.frame.step(call.node)))
            return NEVER
        return None
    if not service.is_resource or VALIDATION in call.frame.interpreter.patched:
        return None
    parts: dict[str, Value] = {}
    for path in service.attribute_inputs.get(operation, ()):
        keyword, *way = path.replace("[]", ".[]").replace("{}", ".{}").split(".")
        value = call.arguments.keywords.get(keyword)
        if value is not None:
            parts |= _parts_at(call, value, way[:-1], keyword)
    return stored(call, parts, name)


def stored(call: Call, parts: Mapping[str, Value], function: str) -> Value | None:
    """Note what of these parts a DynamoDB resource cannot make attributes of; Never if the call certainly fails."""
    if any(owner.startswith("boto3.dynamodb.") for owner, _ in call.frame.interpreter.patched):
        return None  # the program has changed what is made of values
    walk = Walk(call.frame, call.state, "dynamodb", skip_keys=True)
    return dumping.dump(call, walk, parts, function)


def _parts_at(call: Call, value: Value, way: Sequence[str], path: str) -> dict[str, Value]:
    """What lies at the end of a way into an argument; a map or list of attributes is judged as one."""
    if not way:
        return {path: value}
    first, *rest = way
    found: dict[str, Value] = {}
    for member in members(value):
        record = call.state.object_of(member)
        for key, item, _ in record.items_by_key() if isinstance(record, Container) else ():
            if first in ("[]", "{}") or key == constant(first):
                inner = path + ("[]" if key is None else subscript(key))
                found |= _parts_at(call, item, rest, inner)
    return found


_INVALID = "botocore.exceptions.ParamValidationError"


def _wrong_parameters(call: Call, parameters: Mapping[str, bool], given: Sequence[str]) -> Iterator[Problem]:
    """Each parameter that the operation does not know, or must have and is not given.

    An operation of a newer SDK may have more of them than are known here. So one that is not known counts only if it is
    a known one that is misspelt.
    """
    if call.arguments.positional:
        yield _problem(call, "positional", "", None)
        return
    keywords = call.arguments.keywords
    if not parameters:
        return
    unknown = {name: _meant(name, parameters) for name in keywords if name not in parameters}
    for name, meant in unknown.items():
        if meant is not None:
            yield _problem(call, "unknown parameter", name, meant)
    written = call.node.args if isinstance(call.node, cst.Call) else ()
    if not call.arguments.complete or any(argument.star == "**" for argument in written):
        return  # a dict that holds the parameters may have others in other runs
    for name, is_required in parameters.items():
        if is_required and name not in keywords and name not in given and name not in unknown.values():
            yield _problem(call, "missing parameter", name, next(iter(unknown), None))


def _problem(call: Call, kind: ProblemKind, name: str, said: str | None) -> Problem:
    written = call.node.args if isinstance(call.node, cst.Call) else ()
    part = next(
        (arg.keyword for arg in written if arg.keyword is not None and arg.keyword.value == name), None
    )
    return Problem(kind, name, "", name, UNKNOWN, None, said=said, part=part)


def _meant(name: str, parameters: Mapping[str, bool]) -> str | None:
    """The parameter that a name stands for but for its case, underscores, or one letter."""
    folded = {parameter.casefold(): parameter for parameter in parameters}
    plain = name.replace("_", "").casefold()
    if plain in folded:
        return folded[plain]
    return next((parameter for known, parameter in folded.items() if _is_one_letter_off(plain, known)), None)


def _is_one_letter_off(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1 or len(short) < 3:
        return False
    same = next(
        (place for place, pair in enumerate(zip(short, long, strict=False)) if pair[0] != pair[1]), len(short)
    )
    rest = short[same + 1 :] if len(short) == len(long) else short[same:]
    return rest == long[same + 1 :]
