"""Effects of library calls: one table by qualified name, read where the stubs answer a call (`types.queries`).

A stub tells only the type of the result. Every function is assumed to possibly raise, to call the functions that it is
passed, and to have no other effect; a row here says otherwise.
"""

from __future__ import annotations

from enum import Enum
from functools import lru_cache

import libcst as cst

from handlerlint.inference.core.context import Frame, names_of
from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import Namespace, State, lose
from handlerlint.inference.domain.values import UNKNOWN
from handlerlint.inference.effects import deferred
from handlerlint.inference.stubs.types import STR, NamedType, TupleType, Type
from handlerlint.inference.stubs.types import UNKNOWN as ANY
from handlerlint.records import dataclass


class Raises(Enum):
    """Whether a function raises with what handlers give it."""

    NEVER = "never"
    HARDLY = "hardly"  # only where the deployment is wrong
    PERHAPS = "perhaps"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Effects:
    """The effects of one function; `Effects()` is assumed for those without a row.

    `returns`: the parameter whose argument is the result. `result`: the real type of the result if the stub is wrong.
    `tells`: whether what it answers may depend on what its arguments are, and not only on how large or true they are.
    """

    raises: Raises = Raises.PERHAPS
    changes_arguments: bool = False
    calls_arguments: bool = True
    rebinds_names: bool = False
    returns: str | None = None
    result: Type | None = None
    tells: bool = True


_CHANGES = Effects(changes_arguments=True)
_NEVER_RAISES = Effects(Raises.NEVER)
_LOOKS = Effects(Raises.NEVER, calls_arguments=False)
_CALLS_NOTHING = Effects(calls_arguments=False)

#: By qualified name. `prefix*` stands for all names with that prefix that have no row of their own.
EFFECTS: dict[str, Effects] = {
    # They change their arguments.
    "_bisect.insort_left": _CHANGES,
    "_bisect.insort_right": _CHANGES,
    "_heapq.heapify": _CHANGES,
    "_heapq.heappop": _CHANGES,
    "_heapq.heappush": _CHANGES,
    "_heapq.heappushpop": _CHANGES,
    "_heapq.heapreplace": _CHANGES,
    "_operator.delitem": _CHANGES,
    "_operator.setitem": _CHANGES,
    "builtins.delattr": _CHANGES,
    "builtins.setattr": _CHANGES,
    "random.Random.shuffle": _CHANGES,
    # They do not raise for the arguments that occur in handlers: no `except` is reached through them.
    "builtins.abs": _NEVER_RAISES,
    "builtins.dict.*": _NEVER_RAISES,
    "builtins.hash": _NEVER_RAISES,
    "builtins.id": _NEVER_RAISES,
    "builtins.round": _NEVER_RAISES,
    "builtins.set.*": _NEVER_RAISES,
    "builtins.str.*": _NEVER_RAISES,
    "datetime.date.isoformat": _NEVER_RAISES,
    "datetime.date.strftime": _NEVER_RAISES,
    "datetime.date.today": _NEVER_RAISES,
    "datetime.datetime.date": _NEVER_RAISES,
    "datetime.datetime.isoformat": _NEVER_RAISES,
    "datetime.datetime.now": _NEVER_RAISES,
    "datetime.datetime.timestamp": _NEVER_RAISES,
    "datetime.datetime.utcnow": _NEVER_RAISES,
    "datetime.timedelta*": _NEVER_RAISES,
    "decimal.Decimal": _NEVER_RAISES,
    "logging.*": _NEVER_RAISES,
    "os._Environ.get": _NEVER_RAISES,
    "os.getenv": _NEVER_RAISES,
    "random.*": _NEVER_RAISES,
    "time.*": _NEVER_RAISES,
    "uuid.uuid*": _NEVER_RAISES,
    # They neither raise nor call their arguments.
    "builtins.ascii": _LOOKS,
    "builtins.format": _LOOKS,
    "builtins.issubclass": _LOOKS,
    "builtins.print": Effects(Raises.NEVER, calls_arguments=False, tells=False),
    "builtins.repr": _LOOKS,
    # Their answers do not depend on what their arguments are, only on how large or true those are.
    **dict.fromkeys(
        (
            f"builtins.{name}"
            for name in (
                "all",
                "any",
                "bool",
                "dict",
                "frozenset",
                "list",
                "max",
                "min",
                "next",
                "set",
                "sorted",
            )
        ),
        Effects(tells=False),
    ),
    # They raise where a service, a region or the credentials are wrong, whatever the invocation.
    **dict.fromkeys(
        (f"boto3.{name}" for name in ("client", "resource", "session.Session*")), Effects(Raises.HARDLY)
    ),
    # They always raise.
    "json.encoder.JSONEncoder.default": Effects(Raises.ALWAYS),
    # They may rebind names of the calling module, or those of a namespace that they are given.
    "builtins.eval": Effects(rebinds_names=True, changes_arguments=True),
    "builtins.exec": Effects(rebinds_names=True, changes_arguments=True),
    "builtins.globals": Effects(Raises.NEVER, rebinds_names=True, result=ANY),
    # They return an argument.
    "functools.total_ordering": Effects(Raises.NEVER, returns="cls"),
    "typing.cast": Effects(Raises.NEVER, calls_arguments=False, returns="val"),
    # Their result differs from typeshed (CPython's Modules/_elementtree.c).
    "xml.etree.ElementTree.Element.items": Effects(
        result=NamedType("builtins.list", (TupleType((STR, STR)),))
    ),
    "xml.etree.ElementTree.Element.keys": Effects(result=NamedType("builtins.list", (STR,))),
    # Their result is more precise than typeshed, which allows for other schemes than http.
    "urllib.request.urlopen": Effects(result=NamedType("http.client.HTTPResponse")),
    # They call nothing.
    "builtins.float": _CALLS_NOTHING,
    "builtins.int": _CALLS_NOTHING,
    "builtins.str": _LOOKS,
    "math.isfinite": _CALLS_NOTHING,
    "math.isinf": _CALLS_NOTHING,
    "math.isnan": _CALLS_NOTHING,
    **{
        f"builtins.str.{name}": _LOOKS
        for name in (
            "capitalize", "casefold", "count", "encode", "endswith", "find", "isdigit", "islower", "isupper", "lower",
            "lstrip", "removeprefix", "removesuffix", "replace", "rstrip", "startswith", "strip", "title", "upper",
            "zfill",
        )
    },
}  # fmt: skip

