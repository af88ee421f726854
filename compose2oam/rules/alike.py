"""Entities that say the same: what a rule makes of that is worked out once.

In a large project many services have the same health check, limits or restart policy. A rule that asks for nothing but
some keys of a service, some facts and some fields comes to the same wherever these are equal; and so does the condition
of a rule whose templates ask for more. What they ask for is known when they are compiled.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from operator import itemgetter
from typing import Any

from compose2oam.model.namedtuple import NamedTuple
from compose2oam.rules.context import Context, Said
from compose2oam.rules.necessary import Asked, Place, joined
from compose2oam.rules.rule import Meaning
from compose2oam.rules.templates import all_asked

REVIEW = 32
"""After so many entities it is looked at how often they said something new."""


class Made(NamedTuple):
    """What a rule makes of an entity.

    Attributes:
        written: the values that it writes, and their places in the model.
        said: what it notes.
    """

    written: list[tuple[tuple[str, ...], Any]]
    said: list[Said]


class Heard(dict[Place, str]):
    """What an entity says at the places that rules ask for: equal texts stand for equal values.

    Who writes a field of the model takes out what was heard of it.
    """

    __slots__ = ("_context",)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context

    def __missing__(self, place: Place) -> str:
        """Look what stands at a place; nothing is another text than null."""
        tree: Any = self._context.entity
        if len(place) > 1:
            tree = self._context.facts if place[0] == "facts" else self._context.model
        text = self[place] = repr(tree[place[-1]]) if place[-1] in tree else ""
        return text


class Step:
    """A meaning as it runs over the entities of one conversion.

    Attributes:
        rule: the meaning.
        key_of: what decides on the condition, and on all that it makes if ``made`` is there; ``None`` if that cannot
            be told.
        holds: whether the condition holds, by that key.
        made: what it made, by that key; ``None`` if more decides on that.
        fields: where what is heard of the fields stands that it writes.
        news: how often an entity said what none had said before, since the last review.
    """

    __slots__ = ("fields", "holds", "key_of", "made", "news", "rule")

    def __init__(self, rule: Meaning) -> None:
        asked = joined((rule.asks, all_asked(template for _, template in rule.means)))
        self.rule = rule
        self.key_of = _reader(asked if asked is not None else rule.asks)
        self.holds: dict[Hashable, bool] = {}
        self.made: dict[Hashable, Made] | None = {} if asked else None
        self.fields: list[Place] = [("model", field) for field in rule.fields]
        self.news = 0

    def review(self) -> None:
        """Compare no more what entities say if most say something new: that takes longer than to work it out."""
        if self.news > REVIEW // 2:
            self.key_of = self.made = None
            self.holds.clear()
        self.news = 0


def _reader(asked: Asked | None) -> Callable[[Heard], Hashable] | None:
    return itemgetter(*sorted(asked)) if asked else None
