"""Rules between the keys of one mapping, and within one value, that a table of kinds cannot say.

The words in the ``check`` column of the table of keys name the functions here; each yields what is wrong, as the key
(``""`` for the mapping itself) and the message that follows the name of the place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from compose2oam.diagnostics import Diagnostic
from compose2oam.loader.codes import error
from compose2oam.loader.keys import Place, walk
from compose2oam.loader.shortforms import is_address
from compose2oam.model.path import Path, render
from compose2oam.source.tree import Map, locate

Fault = tuple[str, str]


def check(tree: Map) -> list[Diagnostic]:
    """Check a Compose file in long form and return all that is wrong."""
    findings: list[Diagnostic] = []

    def check_one(container: Any, step: Any, known: Place, path: Path) -> None:
        path = (*path, step)
        for key, message in CHECKS[known.check](container[step]):
            place = (*path, key) if key else path
            findings.append(error("CF-407", f"{render(path)} {message}", place, locate(tree, place)))

    walk(tree, "check", check_one)
    return findings


def _external(volume: Any) -> Iterator[Fault]:
    if isinstance(volume, Map) and volume.get("external") is True:
        for key in volume:
            if key not in ("name", "external") and not key.startswith("x-"):
                yield key, f"is external, so that `{key}` cannot be set here"


def _source(*keys: str) -> Callable[[Any], Iterator[Fault]]:
    """Return the rule that a config or a secret has one source at most, and one unless it comes from elsewhere."""

    def rule(value: Any) -> Iterator[Fault]:
        given = [key for key in keys if key in value]
        names = ", ".join(f"`{key}`" for key in given or keys)
        if len(given) > 1:
            yield given[1], f"has more than one source: {names}"
        elif not given and "driver" not in value and "external" not in value:
            yield "", f"has no source: set one of {names}, or `external: true`"

    return rule


def _port(value: Any) -> Iterator[Fault]:
    address = value.get("host_ip") if isinstance(value, Map) else None
    if isinstance(address, str) and not is_address(address):
        yield "host_ip", f"has an invalid IP address: `{address}`"


def _path(value: Any) -> Iterator[Fault]:
    if value == "":
        yield "", "cannot be empty"


def _device_request(value: Any) -> Iterator[Fault]:
    if isinstance(value, Map) and "count" in value and "device_ids" in value:
        yield "device_ids", "has both `count` and `device_ids`; keep one"


CHECKS: Final[dict[str, Callable[[Any], Iterator[Fault]]]] = {
    "config": _source("file", "environment", "content"),
    "device_request": _device_request,
    "external": _external,
    "path": _path,
    "port": _port,
    "secret": _source("file", "environment"),
}
