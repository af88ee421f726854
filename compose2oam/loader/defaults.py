"""Defaults that the Compose specification gives to what was left out; they have no mark.

The words in the ``default`` column of the table of keys name the functions here. They change a mapping in long form.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from compose2oam.loader.keys import Place, walk
from compose2oam.model.path import Path
from compose2oam.source.tree import Map


def fill(tree: Map) -> None:
    """Set the defaults in a Compose file in long form."""
    walk(tree, "default", _fill)


def _fill(container: Any, step: Any, known: Place, _path: Path) -> None:
    value = container[step]
    if isinstance(value, Map):
        DEFAULTS[known.default](value)


def _build(build: Map) -> None:
    build.setdefault("context", ".")


def _secret(secret: Map) -> None:
    if "target" not in secret:
        secret["target"] = f"/run/secrets/{secret.get('source')}"


def _port(port: Map) -> None:
    port.setdefault("protocol", "tcp")
    port.setdefault("mode", "ingress")


def _device_request(request: Map) -> None:
    if "count" not in request and "device_ids" not in request:
        request["count"] = "all"


def _bind(bind: Map) -> None:
    bind.setdefault("create_host_path", True)


DEFAULTS: Final[dict[str, Callable[[Map], None]]] = {
    "bind": _bind,
    "build": _build,
    "device_request": _device_request,
    "port": _port,
    "secret": _secret,
}
