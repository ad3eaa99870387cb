"""The arguments of a call, evaluated."""

from __future__ import annotations

from handlerlint.inference.domain.values import UNKNOWN, Json, Partial, Value, constant, json_part
from handlerlint.records import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Arguments:
    """Positional and keyword arguments.

    `further` stands for any number of further positional arguments (`*unknown`), `further_keywords` for
    keyword arguments of any name (`**unknown`); None when there are none.
    """

    positional: tuple[Value, ...] = ()
    keywords: dict[str, Value] = field(default_factory=dict)
    further: Value | None = None
    further_keywords: Value | None = None

    def get(self, position: int, name: str | None = None) -> Value | None:
        """The argument at a position or under a name; None when it is not given."""
        if position < len(self.positional):
            return self.positional[position]
        if name is not None:
            return self.keywords.get(name)
        return None

    def further_keyword(self, name: str) -> Value | None:
        """What a parameter gets out of keyword arguments of any name: of `**body`, the part under its name."""
        whole = self.unpacked
        return json_part(whole, constant(name)) if isinstance(whole, Json) else self.further_keywords

    @property
    def unpacked(self) -> Value | None:
        """The mapping that keyword arguments of any name come from: `body` of `**body`, Unknown of others."""
        match self.further_keywords:
            case Json(path=(*whole, "[]")) as element:
                return replace(element, path=tuple(whole))
            case None:
                return None
            case _:
                return UNKNOWN

    def after(self, first: Value) -> Arguments:
        """The same arguments after another positional one, as a method gets them after its instance."""
        return replace(self, positional=(first, *self.positional))

    def of_partial(self, partial: Partial) -> Arguments:
        """What the function of a partial gets where that is called with these arguments."""
        positional = (*partial.arguments, *self.positional)
        return replace(self, positional=positional, keywords={**dict(partial.keywords), **self.keywords})

    @property
    def values(self) -> tuple[Value, ...]:
        """Every value that is passed."""
        extra = [value for value in (self.further, self.further_keywords) if value is not None]
        return (*self.positional, *self.keywords.values(), *extra)

    @property
    def complete(self) -> bool:
        """Whether it is known exactly what is passed."""
        return self.further is None and self.further_keywords is None
