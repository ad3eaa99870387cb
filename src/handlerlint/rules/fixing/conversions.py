"""How a value becomes one that serializes, by its class: as a fix where it is certain on every path. Called by rules.

A conversion is made where the value stands in the `return`, or in the argument of `json.dumps`, or where it is put
into what stands there, and only if all values that come by, on any path, are of classes that it is right for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from handlerlint.findings import Edit, Fix
from handlerlint.records import dataclass
from handlerlint.rules.advice import ITERATORS
from handlerlint.rules.fixing.edits import around, called, can_edit, fix_of, imported, is_rebound, suffixed
from handlerlint.rules.fixing.stored import is_only_given_out

if TYPE_CHECKING:
    from handlerlint.inference.analysis import HandlerAnalysis, ReturnedProblem
    from handlerlint.inference.checks.sightings import Seen
    from handlerlint.inference.domain.problem import Problem
    from handlerlint.source.files import SourceFile


@dataclass(frozen=True, slots=True)
class Conversion:
    """`suffix` goes behind the value, `function` around it; `module` is what the function is imported from."""

    suffix: str = ""
    function: str = ""
    module: str = ""
    safe: bool = True

    @property
    def words(self) -> str:
        """As a message shows it."""
        return f"`{self.suffix}`" if self.suffix else f"`{self.function}(...)`"


_TEXT = Conversion(function="str")
_LIST = Conversion(function="list")
_ISO = Conversion(".isoformat()")
_DICT = Conversion(function="dict")
_AS_DICT = Conversion(function="asdict", module="dataclasses")
_SORTED = Conversion(function="sorted")
_NUMBER_OF_SECONDS = Conversion(".total_seconds()")
_RUN = Conversion(function="run", module="asyncio", safe=False)

# By the first class of a value's resolution order that stands here.
_BY_CLASS: dict[str, Conversion] = {
    **dict.fromkeys(("datetime.datetime", "datetime.date", "datetime.time"), _ISO),
    "datetime.timedelta": _NUMBER_OF_SECONDS,
    "uuid.UUID": _TEXT,
    "pathlib.PurePath": _TEXT,
    "decimal.Decimal": Conversion(function="str", safe=False),
    "fractions.Fraction": Conversion(function="str", safe=False),
    "builtins.complex": Conversion(function="str", safe=False),
    "builtins.BaseException": Conversion(function="str", safe=False),
    # What they hold may be no text.
    **dict.fromkeys(("builtins.bytes", "builtins.bytearray"), Conversion(".decode()", safe=False)),
    **dict.fromkeys(("builtins.set", "builtins.frozenset"), _LIST),
    "collections.deque": _LIST,
    **dict.fromkeys(ITERATORS, _LIST),
    "re.Pattern": Conversion(".pattern"),
    "types.SimpleNamespace": Conversion(function="vars"),
    **dict.fromkeys(("types.MappingProxyType", "collections.ChainMap", "collections.UserDict"), _DICT),
    "enum.Enum": Conversion(".value"),
    "types.CoroutineType": _RUN,
    "pydantic.main.BaseModel": Conversion('.model_dump(mode="json")'),
}
# With None beside them: `value and value.isoformat()` converts the others only.
_ALWAYS_TRUE = frozenset({"datetime.datetime", "datetime.date", "datetime.time", "uuid.UUID"})
_SORTABLE = ({"builtins.str"}, {"builtins.int", "builtins.float", "builtins.bool"})
# What is the same whenever it is converted, and what is so if nobody else knows it: that is, where it is made.
_UNCHANGING = frozenset(
    {
        *("datetime.datetime", "datetime.date", "datetime.time", "datetime.timedelta", "uuid.UUID"),
        *("pathlib.PurePath", "decimal.Decimal", "fractions.Fraction", "re.Pattern", "enum.Enum"),
        *("builtins.complex", "builtins.bytes", "builtins.frozenset", "builtins.range"),
    }
)
_OWN = frozenset({"builtins.set", "builtins.bytearray", "collections.deque"})
_AS_KEYS: dict[str, Conversion] = {
    **dict.fromkeys(("datetime.datetime", "datetime.date", "datetime.time"), _ISO),
    **dict.fromkeys(("uuid.UUID", "pathlib.PurePath"), _TEXT),
    "decimal.Decimal": _TEXT,
    "enum.Enum": Conversion(".value"),
    **dict.fromkeys(("builtins.tuple", "builtins.frozenset"), Conversion(function="str", safe=False)),
}


def conversion_fix(
    analysis: HandlerAnalysis, file: SourceFile, node: cst.CSTNode, problem: Problem
) -> Fix | None:
    """A fix that converts the value at an expression; None where it may be of another class on some path."""
    if not isinstance(node, cst.BaseExpression) or not can_edit(file) or problem.said is not None:
        return None
    if isinstance(node, cst.Tuple) and not node.lpar:
        return None
    seen = {one for one in analysis.seen_at(node) if one.order[:1] != ("types.NoneType",)}
    conversions = {_conversion(one, is_key=problem.kind == "key") for one in seen}
    # What fails may lie in the value that stands there, and not be it.
    is_there = any(problem.class_name in one.order for one in seen)
    if len(conversions) != 1 or not is_there:
        return None
    conversion = conversions.pop()
    if conversion is None:
        return None
    edits = _edits(file, node, conversion)
    if len(seen) < len(analysis.seen_at(node)):
        if not isinstance(node, cst.Name) or not all(_ALWAYS_TRUE.intersection(one.order) for one in seen):
            return None
        edits = (around(file, node, f"{node.value} and ", "")[0], *(edits or ()))
    if edits is None:
        return None
    return fix_of(f"write {conversion.words}", edits, safe=conversion.safe)


def stored_fix(analysis: HandlerAnalysis, file: SourceFile, end: cst.CSTNode, problem: Problem) -> Fix | None:
    """A conversion where the value is put into what is given out at the end, if it is used for nothing else.

    Only in the handler itself: what another function makes may be for others, too. What may change on the way to the
    end is left alone.
    """
    if problem.others or problem.kind == "key" or problem.origin is None or file.tree is None:
        return None
    functions = [one.node for one in analysis.callables if one.file is file]
    for step in reversed([*problem.origin.steps()]):
        lasting = _UNCHANGING if step.previous is not None else _UNCHANGING | _OWN
        seen = [one for one in analysis.seen_at(step.node) if one.order[:1] != ("types.NoneType",)]
        if step.file is not file or not all(lasting.intersection(one.order) for one in seen):
            continue
        for function in functions:
            if isinstance(function, cst.FunctionDef) and is_only_given_out(
                file.tree, function, step.node, end
            ):
                return conversion_fix(analysis, file, step.node, problem)
    return None


def _conversion(seen: Seen, *, is_key: bool) -> Conversion | None:
    if seen.is_dataclass and not is_key:
        return _AS_DICT
    known = _AS_KEYS if is_key else _BY_CLASS
    found = next((known[name] for name in seen.order if name in known), None)
    if found is _LIST and seen.elements and any(seen.elements <= kinds for kinds in _SORTABLE):
        return _SORTED
    return found


def _edits(file: SourceFile, node: cst.BaseExpression, conversion: Conversion) -> tuple[Edit, ...] | None:
    if conversion.suffix:
        return suffixed(file, node, conversion.suffix)
    if not conversion.module:
        return None if is_rebound(file, conversion.function) else called(file, node, conversion.function)
    if conversion.module == "asyncio":
        found = imported(file, "asyncio")
        return (
            None if found is None else (*called(file, node, f"{found[0]}.{conversion.function}"), *found[1])
        )
    found = imported(file, conversion.module, conversion.function)
    return None if found is None else (*called(file, node, found[0]), *found[1])


def body_fix(
    analysis: HandlerAnalysis, file: SourceFile, node: cst.CSTNode, answer: cst.CSTNode | None
) -> Fix | None:
    """The text of an object or a list that is the body of an answer; safe where it is written as the body itself."""
    orders = {seen.order[:1] for seen in analysis.seen_at(node)}
    if not orders or not orders <= {("builtins.dict",), ("builtins.list",), ("builtins.tuple",)}:
        return None
    elements = answer.elements if isinstance(answer, cst.Dict) else ()
    is_body = any(element.value is node for element in elements)
    found = imported(file, "json")
    if found is None or not can_edit(file) or not isinstance(node, cst.BaseExpression):
        return None
    edits = (*called(file, node, f"{found[0]}.dumps"), *found[1])
    return fix_of("write `json.dumps(...)`", edits, safe=is_body)


def default_fix(file: SourceFile, call: cst.CSTNode) -> Fix | None:
    """`default=str` for a call of `json.dumps` that says nothing of what it cannot write; it may write too much."""
    if not isinstance(call, cst.Call) or not can_edit(file) or is_rebound(file, "str") or not call.args:
        return None
    keywords = {argument.keyword.value for argument in call.args if argument.keyword is not None}
    if keywords & {"default", "cls"} or any(argument.star for argument in call.args):
        return None
    last = call.args[-1].value
    if isinstance(last, cst.GeneratorExp) and not last.lpar:
        return None
    return fix_of("pass `default=str`", suffixed(file, last, ", default=str", binds=False), safe=False)


def response_fix(analysis: HandlerAnalysis, returned: ReturnedProblem) -> Fix | None:
    """A member of a response by its class, a response that stands there as it is by way of JSON and back."""
    node = returned.problem.part or returned.node
    fix = conversion_fix(analysis, returned.file, node, returned.problem)
    orders = {seen.order[:1] for seen in analysis.seen_at(node)}
    if (
        fix is None
        and orders == {("builtins.dict",)}
        and isinstance(node, (cst.Name, cst.Call, cst.Subscript))
    ):
        return _round_trip_fix(returned.file, node)
    return fix


def _round_trip_fix(file: SourceFile, node: cst.CSTNode) -> Fix | None:
    """A response made plain by `json.loads(json.dumps(..., default=str))`: dates become text."""
    found = imported(file, "json")
    if found is None or not can_edit(file) or is_rebound(file, "str"):
        return None
    json, edits = found
    edits = (*around(file, node, f"{json}.loads({json}.dumps(", ", default=str))"), *edits)
    return fix_of("convert what JSON cannot represent to text", edits, safe=False)
