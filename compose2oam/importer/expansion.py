"""References in commands and variables, as Kubernetes resolves them (Container v1 core, ``command`` and ``env``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from compose2oam.model.namedtuple import NamedTuple


class Variables(NamedTuple):
    """The environment of a container.

    Attributes:
        values: the variables whose values are known, references resolved.
        others: the names of those that come from elsewhere (``valueFrom``).
    """

    values: dict[str, str]
    others: frozenset[str]


def expanded(text: str, values: Mapping[str, str]) -> str:
    """Return a text as a container gets it: ``$(NAME)`` replaced, ``$$`` made one, unknown names left alone."""
    made: list[str] = []
    index = 0
    while index < len(text):
        if text[index] != "$" or index + 1 == len(text):
            made.append(text[index])
            index += 1
        elif text[index + 1] == "$":
            made.append("$")
            index += 2
        elif text[index + 1] == "(" and ")" in text[index:]:
            end = text.index(")", index)
            made.append(values.get(text[index + 2 : end], text[index : end + 1]))
            index = end + 1
        else:
            made.append(text[index : index + 2])
            index += 2
    return "".join(made)


def references(text: str, names: Iterable[str]) -> bool:
    """Whether a text refers to one of the names."""
    found: list[str] = []

    class _Seen(dict[str, str]):
        def get(self, key: str, default: Any = None) -> Any:
            found.append(key)
            return default

    expanded(text, _Seen())
    return not set(found).isdisjoint(names)


def variables(env: Iterable[Mapping[str, Any]]) -> Variables:
    """Resolve the ``env`` of a container: a variable may refer to those before it."""
    values: dict[str, str] = {}
    others = set()
    for item in env:
        if item.get("valueFrom") is not None:
            others.add(str(item["name"]))
        else:
            values[str(item["name"])] = expanded(str(item.get("value") or ""), values)
    return Variables(values, frozenset(others))
