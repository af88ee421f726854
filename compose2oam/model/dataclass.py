"""Data classes that are made in a moment: code that is generated and compiled for each is most of what one costs.

They are data classes of the standard library, for type checkers too, whose methods stand here once for all of them. A
small conversion makes forty, which took a fifth of its time. Their instances have slots, always.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(*, slots: bool, frozen: bool = False, eq: bool = True) -> Callable[[type], type]:
        """Make a class as :func:`dataclasses.dataclass` makes it; for what is left out here, use that one."""

        def made(cls: type) -> type:
            # A type that is a text is searched for the words that make a field something else; here none is.
            types = cls.__annotations__
            cls.__annotations__ = dict.fromkeys(types, object)
            cls = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(cls)
            cls.__annotations__ = types
            fields = dataclasses.fields(cls)
            for field in fields:
                field.type = types.get(field.name, field.type)
            cls.__init__ = _initialiser(cls, fields)
            cls.__repr__ = _representation(tuple(field.name for field in fields if field.repr))
            if eq:
                names = tuple(field.name for field in fields if field.compare)
                cls.__eq__ = _comparison(names)
                cls.__hash__ = _hashing(names) if frozen else None
            if frozen:
                cls.__setattr__ = cls.__delattr__ = _refuse
                cls.__reduce__ = _reduced
            return cls

        return made


def _initialiser(cls: type, fields: tuple[dataclasses.Field[Any], ...]) -> Callable[..., None]:
    count = len(fields)
    # The slots themselves: they also take the values of what is frozen.
    puts = tuple(getattr(cls, field.name).__set__ for field in fields)
    after = getattr(cls, "__post_init__", None)
    filled = _filler(cls, fields)

    def initialise(self: Any, *values: Any, **named: Any) -> None:
        for put, value in zip(puts, filled(values, named) if named or len(values) != count else values, strict=True):
            put(self, value)
        if after is not None:
            after(self)

    return initialise


def _filler(
    cls: type, fields: tuple[dataclasses.Field[Any], ...]
) -> Callable[[tuple[Any, ...], dict[str, Any]], list[Any]]:
    """Return the function that makes the values of all fields of those that are given in order and by name."""
    missing: Any = dataclasses.MISSING
    names = tuple(field.name for field in fields)
    usual = tuple(field.default for field in fields)
    makers: list[tuple[int, Any]] = [
        (index, field.default_factory) for index, field in enumerate(fields) if field.default is missing
    ]

    def filled(values: tuple[Any, ...], named: dict[str, Any]) -> list[Any]:
        """Return the values.

        Raises:
            TypeError: for one that is missing, unknown or given twice.
        """
        given = len(values)
        made = [*values, *map(named.pop, names[given:], usual[given:])]
        for index, maker in makers:
            if made[index] is missing:
                if maker is missing:
                    raise TypeError(f"{cls.__name__}() is missing the argument {names[index]!r}")
                made[index] = maker()
        if named:
            raise TypeError(f"{cls.__name__}() has no use for the argument {next(iter(named))!r}")
        if len(made) > len(names):
            raise TypeError(f"{cls.__name__}() takes {len(names)} arguments, not {len(made)}")
        return made

    return filled


def _representation(names: tuple[str, ...]) -> Callable[[Any], str]:
    def representation(self: Any) -> str:
        return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

    return representation


def _comparison(names: tuple[str, ...]) -> Callable[[Any, object], Any]:
    def equals(self: Any, other: object) -> Any:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in names)

    return equals


def _hashing(names: tuple[str, ...]) -> Callable[[Any], int]:
    return lambda self: hash(tuple([getattr(self, name) for name in names]))


def _refuse(self: Any, name: str, *_: Any) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot change {name!r} of what is frozen")


def _reduced(self: Any) -> tuple[Any, ...]:
    """Copy and pickle by the values: they cannot be set one by one."""
    return type(self), tuple(getattr(self, field.name) for field in dataclasses.fields(self))
