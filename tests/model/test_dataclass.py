"""Our data classes are those of the standard library, made faster: both do the same."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.model import dataclass as ours


def _made(library: ModuleType, **options: bool) -> Any:
    class Thing:
        """A thing."""

        name: str
        size: int = 1
        parts: list[str] = library.field(default_factory=list)
        note: str = library.field(default="", repr=False, compare=False)

        @property
        def double(self) -> int:
            """Twice the size."""
            return self.size * 2

    Thing.__qualname__ = "Thing"
    return library.dataclass(slots=True, **options)(Thing)


def _library(made: Any) -> Any:
    """Where a class comes from: its own functions do what those of the standard library do."""
    return ours if made.__init__.__module__ == ours.__name__ else dataclasses


def _both(**options: bool) -> list[Any]:
    return [_made(dataclasses, **options), _made(ours, **options)]


def _outcome(action: Callable[[Any], Any], thing: Any) -> Any:
    """What an action gives, or the class of its error."""
    try:
        return action(thing)
    except Exception as error:
        return type(error)


@pytest.mark.parametrize("options", [{"frozen": True}, {}, {"eq": False}, {"frozen": True, "eq": False}], ids=str)
@pytest.mark.parametrize(
    "action",
    [
        lambda made: repr(made("a", 2, ["x"], "n")),
        lambda made: [getattr(made("a", note="n"), name) for name in ("name", "size", "parts", "note", "double")],
        lambda made: made("a").parts is made("a").parts,
        lambda made: made(),
        lambda made: made("a", name="b"),
        lambda made: made("a", colour="red"),
        lambda made: made("a", 1, [], "", "too many"),
        lambda made: made("a", note="n") == made("a", note="m"),
        lambda made: made("a") == made("b"),
        lambda made: made("a") == "a",
        lambda made: len(set(map(hash, [made("a", parts=()), made("a", parts=(), note="n")]))),
        lambda made: setattr(made("a"), "size", 2),
        lambda made: delattr(made("a"), "size"),
        lambda made: repr(dataclasses.replace(made("a"), size=3)),
        lambda made: dataclasses.asdict(made("a")),
        lambda made: [(field.name, field.type, field.repr, field.compare) for field in dataclasses.fields(made)],
        lambda made: [(field.name, field.default_factory is list) for field in dataclasses.fields(made("a"))],
        lambda made: repr(_library(made).replace(made("a"), size=3, note="n")),
        lambda made: _library(made).replace(made("a"), colour="red"),
        lambda made: [field.name for field in _library(made).fields(made("a"))],
        lambda made: dataclasses.is_dataclass(made),
        lambda made: made.__doc__,
        lambda made: repr(copy.deepcopy(made("a", parts=["x"]))),
        lambda made: made.__match_args__,
        lambda made: made("a").__dict__,
    ],
)
def test_they_do_what_those_of_the_standard_library_do(action: Callable[[Any], Any], options: dict[str, bool]) -> None:
    """Made, compared, shown, changed and copied, with the same errors."""
    expected, found = (_outcome(action, made) for made in _both(**options))
    refused = isinstance(expected, type) and issubclass(expected, Exception) and issubclass(found, expected)
    assert refused or found == expected


def test_a_frozen_one_comes_back_from_a_pickle() -> None:
    """Another process gets what was sent, although nothing can be set."""
    sent = Diagnostic("X-1", Severity.ERROR, "no", ("services", "web"), hint="do")
    assert pickle.loads(pickle.dumps(sent)) == sent


def test_what_a_class_does_after_it_is_made_is_done() -> None:
    """``__post_init__`` runs: a diagnostic shows no password."""
    assert "hunter2" not in Diagnostic("X-1", Severity.INFO, "postgres://me:hunter2@db").message


@pytest.mark.parametrize(
    ("values", "named", "message"),
    [
        ((), {}, "is missing the argument 'name'"),
        (("a",), {"colour": 1}, "has no use for the argument 'colour'"),
        (("a", 1, [], "", 5), {}, "takes 4 arguments, not 5"),
    ],
)
def test_a_wrong_call_says_what_is_wrong(values: tuple[Any, ...], named: dict[str, Any], message: str) -> None:
    """The error names the class and the argument."""
    with pytest.raises(TypeError, match=message):
        _made(ours)(*values, **named)
