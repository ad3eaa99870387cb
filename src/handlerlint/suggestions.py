"""The closest word to a misspelt one: for messages about options, codes and configuration keys."""

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
