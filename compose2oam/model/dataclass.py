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
            cls = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(cls)
            fields = dataclasses.fields(cls)
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

    def initialise(self: Any, *values: Any, **named: Any) -> None:
        if named or len(values) != count:
            values = _filled(cls, fields, values, named)
        for put, value in zip(puts, values, strict=True):
            put(self, value)
        if after is not None:
            after(self)

    return initialise


def _filled(
    cls: type, fields: tuple[dataclasses.Field[Any], ...], values: tuple[Any, ...], named: dict[str, Any]
) -> tuple[Any, ...]:
    """Return the values of all fields.

    Raises:
        TypeError: for one that is missing, unknown or given twice.
    """
    filled = list(values)
    for field in fields[len(values) :]:
        if field.name in named:
            filled.append(named.pop(field.name))
        elif field.default is not dataclasses.MISSING:
            filled.append(field.default)
        elif field.default_factory is not dataclasses.MISSING:
            filled.append(field.default_factory())
        else:
            raise TypeError(f"{cls.__name__}() is missing the argument {field.name!r}")
    if named:
        raise TypeError(f"{cls.__name__}() has no use for the argument {next(iter(named))!r}")
    if len(filled) > len(fields):
        raise TypeError(f"{cls.__name__}() takes {len(fields)} arguments, not {len(filled)}")
    return tuple(filled)


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
