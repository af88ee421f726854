"""Named tuples that are made in a moment: to compile the types of their fields is most of what one costs.

They are those of the standard library, for type checkers too; what :class:`typing.NamedTuple` has beside is that each
type of a field is compiled as an expression, which nothing here asks for. A small conversion makes forty.
"""

from __future__ import annotations

from collections import namedtuple
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple
else:

    class _Making(type):
        """Makes a named tuple of each class that has :class:`NamedTuple` for its base."""

        def __new__(cls, name: str, _bases: tuple[type, ...], body: dict[str, Any]) -> type:
            types = body.get("__annotations__", {})
            defaults = [body[field] for field in types if field in body]
            made = namedtuple(name, types, defaults=defaults, module=body["__module__"])
            for key, value in body.items():
                if key not in types and key != "__module__":
                    setattr(made, key, value)
            return made

    NamedTuple = type.__new__(_Making, "NamedTuple", (), {})
