"""The closest word to a misspelt one: for messages about options, codes and configuration keys."""

from __future__ import annotations

from collections.abc import Iterable


def closest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that `word` was most likely meant to be, whatever the case; None if none is near."""
    import difflib

    by_folded = {candidate.casefold(): candidate for candidate in sorted(candidates)}
    near = difflib.get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[near[0]] if near else None


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """`; did you mean 'x'?`, to be put at the end of a message; empty if nothing is near."""
    found = closest(word, candidates)
    return f"; did you mean '{found}'?" if found is not None else ""
