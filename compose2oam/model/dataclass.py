"""Data classes that are made in a moment: code that is generated and compiled for each is most of what one costs.

They are data classes of the standard library, for type checkers and for its functions too. But their methods stand here
once for all of them, and that library, which takes longer to import than they take to be made, is imported only where
somebody calls it with one. A small conversion makes forty. Their instances have slots, always.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

_MISSING = object()
_OWN = "__fields__"


class _Field:
    """What a class says of one of its fields, under the names of :class:`dataclasses.Field`."""

    __slots__ = ("compare", "default", "default_factory", "metadata", "name", "repr", "type")

    def __init__(self, default: Any, default_factory: Any, repr: bool, compare: bool, metadata: Any) -> None:
        self.name = self.type = ""
        self.default = default
        self.default_factory = default_factory
        self.repr = repr
        self.compare = compare
        self.metadata = metadata


if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
    from dataclasses import field as field
    from dataclasses import fields as fields
    from dataclasses import replace as replace
else:

    def field(
        *,
        default: Any = _MISSING,
        default_factory: Any = _MISSING,
        repr: bool = True,
        compare: bool = True,
        metadata: Mapping[str, Any] | None = None,
    ) -> _Field:
        """Say more of a field, as :func:`dataclasses.field` does."""
        return _Field(default, default_factory, repr, compare, metadata or {})

    def fields(thing: Any) -> tuple[_Field, ...]:
        """Return the fields of a class or of one of its instances, as :func:`dataclasses.fields` does."""
        return getattr(thing, _OWN)

    def replace(thing: Any, /, **changes: Any) -> Any:
        """Return an instance with other values, as :func:`dataclasses.replace` does."""
        for item in getattr(thing, _OWN):
            if item.name not in changes:
                changes[item.name] = getattr(thing, item.name)
        return type(thing)(**changes)

    def dataclass(*, slots: bool, frozen: bool = False, eq: bool = True) -> Callable[[type], type]:
        """Make a class as :func:`dataclasses.dataclass` makes it; for what is left out here, use that one."""

        def made(cls: type) -> type:
            own = _fields_of(cls)
            cls = _slotted(cls, own)
            setattr(cls, _OWN, own)
            cls.__match_args__ = tuple(item.name for item in own)
            cls.__dataclass_fields__ = _Standard()
            cls.__init__ = _initialiser(cls, own)
            cls.__repr__ = _representation(tuple(item.name for item in own if item.repr))
            if eq:
                names = tuple(item.name for item in own if item.compare)
                cls.__eq__ = _comparison(names)
                cls.__hash__ = _hashing(names) if frozen else None
            if frozen:
                cls.__setattr__ = cls.__delattr__ = _refuse
                cls.__reduce__ = _reduced
            return cls

        return made


class _Standard:
    """The fields as the functions of the standard library look for them; they are made when one of them does."""

    def __get__(self, thing: Any, cls: type) -> dict[str, Any]:
        import dataclasses

        said = [
            (
                item.name,
                item.type,
                dataclasses.field(
                    **{} if item.default is _MISSING else {"default": item.default},
                    **{} if item.default_factory is _MISSING else {"default_factory": item.default_factory},
                    repr=item.repr,
                    compare=item.compare,
                    metadata=item.metadata,
                ),
            )
            for item in getattr(cls, _OWN)
        ]
        made = dataclasses.make_dataclass(cls.__name__, said, init=False, repr=False, eq=False)
        return {item.name: item for item in dataclasses.fields(made)}


def _fields_of(cls: type) -> tuple[_Field, ...]:
    found = []
    for name, kind in cls.__annotations__.items():
        said = cls.__dict__.get(name, _MISSING)
        item = said if isinstance(said, _Field) else _Field(said, _MISSING, repr=True, compare=True, metadata={})
        item.name, item.type = name, kind
        found.append(item)
    return tuple(found)


def _slotted(cls: type, own: tuple[_Field, ...]) -> type:
    """Return a class anew: slots cannot be given to one that is there."""
    names = [item.name for item in own]
    body = {name: value for name, value in cls.__dict__.items() if name not in {*names, "__dict__", "__weakref__"}}
    return type(cls)(cls.__name__, cls.__bases__, {**body, "__slots__": names, "__qualname__": cls.__qualname__})


def _initialiser(cls: type, own: tuple[_Field, ...]) -> Callable[..., None]:
    count = len(own)
    # The slots themselves: they also take the values of what is frozen.
    puts = tuple(getattr(cls, field.name).__set__ for field in own)
    after = getattr(cls, "__post_init__", None)
    filled = _filler(cls, own)

    def initialise(self: Any, *values: Any, **named: Any) -> None:
        for put, value in zip(puts, filled(values, named) if named or len(values) != count else values, strict=True):
            put(self, value)
        if after is not None:
            after(self)

    return initialise


def _filler(cls: type, own: tuple[_Field, ...]) -> Callable[[tuple[Any, ...], dict[str, Any]], list[Any]]:
    """Return the function that makes the values of all fields of those that are given in order and by name."""
    names = tuple(field.name for field in own)
    usual = tuple(field.default for field in own)
    makers: list[tuple[int, Any]] = [
        (index, field.default_factory) for index, field in enumerate(own) if field.default is _MISSING
    ]

    def filled(values: tuple[Any, ...], named: dict[str, Any]) -> list[Any]:
        """Return the values.

        Raises:
            TypeError: for one that is missing, unknown or given twice.
        """
        given = len(values)
        made = [*values, *map(named.pop, names[given:], usual[given:])]
        for index, maker in makers:
            if made[index] is _MISSING:
                if maker is _MISSING:
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
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot change {name!r} of what is frozen")


def _reduced(self: Any) -> tuple[Any, ...]:
    """Copy and pickle by the values: they cannot be set one by one."""
    return type(self), tuple(getattr(self, field.name) for field in fields(self))