#: Attributes that give access to modules by name, or to frames with their names.
REACH_MODULES = frozenset(
    {
        *(("sys", name) for name in ("modules", "_getframe", "_current_frames")),
        *(("inspect", name) for name in ("currentframe", "stack", "getmodule")),
    }
)

_ASSUMED = Effects()
_PREFIXES = tuple((name[:-1], effects) for name, effects in EFFECTS.items() if name.endswith("*"))


@lru_cache(maxsize=1024)
def effects_of(name: str) -> Effects:
    """What the function or class of a qualified name does."""
    by_prefix = (effects for prefix, effects in _PREFIXES if name.startswith(prefix))
    return EFFECTS.get(name) or next(by_prefix, _ASSUMED)


def take_effect(
    frame: Frame,
    state: State,
    effects: Effects,
    arguments: Arguments,
    node: cst.CSTNode,
    function: Type | None = None,
) -> None:
    """Apply the effects of a library call to a path; `function` is the type of what is called."""
    if effects.raises is not Raises.NEVER and not _asks_for_attribute(frame):
        may_raise(frame, state)
    if effects.changes_arguments:
        lose(state, arguments.values)
    if effects.calls_arguments:
        deferred.lose_to_callbacks(frame, state, arguments, node, function)
    if effects.rebinds_names:
        lose_names(frame, state)


#: Of what this is raised does not lie in what a library does with what it is given, but in what that is.
_LACKS = frozenset({"AttributeError"})


def _asks_for_attribute(frame: Frame) -> bool:
    """Whether the `try` around this is there for an attribute that may be missing, and for nothing else."""
    expected = frame.interpreter.expected
    return bool(expected) and expected[-1].names == _LACKS


def lose_names(frame: Frame, state: State) -> None:
    """The module's names may be rebound behind the scenes: `exec`, `globals()`, `sys.modules[__name__]`."""
    site = frame.module.site
    names = names_of(state, site).names
    state.heap[site] = Namespace(names, open=True)
    state.bind_all(site, dict.fromkeys(names, UNKNOWN))
