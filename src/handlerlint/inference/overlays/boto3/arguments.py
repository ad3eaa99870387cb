"""The arguments of operations: what botocore refuses, and values that a DynamoDB resource does not store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import libcst as cst

from handlerlint.inference import sdk
from handlerlint.inference.checks import dumping
from handlerlint.inference.checks.parameters import Place, Validation
from handlerlint.inference.checks.walk import Walk
from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.core.registry import Call
from handlerlint.inference.domain.problem import Problem
from handlerlint.inference.domain.unions import members
from handlerlint.inference.domain.values import NEVER, UNKNOWN, Instance, Value
from handlerlint.inference.overlays.boto3.objects import ASYNCHRONOUS, VALIDATION, known_service
from handlerlint.inference.sdk.shapes import StructureShape


def judge(call: Call, service: sdk.Service, operation: str, given: Sequence[str]) -> Value | None:
    """Note what is wrong with the arguments of an operation; Never if the call certainly fails.

    `given` are the parameters that a resource fills in for its own action.
    """
    name = f"{service.name}.{operation}"
    if call.arguments.positional and _validates(call):
        return _refused(call, [Problem("positional", "", "", "", UNKNOWN, None)], name)
    taken = service.input(operation)
    if taken is None or not _validates(call):
        return None
    found = validated(
        call, service, operation, taken, dict(call.arguments.keywords) | dict.fromkeys(given, UNKNOWN)
    )
    if found.problems:
        return _refused(call, found.problems, name)
    if service.is_resource:
        return stored(call, found.attributes, name)
    note(call, (), name)  # that a path comes here with nothing wrong tells of the others
    return None


def judge_pages(call: Call, service: str, mode: str, operation: str) -> None:
    """Note what is wrong with the arguments of `paginate`, which are validated when the first page is asked for."""
    known = known_service(service, mode)
    taken = None if known is None or mode == ASYNCHRONOUS else known.input(operation)
    if known is None or taken is None or not _validates(call):
        return
    given = {name: value for name, value in call.arguments.keywords.items() if name != "PaginationConfig"}
    note(call, validated(call, known, operation, taken, given).problems, f"{service}.{operation}")


def judge_dict(call: Call, service: sdk.Service, operation: str, parameters: Value) -> None:
    """Note what is wrong with the parameters of an operation that are given as a dict."""
    taken = service.input(operation)
    if taken is None or not _validates(call):
        return
    validation = Validation(Walk(call.frame, call.state, "parameters"))
    for one in members(parameters):
        validation.parts(taken, one, Place("", call.node), 0)
    note(call, validation.problems, f"{service.name}.{operation}")


def _validates(call: Call) -> bool:
    """Whether botocore looks at parameters at all: a program may turn that off, or change them before."""
    return VALIDATION not in call.frame.interpreter.patched


def validated(
    call: Call,
    service: sdk.Service,
    operation: str,
    taken: StructureShape,
    parameters: Mapping[str, Value],
) -> Validation:
    """What botocore says of the parameters of a call."""
    known = service.operation(operation)
    answered = frozenset[str]() if known is None or known.output is None else known.output.members.keys()
    validation = Validation(Walk(call.frame, call.state, "parameters"), answered)
    written = call.node.args if isinstance(call.node, cst.Call) else ()
    # A dict that holds the parameters may have others in other runs.
    has_others = not call.arguments.complete or any(argument.star == "**" for argument in written)
    validation.call(taken, parameters, call.node, is_complete=not has_others)
    return validation


def note(call: Call, problems: Sequence[Problem], name: str) -> None:
    """Note what is wrong with the parameters of a call."""
    if isinstance(call.node, cst.Call):
        dumping.note(call, problems, name, "parameters")


def _refused(call: Call, problems: Sequence[Problem], name: str) -> Value | None:
    note(call, problems, name)
    if not call.frame.interpreter.trying:
        return None
    error = "builtins.TypeError" if problems[0].kind == "positional" else _INVALID
    may_raise(call.frame, call.state, Instance(error, origin=call.frame.step(call.node)))
    return NEVER


def stored(call: Call, parts: Mapping[str, Value], function: str) -> Value | None:
    """Note what of these parts a DynamoDB resource cannot make attributes of; Never if the call certainly fails."""
    if any(owner.startswith("boto3.dynamodb.") for owner, _ in call.frame.interpreter.patched):
        return None  # the program has changed what is made of values
    walk = Walk(call.frame, call.state, "dynamodb", skip_keys=True)
    return dumping.dump(call, walk, parts, function)


_INVALID = "botocore.exceptions.ParamValidationError"
