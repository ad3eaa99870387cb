"""Computing: what a predicate comes to for a value, where its term is computed from one that is not known.

`len(str(x)) > 3` and `x.startswith("a")` are asked of `x`. Where it is known which constants `x` may be, it is known of
each whether the predicate holds for it; and where the predicate has been asked first, which constants `x` may be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from handlerlint.inference.domain import pure_functions
from handlerlint.inference.domain.values import Constant, Term

#: Decoded JSON that is false, by the classes that it can be of.
FALSE_JSON: Mapping[str, tuple[object, ...]] = {
    "builtins.dict": ({},),
    "builtins.list": ([],),
    "builtins.str": ("",),
    "builtins.int": (0,),
    "builtins.float": (0.0, -0.0),
    "builtins.bool": (False,),
    "types.NoneType": (None,),
}

#: One of each class, and both zeros: `str` tells them apart.
FALSE_VALUES = tuple(value for values in FALSE_JSON.values() for value in values)

_EITHER = frozenset({True, False})


class _OpenError(Exception):
    """What a term comes to is not known."""


def _root(term: Term) -> Term:
    """The term of the value that a term is computed from; the term itself if it is computed from none."""
    match term:
        case ("len" | "builtins.str", of):
            return _root(cast("Term", of))
        case ("method", of, (str(name),), *_) if _is_of_text(name):
            return _root(cast("Term", of))
        case ("item", of, ("slice", *_), _):
            return _root(cast("Term", of))
        case _:
            return term


def source(predicate: Term) -> Term | None:
    """The term of the value that a predicate's term is computed from; None if it is computed from none."""
    match predicate:
        case ("true", term) | ("among", term, _) | ("below", term, ("constant", _), _):
            whole = _root(cast("Term", term))
            return None if whole == term else whole
        case _:
            return None


def answers(predicate: Term, value: object) -> frozenset[bool]:
    """Whether a predicate holds where the value that its term is computed from is this one.

    Both where that is not known, and none where asking it raises: then it is not this value.
    """
    try:
        match predicate:
            case ("true", term):
                return frozenset({bool(_computed(term, value))})
            case ("among", term, options) if all(
                isinstance(one, Constant) for one in cast("frozenset[Any]", options)
            ):
                found = _computed(term, value)
                return frozenset({any(found == one.value for one in cast("frozenset[Constant]", options))})
            case ("below", term, ("constant", Constant(value=bound)), strictly):
                found = _computed(term, value)
                return frozenset({bool(found < bound if strictly else found <= bound)})
            case _:
                return _EITHER
    except _OpenError:
        return _EITHER
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return frozenset()


def _is_of_text(name: str) -> bool:
    """Whether a method is one that only texts have, of all that JSON can be."""
    return hasattr(str, name) and not any(hasattr(other, name) for other in (dict, list, int, float))


def _computed(term: object, value: Any) -> Any:
    match term:
        case ("len", of):
            return len(_computed(of, value))
        case ("builtins.str", of):
            return str(_computed(of, value))
        case ("method", of, (str(name),), _, *given) if _is_of_text(name):
            return _called(f"builtins.str.{name}", _computed(of, value), *_constants(given))
        case ("item", of, ("slice", *bounds), _):
            return _computed(of, value)[slice(*_constants(bounds))]
        case _:
            return value


def _called(name: str, *given: object) -> object:
    function = pure_functions.find(name)
    found = None if function is None else pure_functions.outcome(function, given, {})
    match found:
        case pure_functions.Raised(error=error):
            raise error
        case None:
            raise _OpenError
        case _:
            return found


def _constants(given: Sequence[object]) -> list[Any]:
    found: list[Any] = []
    for term in given:
        match term:
            case ("constant", Constant(value=value)):
                found.append(value)
            case _:
                raise _OpenError
    return found
