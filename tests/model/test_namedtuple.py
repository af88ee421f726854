"""Our named tuples are those of the standard library, made faster: both do the same."""

from __future__ import annotations

import copy
import pickle
import typing
from collections.abc import Callable
from typing import Any

import pytest

from compose2oam.model import namedtuple as ours


def _made(base: Any) -> Any:
    class Thing(base):  # type: ignore[misc]
        """A thing."""

        name: str
        size: int = 1
        parts: tuple[str, ...] = ()

        @property
        def double(self) -> int:
            """Twice the size."""
            return self.size * 2

        def at(self, *steps: str) -> tuple[str, ...]:
            """The parts, and more."""
            return (*self.parts, *steps)

    return Thing


class Kept(ours.NamedTuple):
    """A thing that can be found by its name, as pickling needs it."""

    name: str
    size: int = 1


def _outcome(action: Callable[[Any], Any], thing: Any) -> Any:
    """What an action gives, or the class of its error and what it says."""
    try:
        return action(thing)
    except Exception as error:
        return type(error), str(error)


@pytest.mark.parametrize(
    "action",
    [
        lambda made: repr(made("a", 2)),
        lambda made: tuple(made("a")),
        lambda made: (made("a").double, made("a", parts=("b",)).at("c")),
        lambda made: made(),
        lambda made: made("a", colour="red"),
        lambda made: made("a", 1, (), "too many"),
        lambda made: made("a")._replace(size=3),
        lambda made: made("a")._asdict(),
        lambda made: (made._fields, made._field_defaults),
        lambda made: (made.__doc__, made.__name__, made.__qualname__.rpartition(".")[2], made.__module__),
        lambda made: (made.__annotations__.keys(), made.__bases__, made.__match_args__),
        lambda made: setattr(made("a"), "name", "b"),
        lambda made: setattr(made("a"), "other", "b"),
        lambda made: (made("a") == made("a"), hash(made("a")) == hash(made("a")), made("a") < made("b")),
        lambda made: copy.deepcopy(made("a", 2)),
    ],
)
def test_they_do_what_those_of_the_standard_library_do(action: Callable[[Any], Any]) -> None:
    assert _outcome(action, _made(ours.NamedTuple)) == _outcome(action, _made(typing.NamedTuple))


def test_they_can_be_pickled() -> None:
    assert pickle.loads(pickle.dumps(Kept("a", 2))) == Kept("a", 2)


def test_what_derives_from_one_has_its_fields() -> None:
    class More(Kept):
        """A thing with a method more."""

        def twice(self) -> int:
            """Twice the size."""
            return self.size * 2

    assert More("a", 4).twice() == 8
