"""How the contributions of several rules to one place come together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Conflict(Exception):
    """Two contributions give one place two values; ``path`` is the place."""

    def __init__(self, path: tuple[str, ...]) -> None:
        super().__init__(".".join(path))
        self.path = path


def combine(target: dict[str, Any], addition: Mapping[str, Any], path: tuple[str, ...] = ()) -> None:
    """Merge ``addition`` into ``target``: mappings deeply, lists by appending, equal values once.

    Raises:
        Conflict: if a place would get two different values.
    """
    for key, value in addition.items():
        if key not in target:
            target[key] = own(value)
            continue
        present = target[key]
        if isinstance(present, dict) and isinstance(value, (dict, Mapping)):
            combine(present, value, (*path, key))
        elif isinstance(present, list) and isinstance(value, list):
            present.extend(value)
        elif present != value:
            raise Conflict((*path, key))


def override(target: dict[str, Any], addition: Mapping[str, Any]) -> None:
    """Merge ``addition`` over ``target``: mappings deeply, everything else replaces; ``None`` removes the key."""
    for key, value in addition.items():
        present = target.get(key)
        if value is None:
            target.pop(key, None)
        elif isinstance(present, dict) and isinstance(value, (dict, Mapping)):
            override(present, value)
        else:
            target[key] = own(value)


def own(value: Any) -> Any:
    """Copy the containers of a value, so that later additions do not reach into what was given."""
    if type(value) is dict:
        return {key: own(item) for key, item in value.items()}
    if type(value) is list:
        return [own(item) if type(item) in (dict, list) else item for item in value]
    return value
