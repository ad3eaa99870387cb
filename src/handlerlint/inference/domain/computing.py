"""Computing: what a predicate comes to for a value, where its term is computed from one that is not known.

`len(str(x)) > 3` and `x.startswith("a")` are asked of `x`. Where it is known which constants `x` may be, it is known of
each whether the predicate holds for it; and where the predicate has been asked first, which constants `x` may be.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
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

#: Classes of which the version tells only what they refuse.
_DATES = frozenset({"datetime.date", "datetime.datetime", "datetime.time", "datetime.timedelta"})

_EITHER = frozenset({True, False})


class _OpenError(Exception):
    """What a term comes to is not known."""


def _root(term: Term) -> Term | None:
    """The term of the value that a term is computed from: the term itself if from none, None if from constants."""
    match term:
        case ("constant", _):
            return None
        case ("len" | "builtins.str", of):
            return _root(cast("Term", of))
        case ("method", of, (str(name),), *_) if _is_of_text(name) and _root(cast("Term", of)) is not None:
            return _root(cast("Term", of))
        case ("item", of, ("slice", *_), _):
            return _root(cast("Term", of))
        case ("item", ("method", *_) as of, ("constant", _), _):  # `text.split(":")[0]`
            whole = _root(cast("Term", of))
            return term if whole == of else whole
        case ("attribute" | "method", of, (str(),), _, *given):
            return None if all(_root(cast("Term", one)) is None for one in (of, *given)) else term
        case (str(name), *given) if given and _function(name) is not None:
            return None if all(_root(cast("Term", one)) is None for one in given) else term
        case _:
            return term


def source(predicate: Term) -> Term | None:
    """The term of the value that a predicate's term is computed from; None if it is computed from none."""
    whole = _root(_asked(predicate))
    return None if whole == _asked(predicate) else whole


def is_closed(predicate: Term) -> bool:
    """Whether what a predicate asks about is computed from constants alone: it has one answer, in each run."""
    return _root(_asked(predicate)) is None


def _asked(predicate: Term) -> Term:
    """What a predicate asks about; the predicate itself where it is none of one value and constants."""
    match predicate:
        case ("true", term) | ("among", term, _) | ("below", term, ("constant", _), _):
            return cast("Term", term)
        case _:
            return predicate


def _function(name: str) -> Callable[..., object] | None:
    """The pure function of a name, if its result is the same in each version of Python."""
    is_same = pure_functions.same_in(name, sys.version_info[:2], is_known=False) or name in _DATES
    return pure_functions.find(name) if is_same else None


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
    """What a term comes to where the value that it is computed from is this one; raises what Python does."""
    match term:
        case ("len", of):
            return len(_computed(of, value))
        case ("builtins.str", of):
            return str(_computed(of, value))
        case ("method", of, (str(name),), _, *given) if _is_of_text(name):
            return _called(f"builtins.str.{name}", _computed(of, value), *_constants(given))
        case ("item", of, ("slice", *bounds), _):
            return _computed(of, value)[slice(*_constants(bounds))]
        case ("item", ("method", *_) as of, ("constant", Constant(value=key)), _) if (
            _root(cast("Term", of)) != of
        ):
            return _computed(of, value)[key]
        case ("constant", Constant(value=known)):
            return known
        case ("attribute", of, (str(name),), _) if _root(cast("Term", term)) is None:
            return getattr(_computed(of, value), name)
        case ("method", of, (str(name),), _, *given) if _root(cast("Term", term)) is None:
            owner = _computed(of, value)
            name = f"{type(owner).__module__}.{type(owner).__qualname__}.{name}"
            return _called(name, owner, *(_computed(one, value) for one in given))
        case (str(name), *given) if _root(cast("Term", term)) is None:
            return _called(name, *(_computed(one, value) for one in given))
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
