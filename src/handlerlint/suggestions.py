"""The word that a misspelt one stands for: the closest for messages, the certain one for findings."""

from __future__ import annotations

from collections.abc import Iterable


def closest(word: str, candidates: Iterable[str], likeness: float = 0.6) -> str | None:
    """The candidate that `word` was most likely meant to be, whatever the case; None if none is near.

    `likeness` is how much of the two words must agree, from 0 to 1.
    """
    import difflib

    by_folded = {candidate.casefold(): candidate for candidate in sorted(candidates)}
    folded = word.casefold()
    near = difflib.get_close_matches(folded, by_folded, n=5, cutoff=likeness)

    def agreement(candidate: str) -> tuple[float, int]:
        same_place = sum(first == second for first, second in zip(folded, candidate, strict=False))
        return difflib.SequenceMatcher(None, candidate, folded).ratio(), same_place

    return by_folded[max(sorted(near), key=agreement)] if near else None


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """`; did you mean 'x'?`, to be put at the end of a message; empty if nothing is near."""
    found = closest(word, candidates)
    return f"; did you mean '{found}'?" if found is not None else ""


def meant(name: str, known: Iterable[str]) -> str | None:
    """The known name that a name stands for but for its case, underscores, or one letter; None if it is known."""
    known = tuple(known)
    if name in known:
        return None
    folded = {_plain(one): one for one in known}
    plain = _plain(name)
    if plain in folded:
        return folded[plain]
    return next((one for text, one in folded.items() if _is_one_letter_off(plain, text)), None)


def abbreviated(name: str, known: Iterable[str]) -> str | None:
    """The known name that a name shortens: words are cut or left out, neither the first nor the last.

    `queryStringParams` and `queryParameters` are `queryStringParameters`.
    """
    words = _words(name)
    return next((one for one in known if one != name and _is_shortened(words, _words(one))), None)


def _words(name: str) -> list[str]:
    import re

    return [word.casefold().removesuffix("s") for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)]


def _is_shortened(short: list[str], whole: list[str]) -> bool:
    if not 2 <= len(short) <= len(whole):
        return False
    ends = whole[0].startswith(short[0]) and whole[-1].startswith(short[-1])
    rest = iter(whole)
    return ends and all(
        len(word) >= _LEAST_OF_WORD and any(one.startswith(word) for one in rest) for word in short
    )


_LEAST_OF_WORD = 4


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").casefold()


def _is_one_letter_off(one: str, other: str) -> bool:
    """Whether one letter is missing or another one, or two beside each other are swapped."""
    short, long = sorted((one, other), key=len)
    if is_swapped(one, other):
        return True
    if len(long) - len(short) > 1 or len(short) < 3:
        return False
    same = next(
        (place for place, pair in enumerate(zip(short, long, strict=False)) if pair[0] != pair[1]), len(short)
    )
    rest = short[same + 1 :] if len(short) == len(long) else short[same:]
    return rest == long[same + 1 :]


def is_swapped(one: str, other: str) -> bool:
    """Whether two words differ by two letters beside each other that are swapped."""
    differing = [place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]]
    if len(one) != len(other) or len(differing) != 2:
        return False
    first, second = differing
    return second == first + 1 and one[first] == other[second] and one[second] == other[first]


def meant_method(name: str, known: Iterable[str]) -> str | None:
    """Like `meant`, of methods: one of a thing and one of several may both be there, and so may short words alike.

    Only what lists things has a name for several of them.
    """
    other = meant(name, known)
    if other is None or _plain(name) == _plain(other):
        return other
    pairs = [pair for pair in zip(name.split("_"), other.split("_"), strict=False) if pair[0] != pair[1]]
    is_short = len(pairs) != 1 or (max(map(len, pairs[0])) < _SHORTEST_WORD and not is_swapped(*pairs[0]))
    is_plural = any(one + "s" == more for one, more in (*pairs, *(pair[::-1] for pair in pairs)))
    is_list = name.startswith("list_") and name.split("_")[2:] == other.split("_")[2:]
    return None if is_short or (is_plural and not is_list) else other


_SHORTEST_WORD = 6
